"""What a leveraged position comes to in the end when some are liquidated on the way.

Closed forms for geometric Brownian motion, watched at every moment. The few survivors of a high
leverage look brilliant; everyone together does not.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from engine.margin.risk import Floats
from engine.odds.first_passage import Road, arrays, falling_root, reflected


class Outlook(NamedTuple):
    """What a position comes to at the end of a time span.

    ``liquidated`` and ``in_profit`` are probabilities; ``mean``, ``mean_if_survived`` and
    ``median`` are money, the liquidated counted with what is returned to them in the first and
    the last. ``mean_if_survived`` is ``nan`` when nobody survives.
    """

    liquidated: Floats
    mean: Floats
    mean_if_survived: Floats
    median: Floats
    in_profit: Floats


def final_equity(
    spot: ArrayLike,
    barrier: ArrayLike,
    quantity: ArrayLike,
    equity: ArrayLike,
    *,
    drift: ArrayLike,
    volatility: ArrayLike,
    years: ArrayLike,
    returned: ArrayLike = 0.0,
) -> Outlook:
    """What a position opened once and then left alone comes to, liquidation included.

    Parameters
    ----------
    spot : array_like
        Quote per unit.
    barrier : array_like
        Liquidation price on the losing side of `spot`, quote per unit; ``nan`` = none.
    quantity : array_like
        Signed units of the asset.
    equity : array_like
        The trader's own at the start, quote.
    drift : array_like
        Growth rate of the expected price per year.
    volatility : array_like
        Per square root of a year, above zero.
    years : array_like
        Time span, above zero and finite.
    returned : array_like, default 0
        What comes back after a liquidation, quote: 0 = the platform keeps the rest; at most the
        equity at the barrier.

    Returns
    -------
    Outlook
        Probabilities, and money in quote.

    Examples
    --------
    A capital of 1 at 50x over a month: the survivors have 12.1, everyone together 0.77.

    >>> month = {"drift": 0.0, "volatility": 0.6, "years": 30 / 365}
    >>> outlook = final_equity(1.0, 0.98 / 0.995, 50.0, 1.0, **month)
    >>> [round(float(number), 2) for number in outlook]
    [0.94, 0.77, 12.11, 0.0, 0.06]
    """
    spot, barrier, quantity, own, drift, volatility, years, returned = arrays(
        spot, barrier, quantity, equity, drift, volatility, years, returned
    )
    road = Road.of(spot, barrier, drift, volatility)
    c, theta = road.scaled(years)
    liquidated = road.touched(years)
    # Expected price, survivors only: its growth times their share under a drift of volatility**2 more.
    kept = 1 - Road.of(spot, barrier, drift + volatility**2, volatility).touched(years)
    survivors = (own - quantity * spot) * (1 - liquidated) + quantity * spot * np.exp(drift * years) * kept
    mean = survivors + liquidated * returned
    with np.errstate(invalid="ignore"):
        mean_if_survived = survivors / (1 - liquidated)
    lowest = np.maximum(-c, theta - 40)
    where = falling_root(lambda u, c, theta: _survived_above(c, theta, u) - 0.5, lowest, theta + 40, c, theta)
    price = spot * np.exp(np.sign(quantity) * where * volatility * np.sqrt(years))
    median = np.where(liquidated >= 0.5, returned, own + quantity * (price - spot))
    in_profit = _survived_above(c, theta, np.zeros_like(c))
    return Outlook(liquidated[()], mean[()], mean_if_survived[()], median[()], in_profit[()])


def _survived_above(distance: Floats, drift: Floats, end: Floats) -> Floats:
    """Never touched, and in the end more than `end` standard deviations to the good side of the spot."""
    with np.errstate(invalid="ignore"):
        touched = np.where(np.isinf(distance), 0.0, reflected(distance, drift, end))
    return np.asarray(np.maximum(ndtr(drift - end) - touched, 0.0))
