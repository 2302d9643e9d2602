"""The price and the money of the learner on one scale."""

from math import isfinite

import pytest
from hypothesis import given

from engine.facts import facts
from engine.margin.scenario import Scenario
from pages.lessons import one_percent
from pages.shared import formats
from tests.lessons.drawn import check, fewer, guesses, moves, positions, told, traces, values


@given(positions, moves, guesses)
@fewer
def test_price_and_money_stand_on_one_scale(s, move, guess):
    picture = one_percent.picture(s, move, guess)
    check(picture)
    now, drawn = facts(s, move), traces(picture[0])
    change = now["equity_change"].value
    low, high = picture[0]["layout"]["yaxis"]["range"]
    assert low == -high and high > max(abs(move), abs(change))
    ends = [values(drawn[name])[[0, 2]].tolist() for name in ("price", "money")]
    assert ends == [[0.0, move], [0.0, max(change, -1.0)]]
    assert ("lost" in drawn) == (change < -1)
    if change < -1:
        assert values(drawn["lost"])[[0, 2]].tolist() == [-1.0, change]
    told(picture, formats.percent(move, signed=True), formats.money(now["equity"].value))
    told(picture, formats.percent(change, signed=True))
    assert ("guess" in drawn) == isfinite(guess)
    if isfinite(guess):
        assert drawn["gap"]["y"] == [drawn["guess"]["y"][0], drawn["truth"]["y"][0]]
        assert drawn["truth"]["y"] == [change]
        assert s.capital * (1 + drawn["guess"]["y"][0]) == pytest.approx(guess)
        told(picture, formats.money(guess))


@pytest.mark.parametrize(
    ("guess", "side"), [(50.0, "top"), (59.0, "top"), (61.0, "bottom"), (130.0, "bottom")]
)
def test_the_words_of_a_guess_stand_on_the_side_that_is_away_from_the_truth(guess, side):
    wide, narrow = one_percent.picture(Scenario(), -0.04, guess)
    for layout in (wide["layout"], narrow):
        assert layout["annotations"][-1]["yanchor"] == side
