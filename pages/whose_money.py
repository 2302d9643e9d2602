"""Lesson: whose money is it?"""

from pages.shared import pictures
from pages.shared.lesson import Lesson, Scene, learn
from pages.shared.nav import guard
from pages.shared.presets import CLASSROOM

guard()


def draw(scene: Scene) -> None:
    """The position split into borrowed and own, and the lender's share by leverage."""
    scene.show(*pictures.shares(scene.scenario, scene.guess))


learn(Lesson("whose_money", draw, dials=("capital", "leverage"), start=CLASSROOM, try_it={"leverage": 4.0}))
