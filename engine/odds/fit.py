"""Parameters of the models of chance, from a price series.

Every fit is maximum likelihood on differences of the log price from step to step. Two limits keep
the results usable. Daily returns of Bitcoin ask for fewer than two degrees of freedom, where a
variance no longer exists: they are held at 2.5 or more. And the shares of a GARCH model come out
as one together, where the variance has no long-run level: they are held at 0.995 or less. Jumps
are not fitted: on daily prices such a fit finds hundreds of small "jumps" a year, which is a fat
tail and no frequency of crashes.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import minimize
from scipy.signal import lfilter
from scipy.special import chdtri, gammaln, ndtr, stdtr

from engine.margin.risk import Floats
from engine.problem import Problem

FEWEST_MOVES: Final = 30
# Below this the persistence of GARCH(1,1) comes out far too small, or not at all: Hwang and Valls Pereira,
# "Small sample properties of GARCH estimates and persistence" (2006).
FEWEST_FOR_STORMS: Final = 500
STORM_LAGS, STORM_DOUBT = 10, 0.05
LEAST_FREEDOM, MOST_FREEDOM, MOST_PERSISTENCE = 2.5, 200.0, 0.995


class NormalFit(NamedTuple):
    """Drift of the expected price and volatility, per year."""

    drift: float
    volatility: float


class StudentTFit(NamedTuple):
    """Mean move and standard deviation per step; ``is_held`` when the degrees of freedom stand at a limit."""

    mean: float
    deviation: float
    degrees_of_freedom: float
    is_held: bool


class GarchFit(NamedTuple):
    """Per step; ``variance`` is the one of the step after the series, ``long_run`` the level it returns to.

    ``is_held`` when the persistence or the degrees of freedom stand at their limit.
    """

    mean: float
    omega: float
    alpha: float
    beta: float
    degrees_of_freedom: float
    variance: float
    is_held: bool

    @property
    def persistence(self) -> float:
        """Share of a storm's variance that is left after a step."""
        return self.alpha + self.beta

    @property
    def long_run(self) -> float:
        """Variance per step that the model returns to."""
        return self.omega / (1 - self.persistence)

    @property
    def half_life(self) -> float:
        """Steps after which half of a storm has passed."""
        return float(np.log(0.5) / np.log(self.persistence))


def log_moves(close: ArrayLike, *, fewest: int = FEWEST_MOVES) -> Floats:
    """Differences of the log price from step to step.

    Parameters
    ----------
    close : array_like of shape (n,)
        Quote per unit, above zero.
    fewest : int, default 30
        Moves below which there is nothing to measure.

    Returns
    -------
    ndarray of shape (n - 1,)

    Raises
    ------
    Problem
        If there are fewer moves, or the price moves by the same at every step.

    Examples
    --------
    >>> log_moves([100.0, 101.0, 99.0] * 11).round(4)[:2].tolist()
    [0.01, -0.02]
    """
    moves: Floats = np.diff(np.log(np.asarray(close, dtype=float)))
    if len(moves) < fewest:
        raise Problem("too_few_prices", prices=len(moves) + 1, fewest=fewest + 1)
    # Prices are rounded: what differs by a fiftieth of the moves is the rounding.
    if np.ptp(moves) <= max(1e-12, 0.02 * float(np.max(np.abs(moves)))):
        raise Problem("no_chance_in_prices")
    return moves


def fit_normal(moves: ArrayLike, *, step_years: float) -> NormalFit:
    """Drift and volatility of geometric Brownian motion.

    The drift of a few years of prices is hardly known: its standard error is
    ``volatility / sqrt(years)``.

    Parameters
    ----------
    moves : array_like of shape (n,)
        Log moves.
    step_years : float
        Length of a step: 1/365 for days of a market that never closes, 1/252 for trading days.

    Returns
    -------
    NormalFit

    Examples
    --------
    >>> fit = fit_normal([0.02, -0.02, 0.02, -0.02], step_years=1 / 365)
    >>> round(fit.volatility, 3), round(fit.drift, 3)
    (0.382, 0.073)
    """
    moves = np.asarray(moves, dtype=float)
    variance = float(np.mean((moves - np.mean(moves)) ** 2)) / step_years
    return NormalFit(float(np.mean(moves)) / step_years + variance / 2, float(np.sqrt(variance)))


def deviation_error(moves: ArrayLike) -> float:
    """How well the standard deviation of the moves is known.

    For moves that know nothing of each other and have no fat tails it is ``deviation / sqrt(2 * n)``.
    Fat tails and storms make it larger: the squares of the moves vary more, and those of a storm
    tell the same twice.

    Parameters
    ----------
    moves : array_like of shape (n,)
        Log moves.

    Returns
    -------
    float
        Standard error of ``numpy.std(moves)``, in the same unit, by the delta method from that of the
        mean square.

    References
    ----------
    Newey and West, "A Simple, Positive Semi-Definite, Heteroskedasticity and Autocorrelation
    Consistent Covariance Matrix" (1987); as many lags as Lazarus, Lewis, Stock and Watson, "HAR
    Inference: Recommendations for Practice" (2018) advise, ``1.3 * sqrt(n)``.

    Examples
    --------
    >>> moves = 0.02 * np.random.default_rng(7).standard_normal(2000)
    >>> round(deviation_error(moves), 4), round(0.02 / (2 * 2000) ** 0.5, 4)
    (0.0003, 0.0003)
    """
    moves = np.asarray(moves, dtype=float)
    count = len(moves)
    squares = (moves - np.mean(moves)) ** 2
    surprise = squares - np.mean(squares)
    lags = int(np.ceil(1.3 * np.sqrt(count)))
    spread = float(surprise @ surprise)
    for lag in range(1, lags):
        spread += 2 * (1 - lag / lags) * float(surprise[lag:] @ surprise[:-lag])
    return float(np.sqrt(spread) / count / (2 * np.sqrt(np.mean(squares))))


def beyond(size: ArrayLike, degrees_of_freedom: float = np.inf) -> Floats:
    """Probability that a move is at least so many standard deviations, to one side.

    Parameters
    ----------
    size : array_like
        Standard deviations, not negative.
    degrees_of_freedom : float, default inf
        Of Student's t, above 2; ``inf`` = normal.

    Returns
    -------
    ndarray
        Probability.

    Examples
    --------
    >>> [round(float(beyond(4.0, freedom)), 5) for freedom in (np.inf, 3.0)]
    [3e-05, 0.00308]
    """
    size = np.asarray(size, dtype=float)
    if np.isinf(degrees_of_freedom):
        return np.asarray(ndtr(-size))[()]
    scale = np.sqrt(degrees_of_freedom / (degrees_of_freedom - 2))
    return np.asarray(stdtr(degrees_of_freedom, -size * scale))[()]


def once_in(size: float, degrees_of_freedom: float = np.inf) -> float:
    """How many steps there are to one that moves the price by so many standard deviations, up or down.

    Parameters
    ----------
    size, degrees_of_freedom
        As in :func:`beyond`.

    Returns
    -------
    float
        Steps, at least 1.

    Examples
    --------
    Four usual moves: once in 15,787 small steps, once in 162 with fat tails.

    >>> round(once_in(4.0)), round(once_in(4.0, 3.0))
    (15787, 162)
    """
    return float(0.5 / beyond(size, degrees_of_freedom))


def count_beyond(moves: ArrayLike, size: float) -> int:
    """How many moves are at least so many standard deviations from their mean, up or down.

    Parameters
    ----------
    moves : array_like of shape (n,)
        Log moves.
    size : float
        Standard deviations.

    Returns
    -------
    int

    Examples
    --------
    >>> count_beyond([0.01, -0.01] * 20 + [-0.2], 4.0)
    1
    """
    moves = np.asarray(moves, dtype=float)
    return int(np.sum(np.abs(moves - np.mean(moves)) >= size * np.std(moves)))


def has_storms(moves: ArrayLike) -> bool:
    """Whether large moves stand together more than the order of a shuffled series would explain.

    A fit of calm and stormy times finds some in any series. The autocorrelation of the sizes tells
    whether there are any; their ranks stand for them, so that no single wild move decides.

    Parameters
    ----------
    moves : array_like of shape (n,)
        Log moves.

    Returns
    -------
    bool
        Wrongly true for one shuffled series of twenty.

    References
    ----------
    Ljung and Box, "On a measure of lack of fit in time series models" (1978); of squares: McLeod and
    Li, "Diagnostic checking ARMA time series models using squared-residual autocorrelations" (1983).

    Examples
    --------
    >>> moves = np.random.default_rng(7).standard_t(4.0, 1000)
    >>> has_storms(moves), has_storms(moves * np.repeat([1.0, 2.0], 500))
    (False, True)
    """
    moves = np.asarray(moves, dtype=float)
    _, place, times = np.unique(np.abs(moves - np.mean(moves)), return_inverse=True, return_counts=True)
    # Equal sizes share their rank: else their order in time would be one in size.
    rank = (np.cumsum(times) - times / 2)[place]
    rank -= np.mean(rank)
    count, spread = len(moves), float(rank @ rank)
    lags = range(1, STORM_LAGS + 1)
    alike = (float(rank[lag:] @ rank[:-lag]) / spread for lag in lags)
    found = count * (count + 2) * sum(r**2 / (count - lag) for lag, r in zip(lags, alike, strict=True))
    return bool(found > chdtri(STORM_LAGS, STORM_DOUBT))


def fit_student_t(moves: ArrayLike) -> StudentTFit:
    """Student's t: how fat the tails are.

    Parameters
    ----------
    moves : array_like of shape (n,)
        Log moves.

    Returns
    -------
    StudentTFit
        Degrees of freedom between 2.5 and 200.

    Examples
    --------
    >>> moves = 0.02 * np.random.default_rng(7).standard_t(4.0, 2000)
    >>> fit = fit_student_t(moves)
    >>> round(fit.degrees_of_freedom, 1), fit.is_held
    (4.6, False)
    """
    moves = np.asarray(moves, dtype=float)
    centre, size = float(np.median(moves)), float(np.std(moves))
    x = (moves - centre) / size

    def misfit(parameters: Floats) -> float:
        mean, log_deviation, log_freedom = parameters
        variance = np.full(len(x), np.exp(2 * log_deviation))
        return _misfit(x - mean, variance, np.exp(log_freedom))

    freedom = (np.log(LEAST_FREEDOM), np.log(MOST_FREEDOM))
    found = minimize(
        misfit,
        np.array([0.0, 0.0, np.log(4.0)]),
        method="L-BFGS-B",
        bounds=[(-1, 1), (-3, 3), freedom],
        options={"ftol": 1e-13},
    )
    mean, log_deviation, log_freedom = (float(number) for number in found.x)
    return StudentTFit(
        centre + size * mean,
        size * float(np.exp(log_deviation)),
        float(np.exp(log_freedom)),
        log_freedom in freedom,
    )


def fit_garch(moves: ArrayLike) -> GarchFit:
    """GARCH(1,1) with Student's t: calm and stormy times. The first variance is that of the whole series.

    Parameters
    ----------
    moves : array_like of shape (n,)
        Log moves.

    Returns
    -------
    GarchFit
        ``alpha + beta`` at most 0.995, degrees of freedom between 2.5 and 200.

    Examples
    --------
    >>> from engine.odds.moves import garch_moves
    >>> storm = {"omega": 8e-5, "alpha": 0.14, "beta": 0.82, "degrees_of_freedom": 6.0, "variance": 0.002}
    >>> moves = garch_moves(1, 3000, np.random.default_rng(7), drift=0.0, step_years=1 / 365, **storm)[0]
    >>> fit = fit_garch(moves)
    >>> round(fit.alpha, 2), round(fit.beta, 2)
    (0.15, 0.81)
    """
    moves = np.asarray(moves, dtype=float)
    centre, size = float(np.mean(moves)), float(np.std(moves))
    x = (moves - centre) / size

    def variances(mean: float, omega: float, alpha: float, beta: float) -> Floats:
        """Of each step and the one after the last."""
        pushed = np.concatenate([[1.0], omega + alpha * (x - mean) ** 2])
        return np.asarray(lfilter([1.0], [1.0, -beta], pushed))

    def misfit(parameters: Floats) -> float:
        mean, log_omega, persistence, share, log_freedom = parameters
        alpha = persistence * share
        variance = variances(mean, np.exp(log_omega), alpha, persistence - alpha)
        return _misfit(x - mean, variance[:-1], np.exp(log_freedom))

    freedom = (np.log(LEAST_FREEDOM), np.log(MOST_FREEDOM))
    found = minimize(
        misfit,
        np.array([0.0, np.log(0.05), 0.95, 0.1, np.log(6.0)]),
        method="L-BFGS-B",
        bounds=[(-1, 1), (-14, 1), (0.0, MOST_PERSISTENCE), (0.0, 1.0), freedom],
        options={"ftol": 1e-12},
    )
    mean, log_omega, persistence, share, log_freedom = (float(number) for number in found.x)
    omega, alpha = float(np.exp(log_omega)), persistence * share
    beta = persistence - alpha
    return GarchFit(
        centre + size * mean,
        size**2 * omega,
        alpha,
        beta,
        float(np.exp(log_freedom)),
        size**2 * float(variances(mean, omega, alpha, beta)[-1]),
        persistence == MOST_PERSISTENCE or log_freedom in freedom,
    )


def _misfit(surprise: Floats, variance: Floats, freedom: float) -> float:
    """Minus the mean log likelihood of Student's t with a given variance, without its constant."""
    height = gammaln((freedom + 1) / 2) - gammaln(freedom / 2) - np.log(freedom - 2) / 2
    squares = np.log1p(surprise**2 / (variance * (freedom - 2)))
    return float(np.mean(np.log(variance) / 2 + (freedom + 1) / 2 * squares) - height)
