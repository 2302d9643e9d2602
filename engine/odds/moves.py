"""Moves of a price, drawn: in small steps, with wild days, with storms, with jumps, or a series' own."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from engine.margin.risk import Floats
from engine.odds.jumps import mean_jump


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


def _mean(drift: float, volatility: float, step_years: float) -> float:
    return (drift - volatility**2 / 2) * step_years


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
