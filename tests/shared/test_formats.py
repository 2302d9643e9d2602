"""Numbers to words and back."""

import math
import re
from datetime import datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pages.shared import formats


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (1234.56, "$1,234.56"),
        (-5, "−$5.00"),
        (-0.004, "$0.00"),
        (1.005, "$1.01"),
        (-2.675, "−$2.68"),
        (9999.994, "$9,999.99"),
        (9999.995, "$10,000"),
        (-12345.5, "−$12,346"),
        (math.nan, "–"),
        (-math.inf, "–"),
    ],
)
def test_money(amount, text):
    assert formats.money(amount) == text
    assert formats.money_texts([amount]) == [text]


def test_money_with_cents_or_without():
    assert formats.money(12345.6, cents=True) == "$12,345.60"
    assert formats.short_money(100) == "$100"
    assert formats.short_money(40.5) == "$40.50"


def test_prices():
    prices = [90.4523, 60000, 0.5, 0.001234, 0.99999, 2.675, math.nan, 0.0]
    texts = ["90.45", "60,000.00", "0.50", "0.001234", "1.00", "2.68", "–", "0.00"]
    assert [formats.price(p) for p in prices] == texts
    assert formats.price_texts(prices) == texts
    assert formats.trigger(90.4523) == "$90.45"
    assert formats.trigger(math.nan) == "no liquidation price"


def test_percent_multiple_and_duration():
    assert formats.percent(0.0955) == "9.55\N{NO-BREAK SPACE}%"
    assert formats.percent(-0.0955, signed=True) == "−9.55\N{NO-BREAK SPACE}%"
    assert formats.percent(0.1, signed=True) == "+10.00\N{NO-BREAK SPACE}%"
    assert formats.percent(-1e-9, signed=True) == "0.00\N{NO-BREAK SPACE}%"
    assert [formats.multiple(x) for x in (10, 7.5, 100, math.nan)] == ["10x", "7.5x", "100x", "–"]
    hours = [0, 0.75, 0.999, 1.5, 24, 76, 4000, 1e5]
    texts = ["0 min", "45 min", "1 h", "1 h 30 min", "1 day", "3 days 4 h", "167 days", "4,167 days"]
    assert [formats.duration(h).replace("\N{NO-BREAK SPACE}", " ") for h in hours] == texts


def test_a_date_has_its_clock_unless_it_is_midnight():
    clocks = [(0, 0), (9, 0), (0, 30), (16, 5)]
    texts = ["19 Oct 1987", "19 Oct 1987 09:00", "19 Oct 1987 00:30", "19 Oct 1987 16:05"]
    assert [formats.date(datetime(1987, 10, 19, *clock)) for clock in clocks] == texts


amounts = st.floats(-1e9, 1e9)


@given(st.integers(1, 10_000_000), st.integers(100, 12_500))
def test_capital_and_borrowed_add_up_to_the_position_to_the_cent(cents, hundredths):
    capital = cents / 100
    position = capital * (hundredths / 100)
    for shown in (
        [formats.money(x, cents=True) for x in (capital, position - capital, position)],
        formats.moneys(capital, position - capital, position),
    ):
        own, borrowed, total = (round(formats.parse_number(x, "money") * 100) for x in shown)
        assert own + borrowed == total


@given(amounts)
def test_there_is_one_money_format(amount):
    assert formats.money_texts([amount]) == [formats.money(amount)]
    assert formats.money(amount) not in ("−$0.00", "−$0")
    assert formats.parse_number(formats.money(amount, cents=True), "money") == pytest.approx(
        amount, abs=0.00501
    )


@given(st.floats(1e-9, 1e9))
def test_there_is_one_price_format(x):
    assert formats.price_texts([x]) == [formats.price(x)]
    assert formats.parse_number(formats.price(x), "price") == pytest.approx(x, abs=0.00501, rel=1e-3)


@given(st.floats(-1e6, 1e6), st.sampled_from(sorted(formats.FIELD)))
def test_what_a_field_shows_is_read_back_and_shown_the_same(value, style):
    text = formats.field_text(value, style)
    assert formats.field_text(formats.parse_number(text, style), style) == text


@pytest.mark.parametrize(
    ("text", "style", "value"),
    [
        ("1,000", "money", 1000),
        ("$1 000.50", "money", 1000.5),
        ("1\N{NO-BREAK SPACE}000,50 usd", "money", 1000.5),
        ("1.000,50", "money", 1000.5),
        ("1’000’000", "money", 1e6),
        ("1,000,000", "money", 1e6),
        ("−$1.5k", "money", -1500),
        ("10x", "multiple", 10),
        ("10 ×", "multiple", 10),
        ("x7.5", "multiple", 7.5),
        ("12,5", "multiple", 12.5),
        ("0,125", "plain", 0.125),
        (".5", "plain", 0.5),
        ("−12 %", "percent", -0.12),
        ("-12", "percent", -0.12),
        ("0.5 percent", "percent", 0.005),
        ("+5", "plain", 5),
        ("1e-7", "price", 1e-7),
    ],
)
def test_reads_what_people_type(text, style, value):
    assert formats.parse_number(text, style) == value


@pytest.mark.parametrize(
    "text", ["", " ", "abc", "1 2", "1,00,000", "1,5,3", "--5", "nan", "inf", "1e400", "10xx", "2x5", "$"]
)
def test_refuses_what_is_no_number_and_says_what_is_expected(text):
    with pytest.raises(ValueError, match="Type a multiple, for example 10 or 7.5x") as refusal:
        formats.parse_number(text, "multiple")
    assert text.strip() in str(refusal.value)


def test_refuses_the_wrong_unit():
    with pytest.raises(
        ValueError, match="“10 %” has the unit %, which does not fit here. Type an amount of money"
    ):
        formats.parse_number("10 %", "money")


@given(st.text())
def test_any_text_is_a_finite_number_or_a_sentence(text):
    try:
        assert math.isfinite(formats.parse_number(text, "money"))
    except ValueError as sentence:
        assert str(sentence).endswith("for example 1,000 or 12.50.")


# --- every number there is -----------------------------------------------------------------------

WRITERS = {
    **{name: getattr(formats, name) for name in ("money", "short_money", "price", "short_price", "trigger")},
    **{
        name: getattr(formats, name) for name in ("percent", "short_percent", "multiple", "plain", "duration")
    },
    **{f"field_{style}": lambda x, style=style: formats.field_text(x, style) for style in formats.FIELD},
    **{f"exact_{style}": lambda x, style=style: formats.exact(x, style) for style in formats.FIELD},
    "fixed": lambda x: formats.fixed(x, 3),
    "moneys": lambda x: " ".join(formats.moneys(x, 1.5)),
    "short_moneys": lambda x: " ".join(formats.short_moneys(x, 1.5)),
    "money_texts": lambda x: formats.money_texts([x])[0],
    "price_texts": lambda x: formats.price_texts([x])[0],
}
ODD = [1e307, -1e308, 1.7e308, 5e-324, -5e-324, -0.0, 1e15, 1e-12, 1e22, math.nan, math.inf, -math.inf]
BAD = re.compile(r"[\d.]e[+-]?\d|\bnan\b|\binf\b|^[−-]\D?0(\.0+)?\D*$")


@pytest.mark.parametrize("name", WRITERS)
@given(st.sampled_from(ODD) | st.floats())
def test_every_number_is_written_and_none_with_an_exponent_or_a_minus_zero(name, x):
    text = WRITERS[name](x)
    assert text and len(text) < 60 and not BAD.search(text), text


def test_what_is_too_large_to_be_read_is_said_to_be_larger():
    assert formats.money(1e307) == "more than $1,000,000,000,000,000"
    assert formats.multiple(-1e307) == "less than −1,000,000,000,000,000x"
    assert formats.exact(1e-300) == "almost 0"
    assert formats.exact(1e-12) == "0.000000000001"
    assert formats.price(1e-30) == "0.00"


@given(st.text(), st.sampled_from(sorted(formats.FIELD)))
def test_a_refusal_of_any_text_is_short(text, style):
    try:
        formats.parse_number(text * 50, style)
    except ValueError as refusal:
        assert len(str(refusal)) < 150


@pytest.mark.parametrize(
    "text", ["١٠", "1_0", "𝟙", "1٫5", "٣%", "0x10", "1e999", "9" * 400, "nan", "∞", "", "+", "1e", "--1"]
)
def test_only_the_digits_0_to_9_are_a_number_typed_or_in_a_link(text):
    for read in (formats.parse_plain, formats.parse_number):
        with pytest.raises(ValueError):
            read(text)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_link_s_number_is_read_as_it_was_written(x):
    assert formats.parse_plain(repr(x)) == x
    assert math.copysign(1, formats.parse_plain("-0")) == 1


@given(st.floats(-1e12, 1e12) | st.floats(1e6, 1e9), st.sampled_from(sorted(formats.FIELD)))
@example(50_000_000.00000001, "price")
@example(66_000_000.23456789, "price")
@example(999_999_999_999.99, "money")
def test_what_is_shown_of_a_number_is_shown_again(x, style):
    once = formats.as_shown(x, style)
    assert formats.as_shown(once, style) == once
    assert once == pytest.approx(x, abs=0.51 * 10.0 ** -formats.FIELD[style].decimals, rel=1e-9)
