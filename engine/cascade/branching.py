"""When one forced sale makes more than one other: the threshold, how far it goes and whether it stops."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaln, lambertw

from engine.cascade.depth import PERCENT
from engine.margin import risk
from engine.margin.risk import Floats


def branching_ratio(
    open_interest: ArrayLike,
    one_percent: ArrayLike,
    lowest_leverage: ArrayLike,
    highest_leverage: ArrayLike,
    maintenance_rate: ArrayLike = 0.005,
) -> Floats:
    """Units that become due for sale for each unit sold, in a crowd and a linear order book.

    Liquidation prices per dollar over depth per dollar. Below 1 an avalanche dies out, from 1 on it takes
    everybody.

    Parameters
    ----------
    open_interest : array_like
        Units held long.
    one_percent : array_like
        Units whose sale lowers the price by 1 % of its value before the shock.
    lowest_leverage, highest_leverage : array_like
        Multiples; 1/leverage is spread evenly between the two (:func:`crowd`).
    maintenance_rate : array_like, default 0.005
        Fraction of notional.

    Returns
    -------
    ndarray

    Examples
    --------
    Everyone between 10x and 50x, five times as much as moves the price by 1 %:

    >>> round(float(branching_ratio(5.0, 1.0, 10.0, 50.0)), 3)
    0.622
    """
    held: Floats = np.asarray(open_interest, dtype=float)
    return held / critical_open_interest(one_percent, lowest_leverage, highest_leverage, maintenance_rate)


def critical_open_interest(
    one_percent: ArrayLike,
    lowest_leverage: ArrayLike,
    highest_leverage: ArrayLike,
    maintenance_rate: ArrayLike = 0.005,
) -> Floats:
    """Units held long at which one sale makes one more: the branching ratio is 1.

    Parameters
    ----------
    one_percent, lowest_leverage, highest_leverage, maintenance_rate : array_like
        As in :func:`branching_ratio`.

    Returns
    -------
    ndarray
        Units.

    Examples
    --------
    >>> round(float(critical_open_interest(1.0, 10.0, 50.0)), 2)
    8.04
    """
    nearest, farthest = _first_and_last_fall(lowest_leverage, highest_leverage, maintenance_rate)
    return np.asarray(one_percent, dtype=float) * (farthest - nearest) / PERCENT


def total_fall(
    shock: ArrayLike,
    open_interest: ArrayLike,
    one_percent: ArrayLike,
    lowest_leverage: ArrayLike,
    highest_leverage: ArrayLike,
    maintenance_rate: ArrayLike = 0.005,
) -> Floats:
    """How far the price falls in all, in a crowd and a linear order book.

    With R for the branching ratio and d for the fall that reaches the first trigger, a larger `shock` ends
    at ``shock + (shock - d) * R / (1 - R)``, or once everybody is sold.

    Parameters
    ----------
    shock : array_like
        Fall before the first sale, a fraction of the price before it.
    open_interest, one_percent, lowest_leverage, highest_leverage, maintenance_rate : array_like
        As in :func:`branching_ratio`.

    Returns
    -------
    ndarray
        Fraction of the price before the shock.

    Examples
    --------
    A shock of 2 % becomes 2.8 %; with half the depth it becomes 12 %:

    >>> total_fall(0.02, 5.0, [1.0, 0.5], 10.0, 50.0).round(4).tolist()
    [0.0281, 0.12]
    """
    shock = np.asarray(shock, dtype=float)
    ratio = branching_ratio(open_interest, one_percent, lowest_leverage, highest_leverage, maintenance_rate)
    nearest, _ = _first_and_last_fall(lowest_leverage, highest_leverage, maintenance_rate)
    everybody = PERCENT * np.asarray(open_interest, dtype=float) / np.asarray(one_percent, dtype=float)
    room = np.where(ratio < 1, 1 - ratio, 1.0)
    further = np.where(ratio < 1, (shock - nearest) * ratio / room, np.inf)
    fall: Floats = shock + np.where(shock > nearest, np.minimum(further, everybody), 0.0)
    return fall


def sales_odds(count: ArrayLike, due: ArrayLike, ratio: ArrayLike) -> Floats:
    """Probability that exactly `count` positions are sold when triggers lie at random prices.

    Triggers at a constant rate per dollar, positions of one size, equal impact each: the shock makes a
    Poisson number with mean `due`, each sale a Poisson number with mean `ratio` more. The total follows the
    generalised Poisson law ``a (a + b n)^(n - 1) exp(-a - b n) / n!``.

    Parameters
    ----------
    count : array_like
        Positions sold, whole numbers from 0.
    due : array_like
        a, the rate of triggers per dollar times the shock, above zero.
    ratio : array_like
        b, the rate of triggers per dollar times the impact of one sale: the branching ratio.

    Returns
    -------
    ndarray
        Probability. Above a ratio of 1 the sum over all counts falls short of 1 by the odds that the
        avalanche never stops.

    References
    ----------
    P. C. Consul, G. C. Jain, "A Generalization of the Poisson Distribution", Technometrics 15 (1973).

    Examples
    --------
    >>> sales_odds([0, 1, 2], 1.0, 0.5).round(4).tolist()
    [0.3679, 0.2231, 0.1353]
    """
    n, a, b = (np.asarray(value, dtype=float) for value in (count, due, ratio))
    odds: Floats = np.exp(np.log(a) + (n - 1) * np.log(a + b * n) - (a + b * n) - gammaln(n + 1))
    return odds


def expected_sales(due: ArrayLike, ratio: ArrayLike) -> Floats:
    """Average number of sales with triggers at random prices: ``due / (1 - ratio)``.

    Parameters
    ----------
    due, ratio : array_like
        As in :func:`sales_odds`.

    Returns
    -------
    ndarray
        ``inf`` from a ratio of 1 on.

    Examples
    --------
    >>> expected_sales(2.0, [0.0, 0.8, 1.0]).round(6).tolist()
    [2.0, 10.0, inf]
    """
    a, room = np.asarray(due, dtype=float), 1 - np.asarray(ratio, dtype=float)
    return np.where(room > 0, a / np.where(room > 0, room, 1.0), np.inf)[()]


def sales_variance(due: ArrayLike, ratio: ArrayLike) -> Floats:
    """Variance of the number of sales with triggers at random prices: ``due / (1 - ratio)**3``.

    Parameters
    ----------
    due, ratio : array_like
        As in :func:`sales_odds`.

    Returns
    -------
    ndarray
        ``inf`` from a ratio of 1 on.

    Examples
    --------
    >>> sales_variance(2.0, [0.0, 0.8, 1.0]).round(6).tolist()
    [2.0, 250.0, inf]
    """
    room = np.maximum(1 - np.asarray(ratio, dtype=float), 0.0)
    variance: Floats = expected_sales(due, ratio) / room**2
    return variance


def stopping_odds(due: ArrayLike, ratio: ArrayLike) -> Floats:
    """Probability that an avalanche among endlessly many random triggers stops by itself.

    ``exp(a * (x - 1))`` with x, the odds that the sales made by one sale die out, the smallest solution of
    ``x = exp(b * (x - 1))``.

    Parameters
    ----------
    due, ratio : array_like
        a and b as in :func:`sales_odds`, b above zero.

    Returns
    -------
    ndarray
        1 up to a ratio of 1.

    Examples
    --------
    >>> stopping_odds(1.0, [0.5, 1.0, 1.5]).round(4).tolist()
    [1.0, 1.0, 0.5583]
    """
    a, b = np.asarray(due, dtype=float), np.asarray(ratio, dtype=float)
    beyond: Floats = np.where(b > 1, b, 2.0)
    die_out = -np.real(lambertw(-beyond * np.exp(-beyond), 0)) / beyond
    return np.where(b > 1, np.exp(a * (die_out - 1)), 1.0)[()]


def _first_and_last_fall(
    lowest_leverage: ArrayLike, highest_leverage: ArrayLike, maintenance_rate: ArrayLike
) -> tuple[Floats, Floats]:
    """Falls, fractions of the entry price, at which the most and the least leveraged long are due."""
    shares = (1 / np.asarray(leverage, dtype=float) for leverage in (highest_leverage, lowest_leverage))
    nearest, farthest = (risk.liquidation_price(1.0, 1.0, share, maintenance_rate) for share in shares)
    return 1 - nearest, 1 - farthest
