"""A price file as rows of text: what is no table is refused, headings are found, rows are counted."""

import csv
import re
from typing import NamedTuple

from engine.market.file_commas import joined_row
from engine.market.file_problem import Findings, refusal
from engine.problem import Problem

MAX_ROWS = 200_000
MAX_BYTES = 50_000_000
MAX_COLUMNS = 100

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
# A sentence, and no date that begins with its month.
NOTE = re.compile(r"(?!jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[^\W\d_]+[ :]\s*\w", re.IGNORECASE)
NUMBERED = re.compile(r"\s*[0-9]+[a-z]?[.)]\s*[^\W\d_]")


class Table(NamedTuple):
    """A file as rows of text.

    Attributes
    ----------
    headings : list of str
        Empty without headings.
    lines : list of int
        Line of the file in which each row stands.
    rows : list of list of str
        All as long as the headings, or as the first of them.
    delimiter : str
    findings : Findings
        The rows that were left out because something is wrong with them.
    footer : int
        Line of a note below the table, 0 without.
    joined : bool
        Whether numbers were put together that commas had cut.
    """

    headings: list[str]
    lines: list[int]
    rows: list[list[str]]
    delimiter: str
    findings: Findings
    footer: int
    joined: bool


def read_table(data: bytes | str) -> Table:
    """The rows of a price file, as text.

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
        If it is no table.

    Examples
    --------
    >>> read_table("date,price\\n2024-01-01,100\\n2024-01-02,97.5").rows
    [['2024-01-01', '100'], ['2024-01-02', '97.5']]
    """
    lines, rows, delimiter = _rows(_text(data))
    headings = _headings(lines, rows)
    width = len(headings or rows[0])
    if width == 1:
        raise refusal("one_column")
    footer = _take_footer(lines, rows)
    joined = _mend(rows, width, delimiter)
    findings = _row_problems(lines, rows, headings, delimiter)
    if findings.count:
        whole = [len(row) == width and row != headings for row in rows]
        lines = [line for line, good in zip(lines, whole, strict=True) if good]
        rows = [row for row, good in zip(rows, whole, strict=True) if good]
    return Table(headings, lines, rows, delimiter, findings, footer, joined)


def _take_footer(lines: list[int], rows: list[list[str]]) -> int:
    """Take a note off the bottom, one value without a number at its start; the line where it stood."""
    last = [cell.strip() for cell in rows[-1] if cell.strip()]
    if len(rows) < 3 or len(last) != 1 or not NOTE.match(last[0]):
        return 0
    rows.pop()
    return lines.pop()


def _mend(rows: list[list[str]], width: int, delimiter: str) -> bool:
    """Cut empty values off the ends of rows, and join numbers that commas have cut, where all can be."""
    long = [place for place, row in enumerate(rows) if len(row) > width > 1]
    for place in long:
        if not any(cell.strip() for cell in rows[place][width:]):
            del rows[place][width:]
    if delimiter != ",":
        return False
    mended = {}
    for place in long:
        if len(rows[place]) > width:
            row = joined_row(rows[place], width)
            if row is None:
                return False
            mended[place] = row
    for place, row in mended.items():
        rows[place] = row
    return bool(mended)


def _row_problems(lines: list[int], rows: list[list[str]], headings: list[str], delimiter: str) -> Findings:
    width = len(headings or rows[0])
    findings = Findings()

    def wrong_length(place: int) -> Problem:
        row = rows[place]
        if place == len(rows) - 1 and not _is_data(row[:1]) and "".join(row).strip():
            return Problem("footer_row", line=lines[place], cell=row[0])
        # A comma inside a number separates two columns.
        has_commas = delimiter == "," and len(row) > width
        code = "wrong_number_of_values_commas" if has_commas else "wrong_number_of_values"
        return Problem(code, line=lines[place], found=len(row), expected=width)

    findings.add([place for place, row in enumerate(rows) if len(row) != width], wrong_length)
    findings.add(
        [place for place, row in enumerate(rows) if row == headings],
        lambda place: Problem("repeated_headings", line=lines[place]),
    )
    return findings


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


def _is_data(row: list[str]) -> bool:
    """Whether a number or a date is among the values; "1. open" is a heading."""
    return any(
        cell.strip().lstrip(CURRENCIES + "+-.")[:1].isdigit() and not NUMBERED.match(cell) for cell in row
    )


def _headings(lines: list[int], rows: list[list[str]]) -> list[str]:
    """Take titles and headings off the top of `lines` and `rows`; the headings, or [] without."""

    def drop(count: int) -> None:
        del lines[:count], rows[:count]

    def is_title(row: list[str]) -> bool:
        return sum(map(bool, row)) == 1 and not _is_data(row)

    while is_title(rows[0]) and any(len(row) > 1 for row in rows[1:20]):
        drop(1)
    if len(rows[0]) > MAX_COLUMNS:
        raise refusal("too_many_columns", line=lines[0], found=len(rows[0]))
    if _is_data(rows[0]):
        return []
    headings = rows[0]
    drop(1)
    if headings[0] == "Price" and [row[0] for row in rows[:2]] == ["Ticker", "Date"]:  # yfinance
        headings = ["Date", *headings[1:]]
        drop(2)
    if not rows:
        raise refusal("headings_only", headings=tuple(headings))
    return headings
