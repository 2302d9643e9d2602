"""Lesson: watch it happen."""

from pages.shared import report
from pages.shared.lesson import Lesson, Scene, learn
from pages.shared.nav import guard
from pages.shared.presets import PRESETS

guard()


def draw(scene: Scene) -> None:
    """The whole story, step by step."""
    report.linked(scene.desk, scene.run, guess=scene.guess)


learn(Lesson("watch", draw, dials=("leverage",), start=PRESETS["try_signature"], try_it={"leverage": 6.0}))
