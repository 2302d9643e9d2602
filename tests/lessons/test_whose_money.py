"""The position split into borrowed and own: the bar, the curve, and the guess beside the truth."""

from dataclasses import replace
from math import isfinite, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.facts import facts
from engine.margin.derived import with_leverage
from engine.margin.scenario import Scenario
from pages.lessons import whose_money
from pages.shared import formats
from tests.lessons.drawn import check, fewer, longs, silent, told, traces, values


@given(longs, st.sampled_from([nan, 0.0, 0.5, 0.75, 1.0, 9.0]))
@fewer
def test_the_bar_and_the_curve_are_the_lenders_share(s, guess):
    picture = whose_money.picture(s, guess)
    check(picture)
    lent = facts(s, 0.0)["lender_share"].value
    drawn = traces(picture[0])
    borrowed, own = picture[0]["data"][:2]
    assert values(borrowed, "x").max() == values(own, "x").min() == pytest.approx(lent)
    assert (drawn["now"]["x"], drawn["now"]["y"]) == ([s.leverage], [lent])
    at = drawn["lender"]["x"][60]
    one = with_leverage(replace(s, maintenance_rate=0.0), float(at))
    assert drawn["lender"]["y"][60] == pytest.approx(one.borrowed / one.notional)
    told(picture, *formats.moneys(s.notional, s.borrowed, s.capital), formats.percent(lent))
    assert ("guess" in drawn) == isfinite(guess)


def test_the_guessed_share_stands_beside_the_truth_at_the_leverage_of_the_question():
    question = whose_money.quiz().guesses[0]
    picture = whose_money.picture(Scenario(leverage=2.0), 0.75)
    drawn = traces(picture[0])
    at = question.given["leverage"].value
    assert drawn["guess"]["x"] == drawn["truth"]["x"] == [at]
    assert drawn["truth"]["y"][0] == pytest.approx(question.answer.value)
    assert drawn["gap"]["x"] == [at, at]
    assert drawn["gap"]["y"] == [0.75, drawn["truth"]["y"][0]]
    assert drawn["guess"]["marker"]["symbol"].endswith("open")
    told(picture, "your guess 75\xa0%", "it is 90\xa0%")
    silent(whose_money.picture(Scenario()), "guess")


def test_the_axis_of_shares_says_what_its_ticks_stand_for():
    axis = whose_money.picture(Scenario())[0]["layout"]["yaxis"]
    assert axis["tickvals"] == [0, 0.5, 1]
    assert [text.replace(formats.NBSP, " ") for text in axis["ticktext"]] == ["0 %", "50 %", "100 %"]
