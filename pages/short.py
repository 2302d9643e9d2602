"""Lesson: the other direction."""

from engine.margin.scenario import Side
from pages.lessons import short
from pages.shared.lesson import Lesson, Scene, learn
from pages.shared.nav import guard
from pages.shared.presets import CLASSROOM

guard()


def draw(scene: Scene) -> None:
    """How much room each direction leaves."""
    scene.show(*short.picture(scene.scenario))


DIALS = ("leverage", "maintenance_rate")
learn(Lesson("short", draw, DIALS, start=CLASSROOM, try_it={**CLASSROOM, "side": Side.SHORT}))
