"""Why liquidations come in avalanches: each forced sale lowers the price at which the next one is judged.

A shock lowers the price and nobody trades. Then every long at its requirement is sold into the orders that
stand there, the one with the highest trigger first, and each sale lowers the price for the rest. Whatever
the order of the sales, the last price is the same; what each one gets is not. Shorts are the other side and
win. Money and prices are in the quote currency, rates are fractions.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from engine.cascade.book import Book, Counts, Queue, queue
from engine.cascade.depth import Depth
from engine.loss.settlement import in_cents
from engine.loss.waterfall import haircuts, rank_winners
from engine.margin import costs, risk
from engine.margin.risk import NOISE, Floats


class Deleveraging(StrEnum):
    """Who pays what the insurance fund cannot.

    ``PRO_RATA`` and ``RANKED`` take it from the winners' profit when all sales are over: by the size of the
    profit, or from the first in the queue. ``AT_BANKRUPTCY`` sells nothing the fund could not cover: such a
    position is closed at its bankruptcy price against the first in the queue as it stood after the shock,
    and the price stays.
    """

    PRO_RATA = "pro-rata"
    RANKED = "ranked"
    AT_BANKRUPTCY = "at-bankruptcy"


@dataclass(frozen=True, slots=True)
class Rules:
    """What happens to the money of a position that is sold.

    Attributes
    ----------
    liquidation_fee : float
        Fraction of the money a sale brings in; taken only from what is left.
    fund : float
        Insurance fund before the shock, quote.
    rest_to_fund : bool
        Whether what is left after the fee goes to the fund, as on many futures venues, or to the trader.
    deleveraging : Deleveraging
    """

    liquidation_fee: float = 0.0
    fund: float = 0.0
    rest_to_fund: bool = True
    deleveraging: Deleveraging = Deleveraging.PRO_RATA


@dataclass(frozen=True, slots=True, eq=False)
class Avalanche:
    """All that follows one shock, made by :func:`avalanche`.

    Attributes
    ----------
    shock_price, last_price : float
        Quote per unit after the shock, before the first sale and after the last.
    sold : float
        Units sold into the orders.
    sales : DataFrame
        One row a closed long, in order: ``account`` (row in the book), ``wave`` (1 = due by the shock
        itself, 2 = by the sales of wave 1, and so on), ``trigger_price``, ``quantity``, ``on_market``
        (False: closed against winners), ``fill_price`` (average), ``price_after``, ``equity_at_fill``
        (negative = the loss is larger than the money behind it), ``liquidation_fee``, ``fund_after``.
    accounts : DataFrame
        One row an account of the book: ``quantity``, ``closed`` (units, >= 0), ``equity_before`` the shock,
        ``equity_after``, ``haircut`` (what a winner gives up, quote; negative for one whose position was
        closed at a bankruptcy price below `last_price`).
    fund_change, fees, market_result : float
        What the insurance fund, the platform and the buyers in the order book gained, quote.
    shortfall : float
        What the fund could not pay; ``haircuts + default``.
    default : float
        What the winners' profit could not pay either: the platform owes it, quote.
    """

    shock_price: float
    last_price: float
    sold: float
    sales: pd.DataFrame
    accounts: pd.DataFrame
    fund_change: float
    fees: float
    market_result: float
    shortfall: float
    default: float


def avalanche(book: Book, depth: Depth, shock_price: float, rules: Rules | None = None) -> Avalanche:
    """Follow one shock sale by sale and account for everybody's money.

    Parameters
    ----------
    book : Book
        Each account above its requirement before the shock.
    depth : Depth
    shock_price : float
        Quote per unit after the shock, before the first sale.
    rules : Rules, optional
        By default no fee, an empty fund, and haircuts in proportion to profits.

    Returns
    -------
    Avalanche

    Examples
    --------
    Margins of 10, 8 and 5 behind 1 unit each; a sale lowers the price by 4:

    >>> book = Book([1, 1, 1, -3], 100.0, [10, 8, 5, 60], maintenance_rate=0.0)
    >>> fall = avalanche(book, Depth(0.25), 95.0, Rules(fund=1.0))
    >>> fall.sales["fill_price"].tolist(), fall.last_price, fall.shortfall
    ([93.0, 89.0, 85.0], 83.0, 9.0)
    """
    rules = rules or Rules()
    line = queue(book, depth)
    made = _made(book, line, shock_price, rules)
    last = float(made.prices[-1])
    haircut, closed, shortfall, default = _missing(book, made, shock_price, rules)
    after = risk.equity(*book._positions, last) - haircut
    after[made.account], closed[made.account] = made.to_trader, made.quantity
    return Avalanche(
        shock_price=shock_price,
        last_price=last,
        sold=float(made.sold[-1]),
        sales=_rows(made, line, shock_price),
        accounts=pd.DataFrame(
            {
                "quantity": book.quantity,
                "closed": closed,
                "equity_before": risk.equity(*book._positions, depth.price),
                "equity_after": after,
                "haircut": haircut,
            }
        ),
        fund_change=float(made.fund[-1] - rules.fund),
        fees=float(made.fee.sum()),
        market_result=float(made.sold[-1] * last - made.proceeds[-1]),
        shortfall=shortfall,
        default=default,
    )


def ledger(avalanche: Avalanche) -> dict[str, float]:
    """What each party gained or lost since before the shock; sums to zero.

    Parameters
    ----------
    avalanche : Avalanche

    Returns
    -------
    dict of float, quote, positive = gained, by party
        ``closed_longs``, ``open_longs``, ``shorts`` (haircuts taken off), ``market`` (who bought what was
        sold, at the last price), ``platform`` (fees less what it still owes the shorts),
        ``insurance_fund``.

    Examples
    --------
    >>> book = Book([1, 1, 1, -3], 100.0, [10, 8, 5, 60], maintenance_rate=0.0)
    >>> parties = ledger(avalanche(book, Depth(0.25), 95.0, Rules(fund=1.0)))
    >>> {party: amount for party, amount in parties.items() if amount}
    {'closed_longs': -23.0, 'shorts': 42.0, 'market': -18.0, 'insurance_fund': -1.0}
    """
    accounts = avalanche.accounts
    gain = accounts["equity_after"] - accounts["equity_before"]
    long, closed = accounts["quantity"] > 0, accounts["closed"] > 0
    return {
        "closed_longs": float(gain[long & closed].sum()),
        "open_longs": float(gain[long & ~closed].sum()),
        "shorts": float(gain[~long].sum()),
        "market": avalanche.market_result,
        "platform": avalanche.fees - avalanche.default,
        "insurance_fund": avalanche.fund_change,
    }


def ledger_in_cents(avalanche: Avalanche) -> dict[str, float]:
    """The ledger in whole cents that still add up to zero.

    Parameters
    ----------
    avalanche : Avalanche

    Returns
    -------
    dict of float
        Quote, as :func:`ledger`.

    Examples
    --------
    >>> book = Book([1.0, 1.0, -2.0], 100.0, [4.005, 9.0, 60.0], maintenance_rate=0.0)
    >>> ledger_in_cents(avalanche(book, Depth(1.0), 95.0))["closed_longs"]
    -4.01
    """
    return in_cents(ledger(avalanche))


class _Made(NamedTuple):
    """All closed longs in their order; `sold`, `proceeds`, `prices` and `fund` begin before the first."""

    account: Counts
    on_market: NDArray[np.bool_]
    quantity: Floats
    bankrupt: Floats
    fill: Floats
    own: Floats
    fee: Floats
    to_trader: Floats
    sold: Floats
    proceeds: Floats
    prices: Floats
    fund: Floats
    unpaid: Floats


def _made(book: Book, line: Queue, shock_price: float, rules: Rules) -> _Made:
    """Close every long that is due, on the market or at its bankruptcy price, and settle each."""
    on_market = np.ones(int(line.sales(shock_price)), dtype=bool)
    if rules.deleveraging is Deleveraging.AT_BANKRUPTCY:
        on_market = _sold_on_market(book, line, shock_price, rules)
    who = line.account[: on_market.size]
    quantity, entry, collateral = (values[who] for values in book._positions)
    sold = np.concatenate([[0.0], np.cumsum(quantity * on_market)])
    proceeds = line.depth.proceeds(shock_price, sold)
    prices = line.depth.after(shock_price, sold)
    bankrupt = risk.bankruptcy_price(quantity, entry, collateral)
    fill = np.where(on_market, np.diff(proceeds) / quantity, bankrupt)
    own = np.where(on_market, risk.equity(quantity, entry, collateral, fill), 0.0)
    fee, to_fund, to_trader = _split(own, quantity * fill, rules)
    balance = np.concatenate([[rules.fund], rules.fund + np.cumsum(to_fund)])
    unpaid = -np.minimum.accumulate(np.minimum(balance, 0.0))
    return _Made(
        *(who, on_market, quantity, bankrupt, fill, own, fee, to_trader),
        *(sold, proceeds, prices, balance + unpaid, unpaid),
    )


def _missing(
    book: Book, made: _Made, shock_price: float, rules: Rules
) -> tuple[Floats, Floats, float, float]:
    """Haircut and closed units of every account, what the fund could not pay, and what nobody does."""
    last = float(made.prices[-1])
    if rules.deleveraging is Deleveraging.AT_BANKRUPTCY:
        units, at = made.quantity[~made.on_market], made.bankrupt[~made.on_market]
        haircut, closed = _closed_against(book, units, at, shock_price, last)
        return haircut, closed, float(units @ (at - last)), 0.0
    profit = np.maximum(book.quantity * (last - book.entry_price), 0.0) * (book.quantity < 0)
    shortfall = float(made.unpaid[-1])
    default = max(shortfall - float(profit.sum()), 0.0)
    haircut = _taken_from(profit, shortfall - default, book, last, rules.deleveraging)
    return haircut, np.zeros_like(book.quantity), shortfall, default


def _rows(made: _Made, line: Queue, shock_price: float) -> pd.DataFrame:
    """One row a sale, the first sale first."""
    triggers = line.trigger_price[: made.account.size]
    return pd.DataFrame(
        {
            "account": made.account,
            "wave": _waves(triggers, shock_price, made.prices[1:]),
            "trigger_price": triggers,
            "quantity": made.quantity,
            "on_market": made.on_market,
            "fill_price": made.fill,
            "price_after": made.prices[1:],
            "equity_at_fill": made.own,
            "liquidation_fee": made.fee,
            "fund_after": made.fund[1:],
        }
    )


def _sold_on_market(book: Book, line: Queue, shock_price: float, rules: Rules) -> NDArray[np.bool_]:
    """For each long that is closed: whether what is missing after a sale is in the fund."""
    sold, fund, answers = 0.0, rules.fund, []
    for account, trigger in zip(line.account.tolist(), line.trigger_price.tolist(), strict=True):
        if trigger * (1 + NOISE) < line.depth.after(shock_price, sold):
            break
        quantity, entry, collateral = (float(values[account]) for values in book._positions)
        before, after = line.depth.proceeds(shock_price, [sold, sold + quantity]).tolist()
        own = collateral + after - before - quantity * entry
        _, to_fund, _ = _split(own, after - before, rules)
        answers.append(bool(fund + to_fund >= 0))
        if answers[-1]:
            sold, fund = sold + quantity, fund + float(to_fund)
    return np.array(answers, dtype=bool)


def _split(own: ArrayLike, proceeds: ArrayLike, rules: Rules) -> tuple[Floats, Floats, Floats]:
    """What is left after a sale: the fee, to the fund (negative = the fund pays), to the trader."""
    left = np.maximum(own, 0.0)
    fee: Floats = np.minimum(costs.trading_fee(proceeds, rules.liquidation_fee), left)
    to_trader = (left - fee) * (not rules.rest_to_fund)
    to_fund: Floats = left - fee - to_trader + np.minimum(own, 0.0)
    return fee, to_fund, to_trader


def _taken_from(profit: Floats, amount: float, book: Book, price: float, how: Deleveraging) -> Floats:
    """Haircuts that add up to `amount`, by the size of the profit or from the first in the queue."""
    if amount == 0:
        return np.zeros_like(profit)
    if how is Deleveraging.PRO_RATA:
        return profit * (amount / float(profit.sum()))
    return haircuts(amount, profit, rank_winners(*book._positions, price))


def _closed_against(
    book: Book, units: Floats, at: Floats, shock_price: float, last: float
) -> tuple[Floats, Floats]:
    """Haircut and units of each short that longs are closed against, `units` at a time at prices `at`."""
    order = rank_winners(*book._positions, shock_price)
    order = order[book.quantity[order] < 0]
    edges, paid = (np.concatenate([[0.0], np.cumsum(values)]) for values in (units, units * at))
    reached = np.minimum(np.cumsum(-book.quantity[order]), edges[-1])
    haircut, closed = np.zeros_like(book.quantity), np.zeros_like(book.quantity)
    closed[order] = np.diff(reached, prepend=0.0)
    haircut[order] = np.diff(np.interp(reached, edges, paid), prepend=0.0) - closed[order] * last
    return haircut, closed


def _waves(trigger_price: Floats, shock_price: float, price_after: Floats) -> Counts:
    """Number of the wave each sale belongs to: all that one price makes due go together."""
    ends, price, falling = [0], shock_price, -trigger_price * (1 + NOISE)
    while ends[-1] < trigger_price.size:
        due = int(np.searchsorted(falling, -price, side="right"))
        ends.append(max(due, ends[-1] + 1))  # the next sale is due, whatever the last digit says
        price = float(price_after[ends[-1] - 1])
    return np.repeat(np.arange(1, len(ends)), np.diff(ends))
