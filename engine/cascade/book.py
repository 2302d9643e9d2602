"""A crowd of positions, longs against shorts, and the queue in which its longs are sold."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from engine.cascade.depth import Depth
from engine.margin import risk
from engine.margin.ranking import highest_first
from engine.margin.risk import NOISE, Floats

Counts = NDArray[np.int64]


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


@dataclass(frozen=True, slots=True, eq=False)
class Queue:
    """The longs in the order in which a falling price reaches them, made by :func:`queue`.

    Attributes
    ----------
    depth : Depth
    account : ndarray of int, shape (n_longs,)
        Row in the book; of equal triggers the one that stands first in the book. Longs without a
        liquidation price do not stand in the queue.
    trigger_price : ndarray of shape (n_longs,)
        Liquidation price, quote per unit, highest first; the same for those equal on paper.
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
    order, line = highest_first(trigger[longs])
    account = longs[order]
    sold = np.concatenate([[0.0], np.cumsum(book.quantity[account])])
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
