"""The first touch of a barrier by a drifting random walk: what the closed forms have in common.

A barrier below the spot price is a long's trigger, one above it a short's; both are one case in
the distance to the barrier and the drift away from it.
"""

from collections.abc import Callable
from typing import Final, NamedTuple, Self

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize.elementwise import find_root
from scipy.special import erfcx, ndtr

from engine.margin.risk import Floats

# A distance of so many standard deviations is as good as infinite, and its square is still a float.
HUGE: Final = 1e100


class Road(NamedTuple):
    """The way to a barrier.

    Attributes
    ----------
    distance : ndarray
        ``abs(ln(barrier / spot))``; ``inf`` without a barrier.
    away : ndarray
        Drift of the log price away from the barrier per year; negative = towards it.
    volatility : ndarray
        Standard deviation of the log price per square root of a year.
    """

    distance: Floats
    away: Floats
    volatility: Floats

    @classmethod
    def of(cls, spot: Floats, barrier: Floats, drift: Floats, volatility: Floats) -> Self:
        """From prices, of which a barrier may be ``nan`` = none, and the growth of the expected price."""
        with np.errstate(divide="ignore"):
            way = np.log(barrier / spot)
        distance = np.where(np.isnan(barrier), np.inf, np.abs(way))
        return cls(distance, np.where(way > 0, -1.0, 1.0) * (drift - volatility**2 / 2), volatility)

    def scaled(self, years: Floats) -> tuple[Floats, Floats]:
        """Distance and drift in standard deviations of the whole time."""
        with np.errstate(all="ignore"):
            root = np.sqrt(years)
            return self.distance / (self.volatility * root), self.away * root / self.volatility

    def touched(self, years: Floats) -> Floats:
        """Probability of a touch by then; ``inf`` years = ever."""
        distance, away, volatility = self
        c, theta = self.scaled(years)
        with np.errstate(all="ignore"):
            chance = np.minimum(ndtr(-c - theta) + reflected(c, theta, -c), 1.0)
            ever = np.exp(-2 * np.maximum(away, 0.0) / volatility * distance / volatility)
            surely = distance + np.minimum(away, 0.0) * years <= 0
        chance = np.where(np.isinf(years), ever, chance)
        chance = np.where(c < HUGE, chance, surely)
        return np.where(distance == 0, 1.0, chance)


def reflected(distance: Floats, drift: Floats, end: Floats) -> Floats:
    """Touched the barrier and still ended above `end`, in standard deviations of the whole time.

    ``exp(-2 distance * drift) * Phi(drift - end - 2 distance)``, whose first factor can be infinite
    where the second is zero; here it is not. It is the reflection principle under a drift.

    Parameters
    ----------
    distance : ndarray
        To the barrier, finite.
    drift : ndarray
        Away from the barrier.
    end : ndarray
        Counted from the start, away from the barrier; at least ``-distance``.

    Returns
    -------
    ndarray
        Probability.

    Examples
    --------
    The first factor is exp(800) here, more than a float holds:

    >>> round(float(reflected(np.array(20.0), np.array(-20.0), np.array(-20.0))), 4)
    0.01
    """
    x = end + 2 * distance - drift
    with np.errstate(all="ignore"):
        bell = np.exp(-((end - drift) ** 2 + 4 * distance * (end + distance)) / 2)
        small = bell * erfcx(np.maximum(x, 0.0) / np.sqrt(2)) / 2
        large = np.exp(-2 * np.maximum(distance * drift, 0.0)) * ndtr(-x)
    return np.asarray(np.where(x >= 0, small, large))


def falling_root(function: Callable[..., Floats], low: Floats, high: Floats, *others: Floats) -> Floats:
    """Where a falling function of each element is zero, by Chandrupatla's method.

    Parameters
    ----------
    function : callable
        Takes some elements of the searched range and the same elements of `others`; its value falls
        from left to right.
    low, high : ndarray
        Ends of the range searched.
    *others : ndarray of the same shape

    Returns
    -------
    ndarray
        An end of the range when the root lies outside.

    Examples
    --------
    >>> squares = np.array([2.0, 9.0])
    >>> falling_root(lambda x, y: y - x**2, np.zeros(2), np.full(2, 2.0), squares).round(6).tolist()
    [1.414214, 2.0]
    """
    found = find_root(function, (low, high), args=others).x
    return np.where(np.isnan(found), np.where(function(high, *others) > 0, high, low), found)


def arrays(*values: ArrayLike) -> tuple[Floats, ...]:
    """Numbers and arrays as float arrays of one shape.

    Parameters
    ----------
    *values : array_like

    Returns
    -------
    tuple of ndarray

    Examples
    --------
    >>> [row.tolist() for row in arrays(1, [2.0, 3.0])]
    [[1.0, 1.0], [2.0, 3.0]]
    """
    return tuple(np.broadcast_arrays(*(np.asarray(value, dtype=float) for value in values)))
