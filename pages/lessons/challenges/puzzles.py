"""Five puzzles that ask for a set-up, not for a number: whatever meets what is asked is right."""

from collections.abc import Callable
from functools import partial
from math import isnan
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from engine.facts import Amount
from engine.margin import risk
from engine.margin.derived import with_leverage
from engine.margin.rules import Rules, rule_values
from engine.margin.scenario import Scenario
from engine.questions import money, multiple, percent, price

CLASSROOM: Final = rule_values(Rules.CLASSROOM)["maintenance_rate"]
# What is asked: a position of this size with its trigger there; the falls to live through; a path.
SIZE: Final = 1_000.0
WANTED: Final = 80.0
FALLS: Final = {"fall": -0.10, "deep": -0.30}
RATES: Final = {"fall": CLASSROOM, "deep": rule_values(Rules.REALISTIC)["maintenance_rate"]}
TWIN: Final = Scenario(maintenance_rate=CLASSROOM)
RISE, SPARED, KILLED = 0.05, 6.0, 8.0
# How near counts: prices in quote, a size in quote, leverages, and the end of a path as a fraction.
NEAR_PRICE, NEAR_SIZE, NEAR_LEVERAGE, NEAR_END = 0.25, 10.0, 0.05, 0.005
ANOTHER: Final = 0.5  # a leverage this far from the twin's is another one


class Verdict(NamedTuple):
    """Whether a set-up meets what is asked, and the sentence that says why or what is missing.

    Attributes
    ----------
    reason : str
        "right", or the name of what is missing.
    given : dict of Amount
        The numbers of the sentence, by the name of their blank.
    """

    reason: str
    given: dict[str, Amount]

    @property
    def is_right(self) -> bool:
        """Whether nothing is missing."""
        return self.reason == "right"


def asked(puzzle: str) -> dict[str, Amount]:
    """The numbers a puzzle is asked with.

    Parameters
    ----------
    puzzle : str
        One of :data:`PUZZLES`.

    Returns
    -------
    dict of Amount

    Examples
    --------
    >>> asked("fall")["fall"].value
    0.1
    """
    if puzzle in FALLS:
        return {"fall": percent(-FALLS[puzzle]), "rate": percent(RATES[puzzle])}
    found = {"rate": percent(CLASSROOM), "entry": price(TWIN.entry_price)}
    match puzzle:
        case "trigger":
            return found | {"size": money(SIZE), "wanted": price(WANTED)}
        case "twins":
            twin = {"twin_capital": money(TWIN.capital), "twin_leverage": multiple(TWIN.leverage)}
            return found | twin | {"wanted": price(TWIN.liquidation_price)}
    return found | {"rise": percent(RISE), "spared": multiple(SPARED), "killed": multiple(KILLED)}


def judge(puzzle: str, scenario: Scenario, prices: ArrayLike) -> Verdict:
    """Judge a set-up.

    Parameters
    ----------
    puzzle : str
        One of :data:`PUZZLES`.
    scenario : Scenario
        A long.
    prices : array_like of shape (n_steps,)
        The lowest price of each step, quote per unit; only the puzzle about a path looks at them.

    Returns
    -------
    Verdict

    Examples
    --------
    >>> judge("trigger", Scenario(capital=240.0, leverage=4.17, maintenance_rate=0.05), []).reason
    'right'
    >>> near = judge("trigger", Scenario(maintenance_rate=0.05), [])
    >>> near.reason, round(near.given["missing"].value, 2)
    ('near', 140.0)
    """
    verdict = _JUDGES[puzzle](scenario, np.asarray(prices, dtype=float))
    return verdict._replace(given=asked(puzzle) | verdict.given)


def _trigger(s: Scenario, prices: risk.Floats) -> Verdict:
    """A position of a given size that is closed at a given price."""
    if abs(s.notional - SIZE) > NEAR_SIZE:
        too_large = s.notional > SIZE
        given = {"position": money(s.notional), "off": money(abs(s.notional - SIZE))}
        return Verdict("large" if too_large else "small", given)
    return _closed_at(s, WANTED)


def _closed_at(s: Scenario, wanted: float) -> Verdict:
    """Whether the trigger is where it is wanted, and the money that is missing or too much."""
    trigger = s.liquidation_price
    needed = float(risk.collateral_for_trigger(s.quantity, s.entry_price, wanted, s.maintenance_rate))
    given = {
        "position": money(s.notional),
        "own": money(s.backing),
        "leverage": multiple(s.leverage),
        "missing": money(abs(needed - s.backing)),
    }
    if isnan(trigger):
        return Verdict("none", given)
    given["trigger"] = price(trigger)
    if abs(trigger - wanted) <= NEAR_PRICE:
        return Verdict("right", given)
    return Verdict("near" if trigger > wanted else "far", given)


def _survives(puzzle: str, s: Scenario, prices: risk.Floats) -> Verdict:
    """The largest leverage that lives through a fall."""
    move, rate = FALLS[puzzle], RATES[puzzle]
    at = s.entry_price * (1 + move)
    own = float(risk.equity(s.quantity, s.entry_price, s.backing, at))
    required = float(risk.maintenance_margin(s.quantity, at, rate))
    most = float(risk.largest_leverage(move, rate))
    given = {
        "leverage": multiple(s.leverage),
        "price": price(at),
        "left": money(own),
        "required": money(required),
        "off": money(abs(own - required)),
        "most": multiple(most),
    }
    if s.backed_leverage >= most:
        return Verdict("over", given)
    return Verdict("spare" if s.backed_leverage < most - NEAR_LEVERAGE else "right", given)


def _twins(s: Scenario, prices: risk.Floats) -> Verdict:
    """Another leverage with the trigger of the position everybody starts with."""
    if abs(s.leverage - TWIN.leverage) < ANOTHER:
        return Verdict("same", {})
    return _closed_at(s, TWIN.liquidation_price)


def _path(s: Scenario, prices: risk.Floats) -> Verdict:
    """A path that ends higher, closes one leverage on the way and spares another."""
    end, goal, low = float(prices[-1]), s.entry_price * (1 + RISE), float(prices.min())
    triggers = {
        name: with_leverage(s, leverage).liquidation_price
        for name, leverage in (("spared_trigger", SPARED), ("killed_trigger", KILLED))
    }
    given = {name: price(trigger) for name, trigger in triggers.items()} | {
        "end": price(end),
        "goal": price(goal),
        "low": price(low),
    }
    if abs(end - goal) > NEAR_END * s.entry_price:
        return Verdict("ends_low" if end < goal else "ends_high", given)
    most = risk.largest_leverage_on_path(prices, s.entry_price, s.maintenance_rate)
    if most > KILLED:
        return Verdict("shallow", given | {"off": money(low - triggers["killed_trigger"])})
    if most <= SPARED:
        return Verdict("deep", given | {"off": money(triggers["spared_trigger"] - low)})
    return Verdict("right", given)


_JUDGES: Final[dict[str, Callable[[Scenario, risk.Floats], Verdict]]] = {
    "trigger": _trigger,
    "fall": partial(_survives, "fall"),
    "deep": partial(_survives, "deep"),
    "twins": _twins,
    "path": _path,
}
PUZZLES: Final = tuple(_JUDGES)
