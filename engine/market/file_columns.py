"""Which column of a price file is which: by its headings, or without them by what stands in it."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from engine.market.file_numbers import LOOKED_AT
from engine.market.file_order import without_headings
from engine.market.file_problem import refusal
from engine.market.file_table import Table
from engine.market.file_words import (
    CLOCKS,
    DAYS,
    HEADINGS,
    OFFSETS,
    PRICES,
    STRANGERS,
    heading_key,
    heading_words,
    other_kind,
)

Places = dict[str, tuple[int, ...]]
CLOCK = re.compile(r"\s*[0-9]{1,2}:?[0-9]{2}(?::?[0-9]{2}(?:\.[0-9]*)?)?(?:\s*[AaPp][Mm])?\s*")


class Columns(NamedTuple):
    """The columns that are read.

    Attributes
    ----------
    cells : dict of list of str
        ``time`` and ``close`` always, open, high and low where the file has them.
    names : dict of tuple of str
        By the same keys the headings; the number of the column, from 1, where there are none.
    others : dict of list of str
        The columns that are not read, the first rows of them, by heading or number.
    """

    cells: dict[str, list[str]]
    names: dict[str, tuple[str, ...]]
    others: dict[str, list[str]]


def find_columns(table: Table, answers: Mapping[str, str]) -> Columns:
    """The times and the prices of a table.

    Parameters
    ----------
    table : Table
    answers : mapping
        As in :func:`engine.market.price_file.read_file`.

    Returns
    -------
    Columns

    Raises
    ------
    PriceFileError
        If no column holds the times or the prices.
    FileQuestion
        If a table without headings can be read in more than one way.

    Examples
    --------
    >>> from engine.market.file_table import read_table
    >>> find_columns(read_table("Datum;Schluss\\n2024-01-01;100\\n2024-01-02;97.5"), {}).names
    {'time': ('Datum',), 'close': ('Schluss',)}
    """
    headings, rows = table.headings, table.rows
    places = _headed(headings, rows) if headings else without_headings(rows, answers)
    names = headings or [str(number) for number in range(1, len(rows[0]) + 1)] if rows else headings
    used = {place for where in places.values() for place in where}
    return Columns(
        {name: _column(rows, where) for name, where in places.items()},
        {name: tuple(names[place].strip() for place in where) for name, where in places.items()},
        {
            names[place].strip(): [row[place] for row in rows[:LOOKED_AT]]
            for place in range(len(names))
            if place not in used
        },
    )


def _column(rows: list[list[str]], places: tuple[int, ...]) -> list[str]:
    if len(places) == 1:
        (place,) = places
        return [row[place].strip() for row in rows]
    return [" ".join(row[place].strip() for place in places) for row in rows]


def _headed(headings: list[str], rows: list[list[str]]) -> Places:
    keys = [heading_key(heading) for heading in headings]
    places = _known(headings, keys)
    for name, where in _grouped(headings).items():
        places.setdefault(name, where)
    if len(headings) == 2:
        places = _of_two(headings, places)
    if "close" not in places:
        _refuse_without_price(headings, places)
    if "time" not in places:
        raise refusal("no_time_column", headings=tuple(headings))
    return places | {"time": _time(keys, places["time"], rows)}


def _known(headings: list[str], keys: list[str]) -> Places:
    """The columns whose headings are known word for word."""
    places: Places = {}
    for name, known in HEADINGS.items():
        found = next((key for key in known if key in keys), None)
        if found is None:
            continue
        if keys.count(found) > 1:
            raise refusal("heading_twice", heading=headings[keys.index(found)])
        places[name] = (keys.index(found),)
    return places


def _grouped(headings: list[str]) -> Places:
    """Open, high, low and close by one word of the heading, beside others: ``BTC.Open``, ``Close (USD)``.

    The other words must be the same for all of them; of two such groups none is taken.
    """
    groups: dict[tuple[str, ...], Places] = {}
    for place, heading in enumerate(headings):
        words = heading_words(heading)
        for name in PRICES:
            hits = [word for word in words if word in HEADINGS[name]]
            rest = tuple(word for word in words if word not in hits and word != "price")
            if len(hits) == 1 and not STRANGERS.intersection(rest) and not other_kind(heading):
                groups.setdefault(rest, {}).setdefault(name, (place,))
    full = [group for group in groups.values() if len(group) > 1] or list(groups.values())
    if len(full) > 1 and all("close" in group for group in full):
        raise refusal("several_assets", headings=tuple(headings[group["close"][0]] for group in full[:2]))
    return full[0] if len(full) == 1 else {}


def _of_two(headings: list[str], places: Places) -> Places:
    """Of two columns the one that is not the time is the price, unless its heading says that it is not."""
    if "time" in places:
        (time,) = places["time"]
    else:
        time = 1 - places["close"][0] if "close" in places else 0
    if kind := other_kind(headings[1 - time]):
        raise refusal("no_prices", kind=kind, heading=headings[1 - time])
    return {"time": (time,), "close": (1 - time,)}


def _refuse_without_price(headings: list[str], places: Places) -> None:
    """Say what the file holds in place of prices, as far as its headings tell."""
    kinds = {place: other_kind(heading) for place, heading in enumerate(headings)}
    rest = [place for place in kinds if (place,) not in places.values()]
    named = [place for place in rest if kinds[place]]
    funding = [place for place in named if kinds[place] == "funding"]
    if funding or named and named == rest:
        place = (funding or named)[0]
        raise refusal("no_prices", kind=kinds[place], heading=headings[place])
    raise refusal("no_price_column", headings=tuple(headings))


def _time(keys: list[str], time: tuple[int, ...], rows: list[list[str]]) -> tuple[int, ...]:
    """The column of the time, with a time of day or an offset from UTC that stands in a column of its own."""
    if len(keys) == 2 or not rows:
        return time
    day = next((place for place, key in enumerate(keys) if key in DAYS), None)
    clock = next((place for place, key in enumerate(keys) if key in CLOCKS and place != day), None)
    if day is not None and clock is not None and CLOCK.fullmatch(rows[0][clock]):
        time = (day, clock)
    offset = next((place for place, key in enumerate(keys) if key in OFFSETS), None)
    if offset is not None and re.fullmatch(r"\s*(?:GMT|UTC)?[+-][0-9:]+\s*", rows[0][offset]):
        time = (*time, offset)
    return time
