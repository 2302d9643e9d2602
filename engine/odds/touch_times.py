"""When a trigger is touched, if it is: how long a position stays open."""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import erfcx, ndtr

from engine.margin.risk import Floats
from engine.odds.first_passage import HUGE, Road, arrays, falling_root, reflected


def touched_before(
    spot: ArrayLike, barrier: ArrayLike, target: ArrayLike, *, drift: ArrayLike, volatility: ArrayLike
) -> Floats:
    """Probability that the price touches the barrier before the target, with no end of the time.

    Parameters
    ----------
    spot, barrier, target : array_like
        Quote per unit, `spot` between the other two; `barrier` ``nan`` = none.
    drift : array_like
        Growth rate of the expected price per year.
    volatility : array_like
        Per square root of a year, above zero.

    Returns
    -------
    ndarray
        Probability.

    Examples
    --------
    A long of 10x that takes its profit 5 % up:

    >>> round(float(touched_before(100.0, 90.4522613065, 105.0, drift=0.0, volatility=0.6)), 4)
    0.3437
    """
    spot, barrier, target, drift, volatility = arrays(spot, barrier, target, drift, volatility)
    road = Road.of(spot, barrier, drift, volatility)
    pace = 2 * road.away / road.volatility**2
    to_target = np.abs(np.log(target / spot))
    both = road.distance + to_target
    with np.errstate(all="ignore"):
        drifts_away = np.exp(-pace * road.distance) * np.expm1(-pace * to_target) / np.expm1(-pace * both)
        drifts_near = np.expm1(pace * to_target) / np.expm1(pace * both)
    chance = np.where(pace > 0, drifts_away, np.where(pace < 0, drifts_near, to_target / both))
    return np.where(np.isinf(road.distance), 0.0, chance)[()]


def survival_curve(
    spot: float, barrier: float, years: ArrayLike, *, drift: float, volatility: float
) -> pd.DataFrame:
    """Who is still open at each time, and how fast positions are closed then.

    Parameters
    ----------
    spot, barrier : float
        Quote per unit; `barrier` ``nan`` = none.
    years : array_like of shape (n,)
        Times, not negative.
    drift : float
        Growth rate of the expected price per year.
    volatility : float
        Per square root of a year, above zero.

    Returns
    -------
    DataFrame of shape (n, 3)
        ``years``; ``survived``, the probability that the barrier has not been touched; ``density``
        of the first touch, per year. The area under the density up to a time is one minus
        ``survived``.

    Examples
    --------
    >>> survival_curve(100.0, 80.0, [0.0, 0.5, 1.0], drift=0.0, volatility=0.6).round(3).survived.to_list()
    [1.0, 0.335, 0.215]
    """
    *prices, times = arrays(spot, barrier, drift, volatility, years)
    road = Road.of(*prices)
    spread = road.volatility * np.sqrt(times)
    counts = np.isfinite(road.distance) & (times > 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        bell = np.exp(-(((road.distance + road.away * times) / spread) ** 2) / 2)
        density = road.distance / (spread * times * np.sqrt(2 * np.pi)) * bell
    survived = 1 - road.touched(times)
    return pd.DataFrame({"years": times, "survived": survived, "density": np.where(counts, density, 0.0)})


def median_touch_time(
    spot: ArrayLike, barrier: ArrayLike, *, drift: ArrayLike, volatility: ArrayLike
) -> Floats:
    """Time by which the price has touched the barrier with a probability of one half.

    Parameters
    ----------
    spot, barrier : array_like
        Quote per unit; `barrier` ``nan`` = none.
    drift : array_like
        Growth rate of the expected price per year.
    volatility : array_like
        Per square root of a year, above zero.

    Returns
    -------
    ndarray
        Years; ``inf`` when fewer than half ever touch it.

    Examples
    --------
    >>> round(float(median_touch_time(100.0, 90.4522613065, drift=0.0, volatility=0.6)) * 365, 1)
    20.1
    >>> float(median_touch_time(100.0, 66.7, drift=0.08, volatility=0.2))
    inf
    """
    road = Road.of(*arrays(spot, barrier, drift, volatility))
    size = np.where(np.isfinite(road.distance) & (road.distance > 0), road.distance, 1.0)
    with np.errstate(divide="ignore"):
        scale = np.minimum((size / road.volatility) ** 2, size / np.abs(road.away))
    # At a hundredth of the scale the barrier is seven standard deviations off. Without a drift away
    # half are gone by 2.2 times (distance / volatility)**2.
    low, high = (
        np.log(scale / 100),
        np.log((size / road.volatility) ** 2) + np.where(road.away > 0, 50.0, 1.0),
    )
    others = (size, road.away, road.volatility)
    middle = np.exp(falling_root(lambda t, *road: 0.5 - Road(*road).touched(np.exp(t)), low, high, *others))
    ever = road.touched(np.full_like(middle, np.inf))
    return np.where(road.distance == 0, 0.0, np.where(ever < 0.5, np.inf, middle))[()]


def mean_touch_time(
    spot: ArrayLike, barrier: ArrayLike, *, drift: ArrayLike, volatility: ArrayLike
) -> Floats:
    """Expected time until the price touches the barrier.

    Parameters
    ----------
    spot, barrier : array_like
        Quote per unit; `barrier` ``nan`` = none.
    drift : array_like
        Growth rate of the expected price per year.
    volatility : array_like
        Per square root of a year.

    Returns
    -------
    ndarray
        Years; ``inf`` unless the log price drifts towards the barrier, even where a touch is
        certain. :func:`mean_time_open` is finite always.

    Examples
    --------
    >>> round(float(mean_touch_time(100.0, 90.4522613065, drift=0.0, volatility=0.6)), 2)
    0.56
    >>> float(mean_touch_time(100.0, 109.45, drift=0.0, volatility=0.6))
    inf
    """
    return _mean_touch_time(Road.of(*arrays(spot, barrier, drift, volatility)))[()]


def mean_time_open(
    spot: ArrayLike, barrier: ArrayLike, *, drift: ArrayLike, volatility: ArrayLike, years: ArrayLike
) -> Floats:
    """Expected time until the barrier is touched or the time span ends, whichever is first.

    Parameters
    ----------
    spot, barrier, drift, volatility, years : array_like
        As in :func:`touch_probability`.

    Returns
    -------
    ndarray
        Years, at most `years`.

    Examples
    --------
    >>> month = {"drift": 0.0, "volatility": 0.6, "years": 30 / 365}
    >>> round(float(mean_time_open(100.0, 90.4522613065, **month)) * 365, 1)
    18.7
    """
    *prices, years = arrays(spot, barrier, drift, volatility, years)
    road = Road.of(*prices)
    c, theta = road.scaled(years)
    with np.errstate(invalid="ignore"):
        time = years * (1 - road.touched(years) - c * _slope(c, theta))
    longest = np.minimum(years, _mean_touch_time(road))
    known = ~(c < HUGE) | np.isinf(years)
    return np.where(road.distance == 0, 0.0, np.where(known, longest, time))[()]


def _slope(c: Floats, theta: Floats) -> Floats:
    """``(Phi(-c - theta) - exp(-2 c theta) Phi(theta - c)) / theta``; its limit where theta is small."""
    with np.errstate(all="ignore"):
        plain = (ndtr(-c - theta) - reflected(c, theta, -c)) / theta
        # phi(c + theta) times a difference quotient of Mills' ratio, whose derivatives follow a recursion.
        near = np.minimum(c, 40.0)  # farther off the bell is zero
        mills = [np.sqrt(np.pi / 2) * erfcx(near / np.sqrt(2))]
        mills += [near * mills[0] - 1]
        for n in range(1, 5):
            mills += [near * mills[n] + n * mills[n - 1]]
        quotient = 2 * (mills[1] + theta**2 / 6 * mills[3] + theta**4 / 120 * mills[5])
        series = np.exp(-((c + theta) ** 2) / 2) / np.sqrt(2 * np.pi) * quotient
    return np.where(np.abs(theta) < 0.02, series, plain)


def _mean_touch_time(road: Road) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        time = np.where(road.away < 0, -road.distance / road.away, np.inf)
    return np.where(road.distance == 0, 0.0, time)
