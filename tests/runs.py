"""Runs as learners make them: positions, rules and paths for property tests."""

from dataclasses import replace

import numpy as np
import pandas as pd
from hypothesis import assume
from hypothesis import strategies as st

from engine.margin.scenario import Scenario, ScenarioError, Side
from engine.margin.tiers import MarginTier
from engine.market.prices import PathChoice, PathError, Shape, bars, price_frame
from engine.market.replay import Run, replay
from engine.venues.records import VENUES

# What a venue brings along; the last as if its tiers began at the sizes learners play with.
BY_VENUES = [
    *({"tiers": VENUES[slug].tiers, "basis": VENUES[slug].basis} for slug in ("bitget", "bybit", "gmx")),
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


def often(value: object, other: st.SearchStrategy) -> st.SearchStrategy:
    """Mostly the plain case: what is hidden in a corner is found by the rest."""
    return st.just(value) | other


@st.composite
def scenarios(draw: st.DrawFn, **fixed: object) -> Scenario:
    """Positions that the lab accepts."""
    cents = st.integers(100, 10_000_000).map(lambda n: n / 100)
    fields = {
        "side": draw(st.sampled_from(Side)),
        "capital": draw(often(100.0, cents)),
        "leverage": draw(often(10.0, st.integers(10, 1250).map(lambda n: n / 10) | st.just(1.0))),
        "entry_price": draw(often(100.0, st.sampled_from([0.0123, 0.98, 7.5, 321.83, 60_000.0]))),
        "maintenance_rate": draw(st.sampled_from([0.005, 0.05, 0.0, 0.0123])),
        "closing_fee": draw(often(0.0, st.just(0.0005))),
        "trading_fee": draw(often(0.0, st.sampled_from([0.0006, 0.005]))),
        "liquidation_fee": draw(often(0.0, st.sampled_from([0.005, 0.03]))),
        "funding_rate": draw(often(0.0, st.sampled_from([0.0001, -0.0003, 0.003]))),
        "interest_rate": draw(often(0.0, st.sampled_from([0.05, 0.5]))),
        "wallet": draw(often(0.0, cents)),
        "top_up": draw(often(0.0, cents)),
        "top_up_step": draw(st.integers(0, 20)),
        "reduce_fraction": draw(often(0.0, st.sampled_from([0.25, 0.5, 0.9]))),
        "reduce_step": draw(st.integers(1, 20)),
        **draw(often({}, st.sampled_from(BY_VENUES))),
        **fixed,
    }
    try:
        scenario = Scenario(**fields)
        if draw(st.integers(0, 3)) == 3:
            far = scenario.liquidation_price if scenario.liquidation_price > 0 else 0.5 * scenario.entry_price
            scenario = replace(scenario, stop_price=(scenario.entry_price + far) / 2)
    except ScenarioError:
        assume(False)
    return scenario


@st.composite
def paths(draw: st.DrawFn, entry_price: float) -> pd.DataFrame:
    """Prices of every kind that start at the entry price."""
    try:
        choice = PathChoice(
            shape=draw(st.sampled_from([shape for shape in Shape if shape not in (Shape.FILE, Shape.REAL)])),
            how_far=draw(st.sampled_from([-0.12, -0.06, 0.12, -0.9, 0.8, 0.0, 0.01])),
            steps=draw(st.integers(2, 90)),
            step_hours=draw(st.sampled_from([24.0, 1.0, 168.0])),
            seed=draw(st.integers(0, 50)),
        )
    except PathError:
        assume(False)
    frame = price_frame(choice, entry_price)
    return dated(frame, draw(st.sampled_from([1, 60, 1440]))) if draw(st.integers(0, 3)) == 3 else frame


@st.composite
def runs(draw: st.DrawFn, **fixed: object) -> Run:
    """A position on a path."""
    scenario = draw(scenarios(**fixed))
    return replay(scenario, draw(paths(scenario.entry_price)))
