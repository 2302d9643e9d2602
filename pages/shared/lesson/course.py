"""Where a learner is in the course: what has been done, what comes next, how good the guesses were."""

from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any

import streamlit as st

from engine.questions import Choice, Question, Quiz
from pages.shared.contents import MINUTES, PARTS, SLUGS
from pages.shared.nav import page
from pages.shared.widgets.memory import forget, keep, records
from pages.shared.words import amount, amounts, plain, read

WORDS = read("course")
LARGEST = 1e9  # no answer of the course comes near
STAGES = ("guess", "play", "reveal")
STATES = {"new": "○", "begun": "◐", "done": "●"}


def _own(slug: str) -> ModuleType:
    """What a part of the course brings along: found by its name, so that nothing here names any."""
    return import_module(f"pages.lessons.{slug}")


@cache
def questions(slug: str) -> Quiz:
    """The quiz of a lesson: worked out once, asked at every step of a slider."""
    found: Quiz = _own(slug).quiz()
    return found


def record(slug: str) -> dict[str, Any]:
    """What this learner did in a lesson: ``stage``, ``guesses``, ``checks`` and, once asked, ``sure``.

    The browser's memory is in the learner's hands: what does not fit the lesson is left out.
    """
    kept, asked = records().get(slug, {}), questions(slug)
    found: dict[str, Any] = {}
    for part, own in (("guesses", asked.guesses), ("checks", asked.checks)):
        given = kept.get(part)
        if isinstance(given, dict):
            # JavaScript knows no 60.0: it comes back as 60.
            fitting = {
                q.name: given[q.name] if isinstance(q, Choice) else float(given[q.name])
                for q in own
                if fits(q, given.get(q.name))
            }
            found |= {part: fitting} if fitting else {}
    if kept.get("stage") in STAGES and "guesses" in found:
        found["stage"] = "play" if "reveal" not in read(slug) and kept["stage"] == "reveal" else kept["stage"]
    if isinstance(kept.get("sure"), int) and 0 <= kept["sure"] <= 100:
        found["sure"] = kept["sure"]
    return found


def fits(question: Question, given: Any) -> bool:
    """Whether this can be an answer to the question at all."""
    if isinstance(question, Choice):
        return isinstance(given, str) and given in question.options
    return isinstance(given, float | int) and not isinstance(given, bool) and abs(given) <= LARGEST


def change(slug: str, **parts: Any) -> None:
    """Add to the record of a lesson, and remember that it was the last."""
    keep(slug, record(slug) | parts)
    keep("course", {"last": slug})


def state(slug: str) -> str:
    """A key of :data:`STATES`; a part that is no lesson says it itself."""
    if tells := getattr(_own(slug), "state", None):
        return str(tells())
    done = record(slug)
    if not done.get("guesses"):
        return "new"
    has_reveal = "reveal" in read(slug)
    is_over = done.get("stage") == "reveal" or not has_reveal
    return "done" if is_over and len(done.get("checks", {})) >= len(questions(slug).checks) else "begun"


def resume() -> str:
    """The part to go on with: the last lesson, or the first part after it that is not done."""
    last, parts = str(records().get("course", {}).get("last")), list(PARTS)
    rest = parts[parts.index(last) :] if last in parts else []
    return next((part for part in (*rest, *parts) if state(part) != "done"), parts[-1])


def place(slug: str) -> str:
    """``Lesson 2 of 8 · about 4 minutes``."""
    number, count = SLUGS.index(slug) + 1, len(SLUGS)
    return WORDS["place"].format(number=number, count=count, minutes=MINUTES[slug])


def row(slug: str, done: str, minutes: int) -> None:
    """A line of the map: a link, how long it takes, and how far the learner is."""
    with st.container(horizontal=True, vertical_alignment="center", key=f"row_{slug}"):
        st.page_link(page(slug), label=f"{STATES[done]} {read(slug)['title']}")
        st.caption(WORDS[f"row_{done}"].format(minutes=minutes))


def neighbours(slug: str) -> None:
    """Links to the part of the course before and to the next."""
    parts = list(PARTS)
    at = parts.index(slug)
    with st.container(horizontal=True, horizontal_alignment="distribute", key=f"{slug}_neighbours"):
        for key, other in (("previous", at - 1), ("next", at + 1)):
            if 0 <= other < len(parts):
                title = read(parts[other])["title"]
                st.page_link(page(parts[other]), label=WORDS[key].format(title=title))


def forget_me() -> None:
    """Delete what was done, here and in the browser."""
    forget()
    for key in list(st.session_state):
        if str(key).startswith(tuple(f"{part}{mark}" for part in PARTS for mark in " .")):
            del st.session_state[key]


def calibration() -> list[tuple[str, str, str]]:
    """Question, guess and truth of every number guessed in a lesson before the last."""
    rows = []
    for slug in SLUGS[:-1]:
        guesses = record(slug).get("guesses", {})
        for question in questions(slug).guesses:
            if question.name in guesses and not isinstance(question, Choice):
                guess = question.answer._replace(value=guesses[question.name])
                asked = plain(read(slug)[f"predict_{question.name}"], **amounts(question.given))
                rows.append((asked, amount(guess), amount(question.answer)))
    return rows
