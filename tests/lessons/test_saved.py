"""The rescues: the answer of who reckons with the rounded trigger."""

from engine.questions import grade
from pages.lessons import saved
from tests.lessons.asked import question


def test_the_rounded_shared_trigger_leads_to_the_loss_there_too():
    lost = question(saved.quiz().checks, "cross_lost")
    assert grade(lost, 10 * (100 - 73.68)).is_right and grade(lost, 300 - 36.84).is_right
    assert not grade(lost, 263.0).is_right
