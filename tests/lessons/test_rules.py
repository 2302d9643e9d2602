"""The caps in law: bars in order, and a table."""

import re
from math import nan

import pytest

from engine.margin.scenario import Scenario
from engine.market.history import crash_move
from engine.venues.caps import legal_caps
from pages.lessons import rules
from pages.shared import formats
from tests.lessons.drawn import told, traces, words


@pytest.mark.parametrize("capital", [10.0, 100.0, 100_000.0])
@pytest.mark.parametrize("leverage", [1.0, 4.8, 10.0, 125.0])
def test_caps_stand_in_order_with_what_each_leaves(capital, leverage):
    s = Scenario(capital=capital, leverage=leverage, maintenance_rate=0.0)
    picture = rules.picture(s, 7.0)
    bars = {re.sub("</?b>", "", name): bar for name, bar in traces(picture[0]).items() if "x" in name}
    assert list(bars) == sorted(bars, key=lambda name: float(name.split()[-1].removesuffix("x")))
    low, high = picture[0]["layout"]["xaxis"]["range"]
    bottom, top = picture[0]["layout"]["yaxis"]["range"]  # turned over: the first bar stands highest
    for name, bar in bars.items():
        own = capital * (1 + float(name.split()[-1].removesuffix("x")) * crash_move())
        assert [x for x in bar["x"] if x] == pytest.approx([own, own])
        assert ("fillpattern" in bar) == (own < 0) and low < own < high
        assert top < min(bar["y"]) < max(bar["y"]) < bottom
        told(picture, name, formats.money(own))
    assert {"your guess 7x", f"your cap, {formats.multiple(leverage)}"} <= bars.keys()
    assert len(bars) == len({cap.leverage for cap in legal_caps().values()}) + 2


def test_a_guess_that_is_no_leverage_is_not_drawn():
    for guess in (nan, -3.0, 0.2, 1e9):
        assert not any(
            "guess" in text for labels in words(rules.picture(Scenario(), guess)) for text in labels
        )


def test_the_caps_as_a_table():
    rows = {name: rest for name, *rest in rules.cap_rows(Scenario())}
    assert rows["US shares"] == ["2x", formats.percent(1 / 3), "$59.07"]
    assert [cell.replace("\u2060", "") for cell in rows["EU single shares"]] == ["5x", "10.00\xa0%", "−$2.33"]
