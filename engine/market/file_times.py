"""The times of a price file: which layout its dates follow, and which rows break it or the order."""

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from engine.market.file_clock import WITH_OFFSET, plain_clock, set_forward
from engine.market.file_numbers import is_missing, plain_numbers
from engine.market.file_problem import FileQuestion, Findings
from engine.problem import Problem

Times = npt.NDArray[np.datetime64]

DATE_FORMATS: Final = [
    "epoch",
    "ISO8601",
    "%Y-%m-%d %I:%M:%S %p",
    "%Y-%m-%d %I:%M %p",
    "%b %d, %Y",
    "%B %d, %Y",
    "%d %b %Y",
    "%d %B %Y",
    "%d-%b-%Y",
    "%d %b %Y %H:%M:%S",
    "%d %b %Y %H:%M",
]
DAY_AND_MONTH: Final = re.compile(r"([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{4})(.*)")
EASTERN_DAY: Final = re.compile(r"([0-9]{4})\s*[年년]\s*([0-9]{1,2})\s*[月월]\s*([0-9]{1,2})\s*[日일](.*)")
# What the last row begins with where it is none.
FOOTER: Final = re.compile(
    r"(?:total|sum|average|mean|count|source|note|end|eof|data|downloaded|copyright|©|summe|quelle|moyenne)\b",
    re.IGNORECASE,
)
DIGIT: Final = re.compile("[0-9]")
STRANGE: Final = re.compile(r"[^\x00-\x7f]")
EARLIEST, LATEST = np.datetime64("1700-01-01"), np.datetime64("2100-01-01")
DAY, MONTH = "day", "month"


class Clock(NamedTuple):
    """The times of a file, and what is known of its clock.

    Attributes
    ----------
    times : ndarray of datetime64
        UTC, NaT where a cell does not follow the layout of most of the first rows.
    zone : str
        "epoch" for counted seconds, "offset" if the rows say how far they are from UTC, "utc" if they
        say UTC, "none" if the file says nothing of a zone; then its times are taken as UTC.
    set_back : int
        Line at which the hour of the end of summer time begins to stand twice, 0 without.
    """

    times: Times
    zone: str
    set_back: int


def read_times(lines: list[int], cells: list[str], answers: Mapping[str, str]) -> Clock:
    """UTC times of a column.

    Parameters
    ----------
    lines : list of int
        Line of the file in which each cell stands.
    cells : list of str
    answers : mapping
        As in :func:`engine.market.price_file.read_file`: ``day_or_month``.

    Returns
    -------
    Clock

    Raises
    ------
    FileQuestion
        If every date may be day/month or month/day.

    Examples
    --------
    >>> clock = read_times([2, 3], ["31/01/2020", "01/02/2020"], {})
    >>> clock.times.astype("datetime64[D]").astype(str).tolist(), clock.zone
    (['2020-01-31', '2020-02-01'], 'none')
    """
    cells = _digits_of_ours(cells)
    cells = [plain_clock(cell) for cell in _year_first(lines, cells, answers)]
    layout = max(DATE_FORMATS, key=lambda layout: pd.notna(_dates(cells[:50], layout)).sum())
    times = _dates(cells, layout)
    zone = "epoch" if layout == "epoch" else _zone(cells)
    if zone == "none":
        times, place = set_forward(times)
        return Clock(times, zone, lines[place] if place else 0)
    return Clock(times, zone, 0)


def _digits_of_ours(cells: list[str]) -> list[str]:
    """Cells without those that have no digit from 0 to 9, such as "now", or digits of another script."""
    if STRANGE.search("".join(cells)):
        cells = [
            "" if STRANGE.search(cell) and any(c.isdigit() and c > "\x7f" for c in cell) else cell
            for cell in cells
        ]
        found = [EASTERN_DAY.fullmatch(cell) for cell in cells]
        cells = [
            f"{day[1]}-{day[2]:0>2}-{day[3]:0>2}{day[4]}" if day else cell
            for day, cell in zip(found, cells, strict=True)
        ]
    return [cell if DIGIT.search(cell) else "" for cell in cells]


def _year_first(lines: list[int], cells: list[str], answers: Mapping[str, str]) -> list[str]:
    """Dates with the day or the month at first, turned round."""
    parts = [DAY_AND_MONTH.fullmatch(cell) for cell in cells]
    numeric = [part for part in parts if part]
    if len(numeric) <= len(cells) / 2:
        return cells
    day_first = sum(int(part[1]) > 12 for part in numeric)
    month_first = sum(int(part[3]) > 12 for part in numeric)
    is_month_first = month_first > day_first
    if day_first == month_first == 0 and numeric[0][2] != ".":  # with dots the day is first by custom
        is_month_first = _asked(lines[parts.index(numeric[0])], numeric[0], answers) == MONTH
    month, day = (1, 3) if is_month_first else (3, 1)
    return [f"{part[4]}-{part[month]:0>2}-{part[day]:0>2}{part[5]}" if part else "" for part in parts]


def _asked(line: int, part: re.Match[str], answers: Mapping[str, str]) -> str:
    answer = answers.get("day_or_month", "")
    if answer in (DAY, MONTH):
        return answer
    year, first, second = part[4], part[1].zfill(2), part[3].zfill(2)
    days = {DAY: f"{year}-{second}-{first}", MONTH: f"{year}-{first}-{second}"}
    options = {name: {"date": pd.Timestamp(day)} for name, day in days.items()}
    raise FileQuestion("day_or_month", options, line=line, cell=part[0])


def _zone(cells: list[str]) -> str:
    sample = [cell for cell in cells[:50] if cell]
    if sample and all(cell.endswith("Z") for cell in sample):
        return "utc"
    return "offset" if sample and all(WITH_OFFSET.search(cell) for cell in sample) else "none"


def _dates(cells: list[str], layout: str) -> Times:
    if layout == "epoch":
        number = plain_numbers([cell if _is_count(cell) else "" for cell in cells])
        # The unit is told from the size, row by row: Binance's files turn from ms to µs in 2025.
        unit = np.full(len(number), np.nan)
        for per_second in (1, 1e3, 1e6, 1e9):
            unit[(number >= 1e8 * per_second) & (number < 4.1e9 * per_second)] = per_second
        times = pd.Series(pd.to_datetime((number / unit * 1e6).round(), unit="us"))
    else:
        if layout == "ISO8601":
            cells = [cell if cell[:4].isdecimal() else "" for cell in cells]
        column = pd.Series(cells, dtype=object)
        times = pd.to_datetime(column, format=layout, errors="coerce", utc=True).dt.tz_localize(None)
    values = times.to_numpy().astype("datetime64[us]")
    values[~((values >= EARLIEST) & (values < LATEST))] = np.datetime64("NaT")
    return values


def _is_count(cell: str) -> bool:
    return cell.isascii() and cell.replace(".", "", 1).isdecimal()


def time_problems(lines: list[int], cells: list[str], times: Times, findings: Findings) -> None:
    """Put down the times that cannot be read, stand twice or out of order.

    Parameters
    ----------
    lines : list of int
        Line of the file in which each cell stands.
    cells : list of str
    times : ndarray of datetime64
        As in :class:`Clock`.
    findings : Findings
        Added to.

    Returns
    -------
    None

    Examples
    --------
    >>> findings, cells = Findings(), ["2020-01-31", "2020-01-31"]
    >>> time_problems([2, 3], cells, read_times([2, 3], cells, {}).times, findings)
    >>> [problem.code for problem in findings.first]
    ['same_time']
    """
    good = np.flatnonzero(~np.isnat(times))
    _unread(lines, cells, times, good, findings)
    _out_of_order([lines[i] for i in good], times[good], findings)


def _unread(
    lines: list[int], cells: list[str], times: Times, good: npt.NDArray[np.intp], findings: Findings
) -> None:
    """Cells that are no time; the first good one is a model for them, if there is one."""
    like: dict[str, str | int] = {}
    if len(good):
        like = {"like": cells[good[0]], "like_line": lines[good[0]]}

    def tell(place: int) -> Problem:
        cell, line = cells[place], lines[place]
        if is_missing(cell):
            return Problem("time_missing", line=line, **like)
        if place == len(cells) - 1 and FOOTER.match(cell):
            return Problem("footer_row", line=line, cell=cell)
        # A spreadsheet shows a date as its number of a day, or as ##### in a narrow column.
        if cell.startswith("#") or "E+" in cell.upper() or cell.isdecimal() and len(cell) == 5:
            return Problem("time_changed_by_spreadsheet", line=line, cell=cell, **like)
        return Problem("not_a_time", line=line, cell=cell, **like)

    findings.add(np.flatnonzero(np.isnat(times)).tolist(), tell)


def _out_of_order(lines: list[int], times: Times, findings: Findings) -> None:
    """Rows with the time of the row above, or against the direction in which the file runs."""

    def shown(place: int) -> str:
        return str(np.datetime_as_string(times[place], unit="s"))

    steps = np.diff(times).astype(np.int64)
    newest_first = len(times) > 0 and times[0] > times[-1]
    code = "later_than_row_above" if newest_first else "earlier_than_row_above"
    findings.add(
        np.flatnonzero(steps == 0).tolist(),
        lambda i: Problem("same_time", line=lines[i + 1], before=lines[i], time=shown(i)),
    )
    findings.add(
        np.flatnonzero(steps > 0 if newest_first else steps < 0).tolist(),
        lambda i: Problem(code, line=lines[i + 1], time=shown(i + 1), above=shown(i), before=lines[i]),
    )
