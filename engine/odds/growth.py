"""How fast money grows that is bet with leverage, again and again, liquidation included.

What counts in the long run is the average of the logarithm, not the average: who loses half needs a
double. Two roads: a leverage that is put right at every moment, which is never liquidated (Kelly's
formula); and what a trader at an exchange does, who opens a position once, holds it for a time, may be
liquidated on the way, and does it again with what is there then. Prices follow geometric Brownian
motion; all money, lent or borrowed, bears one `rate`, so only the drift beyond it counts.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.integrate import tanhsinh
from scipy.optimize import brentq, minimize_scalar
from scipy.special import xlogy

from engine.margin.risk import Floats
from engine.margin.scenario import LIMITS, Scenario
from engine.odds.counted import DAYS_PER_YEAR
from engine.odds.first_passage import Road, arrays

_FAR: Final = 10.0  # standard deviations within which all that counts happens
_FINEST: Final = 1e-9  # of the logarithm at the end
_LEVEL: Final = 5  # of the quadrature; below it gains and losses of one size pass for an integral of zero
_LEAST: Final = 0.01  # the smallest leverage tried
_STEPS: Final = 120  # leverages tried
_NOTHING: Final = 1e-6  # a gain per year that is none


def steady_growth(
    leverage: ArrayLike, *, drift: ArrayLike, volatility: ArrayLike, rate: ArrayLike = 0.0
) -> Floats:
    """Average growth of the logarithm of the money when the leverage is put right at every moment.

    ``rate + leverage * (drift - rate) - (leverage * volatility)**2 / 2``.

    Parameters
    ----------
    leverage : array_like
        Position over all own money; negative = short.
    drift, volatility : array_like
        Growth rate of the expected price per year; per square root of a year.
    rate : array_like, default 0
        Interest per year on money lent and borrowed, compounding at every moment.

    Returns
    -------
    ndarray
        Per year.

    Examples
    --------
    Half of the best leverage keeps three quarters of the growth, twice as much keeps nothing:

    >>> steady_growth([0.42, 0.83, 1.67], drift=0.3, volatility=0.6).round(3).tolist()
    [0.094, 0.125, -0.001]
    """
    leverage, drift, volatility, rate = arrays(leverage, drift, volatility, rate)
    growth: Floats = rate + leverage * (drift - rate) - (leverage * volatility) ** 2 / 2
    return growth[()]


def best_steady_leverage(drift: ArrayLike, volatility: ArrayLike, rate: ArrayLike = 0.0) -> Floats:
    """Kelly's leverage: the one at which :func:`steady_growth` is largest.

    Parameters
    ----------
    drift, volatility, rate : array_like
        As in :func:`steady_growth`; `volatility` above zero.

    Returns
    -------
    ndarray
        ``(drift - rate) / volatility**2``; negative = short. At twice as much nothing grows faster
        than at `rate`.

    Examples
    --------
    >>> best_steady_leverage([0.3, 0.0], 0.6).round(3).tolist()
    [0.833, 0.0]
    """
    drift, volatility, rate = arrays(drift, volatility, rate)
    return np.asarray((drift - rate) / volatility**2)[()]


def ever_falls_to(share: ArrayLike, of_best: ArrayLike) -> Floats:
    """Probability that the money ever falls to this share of what it was, without interest.

    Parameters
    ----------
    share : array_like
        Of the money at the start, above 0 and at most 1.
    of_best : array_like
        Leverage as a share of the best, above zero, put right at every moment.

    Returns
    -------
    ndarray
        ``share ** (2 / of_best - 1)``; 1 from twice the best leverage on.

    References
    ----------
    E. O. Thorp, "The Kelly Criterion in Blackjack, Sports Betting, and the Stock Market" (2006).

    Examples
    --------
    To half, at half of the best leverage, at the best and at one and a half times as much:

    >>> ever_falls_to(0.5, [0.5, 1.0, 1.5]).round(3).tolist()
    [0.125, 0.5, 0.794]
    """
    share, of_best = arrays(share, of_best)
    return (share ** np.maximum(2 / of_best - 1, 0.0))[()]


def growth_once(
    spot: ArrayLike,
    barrier: ArrayLike,
    quantity: ArrayLike,
    equity: ArrayLike,
    aside: ArrayLike,
    *,
    drift: ArrayLike,
    volatility: ArrayLike,
    years: ArrayLike,
    returned: ArrayLike = 0.0,
    rate: ArrayLike = 0.0,
) -> Floats:
    """Average growth of the logarithm of all money when a position is opened once and left alone.

    In the end there is ``aside + equity + quantity * (price - spot)``, or ``aside + returned`` after a
    liquidation. With u for the end of the log price in standard deviations, counted away from the barrier,
    c for its distance and t for the drift away, the density of those who survive is
    ``phi(u - t) * (1 - exp(-2 c (u + c)))`` above -c.

    Parameters
    ----------
    spot, barrier, quantity, equity
        As in :func:`engine.odds.outlook.final_equity`; a quantity may be zero.
    aside : array_like
        Money that is not in the position and cannot be taken, quote, not negative.
    drift, volatility, years
        As there.
    returned : array_like, default 0
        What comes back after a liquidation, quote.
    rate : array_like, default 0
        As in :func:`steady_growth`; the barrier moves with it, as a loan that compounds makes it do.

    Returns
    -------
    ndarray
        Per year; ``-inf`` when a liquidation is possible and leaves nothing at all.

    Examples
    --------
    A capital of 1 at 10x for a month, of which the trader has 14 more aside, and 1 more, and nothing:

    >>> month = {"drift": 0.3, "volatility": 0.6, "years": 30 / 365}
    >>> growth_once(1.0, 0.9 / 0.995, 10.0, 1.0, [14.0, 1.0, 0.0], **month).round(3).tolist()
    [0.058, -1.895, -inf]
    """
    spot, barrier, quantity, own, aside, drift, volatility, years, returned, rate = arrays(
        spot, barrier, quantity, equity, aside, drift, volatility, years, returned, rate
    )
    road = Road.of(spot, barrier, drift - rate, volatility)
    c, theta = road.scaled(years)
    root = np.where(barrier > spot, -1.0, 1.0) * volatility * np.sqrt(years)
    wealth, held = aside + own, quantity * spot

    def survived(u: Floats, c: Floats, theta: Floats, root: Floats, part: Floats) -> Floats:
        bell = np.exp(-((u - theta) ** 2) / 2) / np.sqrt(2 * np.pi)
        kept = -np.expm1(-2 * c * (u + c))
        return np.asarray(xlogy(bell * kept, 1 + part * np.expm1(root * u)))

    ends = np.maximum(-c, theta - _FAR), np.maximum(-c, theta + _FAR)
    found = tanhsinh(
        survived, *ends, args=(c, theta, root, held / wealth), minlevel=_LEVEL, atol=_FINEST, rtol=_FINEST
    )
    with np.errstate(divide="ignore"):
        gone = xlogy(road.touched(years), (aside + returned) / wealth)
    return (rate + (found.integral + gone) / years)[()]


class Sensible(NamedTuple):
    """Where the growth of :func:`growth_by_leverage` is largest, and where it is back at the rate.

    ``best`` and ``end`` are leverages, multiples of the capital; both 0 when every leverage does worse
    than none. Between 0 and ``end`` money grows faster than at the rate, above it never; ``end`` is nan
    where no leverage that can be opened does worse.
    """

    best: float
    end: float


def growth_by_leverage(
    scenario: Scenario,
    leverages: ArrayLike,
    days: float,
    volatility: float,
    drift: float,
    aside: float,
    rate: float = 0.0,
) -> Floats:
    """Growth of all the trader's money, who opens such a position again whenever the time is over.

    Every time the same part of what there is then is posted; what is left at a liquidation is not returned.

    Parameters
    ----------
    scenario : Scenario
    leverages : array_like of shape (n,)
        Multiples of the capital, not negative; 0 = no position.
    days : float
        How long each position is held, above zero.
    volatility, drift, rate : float
        As in :func:`steady_growth`; `volatility` above zero.
    aside : float
        Money kept out of the position, quote, not negative.

    Returns
    -------
    ndarray of shape (n,)
        Mean growth of the logarithm per year; ``nan`` where the position would be liquidatable when it is
        opened.

    Examples
    --------
    >>> growth_by_leverage(Scenario(), [0.0, 1.0, 2.0, 10.0], 30.0, 0.6, 0.3, aside=100.0).round(3).tolist()
    [0.0, 0.105, 0.12, -1.895]
    """
    s, multiples = scenario, np.asarray(leverages, dtype=float)
    quantity = s.quantities(multiples)
    trigger = s.liquidation_prices(np.where(multiples > 0, quantity, s.quantity), s.backing)
    barrier = np.where(multiples > 0, trigger, np.nan)
    market = {"drift": drift, "volatility": volatility, "rate": rate}
    found = growth_once(
        s.entry_price, barrier, quantity, s.backing, aside, years=days / DAYS_PER_YEAR, **market
    )
    return np.where(s.is_closed_at_once(quantity), np.nan, found)


def sensible_leverage(
    scenario: Scenario,
    days: float,
    volatility: float,
    drift: float,
    aside: float,
    rate: float = 0.0,
) -> Sensible:
    """The leverage at which money grows fastest, and the one from which on it does not grow.

    Parameters
    ----------
    scenario, days, volatility, drift, aside, rate
        As in :func:`growth_by_leverage`.

    Returns
    -------
    Sensible
        At most the largest leverage that is not closed at once.

    Examples
    --------
    Held for a month with as much again aside, at a drift of 30 %, and without any:

    >>> [round(x, 2) for x in sensible_leverage(Scenario(), 30.0, 0.6, 0.3, aside=100.0)]
    [1.67, 3.27]
    >>> sensible_leverage(Scenario(), 30.0, 0.6, 0.0, aside=100.0)
    Sensible(best=0.0, end=0.0)
    """

    def gain(leverages: ArrayLike) -> Floats:
        found = growth_by_leverage(scenario, leverages, days, volatility, drift, aside, rate)
        return np.asarray(np.maximum(found - rate, -1e9))  # -inf is no number to search with

    multiples = np.geomspace(_LEAST, LIMITS["leverage"].high, _STEPS)
    found = gain(multiples)
    multiples, found = multiples[~np.isnan(found)], found[~np.isnan(found)]
    top = int(np.argmax(found))
    if found[top] <= _NOTHING:
        return Sensible(0.0, 0.0)
    around = multiples[max(top - 1, 0)], multiples[min(top + 1, multiples.size - 1)]
    best = float(minimize_scalar(lambda x: -float(gain([x])[0]), bounds=around, method="bounded").x)
    if found.min() >= 0:
        return Sensible(best, np.nan)
    shrinks = multiples[np.argmax(found < 0)]
    return Sensible(best, float(brentq(lambda x: float(gain([x])[0]), best, shrinks)))
