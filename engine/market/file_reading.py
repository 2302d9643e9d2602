"""What was read of a price file, for whoever wants to check it: columns, rows, times, gaps."""

from collections.abc import Mapping
from typing import Final, NamedTuple

import pandas as pd

NO_ANSWERS: Final[Mapping[str, str]] = {}


class Gaps(NamedTuple):
    """Rows with a time and no price, which were left out: how many, and the line of the first, 0 without."""

    rows: int
    line: int


class Reading(NamedTuple):
    """What a price file was read as.

    Attributes
    ----------
    rows : int
        Rows of prices.
    first, last : Timestamp
        UTC.
    names : dict of tuple of str
        The headings of the columns that were read, by ``time``, ``open``, ``high``, ``low`` and ``close``;
        the numbers of the columns, from 1, where `has_headings` is false.
    has_headings : bool
    bars : str
        "bars" with all four prices; "no_open" with high and low, where a bar opens at the close before
        it, or as near to it as the bar allows; "open_close" without high and low; "closes".
    left : tuple of str
        Of open, high and low those that the file has and that were not used, because a partner is missing.
    unread : tuple of str
        Headings of the columns that were not read.
    step_hours, longest_hours : float
        The usual time from row to row, and the longest.
    newest_first : bool
    zone, set_back
        As in :class:`~engine.market.file_times.Clock`.
    mark : str
        What stands before decimals; empty if nothing does.
    gaps : Gaps
    footer : int
        Line of a note below the table that was left out, 0 without.
    joined : bool
        Whether numbers were put together that commas had cut.
    """

    rows: int
    first: pd.Timestamp
    last: pd.Timestamp
    names: dict[str, tuple[str, ...]]
    has_headings: bool
    bars: str
    left: tuple[str, ...]
    unread: tuple[str, ...]
    step_hours: float
    longest_hours: float
    newest_first: bool
    zone: str
    set_back: int
    mark: str
    gaps: Gaps
    footer: int
    joined: bool

    @property
    def has_lows(self) -> bool:
        """Whether lows and highs were read, or closes only."""
        return self.bars in ("bars", "no_open")
