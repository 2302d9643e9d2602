"""Lesson: what could have saved me?"""

from pages.shared import report
from pages.shared.lesson import Lesson, Scene, learn
from pages.shared.nav import guard
from pages.shared.presets import RESCUES, SIGNATURE

guard()


def draw(scene: Scene) -> None:
    """The path with a rescue and without one."""
    report.beside(scene.desk, scene.run, scene.other, price_guess=scene.guess)


def more(scene: Scene) -> None:
    """What the rescue costs."""
    report.price_tag(scene.run, scene.other)


learn(
    Lesson(
        "saved",
        draw,
        dials=("top_up", "reduce_fraction", "stop_price", "wallet"),
        ways=RESCUES,
        start=SIGNATURE | RESCUES["add"],
        try_it=SIGNATURE | {"top_up": 30.0, "top_up_step": 2},
        more=more,
    )
)
