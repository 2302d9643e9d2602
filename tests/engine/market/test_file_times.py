"""Dates in every layout."""

import pytest

from engine.market.file_problem import PriceFileError
from engine.market.price_file import parse_csv
from tests.broken_files import rows


def test_days_with_dots_put_the_day_first():
    assert parse_csv("date,price\n01.02.2020,1\n02.02.2020,1\n")["hours"][1] == 24


def test_a_gap_of_years_is_no_error():
    assert parse_csv("date,price\n1800-01-01,1\n2020-01-01,1\n")["hours"][1] > 1.9e6


def test_a_price_file_may_change_its_epoch_unit_half_way():
    frame = parse_csv("1735603200000,1\n1735689600000000,2\n")
    assert frame["hours"][1] == 24


def test_a_time_that_cannot_be_read_is_shown_the_first_that_could():
    with pytest.raises(PriceFileError) as error:
        parse_csv(rows("2020-01-01,1", "43832,1", "soon,1", ",1"))
    like = {"like": "2020-01-01", "like_line": 2}
    assert [(each.code, each.values) for each in error.value.problems] == [
        ("time_changed_by_spreadsheet", {"line": 3, "cell": "43832", **like}),
        ("not_a_time", {"line": 4, "cell": "soon", **like}),
        ("time_missing", {"line": 5, **like}),
    ]
