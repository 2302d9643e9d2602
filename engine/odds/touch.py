"""How likely a trigger is touched, and when: closed forms for geometric Brownian motion.

The log price moves with ``drift - volatility**2 / 2`` per year and standard deviation
``volatility`` per square root of a year, and somebody watches at every moment. ``drift`` is the
growth rate of the expected price. Everything broadcasts. A barrier below the spot price is a
long's trigger, one above it a short's; both are one formula in the distance to the barrier and
the drift away from it. ``nan`` as barrier is "no liquidation price" and is never touched; a
barrier at the spot price is touched already.

Sources: Harrison, "Brownian Motion and Stochastic Flow Systems" (1985), ch. 1; Karatzas and
Shreve, "Brownian Motion and Stochastic Calculus", 2.8 and 3.5; Broadie, Glasserman and Kou,
"A Continuity Correction for Discrete Barrier Options" (Mathematical Finance, 1997).
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from engine.margin.risk import Floats
from engine.odds.first_passage import Road, arrays

# -zeta(1/2) / sqrt(2 pi): how far, in standard deviations of a step, a price overshoots between looks.
OVERSHOOT: Final = 0.58259715793901067
_CELLS: Final = 8
_TANGENTS: Final = 51


class Bracket(NamedTuple):
    """A number to show, the middle of two between which the true one certainly lies."""

    value: Floats
    low: Floats
    high: Floats


def barrier_ahead(quantity: ArrayLike, spot: ArrayLike, liquidation_price: ArrayLike) -> Floats:
    """The trigger as a barrier that the price still has to reach, for the functions of this module.

    A long whose trigger lies above the spot price, or a short whose trigger lies below it, is
    liquidatable already; its barrier is the spot price, touched with certainty.

    Parameters
    ----------
    quantity : array_like
        Signed units of the asset.
    spot, liquidation_price : array_like
        Quote per unit; the second from :func:`engine.margin.risk.liquidation_price`.

    Returns
    -------
    ndarray
        Quote per unit; ``nan`` = no liquidation price.

    Examples
    --------
    >>> [float(barrier_ahead(size, 100.0, 104.0)) for size in (10.0, -10.0)]
    [100.0, 104.0]
    """
    quantity, spot, trigger = arrays(quantity, spot, liquidation_price)
    return np.where(quantity > 0, np.minimum(spot, trigger), np.maximum(spot, trigger))[()]


def touch_probability(
    spot: ArrayLike, barrier: ArrayLike, *, drift: ArrayLike, volatility: ArrayLike, years: ArrayLike
) -> Floats:
    """Probability that the price touches the barrier within the time.

    With d for the distance ``|ln(barrier / spot)|``, a for the drift of the log price away from
    the barrier and s for ``volatility * sqrt(years)``:
    ``Phi(-(d + a years) / s) + exp(-2 d a / volatility**2) * Phi((a years - d) / s)``, computed
    without the product of infinity and zero that the second term can be.

    A barrier that itself comes nearer at a rate of r per year is touched as one that stands still
    under a drift that is r worse: ``drift - r`` for a long whose loan compounds at r, ``drift + r``
    for a short whose borrowed asset does.

    Parameters
    ----------
    spot, barrier : array_like
        Quote per unit; `barrier` ``nan`` = none.
    drift : array_like
        Growth rate of the expected price per year.
    volatility : array_like
        Standard deviation of the log price per square root of a year; 0 = the price just drifts.
    years : array_like
        Time span, not negative; ``inf`` = ever.

    Returns
    -------
    ndarray
        Probability.

    Examples
    --------
    A long of 10x with a maintenance rate of 0.5 %, a month at 60 % volatility:

    >>> month = {"drift": 0.0, "volatility": 0.6, "years": 30 / 365}
    >>> round(float(touch_probability(100.0, 90.4522613065, **month)), 4)
    0.5877
    """
    *prices, years = arrays(spot, barrier, drift, volatility, years)
    return Road.of(*prices).touched(years)[()]


def touch_probability_moving(
    spot: ArrayLike,
    barrier: ArrayLike,
    barrier_end: ArrayLike,
    *,
    drift: ArrayLike,
    volatility: ArrayLike,
    years: ArrayLike,
) -> Bracket:
    """Probability that the price touches a barrier that moves in a straight line over time.

    Funding on the notional at entry and simple interest move the trigger so. The logarithm of a
    straight line is concave: its chord bounds it on one side, each of its tangents on the other, and all
    are exact closed forms. Of tangents at fifty-one times the nearest counts. The value is the middle of
    the two bounds, so it is wrong by half of their distance at most.

    Parameters
    ----------
    spot, barrier, barrier_end : array_like
        Quote per unit, the barrier at the start and at the end of the time, above zero; ``nan`` =
        none.
    drift, volatility : array_like
        As in :func:`touch_probability`.
    years : array_like
        Time span, above zero and finite.

    Returns
    -------
    Bracket
        Probabilities; the chord is the low end for a long and the high end for a short. ``nan`` when
        only one of the two barriers is a price.

    Examples
    --------
    A long of 10x that pays 0.01 % every eight hours, and ten times as much:

    >>> month = {"drift": 0.0, "volatility": 0.6, "years": 30 / 365}
    >>> chance = touch_probability_moving(1.0, 0.9 / 0.995, [0.909 / 0.995, 0.99 / 0.995], **month)
    >>> [bound.round(4).tolist() for bound in chance]
    [[0.6064, 0.7576], [0.6064, 0.756], [0.6064, 0.7592]]
    """
    spot, start, end, drift, volatility, years = arrays(spot, barrier, barrier_end, drift, volatility, years)
    growth = np.log(end / start) / years
    chord = touch_probability(spot, start, drift=drift - growth, volatility=volatility, years=years)
    share = np.linspace(0.0, 1.0, _TANGENTS).reshape(-1, *(1 for _ in start.shape))
    met = start + (end - start) * share
    slope = (end - start) / years / met
    with np.errstate(over="ignore"):  # a tangent that steep starts beyond any price
        tangent = met * np.exp(-slope * years * share)
    ahead = np.where(start == spot, spot, barrier_ahead(spot - start, spot, tangent))
    others = touch_probability(spot, ahead, drift=drift - slope, volatility=volatility, years=years)
    other = np.where(start <= spot, np.min(others, axis=0), np.max(others, axis=0))
    unknown = np.where(np.isnan(start) == np.isnan(end), 0.0, np.nan)
    low, high = np.minimum(chord, other) + unknown, np.maximum(chord, other) + unknown
    return Bracket((low + high) / 2, low, high)


def barrier_at_looks(
    spot: ArrayLike, barrier: ArrayLike, *, volatility: ArrayLike, step_years: ArrayLike
) -> Floats:
    """Barrier that, watched at every moment, is touched about as often as this one at looks.

    Who looks only now and then misses touches in between. Moving the barrier away from the spot
    price by 0.5826 standard deviations of a step makes up for it; the error falls with the step.

    Parameters
    ----------
    spot, barrier : array_like
        Quote per unit.
    volatility : array_like
        Per square root of a year.
    step_years : array_like
        Time from one look to the next.

    Returns
    -------
    ndarray
        Quote per unit.

    References
    ----------
    Broadie, Glasserman and Kou (1997).

    Examples
    --------
    >>> round(float(barrier_at_looks(100.0, 90.0, volatility=0.6, step_years=1 / 365)), 2)
    88.37
    """
    spot, barrier, volatility, step = arrays(spot, barrier, volatility, step_years)
    away = OVERSHOOT * volatility * np.sqrt(step) * np.sign(np.log(barrier / spot))
    return (barrier * np.exp(away))[()]


def touch_probability_at_looks(
    spot: ArrayLike, barrier: ArrayLike, *, drift: float, volatility: float, step_years: float, looks: int
) -> Floats:
    """Probability that the price stands at or beyond the barrier at one look or another.

    From look to look, the survivors are spread by the normal law of one step over cells of an eighth of
    its standard deviation: right to 0.0003.

    Parameters
    ----------
    spot, barrier : array_like
        Quote per unit; `barrier` ``nan`` = none.
    drift : float
        Growth rate of the expected price per year.
    volatility : float
        Per square root of a year.
    step_years : float
        Time from one look to the next.
    looks : int
        How often somebody looks, at least once.

    Returns
    -------
    ndarray
        Probability.

    Examples
    --------
    Every day of a month, and at every moment of it:

    >>> market = {"drift": 0.0, "volatility": 0.6}
    >>> daily = touch_probability_at_looks(100.0, 90.4522613065, step_years=1 / 365, looks=30, **market)
    >>> always = touch_probability(100.0, 90.4522613065, years=30 / 365, **market)
    >>> round(float(daily), 3), round(float(always), 3)
    (0.521, 0.588)
    """
    road = Road.of(*arrays(spot, barrier, drift, volatility))
    step = max(volatility * np.sqrt(step_years), 1e-12)  # a price that stands still never gets there
    room, away = road.distance[..., None] / step, road.away[..., None] * step_years / step
    drifts = np.unique(away)
    found = np.empty(np.shape(room[..., 0]))
    for one in drifts:  # a long's and a short's
        chosen = away[..., 0] == one
        found[chosen] = _seen(room[chosen], float(one), looks)
    return found[()]


def _seen(room: Floats, away: float, looks: int) -> Floats:
    """The same in standard deviations of one step, of rooms of shape (n, 1) and one drift away."""
    size = int(np.ceil(_CELLS * (6 * np.sqrt(looks) + looks * max(-away, 0.0))))  # nobody is lost from beyond
    reach = 7 * _CELLS
    edges = np.arange(-reach, reach + 2) / _CELLS - 0.5 / _CELLS
    landed = np.diff(ndtr(edges - away))[::-1]
    lost, safe = np.zeros(reach), np.ones(reach)
    survive = np.ones(size)
    for _ in range(looks - 1):
        survive = np.convolve(np.concatenate([lost, survive, safe]), landed, "valid")
    ends = np.arange(size + 1) / _CELLS
    first = np.diff(ndtr(ends - room - away), axis=1)
    seen = 1 - first @ survive - ndtr(room[:, 0] + away - ends[-1])
    return np.asarray(np.clip(seen, 0.0, 1.0))


def bridge_probability(
    before: ArrayLike, after: ArrayLike, barrier: ArrayLike, *, volatility: ArrayLike, step_years: ArrayLike
) -> Floats:
    """Probability that the price touched the barrier between two looks, given what was seen.

    Exact for every length of the step and every drift: ``exp(-2 x y / (volatility**2 * step))``
    with x and y for the logarithmic distances of the two prices from the barrier.

    Parameters
    ----------
    before, after, barrier : array_like
        Quote per unit; `barrier` ``nan`` = none.
    volatility : array_like
        Per square root of a year, above zero.
    step_years : array_like
        Time from one look to the next, above zero.

    Returns
    -------
    ndarray
        Probability; 1 when the prices stand on two sides of the barrier, or one stands on it.

    Examples
    --------
    >>> round(float(bridge_probability(100.0, 97.0, 95.0, volatility=0.6, step_years=1 / 365)), 4)
    0.1145
    """
    before, after, barrier, volatility, step = arrays(before, after, barrier, volatility, step_years)
    product = np.log(before / barrier) * np.log(after / barrier)
    chance = np.exp(-2 * np.maximum(product, 0.0) / (volatility**2 * step))
    return np.where(np.isnan(barrier), 0.0, chance)[()]
