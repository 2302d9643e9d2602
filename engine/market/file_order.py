"""The columns of a price file without headings: the order in which every bar is possible."""

import re
from collections.abc import Mapping
from itertools import permutations
from typing import Final

import numpy as np
import numpy.typing as npt

from engine.market.file_numbers import likely_mark, to_numbers
from engine.market.file_problem import FileQuestion, refusal
from engine.market.file_words import PRICES

Numbers = npt.NDArray[np.float64]
Places = dict[str, tuple[int, ...]]

SAMPLE: Final = 2000
# A day, and a time of day in the column behind it.
CLOCK = re.compile(r"\S+ [0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]*)?)?|[0-9]{8} [0-9]{6}")
# One opens where the one before has closed; the wrong way round the distance is that of two bars.
CLEARLY: Final = 0.7
WIDEST: Final = 3.0  # high over low in the middle of all bars; a volume is farther from a price


def without_headings(rows: list[list[str]], answers: Mapping[str, str]) -> Places:
    """The columns of a table whose first row is a row of prices.

    The time stands first, the time of day may stand in a second column. Of one column behind it that is
    the price. Four or more are open, high, low and close, in the order in which no bar is impossible.

    Parameters
    ----------
    rows : list of list of str
        All of the same length.
    answers : mapping
        As in :func:`engine.market.price_file.read_file`: ``which_order``, ``which_price``.

    Returns
    -------
    dict of tuple of int
        Places of the columns from 0, by what they hold.

    Raises
    ------
    PriceFileError
        If the columns fit no order.
    FileQuestion
        If they fit more than one.

    Examples
    --------
    The low first, then high, open and close:

    >>> rows = [["1709510400", "49", "53", "50", "52"], ["1709514000", "51", "54", "52", "51.5"]]
    >>> without_headings(rows, {})
    {'time': (0,), 'low': (1,), 'high': (2,), 'open': (3,), 'close': (4,)}
    """
    if not rows:
        raise refusal("one_row")
    width = len(rows[0])
    has_clock = width > 2 and all(CLOCK.fullmatch(f"{row[0].strip()} {row[1].strip()}") for row in rows[:20])
    time: tuple[int, ...] = (0, 1) if has_clock else (0,)
    first = len(time)
    if width - first == 1:
        return {"time": time, "close": (first,)}
    sample = rows[:SAMPLE]
    if width - first < 4:
        return {"time": time, "close": (_asked_price(rows, first, answers),)}
    columns = [[row[place].strip() for row in sample] for place in range(first, width)]
    mark = likely_mark(columns)
    backwards = _runs_backwards(rows[0][0], rows[-1][0])
    found = _orders([to_numbers(column, mark) for column in columns], backwards)
    if not found:
        raise refusal("no_headings", columns=width)
    names = found[0] if len(found) == 1 else _asked_order(found, columns, answers)
    return {"time": time} | {name: (first + place,) for place, name in enumerate(names) if name}


def _asked_price(rows: list[list[str]], first: int, answers: Mapping[str, str]) -> int:
    options = {
        str(place + 1): {"column": place + 1, "cell": rows[0][place].strip()}
        for place in range(first, len(rows[0]))
    }
    answer = answers.get("which_price", "")
    if answer not in options:
        raise FileQuestion("which_price", options, columns=len(rows[0]))
    return int(answer) - 1


def _asked_order(
    found: list[tuple[str, ...]], columns: list[list[str]], answers: Mapping[str, str]
) -> tuple[str, ...]:
    options = {",".join(names): {name: columns[names.index(name)][0] for name in PRICES} for names in found}
    answer = answers.get("which_order", "")
    if answer not in options:
        raise FileQuestion("which_order", options)
    return tuple(answer.split(","))


def _orders(numbers: list[Numbers], backwards: bool) -> list[tuple[str, ...]]:
    """The orders in which no bar is impossible; the name of a column of volumes is empty."""
    for skipped in (0, 1):
        fits = [
            ("",) * skipped + names
            for names in permutations(PRICES)
            if len(numbers) >= 4 + skipped and _possible(numbers[skipped:], names) == 1
        ]
        if fits:
            return _chained(numbers, fits, backwards)
    # A few impossible bars are mistakes in the usual order: each is told with its line.
    return [PRICES] if _possible(numbers, PRICES) > 0.5 else []


def _possible(numbers: list[Numbers], names: tuple[str, ...]) -> float:
    """The share of bars in which the high is the highest and the low the lowest, none far from the other."""
    bar = dict(zip(names, numbers, strict=False))
    high, low = bar["high"] * (1 + 1e-6), bar["low"] * (1 - 1e-6)
    fits = (low <= bar["open"]) & (bar["open"] <= high) & (low <= bar["close"]) & (bar["close"] <= high)
    known = np.isfinite(high + low + bar["open"] + bar["close"]) & (low > 0)
    if not known.any():
        return 1.0
    return float(fits[known].mean()) if np.median(high[known] / low[known]) < WIDEST else 0.0


def _chained(numbers: list[Numbers], fits: list[tuple[str, ...]], backwards: bool) -> list[tuple[str, ...]]:
    """Of the orders that fit those that chain best, and the usual one; that alone if none chains better."""
    gaps = [_gap(numbers, names, backwards) for names in fits]
    best = [names for names, gap in zip(fits, gaps, strict=True) if gap * CLEARLY <= min(gaps)]
    if PRICES in best:
        return [PRICES]
    return [PRICES, *best] if PRICES in fits else best


def _gap(numbers: list[Numbers], names: tuple[str, ...], backwards: bool) -> float:
    """How far a bar opens from where the one before has closed, on average."""
    opened, closed = numbers[names.index("open")], numbers[names.index("close")]
    gaps = np.abs(opened[:-1] - closed[1:] if backwards else opened[1:] - closed[:-1])
    gaps = gaps[np.isfinite(gaps)]
    return float(gaps.mean()) if len(gaps) else 0.0


def _runs_backwards(first: str, last: str) -> bool:
    """Whether the first time is the later one: as a number, or by its year where that stands last."""
    one, two = (_sorted_parts(cell) for cell in (first, last))
    return one > two


def _sorted_parts(cell: str) -> list[int]:
    parts = [int(part) for part in re.findall("[0-9]+", cell)]
    return [parts[2], parts[1], parts[0], *parts[3:]] if len(parts) > 2 and parts[2] > 31 else parts
