"""Lesson: when the price jumps."""

from pages.shared import report
from pages.shared.lesson import Lesson, Scene, learn
from pages.shared.nav import guard
from pages.shared.presets import GAP

guard()


def draw(scene: Scene) -> None:
    """The jump over the trigger, and who pays for it."""
    report.linked(scene.desk, scene.run, money_guess=scene.guess)
    report.waterfall(scene.desk, scene.run)


learn(Lesson("jump", draw, dials=("how_far", "leverage"), start=GAP, try_it=GAP | {"how_far": -0.09}))
