"""The still picture: all that is known before the guess, and nothing of the answer."""

from math import nan

import pytest

from engine.questions import Numeric, grade
from pages.shared.contents import SLUGS
from pages.shared.drawing import theme
from pages.shared.drawing.still import Ground, handle_places, places, still
from pages.shared.lesson import course
from pages.shared.words import amounts

ON_CHART = "where_it_ends"  # draws its own picture, with the marks on it
GROUNDS = {slug: course.ground(slug) for slug in SLUGS if slug != ON_CHART}


def asked(slug):
    return [q for q in course.questions(slug).guesses if isinstance(q, Numeric)]


def labels(picture):
    return [label["text"] for label in picture["layout"]["annotations"]]


def test_every_lesson_has_one():
    assert all(isinstance(ground, Ground) for ground in GROUNDS.values())
    assert course.ground(ON_CHART) is None


@pytest.mark.parametrize("slug", GROUNDS)
def test_the_answer_is_on_the_scale_and_the_mark_does_not_wait_there(slug):
    ground = GROUNDS[slug]
    assert ground.marks == len(asked(slug))
    for question in asked(slug):
        truth = question.answer.value
        assert ground.answer(ground.low) <= truth <= ground.answer(ground.high)
        assert ground.place(truth) == pytest.approx(truth / ground.answer(1.0) * 1.0)
        assert not grade(question, ground.answer(ground.start)).is_right
        # Dragging can be right: the nearest place of the scale counts.
        steps = round((ground.place(truth) - ground.low) / ground.step)
        assert grade(question, ground.answer(ground.low + steps * ground.step)).is_right


@pytest.mark.parametrize("slug", GROUNDS)
def test_nothing_of_the_answer_is_in_it(slug):
    ground, known = GROUNDS[slug], set()
    picture, narrow = still(ground, [nan] * ground.marks)
    for question in course.questions(slug).guesses:
        known |= set(amounts(question.given).values())
    for question in asked(slug):
        truth = amounts({"truth": question.answer})["truth"]
        if truth not in known and question.answer.style != "plain" and question.answer.value:
            assert not any(truth in text for text in labels(picture) + labels({"layout": narrow}))
        for trace in picture["data"]:
            if trace.get("name") in {"known", "price"} and question.answer.style == "price":
                assert question.answer.value not in list(trace["y"])


@pytest.mark.parametrize("slug", [slug for slug in GROUNDS if GROUNDS[slug].marks])
def test_a_guess_moves_its_mark_and_says_so(slug):
    ground = GROUNDS[slug]
    at = ground.low + 3 * ground.step
    waiting, moved = (still(ground, [guess] * ground.marks)[0] for guess in (nan, at))
    assert "drag this mark" in labels(waiting)
    assert f"your guess {ground.written(at)}" in labels(moved)
    assert waiting["data"] != moved["data"]
    assert places(ground, [nan, at]) == [ground.start, at]
    assert len(handle_places(ground)) == ground.marks


def test_as_many_people_are_crossed_as_were_guessed():
    safe, crossed = still(GROUNDS["how_likely"], [29.0])[0]["data"]
    assert (len(safe["x"]), len(crossed["x"])) == (71, 29)
    assert (
        len({*zip(safe["x"], safe["y"], strict=True), *zip(crossed["x"], crossed["y"], strict=True)}) == 100
    )


def test_the_parts_of_a_whole_meet_at_the_mark():
    lender, yours = still(GROUNDS["whose_money"], [90.0])[0]["data"]
    assert (min(lender["y"]), max(lender["y"])) == (0.0, 90.0) and lender["fillcolor"] == theme.BORROWED_FILL
    assert (min(yours["y"]), max(yours["y"])) == (90.0, 100.0) and yours["fillcolor"] == theme.EQUITY_FILL


def test_a_guess_beyond_the_scale_stands_at_its_end_and_is_said_as_it_was_made():
    ground = GROUNDS["whose_money"]
    assert places(ground, [ground.place(guess) for guess in (1.7, -0.2, 0.9)]) == [100.0, 0.0, 90.0]
    assert "your guess 170 %" in " ".join(labels(still(ground, [170.0])[0])).replace("\xa0", " ")


def test_what_is_known_is_said_for_who_does_not_see_it():
    assert GROUNDS["together"].known == [*(f"sold out at ${x}" for x in (95, 93, 91)), "$100 → $94.50"]
    assert GROUNDS["start_question"].known == ["$1,000 of stock: your part on top"]
