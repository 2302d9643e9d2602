"""Lesson: how big is one percent?"""

from math import nan

from pages.shared import pictures
from pages.shared.benchmark import first_answer
from pages.shared.lesson import Lesson, Scene, learn
from pages.shared.nav import guard
from pages.shared.presets import CLASSROOM

guard()


def draw(scene: Scene) -> None:
    """The price and the learner's money, side by side."""
    # Elsewhere the guess would stand beside the answer to another question.
    guess = scene.guess if scene.is_as_asked else nan
    scene.show(*pictures.changes(scene.scenario, scene.how_far, guess))


learn(
    Lesson(
        "one_percent",
        draw,
        dials=("leverage", "how_far"),
        start={**CLASSROOM, "how_far": -0.04},
        try_it={"leverage": 5.0, "how_far": -0.12},
        after=first_answer,
    )
)
