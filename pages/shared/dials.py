"""What each control is: the ends and the step of every slider, and which of them stand together."""

from collections.abc import Mapping
from math import isnan
from typing import Any, Literal, NamedTuple

from engine.margin.rules import RULE_FIELDS
from engine.margin.scenario import LIMITS
from engine.market.prices import Shape
from pages.shared import formats
from pages.shared.formats import Style
from pages.shared.words import read

WORDS = read("widgets")
BASICS = ("capital", "leverage", "how_far")
LATEST_START = 10**9  # bars; the series at hand ends sooner

Scale = Literal["linear", "log"]


class Dial(NamedTuple):
    """Ends and step of a slider; what may be typed reaches to `hard_low` and `hard_high`."""

    low: float
    high: float
    step: float
    style: Style = "plain"
    scale: Scale = "linear"
    hard_low: float | None = None
    hard_high: float | None = None
    whole: bool = False


class Own(NamedTuple):
    """A number that is no part of a position and that one page alone asks for: its start and its dial."""

    start: float
    dial: Dial


DIALS = {
    "capital": Dial(10, 100_000, 10, "money", "log"),
    "leverage": Dial(1, 125, 0.1, "multiple", "log"),
    "entry_price": Dial(1, 100_000, 1, "price", "log"),
    "wallet": Dial(0, 1_000, 10, "money"),
    "maintenance_rate": Dial(0, 0.3, 0.001, "percent"),
    "closing_fee": Dial(0, 0.002, 0.0001, "percent"),
    "trading_fee": Dial(0, 0.005, 0.0001, "percent"),
    "liquidation_fee": Dial(0, 0.03, 0.001, "percent"),
    "funding_rate": Dial(-0.003, 0.003, 0.0001, "percent"),
    "funding_interval_hours": Dial(1, 24, 1),
    "interest_rate": Dial(0, 0.5, 0.005, "percent"),
    "stop_price": Dial(1, 100_000, 0.01, "price"),
    "top_up": Dial(0, 1_000, 10, "money"),
    "top_up_step": Dial(0, 100, 1, whole=True),
    "reduce_fraction": Dial(0, 0.95, 0.05, "percent"),
    "reduce_step": Dial(1, 100, 1, whole=True),
    "how_far": Dial(-0.5, 0.5, 0.005, "percent", hard_low=-0.94, hard_high=3.0),
    "steps": Dial(2, 400, 1, hard_high=1000, whole=True),
    "step_hours": Dial(1, 168, 1, hard_low=0.01, hard_high=8760),
    "volatility": Dial(0.05, 2, 0.05, "percent", hard_low=0, hard_high=5),
    "seed": Dial(0, 100, 1, hard_high=2**32 - 1, whole=True),
    "start": Dial(0, 100, 1, hard_high=LATEST_START, whole=True),
    "compare": Dial(1, 125, 0.1, "multiple", "log", hard_high=LIMITS["leverage"].high),
}
# Fields that may be absent (nan), each with the switch that turns it on.
SWITCHES = {"stop_price": "use_stop", "compare": "use_compare"}
PICKS = ("side", "leftover", "shape", "venue")
REAL = (Shape.REAL, Shape.FILE)
FOLDS = {
    "more_position": ("entry_price", "wallet"),
    "more_rules": ("venue", *RULE_FIELDS),
    "more_path": ("steps", "step_hours", "volatility"),
    "more_rescue": ("stop_price", "top_up", "top_up_step", "reduce_fraction", "reduce_step"),
    "more_compare": ("compare",),
}


def typed_ends(dial: Dial, name: str = "") -> tuple[float, float]:
    """What may be typed into a dial and what a link may ask of it; `name` is a field's, if it is one."""
    limits = LIMITS.get(name)
    low, high = (limits.low, limits.high) if limits else (dial.low, dial.high)
    return (
        low if dial.hard_low is None else dial.hard_low,
        high if dial.hard_high is None else dial.hard_high,
    )


def held(value: float, dial: Dial, name: str = "") -> float:
    """The number that a dial shows and a page uses when it is asked for `value`; nan = outside its ends."""
    low, high = typed_ends(dial, name)
    value = formats.inside(value, low, high)
    return value if isnan(value) else min(max(formats.as_shown(value, dial.style), low), high)


def round_step(low: float, high: float) -> float:
    """About a two-hundredth of the way, with one digit."""
    return float(f"{(high - low) / 200:.1g}")


def drawn_handles(points: tuple[float, ...], entry_price: float, steps: int) -> dict[str, Any]:
    """Where the handles of a drawn path stand, in steps and prices."""
    gaps = len(points) - 1
    return {
        "x": [steps * i / gaps for i in range(gaps + 1)],
        "y": [entry_price * point for point in points],
        "low": entry_price * 0.06,
        "high": entry_price * 4,
        "step": entry_price / 200,
        "label": WORDS["handle"].format(step="{x}"),
        "fixed": [0],
    }


def named(ways: Mapping[str, Mapping[str, Any]]) -> set[str]:
    """Every field that one of the ways sets."""
    return {name for fields in ways.values() for name in fields}
