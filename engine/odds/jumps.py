"""Liquidation when the price also jumps: the closed form of Kou's double-exponential model.

A price that moves without gaps passes the liquidation price before the bankruptcy price, and
whoever closes the position in time loses nothing. A jump can pass both at once; then the lender
or the insurance fund pays. In Kou's model the size of a jump forgets how much of it is spent, so
that what lies beyond the trigger has again the distribution of a jump.

Source: Kou and Wang, "First Passage Times of a Jump Diffusion Process" (Advances in Applied
Probability, 2003). The Laplace transform is inverted by the rule of Trefethen, Weideman and
Schmelzer, "Talbot Quadratures and Rational Approximations" (BIT, 2006), to nine digits or more. Where
the drift carries the price strongly to the barrier that rule breaks down; there the Euler rule of
Abate and Whitt, "A Unified Framework for Numerically Inverting Laplace Transforms" (INFORMS
Journal on Computing, 2006) takes over: to ten digits as a rule, to three at a drift of twenty
standard deviations.
"""

from math import comb
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.margin.risk import Floats
from engine.odds.first_passage import arrays

Complexes = NDArray[np.complex128]

# Above this drift towards the barrier, in standard deviations of the whole time, Euler's rule is used.
STRONG_DRIFT: Final = 2.0


class JumpOdds(NamedTuple):
    """How a position ends whose price can jump.

    ``touched``: probability that the trigger is reached. ``by_jump``: and that a jump does it.
    ``past_bankruptcy``: and that this jump lands beyond the bankruptcy price. ``bad_debt``:
    expected loss beyond the trader's money, quote per unit of the asset.
    """

    touched: Floats
    by_jump: Floats
    past_bankruptcy: Floats
    bad_debt: Floats


def jump_odds(
    spot: ArrayLike,
    barrier: ArrayLike,
    bankruptcy: ArrayLike,
    *,
    drift: ArrayLike,
    volatility: ArrayLike,
    jumps_per_year: ArrayLike,
    share_down: ArrayLike,
    mean_down: ArrayLike,
    mean_up: ArrayLike,
    years: ArrayLike,
) -> JumpOdds:
    """Probability of a liquidation and the expected bad debt when the price moves and jumps.

    The position is closed at once, at the price that is there: without a jump exactly at the
    barrier, after a jump where it lands.

    Parameters
    ----------
    spot, barrier, bankruptcy : array_like
        Quote per unit; below `spot` for a long, above for a short, `bankruptcy` not nearer than
        `barrier`. ``nan`` = none: never liquidated.
    drift : array_like
        Growth rate of the expected price per year, the jumps included.
    volatility : array_like
        Of the movement between the jumps, per square root of a year, above zero.
    jumps_per_year : array_like
        Expected number, not negative.
    share_down : array_like
        Fraction of the jumps that go down.
    mean_down, mean_up : array_like
        Mean size of a jump in the log price, above zero; `mean_up` below 1, for otherwise the
        expected price is infinite.
    years : array_like
        Time span, finite.

    Returns
    -------
    JumpOdds
        Rounding can leave a probability below 1e-12 at 0.

    Examples
    --------
    A long of 10x over a month, with 20 jumps of about 5 % a year:

    >>> jumps = {"jumps_per_year": 20, "share_down": 0.55, "mean_down": 0.06, "mean_up": 0.05}
    >>> month = {"drift": 0.0, "volatility": 0.45, "years": 30 / 365}
    >>> odds = jump_odds(1.0, 0.9 / 0.995, 0.9, **month, **jumps)
    >>> [round(float(number), 5) for number in odds]
    [0.51161, 0.10915, 0.1004, 0.00511]
    """
    spot, barrier, bankruptcy, drift, volatility, rate, share_down, mean_down, mean_up, years = arrays(
        spot, barrier, bankruptcy, drift, volatility, jumps_per_year, share_down, mean_down, mean_up, years
    )
    short = barrier > spot
    distance = np.abs(np.log(barrier / spot))
    plain_drift = drift - rate * mean_jump(share_down, mean_down, mean_up)
    towards = np.where(short, 1.0, -1.0) * (plain_drift - volatility**2 / 2)
    against = np.where(short, 1 - share_down, share_down)
    near, far = np.where(short, mean_up, mean_down), np.where(short, mean_down, mean_up)
    inside = (distance > 0) & (years > 0)
    way = np.where(np.isnan(barrier) | ~inside, 1.0, distance)
    time = np.where(inside, years, 1.0)
    model = (towards, volatility, rate, against, 1 / near, 1 / far)
    usual, strong = (_inverted(rule, way, time, *model) for rule in (_talbot(40), _euler(18)))
    is_strong = towards * np.sqrt(time) > STRONG_DRIFT * volatility
    touched, by_jump = (
        np.clip(np.where(is_strong, *pair), 0.0, 1.0) for pair in zip(strong, usual, strict=True)
    )
    touched = np.where(inside, touched, distance == 0)
    by_jump = np.where(inside, by_jump, 0.0)
    past = by_jump * np.exp(-np.abs(np.log(bankruptcy / barrier)) / near)
    past = np.where(np.isnan(barrier) | np.isnan(bankruptcy), 0.0, past)
    beyond = np.where(short, near / (1 - near), near / (1 + near))
    bad_debt = np.where(np.isnan(bankruptcy), 0.0, bankruptcy) * beyond * past
    return JumpOdds(touched[()], by_jump[()], past[()], bad_debt[()])


def mean_jump(share_down: ArrayLike, mean_down: ArrayLike, mean_up: ArrayLike) -> Floats:
    """Expected relative change of the price in one jump.

    Parameters
    ----------
    share_down, mean_down, mean_up : array_like
        As in :func:`jump_odds`.

    Returns
    -------
    ndarray
        Fraction; negative when jumps lower the price on average.

    Examples
    --------
    >>> round(float(mean_jump(0.55, 0.06, 0.05)), 4)
    -0.0074
    """
    share, down, up = arrays(share_down, mean_down, mean_up)
    return (share / (1 + down) + (1 - share) / (1 - up) - 1)[()]


class _Rule(NamedTuple):
    """Where the transform of a probability, times its argument, is looked at, and how that is weighed."""

    points: Complexes
    weights: Complexes


def _talbot(nodes: int) -> _Rule:
    angle = np.pi * (np.arange(nodes // 2) * 2 + 1) / nodes
    cot = 1 / np.tan(0.6407 * angle)
    points = nodes * (0.5017 * angle * cot - 0.6122 + 0.2645j * angle)
    slope = 0.5017 * cot - 0.5017 * 0.6407 * angle * (1 + cot**2) + 0.2645j
    return _Rule(points, -2j * np.exp(points) * slope / points)


def _euler(terms: int) -> _Rule:
    k = np.arange(2 * terms + 1)
    points = terms * np.log(10) / 3 + 1j * np.pi * k
    tail = np.cumsum([comb(terms, j) for j in range(terms)]) / 2.0**terms
    size = np.concatenate([[0.5], np.ones(terms), tail[::-1]])
    return _Rule(points, 10 ** (terms / 3) * (-1.0) ** k * size / points)


def _inverted(
    rule: _Rule,
    distance: Floats,
    years: Floats,
    towards: Floats,
    volatility: Floats,
    rate: Floats,
    against: Floats,
    near: Floats,
    far: Floats,
) -> tuple[Floats, Floats]:
    """Probability of a touch by then, and of one by a jump; ``near`` and ``far`` are rates of the sizes."""
    alpha = rule.points / years[..., None]
    one, two = _roots(alpha, *(x[..., None] for x in (towards, volatility, rate, against, near, far)))
    eta, way = near[..., None], distance[..., None]
    with np.errstate(all="ignore"):
        first, second = np.exp(-way * one), np.exp(-way * two)
        total = ((eta - one) * two * first + (two - eta) * one * second) / (eta * (two - one))
        jumped = (eta - one) * (two - eta) / (eta * (two - one)) * (first - second)
        touched, by_jump = (np.sum(rule.weights * part, axis=-1).real for part in (total, jumped))
    return touched, by_jump


def _roots(
    alpha: Complexes,
    towards: Floats,
    volatility: Floats,
    rate: Floats,
    against: Floats,
    near: Floats,
    far: Floats,
) -> tuple[Complexes, Complexes]:
    """The two roots of G(x) = alpha that are positive for alpha > 0; exp(G(x) t) is the mean of exp(x Z_t).

    G is real on the real line, so that no root crosses it while alpha stays above it: these two
    have a positive imaginary part, the others a negative one. Without jumps one of each kind is
    real; the smallest share of the real part ranks them.
    """
    half, all_out = volatility**2 / 2, rate + alpha
    quartic = (
        -half,
        half * (near - far) - towards,
        half * near * far + towards * (near - far) + all_out,
        towards * near * far - all_out * (near - far) + rate * (against * near - (1 - against) * far),
        -alpha * near * far,
    )
    companion = np.zeros((*alpha.shape, 4, 4), dtype=complex)
    companion[..., 1:, :-1] = np.eye(3)
    for place, coefficient in enumerate(quartic[1:]):
        companion[..., 0, place] = -coefficient / quartic[0]
    roots = np.linalg.eigvals(companion).astype(np.complex128)
    order = np.argsort(roots.imag + 1e-9 * roots.real, axis=-1)
    right: Complexes = np.take_along_axis(roots, order[..., 2:], axis=-1)
    return right[..., 0], right[..., 1]
