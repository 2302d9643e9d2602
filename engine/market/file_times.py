"""The times of a price file: which layout its dates follow, and which rows break it or the order."""

import re

import numpy as np
import numpy.typing as npt
import pandas as pd

from engine.market.file_numbers import MISSING, plain_numbers
from engine.market.file_problem import refusal
from engine.problem import Problem

Times = npt.NDArray[np.datetime64]

DATE_FORMATS = [
    "epoch",
    "ISO8601",
    "%Y-%m-%d %I:%M:%S %p",
    "%Y-%m-%d %I:%M %p",
    "%b %d, %Y",
    "%B %d, %Y",
    "%d %b %Y",
    "%d %B %Y",
    "%d-%b-%Y",
]
DAY_AND_MONTH = re.compile(r"([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{4})(.*)")
EARLIEST, LATEST = np.datetime64("1700-01-01"), np.datetime64("2100-01-01")


def read_times(lines: list[int], cells: list[str]) -> Times:
    """UTC times of a column.

    Parameters
    ----------
    lines : list of int
        Line of the file in which each cell stands.
    cells : list of str

    Returns
    -------
    ndarray of datetime64
        NaT where a cell does not follow the layout of most of the first rows.

    Raises
    ------
    PriceFileError
        If every date may be day/month or month/day.

    Examples
    --------
    >>> read_times([2, 3], ["31/01/2020", "01/02/2020"]).astype("datetime64[D]").astype(str).tolist()
    ['2020-01-31', '2020-02-01']
    """
    parts = [DAY_AND_MONTH.fullmatch(cell) for cell in cells]
    numeric = [part for part in parts if part]
    if len(numeric) > len(cells) / 2:
        day_first = sum(int(part[1]) > 12 for part in numeric)
        month_first = sum(int(part[3]) > 12 for part in numeric)
        if day_first == month_first == 0 and numeric[0][2] != ".":  # with dots the day is first by custom
            raise refusal("day_or_month", line=lines[parts.index(numeric[0])], cell=numeric[0][0])
        month, day = (1, 3) if month_first > day_first else (3, 1)
        cells = [f"{part[4]}-{part[month]:0>2}-{part[day]:0>2}{part[5]}" if part else "" for part in parts]
    cells = [f"{cell[:-4]}Z" if cell.endswith((" UTC", " GMT")) else cell for cell in cells]
    layout = max(DATE_FORMATS, key=lambda layout: pd.notna(_dates(cells[:50], layout)).sum())
    return _dates(cells, layout)


def _dates(cells: list[str], layout: str) -> Times:
    if layout == "epoch":
        number = plain_numbers([cell if cell.replace(".", "", 1).isdecimal() else "" for cell in cells])
        # The unit is told from the size, row by row: Binance's files turn from ms to µs in 2025.
        unit = np.full(len(number), np.nan)
        for per_second in (1, 1e3, 1e6, 1e9):
            unit[(number >= 1e8 * per_second) & (number < 4.1e9 * per_second)] = per_second
        times = pd.Series(pd.to_datetime((number / unit * 1e6).round(), unit="us"))
    else:
        if layout == "ISO8601":
            cells = [
                cell if cell[:4].isdecimal() else "" for cell in cells
            ]  # pandas reads "now" as the clock
        column = pd.Series(cells, dtype=object)
        times = pd.to_datetime(column, format=layout, errors="coerce", utc=True).dt.tz_localize(None)
    values = times.to_numpy().astype("datetime64[us]")
    values[~((values >= EARLIEST) & (values < LATEST))] = np.datetime64("NaT")
    return values


def time_problems(lines: list[int], cells: list[str], times: Times) -> list[Problem]:
    """Times that cannot be read, stand twice or out of order.

    Parameters
    ----------
    lines : list of int
        Line of the file in which each cell stands.
    cells : list of str
    times : ndarray of datetime64
        As from :func:`read_times`.

    Returns
    -------
    list of Problem

    Examples
    --------
    >>> cells = ["2020-01-31", "2020-01-31"]
    >>> [problem.code for problem in time_problems([2, 3], cells, read_times([2, 3], cells))]
    ['same_time']
    """
    good = np.flatnonzero(~np.isnat(times))
    return [*_unread(lines, cells, times, good), *_out_of_order([lines[i] for i in good], times[good])]


def _unread(lines: list[int], cells: list[str], times: Times, good: npt.NDArray[np.intp]) -> list[Problem]:
    """Cells that are no time; the first good one is a model for them, if there is one."""
    problems = []
    like: dict[str, str | int] = {}
    if len(good):
        like = {"like": cells[good[0]], "like_line": lines[good[0]]}
    for place in np.flatnonzero(np.isnat(times)):
        cell, line = cells[place], lines[place]
        if cell.strip().lower() in MISSING:
            problems.append(Problem("time_missing", line=line, **like))
        # A spreadsheet shows a date as its number of a day, or as ##### in a narrow column.
        elif cell.startswith("#") or "E+" in cell.upper() or cell.isdecimal() and len(cell) == 5:
            problems.append(Problem("time_changed_by_spreadsheet", line=line, cell=cell, **like))
        else:
            problems.append(Problem("not_a_time", line=line, cell=cell, **like))
    return problems


def _out_of_order(lines: list[int], times: Times) -> list[Problem]:
    """Rows with the time of the row above, or against the direction in which the file runs."""
    shown = np.datetime_as_string(times, unit="s").tolist()
    steps = np.diff(times).astype(np.int64)
    problems = [
        Problem("same_time", line=lines[i + 1], before=lines[i], time=shown[i])
        for i in np.flatnonzero(steps == 0)
    ]
    newest_first = len(times) > 0 and times[0] > times[-1]
    code = "later_than_row_above" if newest_first else "earlier_than_row_above"
    problems += [
        Problem(code, line=lines[i + 1], time=shown[i + 1], above=shown[i], before=lines[i])
        for i in np.flatnonzero(steps > 0 if newest_first else steps < 0)
    ]
    return problems
