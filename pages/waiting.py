"""Lesson: nothing moved and I was liquidated."""

from pages.shared import report
from pages.shared.lesson import Lesson, Scene, learn
from pages.shared.nav import guard
from pages.shared.presets import WAIT

guard()


def draw(scene: Scene) -> None:
    """A price that stands still, and money that does not."""
    report.linked(scene.desk, scene.run, guess=scene.guess)


DIALS, DEAR = ("funding_rate", "leverage"), {"steps": 60, "funding_rate": 0.0005, "leverage": 12.0}
ENDS = {"funding_rate": (0.0, 0.003)}  # nobody is paid for half a year
learn(Lesson("waiting", draw, DIALS, start=WAIT | {"steps": 200}, ends=ENDS, try_it=WAIT | DEAR))
