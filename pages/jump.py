"""Lesson: when the price jumps."""

from pages.lessons.jump import FUND
from pages.shared import report
from pages.shared.lesson import Lesson, Scene, learn
from pages.shared.nav import guard
from pages.shared.presets import GAP

guard()


def draw(scene: Scene) -> None:
    """The jump over the trigger."""
    report.linked(scene.desk, scene.run, money_guess=scene.guess)


def more(scene: Scene) -> None:
    """Who pays for it."""
    report.waterfall(scene.desk, scene.run, FUND)


DIALS, LESS = ("how_far", "leverage"), {"how_far": -0.09}
ENDS = {"how_far": (-0.5, 0.0)}
learn(Lesson("jump", draw, DIALS, start=GAP, ends=ENDS, try_it=GAP | LESS, more=more))
