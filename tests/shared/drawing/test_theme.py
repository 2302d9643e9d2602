"""Colours can be seen and told apart; numbers are written and read in one way."""

import itertools
import re
import tomllib
from pathlib import Path

import numpy as np
import pytest

from pages.shared import page
from pages.shared.drawing import theme

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
        (Path(__file__).parents[3] / ".streamlit" / "config.toml").read_text(encoding="utf-8")
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


def test_the_style_sheet_draws_in_the_same_colours_and_adds_none_but_that_of_the_filled_button():
    sheet = Path(page.__file__).with_name("page.css").read_text(encoding="utf-8")
    config = tomllib.loads((Path(page.__file__).parents[2] / ".streamlit/config.toml").read_text())
    filled = re.findall(r"#[0-9A-Fa-f]{6}", sheet)
    assert filled[0] == config["theme"]["light"]["primaryColor"] and len(filled) == 3
    used = set(re.findall(r"var\(--([\w-]+)\)", sheet))
    given = dict(re.findall(r"--([\w-]+): (light-dark\([^;]+\));", page._colours()))
    assert used and used <= given.keys()
    assert given["equity"] == f"light-dark({theme.EQUITY}, {theme.DARK[theme.EQUITY]})"
