"""Runs as learners make them: positions, rules and paths for property tests."""

from dataclasses import replace

import numpy as np
import pandas as pd
from hypothesis import assume, settings
from hypothesis import strategies as st

from engine.margin.scenario import Keeper, Scenario, ScenarioError, Side
from engine.margin.tiers import MarginTier
from engine.market.prices import PathChoice, PathError, Shape, bars, price_frame
from engine.market.replay import Run, replay
from engine.venues.records import VENUES

# What a venue brings along; the last as if its tiers began at the sizes learners play with.
BY_VENUES = [
    *({"tiers": VENUES[slug].tiers, "basis": VENUES[slug].basis} for slug in ("bitget", "kraken", "gmx")),
    {"tiers": (MarginTier(0.0, 0.004), MarginTier(600.0, 0.01, 3.6), MarginTier(950.0, 0.05, 41.6))},
]
SIGNATURE = PathChoice(shape=Shape.SIGNATURE, how_far=-0.06)


def run(path: PathChoice | None = None, **fields: object) -> Run:
    """A run of the default position, or of one with other fields."""
    scenario = Scenario(**fields)
    return replay(scenario, price_frame(path or PathChoice(), scenario.entry_price))


def on(closes: list[float], **fields: object) -> Run:
    """A run on these prices, one a day."""
    return replay(Scenario(**fields), bars(np.array(closes, dtype=float), 24.0))


def dated(frame: pd.DataFrame, minutes: float) -> pd.DataFrame:
    """The same prices as a file would give them, with a range in every bar."""
    close = frame["close"].to_numpy()
    open_ = np.concatenate([[close[0]], close[:-1]])
    return frame.assign(
        time=pd.Timestamp("2024-03-01 09:30") + pd.to_timedelta(np.arange(len(frame)) * minutes, unit="min"),
        hours=np.arange(len(frame)) * minutes / 60,
        open=open_,
        high=np.maximum(open_, close) * 1.004,
        low=np.minimum(open_, close) * 0.996,
    )


def at_most(examples: int) -> settings:
    """Fewer examples than usual, for a law that is slow to try; never more than the profile in force has."""
    return settings(max_examples=min(examples, settings.default.max_examples))


def often(value: object, other: st.SearchStrategy) -> st.SearchStrategy:
    """Mostly the plain case: what is hidden in a corner is found by the rest."""
    return st.just(value) | other


def rarely(plain: object, *others: object) -> st.SearchStrategy:
    """The plain case half of the time, else one of the others: one draw, for laws draw many runs."""
    return st.sampled_from([*[plain] * len(others), *others])


CENTS = st.integers(100, 10_000_000).map(lambda n: n / 100)
# Made once, not at every draw.
FIELDS = {
    "side": st.sampled_from(Side),
    "capital": often(100.0, CENTS),
    "leverage": often(10.0, st.integers(10, 1250).map(lambda n: n / 10) | st.just(1.0)),
    "entry_price": rarely(100.0, 0.0123, 0.98, 7.5, 321.83, 60_000.0),
    "maintenance_rate": st.sampled_from([0.005, 0.05, 0.0, 0.0123]),
    "closing_fee": rarely(0.0, 0.0005),
    "trading_fee": rarely(0.0, 0.0006, 0.005),
    "liquidation_fee": rarely(0.0, 0.005, 0.03),
    "leftover": rarely(*Keeper),
    "funding_rate": rarely(0.0, 0.0001, -0.0003, 0.003),
    "interest_rate": rarely(0.0, 0.05, 0.5),
    "wallet": often(0.0, CENTS),
    "top_up": often(0.0, CENTS),
    "top_up_step": st.integers(0, 20),
    "reduce_fraction": rarely(0.0, 0.25, 0.5, 0.9),
    "reduce_step": st.integers(1, 20),
}
VENUE_RULES = rarely({}, *BY_VENUES)
WITH_STOP = DATED = st.sampled_from([False, False, False, True])
CHOICES = st.fixed_dictionaries(
    {
        "shape": st.sampled_from([shape for shape in Shape if shape not in (Shape.FILE, Shape.REAL)]),
        "how_far": st.sampled_from([-0.12, -0.06, 0.12, -0.9, 0.8, 0.0, 0.01]),
        "steps": st.integers(2, 90),
        "step_hours": st.sampled_from([24.0, 1.0, 168.0]),
        "seed": st.integers(0, 50),
    }
)
MINUTES = st.sampled_from([1, 60, 1440])


@st.composite
def scenarios(draw: st.DrawFn, **fixed: object) -> Scenario:
    """Positions that the lab accepts."""
    fields = {name: draw(strategy) for name, strategy in FIELDS.items() if name not in fixed}
    fields |= draw(VENUE_RULES) | fixed
    try:
        scenario = Scenario(**fields)
        if draw(WITH_STOP):
            far = scenario.liquidation_price if scenario.liquidation_price > 0 else 0.5 * scenario.entry_price
            scenario = replace(scenario, stop_price=(scenario.entry_price + far) / 2)
    except ScenarioError:
        assume(False)
    return scenario


@st.composite
def paths(draw: st.DrawFn, entry_price: float) -> pd.DataFrame:
    """Prices of every kind that start at the entry price."""
    try:
        choice = PathChoice(**draw(CHOICES))
    except PathError:
        assume(False)
    frame = price_frame(choice, entry_price)
    return dated(frame, draw(MINUTES)) if draw(DATED) else frame


@st.composite
def runs(draw: st.DrawFn, **fixed: object) -> Run:
    """A position on a path."""
    scenario = draw(scenarios(**fixed))
    return replay(scenario, draw(paths(scenario.entry_price)))
