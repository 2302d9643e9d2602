"""Lines are counted as an editor counts them, and a file too long is refused at once."""

import csv
import sys

import pandas as pd
import pytest

from engine.market.file_problem import PriceFileError
from engine.market.file_table import MAX_ROWS
from engine.market.price_file import parse_csv
from tests.broken_files import YAHOO


def test_text_and_bytes_are_the_same_file():
    pd.testing.assert_frame_equal(parse_csv(YAHOO), parse_csv(YAHOO.encode()))


def test_line_numbers_count_blank_lines_titles_and_lines_within_quotes():
    text = 'A title\n\n"date","pri\nce"\n\n2020-01-01,1\n\n2020-01-02,x\n'
    with pytest.raises(PriceFileError, match="^price_not_a_number .line=8, price='close', cell='x'"):
        parse_csv(text)


def work(data):
    """How many lines of the market's code run to read a file, or to refuse it: the same on every machine."""
    count = 0

    def look(frame, event, _):
        nonlocal count
        if "/engine/market/" not in frame.f_code.co_filename.replace("\\", "/"):
            return None
        count += event == "line"
        return look

    before = sys.gettrace()
    sys.settrace(look)
    try:
        parse_csv(data)
    except PriceFileError as error:
        str(error)
    finally:
        sys.settrace(before)
    return count


def test_a_million_rows_are_refused_before_they_are_read(monkeypatch):
    data = b"date,price\n" + b"2020-01-01,100\n" * 1_000_000
    monkeypatch.setattr(csv, "reader", lambda *_, **__: pytest.fail("a row was read"))
    with pytest.raises(PriceFileError, match="too_many_lines .given=1000001, limit=200000"):
        parse_csv(data)
    assert work(data) < 20_000  # a look at the first 10,000 characters, and no row


def many(count, price):
    return "\n".join(["time,price", *(f"{1_500_000_000 + 60 * row},{price(row)}" for row in range(count))])


@pytest.mark.slow
def test_the_largest_file_is_read_and_one_row_more_is_refused():
    text = many(MAX_ROWS, lambda row: 100 + row % 7)
    assert len(parse_csv(text + "\n")) == MAX_ROWS
    with pytest.raises(PriceFileError, match="too_many_lines .given=200002, limit=200000"):
        parse_csv(text + "\n1600000000,1")


@pytest.mark.parametrize(
    "price",
    [
        pytest.param(lambda row: 100 + row % 7, id="good"),
        pytest.param(lambda row: "x", id="every row bad"),
        pytest.param(lambda row: "1,2,3", id="every row ragged"),
        pytest.param(lambda row: f'"1,{row % 900 + 100}.5"', id="every price grouped"),
    ],
)
def test_twice_the_rows_are_at_most_twice_the_work(price):
    once, twice = (work(many(rows, price)) for rows in (1_000, 2_000))
    assert twice < 2.1 * once and twice < 2_000 * 60
