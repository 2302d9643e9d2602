"""Lesson: why does the lender act early?"""

from pages.lessons import why_early
from pages.shared.lesson import Lesson, Scene, learn
from pages.shared.nav import guard
from pages.shared.presets import CLASSROOM

guard()


def draw(scene: Scene) -> None:
    """Equity and requirement as the price falls; between them the cushion."""
    scene.show(*why_early.picture(scene.scenario, scene.guess))


learn(
    Lesson(
        "why_early",
        draw,
        dials=("maintenance_rate", "leverage"),
        start=CLASSROOM,
        try_it={"maintenance_rate": 0.25, "leverage": 2.0, "how_far": -0.4},
    )
)
