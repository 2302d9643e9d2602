"""What a broker asks of a short sale of shares, where cheap shares stand under a minimum of dollars a share.

FINRA rule 4210(c): of a share at $5 or more the larger of 30 % of its value and $5, of a cheaper one the
larger of its whole value and $2.50. Piece by piece that is one line, without a jump:
``max(2.50, min(price, 5), 30 % * price)`` a share.
"""

from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from engine.margin.risk import Floats

CHEAP_MINIMUM: Final = 2.5
MINIMUM: Final = 5.0
RATE: Final = 0.30


# From this price up the share of the value is the larger of the two.
NO_MINIMUM_FROM: Final = MINIMUM / RATE


def short_stock_requirement(quantity: ArrayLike, mark_price: ArrayLike) -> Floats:
    """Equity that must stay behind shares sold short.

    Parameters
    ----------
    quantity : array_like
        Shares; the sign does not matter.
    mark_price : array_like
        Dollars a share.

    Returns
    -------
    ndarray
        Dollars, rising with the price and nowhere jumping.

    References
    ----------
    FINRA, rule 4210(c)(2) and (3).

    Examples
    --------
    >>> short_stock_requirement(-100.0, [2.0, 4.0, 8.0, 50.0]).tolist()
    [250.0, 400.0, 500.0, 1500.0]
    """
    price = np.asarray(mark_price, dtype=float)
    a_share = np.maximum(np.maximum(CHEAP_MINIMUM, np.minimum(price, MINIMUM)), RATE * price)
    required: Floats = np.abs(np.asarray(quantity, dtype=float)) * a_share
    return required


def short_stock_call_price(quantity: ArrayLike, entry_price: ArrayLike, collateral: ArrayLike) -> Floats:
    """Price at which equity falls to :func:`short_stock_requirement`.

    With w for what a share has behind it if its price were 0, proceeds and collateral, each piece of
    the requirement alone gives a price: ``w - 2.50``, ``w / 2``, ``w - 5`` and ``w / 1.3``. Where the
    larger of two requirements counts, the price that is met first does, and the other way round.

    Parameters
    ----------
    quantity : array_like
        Shares, negative.
    entry_price : array_like
        Dollars a share at which they were sold.
    collateral : array_like
        The trader's own money, dollars.

    Returns
    -------
    ndarray
        Dollars a share; 0 where every price calls.

    References
    ----------
    FINRA, rule 4210(c)(2) and (3).

    Examples
    --------
    Half of the value of one's own, sold at 100, 8 and 3:

    >>> short_stock_call_price(-1.0, [100.0, 8.0, 3.0], [50.0, 4.0, 1.5]).round(2).tolist()
    [115.38, 7.0, 2.0]
    """
    shares = np.abs(np.asarray(quantity, dtype=float))
    worth = np.asarray(entry_price, dtype=float) + np.asarray(collateral, dtype=float) / shares
    between = np.maximum(worth / 2, worth - MINIMUM)
    price: Floats = np.minimum(np.minimum(worth - CHEAP_MINIMUM, between), worth / (1 + RATE))
    return np.maximum(price, 0.0)[()]
