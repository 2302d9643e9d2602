"""The puzzles: the answers of the course plan, several right ones, and advice that works."""

from dataclasses import replace
from math import isnan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.margin.derived import with_leverage
from engine.margin.scenario import Scenario
from engine.market.prices import PathChoice, Shape, bars, price_frame
from engine.market.replay import replay
from pages.lessons.challenges.puzzles import (
    FALLS,
    KILLED,
    PUZZLES,
    RATES,
    SIZE,
    SPARED,
    TWIN,
    WANTED,
    asked,
    judge,
)

CLASS = Scenario(maintenance_rate=0.05)
FLAT = np.full(5, 100.0)


def reason(puzzle, scenario, prices=FLAT):
    return judge(puzzle, scenario, prices).reason


def test_the_answers_of_the_course_plan():
    verdict = judge("trigger", replace(CLASS, capital=240.0, leverage=4.17), FLAT)
    assert verdict.is_right and verdict.given["missing"].value < 0.5
    assert judge("fall", CLASS, FLAT).given["most"].value == pytest.approx(6.90, abs=0.005)
    assert judge("deep", CLASS, FLAT).given["most"].value == pytest.approx(3.295, abs=0.001)
    for puzzle, leverage in (("fall", 6.89), ("deep", 3.29)):
        s = Scenario(leverage=leverage, maintenance_rate=RATES[puzzle])
        assert judge(puzzle, s, FLAT).is_right
        assert reason(puzzle, with_leverage(s, leverage + 0.01)) == "over"
        assert reason(puzzle, with_leverage(s, leverage - 0.06)) == "spare"
    path = [100.0, 97.0, 90.0, 95.0, 105.0]
    assert judge("path", CLASS, path).is_right


@pytest.mark.parametrize(
    ("puzzle", "fields"),
    [
        ("trigger", {"capital": 240.0, "leverage": 4.1667}),
        ("trigger", {"capital": 100.0, "leverage": 10.0, "wallet": 140.0}),
        ("trigger", {"capital": 50.0, "leverage": 20.0, "wallet": 190.0, "maintenance_rate": 0.0499}),
        ("fall", {"leverage": 6.86}),
        ("fall", {"leverage": 6.89}),
        ("twins", {"leverage": 12.0, "wallet": 20.0}),
        ("twins", {"leverage": 19.0, "wallet": 90.0}),
        ("twins", {"leverage": 5.0, "maintenance_rate": 0.1556}),
    ],
)
def test_several_answers_are_right(puzzle, fields):
    assert reason(puzzle, replace(CLASS, **fields)) == "right"


@pytest.mark.parametrize(
    ("puzzle", "fields", "why"),
    [
        ("trigger", {}, "near"),
        ("trigger", {"leverage": 8.0}, "small"),
        ("trigger", {"leverage": 12.0}, "large"),
        ("trigger", {"capital": 300.0, "leverage": 3.3333}, "far"),
        ("trigger", {"capital": 1000.0, "leverage": 1.0}, "none"),
        ("twins", {}, "same"),
        ("twins", {"capital": 500.0}, "same"),
        ("twins", {"leverage": 10.5}, "near"),
        ("twins", {"leverage": 15.0}, "near"),
        ("twins", {"leverage": 5.0}, "far"),
        ("twins", {"leverage": 1.0}, "none"),
    ],
)
def test_what_is_missing_is_named(puzzle, fields, why):
    assert reason(puzzle, replace(CLASS, **fields)) == why


@pytest.mark.parametrize(
    ("prices", "why"),
    [
        ([100.0, 90.0, 104.0], "ends_low"),
        ([100.0, 90.0, 106.0], "ends_high"),
        ([100.0, 92.2, 105.0], "shallow"),
        ([100.0, 92.0, 105.0], "right"),
        ([100.0, 88.0, 105.4], "right"),
        ([100.0, 87.7, 105.0], "deep"),
    ],
)
def test_a_path_is_judged_by_its_end_and_its_lowest_price(prices, why):
    verdict = judge("path", with_leverage(CLASS, KILLED), prices)
    assert verdict.reason == why
    if why in ("shallow", "deep"):
        moved = np.array(prices)
        moved[1] += verdict.given["off"].value * (-1.001 if why == "shallow" else 1.001)
        assert judge("path", CLASS, moved).is_right


longs = st.builds(
    Scenario,
    capital=st.floats(10, 500),
    leverage=st.floats(1.0, 19.0),
    wallet=st.floats(0, 300),
    maintenance_rate=st.just(0.05),
)


@given(longs)
def test_the_advice_about_money_works(s):
    for puzzle, wanted in (("trigger", WANTED), ("twins", TWIN.liquidation_price)):
        sized = with_leverage(s, SIZE / s.capital) if 1 <= SIZE / s.capital < 19 else s
        setup = sized if puzzle == "trigger" else s
        verdict = judge(puzzle, setup, FLAT)
        if verdict.reason not in ("near", "far"):
            continue
        off = verdict.given["missing"].value * (1 if verdict.reason == "near" else -1)
        if setup.wallet + off < 0:
            continue
        mended = replace(setup, wallet=setup.wallet + off)
        assert mended.liquidation_price == pytest.approx(wanted)
        assert judge(puzzle, mended, FLAT).is_right


@given(st.floats(1.0, 15.0))
def test_a_leverage_is_right_exactly_if_it_lives_and_no_larger_one_does(leverage):
    for puzzle, fall in FALLS.items():
        s = Scenario(leverage=leverage, maintenance_rate=RATES[puzzle])
        run = replay(s, price_frame(PathChoice(shape=Shape.SLIDE, how_far=fall), 100.0))
        verdict = judge(puzzle, s, FLAT)
        assert (verdict.reason == "over") == run.is_liquidated
        larger = judge(puzzle, with_leverage(s, leverage + 0.05), FLAT).reason == "over"
        assert verdict.is_right == (larger and not run.is_liquidated)


@given(st.lists(st.floats(80, 110), min_size=3, max_size=8))
def test_a_path_that_is_right_kills_one_and_spares_the_other(middle):
    prices = np.array([100.0, *middle, 105.0])
    runs = {
        leverage: replay(with_leverage(CLASS, leverage), bars(prices, 24.0)) for leverage in (SPARED, KILLED)
    }
    both = runs[KILLED].is_liquidated and not runs[SPARED].is_liquidated
    assert judge("path", CLASS, prices).is_right == both


@pytest.mark.parametrize("puzzle", PUZZLES)
def test_a_verdict_has_only_numbers_and_repeats_what_was_asked(puzzle):
    for s in (CLASS, replace(CLASS, capital=1000.0, leverage=1.0)):
        verdict = judge(puzzle, s, FLAT)
        assert asked(puzzle).items() <= verdict.given.items()
        assert not any(isnan(value) for value, _ in verdict.given.values())
