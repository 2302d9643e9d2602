"""Lesson: where does the money end?"""

from pages.lessons import where_it_ends
from pages.shared.lesson import Lesson, Scene, learn
from pages.shared.nav import guard
from pages.shared.presets import NO_RULE

guard()


def draw(scene: Scene) -> None:
    """Where the money is gone, by leverage."""
    scene.show(*where_it_ends.picture(scene.scenario, scene.points, scene.is_open))


learn(
    Lesson(
        "where_it_ends",
        draw,
        dials=("leverage",),
        start=NO_RULE,
        try_it={"leverage": 3.0, "how_far": -0.3},
        on_chart=True,
    )
)
