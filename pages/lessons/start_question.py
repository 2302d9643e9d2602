"""One question before anything is explained: what it asks."""

from engine.questions import Quiz
from pages.lessons.survey import item


def quiz() -> Quiz:
    """The item of the survey, and nothing to check yet."""
    return Quiz((item("left"),), (), {})
