"""The prices of a price file: which mark stands before decimals, and which values are no price."""

import re
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from engine.market.file_problem import refusal
from engine.market.file_table import CURRENCIES, PRICES
from engine.problem import Problem

Numbers = npt.NDArray[np.float64]

LOWEST_PRICE, HIGHEST_PRICE = 1e-12, 1e12
GROUPED = re.compile(r"[+-]?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.[0-9]*)?")
WITHOUT_CURRENCY = str.maketrans("\u2212", "-", CURRENCIES)
AS_COMMAS = str.maketrans(dict.fromkeys(" '’\u00a0\u2009\u202f", ","))
SWAPPED_MARKS = str.maketrans(",.", ".,")
MISSING = {"", "null", "nan", "na", "n/a", "#n/a", "none", "-", "--", "."}


def read_prices(columns: Mapping[str, list[str]], delimiter: str) -> dict[str, Numbers]:
    """The numbers in the columns of prices.

    Parameters
    ----------
    columns : mapping
        Cells by column, among them some of open, high, low and close.
    delimiter : str
        What stands between the values; beside a comma no decimal comma is looked for.

    Returns
    -------
    dict of ndarray of float
        Quote per unit, by column; NaN where a cell is not a number with properly grouped thousands.

    Raises
    ------
    PriceFileError
        If every comma may be a decimal comma or separate thousands.

    Examples
    --------
    >>> read_prices({"close": ["1.000,5", "97,5"]}, ";")["close"].tolist()
    [1000.5, 97.5]
    """
    written = {name: columns[name] for name in PRICES if name in columns}
    swap_marks = delimiter != "," and _has_decimal_commas(list(written.values()))
    if swap_marks and (cell := _either_mark(list(written.values()))):
        raise refusal("comma_may_be_either_mark", cell=cell)
    return {name: _numbers(column, swap_marks) for name, column in written.items()}


def price_problems(
    lines: list[int], columns: Mapping[str, list[str]], prices: Mapping[str, Numbers]
) -> list[Problem]:
    """Values that are no price, and bars that cannot be.

    Parameters
    ----------
    lines : list of int
        Line of the file in which each row stands.
    columns : mapping
        Cells by column.
    prices : mapping
        As from :func:`read_prices`.

    Returns
    -------
    list of Problem

    Examples
    --------
    >>> cells = {"close": ["100", "-1"]}
    >>> [problem.code for problem in price_problems([2, 3], cells, read_prices(cells, ","))]
    ['price_not_above_zero']
    """
    problems = []
    for name, values in prices.items():
        problems += _number_problems(lines, name, columns[name], values)
    return problems + _bar_problems(lines, prices)


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


def _numbers(cells: list[str], swap_marks: bool) -> Numbers:
    """Prices, NaN where a cell is not a number with properly grouped thousands."""
    if swap_marks:
        cells = [cell.translate(SWAPPED_MARKS) for cell in cells]
    values = plain_numbers(cells)
    for place in np.flatnonzero(np.isnan(values)):
        values[place] = _grouped_number(cells[place])
    return values


def plain_numbers(cells: list[str]) -> Numbers:
    """Numbers of cells without thousands separators; NaN where a cell is none.

    Parameters
    ----------
    cells : list of str

    Returns
    -------
    ndarray of float

    Examples
    --------
    >>> plain_numbers(["97.5", "1,000"]).tolist()
    [97.5, nan]
    """
    return np.array(pd.to_numeric(np.array(cells, dtype=object), errors="coerce"), dtype=float)


def _grouped_number(cell: str) -> float:
    if not GROUPED.fullmatch(cell):
        cell = cell.translate(WITHOUT_CURRENCY).strip().translate(AS_COMMAS)
    return float(cell.replace(",", "")) if GROUPED.fullmatch(cell) else np.nan


def _number_problems(lines: list[int], name: str, cells: list[str], values: Numbers) -> list[Problem]:
    problems = []
    for place in np.flatnonzero(~_is_price(values)):
        cell, value = cells[place], values[place]
        found = {"line": lines[place], "price": name, "cell": cell}
        if cell.lower() in MISSING:
            problems.append(Problem("price_missing", **found))
        elif np.isnan(value):
            problems.append(Problem("price_not_a_number", **found))
        elif value <= 0:
            problems.append(Problem("price_not_above_zero", **found))
        elif np.isinf(value):
            problems.append(Problem("price_infinite", **found))
        else:
            problems.append(Problem("price_out_of_range", **found, low=LOWEST_PRICE, high=HIGHEST_PRICE))
    return problems


def _is_price(values: Numbers) -> npt.NDArray[np.bool_]:
    return (values >= LOWEST_PRICE) & (values <= HIGHEST_PRICE)


def _bar_problems(lines: list[int], prices: Mapping[str, Numbers]) -> list[Problem]:
    if len(prices) < 4:
        return []
    # NaN compares false, so a value that is no price is not blamed a second time.
    prices = {name: np.where(_is_price(values), values, np.nan) for name, values in prices.items()}
    high, low = prices["high"], prices["low"]
    crossed = high < low
    problems = [
        Problem("high_below_low", line=lines[place], high=float(high[place]), low=float(low[place]))
        for place in np.flatnonzero(crossed)
    ]
    for name in ("open", "close"):
        value = prices[name]
        outside = ((value > high * (1 + 1e-6)) | (value < low * (1 - 1e-6))) & ~crossed
        for place in np.flatnonzero(outside):
            bar = {"value": float(value[place]), "low": float(low[place]), "high": float(high[place])}
            problems.append(Problem("price_outside_bar", line=lines[place], price=name, **bar))
    return problems
