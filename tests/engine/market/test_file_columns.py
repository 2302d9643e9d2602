"""Which column is which, what is used of incomplete bars, and what a file holds instead of prices."""

import pytest

from engine.market.file_problem import PriceFileError
from engine.market.price_file import read_file


def test_without_an_open_a_bar_starts_at_the_close_before_it_or_as_near_as_it_allows():
    data = "date,high,low,close\n2024-01-01,110,90,100\n2024-01-02,105,95,96\n2024-01-03,90,70,80\n"
    prices, reading = read_file(data)
    assert reading.bars == "no_open" and reading.has_lows
    assert prices["open"].to_list() == [100, 100, 90]
    assert prices["low"].to_list() == [90, 95, 70] and prices["high"].to_list() == [110, 105, 90]


def test_without_high_and_low_the_bar_spans_open_and_close():
    prices, reading = read_file("date,open,close\n2024-01-01,100,90\n2024-01-02,90,95\n")
    assert reading.bars == "open_close" and not reading.has_lows
    assert prices["low"].to_list() == [90, 90] and prices["high"].to_list() == [100, 95]


@pytest.mark.parametrize("left", ["high", "low"])
def test_one_end_of_a_bar_alone_is_left_and_said_to_be(left):
    prices, reading = read_file(f"date,open,{left},close\n2024-01-01,100,100,100\n2024-01-02,90,90,90\n")
    assert reading.bars == "closes" and reading.left == ("open", left)
    assert (prices["high"] == prices["low"]).all()


def test_a_column_without_a_value_is_no_column():
    reading = read_file("date,open,high,low,close\n2024-01-01,,,,9\n2024-01-02,,,,8\n").reading
    assert reading.bars == "closes" and set(reading.names) == {"time", "close"}


@pytest.mark.parametrize(
    "headings, kind",
    [
        ("time,fundingRate", "funding"),
        ("calc_time,funding_interval_hours,last_funding_rate", "funding"),
        ("date,Volume BTC", "volume"),
        ("date,open interest,trades", "interest"),
        ("date,market cap", "size"),
    ],
)
def test_a_file_without_prices_is_told_what_it_holds(headings, kind):
    row = ",".join(["1"] * headings.count(","))
    with pytest.raises(PriceFileError, match=f"no_prices .kind='{kind}'"):
        read_file(f"{headings}\n2024-01-01,{row}\n2024-01-02,{row}\n")


def test_a_time_of_day_and_an_offset_in_columns_of_their_own_belong_to_the_time():
    data = "Datum;Uhrzeit;UTC offset;Kurs\n04.03.2024;09:30;+01:00;5\n04.03.2024;10:30;+01:00;6\n"
    prices, reading = read_file(data)
    assert str(prices["time"][0]) == "2024-03-04 08:30:00" and reading.zone == "offset"
    assert reading.names["time"] == ("Datum", "Uhrzeit", "UTC offset")
    # A second time in full is not taken for a time of day.
    data = "date,time,close\n2024-03-04,2024-03-04 09:30,5\n2024-03-05,2024-03-05 09:30,6\n"
    assert read_file(data).reading.names["time"] == ("date",)
