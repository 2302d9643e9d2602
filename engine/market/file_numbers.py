"""The prices of a price file: which mark stands before decimals, and which values are no price."""

import re
from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from engine.margin.scenario import LIMITS
from engine.market.file_problem import FileQuestion, Findings
from engine.market.file_table import CURRENCIES
from engine.problem import Problem

Numbers = npt.NDArray[np.float64]

LOWEST_PRICE, HIGHEST_PRICE = LIMITS["entry_price"].low, LIMITS["entry_price"].high
MARKS: Final = (".", ",")
LOOKED_AT: Final = 2000  # values that decide which mark is which, where any does
_GROUPS: Final = r"[1-9][0-9]{0,2}(?:%s[0-9]{3})+|[1-9][0-9]{0,2}(?:[ '’\u00a0\u2009\u202f][0-9]{3})+"
_INDIAN: Final = "|[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3}"
_NUMBER: Final = r"[+-]?(?:(?:%s|[0-9]+)(?:%s[0-9]*)?|%s[0-9]+)(?:[eE][+-]?[0-9]+)?"
# How a number is written, by the mark before its decimals.
WRITTEN: Final = {
    ".": re.compile(_NUMBER % (_GROUPS % "," + _INDIAN, r"\.", r"\.")),
    ",": re.compile(_NUMBER % (_GROUPS % r"\.", ",", ",")),
}
# How a column is written that needs no more than its groups taken out.
_COLUMN: Final = re.compile(r"(?:[+-]?(?:[0-9]+|[1-9][0-9]{0,2}(?:,[0-9]{3})+)(?:\.[0-9]*)?\n)+")
_SIMPLE: Final = re.compile(r"[0-9.eE+\-\n]*")
_WORDS: Final = re.compile(r"[+-]?inf(?:inity)?", re.IGNORECASE)
_BARE: Final = str.maketrans("\u2212", "-", CURRENCIES)
_NO_GROUPS: Final = {
    mark: str.maketrans("", "", ",. '’\u00a0\u2009\u202f".replace(mark, "")) for mark in MARKS
}
_SWAPPED: Final = str.maketrans(",.", ".,")
MISSING: Final = frozenset({"", "null", "nan", "na", "n/a", "#n/a", "none", "-", "--", ".", "nat", "nd"})


def to_numbers(cells: list[str], mark: str) -> Numbers:
    """Numbers of cells, thousands and currency signs taken out.

    Parameters
    ----------
    cells : list of str
    mark : str
        "." or ",": what stands before decimals.

    Returns
    -------
    ndarray of float
        NaN where a cell is no number with properly grouped thousands.

    Examples
    --------
    >>> to_numbers(["97.5", "1,000", "$1,23,456.78", "1,5"], ".").tolist()
    [97.5, 1000.0, 123456.78, nan]
    >>> to_numbers(["42.000", "41.500,5"], ",").tolist()
    [42000.0, 41500.5]
    """
    whole = "\n".join([*cells, ""])
    if mark == ",":
        whole = whole.translate(_SWAPPED)
    if not _SIMPLE.fullmatch(whole) and _COLUMN.fullmatch(whole):
        whole = whole.replace(",", "")
    if _SIMPLE.fullmatch(whole):
        return plain_numbers(whole.split("\n")[:-1])
    return np.array([_number(cell, mark) for cell in cells], dtype=float)


def plain_numbers(cells: list[str]) -> Numbers:
    """Numbers of cells without thousands separators; NaN where a cell is none.

    Parameters
    ----------
    cells : list of str
        Of digits, signs and points.

    Returns
    -------
    ndarray of float

    Examples
    --------
    >>> plain_numbers(["97.5", "1,000"]).tolist()
    [97.5, nan]
    """
    return np.array(pd.to_numeric(np.array(cells, dtype=object), errors="coerce"), dtype=float)


def _bare(cell: str) -> str:
    return cell.translate(_BARE).strip()


def _number(cell: str, mark: str) -> float:
    cell = _bare(cell)
    if not WRITTEN[mark].fullmatch(cell):
        return float(cell) if _WORDS.fullmatch(cell) else np.nan
    return float(cell.translate(_NO_GROUPS[mark]).replace(mark, "."))


def likely_mark(columns: Iterable[list[str]]) -> str:
    """The mark before decimals by the values that decide it; "." where none does.

    Parameters
    ----------
    columns : iterable of list of str

    Returns
    -------
    str
        "." or ",".

    Examples
    --------
    >>> likely_mark([["42.000", "41.500,5"]]), likely_mark([["42.000"]])
    (',', '.')
    """
    return _decided(columns) or "."


def _decided(columns: Iterable[list[str]]) -> str:
    """The mark that most of the deciding values ask for; empty if none decides."""
    votes = (vote for column in columns for cell in column if (vote := _vote(cell)))
    found = list(islice(votes, LOOKED_AT))
    return "" if not found else "," if found.count(",") * 2 > len(found) else "."


def _vote(cell: str) -> str:
    """The only mark with which a value is a number; empty if it is one with both, or with neither."""
    if "." not in cell and "," not in cell:
        return ""
    cell = _bare(cell).rstrip("%KMBT ")
    fits = [mark for mark in MARKS if WRITTEN[mark].fullmatch(cell)]
    return fits[0] if len(fits) == 1 else ""


def find_mark(
    columns: Mapping[str, list[str]],
    others: Mapping[str, list[str]],
    answers: Mapping[str, str],
    *,
    points_are_sure: bool,
) -> str:
    """Which mark stands before decimals, decided on the whole file.

    Parameters
    ----------
    columns : mapping
        Cells of the prices, by column.
    others : mapping
        Cells of other columns; they decide if no price does.
    answers : mapping
        As in :func:`engine.market.price_file.read_file`: ``which_mark``.
    points_are_sure : bool
        Whether a program wrote the file, which puts no points between thousands.

    Returns
    -------
    str
        "." or ","; empty if there is neither in any price.

    Raises
    ------
    FileQuestion
        If every price can be read with both.

    Examples
    --------
    >>> find_mark({"close": ["1.000,5", "97,5"]}, {}, {}, points_are_sure=False)
    ','
    """
    if mark := _decided(columns.values()):
        return mark
    unclear = next((cell for column in columns.values() for cell in column if _is_either(cell)), "")
    if not unclear:
        return ""
    if mark := _decided(others.values()):
        return mark
    if points_are_sure and "," not in unclear:
        return "."
    if answers.get("which_mark") in MARKS:
        return answers["which_mark"]
    options = {mark: {"number": _number(unclear, mark)} for mark in MARKS}
    raise FileQuestion("which_mark", options, cell=unclear)


def _is_either(cell: str) -> bool:
    if "." not in cell and "," not in cell:
        return False
    cell = _bare(cell)
    return all(WRITTEN[mark].fullmatch(cell) for mark in MARKS)


def price_problems(
    lines: list[int], columns: Mapping[str, list[str]], prices: Mapping[str, Numbers], findings: Findings
) -> None:
    """Put down the values that are no price, and the bars that cannot be.

    Parameters
    ----------
    lines : list of int
        Line of the file in which each row stands.
    columns : mapping
        Cells by column.
    prices : mapping
        Their numbers, NaN where a cell is none.
    findings : Findings
        Added to.

    Returns
    -------
    None

    Examples
    --------
    >>> findings = Findings()
    >>> price_problems([2, 3], {"close": ["100", "0"]}, {"close": np.array([100.0, 0.0])}, findings)
    >>> findings.first
    [Problem('price_not_above_zero', '', {'line': 3, 'price': 'close', 'cell': '0'})]
    """
    for name, values in prices.items():
        _number_problems(lines, name, columns[name], values, findings)
    if "high" in prices and "low" in prices:
        _bar_problems(lines, prices, findings)


def _number_problems(
    lines: list[int], name: str, cells: list[str], values: Numbers, findings: Findings
) -> None:
    def tell(place: int) -> Problem:
        cell, value = cells[place], values[place]
        found = {"line": lines[place], "price": name, "cell": cell}
        if is_missing(cell):
            return Problem("price_missing", **found)
        if np.isnan(value):
            return Problem("price_not_a_number", **found)
        if np.isinf(value):
            return Problem("price_infinite", **found)
        if value < 0:
            return Problem("price_below_zero", **found)
        if value == 0:
            return Problem("price_not_above_zero", **found)
        return Problem("price_out_of_range", **found, low=LOWEST_PRICE, high=HIGHEST_PRICE)

    findings.add(np.flatnonzero(~_is_price(values)).tolist(), tell)


def is_missing(cell: str) -> bool:
    """Whether a cell says that there is no value.

    Parameters
    ----------
    cell : str

    Returns
    -------
    bool

    Examples
    --------
    >>> is_missing("."), is_missing("null"), is_missing("0")
    (True, True, False)
    """
    return cell.strip().lower() in MISSING


def _is_price(values: Numbers) -> npt.NDArray[np.bool_]:
    return (values >= LOWEST_PRICE) & (values <= HIGHEST_PRICE)


def _bar_problems(lines: list[int], prices: Mapping[str, Numbers], findings: Findings) -> None:
    # NaN compares false, so a value that is no price is not blamed a second time.
    prices = {name: np.where(_is_price(values), values, np.nan) for name, values in prices.items()}
    high, low = prices["high"], prices["low"]
    crossed = high < low
    findings.add(
        np.flatnonzero(crossed).tolist(),
        lambda place: Problem(
            "high_below_low", line=lines[place], high=float(high[place]), low=float(low[place])
        ),
    )
    for name in ("open", "close"):
        if name in prices:
            value = prices[name]
            outside = ((value > high * (1 + 1e-6)) | (value < low * (1 - 1e-6))) & ~crossed
            findings.add(np.flatnonzero(outside).tolist(), _outside(lines, name, value, low, high))


def _outside(
    lines: list[int], name: str, value: Numbers, low: Numbers, high: Numbers
) -> Callable[[int], Problem]:
    def tell(place: int) -> Problem:
        bar = {"value": float(value[place]), "low": float(low[place]), "high": float(high[place])}
        return Problem("price_outside_bar", line=lines[place], price=name, **bar)

    return tell
