"""Chance where no formula reaches: fat tails, calm and stormy times, jumps, redrawn history.

Moves are differences of the log price from step to step, of shape (paths, steps). Price paths
have one column more: the spot price stands in the first. The generator is an argument; the same
seed gives the same numbers with the same version of numpy.

Every estimate comes with its standard error. Where :mod:`engine.odds` has a closed form, use that.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from engine.margin.risk import Floats
from engine.odds.jumps import mean_jump
from engine.odds.touch import bridge_probability


class Estimate(NamedTuple):
    """An average over simulated paths; the true value lies within two standard errors in 95 of 100 cases.

    If all paths agree the error reads 0. Of n paths that all agree, fewer than 3 in n others would
    not, again in 95 of 100 cases.
    """

    value: float
    standard_error: float


class BarPaths(NamedTuple):
    """Price paths made of bars, each array of shape (paths, steps + 1), quote per unit."""

    close: Floats
    low: Floats
    high: Floats


def normal_moves(
    paths: int,
    steps: int,
    rng: np.random.Generator,
    *,
    drift: float,
    volatility: float,
    step_years: float,
) -> Floats:
    """Moves of geometric Brownian motion, exact for every length of the step.

    Parameters
    ----------
    paths, steps : int
    rng : Generator
    drift : float
        Growth rate of the expected price per year.
    volatility : float
        Standard deviation of the log price per square root of a year.
    step_years : float
        Length of a step.

    Returns
    -------
    ndarray of shape (paths, steps)
        Log moves.

    Examples
    --------
    >>> rng = np.random.default_rng(7)
    >>> normal_moves(1, 3, rng, drift=0.0, volatility=0.6, step_years=1 / 365).round(4).tolist()
    [[-0.0005, 0.0089, -0.0091]]
    """
    size = volatility * np.sqrt(step_years)
    moves: Floats = _mean(drift, volatility, step_years) + size * rng.standard_normal((paths, steps))
    return moves


def student_t_moves(
    paths: int,
    steps: int,
    rng: np.random.Generator,
    *,
    drift: float,
    volatility: float,
    step_years: float,
    degrees_of_freedom: float,
) -> Floats:
    """Moves with fat tails: Student's t, of the same mean and standard deviation as normal ones.

    Parameters
    ----------
    paths, steps : int
    rng : Generator
    drift, volatility, step_years : float
        As in :func:`normal_moves`. The expected price of this model is infinite: the drift sets the
        mean of the log price.
    degrees_of_freedom : float
        Above 2; smaller = fatter tails.

    Returns
    -------
    ndarray of shape (paths, steps)
        Log moves.

    Examples
    --------
    >>> rng = np.random.default_rng(7)
    >>> storm = {"volatility": 0.6, "step_years": 1 / 365, "degrees_of_freedom": 3.0}
    >>> student_t_moves(1, 3, rng, drift=0.0, **storm).round(4).tolist()
    [[-0.0005, -0.0235, 0.0002]]
    """
    scale = volatility * np.sqrt(step_years * (degrees_of_freedom - 2) / degrees_of_freedom)
    tails = rng.standard_t(degrees_of_freedom, (paths, steps))
    moves: Floats = _mean(drift, volatility, step_years) + scale * tails
    return moves


def garch_moves(
    paths: int,
    steps: int,
    rng: np.random.Generator,
    *,
    drift: float,
    step_years: float,
    omega: float,
    alpha: float,
    beta: float,
    degrees_of_freedom: float,
    variance: float,
) -> Floats:
    """Moves that come in calm and stormy times: GARCH(1,1) with Student's t.

    The variance of the next step is ``omega + alpha * surprise**2 + beta * variance``.

    Parameters
    ----------
    paths, steps : int
    rng : Generator
    drift : float
        Growth per year; as in :func:`student_t_moves` it sets the mean of the log price.
    step_years : float
        Length of a step.
    omega : float
        Variance per step, above zero.
    alpha, beta : float
        Shares of the last surprise and of the last variance, together below 1.
    degrees_of_freedom : float
        Above 2.
    variance : float
        Of the first step.

    Returns
    -------
    ndarray of shape (paths, steps)
        Log moves.

    References
    ----------
    Bollerslev, "Generalized Autoregressive Conditional Heteroskedasticity" (1986).

    Examples
    --------
    >>> rng = np.random.default_rng(7)
    >>> rules = {"omega": 8e-5, "alpha": 0.144, "beta": 0.817, "degrees_of_freedom": 4.0}
    >>> garch_moves(1, 3, rng, drift=0.0, step_years=1 / 365, variance=0.002, **rules).round(4).tolist()
    [[-0.001, -0.0353, 0.0004]]
    """
    scale = np.sqrt((degrees_of_freedom - 2) / degrees_of_freedom)
    # Step after step: each column lies together in memory.
    surprise = np.asfortranarray(scale * rng.standard_t(degrees_of_freedom, (paths, steps)))
    spread = np.full(paths, variance)
    moves = np.empty((paths, steps), order="F")
    for step in range(steps):
        surprise[:, step] *= np.sqrt(spread)
        moves[:, step] = drift * step_years - spread / 2 + surprise[:, step]
        spread = omega + alpha * surprise[:, step] ** 2 + beta * spread
    return moves


def kou_moves(
    paths: int,
    steps: int,
    rng: np.random.Generator,
    *,
    drift: float,
    volatility: float,
    step_years: float,
    jumps_per_year: float,
    share_down: float,
    mean_down: float,
    mean_up: float,
) -> Floats:
    """Moves with jumps, Kou's double-exponential model, for pictures of :func:`engine.odds.jumps.jump_odds`.

    Parameters
    ----------
    paths, steps : int
    rng : Generator
    drift, volatility, step_years : float
        As in :func:`normal_moves`; the drift includes the jumps, the volatility does not.
    jumps_per_year, share_down, mean_down, mean_up : float
        As in :func:`engine.odds.jumps.jump_odds`.

    Returns
    -------
    ndarray of shape (paths, steps)
        Log moves.

    Examples
    --------
    >>> rng = np.random.default_rng(7)
    >>> jumps = {"jumps_per_year": 20.0, "share_down": 0.55, "mean_down": 0.06, "mean_up": 0.05}
    >>> kou_moves(1, 3, rng, drift=0.0, volatility=0.45, step_years=1 / 52, **jumps).round(4).tolist()
    [[0.001, 0.0196, -0.1847]]
    """
    moves = normal_moves(
        paths,
        steps,
        rng,
        drift=drift - jumps_per_year * float(mean_jump(share_down, mean_down, mean_up)),
        volatility=volatility,
        step_years=step_years,
    )
    jumps = jumps_per_year * step_years
    down = rng.standard_gamma(rng.poisson(jumps * share_down, (paths, steps)))
    up = rng.standard_gamma(rng.poisson(jumps * (1 - share_down), (paths, steps)))
    return moves - mean_down * down + mean_up * up


def bootstrap_steps(
    length: int, paths: int, steps: int, rng: np.random.Generator, *, mean_block: float
) -> NDArray[np.int64]:
    """Rows of a series drawn in blocks, so that calm and stormy days stay together.

    Each step goes on to the next row, from the last one to the first, or starts a new block at any
    row with the probability ``1 / mean_block``: the stationary bootstrap.

    Parameters
    ----------
    length : int
        Rows of the series.
    paths, steps : int
    rng : Generator
    mean_block : float
        Average length of a block in rows, at least 1.

    Returns
    -------
    ndarray of int of shape (paths, steps)
        Row numbers from 0.

    References
    ----------
    Politis and Romano, "The Stationary Bootstrap" (1994).

    Examples
    --------
    >>> bootstrap_steps(20, 1, 8, np.random.default_rng(7), mean_block=4.0).tolist()
    [[18, 19, 13, 14, 15, 16, 17, 18]]
    """
    starts = rng.integers(length, size=(paths, steps))
    is_new = rng.random((paths, steps)) < 1 / mean_block
    is_new[:, 0] = True
    step = np.arange(steps)
    begun = np.maximum.accumulate(np.where(is_new, step, 0), axis=1)
    rows: NDArray[np.int64] = (np.take_along_axis(starts, begun, axis=1) + step - begun) % length
    return rows


def bootstrap_paths(
    prices: pd.DataFrame,
    spot: float,
    paths: int,
    steps: int,
    rng: np.random.Generator,
    *,
    mean_block: float = 15.0,
    trend: float = 0.0,
) -> BarPaths:
    """Paths put together from the moves of a real series, lows and highs included.

    Parameters
    ----------
    prices : DataFrame
        Columns ``high``, ``low`` and ``close``, as :func:`engine.market.price_file.parse_csv` gives them;
        at least two rows. Not changed.
    spot : float
        Quote per unit.
    paths, steps : int
    rng : Generator
    mean_block : float, default 15
        Average length of a block in rows.
    trend : float, default 0
        Log growth per row that is taken out of every move.

    Returns
    -------
    BarPaths
        Each bar is one of the series, moved to where the last one closed. The position is watched
        at the low for a long, at the high for a short.

    Examples
    --------
    >>> from engine.market.history import black_monday
    >>> week = bootstrap_paths(black_monday(), 100.0, 1, 5, np.random.default_rng(7))
    >>> week.low.round(1).tolist()
    [[100.0, 100.0, 104.9, 107.9, 105.0, 108.2]]
    """
    before = np.log(prices["close"].to_numpy(dtype=float)[:-1])
    rows = bootstrap_steps(len(before), paths, steps, rng, mean_block=mean_block)
    start = before + trend
    moves = {name: np.log(prices[name].to_numpy(dtype=float)[1:]) - start for name in BarPaths._fields}
    close = price_paths(spot, moves["close"][rows])
    low, high = close.copy(), close.copy()
    low[:, 1:] = close[:, :-1] * np.exp(moves["low"][rows])
    high[:, 1:] = close[:, :-1] * np.exp(moves["high"][rows])
    return BarPaths(close, low, high)


def price_paths(spot: float, moves: ArrayLike) -> Floats:
    """Prices from log moves.

    Parameters
    ----------
    spot : float
        Quote per unit.
    moves : array_like of shape (paths, steps)
        Log moves.

    Returns
    -------
    ndarray of shape (paths, steps + 1)
        Quote per unit; the first column is `spot`.

    Examples
    --------
    >>> price_paths(100.0, np.log([[0.9, 1.1]])).round(2).tolist()
    [[100.0, 90.0, 99.0]]
    """
    moves = np.asarray(moves, dtype=float)
    prices: Floats = spot * np.exp(np.cumsum(np.column_stack([np.zeros(len(moves)), moves]), axis=1))
    return prices


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


def _mean(drift: float, volatility: float, step_years: float) -> float:
    return (drift - volatility**2 / 2) * step_years


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
