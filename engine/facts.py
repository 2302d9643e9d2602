"""A position, and what became of it, in the handful of numbers a lesson or a map speaks of."""

from math import ceil, inf, isfinite, nan
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.margin import costs, risk
from engine.margin.account import Account, Leg
from engine.margin.derived import changed
from engine.margin.scenario import Scenario, Side
from engine.market.replay import Run


class Amount(NamedTuple):
    """A number and how it is shown: as money, price, percent (of a fraction), multiple or plain."""

    value: float
    style: str


def facts(scenario: Scenario, move: float) -> dict[str, Amount]:
    """What there is to say about a position, and what a price move does to it.

    Parameters
    ----------
    scenario : Scenario
        Both its sides are looked at, without a stop price.
    move : float
        Price change since the entry, a fraction.

    Returns
    -------
    dict of Amount
        capital, leverage, borrowed, position, lender_share (of the assets), entry, rate, move;
        equity after the move and equity_change (fraction of the capital); trigger and its distance from
        the entry (fraction), bankruptcy and bankruptcy_distance, cushion (equity at the trigger); for
        both sides trigger_long, trigger_short, room_long, room_short; requirement (at the entry price);
        cost_per_day (funding and interest, positive = paid) and the day on which it has used the
        position's room up if the price stands still. ``nan`` where there is no trigger, ``inf`` for a
        day that never comes.

    Examples
    --------
    >>> own = facts(Scenario(maintenance_rate=0.05), -0.04)
    >>> own["equity"].value, round(own["trigger"].value, 2), round(own["cushion"].value, 2)
    (60.0, 94.74, 47.37)
    """
    s, entry = scenario, scenario.entry_price
    equity = float(risk.equity(s.quantity, entry, s.backing, entry * (1 + move)))
    trigger, bankrupt = s.liquidation_price, s.bankruptcy_price
    size = abs(s.quantity)
    sides = {side: float(s.liquidation_prices(side.sign * size, s.backing)) for side in Side}
    signed = s.side.sign * s.notional
    hourly = costs.cost_per_hour(
        signed, s.borrowed, s.funding_rate, s.funding_interval_hours, s.interest_rate
    )
    days = float(costs.hours_to_liquidation(s.backing, s.requirement, hourly)) / 24
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
        "requirement": Amount(s.requirement, "money"),
        "cost_per_day": Amount(24 * float(hourly), "money"),
        "day": Amount(float(ceil(days * (1 - risk.NOISE))) if isfinite(days) else inf, "plain"),
    }


def outcome(run: Run) -> dict[str, Amount]:
    """What there is to say about how a run ended, and what was at stake.

    Parameters
    ----------
    run : Run

    Returns
    -------
    dict of Amount
        paid_in, fill (price of the close, or the last price), left (equity there, negative = more is
        lost than was put in), returned, result (returned less paid_in) and shortfall; line, the price
        that closes the position, its trigger or stop as it stood last, whichever comes first, and
        lost_there, the loss if it is closed just at that price. ``nan`` where there is no such price.

    Examples
    --------
    >>> from engine.market.prices import bars
    >>> from engine.market.replay import replay
    >>> run = replay(Scenario(maintenance_rate=0.05), bars(np.array([100.0, 101.0, 88.0]), 24.0))
    >>> end = outcome(run)
    >>> end["left"].value, end["returned"].value, end["shortfall"].value, round(end["lost_there"].value, 2)
    (-20.0, 0.0, 20.0, 52.63)
    """
    s, end, i = run.scenario, run.settlement, run.settlement.step
    nearest = np.fmax if s.side is Side.LONG else np.fmin
    line = float(nearest(run.columns["liquidation_price"][i], s.stop_price))
    equity, quantity, mark = (run.columns[name][i] for name in ("equity", "quantity", "mark"))
    return {
        "paid_in": Amount(end.paid_in, "money"),
        "fill": Amount(end.fill_price, "price"),
        "left": Amount(end.equity_at_fill, "money"),
        "returned": Amount(end.returned, "money"),
        "result": Amount(end.returned - end.paid_in, "money"),
        "shortfall": Amount(end.shortfall, "money"),
        "line": Amount(line, "price"),
        "lost_there": Amount(float(end.paid_in - equity - quantity * (line - mark)), "money"),
    }


def two_positions(scenario: Scenario, move: float) -> Account:
    """The position twice, in coins A and B, with one wallet behind both; coin A has not moved.

    Parameters
    ----------
    scenario : Scenario
        One of the two alike; its wallet is what the account holds beyond the capital of both.
    move : float
        Price change of coin B since the entry, a fraction.

    Returns
    -------
    Account
        Its legs are A and B, in this order.

    Examples
    --------
    >>> account = two_positions(Scenario(wallet=100.0, maintenance_rate=0.05), -0.12)
    >>> account.wallet, account.equity, round(account.liquidation_price(0), 2)
    (300.0, 180.0, 90.95)
    """
    s, entry = scenario, scenario.entry_price
    marks = {"A": entry, "B": entry * (1 + move)}
    legs = [
        Leg(s.quantity, entry, mark, s.tier.rate, s.tier.amount, s.closing_fee, name)
        for name, mark in marks.items()
    ]
    return Account(s.backing + s.capital, tuple(legs))


def in_one_wallet(scenario: Scenario, move: float) -> dict[str, Amount]:
    """What there is to say about the same position in two coins, cross beside isolated.

    Parameters
    ----------
    scenario, move
        As of :func:`two_positions`.

    Returns
    -------
    dict of Amount
        All of :func:`facts`, and: in_wallet (paid in), wallet_left (equity of the account) and
        wallet_asked (its requirement); other_price, of coin B; cross_trigger, of coin A;
        flat_trigger, of either coin while the other stands at its entry; alone_trigger and
        alone_lost, of either with its capital only. ``nan`` where there is no trigger. Where the
        capital alone would not do, alone_trigger is the entry price and nothing is lost: closed at once.

    Examples
    --------
    >>> said = in_one_wallet(Scenario(wallet=100.0, maintenance_rate=0.05), -0.12)
    >>> [round(said[f"{which}_trigger"].value, 2) for which in ("cross", "flat", "alone")]
    [90.95, 78.95, 94.74]
    """
    account, alone = two_positions(scenario, move), changed(scenario, wallet=0.0, stop_price=nan)
    trigger, lost = scenario.entry_price, 0.0
    if isinstance(alone, Scenario):
        trigger, lost = alone.liquidation_price, alone.backing - facts(alone, move)["cushion"].value
    return facts(scenario, move) | {
        "in_wallet": Amount(account.wallet, "money"),
        "wallet_left": Amount(account.equity, "money"),
        "wallet_asked": Amount(account.maintenance_margin, "money"),
        "other_price": Amount(account.legs[1].mark_price, "price"),
        "cross_trigger": Amount(account.liquidation_price(0), "price"),
        "flat_trigger": Amount(two_positions(scenario, 0.0).liquidation_price(0), "price"),
        "alone_trigger": Amount(trigger, "price"),
        "alone_lost": Amount(lost, "money"),
    }


class LeverageMap(NamedTuple):
    """What a move against a position leaves of one's own money, for many leverages and moves at once.

    Attributes
    ----------
    equity : ndarray of shape (n_moves, n_leverages)
        Quote, as if nobody had closed the position; may be negative.
    is_ended : ndarray of bool, shaped like `equity`
        Whether the platform has closed the position on the way.
    end_move : ndarray of shape (n_leverages,)
        Move against the position at which it is closed, a fraction of the entry price; 0 = at once,
        ``nan`` = never.
    left : ndarray of shape (n_leverages,)
        Equity at that move, quote; ``nan`` = never closed.
    share : ndarray of shape (n_moves, n_leverages)
        `equity` as a fraction of the money that was put up.
    """

    equity: risk.Floats
    is_ended: NDArray[np.bool_]
    end_move: risk.Floats
    left: risk.Floats
    share: risk.Floats


def leverage_map(scenario: Scenario, leverages: ArrayLike, moves: ArrayLike) -> LeverageMap:
    """The same money at other leverages, after moves of the price against the position.

    Parameters
    ----------
    scenario : Scenario
        Its money, side, entry price and rule; costs aside.
    leverages : array_like of shape (n_leverages,)
        Multiples of the capital; also those with which the position could not be opened.
    moves : array_like of shape (n_moves,)
        Moves against the position, positive fractions of the entry price.

    Returns
    -------
    LeverageMap

    Examples
    --------
    >>> seen = leverage_map(Scenario(maintenance_rate=0.05), [2.0, 10.0], [0.05, 0.1])
    >>> seen.equity.round(2).tolist(), seen.is_ended.tolist(), seen.end_move.round(4).tolist()
    ([[90.0, 50.0], [80.0, 0.0]], [[False, False], [False, True]], [0.4737, 0.0526])
    """
    s, entry = scenario, scenario.entry_price
    quantity = s.quantities(leverages)
    price = entry * (1 - s.side.sign * np.asarray(moves, dtype=float))[:, None]
    equity = risk.equity(quantity, entry, s.backing, price)
    at_once = s.is_closed_at_once(quantity)
    closed_at = np.where(at_once, entry, s.liquidation_prices(quantity, s.backing))
    dust = risk.NOISE * risk.notional(quantity, entry)
    return LeverageMap(
        equity,
        risk.is_liquidatable(equity - dust, s.requirements(quantity, price)),
        s.side.sign * (1 - closed_at / entry),
        risk.equity(quantity, entry, s.backing, closed_at),
        equity / s.backing,
    )


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
    quantity = s.quantities(leverage)
    borrowed = risk.notional(quantity, s.entry_price) - s.capital
    return {
        "lender_share": borrowed / (borrowed + s.backing),
        "bankruptcy": risk.bankruptcy_price(quantity, s.entry_price, s.backing),
    }
