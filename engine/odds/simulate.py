"""Chance where no formula reaches: fat tails, calm and stormy times, jumps, redrawn history.

Moves are differences of the log price from step to step, of shape (paths, steps). Price paths
have one column more: the spot price stands in the first. The generator is an argument; the same
seed gives the same numbers with the same version of numpy.

Every estimate comes with its standard error. Where :mod:`engine.odds` has a closed form, use that.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from engine.margin.risk import Floats
from engine.odds.touch import bridge_probability


class Estimate(NamedTuple):
    """An average over simulated paths; the true value lies within two standard errors in 95 of 100 cases.

    If all paths agree the error reads 0. Of n paths that all agree, fewer than 3 in n others would
    not, again in 95 of 100 cases.
    """

    value: float
    standard_error: float


def touch_steps(paths: ArrayLike, barrier: float) -> Floats:
    """Step at which each path is first seen at the barrier or beyond it.

    Parameters
    ----------
    paths : array_like of shape (paths, steps + 1)
        Quote per unit, the spot price in the first column: what is looked at, closes, or of bars
        the lows for a long and the highs for a short.
    barrier : float
        Quote per unit, below the spot price for a long, above for a short; ``nan`` = none.

    Returns
    -------
    ndarray of shape (paths,)
        Step number; ``inf`` = never.

    Examples
    --------
    >>> touch_steps([[100.0, 97.0, 95.0], [100.0, 101.0, 99.0]], 95.0).tolist()
    [2.0, inf]
    """
    paths = np.asarray(paths, dtype=float)
    reached = paths >= barrier if barrier > paths[0, 0] else paths <= barrier
    return np.where(reached.any(axis=1), reached.argmax(axis=1), np.inf)


def touch_estimate(paths: ArrayLike, barrier: float) -> Estimate:
    """Share of the paths seen at the barrier or beyond it.

    Parameters
    ----------
    paths, barrier
        As in :func:`touch_steps`.

    Returns
    -------
    Estimate
        Probability.

    Examples
    --------
    >>> touch_estimate([[100.0, 95.0], [100.0, 101.0]], 95.0)
    Estimate(value=0.5, standard_error=0.5)
    """
    return estimate(np.isfinite(touch_steps(paths, barrier)))


def bridged_estimate(paths: ArrayLike, barrier: float, *, volatility: float, step_years: float) -> Estimate:
    """Share of the paths that touched the barrier, what happened between the looks counted by its odds.

    Each path counts with the probability of a touch given what was seen of it, which for
    geometric Brownian motion is exact for every length of the step.

    Parameters
    ----------
    paths, barrier
        As in :func:`touch_steps`.
    volatility : float
        Per square root of a year, of the movement between two looks.
    step_years : float
        Time from one look to the next.

    Returns
    -------
    Estimate
        Probability.

    Examples
    --------
    >>> chance = bridged_estimate([[100.0, 97.0]] * 2, 95.0, volatility=0.6, step_years=1 / 365)
    >>> round(chance.value, 4), chance.standard_error
    (0.1145, 0.0)
    """
    paths = np.asarray(paths, dtype=float)
    between = bridge_probability(
        paths[:, :-1], paths[:, 1:], barrier, volatility=volatility, step_years=step_years
    )
    return estimate(1 - np.prod(1 - between, axis=1))


def bad_debt_estimate(paths: ArrayLike, barrier: float, bankruptcy: float) -> Estimate:
    """Loss beyond the trader's money when each path is closed at the first look that finds it at the barrier.

    Parameters
    ----------
    paths, barrier
        As in :func:`touch_steps`; the position is closed at the price that is there.
    bankruptcy : float
        Bankruptcy price, quote per unit.

    Returns
    -------
    Estimate
        Quote per unit of the asset, the paths without a loss included.

    Examples
    --------
    >>> bad_debt_estimate([[100.0, 88.0, 95.0], [100.0, 93.0, 92.0]], 90.5, 90.0)
    Estimate(value=1.0, standard_error=1.0)
    """
    paths = np.asarray(paths, dtype=float)
    steps = touch_steps(paths, barrier)
    touched = np.isfinite(steps)
    fill = paths[np.arange(len(paths)), np.where(touched, steps, 0).astype(int)]
    loss = np.where(barrier > paths[0, 0], fill - bankruptcy, bankruptcy - fill)
    return estimate(np.where(touched, np.maximum(loss, 0.0), 0.0))


def estimate(values: ArrayLike) -> Estimate:
    """Mean of what was drawn, with its standard error.

    Parameters
    ----------
    values : array_like of shape (n,)
        A value a draw, two or more; true and false count as 1 and 0.

    Returns
    -------
    Estimate

    Examples
    --------
    >>> estimate([True, False, False, False])
    Estimate(value=0.25, standard_error=0.25)
    """
    values = np.asarray(values, dtype=float)
    return Estimate(float(np.mean(values)), float(np.std(values, ddof=1) / np.sqrt(len(values))))
