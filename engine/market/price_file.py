"""Price files: a learner's CSV in any common layout, as a tidy frame, and the same in longer steps.

A file is read whole or refused whole. The refusal is one
:class:`~engine.market.file_problem.PriceFileError` that lists every problem with its line and what was found.
"""

import pandas as pd

from engine.market.file_numbers import price_problems, read_prices
from engine.market.file_problem import PriceFileError
from engine.market.file_table import PRICES, read_table
from engine.market.file_times import read_times, time_problems


def parse_csv(data: bytes | str) -> pd.DataFrame:
    """Read a price file into a tidy frame of prices.

    Understands the exports of Binance, Yahoo, TradingView, Investing.com, Nasdaq, Kraken,
    MetaTrader and yfinance, and any table with a time and a price column: comma, semicolon or
    tab; with headings, or without them as ``time, price`` or ``time, open, high, low, close``;
    oldest or newest row first; epoch seconds to nanoseconds, ISO 8601, day/month/year in either
    order, month names; thousands separators, decimal commas and currency signs. Of two columns
    the one that is not the time is the price, whatever its heading.

    Parameters
    ----------
    data : bytes or str
        The content of the file, at most ``MAX_BYTES`` long and ``MAX_ROWS`` rows below the headings.
        Bytes are UTF-8, UTF-16 with its mark, or Windows-1252.

    Returns
    -------
    DataFrame of shape (n_rows, 6), RangeIndex named "step", oldest row first
        time : Timestamp, UTC without zone; a time without zone is taken as UTC
        hours : float, hours since the first row
        open, high, low, close : float, quote per unit, in [1e-12, 1e12]; all four are the price
        unless the file has all four. High and low are widened by at most one part in a million
        where rounding left an open or a close outside them.

    Raises
    ------
    PriceFileError
        If anything in the file cannot be read with certainty. No row is skipped or filled in.

    Examples
    --------
    >>> parse_csv("date,price\\n2024-01-01,100\\n2024-01-02,97.5")[["hours", "close"]].to_numpy()
    array([[  0. , 100. ],
           [ 24. ,  97.5]])
    """
    table = read_table(data)
    cells = table.columns["time"]
    times = read_times(table.lines, cells)
    prices = read_prices(table.columns, table.delimiter)
    problems = [
        *table.problems,
        *time_problems(table.lines, cells, times),
        *price_problems(table.lines, table.columns, prices),
    ]
    if problems:
        raise PriceFileError(problems)

    # One of open, high and low alone says nothing about the bar, so then the close stands for all four.
    frame = pd.DataFrame({name: prices[name if len(prices) == 4 else "close"] for name in PRICES})
    frame["high"], frame["low"] = frame.max(axis=1), frame.min(axis=1)
    frame.insert(0, "time", times)
    if times[0] > times[-1]:
        frame = frame[::-1].reset_index(drop=True)
    frame.insert(1, "hours", (frame["time"] - frame["time"].iloc[0]) / pd.Timedelta(hours=1))
    return frame.rename_axis("step")


def longer_steps(prices: pd.DataFrame, together: int) -> pd.DataFrame:
    """The same prices in fewer, longer steps, counted back from the last row.

    Parameters
    ----------
    prices : DataFrame
        As from :func:`parse_csv`. Not changed.
    together : int
        Steps that become one, at least 1, at most the steps of the series.

    Returns
    -------
    DataFrame of shape (steps // together + 1, 6), as from :func:`parse_csv`
        Each row is the end of a longer step: its last time and close, its first open, its lowest low and
        highest high. What does not fill a whole step is left out at the beginning; the row before the
        first step keeps its own four prices.

    Examples
    --------
    >>> days = parse_csv("date,price\\n2024-01-01,9\\n2024-01-02,100\\n2024-01-03,80\\n2024-01-04,90")
    >>> longer_steps(days, 2)[["hours", "open", "low", "close"]].to_numpy()
    array([[  0., 100., 100., 100.],
           [ 48.,  80.,  80.,  90.]])
    """
    if together == 1:
        return prices
    count = (len(prices) - 1) // together
    first = len(prices) - 1 - count * together
    frame = prices.iloc[first::together].reset_index(drop=True)
    steps = {
        name: prices[name].to_numpy()[first + 1 :].reshape(count, together)
        for name in ("open", "high", "low")
    }
    frame.loc[1:, "open"] = steps["open"][:, 0]
    frame.loc[1:, "high"] = steps["high"].max(axis=1)
    frame.loc[1:, "low"] = steps["low"].min(axis=1)
    frame["hours"] -= frame["hours"].iloc[0]
    return frame.rename_axis("step")
