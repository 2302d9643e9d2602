"""Clocks of price files: offsets from UTC as exporters write them, and the hour twice in autumn."""

import re
from typing import Final

import numpy as np
import numpy.typing as npt

Times = npt.NDArray[np.datetime64]

_OFFSET: Final = re.compile(
    r"(.*[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)\s*(?:GMT|UTC)?\s*([+-])([0-9]{1,2})(?::?([0-9]{2}))?"
)
WITH_OFFSET: Final = re.compile(r":[0-9.]+[+-][0-9]{2}:?[0-9]{2}\Z")
_ZONES: Final = {
    **{"UTC": "+00:00", "GMT": "+00:00", "EST": "-05:00", "EDT": "-04:00", "PST": "-08:00", "PDT": "-07:00"},
    **{"CET": "+01:00", "CEST": "+02:00", "MSK": "+03:00", "JST": "+09:00", "HKT": "+08:00"},
}
_NAMED: Final = re.compile(rf"(.*[0-9])\s+({'|'.join(_ZONES)})")
_HOUR: Final = np.timedelta64(1, "h")


def plain_clock(cell: str) -> str:
    """A time with its offset from UTC written as pandas reads it.

    Parameters
    ----------
    cell : str

    Returns
    -------
    str
        ``Z`` for UTC, ``+01:00`` for others; a time without an offset as it is.

    Examples
    --------
    >>> plain_clock("2024-03-04 09:30 GMT+0100"), plain_clock("2024-03-04 09:30 UTC")
    ('2024-03-04 09:30+01:00', '2024-03-04 09:30Z')
    >>> plain_clock("2024-03-04 09:30 -5"), plain_clock("2024-03-04")
    ('2024-03-04 09:30-05:00', '2024-03-04')
    """
    if ":" not in cell:
        return f"{cell[:-4]}Z" if cell.endswith((" UTC", " GMT")) else cell
    if found := _OFFSET.fullmatch(cell):
        return f"{found[1]}{found[2]}{found[3]:0>2}:{found[4] or '00'}"
    if found := _NAMED.fullmatch(cell):
        offset = _ZONES[found[2]]
        return found[1] + ("Z" if offset == "+00:00" else offset)
    return cell


def set_forward(times: Times) -> tuple[Times, int]:
    """Times of a clock that is set back by an hour in autumn: both hours are kept, one after the other.

    Where the hour stands twice, in steps of an hour or shorter, the later one and what follows it are an
    hour later than the clock says. In the spring after it, where an hour is left out, that ends.

    Parameters
    ----------
    times : ndarray of datetime64
        Oldest or newest first, NaT where a time could not be read.

    Returns
    -------
    times : ndarray of datetime64
    place : int
        Where the repeated hour begins, counted from 0; 0 if no hour stands twice.

    Examples
    --------
    >>> night = np.array(["2024-11-03T00", "2024-11-03T01", "2024-11-03T01", "2024-11-03T02"], "M8[us]")
    >>> later, place = set_forward(night)
    >>> later.astype("datetime64[h]").astype(str).tolist(), place
    (['2024-11-03T00', '2024-11-03T01', '2024-11-03T02', '2024-11-03T03'], 2)
    """
    good = np.flatnonzero(~np.isnat(times))
    if len(good) < 3:
        return times, 0
    backwards = times[good[0]] > times[good[-1]]
    order = good[::-1] if backwards else good
    clock = times[order]
    steps = np.diff(clock)
    usual = np.median(steps.astype(np.int64)).astype("timedelta64[us]")
    if not np.timedelta64(0) < usual <= _HOUR:
        return times, 0
    night = _is_sunday_night(clock[1:])
    back, ahead = night & (steps == usual - _HOUR), night & (steps == usual + _HOUR)
    if not back.any():
        return times, 0
    shift = np.zeros(len(clock), dtype=np.int64)
    for place in np.flatnonzero(back | ahead):
        shift[place + 1 :] = int(back[place])
    later = times.copy()
    later[order] = clock + shift * _HOUR
    first = int(np.flatnonzero(back)[0])
    return later, int(order[first] if backwards else order[first + 1])


def _is_sunday_night(clock: Times) -> npt.NDArray[np.bool_]:
    """Sundays between midnight and four, in the months in which clocks are set."""
    days = clock.astype("datetime64[D]")
    month = clock.astype("datetime64[M]").astype(int) % 12 + 1
    sunday = (days.astype(int) + 4) % 7 == 0  # 1 January 1970 was a Thursday
    early = clock - days < 4 * _HOUR
    found: npt.NDArray[np.bool_] = sunday & early & np.isin(month, (3, 4, 9, 10, 11))
    return found
