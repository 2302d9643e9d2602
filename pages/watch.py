"""Lesson: watch it happen."""

from pages.shared import report
from pages.shared.lesson import Lesson, Scene, learn
from pages.shared.nav import guard
from pages.shared.presets import SIGNATURE

guard()


def draw(scene: Scene) -> None:
    """The whole story, step by step."""
    report.linked(scene.desk, scene.run, guess=scene.guess, from_start=True)


learn(Lesson("watch", draw, dials=("leverage",), start=SIGNATURE, try_it=SIGNATURE | {"leverage": 6.0}))
