"""Lesson: what could have saved me?"""

from engine.facts import Amount, outcome
from engine.loss.settlement import Outcome
from pages.lessons.saved import RESCUES
from pages.shared import report
from pages.shared.lesson import Lesson, Scene, learn
from pages.shared.nav import guard
from pages.shared.presets import SIGNATURE
from pages.shared.words import amounts

guard()


def draw(scene: Scene) -> None:
    """The path with a rescue and without one."""
    report.beside(scene.desk, scene.run, scene.other, price_guess=scene.guess)


def more(scene: Scene) -> None:
    """What the rescue costs."""
    report.price_tag(scene.run, scene.other)


def tell(scene: Scene) -> dict[str, str]:
    """What a stop order brought, if it was the one that closed the position."""
    if scene.run.settlement.outcome is not Outcome.STOPPED:
        return {"stopped": ""}
    blanks = amounts(outcome(scene.run) | {"stop": Amount(scene.scenario.stop_price, "price")})
    return {"stopped": f" {scene.lesson.words['stopped'].format(**blanks)}"}


learn(
    Lesson(
        "saved",
        draw,
        dials=("top_up", "reduce_fraction", "stop_price", "wallet"),
        ways=RESCUES,
        start=SIGNATURE | RESCUES["add"],
        try_it=SIGNATURE | {"top_up": 30.0, "top_up_step": 2},
        more=more,
        tell=tell,
    )
)
