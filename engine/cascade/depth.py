"""The orders that forced sales run into: how far the price falls with the units sold."""

from dataclasses import dataclass
from enum import StrEnum
from math import log
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from engine.margin.risk import Floats

PERCENT: Final = 0.01


class Curve(StrEnum):
    """How the price falls with the units sold: in equal steps, in equal shares, or ever more slowly."""

    LINEAR = "linear"
    EXPONENTIAL = "exponential"
    SQUARE_ROOT = "square-root"


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
