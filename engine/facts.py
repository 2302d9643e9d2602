"""A position in the handful of numbers a lesson speaks of."""

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from engine import risk
from engine.scenario import Scenario, Side


class Amount(NamedTuple):
    """A number and how it is shown: as money, price, percent (of a fraction), multiple or plain."""

    value: float
    style: str


def facts(scenario: Scenario, move: float) -> dict[str, Amount]:
    """What there is to say about a position, and what a price move does to it.

    Parameters
    ----------
    scenario : Scenario
        Without a stop price: both its sides are looked at.
    move : float
        Price change since the entry, a fraction.

    Returns
    -------
    dict of Amount
        capital, leverage, borrowed, position, lender_share (of the assets), entry, rate, move;
        equity after the move and equity_change (fraction of the capital); trigger and its distance from
        the entry (fraction), bankruptcy and bankruptcy_distance, cushion (equity at the trigger); and for
        both sides trigger_long, trigger_short, room_long, room_short. ``nan`` where there is no trigger.

    Examples
    --------
    >>> own = facts(Scenario(maintenance_rate=0.05), -0.04)
    >>> own["equity"].value, round(own["trigger"].value, 2), round(own["cushion"].value, 2)
    (60.0, 94.74, 47.37)
    """
    s, entry = scenario, scenario.entry_price
    equity = float(risk.equity(s.quantity, entry, s.backing, entry * (1 + move)))
    trigger, bankrupt = s.liquidation_price, s.bankruptcy_price
    sides = {side: replace(s, side=side).liquidation_price for side in Side}
    return {
        "capital": Amount(s.capital, "money"),
        "leverage": Amount(s.leverage, "multiple"),
        "borrowed": Amount(s.borrowed, "money"),
        "position": Amount(s.notional, "money"),
        "lender_share": Amount(s.borrowed / (s.borrowed + s.backing), "percent"),
        "entry": Amount(entry, "price"),
        "rate": Amount(s.tier.rate, "percent"),
        "move": Amount(move, "percent"),
        "equity": Amount(equity, "money"),
        "equity_change": Amount(equity / s.backing - 1, "percent"),
        "trigger": Amount(trigger, "price"),
        "distance": Amount(abs(trigger / entry - 1), "percent"),
        "bankruptcy": Amount(bankrupt, "price"),
        "bankruptcy_distance": Amount(abs(bankrupt / entry - 1), "percent"),
        "cushion": Amount(
            float(risk.equity(s.quantity, entry, s.backing, trigger)) if np.isfinite(trigger) else np.nan,
            "money",
        ),
        "trigger_long": Amount(sides[Side.LONG], "price"),
        "trigger_short": Amount(sides[Side.SHORT], "price"),
        "room_long": Amount(abs(sides[Side.LONG] / entry - 1), "percent"),
        "room_short": Amount(abs(sides[Side.SHORT] / entry - 1), "percent"),
    }


def by_leverage(scenario: Scenario, leverage: ArrayLike) -> dict[str, risk.Floats]:
    """A long of the same money at other leverages, as a curve.

    Parameters
    ----------
    scenario : Scenario
        A long.
    leverage : array_like
        Multiples of the capital.

    Returns
    -------
    dict of ndarray, shaped like `leverage`
        lender_share, a fraction of the assets, and bankruptcy, quote per unit; ``nan`` where no
        positive price uses the money up.

    Examples
    --------
    >>> curve = by_leverage(Scenario(), [2.0, 10.0])
    >>> curve["lender_share"].round(2).tolist(), curve["bankruptcy"].round(2).tolist()
    ([0.5, 0.9], [50.0, 90.0])
    """
    s = scenario
    quantity = s.quantity / s.leverage * np.asarray(leverage, dtype=float)
    borrowed = risk.notional(quantity, s.entry_price) - s.capital
    return {
        "lender_share": borrowed / (borrowed + s.backing),
        "bankruptcy": risk.bankruptcy_price(quantity, s.entry_price, s.backing),
    }
