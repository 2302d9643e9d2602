"""The cushion: its picture, and the answer of who reckons with the rounded trigger."""

import re
from math import isfinite, isnan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.facts import facts
from engine.margin import risk
from engine.margin.scenario import Scenario
from engine.questions import grade
from pages.lessons import why_early
from pages.shared import formats
from tests.lessons.asked import question
from tests.lessons.drawn import check, fewer, guesses, positions, silent, told, traces, values


@given(positions, guesses)
@fewer
def test_the_cushion_lies_between_liquidation_and_bankruptcy(s, guess):
    picture = why_early.picture(s, guess)
    check(picture)
    drawn, trigger, bankrupt = traces(picture[0]), s.liquidation_price, s.bankruptcy_price
    start, far = picture[0]["layout"]["xaxis"]["range"]
    assert start == s.entry_price and (far - start) * s.side.sign < 0
    line = drawn["equity"]
    assert line["y"] == pytest.approx(risk.equity(s.quantity, s.entry_price, s.backing, line["x"]))
    line = drawn["requirement"]
    assert line["y"] == pytest.approx(risk.maintenance_margin(s.quantity, line["x"], s.maintenance_rate))
    if isnan(trigger):
        told(picture, formats.no_trigger())
        assert "liquidation" not in drawn
    else:
        assert drawn["liquidation"]["x"] == pytest.approx([trigger] * 2)
        told(picture, f"liquidation {formats.trigger(trigger)}", f"bankruptcy {formats.trigger(bankrupt)}")
        told(picture, f"cushion {formats.money(facts(s, 0.0)['cushion'].value)}")
        assert values(drawn["cushion"], "x").tolist() == pytest.approx([trigger, bankrupt])
        assert min(start, far) <= bankrupt <= max(start, far)
    assert ("guess" in drawn) == isfinite(guess)
    if isfinite(guess):
        told(picture, f"your guess {formats.trigger(guess)}")
        assert min(start, far) <= drawn["guess"]["x"][0] <= max(start, far)


def test_without_a_requirement_trigger_and_bankruptcy_are_one():
    picture = why_early.picture(Scenario(maintenance_rate=0.0))
    told(picture, "liquidation $90.00", "bankruptcy $90.00", "cushion $0.00")
    silent(picture, "requirement")


def test_a_position_closed_at_once_has_its_line_at_the_entry():
    s = Scenario()
    object.__setattr__(s, "maintenance_rate", 0.3)  # the engine refuses it otherwise
    picture = why_early.picture(s)
    check(picture)
    assert traces(picture[0])["liquidation"]["x"] == [100.0, 100.0]
    told(picture, "closed at once", "cushion $100.00")


@given(st.floats(0, 1), st.floats(0, 1))
def test_no_line_crosses_the_words_of_another(first, second):
    width = why_early.WIDTH
    places = {"liquidation": first, "guess": second}
    rows = why_early._rows(places)
    assert sorted(rows.values()) == [0, 1]
    low, high = sorted(places, key=rows.get, reverse=True)
    # The line of the upper words passes by the lower ones.
    side = why_early._side(places[low], list(places.values()), width)
    left = {"left": places[low], "right": places[low] - width, "edge": 0.0}[side]
    assert not left < places[high] < left + width
    for place in places.values():
        side = why_early._side(place, list(places.values()), width)
        start = {"left": place, "right": place - width, "edge": 0.0}[side]
        assert -1e-9 <= start <= 1 - width


def test_the_rounded_trigger_leads_to_the_equity_there_too():
    # Who multiplies the price as printed, 94.74, by the ten units is right as well.
    asked = question(why_early.quiz().checks, "equity_at_trigger")
    assert grade(asked, 10 * 94.74 - 900).is_right
    assert grade(asked, 100 - 10 * (100 - 94.74)).is_right
    assert grade(asked, 47.37).is_right
    assert not grade(asked, 47.0).is_right


@pytest.mark.parametrize("guess", [91.0, 94.0, 98.0])
def test_the_words_on_top_of_two_lines_stand_a_row_apart_and_inside(guess):
    layout = why_early.picture(Scenario(), guess)[0]["layout"]
    low, high = layout["yaxis"]["range"]
    margin = layout["margin"]
    pixels = (layout["height"] - margin["t"] - margin["b"]) / (high - low)
    named = [a for a in layout["annotations"] if re.search("liquidation|your guess", a["text"])]
    upper, lower = sorted((high - label["y"]) * pixels for label in named)
    assert upper >= 16 and lower - upper >= 16  # the height of a line of words
