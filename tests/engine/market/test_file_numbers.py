"""Which mark is the decimal one, and which bars cannot be."""

import re

import pytest

from engine.market.file_problem import PriceFileError
from engine.market.price_file import parse_csv


@pytest.mark.parametrize(
    "prices",
    [
        ("999", "1,002"),
        ("42,000", "41,500"),
        ("1,085", "1,092"),
        ("100,500", "99,500"),
        ("$42,000", "$41,500"),
        ("7,950 €", "7,600 €"),
    ],
)
@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_a_comma_that_may_be_either_mark_is_refused(prices, delimiter):
    cell = next(price for price in prices if "," in price)
    with pytest.raises(PriceFileError, match=re.escape(f"comma_may_be_either_mark (cell='{cell}')")):
        parse_csv("\n".join(f"2024-01-0{day}{delimiter}{price}" for day, price in enumerate(prices, 1)))


@pytest.mark.parametrize(
    "decisive, close, other",
    [
        ("0,123", 0.123, 2.345),  # no group of thousands begins with a zero
        ("1234,567", 1234.567, 2.345),  # nor has four digits
        ("1,5", 1.5, 2.345),
        ("1,50", 1.5, 2.345),
        ("1 234,567", 1234.567, 2.345),
        ("1,234,567", 1_234_567.0, 2345.0),
        ("1,234.5", 1234.5, 2345.0),
    ],
)
def test_one_price_decides_what_the_commas_mean_in_all(decisive, close, other):
    for first, second, closes in ((decisive, "2,345", [close, other]), ("2,345", decisive, [other, close])):
        frame = parse_csv(f"2024-01-01;{first}\n2024-01-02;{second}\n")
        assert frame["close"].to_list() == closes


def test_a_price_in_any_column_decides_what_the_commas_mean_in_all():
    frame = parse_csv("2024-01-01;2,345;2,5;2,345;2,345\n2024-01-02;2,345;2,345;2,345;2,345\n")
    assert frame["close"].to_list() == [2.345, 2.345] and frame["high"][0] == 2.5


def test_between_commas_a_quoted_comma_groups_thousands():
    assert parse_csv('2024-01-01,"1,234"\n2024-01-02,"1,235"\n')["close"].to_list() == [1234.0, 1235.0]


def test_rounding_of_the_last_digit_is_mended_and_more_is_not():
    text = "date,open,high,low,close\n2020-01-01,10,10,9.9999995,10.000001\n2020-01-02,10,10,10,{}\n"
    frame = parse_csv(text.format("9.999999"))
    assert list(frame["high"]) == [10.000001, 10] and list(frame["low"]) == [9.9999995, 9.999999]
    for close in ("9.9999", "10.0001"):
        with pytest.raises(PriceFileError, match="price_outside_bar .line=3, price='close'"):
            parse_csv(text.format(close))
