"""Who pays what a forced sale fails to bring: fund, winners, the rest.

Starts where :func:`engine.loss.settlement.settle` ends: that one knows the trader only, this one the
platform behind. Every ledger sums to zero.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.loss.closeout import insurance_fund_change
from engine.loss.settlement import Settlement, fund_share, in_cents, ledger
from engine.margin import risk
from engine.margin.ranking import highest_first
from engine.margin.risk import Floats
from engine.margin.scenario import Side


class Counterparty(NamedTuple):
    """Another trader's position in the same asset: signed units, quote per unit, quote."""

    quantity: float
    entry_price: float
    collateral: float


@dataclass(frozen=True, slots=True)
class Waterfall:
    """A closed position, settled among everybody. All amounts in the quote currency, none negative.

    ``shortfall = paid_by_fund + sum(haircuts) + socialised``.

    Attributes
    ----------
    settlement : Settlement
        The trader's account.
    paid_by_fund : float
        Part of the shortfall that the fund pays.
    haircuts : tuple of float
        Profit given up by each counterparty, in the order they were given.
    adl_quantity : float
        Units closed against winners at the bankruptcy price (auto-deleveraging).
    socialised : float
        Part of the shortfall that nobody is left to pay: spread over all customers, or the default
        of the platform.
    fund_after : float
        What the fund holds afterwards, with the liquidation fee and what it keeps.
    """

    settlement: Settlement
    paid_by_fund: float
    haircuts: tuple[float, ...]
    adl_quantity: float
    socialised: float
    fund_after: float


def adl_quantity(
    quantity: ArrayLike, bankruptcy_price: ArrayLike, fill_price: ArrayLike, fund: ArrayLike = 0.0
) -> Floats:
    """Units that must be closed against winners at the bankruptcy price once the fund is empty.

    Each of them saves the platform the distance from the fill to the bankruptcy price.

    Parameters
    ----------
    quantity : array_like
        Signed units of the position closed.
    bankruptcy_price, fill_price : array_like
        Quote per unit; the second is where the market would have taken the position.
    fund : array_like, default 0
        What the insurance fund can pay, quote, >= 0.

    Returns
    -------
    ndarray
        Units, unsigned; 0 while the fund is enough.

    References
    ----------
    Bitget, support article 12560603800805; Bybit help centre, article 900000031623.

    Examples
    --------
    A loss of 500 with 250 in the fund, on one unit:

    >>> float(adl_quantity(1.0, 57_000.0, 56_500.0, fund=250.0))
    0.5
    """
    units = np.abs(np.asarray(quantity, dtype=float))
    loss = np.maximum(-insurance_fund_change(quantity, bankruptcy_price, fill_price), 0.0)
    unpaid = np.maximum(loss - np.asarray(fund, dtype=float), 0.0)
    return np.where(loss > 0, units * unpaid / np.where(loss > 0, loss, 1.0), 0.0)[()]


def adl_score(
    quantity: ArrayLike, entry_price: ArrayLike, collateral: ArrayLike, mark_price: ArrayLike
) -> Floats:
    """What decides who is closed against a bankrupt trader: profit times leverage.

    Profit as a share of the entry value, times effective leverage; with a loss, divided by it.

    Parameters
    ----------
    quantity, entry_price, collateral : array_like
        Signed units, not zero; quote per unit; quote.
    mark_price : array_like
        Quote per unit.

    Returns
    -------
    ndarray
        Larger = earlier; not positive without a profit.

    References
    ----------
    Bybit help centre, article 900000031623; Hyperliquid, documentation, "Auto-deleveraging"; BitMEX,
    "What is Auto-Deleveraging".

    Examples
    --------
    A gain of a tenth at an effective leverage of 6:

    >>> round(float(adl_score(-1.0, 100.0, 5.0, 90.0)), 3)
    0.6
    """
    gain = risk.equity(quantity, entry_price, 0.0, mark_price) / risk.notional(quantity, entry_price)
    own = risk.equity(quantity, entry_price, collateral, mark_price)
    leverage = risk.effective_leverage(risk.margin_ratio(own, risk.notional(quantity, mark_price)))
    return np.where(gain > 0, gain * leverage, gain / leverage)[()]


def rank_winners(
    quantity: ArrayLike, entry_price: ArrayLike, collateral: ArrayLike, mark_price: ArrayLike
) -> NDArray[np.intp]:
    """Order in which traders are closed against a bankrupt one: the largest :func:`adl_score` first.

    Parameters
    ----------
    quantity, entry_price, collateral, mark_price : array_like
        As in :func:`adl_score`; all but the last of shape (n_traders,).

    Returns
    -------
    ndarray of int, shape (n_traders,)
        Indices, first in the queue first; scores equal on paper in the order given
        (:func:`engine.margin.highest_first`). Traders without a profit stand last.

    Examples
    --------
    Three shorts at 90: a little gain at high leverage, a large one at low leverage, a loss.

    >>> rank_winners([-1.0, -1.0, -1.0], [95.0, 120.0, 85.0], [2.0, 120.0, 20.0], 90.0).tolist()
    [0, 1, 2]
    """
    order, _ = highest_first(adl_score(quantity, entry_price, collateral, mark_price))
    return order


def haircuts(unpaid: float, can_pay: ArrayLike, ranks: ArrayLike) -> Floats:
    """What each trader gives up of a loss, first in the queue first.

    Parameters
    ----------
    unpaid : float
        Loss to share, quote, >= 0.
    can_pay : array_like of shape (n_traders,)
        The most each can give up, quote, >= 0.
    ranks : array_like of int, shape (n_traders,)
        Indices of the traders in the order of the queue.

    Returns
    -------
    ndarray of shape (n_traders,)
        Quote, in the order of `can_pay`.

    Examples
    --------
    >>> haircuts(9.0, [5.0, 0.0, 7.0], [2, 0, 1]).tolist()
    [2.0, 0.0, 7.0]
    """
    most, queue = np.asarray(can_pay, dtype=float), np.asarray(ranks, dtype=int)
    before = np.cumsum(most[queue]) - most[queue]
    paid = np.zeros_like(most)
    paid[queue] = np.clip(unpaid - before, 0.0, most[queue])
    return paid


def waterfall(
    settlement: Settlement,
    side: Side,
    *,
    fund: float = 0.0,
    others: Sequence[Counterparty] = (),
) -> Waterfall:
    """Settle a closed position among the trader, the insurance fund, the winners and everybody else.

    What is missing is paid by the fund as far as it reaches, then by winners on the other side in
    the order of :func:`rank_winners`: their units are closed at the bankruptcy price, for no more
    than their profit. The remainder is socialised.

    Parameters
    ----------
    settlement : Settlement
    side : Side
        Of the position that was closed.
    fund : float, default 0
        What the insurance fund holds before, quote.
    others : sequence of Counterparty
        Positions in the same asset, valued at the fill price.

    Returns
    -------
    Waterfall

    References
    ----------
    Bitget, support articles 360059239211 and 12560603800805; dydxprotocol/v4-documentation@3e475b73:
    docs/pages/concepts/trading/contract-loss-mechanism.mdx; drift-labs/protocol-v2@0ae3e3b1:
    tests/liquidatePerp.ts.

    Examples
    --------
    One unit bought at 60,000 with 3,000 and sold at 56,500; the fund holds 250:

    >>> from engine.loss.settlement import Outcome, settle
    >>> closed = settle(outcome=Outcome.LIQUIDATED, step=1, trigger_price=57_286.43, fill_price=56_500.0,
    ...                 notional=56_500.0, paid_in=3000.0, price_result=-3500.0, trading_fees=0.0,
    ...                 funding=0.0, interest=0.0, trading_fee=0.0005, liquidation_fee=0.0)
    >>> done = waterfall(closed, Side.LONG, fund=250.0, others=[Counterparty(-2.0, 58_000.0, 9000.0)])
    >>> done.paid_by_fund, done.haircuts, done.adl_quantity, done.socialised
    (250.0, (250.0,), 0.5, 0.0)
    """
    s = settlement
    paid = float(fund_share(s.shortfall, fund))
    # Distance from the fill to the bankruptcy price: what each unit closed there saves.
    per_unit = s.shortfall * s.fill_price / s.notional if s.shortfall else 0.0
    shares = _shares(s, side, per_unit, s.shortfall - paid, others)
    given_up = float(shares.sum())
    return Waterfall(
        settlement=s,
        paid_by_fund=paid,
        haircuts=tuple(shares.tolist()),
        adl_quantity=given_up / per_unit if given_up else 0.0,
        socialised=max(s.shortfall - paid - given_up, 0.0),
        fund_after=fund + s.liquidation_fee + s.kept - paid,
    )


def _shares(
    s: Settlement, side: Side, per_unit: float, unpaid: float, others: Sequence[Counterparty]
) -> Floats:
    if not others:
        return np.zeros(0)
    quantity, entry, collateral = np.array(others, dtype=float).T
    profit = risk.equity(quantity, entry, 0.0, s.fill_price)
    facing = np.where(side.sign * quantity < 0, np.abs(quantity), 0.0)
    can_pay = np.minimum(facing * per_unit, np.maximum(profit, 0.0))
    return haircuts(unpaid, can_pay, rank_winners(quantity, entry, collateral, s.fill_price))


def full_ledger(waterfall: Waterfall) -> dict[str, float]:
    """What each party gained or lost, the platform's pockets told apart; sums to zero.

    Parameters
    ----------
    waterfall : Waterfall

    Returns
    -------
    dict of float, quote, positive = gained, by party
        As :func:`engine.loss.settlement.ledger`, with the shortfall no longer the lender's but divided
        among ``insurance_fund``, ``winners`` (profit given up) and ``everybody`` (socialised).

    Examples
    --------
    >>> from engine.loss.settlement import Outcome, settle
    >>> closed = settle(outcome=Outcome.LIQUIDATED, step=1, trigger_price=94.74, fill_price=88.0,
    ...                 notional=880.0, paid_in=100.0, price_result=-120.0, trading_fees=0.0,
    ...                 funding=0.0, interest=0.0, trading_fee=0.0, liquidation_fee=0.005)
    >>> gained = full_ledger(waterfall(closed, Side.LONG, fund=15.0))
    >>> gained["insurance_fund"], gained["everybody"], sum(gained.values())
    (-15.0, -5.0, 0.0)
    """
    w, gained = waterfall, ledger(waterfall.settlement)
    gained["lender"] += w.settlement.shortfall
    gained["insurance_fund"] -= w.paid_by_fund
    return gained | {"winners": -sum(w.haircuts), "everybody": -w.socialised}


def full_ledger_in_cents(waterfall: Waterfall) -> dict[str, float]:
    """The full ledger in whole cents that still add up to zero, each winner by itself.

    Parameters
    ----------
    waterfall : Waterfall

    Returns
    -------
    dict of float, quote, positive = gained, by party
        As :func:`full_ledger`, with ``winner_1``, ``winner_2``, … in the order of `haircuts` in place of
        ``winners``.

    Examples
    --------
    >>> from engine.loss.settlement import Outcome, settle
    >>> closed = settle(outcome=Outcome.LIQUIDATED, step=1, trigger_price=94.74, fill_price=94.0,
    ...                 notional=940.0, paid_in=100.0, price_result=-60.004, trading_fees=0.0,
    ...                 funding=0.0, interest=0.0, trading_fee=0.0, liquidation_fee=0.0)
    >>> {party: cents for party, cents in full_ledger_in_cents(waterfall(closed, Side.LONG)).items() if cents}
    {'trader': -60.0, 'market': 60.0}
    """
    lines = full_ledger(waterfall)
    del lines["winners"]
    everybody = lines.pop("everybody")
    lines |= {f"winner_{i}": -given for i, given in enumerate(waterfall.haircuts, 1)}
    lines["everybody"] = everybody
    return in_cents(lines)
