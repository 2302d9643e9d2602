"""Which mark is the decimal one, and which bars cannot be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.market.file_problem import FileQuestion, PriceFileError
from engine.market.price_file import parse_csv, read_file


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
@pytest.mark.parametrize("swap", [str.maketrans("", ""), str.maketrans(",", ".")], ids=["commas", "points"])
def test_a_mark_that_may_be_either_is_asked_about_with_both_meanings(prices, delimiter, swap):
    prices = [price.translate(swap) for price in prices]
    text = "\n".join(f"2024-01-0{day}{delimiter}{price}" for day, price in enumerate(prices, 1))
    with pytest.raises(FileQuestion) as asked:
        parse_csv(text)
    cell = next(price for price in prices if "," in price or "." in price)
    assert asked.value.code == "which_mark" and asked.value.values == {"cell": cell}
    for mark, meaning in asked.value.options.items():
        number = cell.strip("$ €").replace(".,".replace(mark, ""), "").replace(mark, ".")
        assert meaning["number"] == float(number)
        read = read_file(text, {"which_mark": mark})
        assert meaning["number"] in read.prices["close"].to_list() and read.reading.mark == mark


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


@pytest.mark.parametrize(
    "text, closes",
    [
        ('Date,Price\n2024-01-01,"1,234.5"\n2024-01-02,"1,235"', [1234.5, 1235.0]),
        ('"Datum","Zuletzt"\n"04.03.2024","42.000,5"\n"05.03.2024","41.500"', [42_000.5, 41_500.0]),
        ('date,price\n2024-01-01,"97,5"\n2024-01-02,98', [97.5, 98.0]),
        ('date,price\n2024-01-01,"1,23,456.78"\n2024-01-02,"99,999.5"', [123_456.78, 99_999.5]),
        ("date,price\n2024-01-01,154.321\n2024-01-02,154.400", [154.321, 154.4]),  # a program wrote it
        ("<DATE>\t<CLOSE>\t<VOL>\n2024.01.01\t154.321\t1\n2024.01.02\t154.400\t1", [154.321, 154.4]),
        ("1583971200;154.321\n1583974800;154.400", [154.321, 154.4]),
        ("Date;Price;Change\n2024-01-01;154.321;0.5 %\n2024-01-02;154.400;1", [154.321, 154.4]),
        ("Date;Price;Change\n2024-01-01;154.321;0,5%\n2024-01-02;154.400;1", [154_321.0, 154_400.0]),
        ("Date;Price\n2024-01-01;1.234.567\n2024-01-02;999.000", [1_234_567.0, 999_000.0]),
    ],
)
def test_the_whole_file_decides_which_mark_is_which(text, closes):
    assert parse_csv(text)["close"].to_list() == closes


def test_between_commas_a_quoted_comma_may_be_either_and_german_headings_make_a_point_doubtful():
    for text in (
        '2024-01-01,"1,234"\n2024-01-02,"1,235"\n',
        "Datum,Kurs\n04.03.2024,42.000\n05.03.2024,41.5000",
    ):
        if "41.5000" in text:
            assert parse_csv(text)["close"].to_list() == [42.0, 41.5]
            text = text.replace("41.5000", "41.500")
        with pytest.raises(FileQuestion, match="which_mark"):
            parse_csv(text)


@given(
    st.lists(st.integers(10**6, 10**10), min_size=2, max_size=9, unique=True),
    st.sampled_from([",.", ".,", " .", "'.", " ,"]),
    st.sampled_from(";\t"),
)
def test_what_is_written_with_any_marks_is_read_back(cents, marks, delimiter):
    group, decimal = marks
    swap = str.maketrans({",": group, ".": decimal})
    lines = [
        f"{day}{delimiter}{cent / 100:,.2f}".translate(swap) for day, cent in enumerate(cents, 1583971200)
    ]
    assert parse_csv("\n".join(lines))["close"].to_list() == [cent / 100 for cent in cents]


def test_rounding_of_the_last_digit_is_mended_and_more_is_not():
    text = "date,open,high,low,close\n2020-01-01,10,10,9.9999995,10.000001\n2020-01-02,10,10,10,{}\n"
    frame = parse_csv(text.format("9.999999"))
    assert list(frame["high"]) == [10.000001, 10] and list(frame["low"]) == [9.9999995, 9.999999]
    for close in ("9.9999", "10.0001"):
        with pytest.raises(PriceFileError, match="price_outside_bar .line=3, price='close'"):
            parse_csv(text.format(close))
