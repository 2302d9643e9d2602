"""Lines are counted as an editor counts them, and a file too long is refused at once."""

import time

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


def test_a_million_rows_are_refused_before_they_are_read():
    data = b"date,price\n" + b"2020-01-01,100\n" * 1_000_000
    start = time.perf_counter()
    with pytest.raises(PriceFileError, match="too_many_lines .given=1000001, limit=200000"):
        parse_csv(data)
    assert time.perf_counter() - start < 2


def test_the_largest_file_is_read_in_seconds_and_one_row_more_is_refused():
    start = time.perf_counter()
    text = "\n".join(
        ["time,price", *(f"{1_500_000_000 + 60 * row},{100 + row % 7}" for row in range(MAX_ROWS))]
    )
    assert len(parse_csv(text + "\n")) == MAX_ROWS
    assert time.perf_counter() - start < 5
    with pytest.raises(PriceFileError, match="too_many_lines .given=200002, limit=200000"):
        parse_csv(text + "\n1600000000,1")
