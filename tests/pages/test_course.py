"""A bot takes the course: every lesson right and wrong, from links, and with a memory."""

import json
import re
from math import isclose

import pytest

from engine.quiz import MINUTES, SLUGS, Choice, Numeric, grade, quiz
from pages.shared import theme
from pages.shared.words import amounts, plain, read, say
from tests.apptest import BROKEN, TEXTS, message, visit

KIT = read("lesson")
LESSONS = [slug for slug in SLUGS if quiz(slug).checks]
# What the course promises to show, by lesson.
PROMISED = {
    "whose_money": ("$900", "$750", "96 %", "90 %"),
    "one_percent": ("$130", "$30", "−60 %", "15 %", "31 %"),
    "where_it_ends": ("10 %", "$150", "5x", "16.67 %", "1.67 %"),
    "why_early": ("$94.74", "$47.37", "33.33 %", "20x"),
    "watch": ("$40", "$35.30", "$150", "150 %"),
    "short": ("$104.76", "$190.48"),
    "finish": ("$240", "15 %", "31 %"),
}


def arrive(slug, query="", **records):
    """A new visitor on a page, with what the browser remembers."""
    at = visit(slug, query, unfolded=False)
    if records:
        at.session_state["memory"] = {"stored": {"records": records}}
        at.run()
    return at


def text_of(at):
    """Everything that is written on the page."""
    assert not at.exception, at.exception
    parts = [element.value for kind in TEXTS for element in getattr(at, kind)]
    parts += [element.proto.label for element in at.get("page_link")]
    parts += [radio for element in at.radio for radio in element.options]
    return "\n".join(parts)


def press(at, label):
    next(button for button in at.button if button.label == label).click()
    return at.run()


def typed(value, style):
    return theme.field_text(value, style)


def put(at, slug, part, question, value):
    """Answer a question in its own control."""
    key = f"{slug}.{part}.{question.name}"
    if isinstance(question, Choice):
        at.radio(key=key).set_value(value)
    else:
        at.text_input(key=key).set_value(
            value if isinstance(value, str) else typed(value, question.answer.style)
        )


def guess(at, slug, right=True):
    """Guess the truth, or something far from it, and lock it in."""
    questions = quiz(slug).guesses
    if all("leverage" in q.given for q in questions) and len(questions) > 1:
        points = [q.answer.value if right else q.answer.value / 2 for q in questions]
        at.session_state[f"{slug} points"] = points
        return press(at, KIT["lock"])
    for question in questions:
        if isinstance(question, Choice):
            wrong = next(option for option in question.options if option != question.answer)
            put(at, slug, "guess", question, question.answer if right else wrong)
        else:
            put(at, slug, "guess", question, question.answer.value if right else question.answer.value + 7)
    return press(at, KIT["lock"])


def answer(at, slug, question, value):
    put(at, slug, "check", question, value)
    at.button(key=f"{slug}.submit.{question.name}").click()
    return at.run()


def record(at, slug):
    return at.session_state["memory records"].get(slug, {})


def to_the_checks(slug, right=True):
    at = guess(arrive(slug), slug, right)
    return press(at, KIT["show_me"])


@pytest.mark.parametrize("slug", SLUGS)
def test_nothing_is_shown_before_there_is_a_guess(slug):
    at = arrive(slug)
    words = read(slug)
    written = text_of(at)
    assert say(words["title"]) in written
    for question in quiz(slug).guesses:
        if isinstance(question, Numeric) and question.answer.value:
            given = set(amounts(question.given).values())
            shown = amounts({"answer": question.answer})["answer"]
            assert shown in given or not re.search(rf"(?<![\d.]){re.escape(shown)}(?![\d.])", written)
    if "reveal" in words:
        reveal = next(button for button in at.button if button.label == KIT["show_me"])
        assert reveal.disabled
        assert KIT["rule_title"] not in written


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("right", [True, False], ids=["right", "wrong"])
def test_a_guess_is_kept_said_back_and_judged(slug, right):
    at = guess(arrive(slug), slug, right)
    assert record(at, slug)["stage"] == "play"
    words = read(slug)
    if "reveal" not in words:
        assert plain(words["kept"]) in text_of(at).replace("\\", "")
        return
    written = text_of(press(at, KIT["show_me"]))
    assert KIT["rule_title"] in written and not BROKEN.search(written)
    for question in quiz(slug).guesses:
        if isinstance(question, Numeric):
            given = record(at, slug)["guesses"][question.name]
            key = (
                "near"
                if grade(question, given).is_right
                else "low"
                if given < question.answer.value
                else "high"
            )
            assert (key == "near") == right
            start = re.split(r"\{|\[\[", words[key])[0]
            assert start in written.replace("\\$", "$")


@pytest.mark.parametrize("slug", LESSONS)
def test_every_wrong_answer_is_answered_with_its_likely_thinking(slug):
    at = to_the_checks(slug, right=False)
    for question in quiz(slug).checks:
        if isinstance(question, Choice):
            wrong = {option: option for option in question.options if option != question.answer}
        else:
            wrong = question.mistakes
        for thinking, value in wrong.items():
            at = answer(at, slug, question, value)
            told = read(slug)[f"check_{question.name}_{thinking}"]
            assert re.split(r"\{|\[\[", told)[0] in text_of(at).replace("\\$", "$")
            assert KIT["wrong"] in text_of(at)
        if isinstance(question, Numeric):
            at = answer(at, slug, question, question.answer.value + 0.123)
            assert KIT["it_is_less"] in text_of(at)
        at = answer(at, slug, question, "lots" if isinstance(question, Numeric) else question.answer)
        if isinstance(question, Numeric):
            assert "cannot be read as a number" in text_of(at)
            key = f"{slug}.check.{question.name}"
            assert at.text_input(key=key).value == "lots"
            at = answer(at, slug, question, question.answer.value)
        assert KIT["right"] in text_of(at)
    assert not BROKEN.search(text_of(at))


@pytest.mark.parametrize("slug", PROMISED)
def test_the_whole_lesson_shows_what_the_course_promises(slug):
    at = to_the_checks(slug)
    for question in quiz(slug).checks:
        value = question.answer if isinstance(question, Choice) else question.answer.value
        at = answer(at, slug, question, value)
    written = text_of(at).replace("\\", "").replace("\N{NO-BREAK SPACE}", " ")
    for number in PROMISED[slug]:
        assert number in written, number
    assert len(record(at, slug).get("checks", {})) == len(quiz(slug).checks)


def test_an_answer_takes_units_and_commas():
    at = to_the_checks("whose_money")
    first, second, third = quiz("whose_money").checks
    for question, text in ((first, "$ 900.00"), (second, "750 usd"), (third, "96%")):
        at = answer(at, "whose_money", question, text)
        assert at.session_state["memory records"]["whose_money"]["checks"][question.name]
    assert text_of(at).count(KIT["right"]) == 3


def test_what_was_typed_stays_when_it_cannot_be_read():
    at = arrive("whose_money")
    at.text_input(key="whose_money.guess.lender_share").set_value("nearly all")
    press(at, KIT["lock"])
    assert "nearly all" in text_of(at) and not record(at, "whose_money")
    assert at.text_input(key="whose_money.guess.lender_share").value == "nearly all"
    at = press(arrive("short"), KIT["lock"])
    assert KIT["choose_first"] in text_of(at)
    at = press(arrive("where_it_ends"), KIT["lock"])
    assert KIT["drag_first"] in text_of(at)


def test_a_learner_who_comes_back_finds_everything():
    done = to_the_checks("why_early")
    question = quiz("why_early").checks[0]
    done = answer(done, "why_early", question, question.answer.value)
    kept = json.loads(json.dumps(record(done, "why_early")))
    at = arrive("why_early", why_early=kept, course={"last": "why_early"})
    assert KIT["right"] in text_of(at) and KIT["rule_title"] in text_of(at)
    map_ = arrive("course", why_early=kept, course={"last": "why_early"})
    assert f"Go on with “{read('why_early')['title']}”" in text_of(map_)
    press(map_, read("course")["forget"])
    assert map_.session_state["memory records"] == {}
    assert read("course")["start"] in text_of(map_.run())


def test_hostile_memories_do_no_harm():
    bad = [
        {"stage": "reveal"},
        {"stage": "nonsense", "guesses": 3},
        {"guesses": {"lender_share": "much"}, "stage": "reveal", "checks": []},
        {"stage": ["reveal"], "checks": {"borrowed_10": None, "strange": 1}},
    ]
    for memory in bad:
        text_of(arrive("whose_money", whose_money=memory))
        text_of(arrive("finish", whose_money=memory, start_question=memory))
        text_of(arrive("course", whose_money=memory, course={"last": 7}))


@pytest.mark.parametrize("slug", SLUGS)
def test_a_link_opens_a_lesson_in_a_state(slug):
    written = text_of(arrive(slug, "stage=reveal"))
    assert (KIT["rule_title"] in written) == ("rule" in read(slug))
    text_of(arrive(slug, "stage=perhaps&step=-1&view=&foo=1"))


@pytest.mark.parametrize("slug", SLUGS)
def test_a_presenter_turns_every_page(slug):
    at = arrive(slug, "view=presenter")
    seen, count = set(), 0
    while True:
        written = text_of(at)
        assert not BROKEN.search(written)
        seen.add(written)
        forward = next(button for button in at.button if button.label == KIT["forward"])
        if forward.disabled:
            break
        at, count = press(at, KIT["forward"]), count + 1
    assert len(seen) == count + 1 >= 3
    if "rule" in read(slug):
        assert any(re.split(r"\{|\[\[", read(slug)["rule"])[0] in page for page in seen)
    assert f"step={count}" in message(at, "address")["query"]
    same = arrive(slug, f"view=presenter&step={count}")
    assert text_of(same) == written
    text_of(arrive(slug, "view=presenter&step=9999"))


def test_the_map_shows_every_lesson_and_the_minutes():
    written = text_of(arrive("course"))
    for slug in SLUGS:
        assert read(slug)["title"] in written
    assert str(sum(MINUTES.values())) in written


def test_the_first_answer_returns_at_the_end():
    start = {"stage": "play", "guesses": {"left": 250.0}, "sure": 80}
    guesses = {"stage": "reveal", "guesses": {"lender_share": 0.75}}
    at = press(guess(arrive("finish", start_question=start, whose_money=guesses), "finish"), KIT["show_me"])
    written = text_of(at)
    assert "250" in written and "75" in written and read("finish")["card_title"] in written
    assert isclose(record(at, "finish")["guesses"]["left_10"], 240.0)


@pytest.mark.parametrize("page", ["glossary", "model", "about", "teach"])
def test_the_reading_pages_are_whole(page):
    written = text_of(arrive(page))
    assert len(written) > 1000 and not BROKEN.search(written)
    assert "[[" not in written and "{" not in re.sub(r"`[^`]*`", "", written)


def test_the_answer_key_holds_every_answer():
    written = text_of(arrive("teach")).replace("\\", "")
    for slug in SLUGS:
        for question in (*quiz(slug).guesses, *quiz(slug).checks):
            if isinstance(question, Numeric):
                assert f"| {' '.join(amounts({'a': question.answer})['a'].split())} |" in written
