"""Lesson: one wallet, two positions."""

from engine.facts import in_one_wallet
from pages.lessons import cross
from pages.shared.lesson import Lesson, Scene, learn
from pages.shared.nav import guard
from pages.shared.presets import CLASSROOM

guard()


def draw(scene: Scene) -> None:
    """What one wallet does for two positions, and to them."""
    scene.show(*cross.picture(scene.scenario, scene.how_far, scene.guess))


learn(
    Lesson(
        "cross",
        draw,
        dials=("how_far", "wallet", "leverage"),
        start=CLASSROOM | {"how_far": -0.12, "wallet": 100.0},
        try_it=CLASSROOM | {"how_far": -0.12, "wallet": 100.0},
        numbers=in_one_wallet,
        tell=lambda scene: cross.told(scene.scenario, scene.how_far),
    )
)
