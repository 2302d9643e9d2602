"""Tables without headings: every order of the columns is found, or asked about."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.market.file_problem import FileQuestion, PriceFileError
from engine.market.file_words import PRICES
from engine.market.price_file import read_file


def bars(count, seed):
    """A market that opens where it closed."""
    rng = np.random.default_rng(seed)
    close = np.round(100 * np.exp(np.cumsum(rng.normal(0, 0.01, count))), 2)
    opened = np.concatenate([[100.0], close[:-1]])
    high = np.maximum(opened, close) + np.round(rng.uniform(0.01, 1, count), 2)
    low = np.minimum(opened, close) - np.round(rng.uniform(0.01, 1, count), 2)
    return {"open": opened, "high": high, "low": low, "close": close}


def table(columns, names, newest_first=False, before="", behind=",7"):
    lines = [
        f"{1709510400 + 3600 * row}{before},"
        + ",".join(f"{columns[name][row]:.2f}" for name in names)
        + behind
        for row in range(len(columns["open"]))
    ]
    return "\n".join(lines[::-1] if newest_first else lines)


@pytest.mark.parametrize("newest_first", [False, True])
@pytest.mark.parametrize("names", list(permutations(PRICES)), ids=",".join)
def test_every_order_of_a_market_that_opens_where_it_closed_is_found_or_asked_about(names, newest_first):
    columns = bars(60, 3)
    data, answers = table(columns, names, newest_first), {}
    if names == ("close", "high", "low", "open"):
        # What looks like the usual order is never turned round without a word.
        with pytest.raises(FileQuestion, match="which_order") as asked:
            read_file(data)
        assert list(asked.value.options) == [",".join(PRICES), ",".join(names)]
        answers["which_order"] = ",".join(names)
    prices, reading = read_file(data, answers)
    for name in PRICES:
        assert prices[name].to_list() == pytest.approx(columns[name].tolist(), abs=0.005)
        assert reading.names[name] == (str(names.index(name) + 2),)
    assert not reading.has_headings and reading.bars == "bars"


@pytest.mark.parametrize("volume", ["123456.7", "0.5"])
def test_a_volume_before_the_prices_is_passed_over_and_is_no_high_or_low(volume):
    columns = bars(40, 4)
    prices, reading = read_file(table(columns, ("close", "high", "low", "open"), before=f",{volume}"))
    for name in PRICES:
        assert prices[name].to_list() == pytest.approx(columns[name].tolist(), abs=0.005)
    assert reading.names["low"] == ("5",)


def test_a_time_of_day_in_the_second_column_belongs_to_the_time():
    data = (
        "2024.03.04,09:00,50,53,49,52,7\n2024.03.04,10:00,52,54,51,51.5,7\n2024.03.04,11:00,51.5,52,44,45,7\n"
    )
    prices, reading = read_file(data)
    assert reading.names["time"] == ("1", "2") and reading.bars == "bars"
    assert prices["hours"].to_list() == [0, 1, 2] and prices["low"].min() == 44


@given(st.sampled_from(["2", "3"]))
def test_a_price_and_a_volume_are_asked_about(answer):
    data = "1709510400,50.0,0.02\n1709510460,50.1,0.03\n"
    with pytest.raises(FileQuestion) as asked:
        read_file(data, {"which_price": "9"})
    assert asked.value.options["2"]["cell"] == "50.0"
    prices = read_file(data, {"which_price": answer}).prices
    assert prices["close"].to_list() == ([50.0, 50.1] if answer == "2" else [0.02, 0.03])


def test_a_few_impossible_bars_are_told_line_by_line_and_many_are_no_order():
    columns = bars(30, 5)
    columns["high"][3] = 1.0
    with pytest.raises(PriceFileError, match="high_below_low .line=4"):
        read_file(table(columns, PRICES))
    columns["high"][::2], columns["low"][1::2] = 90.0, 120.0
    columns["open"][::3], columns["close"][::3] = 150.0, 60.0
    with pytest.raises(PriceFileError, match="no_headings"):
        read_file(table(columns, PRICES))
