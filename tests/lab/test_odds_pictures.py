"""The pictures of the odds page: what is marked stands where the numbers say, and says it in days."""

import pytest

from engine.margin.scenario import Scenario
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
