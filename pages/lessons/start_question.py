"""One question before anything is explained: what it asks."""

from engine.questions import Quiz
from pages.lessons.survey import item, stock
from pages.shared.drawing.still import Ground


def quiz() -> Quiz:
    """The item of the survey, and nothing to check yet."""
    return Quiz((item("left"),), (), {})


def ground(quiz: Quiz) -> Ground:
    """The stock and whose money paid for it; what is left is a bar to be drawn."""
    return stock(quiz)
