"""Odds for prices that jump or have wild days, beside those that move in small steps.

Three roads: a closed form with jumps, simulated days with fat tails, and the days of a real series
drawn anew. What is simulated comes with its standard error.
"""

from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from engine.chance import DAYS_PER_YEAR, TAILS
from engine.jumps import JumpOdds, jump_odds
from engine.scenario import Scenario, Side
from engine.simulate import (
    Estimate,
    bootstrap_paths,
    price_paths,
    student_t_moves,
    touch_estimate,
    touch_steps,
)

PATHS: Final = 4_000
# Twenty jumps a year of about 5 %, a little more often down, and 45 % a year between them.
JUMPS: Final = {"jumps_per_year": 20.0, "share_down": 0.55}
JUMP_SIZES: Final = {"volatility": 0.45, "mean_down": 0.06, "mean_up": 0.05}
# A month has only 22 days: longer blocks would be nearly the month itself.
BLOCK: Final = 5.0
_SEED: Final = 1987


class Ending(NamedTuple):
    """Shares of the paths that are liquidated, and that are closed beyond the bankruptcy price."""

    liquidated: Estimate
    past_end: Estimate


def jumps(scenario: Scenario, days: float, volatility: float) -> JumpOdds:
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
    >>> odds = jumps(Scenario(leverage=10.0), 30.0, 0.57158)
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
    s = scenario
    moves = student_t_moves(
        PATHS,
        days,
        np.random.default_rng(_SEED),
        drift=0.0,
        volatility=volatility,
        step_years=1 / DAYS_PER_YEAR,
        degrees_of_freedom=TAILS,
    )
    paths = price_paths(s.entry_price, moves)
    steps = touch_steps(paths, s.liquidation_price)
    closed = np.isfinite(steps)
    fill = paths[np.arange(PATHS), np.where(closed, steps, 0).astype(int)]
    past = closed & (s.side.sign * (fill - s.bankruptcy_price) < 0)
    return Ending(touch_estimate(paths, s.liquidation_price), _share(past))


def history(scenario: Scenario, days: int, prices: pd.DataFrame) -> Estimate:
    """Share liquidated when the days of a real series come in another order; watched at its lows or highs.

    Parameters
    ----------
    scenario : Scenario
    days : int
        Days of the series, at least 1.
    prices : DataFrame
        As :func:`engine.simulate.bootstrap_paths` takes it.

    Returns
    -------
    Estimate
        From 4,000 paths, the same at every call.

    Examples
    --------
    >>> from engine.price_file import black_monday
    >>> found = history(Scenario(leverage=10.0), 10, black_monday())
    >>> round(found.value, 2), round(found.standard_error, 3)
    (0.62, 0.008)
    """
    s = scenario
    bars = bootstrap_paths(prices, s.entry_price, PATHS, days, np.random.default_rng(_SEED), mean_block=BLOCK)
    return touch_estimate(bars.low if s.side is Side.LONG else bars.high, s.liquidation_price)


def _share(is_true: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> Estimate:
    share = float(np.mean(is_true))
    return Estimate(share, float(np.sqrt(share * (1 - share) / (len(is_true) - 1))))
