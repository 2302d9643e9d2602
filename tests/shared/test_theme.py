"""Colours can be seen and told apart; numbers are written and read in one way."""

import itertools
import math
import re
import tomllib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages.shared import theme

LIGHT = {
    name: value
    for name, value in vars(theme).items()
    if name.isupper() and isinstance(value, str) and re.match(r"#|rgba", value)
}
TEXTS = [n for n in LIGHT if n.endswith("_TEXT") or n in ("INK", "MUTED")]
LINES = [n for n in LIGHT if not n.endswith(("_TEXT", "_FILL")) and n not in ("GRID", "PAPER")]
ROLES = ["EQUITY", "BORROWED", "REQUIREMENT", "LIQUIDATION", "BANKRUPTCY"]


def luminance(colour: str) -> float:
    """WCAG 2 relative luminance of #rrggbb."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return float(np.dot([0.2126, 0.7152, 0.0722], linear))


def contrast(one: str, other: str) -> float:
    dark, bright = sorted([luminance(one), luminance(other)])
    return (bright + 0.05) / (dark + 0.05)


def in_theme(name: str, dark: bool) -> str:
    return theme.DARK[LIGHT[name]] if dark else LIGHT[name]


def on_page(name: str, dark: bool) -> str:
    """The opaque colour an rgba area shows on the page."""
    paper = in_theme("PAPER", dark)
    *rgb, alpha = [float(x) for x in re.findall(r"[\d.]+", in_theme(name, dark))]
    mixed = [alpha * c + (1 - alpha) * int(paper[i : i + 2], 16) for c, i in zip(rgb, (1, 3, 5), strict=True)]
    return "#" + "".join(f"{round(c):02x}" for c in mixed)


def test_every_colour_is_unique_has_a_dark_twin_and_no_twin_is_a_light_colour():
    assert len({c.lower() for c in LIGHT.values()}) == len(LIGHT)
    assert set(theme.DARK) == set(LIGHT.values())
    assert not set(theme.DARK.values()) & set(LIGHT.values())


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize(("names", "least"), [(TEXTS, 4.5), (LINES, 3.0)])
def test_words_and_lines_stand_out_from_the_page(names, least, dark):
    ratios = {n: contrast(in_theme(n, dark), in_theme("PAPER", dark)) for n in names}
    assert {n: r for n, r in ratios.items() if r < least} == {}


@pytest.mark.parametrize("dark", [False, True])
def test_words_can_be_read_on_their_own_area(dark):
    pairs = [("EQUITY_TEXT", "EQUITY_FILL"), ("BORROWED_TEXT", "BORROWED_FILL"), ("INK", "CLOSED_FILL")]
    pairs += [
        ("LIQUIDATION_TEXT", "CUSHION_FILL"),
        ("BANKRUPTCY_TEXT", "LOSS_FILL"),
        ("MUTED", "CLOSED_FILL"),
    ]
    for text, fill in pairs:
        assert contrast(in_theme(text, dark), on_page(fill, dark)) >= 4.5, (text, fill)


@pytest.mark.parametrize("dark", [False, True])
def test_counts_can_be_read_on_the_map(dark):
    assert contrast(in_theme("INK", dark), in_theme("HEAT_FILL", dark)) >= 4.5


@pytest.mark.parametrize("dark", [False, True])
def test_roles_differ_without_colour(dark):
    for one, other in itertools.combinations(ROLES, 2):
        same_dash = theme.DASH[LIGHT[one]] == theme.DASH[LIGHT[other]]
        same_width = abs(theme.WIDTH[LIGHT[one]] - theme.WIDTH[LIGHT[other]]) < 0.75
        same_grey = contrast(in_theme(one, dark), in_theme(other, dark)) < 1.25
        assert not (same_dash and same_width and same_grey), (one, other)


@pytest.mark.parametrize("dark", [False, True])
def test_streamlits_own_colours_fit_ours(dark):
    config = tomllib.loads(
        (Path(__file__).parents[2] / ".streamlit" / "config.toml").read_text(encoding="utf-8")
    )
    page = config["theme"]["dark" if dark else "light"]
    assert (page["backgroundColor"], page["textColor"]) == (in_theme("PAPER", dark), in_theme("INK", dark))
    assert len(page["chartCategoricalColors"]) == 10
    assert contrast(page["primaryColor"], "#FFFFFF") >= 3  # a tick is white; no button has words on it
    for ground in (
        page["backgroundColor"],
        page["secondaryBackgroundColor"],
        page["sidebar"]["backgroundColor"],
    ):
        assert contrast(page["primaryColor"], ground) >= 4.5  # the chosen of several, in small words
        assert contrast(page["linkColor"], ground) >= 4.5
        assert contrast(page["textColor"], ground) >= 4.5
        assert contrast(page["redColor"], ground) >= 4.5


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
    assert theme.money(amount) == text
    assert theme.money_texts([amount]) == [text]


def test_money_with_cents_or_without():
    assert theme.money(12345.6, cents=True) == "$12,345.60"
    assert theme.short_money(100) == "$100"
    assert theme.short_money(40.5) == "$40.50"


def test_prices():
    prices = [90.4523, 60000, 0.5, 0.001234, 0.99999, 2.675, math.nan, 0.0]
    texts = ["90.45", "60,000.00", "0.50", "0.001234", "1.00", "2.68", "–", "0.00"]
    assert [theme.price(p) for p in prices] == texts
    assert theme.price_texts(prices) == texts
    assert theme.trigger(90.4523) == "$90.45"
    assert theme.trigger(math.nan) == "no liquidation price"


def test_percent_multiple_and_duration():
    assert theme.percent(0.0955) == "9.55\N{NO-BREAK SPACE}%"
    assert theme.percent(-0.0955, signed=True) == "−9.55\N{NO-BREAK SPACE}%"
    assert theme.percent(0.1, signed=True) == "+10.00\N{NO-BREAK SPACE}%"
    assert theme.percent(-1e-9, signed=True) == "0.00\N{NO-BREAK SPACE}%"
    assert [theme.multiple(x) for x in (10, 7.5, 100, math.nan)] == ["10x", "7.5x", "100x", "–"]
    hours = [0, 0.75, 0.999, 1.5, 24, 76, 4000, 1e5]
    texts = ["0 min", "45 min", "1 h", "1 h 30 min", "1 day", "3 days 4 h", "167 days", "4,167 days"]
    assert [theme.duration(h).replace("\N{NO-BREAK SPACE}", " ") for h in hours] == texts


amounts = st.floats(-1e9, 1e9)


@given(st.integers(1, 10_000_000), st.integers(100, 12_500))
def test_capital_and_borrowed_add_up_to_the_position_to_the_cent(cents, hundredths):
    capital = cents / 100
    position = capital * (hundredths / 100)
    for shown in (
        [theme.money(x, cents=True) for x in (capital, position - capital, position)],
        theme.moneys(capital, position - capital, position),
    ):
        own, borrowed, total = (round(theme.parse_number(x, "money") * 100) for x in shown)
        assert own + borrowed == total


@given(amounts)
def test_there_is_one_money_format(amount):
    assert theme.money_texts([amount]) == [theme.money(amount)]
    assert theme.money(amount) not in ("−$0.00", "−$0")
    assert theme.parse_number(theme.money(amount, cents=True), "money") == pytest.approx(amount, abs=0.00501)


@given(st.floats(1e-9, 1e9))
def test_there_is_one_price_format(x):
    assert theme.price_texts([x]) == [theme.price(x)]
    assert theme.parse_number(theme.price(x), "price") == pytest.approx(x, abs=0.00501, rel=1e-3)


@given(st.floats(-1e6, 1e6), st.sampled_from(sorted(theme.FIELD)))
def test_what_a_field_shows_is_read_back_and_shown_the_same(value, style):
    text = theme.field_text(value, style)
    assert theme.field_text(theme.parse_number(text, style), style) == text


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
    assert theme.parse_number(text, style) == value


@pytest.mark.parametrize(
    "text", ["", " ", "abc", "1 2", "1,00,000", "1,5,3", "--5", "nan", "inf", "1e400", "10xx", "2x5", "$"]
)
def test_refuses_what_is_no_number_and_says_what_is_expected(text):
    with pytest.raises(ValueError, match="Type a multiple, for example 10 or 7.5x") as refusal:
        theme.parse_number(text, "multiple")
    assert text.strip() in str(refusal.value)


def test_refuses_the_wrong_unit():
    with pytest.raises(
        ValueError, match="“10 %” has the unit %, which does not fit here. Type an amount of money"
    ):
        theme.parse_number("10 %", "money")


@given(st.text())
def test_any_text_is_a_finite_number_or_a_sentence(text):
    try:
        assert math.isfinite(theme.parse_number(text, "money"))
    except ValueError as sentence:
        assert str(sentence).endswith("for example 1,000 or 12.50.")
