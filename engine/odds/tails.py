"""Odds for prices that jump or have wild days, beside those that move in small steps.

A closed form with jumps, and simulated days with fat tails. Then the odds by what a real series tells:
small steps of its size, fat tails and storms as measured, and its own moves drawn anew. What is
simulated comes with its standard error.

Long because the four prices that fit a series share one measure of it, each with its source and an example.
"""

from math import ceil, nan
from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from engine.margin.risk import Floats
from engine.margin.scenario import Scenario, Side
from engine.odds.counted import DAYS_PER_YEAR, TAILS, touched
from engine.odds.fit import (
    FEWEST_FOR_STORMS,
    FEWEST_MOVES,
    GarchFit,
    StudentTFit,
    deviation_error,
    fit_garch,
    fit_student_t,
    log_moves,
)
from engine.odds.jumps import JumpOdds, jump_odds
from engine.odds.moves import bootstrap_paths, garch_moves, price_paths, student_t_moves
from engine.odds.simulate import Estimate, estimate, touch_steps

PATHS: Final = 4_000
# Twenty jumps a year of about 5 %, a little more often down, and 45 % a year between them.
JUMPS: Final = {"jumps_per_year": 20.0, "share_down": 0.55}
JUMP_SIZES: Final = {"volatility": 0.45, "mean_down": 0.06, "mean_up": 0.05}
# The least a series must have: a month of trading days. For its tails and storms see engine/odds/fit.py.
FEWEST_TO_DRAW: Final = 20
# What a page can wait for: longer series, and longer times, are taken in longer steps.
MOST_MOVES, MOST_STEPS, MOST_DRAWS = 5_000, 1_500, 600_000
LONGEST_BLOCK: Final = 15.0
_SEED: Final = 1987


class Ending(NamedTuple):
    """Shares of the paths that are liquidated, and that are closed beyond the bankruptcy price."""

    liquidated: Estimate
    past_end: Estimate


NOT_MEASURED: Final = Ending(Estimate(nan, nan), Estimate(nan, nan))


class Measured(NamedTuple):
    """What a series tells, and how well.

    moves : how many
    step_hours : the usual length of a step, the median
    steps_per_day : of all days from the first row to the last, with those that have no price
    volatility, error : per square root of a year, and its standard error
    tails, storms : None if there are too few moves to tell
    """

    moves: int
    step_hours: float
    steps_per_day: float
    volatility: float
    error: float
    tails: StudentTFit | None
    storms: GarchFit | None

    @property
    def step(self) -> float:
        """The usual move of a step, a fraction."""
        return self.volatility * float(np.sqrt(self.step_years))

    @property
    def step_years(self) -> float:
        """The share of a year that counts for a step."""
        return 1 / self.steps_per_day / DAYS_PER_YEAR

    @property
    def half_life_hours(self) -> float:
        """Hours until half of a storm is over, those without a price counted; ``nan`` = not measured."""
        return nan if self.storms is None else 24 * self.storms.half_life / self.steps_per_day

    @property
    def now(self) -> float:
        """Size of the move after the series, as a multiple of the usual one; ``nan`` = not measured."""
        return nan if self.storms is None else float(np.sqrt(self.storms.variance)) / self.step


def with_jumps(scenario: Scenario, days: float, volatility: float) -> JumpOdds:
    """Odds when a part of the volatility comes in jumps; watched at every moment.

    Parameters
    ----------
    scenario : Scenario
    days : float
        Time span, above zero.
    volatility : float
        Of the whole movement, jumps included, per square root of a year, above zero.

    Returns
    -------
    JumpOdds
        The expected price stays where it is.

    Examples
    --------
    >>> odds = with_jumps(Scenario(leverage=10.0), 30.0, 0.57158)
    >>> round(float(odds.touched), 3), round(float(odds.past_bankruptcy), 3)
    (0.512, 0.1)
    """
    s, own = scenario, JUMP_SIZES
    down = JUMPS["share_down"] * own["mean_down"] ** 2
    up = (1 - JUMPS["share_down"]) * own["mean_up"] ** 2
    whole = np.sqrt(own["volatility"] ** 2 + 2 * JUMPS["jumps_per_year"] * (down + up))
    sizes = {name: size * volatility / whole for name, size in own.items()}
    return jump_odds(
        s.entry_price,
        s.liquidation_price,
        s.bankruptcy_price,
        drift=0.0,
        years=days / DAYS_PER_YEAR,
        **JUMPS,
        **sizes,
    )


def fat_tails(scenario: Scenario, days: int, volatility: float) -> Ending:
    """Simulated days with fat tails, looked at at each close and closed at the price that is there.

    Parameters
    ----------
    scenario : Scenario
    days : int
        At least 1.
    volatility : float
        Per square root of a year.

    Returns
    -------
    Ending
        From 4,000 paths, the same at every call.

    Examples
    --------
    >>> ending = fat_tails(Scenario(leverage=10.0), 30, 0.6)
    >>> round(ending.liquidated.value, 2), round(ending.liquidated.standard_error, 3)
    (0.45, 0.008)
    """
    return _fat(scenario, PATHS, days, volatility, 1 / DAYS_PER_YEAR, TAILS)


def steps_together(prices: pd.DataFrame, days: float) -> int:
    """How many steps of a series must be taken as one, so that it and the days stay small enough to draw.

    Parameters
    ----------
    prices : DataFrame of shape (n, 6)
        As from :func:`engine.market.price_file.parse_csv`.
    days : float
        Time span, above zero.

    Returns
    -------
    int
        For :func:`engine.market.price_file.longer_steps`; 1 = as they are.

    Examples
    --------
    >>> from engine.market.history import black_monday
    >>> steps_together(black_monday(), 30.0), steps_together(black_monday(), 3000.0)
    (1, 2)
    """
    moves = len(prices) - 1
    needed = days * moves * 24 / float(prices["hours"].iloc[-1])
    return max(1, ceil(moves / MOST_MOVES), ceil(needed / MOST_STEPS))


def measure(prices: pd.DataFrame) -> Measured:
    """Usual move, tails and storms of a series.

    Parameters
    ----------
    prices : DataFrame
        As from :func:`engine.market.price_file.parse_csv`.

    Returns
    -------
    Measured
        Tails from 30 moves, storms from 500.

    Raises
    ------
    ValueError
        If there are fewer than 20 moves, or the price moves by the same at every step.

    Examples
    --------
    A month, and the day of the crash in it: nothing is known well.

    >>> from engine.market.history import black_monday
    >>> found = measure(black_monday())
    >>> found.moves, round(found.step, 3), round(found.volatility, 2), round(found.error, 2)
    (21, 0.061, 0.99, 0.29)
    """
    moves = log_moves(prices["close"], fewest=FEWEST_TO_DRAW)
    hours = prices["hours"].to_numpy()
    per_day = 24 * len(moves) / float(hours[-1])
    year = float(np.sqrt(per_day * DAYS_PER_YEAR))
    return Measured(
        len(moves),
        float(np.median(np.diff(hours))),
        per_day,
        year * float(np.std(moves)),
        year * deviation_error(moves),
        fit_student_t(moves) if len(moves) >= FEWEST_MOVES else None,
        fit_garch(moves) if len(moves) >= FEWEST_FOR_STORMS else None,
    )


def steps_of(measured: Measured, days: float) -> int:
    """Steps of a series in so many days.

    Parameters
    ----------
    measured : Measured
    days : float

    Returns
    -------
    int
        At least 1.

    Examples
    --------
    >>> from engine.market.history import black_monday
    >>> steps_of(measure(black_monday()), 30.0)
    22
    """
    return max(1, round(days * measured.steps_per_day))


def paths_of(steps: int) -> int:
    """How many paths of so many steps are drawn.

    Parameters
    ----------
    steps : int

    Returns
    -------
    int

    Examples
    --------
    >>> paths_of(22), paths_of(1500)
    (4000, 400)
    """
    return min(PATHS, MOST_DRAWS // steps)


def small_steps(scenario: Scenario, measured: Measured, days: float) -> Ending:
    """Small steps of the measured size, watched at every moment: a formula, without an error of its own.

    Parameters
    ----------
    scenario : Scenario
    measured : Measured
    days : float
        Time span, above zero.

    Returns
    -------
    Ending
        Nobody is closed past the end.

    Examples
    --------
    >>> from engine.market.history import black_monday
    >>> found = small_steps(Scenario(leverage=10.0), measure(black_monday()), 30.0)
    >>> round(found.liquidated.value, 2), found.past_end.value
    (0.76, 0.0)
    """
    years = steps_of(measured, days) * measured.step_years
    share = float(touched(scenario, years * DAYS_PER_YEAR, measured.volatility, 0.0))
    return Ending(Estimate(share, 0.0), Estimate(0.0, 0.0))


def measured_tails(scenario: Scenario, measured: Measured, days: float) -> Ending:
    """Steps of the measured size with tails as fat as measured, looked at at the end of each.

    Parameters
    ----------
    scenario, measured, days
        As in :func:`small_steps`.

    Returns
    -------
    Ending
        The same at every call; ``nan`` if the tails could not be measured.

    Examples
    --------
    >>> wild = Measured(99, 24.0, 1.0, 0.6, 0.0, StudentTFit(0.0, 0.03, 3.0, False), None)
    >>> ending = measured_tails(Scenario(leverage=10.0), wild, 30.0)
    >>> round(ending.liquidated.value, 2), round(ending.past_end.value, 2)
    (0.45, 0.35)
    """
    steps, fit = steps_of(measured, days), measured.tails
    if fit is None:
        return NOT_MEASURED
    freedom = fit.degrees_of_freedom
    return _fat(scenario, paths_of(steps), steps, measured.volatility, measured.step_years, freedom)


def measured_storms(scenario: Scenario, measured: Measured, days: float) -> Ending:
    """Calm and stormy times as measured, from where the series ends, looked at at the end of each step.

    Parameters
    ----------
    scenario, measured, days
        As in :func:`small_steps`.

    Returns
    -------
    Ending
        The same at every call; ``nan`` if the storms could not be measured.

    Examples
    --------
    The same rules, after a calm and after a storm:

    >>> rules = {"mean": 0.0, "omega": 2e-5, "alpha": 0.1, "beta": 0.88, "degrees_of_freedom": 5.0}
    >>> for variance in (2e-4, 4e-3):
    ...     fit = GarchFit(**rules, variance=variance, is_held=False)
    ...     known = Measured(999, 24.0, 1.0, 0.6, 0.0, None, fit)
    ...     print(round(measured_storms(Scenario(leverage=10.0), known, 10.0).liquidated.value, 1))
    0.0
    0.5
    """
    steps, fit = steps_of(measured, days), measured.storms
    if fit is None:
        return NOT_MEASURED
    moves = garch_moves(
        paths_of(steps),
        steps,
        np.random.default_rng(_SEED),
        drift=0.0,
        step_years=measured.step_years,
        omega=fit.omega,
        alpha=fit.alpha,
        beta=fit.beta,
        degrees_of_freedom=fit.degrees_of_freedom,
        variance=fit.variance,
    )
    return _at_closes(scenario, moves)


def own_moves(scenario: Scenario, prices: pd.DataFrame, measured: Measured, days: float) -> Ending:
    """The moves of a real series in a new order, without its trend.

    Liquidations are seen at the lows or highs. Past the end are those whose step also ends beyond the
    bankruptcy price: what somebody gets who closes at the end of the step.

    Parameters
    ----------
    scenario : Scenario
    prices : DataFrame
        The measured series.
    measured, days
        As in :func:`small_steps`.

    Returns
    -------
    Ending
        The same at every call.

    Examples
    --------
    >>> from engine.market.history import black_monday
    >>> month = black_monday()
    >>> found = own_moves(Scenario(leverage=10.0), month, measure(month), 30.0)
    >>> round(found.liquidated.value, 2), round(found.liquidated.standard_error, 3)
    (0.7, 0.007)
    """
    s, steps = scenario, steps_of(measured, days)
    close = prices["close"].to_numpy()
    bars = bootstrap_paths(
        prices,
        s.entry_price,
        paths_of(steps),
        steps,
        np.random.default_rng(_SEED),
        mean_block=min(LONGEST_BLOCK, measured.moves / 4),
        # Without its average growth the expected price stays where it is.
        trend=float(np.log(np.mean(close[1:] / close[:-1]))),
    )
    return _ending(s, bars.low if s.side is Side.LONG else bars.high, bars.close)


def _fat(
    scenario: Scenario, paths: int, steps: int, volatility: float, step_years: float, freedom: float
) -> Ending:
    moves = student_t_moves(
        paths,
        steps,
        np.random.default_rng(_SEED),
        drift=0.0,
        volatility=volatility,
        step_years=step_years,
        degrees_of_freedom=freedom,
    )
    return _at_closes(scenario, moves)


def _at_closes(scenario: Scenario, moves: Floats) -> Ending:
    paths = price_paths(scenario.entry_price, moves)
    return _ending(scenario, paths, paths)


def _ending(scenario: Scenario, seen: Floats, close: Floats) -> Ending:
    """Liquidated by what is seen, closed at the end of that step."""
    s = scenario
    steps = touch_steps(seen, s.liquidation_price)
    closed = np.isfinite(steps)
    fill = close[np.arange(len(close)), np.where(closed, steps, 0).astype(int)]
    past = closed & (s.side.sign * (fill - s.bankruptcy_price) < 0)
    return Ending(estimate(closed), estimate(past))
