"""A price file as columns of text: what is no table is refused, headings are found, rows are counted."""

import csv
from typing import NamedTuple

from engine.market.file_problem import refusal
from engine.problem import Problem

MAX_ROWS = 200_000
MAX_BYTES = 50_000_000
MAX_COLUMNS = 100

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
PRICES = ("open", "high", "low", "close")

NOT_TEXT = {
    b"PK\x03\x04": "zip",
    b"\xd0\xcf\x11\xe0": "xls",
    b"%PDF": "pdf",
    b"\x89PNG": "image",
    b"\xff\xd8\xff": "image",
    b"GIF8": "image",
    b"\x1f\x8b": "gzip",
    b"PAR1": "parquet",
}
MARKUP = ("<!doctype", "<html", "<head", "<body", "<?xml", "<table", "<script")
# What stands before the first digit of a price.
CURRENCIES = "$€£¥₹₿"


class Table(NamedTuple):
    """Cells by column: ``time`` and ``close`` always, open, high and low where the file has them.

    ``lines`` are the line numbers of the rows, ``problems`` the rows that were left out.
    """

    lines: list[int]
    columns: dict[str, list[str]]
    delimiter: str
    problems: list[Problem]


def read_table(data: bytes | str) -> Table:
    """The columns of a price file, as text.

    Parameters
    ----------
    data : bytes or str
        As in :func:`engine.market.price_file.parse_csv`.

    Returns
    -------
    Table

    Raises
    ------
    PriceFileError
        If it is no table, or no column holds the times or the prices.

    Examples
    --------
    >>> read_table("date,price\\n2024-01-01,100\\n2024-01-02,97.5").columns["close"]
    ['100', '97.5']
    """
    lines, rows, delimiter = _rows(_text(data))
    headings = _headings(lines, rows)
    width = len(headings or rows[0])
    places = _places(headings, width)
    problems = _row_problems(lines, rows, headings, width, delimiter)
    if problems:
        whole = [len(row) == width and row != headings for row in rows]
        lines = [line for line, good in zip(lines, whole, strict=True) if good]
        rows = [row for row, good in zip(rows, whole, strict=True) if good]
    elif len(rows) < 2:
        raise refusal("one_row")
    return Table(lines, {name: _column(rows, where) for name, where in places.items()}, delimiter, problems)


def _row_problems(
    lines: list[int], rows: list[list[str]], headings: list[str], width: int, delimiter: str
) -> list[Problem]:
    problems = []
    for line, row in zip(lines, rows, strict=True):
        if len(row) != width:
            # A comma inside a number separates two columns.
            has_commas = delimiter == "," and len(row) > width
            code = "wrong_number_of_values_commas" if has_commas else "wrong_number_of_values"
            problems.append(Problem(code, line=line, found=len(row), expected=width))
        elif row == headings:
            problems.append(Problem("repeated_headings", line=line))
    return problems


def _text(data: bytes | str) -> str:
    """The file as text with plain line ends, or a refusal of what is not a table."""
    if len(data) > MAX_BYTES:
        raise refusal("too_many_bytes", given=len(data), limit=MAX_BYTES)
    text = (data if isinstance(data, str) else _decoded(data)).removeprefix("\ufeff")
    text = text.encode("utf-8", "replace").decode()  # lone surrogates could not be shown again
    text = text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n")
    start = text[:10_000].strip().lower()
    if not start:
        raise refusal("empty")
    if "\0" in text or any(character < " " and character not in "\t\n\v\f" for character in start):
        raise refusal("binary")
    if start.startswith(MARKUP):
        raise refusal("web_page")
    if start.startswith(("{", "[")):
        raise refusal("json")
    return text


def _decoded(data: bytes) -> str:
    for start, kind in NOT_TEXT.items():
        if data.startswith(start):
            raise refusal("not_text", kind=kind)
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
        raise refusal("too_many_lines", given=count + 1, limit=MAX_ROWS)
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
        raise refusal("stray_quotation_mark", line=last + 1) from None
    if not rows:
        raise refusal("delimiters_only")
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
        raise refusal("too_many_columns", line=lines[0], found=len(rows[0]))
    if is_data(rows[0]):
        return []
    headings = rows[0]
    drop(1)
    if headings[0] == "Price" and [row[0] for row in rows[:2]] == ["Ticker", "Date"]:  # yfinance
        headings = ["Date", *headings[1:]]
        drop(2)
    if not rows:
        raise refusal("headings_only", headings=tuple(headings))
    return headings


def _places(headings: list[str], width: int) -> dict[str, list[int]]:
    """Which columns hold the time (one, or a date and a time) and each price."""
    if width == 1:
        raise refusal("one_column")
    if not headings:
        if width in (3, 4):
            raise refusal("no_headings", columns=width)
        names = ["time", "close"] if width == 2 else ["time", *PRICES]
        return {name: [place] for place, name in enumerate(names)}
    places = _headed(headings)
    if width == 2 and len(places) < 2:
        time = places.get("time", [1 - places["close"][0] if "close" in places else 0])
        return {"time": time, "close": [1 - time[0]]}
    if "time" not in places:
        raise refusal("no_time_column", headings=tuple(headings))
    if "close" not in places:
        raise refusal("no_price_column", headings=tuple(headings))
    return places


def _headed(headings: list[str]) -> dict[str, list[int]]:
    """The columns whose headings are known."""
    keys = ["".join(filter(str.isalnum, heading)).casefold().removesuffix("utc") for heading in headings]
    places: dict[str, list[int]] = {}
    for name, known in HEADINGS.items():
        found = next((key for key in known if key in keys), None)
        if found is None:
            continue
        if keys.count(found) > 1:
            raise refusal("heading_twice", heading=headings[keys.index(found)])
        places[name] = [keys.index(found)]
    if "date" in keys and "time" in keys:
        places["time"] = [keys.index("date"), keys.index("time")]
    return places


def _column(rows: list[list[str]], places: list[int]) -> list[str]:
    if len(places) == 1:
        return [row[places[0]].strip() for row in rows]
    return [" ".join(row[place].strip() for place in places) for row in rows]
