"""Questions and their judging: near enough is right, a known thinking is recognised."""

from math import inf, nan

import pytest

from engine.margin.scenario import Scenario
from engine.questions import (
    Grade,
    choice,
    grade,
    known,
    money,
    moved,
    multiple,
    numeric,
    percent,
    plain,
    price,
)


@pytest.mark.parametrize(
    ("style", "near"), [(money, 0.01), (price, 0.01), (percent, 0.0005), (multiple, 0.01), (plain, 0.0)]
)
def test_what_is_near_enough_depends_on_the_style(style, near):
    asked = numeric("asked", {}, style(5.0), {"half": 2.5})
    assert asked.tolerance == near
    assert grade(asked, 5.0 + near) == grade(asked, 5.0 - near) == Grade(True, "")
    assert grade(asked, 2.5 - near) == Grade(False, "half")
    assert grade(asked, 5.0 + 1.01 * near + 1e-6) == Grade(False, "")


def test_a_question_may_be_more_patient():
    asked = numeric("asked", {}, price(95.0), {}, 0.5)
    assert grade(asked, 94.5).is_right and not grade(asked, 94.4).is_right


@pytest.mark.parametrize("answer", [nan, inf, -inf, "", "5"])
def test_what_is_no_number_is_no_answer(answer):
    assert grade(numeric("asked", {}, plain(5.0), {}), answer) == Grade(False, "")


def test_the_first_true_statement_is_the_answer():
    asked = choice("asked", {}, {"few": False, "half": True, "most": True})
    assert (asked.answer, asked.options) == ("half", ("few", "half", "most"))
    assert grade(asked, "half") == Grade(True, "")
    assert grade(asked, "most") == Grade(False, "most")
    assert grade(asked, "all") == Grade(False, "")


def test_numbers_to_ask_with():
    assert known(Scenario(), "leverage") == {"leverage": multiple(10.0)}
    assert moved(0.03) == {"move": percent(0.03), "rise": percent(0.03)}
    assert moved(-0.5) == {"move": percent(-0.5), "fall": percent(0.5)}
