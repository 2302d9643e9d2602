"""The odds page: what it promises, in words and on the map, for every side and under noise."""

import random
import re

import numpy as np
import pytest

from engine.prices import PathChoice
from engine.scenario import Scenario
from engine.simulate import Estimate
from pages.shared import chances, theme
from pages.shared.words import read
from tests.apptest import broken, figure, message, open_tab, query, texts, typed, visit

WORDS = read("odds")


def sound(at):
    assert not at.exception
    assert broken(at) == []
    return at


def rows(at):
    """The last table on the screen: first cell → the others."""
    text = [m.value for m in at.markdown if m.value.startswith("| ")][-1]
    cells = [
        [re.sub(r"\\(.)", r"\1", c.strip()) for c in line.strip("| ").split(" | ")]
        for line in text.split("\n")[2:]
    ]
    return {line[0]: line[1:] for line in cells}


def tab(at, name):
    return sound(open_tab(at, WORDS[f"tab_{name}"]))


def sentence(at):
    return next(m.value for m in at.markdown if "of a hundred**" in m.value).replace("\xa0", " ")


def test_the_sentence_says_how_likely_and_by_when():
    at = sound(visit("odds"))
    told = sentence(at)
    for part in ("**long** at 10x", "60 % a year", "3.1 %", "**59 of a hundred**", "20 days", "about 52"):
        assert part in told
    at = typed(typed(at, "leverage", "5"), "steps", "2")
    assert "Within 2 days **hardly any of a hundred**" in sentence(sound(at))
    assert "leverage=5" in query(at)
    at = sound(visit("odds", "side=short&leverage=2"))
    assert "**short** at 2x" in sentence(at)


def test_the_map_shows_each_count_and_a_pattern_where_nothing_can_be_opened():
    at = sound(visit("odds"))
    drawn = figure(at, "map")
    (counts,) = [trace for trace in drawn.data if trace.type == "scatter" and trace.mode == "text"]
    cells = dict(zip(zip(counts.x, counts.y, strict=True), counts.text, strict=True))
    assert cells[chances.DAYS.index(30), chances.LEVERAGES.index(10.0)] == "59"
    assert cells[chances.DAYS.index(1), chances.LEVERAGES.index(10.0)] == "<1"
    assert cells[chances.DAYS.index(365), chances.LEVERAGES.index(100.0)] == ">99"
    hatched = [trace for trace in drawn.data if trace.name == "at once"]
    assert len(hatched) == 1 and hatched[0].fillpattern.shape == "/"
    assert [label.text for label in drawn.layout.annotations].count(WORDS["at_once"]) == 1
    assert list(drawn.data[0].z[-1]) == [None] * len(chances.DAYS)
    alt = message(at, "map")["page"]["alt"]
    assert "10x: hardly any, 7, 24, 41, 59, 77, 91." in alt
    at = sound(visit("odds", "maintenance_rate=0.05"))
    assert [trace.name for trace in figure(at, "map").data].count("at once") == 4
    assert rows(tab(at, "numbers"))["20x"] == [WORDS["at_once"]] * len(chances.DAYS)


@pytest.mark.parametrize("query", ["", "side=short&leverage=3", "volatility=0.1&leverage=2", "leverage=1"])
def test_the_fan_opens_and_says_how_many_are_beyond(query):
    at = tab(visit("odds", query), "price")
    drawn = {trace.name: np.array(trace.y, dtype=float) for trace in figure(at, "fan").data}
    edges = [drawn[name] for name in ("5", "25", "50", "75", "95")]
    assert all((np.diff(np.stack(edges), axis=0)[:, 1:] > 0).all(axis=1))
    assert (np.diff(edges[-1] - edges[0]) > 0).all()
    told = " ".join(texts(at))
    alt = message(at, "fan")["page"]["alt"]
    for name in ("5", "25", "50", "75", "95"):
        assert theme.price(drawn[name][-1]) in told and theme.price(drawn[name][-1]) in alt
    labels = [label for label in figure(at, "fan").layout.annotations if WORDS["price_trigger"] in label.text]
    low, high = figure(at, "fan").layout.yaxis.range
    assert len(labels) == (query != "leverage=1")
    assert all(low <= label.y <= high for label in labels)
    assert ("trigger" in drawn) == (query in ("", "side=short&leverage=3"))
    if not query:
        assert "Beyond the" in told and "90.45" in alt and "stand 31 of a hundred then. But 59" in alt


def ring(leverage, days):
    """Where the map shows this position, and the word beside it."""
    drawn, _ = chances.Outlook(Scenario(leverage=leverage), days, 0.6).picture()
    (mark,) = [trace for trace in drawn["data"] if trace.get("name") == "yours"]
    word = drawn["layout"]["annotations"][-1]
    assert (word["x"], word["y"]) == (mark["x"][0], mark["y"][0])
    return word["x"], word["y"], word


@pytest.mark.parametrize("row", range(len(chances.LEVERAGES) - 1))  # with the last there is none
@pytest.mark.parametrize("column", range(len(chances.DAYS)))
def test_a_cell_is_taken_and_then_holds_the_ring(column, row):
    taken = chances.clicked(column, row)
    PathChoice(steps=taken["steps"])
    x, y, word = ring(taken["leverage"], taken["steps"])
    assert round(y) == row and WORDS["yours"] in word["text"]
    assert x == column or (taken["steps"], column, round(x)) == (chances.FEWEST_DAYS, 0, 1)


def test_between_cells_the_ring_stands_by_ratio_and_never_on_a_number():
    x, y, _ = ring(14.0, 20)
    assert (x, y) == (pytest.approx(3.468, abs=1e-3), pytest.approx(3.485, abs=1e-3))
    # A little less or more than a row's: on that side of its number.
    for leverage, below in ((9.9, True), (10.0, True), (10.1, False), (13.0, False)):
        _, y, _ = ring(leverage, 30)
        assert abs(y - 3) >= chances.CLEAR and (y < 3) == below
    sides = {column: ring(10.0, chances.DAYS[column])[2]["xanchor"] for column in (5, 6)}
    assert sides == {5: "left", 6: "right"}  # the word stays on the map


def test_what_lies_outside_the_map_is_at_its_edge_with_an_arrow():
    at = sound(visit("odds", "side=short&leverage=1.4&steps=500"))
    label = figure(at, "map").layout.annotations[-1]
    assert label.x == len(chances.DAYS) - 1 and round(label.y) == 0
    assert label.text == f"<b>{WORDS['yours']} →↓</b>"
    assert not {"→", "↓"} & set(ring(2.0, 365)[2]["text"])
    assert "1.4x for 500 days" in message(at, "map")["page"]["alt"].replace("\xa0", " ")


def test_what_is_closed_at_once_cannot_be_taken_and_the_page_says_why_below_the_map():
    at = sound(visit("odds"))
    hint = [c.value for c in at.caption][0]
    assert hint == WORDS["hint"]
    at = sound(typed(at, "leverage", "200"))
    assert "closed the moment it is opened" in [c.value for c in at.caption][0]
    assert "59 of a hundred" in sentence(at)


def test_the_survivors_of_a_high_leverage_look_brilliant():
    found = rows(tab(visit("odds"), "money"))
    assert found["50x"] == ["6", "$1,211", "$77", "$0"]
    assert found["2x"][1:3] == ["$100", "$100"]
    assert "200x" not in found


def test_who_looks_less_often_sees_less():
    found = rows(tab(visit("odds"), "looks"))
    assert found["10x"] == ["59", "52"]
    for always, at_closes in found.values():
        assert not always.isdecimal() or int(at_closes) <= int(always)


def test_half_are_gone_by_a_day_that_is_drawn_if_it_comes():
    at = tab(visit("odds"), "time")
    drawn = figure(at, "time")
    assert [trace.name for trace in drawn.data] == ["open", "half"]
    assert drawn.data[1].x[0] == pytest.approx(20.1, abs=0.05)
    assert "after 30 days 41" in message(at, "time")["page"]["alt"]
    at = tab(visit("odds", "leverage=3"), "time")
    assert [trace.name for trace in figure(at, "time").data] == ["open"]
    assert "245\xa0days" in "\n".join(texts(at))
    at = tab(visit("odds", "leverage=1&side=short&volatility=0.05"), "time")
    assert WORDS["half_late"] in "\n".join(texts(at))


def test_every_estimate_says_how_well_it_is_known():
    found = rows(tab(visit("odds"), "rough"))
    assert found[WORDS["rough_small"]] == ["59", "0"]
    assert found[WORDS["rough_jumps"]] == ["53", "10"]
    for name in ("rough_tails", "rough_history"):
        assert re.fullmatch(r"about \d+, give or take [12]", found[WORDS[name]][0])
    assert chances.about(Estimate(0.31, 0.0073)) == "about 31, give or take 2"
    assert chances.about(Estimate(1.0, 0.0)) == "about 100, give or take 1"


def test_the_lesson_and_the_page_differ_by_what_stays():
    legend = next(c.value for c in visit("odds").caption if "Hatched" in c.value)
    assert "it is 30 here and 29 there" in legend


def test_without_a_trigger_it_says_so():
    at = sound(visit("odds", "leverage=1"))
    assert any("no [liquidation price]" in m.value for m in at.markdown)
    for name in ("time", "looks", "money", "rough", "numbers"):
        tab(at, name)


def test_noise():
    chance = random.Random(8)
    at = visit("odds")
    for _ in range(12):
        name = chance.choice(["leverage", "steps", "volatility", "maintenance_rate", "capital"])
        at = typed(
            at, name, chance.choice(["0", "1", "2", "500", "1e9", "-3", "nan", "", "0.001", "99", "30"])
        )
        sound(at)
        tab(at, chance.choice(["time", "looks", "money", "rough", "numbers"]))
    sound(visit("odds", "leverage=abc&steps=-1&volatility=9&foo=1"))
