"""Real prices that come with the lab, and the day on which an index fell by a fifth."""

from functools import cache
from importlib import resources
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from engine.margin import risk
from engine.market.price_file import parse_csv

CRASH_DAY: Final = "1987-10-19"


def sp500() -> pd.DataFrame:
    """The S&P 500 from 1986 to 1988, one row a trading day: a calm, Black Monday, and what came after.

    Returns
    -------
    DataFrame of shape (759, 6), as from :func:`parse_csv`
        Index points.

    Notes
    -----
    The opens are not the prices at which trading began: most of them equal the previous close. The
    index was computed from the last trade of each share, and at the bell most shares had not traded
    yet. What was a gap is in this data a fall during the day; use the closes.

    References
    ----------
    ``great_tables.data.sp500`` of the Python package great-tables (MIT licence, copyright
    Posit Software, PBC), read in version 1.1.0; the values come from Yahoo Finance.

    Examples
    --------
    >>> prices = sp500()
    >>> len(prices), float(prices["close"].pct_change().min().round(3))
    (759, -0.205)
    """
    return _sp500("").copy()


def black_monday() -> pd.DataFrame:
    """The S&P 500 in October 1987, one row a trading day, 1 to 30 October: a part of :func:`sp500`.

    On Monday 19 October the index closed at 224.84 after 282.70 on Friday: 20.5 % in one day.

    Returns
    -------
    DataFrame of shape (22, 6), as from :func:`parse_csv`
        Index points.

    Examples
    --------
    >>> prices = black_monday().set_index("time")["close"]
    >>> float(prices["1987-10-19"]), round(float(prices["1987-10-19"] / prices["1987-10-16"] - 1), 3)
    (224.84, -0.205)
    """
    return _sp500("1987-10").copy()


@cache
def _sp500(start: str) -> pd.DataFrame:
    """The days whose date starts like this."""
    file = resources.files("engine.market.data").joinpath("sp500_1986_1988.csv")
    head, *days = file.read_text("utf-8").splitlines()
    return parse_csv("\n".join([head, *(day for day in days if day.startswith(start))]))


def crash_closes() -> tuple[float, float]:
    """Close of the S&P 500 on the trading day before 19 October 1987, and on that day.

    Returns
    -------
    tuple of float
        Index points.

    Examples
    --------
    >>> crash_closes()
    (282.7, 224.84)
    """
    prices = black_monday()
    day = int(prices.index[prices["time"] == CRASH_DAY][0])
    before, after = prices["close"].iloc[[day - 1, day]]
    return float(before), float(after)


def crash_move() -> float:
    """That day's change of the S&P 500.

    Returns
    -------
    float
        A fraction, below zero.

    Examples
    --------
    >>> round(crash_move(), 4)
    -0.2047
    """
    before, after = crash_closes()
    return after / before - 1


def left_after_crash(capital: float, leverage: ArrayLike) -> risk.Floats:
    """What that day left of a long in the index, opened at the close before and closed by nobody.

    Parameters
    ----------
    capital : float
        Quote.
    leverage : array_like
        Multiples of the capital.

    Returns
    -------
    ndarray, shaped like `leverage`
        Quote; negative = more is lost than was put in.

    Examples
    --------
    >>> left_after_crash(100.0, [2.0, 5.0]).round(2).tolist()
    [59.07, -2.33]
    """
    before, after = crash_closes()
    quantity = capital * np.asarray(leverage, dtype=float) / before
    return risk.equity(quantity, before, capital, after)
