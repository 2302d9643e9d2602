"""How likely a position is to be liquidated, counted in paths: so many of a hundred.

Closed forms of :mod:`engine.odds` for a price that is as likely to end above the entry as below it:
the log price has no drift, unless a growth is given. Costs do not move the trigger here.
"""

from typing import Final

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr, ndtri

from engine.margin import risk
from engine.margin.scenario import Scenario
from engine.odds import touch
from engine.odds.fit import beyond

DAYS_PER_YEAR: Final = 365.0
PATHS: Final = 100
# Daily moves of share indices and coins ask for fewer than three degrees of freedom (engine/odds/fit.py):
# three is fat, and not the fattest.
TAILS: Final = 3.0
# Where each of the hundred stands among all, from the first to be liquidated to the last; shuffled.
RANKS: Final = (np.random.default_rng(10).permutation(PATHS) + 0.5) / PATHS


def daily(volatility: ArrayLike) -> risk.Floats:
    """How far the price moves on a usual day.

    Parameters
    ----------
    volatility : array_like
        Per square root of a year.

    Returns
    -------
    ndarray
        Standard deviation of the log price, a fraction.

    Examples
    --------
    >>> round(float(daily(0.5732)), 4)
    0.03
    """
    return np.asarray(np.asarray(volatility) / np.sqrt(DAYS_PER_YEAR))[()]


def touched(
    scenario: Scenario, days: ArrayLike, volatility: ArrayLike, growth: float | None = None
) -> risk.Floats:
    """Probability that the price reaches the trigger, if somebody watches at every moment.

    Parameters
    ----------
    scenario : Scenario
    days : array_like
        Time span, not negative.
    volatility : array_like
        Standard deviation of the log price per square root of a year, not negative.
    growth : float, optional
        Growth rate of the expected price per year; without it the price is as likely to end above
        the entry as below.

    Returns
    -------
    ndarray
        Probability; 0 without a trigger.

    Examples
    --------
    Ten times, ten days of 3 %:

    >>> round(float(touched(Scenario(leverage=10.0), 10.0, 0.03 * 365**0.5)), 4)
    0.2902
    """
    return _touched(scenario.entry_price, scenario.liquidation_price, days, volatility, growth)


def touched_with_funding(
    scenario: Scenario, days: float, volatility: float, funding_rate: float, growth: float | None = None
) -> touch.Bracket:
    """Probability that the price reaches a trigger that funding moves, watched at every moment.

    Parameters
    ----------
    scenario : Scenario
        Its `funding_interval_hours` counts, its own `funding_rate` does not.
    days, volatility, growth
        As in :func:`touched`; numbers, the first above zero.
    funding_rate : float
        Fraction of the notional at entry that the position pays at each interval, whatever its side;
        negative = it receives.

    Returns
    -------
    Bracket
        Probabilities. A trigger that funding carries below a thousandth of the entry price, as it can a
        short's, counts as if it stood there.

    Examples
    --------
    Ten times, a month, 0.1 % every eight hours:

    >>> chance = touched_with_funding(Scenario(leverage=10.0), 30.0, 0.6, 0.001, growth=0.0)
    >>> [round(float(bound), 3) for bound in chance]
    [0.758, 0.756, 0.759]
    """
    s = scenario
    paid = funding_rate * s.notional * 24 * days / s.funding_interval_hours
    end = s.liquidation_prices(s.quantity, s.backing - paid)
    return touch.touch_probability_moving(
        s.entry_price,
        s.liquidation_price,
        np.maximum(end, s.entry_price / 1000),
        drift=volatility**2 / 2 if growth is None else growth,
        volatility=volatility,
        years=days / DAYS_PER_YEAR,
    )


def touched_at_closes(
    scenario: Scenario, days: int, volatility: float, growth: float | None = None
) -> risk.Floats:
    """Probability that the price stands beyond the trigger at the end of some day.

    Parameters
    ----------
    scenario : Scenario
    days : int
        Time span, at least 1.
    volatility, growth
        As in :func:`touched`; numbers.

    Returns
    -------
    ndarray
        Probability; 0 without a trigger.

    Examples
    --------
    >>> round(float(touched_at_closes(Scenario(leverage=10.0), 10, 0.03 * 365**0.5)), 2)
    0.22
    """
    return touch.touch_probability_at_looks(
        scenario.entry_price,
        scenario.liquidation_price,
        drift=volatility**2 / 2 if growth is None else growth,
        volatility=volatility,
        step_years=1 / DAYS_PER_YEAR,
        looks=days,
    )


def by_leverage(
    scenario: Scenario,
    leverages: ArrayLike,
    days: ArrayLike,
    volatility: float,
    growth: float | None = None,
) -> risk.Floats:
    """The same money and side at other leverages: probability of a liquidation within each time.

    Parameters
    ----------
    scenario : Scenario
    leverages : array_like of shape (n,)
        Multiples of the capital.
    days : array_like of shape (m,)
        Time spans, above zero.
    volatility, growth
        As in :func:`touched`.

    Returns
    -------
    ndarray of shape (n, m)
        Probability; ``nan`` where the position would be liquidatable when it is opened.

    Examples
    --------
    >>> by_leverage(Scenario(), [10.0, 200.0], [1.0, 30.0], 0.6, 0.0).round(2).tolist()
    [[0.0, 0.59], [nan, nan]]
    """
    s = scenario
    quantity = s.quantities(leverages)
    trigger = s.liquidation_prices(quantity, s.backing)
    found = _touched(s.entry_price, trigger[:, None], np.asarray(days)[None, :], volatility, growth)
    return np.where(s.is_closed_at_once(quantity)[:, None], np.nan, found)


def beyond_at_end(
    scenario: Scenario, days: ArrayLike, volatility: ArrayLike, growth: float | None = None
) -> risk.Floats:
    """Probability that the price stands beyond the trigger when the time is over.

    Without a growth it is half of :func:`touched`: whoever has reached the trigger is as likely to be
    above it as below it in the end.

    Parameters
    ----------
    scenario, days, volatility, growth
        As in :func:`touched`.

    Returns
    -------
    ndarray
        Probability.

    Examples
    --------
    >>> round(float(beyond_at_end(Scenario(leverage=10.0), 10.0, 0.03 * 365**0.5)), 4)
    0.1451
    """
    s = scenario
    middle, spread = _log_price(days, volatility, growth)
    with np.errstate(divide="ignore", invalid="ignore"):
        way = (np.log(s.liquidation_price / s.entry_price) - middle) / spread
        chance = ndtr(s.side.sign * way)
    return np.asarray(np.nan_to_num(chance))[()]


def price_below(
    scenario: Scenario,
    share: ArrayLike,
    days: ArrayLike,
    volatility: ArrayLike,
    growth: float | None = None,
) -> risk.Floats:
    """Price below which this share of all prices stands after so many days.

    Parameters
    ----------
    scenario : Scenario
    share : array_like
        Probability, between 0 and 1; broadcasts with `days`.
    days, volatility, growth
        As in :func:`touched`.

    Returns
    -------
    ndarray
        Quote per unit.

    Examples
    --------
    Ninety of a hundred prices stand between these two after ten days of 3 %:

    >>> price_below(Scenario(), [0.05, 0.95], 10.0, 0.03 * 365**0.5).round(1).tolist()
    [85.6, 116.9]
    """
    middle, spread = _log_price(days, volatility, growth)
    moved = middle + spread * ndtri(np.asarray(share, dtype=float))
    return np.asarray(scenario.entry_price * np.exp(moved))[()]


def days_of_liquidation(scenario: Scenario, days: float, volatility: float) -> risk.Floats:
    """When each of a hundred paths is liquidated, as the probabilities spread them; no luck in the count.

    Path number k of the hundred stands for the probabilities from ``k / 100`` to ``(k + 1) / 100``.
    Their order is shuffled, the same at every call.

    Parameters
    ----------
    scenario, days, volatility
        As in :func:`touched`; numbers.

    Returns
    -------
    ndarray of shape (100,)
        Days since the start; ``inf`` = still open in the end.

    Examples
    --------
    >>> ends = days_of_liquidation(Scenario(leverage=10.0), 10.0, 0.03 * 365**0.5)
    >>> int(np.isfinite(ends).sum())
    29
    """
    times = days * np.linspace(0.0, 1.0, 241)
    chance = touched(scenario, times, volatility)
    return np.where(chance[-1] > RANKS, np.interp(RANKS, chance, times), np.inf)


def day_beyond(move: ArrayLike, volatility: ArrayLike, freedom: float = np.inf) -> risk.Floats:
    """Probability that one day moves the price by at least this much.

    Parameters
    ----------
    move : array_like
        Price change, a fraction above -1 and not 0; falls are negative.
    volatility : array_like
        Per square root of a year, above zero.
    freedom : float, default inf
        Degrees of freedom of Student's t of the same standard deviation, above 2; ``inf`` = normal.

    Returns
    -------
    ndarray
        Probability.

    Examples
    --------
    A fall of 10 % where 3 % is usual: a day in 4,500, and with fat tails a day in 220.

    >>> [round(float(1 / day_beyond(-0.1, 0.03 * 365**0.5, tails)), -1) for tails in (np.inf, 3.0)]
    [4500.0, 220.0]
    """
    return beyond(np.abs(np.log1p(move)) / daily(volatility), freedom)


def _log_price(
    days: ArrayLike, volatility: ArrayLike, growth: float | None
) -> tuple[risk.Floats, risk.Floats]:
    """Mean and standard deviation of how far the log price has moved."""
    years, volatility = np.asarray(days) / DAYS_PER_YEAR, np.asarray(volatility)
    middle = np.zeros(()) if growth is None else (growth - volatility**2 / 2) * years
    return np.asarray(middle), np.asarray(volatility * np.sqrt(years))


def _touched(
    entry: float, barrier: ArrayLike, days: ArrayLike, volatility: ArrayLike, growth: float | None
) -> risk.Floats:
    return touch.touch_probability(
        entry,
        barrier,
        drift=np.asarray(volatility) ** 2 / 2 if growth is None else growth,
        volatility=volatility,
        years=np.asarray(days) / DAYS_PER_YEAR,
    )
