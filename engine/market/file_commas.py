"""Rows whose numbers were cut at their own commas: put together where only one way fits the columns."""

import re
from functools import cache

MOST_PARTS = 4  # a number below a thousand billion
_START = re.compile(r"\s*[+-]?[$€£¥₹₿]?[1-9][0-9]{0,2}")
_THREE = re.compile(r"[0-9]{3}")
_LAST = re.compile(r"[0-9]{3}(?:\.[0-9]+)?\s*")
_NO_START = re.compile(r"\s*0[0-9]")
_DAY = re.compile(r"\s*[^\W\d_]{3,9}\.? [0-9]{1,2}")
_YEAR = re.compile(r"\s*[0-9]{4}(?: .*)?")


def joined_row(row: list[str], width: int) -> list[str] | None:
    """A row of a file between commas, with the numbers put together that their own commas have cut.

    Parameters
    ----------
    row : list of str
        More values than columns.
    width : int
        Columns.

    Returns
    -------
    list of str or None
        As many values as columns; None if no way of joining fits, or more than one.

    Examples
    --------
    >>> joined_row(["Mar 07", " 2024", " 1", "046.5", " 68.18K"], 3)
    ['Mar 07, 2024', '1,046.5', '68.18K']
    >>> joined_row(["2024-03-07", "1", "245", "321"], 3) is None
    True
    """
    count = len(row)
    if count > MOST_PARTS * width:
        return None

    @cache
    def ways(start: int, columns: int) -> tuple[tuple[int, ...], ...]:
        """Up to two ways to share the values from `start` on among so many columns, as their lengths."""
        if not columns:
            return ((),) if start == count else ()
        if count - start < columns:
            return ()
        found: list[tuple[int, ...]] = []
        for length in _lengths(row, start):
            found += [(length, *rest) for rest in ways(start + length, columns - 1)]
            if len(found) > 1:
                break
        return tuple(found[:2])

    found = ways(0, width)
    if len(found) != 1:
        return None
    joined, start = [], 0
    for length in found[0]:
        cells = [cell.strip() for cell in row[start : start + length]]
        joined.append((", " if _DAY.fullmatch(cells[0]) else ",").join(cells))
        start += length
    return joined


def _lengths(row: list[str], start: int) -> list[int]:
    """How many values from `start` on can be one: a date of two, a number of two or more, or one alone."""
    if start + 1 < len(row) and _DAY.fullmatch(row[start]) and _YEAR.fullmatch(row[start + 1]):
        return [2]
    # "046.5" is no number of its own.
    lengths = [] if _NO_START.match(row[start]) else [1]
    if _START.fullmatch(row[start]):
        for end in range(start + 1, len(row)):
            if _LAST.fullmatch(row[end]):
                lengths.append(end - start + 1)
            if not _THREE.fullmatch(row[end]):
                break
    return lengths
