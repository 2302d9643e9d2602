"""The pictures of the odds page: what is marked stands where the numbers say, and says it in days."""

import numpy as np
import pytest

from engine.margin.scenario import Scenario, Side
from engine.odds import growth_by_leverage
from pages.lab.odds import fans
from pages.lab.odds.growth import ASIDE, BELIEFS, Growth
from pages.lab.odds.odds_map import Outlook
from pages.shared import formats
from pages.shared.words import read

WORDS = read("odds")


def outlook(leverage, days=30, volatility=0.6):
    return Outlook(Scenario(leverage=leverage), days, volatility)


@pytest.mark.parametrize("leverage, days", [(10.0, 30), (20.0, 30), (5.0, 90), (50.0, 3)])
def test_the_mark_of_the_half_says_when_it_is(leverage, days):
    seen = outlook(leverage, days)
    assert 0 < seen.half_days <= days
    picture, _ = seen.survival()
    (mark,) = picture["layout"]["annotations"]
    assert mark["text"] == f"{WORDS['half_mark']}: <b>{formats.duration(24 * seen.half_days)}</b>"
    assert (mark["x"], mark["y"]) == (seen.half_days, 50)
    line = next(trace for trace in picture["data"] if trace.get("name") == "half")
    assert (line["x"], line["y"]) == ([seen.half_days] * 2, [0.0, 50.0])
    # The words stand where the falling curve is not.
    sides = (mark["xanchor"], mark["yanchor"])
    assert sides == (("left", "bottom") if seen.half_days < 0.6 * days else ("right", "top"))


def test_without_a_half_nothing_is_marked():
    picture, _ = outlook(2.0, 3).survival()
    assert picture["layout"]["annotations"] == []
    assert [trace["name"] for trace in picture["data"]] == ["open"]


def test_the_curve_in_words_agrees_with_the_curve():
    picture, told = outlook(10.0, 30).survival()
    days, still_open = (picture["data"][0][axis] for axis in ("x", "y"))
    for i in (30, 60, 90, 120):
        assert f"{formats.field_text(round(float(days[i]), 1), 'plain')}" in told
        assert str(round(float(still_open[i]))) in told


def test_where_no_leverage_shrinks_the_money_nothing_says_so():
    seen = Growth(Outlook(Scenario(leverage=4.0, maintenance_rate=0.0), 7, 0.2), 0.6, 9)
    picture, told = seen.picture()
    assert picture["layout"]["shapes"] == [] and "end" not in [trace["name"] for trace in picture["data"]]
    assert "shrink" not in told and "shrink" not in seen.sentence
    assert not any("no gain" in row[0] for row in seen.rows())


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("belief", BELIEFS)
@pytest.mark.parametrize("times", ASIDE)
def test_the_marks_of_growth_lie_on_the_curve_and_in_the_picture(side, belief, times):
    seen = Growth(Outlook(Scenario(side=side, leverage=4.0), 30, 0.6), belief, times)
    picture, _ = seen.picture()
    traces = {trace["name"]: trace for trace in picture["data"]}
    (left, right), (low, high) = (picture["layout"][axis]["range"] for axis in ("xaxis", "yaxis"))
    names = ["half", "peak", "end"] if belief else []
    for name in names:
        (x,), (y,) = traces[name]["x"], traces[name]["y"]
        # A price that is expected to rise by 60 % in a year grows at the rate ln 1.6.
        drift = float(np.log(1 + side.sign * belief))
        growth = growth_by_leverage(seen.outlook.scenario, [x], 30, 0.6, drift, 100.0 * times)
        assert y == pytest.approx(100 * float(np.exp(growth[0])))
        assert left < x < right and low < y < high
    if belief:
        half, peak, end = (traces[name]["x"][0] for name in names)
        assert half == peak / 2 and traces["end"]["y"][0] == pytest.approx(100.0, abs=0.01)
        assert traces["peak"]["y"][0] >= np.nanmax(traces["growth"]["y"]) - 1e-3
    (ground,) = picture["layout"]["shapes"]
    assert (ground["x0"], ground["x1"]) == (end if belief else 0.0, right)


def test_what_lies_beyond_the_picture_has_an_arrow():
    def told(leverage):
        picture, _ = Growth(outlook(leverage), 0.3, 1).picture()
        word = picture["layout"]["annotations"][-1]["text"]
        mark = picture["data"][-1]
        return word, mark["x"][0], mark["y"][0], picture["layout"]

    word, x, y, layout = told(50.0)
    assert word == f"{WORDS['growth_mine']}: <b>50x</b> →↓"
    assert [x, y] == [layout["xaxis"]["range"][1], layout["yaxis"]["range"][0]]
    word, x, *_ = told(2.0)
    assert word == f"{WORDS['growth_mine']}: <b>2x</b>" and x == 2.0


def test_what_is_said_to_those_who_do_not_see_has_no_marks_of_a_link():
    for _, told in (fans.fan(outlook(10.0)), Growth(outlook(10.0), 0.3, 1).picture()):
        assert not set("[]*\\") & set(told) and "glossary" not in told
