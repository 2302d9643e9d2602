"""Lesson: how big is one percent?"""

from pages.lessons import one_percent
from pages.lessons.benchmark import first_answer
from pages.shared.lesson import Lesson, Scene, learn
from pages.shared.nav import guard
from pages.shared.presets import NO_RULE

guard()


def draw(scene: Scene) -> None:
    """The price and the learner's money, side by side."""
    scene.show(*one_percent.picture(scene.scenario, scene.how_far, scene.guess))


learn(
    Lesson(
        "one_percent",
        draw,
        dials=("leverage", "how_far"),
        start={**NO_RULE, "how_far": -0.04},
        try_it={"leverage": 5.0, "how_far": -0.12},
        after=first_answer,
    )
)
