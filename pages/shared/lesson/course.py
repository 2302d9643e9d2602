"""Where a learner is in the course: what has been done, what comes next, how good the guesses were."""

from collections.abc import Iterable
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any

import streamlit as st

from engine.questions import Choice, Question, Quiz
from pages.shared.contents import CORE, MINUTES, PARTS, SLUGS
from pages.shared.drawing.still import Ground
from pages.shared.nav import page
from pages.shared.widgets.memory import forget, keep, records
from pages.shared.widgets.small import small
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


def ground(slug: str) -> Ground | None:
    """What is known in a lesson before the guess; None where the lesson draws that itself."""
    make = getattr(_own(slug), "ground", None)
    return make(questions(slug)) if make else None


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
    """The part to go on with: the last one; after it what is open of the short path, then of all parts."""
    last = str(records().get("course", {}).get("last"))
    if last in PARTS and state(last) == "begun":
        return last
    return next(
        (part for part in (*_from(last, CORE), *_from(last, PARTS)) if state(part) != "done"), CORE[-1]
    )


def _from(last: str, parts: Iterable[str]) -> list[str]:
    """The parts, beginning with the one after the last."""
    order = list(PARTS)
    after = order.index(last) if last in order else -1
    return sorted(parts, key=lambda part: (order.index(part) <= after, order.index(part)))


def invitation(slug: str) -> str:
    """Words of the link that starts or goes on."""
    is_new = all(state(part) == "new" for part in PARTS)
    return WORDS["start" if is_new else "resume"].format(title=read(slug)["title"])


def about(sentence: str) -> str:
    """A sentence with the minutes of the short path and of everything, to the nearest five."""
    minutes = {"core": sum(PARTS[slug] for slug in CORE), "all": sum(PARTS.values())}
    return sentence.format(**{name: 5 * round(count / 5) for name, count in minutes.items()})


def place(slug: str) -> str:
    """``Lesson 2 of 8 · about 4 minutes``."""
    number, count = SLUGS.index(slug) + 1, len(SLUGS)
    return WORDS["place"].format(number=number, count=count, minutes=MINUTES[slug])


def card(slug: str) -> None:
    """A place of the map: a small picture, a link, how long it takes, and how far the learner is."""
    done, path = state(slug), "core" if slug in CORE else "deeper"
    with st.container(key=f"part_{path}_{slug}_{done}"):
        small("pages.lessons.small", slug)
        st.page_link(page(slug), label=f"{STATES[done]} {read(slug)['title']}")
        st.caption(WORDS[f"card_{done}"].format(minutes=PARTS[slug], path=WORDS[f"path_{path}"]))


def neighbours(slug: str) -> None:
    """Links to the part of the course before and to the next, on the short path too if that is another."""
    parts = list(PARTS)
    at = parts.index(slug)
    with st.container(horizontal=True, horizontal_alignment="distribute", key=f"{slug}_neighbours"):
        for key, other in (("previous", at - 1), ("next", at + 1)):
            if 0 <= other < len(parts):
                title = read(parts[other])["title"]
                st.page_link(page(parts[other]), label=WORDS[key].format(title=title))
        ahead = next((part for part in CORE if part in parts[at + 1 :]), "")
        if ahead and ahead != parts[at + 1]:
            label = WORDS["next_core"].format(title=read(ahead)["title"])
            st.page_link(page(ahead), label=label)


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
