"""Why liquidations come in avalanches: each forced sale lowers the price at which the next one is judged.

A shock lowers the price and nobody trades. Then every long at its requirement is sold into the orders that
stand there, the one with the highest trigger first, and each sale lowers the price for the rest. Whatever
the order of the sales, the last price is the same; what each one gets is not. Shorts are the other side and
win. Money and prices are in the quote currency, rates are fractions.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import log
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammaln, lambertw

from engine.loss.settlement import in_cents
from engine.loss.waterfall import haircuts, rank_winners
from engine.margin import costs, risk
from engine.margin.risk import NOISE, Floats

Counts = NDArray[np.int64]
PERCENT: Final = 0.01


class Curve(StrEnum):
    """How the price falls with the units sold: in equal steps, in equal shares, or ever more slowly."""

    LINEAR = "linear"
    EXPONENTIAL = "exponential"
    SQUARE_ROOT = "square-root"


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
class Depth:
    """The orders that forced sales run into.

    With v for the units sold so far and d for `one_percent`, the price p after the shock becomes
    ``p - 0.01 * price * v / d`` (linear), ``p * 0.99 ** (v / d)`` (exponential) or
    ``p * (1 - 0.01 * sqrt(v / d))`` (square root), but never less than zero.

    Attributes
    ----------
    one_percent : float
        Units whose sale lowers the price by 1 %, above zero.
    price : float
        Quote per unit before the shock.
    curve : Curve
    """

    one_percent: float
    price: float = 100.0
    curve: Curve = Curve.LINEAR

    def after(self, start_price: ArrayLike, sold: ArrayLike) -> Floats:
        """Price, quote per unit, once `sold` units have gone, from `start_price`; broadcasts."""
        drop, share = self._impact(sold)
        price: Floats = np.maximum(np.asarray(start_price, dtype=float) * share - drop, 0.0)
        return price

    def before(self, price: ArrayLike, sold: ArrayLike) -> Floats:
        """Highest start, quote per unit, that `sold` units bring down to `price`; ``inf`` if any does."""
        drop, share = self._impact(sold)
        start = (np.asarray(price, dtype=float) + drop) / np.where(share > 0, share, 1.0)
        highest: Floats = np.where(share > 0, start, np.inf)
        return highest

    def proceeds(self, start_price: ArrayLike, sold: ArrayLike) -> Floats:
        """Money, quote, that `sold` units bring in from `start_price` down; broadcasts."""
        start: Floats = np.asarray(start_price, dtype=float)
        units: Floats = np.asarray(sold, dtype=float)
        if self.curve is Curve.LINEAR:
            slope = PERCENT * self.price / self.one_percent
            units = np.minimum(units, start / slope)
            return start * units - slope * units**2 / 2
        if self.curve is Curve.EXPONENTIAL:
            scale = -self.one_percent / log(1 - PERCENT)
            return -start * scale * np.expm1(-units / scale)
        units = np.minimum(units, self.one_percent / PERCENT**2)
        return start * units * (1 - 2 / 3 * PERCENT * np.sqrt(units / self.one_percent))

    def _impact(self, sold: ArrayLike) -> tuple[Floats, Floats]:
        """What is subtracted from the price, quote, and the share of it that is left."""
        size = np.asarray(sold, dtype=float) / self.one_percent
        if self.curve is Curve.LINEAR:
            return PERCENT * self.price * size, np.ones_like(size)
        if self.curve is Curve.EXPONENTIAL:
            return np.zeros_like(size), (1 - PERCENT) ** size
        return np.zeros_like(size), 1 - PERCENT * np.sqrt(size)


@dataclass(frozen=True, slots=True, eq=False)
class Book:
    """Everybody's positions; for each unit held long somebody is short one.

    Attributes
    ----------
    quantity : ndarray of shape (n_accounts,)
        Signed units, none zero.
    entry_price, collateral : ndarray of shape (n_accounts,)
        Quote per unit, and the money behind each position, quote.
    maintenance_rate : float
        Fraction of notional.

    Raises
    ------
    ValueError
        If longs and shorts differ in size.
    """

    quantity: Floats
    entry_price: Floats
    collateral: Floats
    maintenance_rate: float = 0.005

    def __post_init__(self) -> None:
        arrays = np.broadcast_arrays(*(np.asarray(x, dtype=float) for x in self._positions))
        for name, array in zip(("quantity", "entry_price", "collateral"), arrays, strict=True):
            object.__setattr__(self, name, array)
        long, all_units = self.quantity[self.quantity > 0].sum(), np.abs(self.quantity).sum()
        if abs(2 * long - all_units) > 1e-9 * all_units:
            raise ValueError(
                f"longs hold {long} units and shorts {all_units - long}: every unit needs both sides."
            )

    @property
    def leverage(self) -> Floats:
        """Notional at entry over the money behind it, of every account.

        >>> crowd(2, 10.0, 10.0, 50.0).leverage.round(2).tolist()
        [25.0, 12.5, 1.0]
        """
        return np.abs(self.quantity) * self.entry_price / self.collateral

    @property
    def _positions(self) -> tuple[Floats, Floats, Floats]:
        return self.quantity, self.entry_price, self.collateral


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
class Queue:
    """The longs in the order in which a falling price reaches them, made by :func:`queue`.

    Attributes
    ----------
    depth : Depth
    account : ndarray of int, shape (n_longs,)
        Row in the book. Longs without a liquidation price do not stand in the queue.
    trigger_price : ndarray of shape (n_longs,)
        Liquidation price, quote per unit, highest first.
    sold : ndarray of shape (n_longs + 1,)
        Units sold before each sale, and after the last.
    reach : ndarray of shape (n_longs,)
        Highest price after a shock, quote per unit, at which this sale still takes place.
    """

    depth: Depth
    account: Counts
    trigger_price: Floats
    sold: Floats
    reach: Floats

    def sales(self, shock_price: ArrayLike) -> Counts:
        """How many longs are sold once the price stands at `shock_price`, quote per unit; broadcasts."""
        return np.searchsorted(-self.reach, -np.asarray(shock_price, dtype=float), side="right")


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


def queue(book: Book, depth: Depth) -> Queue:
    """Line up the longs once; every shock after that is one look-up.

    Sale k takes place if the price that the k - 1 before it leave is at its trigger or below, that is if the
    shock went at least as low as ``depth.before(trigger, sold)``; and so must be all sales before it, which
    makes a running minimum. One sort for the book, one bisection a shock.

    Parameters
    ----------
    book : Book
    depth : Depth

    Returns
    -------
    Queue

    Examples
    --------
    Three longs of 1 unit with triggers 95, 93 and 91; a sale lowers the price by 2:

    >>> book = Book([1, 1, 1, -3], 100.0, [5, 7, 9, 300], maintenance_rate=0.0)
    >>> line = queue(book, Depth(0.5))
    >>> line.sales([95.5, 94.5]).tolist()
    [0, 3]
    """
    trigger = risk.liquidation_price(*book._positions, book.maintenance_rate)
    longs = np.flatnonzero((book.quantity > 0) & ~np.isnan(trigger))
    account = longs[np.argsort(-trigger[longs], kind="stable")]
    sold = np.concatenate([[0.0], np.cumsum(book.quantity[account])])
    line = trigger[account]
    reach = np.minimum.accumulate(depth.before(line * (1 + NOISE), sold[:-1]))
    return Queue(depth, account, line, sold, reach)


def last_prices(line: Queue, shock_price: ArrayLike) -> pd.DataFrame:
    """Where the price ends for each of many shocks, all sales going into the order book.

    Parameters
    ----------
    line : Queue
    shock_price : array_like of shape (n_shocks,)
        Quote per unit after the shock, before the first sale.

    Returns
    -------
    DataFrame
        ``shock_price``; ``sales``, longs closed; ``sold``, units; ``last_price``, quote per unit.

    Examples
    --------
    >>> book = Book([1, 1, 1, -3], 100.0, [5, 7, 9, 300], maintenance_rate=0.0)
    >>> last_prices(queue(book, Depth(0.5)), [95.5, 94.5])["last_price"].tolist()
    [95.5, 88.5]
    """
    start = np.asarray(shock_price, dtype=float)
    sales = line.sales(start)
    sold = line.sold[sales]
    last = line.depth.after(start, sold)
    return pd.DataFrame({"shock_price": start, "sales": sales, "sold": sold, "last_price": last})


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
    on_market = np.ones(int(line.sales(shock_price)), dtype=bool)
    if rules.deleveraging is Deleveraging.AT_BANKRUPTCY:
        on_market = _sold_on_market(book, line, shock_price, rules)
    who = line.account[: on_market.size]
    quantity, entry, collateral = (values[who] for values in book._positions)
    sold = np.concatenate([[0.0], np.cumsum(quantity * on_market)])
    proceeds = depth.proceeds(shock_price, sold)
    prices = depth.after(shock_price, sold)
    bankrupt = risk.bankruptcy_price(quantity, entry, collateral)
    fill = np.where(on_market, np.diff(proceeds) / quantity, bankrupt)
    own = np.where(on_market, risk.equity(quantity, entry, collateral, fill), 0.0)
    fee, to_fund, to_trader = _split(own, quantity * fill, rules)
    balance = np.concatenate([[rules.fund], rules.fund + np.cumsum(to_fund)])
    unpaid = -np.minimum.accumulate(np.minimum(balance, 0.0))
    fund = balance + unpaid

    last = float(prices[-1])
    closed = np.zeros_like(book.quantity)
    if rules.deleveraging is Deleveraging.AT_BANKRUPTCY:
        units, at = quantity[~on_market], bankrupt[~on_market]
        haircut, closed = _closed_against(book, units, at, shock_price, last)
        shortfall, default = float(units @ (at - last)), 0.0
    else:
        profit = np.maximum(book.quantity * (last - book.entry_price), 0.0) * (book.quantity < 0)
        shortfall = float(unpaid[-1])
        default = max(shortfall - float(profit.sum()), 0.0)
        haircut = _taken_from(profit, shortfall - default, book, last, rules.deleveraging)
    after = risk.equity(*book._positions, last) - haircut
    after[who], closed[who] = to_trader, quantity
    return Avalanche(
        shock_price=shock_price,
        last_price=last,
        sold=float(sold[-1]),
        sales=pd.DataFrame(
            {
                "account": who,
                "wave": _waves(line.trigger_price[: who.size], shock_price, prices[1:]),
                "trigger_price": line.trigger_price[: who.size],
                "quantity": quantity,
                "on_market": on_market,
                "fill_price": fill,
                "price_after": prices[1:],
                "equity_at_fill": own,
                "liquidation_fee": fee,
                "fund_after": fund[1:],
            }
        ),
        accounts=pd.DataFrame(
            {
                "quantity": book.quantity,
                "closed": closed,
                "equity_before": risk.equity(*book._positions, depth.price),
                "equity_after": after,
                "haircut": haircut,
            }
        ),
        fund_change=float(fund[-1] - rules.fund),
        fees=float(fee.sum()),
        market_result=float(sold[-1] * last - proceeds[-1]),
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


def depth_of_volume(daily_volume: ArrayLike, daily_volatility: ArrayLike) -> Floats:
    """Units that move the price by 1 % where impact follows the square-root law.

    The law: selling v units lowers the price by ``daily_volatility * sqrt(v / daily_volume)``.

    Parameters
    ----------
    daily_volume : array_like
        Units traded a day.
    daily_volatility : array_like
        Standard deviation of the daily return, a fraction.

    Returns
    -------
    ndarray
        Units, for :class:`Depth` with a square-root curve.

    References
    ----------
    J. Donier, J. Bonart, "A Million Metaorder Analysis of Market Impact on the Bitcoin", Market
    Microstructure and Liquidity 1 (2015): the law on bitcoin over four decades of size.

    Examples
    --------
    With a volatility of 4 % a sixteenth of the day's volume moves the price by 1 %:

    >>> float(depth_of_volume(1600.0, 0.04))
    100.0
    """
    volume, volatility = np.asarray(daily_volume, dtype=float), np.asarray(daily_volatility, dtype=float)
    return volume * (PERCENT / volatility) ** 2


def depth_of_impact(impact: ArrayLike, price: ArrayLike = 100.0) -> Floats:
    """Units that move the price by 1 % where each unit moves it by the same amount.

    Parameters
    ----------
    impact : array_like
        Quote per unit by which the sale of one unit lowers the price, above zero.
    price : array_like, default 100
        Quote per unit before the shock.

    Returns
    -------
    ndarray
        Units, for :class:`Depth` with a linear curve.

    Examples
    --------
    >>> depth = Depth(float(depth_of_impact(2.0)))
    >>> float(depth.after(94.5, 3.0))
    88.5
    """
    depth: Floats = PERCENT * np.asarray(price, dtype=float) / np.asarray(impact, dtype=float)
    return depth


def one_unit_each(trigger_price: ArrayLike, entry_price: float = 100.0) -> Book:
    """A book of longs of one unit that are sold at given prices, and one short without leverage.

    Nothing is required of anybody, so each is sold when nothing of the margin is left.

    Parameters
    ----------
    trigger_price : array_like of shape (n_longs,)
        Quote per unit, below the entry price.
    entry_price : float, default 100
        Quote per unit.

    Returns
    -------
    Book
        The short is its last row.

    Examples
    --------
    >>> line = queue(one_unit_each([95.0, 93.0, 91.0]), Depth(0.5))
    >>> line.trigger_price.tolist()
    [95.0, 93.0, 91.0]
    """
    margin = entry_price - np.asarray(trigger_price, dtype=float)
    return Book(
        np.append(np.ones_like(margin), -float(margin.size)),
        np.full(margin.size + 1, entry_price),
        np.append(margin, margin.size * entry_price),
        maintenance_rate=0.0,
    )


def crowd(
    traders: int,
    open_interest: float,
    lowest_leverage: float,
    highest_leverage: float,
    *,
    entry_price: float = 100.0,
    maintenance_rate: float = 0.005,
) -> Book:
    """A book of equal longs that all came in at one price, and one short without leverage.

    Parameters
    ----------
    traders : int
        Number of longs, at least 1.
    open_interest : float
        Units held long by all of them together.
    lowest_leverage, highest_leverage : float
        Multiples; 1/leverage is spread evenly between the two, each trader in the middle of an equal
        part, so that nobody has exactly one of the ends.
    entry_price : float, default 100
        Quote per unit.
    maintenance_rate : float, default 0.005
        Fraction of notional.

    Returns
    -------
    Book
        The short is its last row.

    Examples
    --------
    >>> crowd(2, 10.0, 10.0, 50.0).collateral.tolist()
    [20.0, 40.0, 1000.0]
    """
    cell = (np.arange(traders) + 0.5) / traders
    share = 1 / highest_leverage + cell * (1 / lowest_leverage - 1 / highest_leverage)
    each = open_interest / traders
    return Book(
        np.append(np.full(traders, each), -open_interest),
        np.full(traders + 1, entry_price),
        np.append(share * each, open_interest) * entry_price,
        maintenance_rate,
    )


def branching_ratio(
    open_interest: ArrayLike,
    one_percent: ArrayLike,
    lowest_leverage: ArrayLike,
    highest_leverage: ArrayLike,
    maintenance_rate: ArrayLike = 0.005,
) -> Floats:
    """Units that become due for sale for each unit sold, in a crowd and a linear order book.

    Liquidation prices per dollar over depth per dollar. Below 1 an avalanche dies out, from 1 on it takes
    everybody.

    Parameters
    ----------
    open_interest : array_like
        Units held long.
    one_percent : array_like
        Units whose sale lowers the price by 1 % of its value before the shock.
    lowest_leverage, highest_leverage : array_like
        Multiples; 1/leverage is spread evenly between the two (:func:`crowd`).
    maintenance_rate : array_like, default 0.005
        Fraction of notional.

    Returns
    -------
    ndarray

    Examples
    --------
    Everyone between 10x and 50x, five times as much as moves the price by 1 %:

    >>> round(float(branching_ratio(5.0, 1.0, 10.0, 50.0)), 3)
    0.622
    """
    held: Floats = np.asarray(open_interest, dtype=float)
    return held / critical_open_interest(one_percent, lowest_leverage, highest_leverage, maintenance_rate)


def critical_open_interest(
    one_percent: ArrayLike,
    lowest_leverage: ArrayLike,
    highest_leverage: ArrayLike,
    maintenance_rate: ArrayLike = 0.005,
) -> Floats:
    """Units held long at which one sale makes one more: the branching ratio is 1.

    Parameters
    ----------
    one_percent, lowest_leverage, highest_leverage, maintenance_rate : array_like
        As in :func:`branching_ratio`.

    Returns
    -------
    ndarray
        Units.

    Examples
    --------
    >>> round(float(critical_open_interest(1.0, 10.0, 50.0)), 2)
    8.04
    """
    nearest, farthest = _first_and_last_fall(lowest_leverage, highest_leverage, maintenance_rate)
    return np.asarray(one_percent, dtype=float) * (farthest - nearest) / PERCENT


def total_fall(
    shock: ArrayLike,
    open_interest: ArrayLike,
    one_percent: ArrayLike,
    lowest_leverage: ArrayLike,
    highest_leverage: ArrayLike,
    maintenance_rate: ArrayLike = 0.005,
) -> Floats:
    """How far the price falls in all, in a crowd and a linear order book.

    With R for the branching ratio and d for the fall that reaches the first trigger, a larger `shock` ends
    at ``shock + (shock - d) * R / (1 - R)``, or once everybody is sold.

    Parameters
    ----------
    shock : array_like
        Fall before the first sale, a fraction of the price before it.
    open_interest, one_percent, lowest_leverage, highest_leverage, maintenance_rate : array_like
        As in :func:`branching_ratio`.

    Returns
    -------
    ndarray
        Fraction of the price before the shock.

    Examples
    --------
    A shock of 2 % becomes 2.8 %; with half the depth it becomes 12 %:

    >>> total_fall(0.02, 5.0, [1.0, 0.5], 10.0, 50.0).round(4).tolist()
    [0.0281, 0.12]
    """
    shock = np.asarray(shock, dtype=float)
    ratio = branching_ratio(open_interest, one_percent, lowest_leverage, highest_leverage, maintenance_rate)
    nearest, _ = _first_and_last_fall(lowest_leverage, highest_leverage, maintenance_rate)
    everybody = PERCENT * np.asarray(open_interest, dtype=float) / np.asarray(one_percent, dtype=float)
    room = np.where(ratio < 1, 1 - ratio, 1.0)
    further = np.where(ratio < 1, (shock - nearest) * ratio / room, np.inf)
    fall: Floats = shock + np.where(shock > nearest, np.minimum(further, everybody), 0.0)
    return fall


def sales_odds(count: ArrayLike, due: ArrayLike, ratio: ArrayLike) -> Floats:
    """Probability that exactly `count` positions are sold when triggers lie at random prices.

    Triggers at a constant rate per dollar, positions of one size, equal impact each: the shock makes a
    Poisson number with mean `due`, each sale a Poisson number with mean `ratio` more. The total follows the
    generalised Poisson law ``a (a + b n)^(n - 1) exp(-a - b n) / n!``.

    Parameters
    ----------
    count : array_like
        Positions sold, whole numbers from 0.
    due : array_like
        a, the rate of triggers per dollar times the shock, above zero.
    ratio : array_like
        b, the rate of triggers per dollar times the impact of one sale: the branching ratio.

    Returns
    -------
    ndarray
        Probability. Above a ratio of 1 the sum over all counts falls short of 1 by the odds that the
        avalanche never stops.

    References
    ----------
    P. C. Consul, G. C. Jain, "A Generalization of the Poisson Distribution", Technometrics 15 (1973).

    Examples
    --------
    >>> sales_odds([0, 1, 2], 1.0, 0.5).round(4).tolist()
    [0.3679, 0.2231, 0.1353]
    """
    n, a, b = (np.asarray(value, dtype=float) for value in (count, due, ratio))
    odds: Floats = np.exp(np.log(a) + (n - 1) * np.log(a + b * n) - (a + b * n) - gammaln(n + 1))
    return odds


def expected_sales(due: ArrayLike, ratio: ArrayLike) -> Floats:
    """Average number of sales with triggers at random prices: ``due / (1 - ratio)``.

    Parameters
    ----------
    due, ratio : array_like
        As in :func:`sales_odds`.

    Returns
    -------
    ndarray
        ``inf`` from a ratio of 1 on.

    Examples
    --------
    >>> expected_sales(2.0, [0.0, 0.8, 1.0]).round(6).tolist()
    [2.0, 10.0, inf]
    """
    a, room = np.asarray(due, dtype=float), 1 - np.asarray(ratio, dtype=float)
    return np.where(room > 0, a / np.where(room > 0, room, 1.0), np.inf)[()]


def sales_variance(due: ArrayLike, ratio: ArrayLike) -> Floats:
    """Variance of the number of sales with triggers at random prices: ``due / (1 - ratio)**3``.

    Parameters
    ----------
    due, ratio : array_like
        As in :func:`sales_odds`.

    Returns
    -------
    ndarray
        ``inf`` from a ratio of 1 on.

    Examples
    --------
    >>> sales_variance(2.0, [0.0, 0.8, 1.0]).round(6).tolist()
    [2.0, 250.0, inf]
    """
    room = np.maximum(1 - np.asarray(ratio, dtype=float), 0.0)
    variance: Floats = expected_sales(due, ratio) / room**2
    return variance


def stopping_odds(due: ArrayLike, ratio: ArrayLike) -> Floats:
    """Probability that an avalanche among endlessly many random triggers stops by itself.

    ``exp(a * (x - 1))`` with x, the odds that the sales made by one sale die out, the smallest solution of
    ``x = exp(b * (x - 1))``.

    Parameters
    ----------
    due, ratio : array_like
        a and b as in :func:`sales_odds`, b above zero.

    Returns
    -------
    ndarray
        1 up to a ratio of 1.

    Examples
    --------
    >>> stopping_odds(1.0, [0.5, 1.0, 1.5]).round(4).tolist()
    [1.0, 1.0, 0.5583]
    """
    a, b = np.asarray(due, dtype=float), np.asarray(ratio, dtype=float)
    beyond: Floats = np.where(b > 1, b, 2.0)
    die_out = -np.real(lambertw(-beyond * np.exp(-beyond), 0)) / beyond
    return np.where(b > 1, np.exp(a * (die_out - 1)), 1.0)[()]


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


def _first_and_last_fall(
    lowest_leverage: ArrayLike, highest_leverage: ArrayLike, maintenance_rate: ArrayLike
) -> tuple[Floats, Floats]:
    """Falls, fractions of the entry price, at which the most and the least leveraged long are due."""
    shares = (1 / np.asarray(leverage, dtype=float) for leverage in (highest_leverage, lowest_leverage))
    nearest, farthest = (risk.liquidation_price(1.0, 1.0, share, maintenance_rate) for share in shares)
    return 1 - nearest, 1 - farthest
