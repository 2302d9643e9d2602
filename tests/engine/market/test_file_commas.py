"""Numbers that their own commas have cut are put together where one way fits, and else refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.market.file_commas import joined_row
from engine.market.file_problem import PriceFileError
from engine.market.price_file import read_file


def test_unquoted_thousands_are_read_and_said_to_be_joined():
    data = (
        "Date, Price, Open, High, Low, Vol., Change %\n"
        "Mar 07, 2024, 1,046.5, 1,045.0, 1,047.0, 944.5, 68.18K, -0.61%\n"
        "Mar 06, 2024, 1,045.0, 1,051.5, 1,052.0, 1,044.0, 1.2M, -0.61%\n"
    )
    prices, reading = read_file(data)
    assert reading.joined and reading.newest_first
    assert prices["close"].to_list() == [1045.0, 1046.5] and prices["low"].to_list() == [1044.0, 944.5]


def test_what_can_be_joined_in_two_ways_is_refused():
    with pytest.raises(PriceFileError, match="wrong_number_of_values_commas .line=2, found=4, expected=3"):
        read_file("date,price,volume\n2024-01-01,1,245,321\n2024-01-02,1,245,321\n")
    assert joined_row(["2024-01-01", "100", "5"], 2) is None  # a decimal comma, or one value too many


def test_empty_values_behind_a_row_are_no_values():
    assert read_file("date,price\n2024-01-01,5,\n2024-01-02,6,,\n").prices["close"].to_list() == [5, 6]


@given(st.lists(st.integers(1, 10**9), min_size=1, max_size=6))
def test_a_row_is_joined_as_it_was_or_not_at_all(numbers):
    written = ["x", *(f"{number:,}.5" for number in numbers)]
    cut = ",".join(written).split(",")
    assert joined_row(cut, len(written)) in (written, None) or len(cut) == len(written)


def test_a_row_of_thousands_of_values_costs_nothing():
    assert joined_row(["000"] * 100_000, 3) is None
