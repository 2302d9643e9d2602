"""Waiting: days are right as people round them."""

from engine.questions import grade
from pages.lessons import waiting
from tests.lessons.asked import question


def test_days_as_people_round_them_are_right():
    day = question(waiting.quiz().checks, "day")
    assert grade(day, 166.7).is_right and grade(day, 166).is_right and not grade(day, 165).is_right
