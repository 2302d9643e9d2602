"""What the reader says of a file is what is in it."""

import pytest

from engine.market.file_problem import PriceFileError
from engine.market.file_reading import Gaps
from engine.market.price_file import read_file


def test_rows_without_a_price_are_left_out_and_counted():
    data = "observation_date,DEXUSEU\n2024-03-28,1.0801\n2024-03-29,.\n2024-04-01,\n2024-04-02,1.0766\n"
    prices, reading = read_file(data)
    assert prices["close"].to_list() == [1.0801, 1.0766] and reading.rows == 2
    assert reading.gaps == Gaps(2, 3) and reading.longest_hours == 120
    yahoo = (
        "Date,Open,High,Low,Close\n2024-01-01,1,1,1,1\n2024-01-02,null,null,null,null\n2024-01-03,1,1,1,1\n"
    )
    assert read_file(yahoo).reading.gaps == Gaps(1, 3)


def test_a_note_below_the_table_is_left_out_and_its_line_is_kept():
    data = "date,price\n2024-01-01,5\n2024-01-02,6\n\nDownloaded from a site as of 03-04-2024\n"
    reading = read_file(data).reading
    assert reading.footer == 5 and reading.rows == 2
    # A last date without its price is a gap and no note.
    dates = 'date,price\n"Mar 1, 2024",5\n"Mar 2, 2024",6\n"Mar 3, 2024",\n'
    reading = read_file(dates).reading
    assert reading.footer == 0 and reading.gaps == Gaps(1, 4)


def test_the_time_zone_the_direction_and_the_steps():
    reading = read_file("date(UTC),price\n2024-01-05,5\n2024-01-02,6\n2024-01-01,7\n").reading
    assert (reading.zone, reading.newest_first) == ("utc", True)
    assert (reading.step_hours, reading.longest_hours) == (48, 72)
    assert read_file("1709510400,5\n1709514000,6\n").reading.zone == "epoch"
    assert read_file("2024-01-01,5\n2024-01-02,6\n").reading.zone == "none"


def test_an_answer_that_is_none_of_the_options_is_not_looked_at():
    data = "date,price\n13/01/2024,5\n14/01/2024,6\n"
    odd = {"which_mark": "x", "day_or_month": "year", "which_order": "", "which_price": "-1", "else": "?"}
    assert read_file(data, odd).reading == read_file(data).reading


def test_a_date_that_can_be_read_in_two_ways_is_read_as_answered():
    data = "date,price\n03/04/2024,5\n03/05/2024,6\n"
    for answer, first in (("day", "2024-04-03"), ("month", "2024-03-04")):
        assert str(read_file(data, {"day_or_month": answer}).reading.first.date()) == first


def test_a_file_of_one_price_and_gaps_is_one_row():
    with pytest.raises(PriceFileError, match="one_row"):
        read_file("date,price\n2024-01-01,5\n2024-01-02,.\n")
