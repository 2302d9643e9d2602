"""Offsets from UTC, and the night on which clocks are set back."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.market.file_clock import plain_clock, set_forward
from engine.market.price_file import read_file


@pytest.mark.parametrize(
    "written",
    [
        "2024-03-04 09:30:00 GMT+0100",
        "2024-03-04 09:30 UTC+1",
        "2024-03-04T09:30:00+01:00",
        "2024-03-04 09:30:00.000 +0100",
        "2024-03-04 09:30 CET",
        "2024-03-04 03:30 EST",
        "2024-03-04 08:30 UTC",
        "2024-03-04T08:30Z",
        "04.03.2024 09:30:00.000 GMT+0100",
    ],
)
def test_every_way_of_writing_an_offset_is_one_moment(written):
    data = f"time,close\n{written},5\n{written.replace(':30', ':45')},6\n"
    prices, reading = read_file(data)
    assert str(prices["time"][0]) == "2024-03-04 08:30:00" and prices["hours"][1] == 0.25
    assert reading.zone in ("utc", "offset")


def test_each_row_has_its_own_offset():
    data = "time,close\n2024-03-08T09:30:00-05:00,5\n2024-03-11T09:30:00-04:00,6\n"
    assert read_file(data).prices["hours"][1] == 71


def test_a_time_without_an_offset_and_a_day_stay_as_they_are():
    for cell in ("2024-03-04 09:30", "2024-03-04", "Mar 4, 2024", "1709510400"):
        assert plain_clock(cell) == cell


@given(st.sampled_from([15, 30, 60]), st.booleans(), st.integers(2, 40), st.integers(4, 300))
def test_a_local_clock_through_autumn_and_spring_is_told_apart_from_utc(minutes, newest_first, before, after):
    # New York: at 06:00 UTC on 3 November 2024 the clock goes from 02:00 back to 01:00.
    utc = np.datetime64("2024-11-03T06:00", "us") + np.timedelta64(minutes, "m") * np.arange(-before, after)
    distance = np.where(utc < np.datetime64("2024-11-03T06:00"), 4, 5) * np.timedelta64(1, "h")
    local = utc - distance
    order = slice(None, None, -1 if newest_first else 1)
    later, place = set_forward(local[order])
    # Summer time all along: the distance from UTC never changes.
    assert set((utc[order] - later).astype("timedelta64[m]").astype(int)) == {240}
    assert place == (after if newest_first else before)


def test_in_spring_the_clock_is_back():
    hours = np.timedelta64(1, "h") * np.arange(24 * 150)
    utc = np.datetime64("2024-11-01", "us") + hours
    winter = (utc >= np.datetime64("2024-11-03T06:00")) & (utc < np.datetime64("2025-03-09T07:00"))
    local = utc - np.where(winter, np.timedelta64(5, "h"), np.timedelta64(4, "h"))
    later, _ = set_forward(local)
    assert set(np.diff(later)) == {np.timedelta64(1, "h")}


def test_a_row_that_stands_twice_on_another_day_is_still_a_mistake():
    day = np.datetime64("2024-07-07T01", "us") + np.timedelta64(1, "h") * np.array([0, 1, 1, 2])
    assert set_forward(day)[1] == 0
    days = np.array(["2024-11-02", "2024-11-03", "2024-11-03"], "M8[us]")
    assert set_forward(days)[1] == 0
