"""Watching: typed decimals at the edge of what counts as right."""

from engine.questions import Grade, grade
from pages.lessons import watch, why_early
from tests.lessons.asked import question


def test_typed_decimals_at_the_edge_of_the_tolerance():
    after_fee = question(watch.quiz().checks, "after_fee")
    assert grade(after_fee, 35.31).is_right and grade(after_fee, 35.29).is_right
    assert grade(after_fee, 35.32) == Grade(False, "")
    call = question(why_early.quiz().checks, "call_25")
    assert grade(call, 0.333).is_right and grade(call, 0.3333).is_right and not grade(call, 0.33).is_right
    assert grade(question(watch.quiz().checks, "step"), 4).is_right
    assert grade(question(watch.quiz().checks, "step"), 4.5) == Grade(False, "")
