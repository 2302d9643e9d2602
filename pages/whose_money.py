"""Lesson: whose money is it?"""

from pages.lessons import whose_money
from pages.shared.lesson import Lesson, Scene, learn
from pages.shared.nav import guard
from pages.shared.presets import NO_RULE

guard()


def draw(scene: Scene) -> None:
    """The position split into borrowed and own, and the lender's share by leverage."""
    scene.show(*whose_money.picture(scene.scenario, scene.first_guess))


learn(Lesson("whose_money", draw, ("capital", "leverage"), start=NO_RULE, try_it={"leverage": 4.0}))
