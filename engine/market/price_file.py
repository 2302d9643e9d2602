"""Price files: a learner's CSV in any common layout, and the real example that ships with the lab.

A file is read whole or refused whole. The refusal is one :class:`PriceFileError` that lists every
problem with its line, what was found, what was expected and how to mend it.
"""

import csv
import re

import numpy as np
import numpy.typing as npt
import pandas as pd

MAX_ROWS = 200_000
MAX_BYTES = 50_000_000
MAX_COLUMNS = 100
LOWEST_PRICE, HIGHEST_PRICE = 1e-12, 1e12
SHOWN_PROBLEMS = 5

# Headings are compared in lower case, letters and digits only, without a final "utc"; earlier names win.
HEADINGS = {
    "time": [
        *("opentime", "timeopen", "datetime", "date", "time", "timestamp", "gmttime", "unix"),
        *("unixtime", "unixtimestamp", "snappedat", "observationdate", "day"),
    ],
    "open": ["open", "openprice"],
    "high": ["high", "highprice"],
    "low": ["low", "lowprice"],
    "close": [
        *("close", "closelast", "closeprice", "price", "last", "lastprice", "value", "settle", "adjclose"),
    ],
}
PRICES = ["open", "high", "low", "close"]

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
GROUPED = re.compile(r"[+-]?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.[0-9]*)?")
EARLIEST, LATEST = np.datetime64("1700-01-01"), np.datetime64("2100-01-01")

NOT_TEXT = {
    b"PK\x03\x04": "a spreadsheet or zip archive",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"%PDF": "a PDF document",
    b"\x89PNG": "an image",
    b"\xff\xd8\xff": "an image",
    b"GIF8": "an image",
    b"\x1f\x8b": "a gzip archive",
    b"PAR1": "a Parquet table",
}
MARKUP = ("<!doctype", "<html", "<head", "<body", "<?xml", "<table", "<script")
CURRENCIES = "$€£¥₹₿"
WITHOUT_CURRENCY = str.maketrans("\u2212", "-", CURRENCIES)
AS_COMMAS = str.maketrans(dict.fromkeys(" '’\u00a0\u2009\u202f", ","))
SWAPPED_MARKS = str.maketrans(",.", ".,")
MISSING = {"", "null", "nan", "na", "n/a", "#n/a", "none", "-", "--", "."}

Problem = tuple[int, str]


class PriceFileError(ValueError):
    """A price file that cannot be read, with every reason at once.

    Parameters
    ----------
    problems : list of (int, str)
        Line number in the file (1 is the first; 0 means the whole file) and a sentence that
        says what was found, what was expected and what to do. Sentences quote the file:
        escape them before showing them as Markdown or HTML.
    """

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(problems)
        self.problems = sorted(problems, key=lambda problem: problem[0])

    def __str__(self) -> str:
        shown = [
            f"Line {line:,}: {sentence}" if line else sentence
            for line, sentence in self.problems[:SHOWN_PROBLEMS]
        ]
        if len(self.problems) > SHOWN_PROBLEMS:
            shown.append(f"… and {len(self.problems) - SHOWN_PROBLEMS:,} more.")
        return "\n".join(shown)


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
    lines, rows, delimiter = _rows(_text(data))
    headings = _headings(lines, rows)
    width = len(headings or rows[0])
    places = _places(headings, width)

    problems: list[Problem] = []
    for line, row in zip(lines, rows, strict=True):
        if len(row) != width:
            problems.append((line, _ragged(len(row), width, delimiter)))
        elif row == headings:
            problems.append((line, "repeats the headings; delete this line."))
    if problems:
        whole = [len(row) == width and row != headings for row in rows]
        lines = [line for line, good in zip(lines, whole, strict=True) if good]
        rows = [row for row, good in zip(rows, whole, strict=True) if good]
    elif len(rows) < 2:
        raise PriceFileError([(0, "The file has only one row of prices; a path needs at least two.")])

    cells = {name: _column(rows, where) for name, where in places.items()}
    times = _times(lines, cells["time"])
    problems += _time_problems(lines, cells["time"], times)
    written = {name: cells[name] for name in PRICES if name in cells}
    swap_marks = delimiter != "," and _has_decimal_commas(list(written.values()))
    if swap_marks and (cell := _either_mark(list(written.values()))):
        raise _refusal(
            f"A price such as “{cell}” can mean {cell.replace(',', '')} or {cell.replace(',', '.')}, for "
            "every comma stands before exactly three digits. Write prices without commas, with a point "
            "before decimals."
        )
    prices = {name: _numbers(column, swap_marks) for name, column in written.items()}
    for name, values in prices.items():
        problems += _number_problems(lines, name, written[name], values)
    problems += _bar_problems(lines, prices)
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


def _text(data: bytes | str) -> str:
    """The file as text with plain line ends, or a refusal of what is not a table."""
    if len(data) > MAX_BYTES:
        raise _refusal(
            f"The file has {len(data) / 1e6:,.0f} MB and at most {MAX_BYTES / 1e6:.0f} MB can be read. "
            "Cut it to a shorter period, or export longer bars (hours instead of minutes)."
        )
    text = (data if isinstance(data, str) else _decoded(data)).removeprefix("\ufeff")
    text = text.encode("utf-8", "replace").decode()  # lone surrogates could not be shown again
    text = text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n")
    start = text[:10_000].strip().lower()
    if not start:
        raise _refusal("The file is empty. It needs a column of dates and a column of prices.")
    if "\0" in text or any(character < " " and character not in "\t\n\v\f" for character in start):
        raise _refusal("This is not a text file: it holds binary data. Save or export it as CSV (UTF-8).")
    if start.startswith(MARKUP):
        raise _refusal(
            "This is a web page, not a CSV file. Use the site's download or export button, "
            "not “save page as”."
        )
    if start.startswith(("{", "[")):
        raise _refusal("This is JSON, not CSV. Export it as CSV with columns of dates and prices.")
    return text


def _decoded(data: bytes) -> str:
    for start, kind in NOT_TEXT.items():
        if data.startswith(start):
            raise _refusal(f"This is {kind}, not a text file. Open it and save or export it as CSV.")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _rows(text: str) -> tuple[list[int], list[list[str]], str]:
    """Line numbers and values of the lines that are not blank, and the delimiter."""
    # Counted before anything is parsed: a file of a million rows must not cost the server seconds.
    count = text.count("\n")
    if count > MAX_ROWS:
        raise _refusal(
            f"The file has {count + 1:,} lines and at most {MAX_ROWS:,} rows can be read. "
            "Cut it to a shorter period, or export longer bars (hours instead of minutes)."
        )
    sample = [line for line in text[:10_000].split("\n") if line.strip()][:20]
    delimiter = max(";\t,", key=lambda mark: sum(mark in line for line in sample))
    reader = csv.reader(text.split("\n"), delimiter=delimiter, skipinitialspace=True, strict=True)
    lines: list[int] = []
    rows: list[list[str]] = []
    last = 0
    try:
        for row in reader:
            last = reader.line_num
            if "".join(row).strip():
                lines.append(last)
                rows.append(row)
    except csv.Error:
        sentence = (
            "a quotation mark opens here without its partner, or a value has no end; "
            "delete the stray quotation mark."
        )
        raise PriceFileError([(last + 1, sentence)]) from None
    if not rows:
        raise _refusal("The file holds delimiters only. It needs a column of dates and a column of prices.")
    return lines, rows, delimiter


def _headings(lines: list[int], rows: list[list[str]]) -> list[str]:
    """Take titles and headings off the top of `lines` and `rows`; the headings, or [] without."""

    def drop(count: int) -> None:
        del lines[:count], rows[:count]

    def is_data(row: list[str]) -> bool:
        return any(cell.strip().lstrip(CURRENCIES + "+-.")[:1].isdigit() for cell in row)

    def is_title(row: list[str]) -> bool:
        return sum(map(bool, row)) == 1 and not is_data(row)

    while is_title(rows[0]) and any(len(row) > 1 for row in rows[1:20]):
        drop(1)
    if len(rows[0]) > MAX_COLUMNS:
        sentence = (
            f"has {len(rows[0]):,} values; a price file has a handful of columns. "
            "Put each time on a line of its own."
        )
        raise PriceFileError([(lines[0], sentence)])
    if is_data(rows[0]):
        return []
    headings = rows[0]
    drop(1)
    if headings[0] == "Price" and [row[0] for row in rows[:2]] == ["Ticker", "Date"]:  # yfinance
        headings = ["Date", *headings[1:]]
        drop(2)
    if not rows:
        raise _refusal(f"The file has headings ({_listed(headings)}) but no rows of prices below them.")
    return headings


def _places(headings: list[str], width: int) -> dict[str, list[int]]:
    """Which columns hold the time (one, or a date and a time) and each price."""
    if width == 1:
        raise _refusal(
            "There is one value on each line, so the dates or the prices are missing. Put the date first "
            "and the price second, with a comma, a semicolon or a tab between them."
        )
    if not headings:
        if width in (3, 4):
            raise _refusal(
                f"The {width} columns have no headings, so it is not clear which is the price. "
                "Add a first line such as date,price,volume."
            )
        names = ["time", "close"] if width == 2 else ["time", *PRICES]
        return {name: [place] for place, name in enumerate(names)}

    keys = ["".join(filter(str.isalnum, heading)).casefold().removesuffix("utc") for heading in headings]
    places: dict[str, list[int]] = {}
    for name, known in HEADINGS.items():
        found = next((key for key in known if key in keys), None)
        if found is None:
            continue
        if keys.count(found) > 1:
            raise _refusal(
                f"Two columns are headed “{headings[keys.index(found)]}”. Keep one asset to a file: "
                "delete or rename the other column."
            )
        places[name] = [keys.index(found)]
    if "date" in keys and "time" in keys:
        places["time"] = [keys.index("date"), keys.index("time")]
    if width == 2 and len(places) < 2:
        time = places.get("time", [1 - places["close"][0] if "close" in places else 0])
        return {"time": time, "close": [1 - time[0]]}
    for name, example in [("time", "Date"), ("close", "Close or Price")]:
        if name not in places:
            raise _refusal(
                f"No column is headed {example}; the headings are {_listed(headings)}. "
                f"Rename the column with the {'dates' if name == 'time' else 'prices'}."
            )
    return places


def _column(rows: list[list[str]], places: list[int]) -> list[str]:
    if len(places) == 1:
        return [row[places[0]].strip() for row in rows]
    return [" ".join(row[place].strip() for place in places) for row in rows]


def _times(lines: list[int], cells: list[str]) -> npt.NDArray[np.datetime64]:
    """UTC times, NaT where a cell does not follow the layout of most of the first rows."""
    parts = [DAY_AND_MONTH.fullmatch(cell) for cell in cells]
    numeric = [part for part in parts if part]
    if len(numeric) > len(cells) / 2:
        day_first = sum(int(part[1]) > 12 for part in numeric)
        month_first = sum(int(part[3]) > 12 for part in numeric)
        if day_first == month_first == 0 and numeric[0][2] != ".":  # with dots the day is first by custom
            sentence = (
                f"{_quoted(numeric[0][0])} may be day/month or month/day, and no date in the file decides "
                "it. Write the dates as 2020-01-31 (year-month-day)."
            )
            raise PriceFileError([(lines[parts.index(numeric[0])], sentence)])
        month, day = (1, 3) if month_first > day_first else (3, 1)
        cells = [f"{part[4]}-{part[month]:0>2}-{part[day]:0>2}{part[5]}" if part else "" for part in parts]
    cells = [f"{cell[:-4]}Z" if cell.endswith((" UTC", " GMT")) else cell for cell in cells]
    layout = max(DATE_FORMATS, key=lambda layout: pd.notna(_dates(cells[:50], layout)).sum())
    return _dates(cells, layout)


def _dates(cells: list[str], layout: str) -> npt.NDArray[np.datetime64]:
    if layout == "epoch":
        number = _plain_numbers([cell if cell.replace(".", "", 1).isdecimal() else "" for cell in cells])
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


def _time_problems(lines: list[int], cells: list[str], times: npt.NDArray[np.datetime64]) -> list[Problem]:
    problems: list[Problem] = []
    good = np.flatnonzero(~np.isnat(times))
    model = "as 2020-01-31 or 2020-01-31 14:00"
    if len(good):
        model = f"like {_quoted(cells[good[0]])} on line {lines[good[0]]:,}, best as 2020-01-31"
    for place in np.flatnonzero(np.isnat(times)):
        cell = cells[place]
        if cell.strip().lower() in MISSING:
            problems.append((lines[place], f"the time is missing; write it {model}, or delete the row."))
            continue
        hint = ""
        if cell.startswith("#") or "E+" in cell.upper() or cell.isdecimal() and len(cell) == 5:
            hint = " A spreadsheet has changed it: format the column as a date before saving."
        sentence = f"{_quoted(cell)} is not a real time, or not written {model}; write every time so.{hint}"
        problems.append((lines[place], sentence))

    known = times[good]
    shown = np.datetime_as_string(known, unit="s")
    steps = np.diff(known).astype(np.int64)
    newest_first = len(known) > 0 and known[0] > known[-1]
    for place in np.flatnonzero(steps == 0):
        before, here = lines[good[place]], lines[good[place + 1]]
        sentence = f"has the same time as line {before:,} ({shown[place]}); keep one row for each time."
        problems.append((here, sentence))
    for place in np.flatnonzero(steps > 0 if newest_first else steps < 0):
        before, here = lines[good[place]], lines[good[place + 1]]
        sentence = (
            f"{shown[place + 1]} comes after {shown[place]} on line {before:,}, but the file runs from "
            f"{'newest to oldest' if newest_first else 'oldest to newest'}; sort the rows by time."
        )
        problems.append((here, sentence))
    return problems


def _has_decimal_commas(columns: list[list[str]]) -> bool:
    """Whether commas are decimal marks; a comma with three digits and another mark behind is not."""
    with_comma = [cell for column in columns for cell in column if "," in cell]
    return bool(with_comma) and not any(re.search(",[0-9]{3}[.,]", cell) for cell in with_comma)


def _either_mark(columns: list[list[str]]) -> str:
    """A price whose comma may be either mark, if that is true of every comma in the file."""
    with_comma = [cell for column in columns for cell in column if "," in cell]
    bare = [cell.translate(WITHOUT_CURRENCY).strip() for cell in with_comma]
    is_either = all(re.fullmatch("[+-]?[1-9][0-9]{0,2},[0-9]{3}", cell) for cell in bare)
    return with_comma[0] if is_either else ""


def _numbers(cells: list[str], swap_marks: bool) -> npt.NDArray[np.float64]:
    """Prices, NaN where a cell is not a number with properly grouped thousands."""
    if swap_marks:
        cells = [cell.translate(SWAPPED_MARKS) for cell in cells]
    values = _plain_numbers(cells)
    for place in np.flatnonzero(np.isnan(values)):
        values[place] = _grouped_number(cells[place])
    return values


def _plain_numbers(cells: list[str]) -> npt.NDArray[np.float64]:
    return np.array(pd.to_numeric(np.array(cells, dtype=object), errors="coerce"), dtype=float)


def _grouped_number(cell: str) -> float:
    if not GROUPED.fullmatch(cell):
        cell = cell.translate(WITHOUT_CURRENCY).strip().translate(AS_COMMAS)
    return float(cell.replace(",", "")) if GROUPED.fullmatch(cell) else np.nan


def _number_problems(
    lines: list[int], name: str, cells: list[str], values: npt.NDArray[np.float64]
) -> list[Problem]:
    problems: list[Problem] = []
    for place in np.flatnonzero(~_is_price(values)):
        cell, value = cells[place], values[place]
        found = f"the {name} is {_quoted(cell)}, "
        if cell.lower() in MISSING:
            sentence = f"the {name} is missing ({_quoted(cell)}); fill it in or delete the row."
        elif np.isnan(value):
            sentence = found + "not a number; write it like 1234.5, or delete the row."
        elif value <= 0:
            sentence = found + "and a price must be above zero; correct it or delete the row."
        elif np.isinf(value):
            sentence = found + "which is infinite; correct it or delete the row."
        else:
            sentence = found + f"and a price must lie from {LOWEST_PRICE:g} to {HIGHEST_PRICE:g}; correct it."
        problems.append((lines[place], sentence))
    return problems


def _is_price(values: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    return (values >= LOWEST_PRICE) & (values <= HIGHEST_PRICE)


def _bar_problems(lines: list[int], prices: dict[str, npt.NDArray[np.float64]]) -> list[Problem]:
    if len(prices) < 4:
        return []
    # NaN compares false, so a value that is no price is not blamed a second time.
    prices = {name: np.where(_is_price(values), values, np.nan) for name, values in prices.items()}
    high, low = prices["high"], prices["low"]
    crossed = high < low
    problems = [
        (lines[place], f"the high {high[place]:g} is below the low {low[place]:g}; are the columns swapped?")
        for place in np.flatnonzero(crossed)
    ]
    for name in ("open", "close"):
        value = prices[name]
        outside = ((value > high * (1 + 1e-6)) | (value < low * (1 - 1e-6))) & ~crossed
        problems += [
            (
                lines[place],
                f"the {name} {value[place]:.10g} is not between the low {low[place]:.10g} and the high "
                f"{high[place]:.10g}; correct the row or its headings.",
            )
            for place in np.flatnonzero(outside)
        ]
    return problems


def _ragged(found: int, expected: int, delimiter: str) -> str:
    sentence = f"has {found} value{'s' * (found != 1)} where {expected} are expected; add or delete values."
    if delimiter == "," and found > expected:
        sentence += " If commas stand inside the numbers, separate the columns with semicolons."
    return sentence


def _refusal(sentence: str) -> PriceFileError:
    return PriceFileError([(0, sentence)])


def _quoted(cell: object) -> str:
    text = str(cell)
    text = text if len(text) <= 30 else text[:29] + "…"
    return "“" + "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text) + "”"


def _listed(headings: list[str]) -> str:
    return ", ".join(map(_quoted, headings[:12])) + (" …" if len(headings) > 12 else "")
