"""After the trigger: fill, fees, and who ends up with what. Every settlement sums to zero."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from engine.margin import costs
from engine.margin.risk import NOISE, Floats
from engine.margin.scenario import Keeper


class Outcome(StrEnum):
    """How a run ends."""

    OPEN = "open"
    LIQUIDATED = "liquidated"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Settlement:
    """The trader's account from the money paid in to the money that came back.

    ``paid_in + price_result - trading_fees - funding - interest - liquidation_fee - kept`` equals
    ``returned - shortfall``. All amounts are in the quote currency.

    Attributes
    ----------
    outcome : Outcome
        ``OPEN`` = still held at the end of the path and valued at its last price.
    step : int
        Closing step, or the last step of the path.
    trigger_price : float
        Liquidation price or stop in force at `step`; ``nan`` if the position is still open.
    fill_price : float
        Price got, or the last price.
    notional : float
        Value of the position at the fill.
    paid_in : float
        Capital, wallet money behind the position, and a top-up if it came in time.
    price_result : float
        Gain (> 0) or loss from the price, parts closed early included.
    trading_fees, funding, interest, liquidation_fee : float
        Positive = paid by the trader. Fees on a forced close are taken only from what is left.
    equity_at_fill : float
        Before the fees of the close; negative = the loss is larger than the money behind it.
    kept : float
        What is left after a forced close and its fees and goes to the platform's fund; never negative.
    returned : float
        What comes back to the trader, or is the trader's at the last price; never negative.
    shortfall : float
        What the sale failed to bring back of the borrowed money; never negative.
    """

    outcome: Outcome
    step: int
    trigger_price: float
    fill_price: float
    notional: float
    paid_in: float
    price_result: float
    trading_fees: float
    funding: float
    interest: float
    equity_at_fill: float
    liquidation_fee: float
    kept: float
    returned: float
    shortfall: float


def settle(
    *,
    outcome: Outcome,
    step: int,
    trigger_price: float,
    fill_price: float,
    notional: float,
    paid_in: float,
    price_result: float,
    trading_fees: float,
    funding: float,
    interest: float,
    trading_fee: float,
    liquidation_fee: float,
    leftover: Keeper = Keeper.TRADER,
) -> Settlement:
    """Close the account of a position, or value it if it is still open.

    Parameters
    ----------
    outcome, step, trigger_price, fill_price, notional, paid_in, price_result, funding, interest
        As in :class:`Settlement`.
    trading_fees : float
        Fees paid before this close, quote.
    trading_fee, liquidation_fee : float
        Rates charged on `notional` when the position is closed; the second only when the
        platform closes it. Neither is charged beyond what is left.
    leftover : Keeper, default the trader
        Who keeps what the platform's close and the fees leave. What the trader's own stop leaves is
        the trader's.

    Returns
    -------
    Settlement

    Examples
    --------
    10 units bought at 100 with 100 of one's own, sold by the platform at 94 for a fee of 0.5 %:

    >>> closed = settle(outcome=Outcome.LIQUIDATED, step=4, trigger_price=94.74, fill_price=94.0,
    ...                 notional=940.0, paid_in=100.0, price_result=-60.0, trading_fees=0.0,
    ...                 funding=0.0, interest=0.0, trading_fee=0.0, liquidation_fee=0.005)
    >>> round(closed.returned, 2)
    35.3
    """
    equity = paid_in + price_result - trading_fees - funding - interest
    if abs(equity) <= NOISE * max(notional, paid_in):
        equity = 0.0  # a position closed exactly at its bankruptcy price owes nobody float dust
    left = max(equity, 0.0)
    closing = forced = 0.0
    if outcome is not Outcome.OPEN:
        closing = min(float(costs.trading_fee(notional, trading_fee)), left)
    if outcome is Outcome.LIQUIDATED:
        forced = min(float(costs.trading_fee(notional, liquidation_fee)), left - closing)
    rest = left - closing - forced
    kept = rest if outcome is Outcome.LIQUIDATED and leftover is Keeper.FUND else 0.0
    return Settlement(
        outcome=outcome,
        step=step,
        trigger_price=trigger_price,
        fill_price=fill_price,
        notional=notional,
        paid_in=paid_in,
        price_result=price_result,
        trading_fees=trading_fees + closing,
        funding=funding,
        interest=interest,
        equity_at_fill=equity,
        liquidation_fee=forced,
        kept=kept,
        returned=rest - kept,
        shortfall=max(0.0, -equity),
    )


def ledger(settlement: Settlement) -> dict[str, float]:
    """What each party gained or lost; sums to zero.

    Parameters
    ----------
    settlement : Settlement

    Returns
    -------
    dict of float, quote, positive = gained, by party
        ``trader``, ``market`` (whoever was on the other side of the price move), ``platform``
        (trading fees), ``other_traders`` (funding), ``lender`` (interest less shortfall),
        ``insurance_fund`` (liquidation fee, and what is left where it keeps that).

    Examples
    --------
    Sold at 88, beyond the bankruptcy price of 90: the lender is 20 short.

    >>> closed = settle(outcome=Outcome.LIQUIDATED, step=1, trigger_price=94.74, fill_price=88.0,
    ...                 notional=880.0, paid_in=100.0, price_result=-120.0, trading_fees=0.0,
    ...                 funding=0.0, interest=0.0, trading_fee=0.0, liquidation_fee=0.005)
    >>> ledger(closed)["lender"]
    -20.0
    """
    s = settlement
    return {
        "trader": s.returned - s.paid_in,
        "market": -s.price_result,
        "platform": s.trading_fees,
        "other_traders": s.funding,
        "lender": s.interest - s.shortfall,
        "insurance_fund": s.liquidation_fee + s.kept,
    }


def fund_share(shortfall: ArrayLike, fund: ArrayLike) -> Floats:
    """What an insurance fund pays of a shortfall before anybody else does.

    Parameters
    ----------
    shortfall : array_like
        Quote, not negative.
    fund : array_like
        What the fund can give, quote, not negative.

    Returns
    -------
    ndarray
        Quote; the rest is left to others.

    Examples
    --------
    >>> fund_share(20.0, [5.0, 50.0]).tolist()
    [5.0, 20.0]
    """
    paid: Floats = np.minimum(np.asarray(shortfall, dtype=float), fund)
    return paid


def statement(settlement: Settlement) -> dict[str, float]:
    """The trader's account line by line, in whole cents that add up.

    The lines a learner adds up give the total shown, see :func:`in_cents`.

    Parameters
    ----------
    settlement : Settlement

    Returns
    -------
    dict of float, quote, signed as it changes the trader's money
        ``paid_in``, ``price_result``, ``trading_fees``, ``funding``, ``interest``,
        ``liquidation_fee``, ``kept``, ``shortfall`` (the part nobody collects from the trader), and
        their sum ``returned``.

    Examples
    --------
    >>> closed = settle(outcome=Outcome.LIQUIDATED, step=1, trigger_price=94.74, fill_price=88.0,
    ...                 notional=880.0, paid_in=100.0, price_result=-120.0, trading_fees=0.0,
    ...                 funding=0.0, interest=0.0, trading_fee=0.0, liquidation_fee=0.005)
    >>> {item: amount for item, amount in statement(closed).items() if amount}
    {'paid_in': 100.0, 'price_result': -120.0, 'shortfall': 20.0}
    """
    s = settlement
    changes = {
        "paid_in": s.paid_in,
        "price_result": s.price_result,
        "trading_fees": -s.trading_fees,
        "funding": -s.funding,
        "interest": -s.interest,
        "liquidation_fee": -s.liquidation_fee,
        "kept": -s.kept,
        "shortfall": s.shortfall,
    }
    lines = in_cents(changes)
    return lines | {"returned": float(to_cents(sum(lines.values())))}


def ledger_in_cents(settlement: Settlement) -> dict[str, float]:
    """The ledger in whole cents that still add up to zero and agree with the statement.

    Parameters
    ----------
    settlement : Settlement

    Returns
    -------
    dict of float
        Quote, as :func:`ledger`; the lines of :func:`statement`, seen from the other side.

    Examples
    --------
    >>> closed = settle(outcome=Outcome.OPEN, step=0, trigger_price=float("nan"), fill_price=100.0,
    ...                 notional=1000.0, paid_in=100.0, price_result=1.414, trading_fees=0.0,
    ...                 funding=0.0, interest=0.0, trading_fee=0.0, liquidation_fee=0.0)
    >>> ledger_in_cents(closed)["market"]
    -1.41
    """
    line = statement(settlement)
    as_told = replace(
        settlement,
        paid_in=line["paid_in"],
        price_result=line["price_result"],
        trading_fees=-line["trading_fees"],
        funding=-line["funding"],
        interest=-line["interest"],
        liquidation_fee=-line["liquidation_fee"],
        kept=-line["kept"],
        shortfall=line["shortfall"],
        returned=line["returned"],
    )
    return {party: round(amount, 2) for party, amount in ledger(as_told).items()}


def in_cents(amounts: Mapping[str, float]) -> dict[str, float]:
    """Amounts in whole cents that add up to their total, itself in whole cents.

    Running totals are rounded and the lines are their differences, so a line may differ from its
    exact value by one cent at most.

    Parameters
    ----------
    amounts : mapping of float
        Quote, by name.

    Returns
    -------
    dict of float
        Quote, in the same order.

    Examples
    --------
    >>> in_cents({"mine": 0.005, "yours": 0.005, "ours": -0.01})
    {'mine': 0.01, 'yours': 0.0, 'ours': -0.01}
    """
    totals = to_cents(np.cumsum(list(amounts.values())))
    return dict(zip(amounts, to_cents(np.diff(totals, prepend=0.0)).tolist(), strict=True))


def to_cents(money: ArrayLike) -> Floats:
    """Round money to cents, halves away from zero, deaf to float noise.

    Parameters
    ----------
    money : array_like
        Quote.

    Returns
    -------
    ndarray
        Quote, whole cents; never a negative zero.

    Examples
    --------
    >>> to_cents([1.005, -2.675]).tolist()
    [1.01, -2.68]
    """
    values: Floats = np.asarray(money, dtype=float)
    return np.sign(values) * np.floor(np.abs(values) * 100 + 0.5 + 1e-6) / 100 + 0.0
