"""Price files: a learner's CSV in any common layout, as a tidy frame, and the same in longer steps.

A file is read whole or refused whole. The refusal is one
:class:`~engine.market.file_problem.PriceFileError` with the first problems, each with its line and what was
found. A file that can be read in two ways is asked about: :class:`~engine.market.file_problem.FileQuestion`.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from engine.market.file_columns import Columns, find_columns
from engine.market.file_numbers import find_mark, is_missing, price_problems, to_numbers
from engine.market.file_problem import refusal
from engine.market.file_reading import NO_ANSWERS, Gaps, Reading
from engine.market.file_table import Table, read_table
from engine.market.file_times import Clock, Times, read_times, time_problems
from engine.market.file_words import PRICES, is_foreign

Numbers = npt.NDArray[np.float64]

# Which columns bars are made of.
USED: Final = {
    "bars": PRICES,
    "no_open": ("high", "low", "close"),
    "open_close": ("open", "close"),
    "closes": ("close",),
}


class PriceFile(NamedTuple):
    """The prices of a file, as from :func:`parse_csv`, and what it was read as."""

    prices: pd.DataFrame
    reading: Reading


def parse_csv(data: bytes | str) -> pd.DataFrame:
    """The prices of a file that can be read in one way only.

    Parameters
    ----------
    data : bytes or str
        As in :func:`read_file`.

    Returns
    -------
    DataFrame of shape (n_rows, 6), RangeIndex named "step", oldest row first
        time : Timestamp, UTC without zone; a time without zone is taken as UTC
        hours : float, hours since the first row
        open, high, low, close : float, quote per unit, within the limits of an entry price; all four are
        the price where the file has closes only. High and low are widened by at most one part in a
        million where rounding left an open or a close outside them.

    Raises
    ------
    PriceFileError, FileQuestion
        As in :func:`read_file`.

    Examples
    --------
    >>> parse_csv("date,price\\n2024-01-01,100\\n2024-01-02,97.5")[["hours", "close"]].to_numpy()
    array([[  0. , 100. ],
           [ 24. ,  97.5]])
    """
    return read_file(data).prices


def read_file(data: bytes | str, answers: Mapping[str, str] = NO_ANSWERS) -> PriceFile:
    """Read a price file, and say what it was read as.

    Understands the exports of many exchanges, brokers and statistics offices, and any table with a time
    and a price column: comma, semicolon or tab; with headings in many languages, or without them; oldest
    or newest row first; epoch seconds to nanoseconds, ISO 8601, day/month/year in either order, month
    names, offsets from UTC; thousands and decimals by either mark, currency signs. Of two columns the
    one that is not the time is the price, unless its heading says that it is something else.

    Parameters
    ----------
    data : bytes or str
        The content of the file, at most ``MAX_BYTES`` long and ``MAX_ROWS`` rows below the headings.
        Bytes are UTF-8, UTF-16 with its mark, or Windows-1252.
    answers : mapping, optional
        To questions that :class:`FileQuestion` has asked, by its code. Others are not looked at.

    Returns
    -------
    PriceFile

    Raises
    ------
    PriceFileError
        If anything in the file cannot be read with certainty. A row whose price is marked as missing
        is left out and counted; no other row is, and none is filled in.
    FileQuestion
        If the file can be read in more than one way.

    Examples
    --------
    >>> file = "Datum;Kurs\\n04.03.2024;42.000\\n05.03.2024;41.500"
    >>> [read_file(file, {"which_mark": mark}).prices["close"][0] for mark in ".,"]
    [np.float64(42.0), np.float64(42000.0)]
    >>> read_file(file, {"which_mark": ","}).reading.names
    {'time': ('Datum',), 'close': ('Kurs',)}
    """
    table = read_table(data)
    columns = find_columns(table, answers)
    table, columns, gaps = _without_gaps(table, columns)
    cells = columns.cells
    clock = read_times(table.lines, cells["time"], answers)
    mark = _mark(table, columns, clock, answers)
    prices: dict[str, Numbers] = {
        name: to_numbers(cells[name], mark or ".") for name in PRICES if name in cells
    }
    time_problems(table.lines, cells["time"], clock.times, table.findings)
    price_problems(table.lines, cells, prices, table.findings)
    table.findings.refuse()
    if len(table.lines) < 2:
        raise refusal("one_row")

    order = slice(None, None, -1 if clock.times[0] > clock.times[-1] else 1)
    bars, frame = _frame(clock.times[order], {name: values[order] for name, values in prices.items()})
    return PriceFile(frame, _reading(table, columns, clock, bars, frame)._replace(mark=mark, gaps=gaps))


def _frame(times: Times, prices: Mapping[str, Numbers]) -> tuple[str, pd.DataFrame]:
    """What the bars are made of, and the table of them, oldest first."""
    bars, frame = _bars(prices)
    frame.insert(0, "time", times)
    frame.insert(1, "hours", (times - times[0]) / np.timedelta64(1, "h"))
    return bars, frame.rename_axis("step")


def _reading(table: Table, columns: Columns, clock: Clock, bars: str, frame: pd.DataFrame) -> Reading:
    steps = np.diff(frame["hours"].to_numpy())
    return Reading(
        rows=len(frame),
        first=frame["time"].iloc[0],
        last=frame["time"].iloc[-1],
        names={name: columns.names[name] for name in ("time", *USED[bars])},
        has_headings=bool(table.headings),
        bars=bars,
        left=tuple(name for name in PRICES if name in columns.cells and name not in USED[bars]),
        unread=tuple(columns.others),
        step_hours=float(np.median(steps)),
        longest_hours=float(steps.max()),
        newest_first=bool(clock.times[0] > clock.times[-1]),
        zone=_zone(clock, columns),
        set_back=clock.set_back,
        mark="",
        gaps=Gaps(0, 0),
        footer=table.footer,
        joined=table.joined,
    )


def _without_gaps(table: Table, columns: Columns) -> tuple[Table, Columns, Gaps]:
    """The rows that have a price; a column that has none in any row is no column."""
    cells, lines = columns.cells, table.lines
    cells = {
        name: column
        for name, column in cells.items()
        if name in ("time", "close") or not all(map(is_missing, column))
    }
    prices = [column for name, column in cells.items() if name != "time"]
    places = [place for place, cell in enumerate(cells["close"]) if is_missing(cell)]
    places = [place for place in places if all(is_missing(column[place]) for column in prices)]
    if places and len(places) == len(lines) and not table.findings.count:
        raise refusal("no_price_at_all", heading=columns.names["close"][0])
    if places:
        gone = set(places)
        kept = [place for place in range(len(lines)) if place not in gone]
        cells = {name: [column[place] for place in kept] for name, column in cells.items()}
        table = table._replace(lines=[lines[place] for place in kept])
    return table, columns._replace(cells=cells), Gaps(len(places), lines[places[0]] if places else 0)


def _mark(table: Table, columns: Columns, clock: Clock, answers: Mapping[str, str]) -> str:
    """Programs that count seconds, or separate columns by commas, put no points between thousands."""
    by_program = clock.zone == "epoch" or any(heading.startswith("<") for heading in table.headings)
    with_commas = table.delimiter == "," and not is_foreign(table.headings)
    prices: dict[str, list[str]] = {name: columns.cells[name] for name in PRICES if name in columns.cells}
    return find_mark(prices, columns.others, answers, points_are_sure=by_program or with_commas)


def _zone(clock: Clock, columns: Columns) -> str:
    says_utc = columns.names["time"][-1].strip("()> ").lower().endswith(("utc", "gmt time"))
    return "utc" if clock.zone == "none" and says_utc else clock.zone


def _bars(prices: Mapping[str, Numbers]) -> tuple[str, pd.DataFrame]:
    """What the bars are made of, and the bars, oldest first."""
    close = prices["close"]
    has_range = "high" in prices and "low" in prices
    if has_range and "open" in prices:
        bars, used = "bars", dict(prices)
    elif has_range:
        before = np.concatenate([close[:1], close[:-1]])
        bars, used = "no_open", {**prices, "open": np.clip(before, prices["low"], prices["high"])}
    elif "open" in prices and not prices.keys() & {"high", "low"}:
        bars, used = "open_close", {"open": prices["open"], "high": close, "low": close, "close": close}
    else:
        bars, used = "closes", dict.fromkeys(PRICES, close)
    frame = pd.DataFrame({name: used[name] for name in PRICES})
    frame["high"], frame["low"] = frame.max(axis=1), frame.min(axis=1)
    return bars, frame


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
