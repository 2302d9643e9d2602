"""A question as a control: what was answered, and why it cannot be used if that is so."""

from math import nan
from typing import Any

import streamlit as st

from engine.questions import Choice, Question
from pages.shared import formats
from pages.shared.lesson import course
from pages.shared.lesson.lesson import KIT, Lesson
from pages.shared.words import amounts, literal, plain, say


def field_of(lesson: Lesson, question: Question, part: str) -> None:
    """The control of a question, named by it; what was typed or answered last stands in it."""
    name, key = question.name, f"{lesson.slug}.{part}.{question.name}"
    section = f"{'predict' if part == 'guess' else 'check'}_{name}"
    label = lesson.words.get(section, KIT["choose"])
    last = st.session_state.get(f"{key} typed", course.record(lesson.slug).get("checks", {}).get(name))
    if part == "check" and isinstance(last, float):
        last = formats.field_text(last, question.answer.style)
    if last is not None:
        st.session_state.setdefault(key, last)
    # A label of Streamlit would be read out with its markdown: the words stand above it instead.
    st.markdown(say(label, **amounts(question.given)))
    name_of_control = plain(label, **amounts(question.given))
    if isinstance(question, Choice):
        prefix = "predict" if part == "guess" else f"{section}_option"
        st.radio(
            name_of_control,
            question.options,
            index=None,
            key=key,
            label_visibility="collapsed",
            format_func=lambda option: lesson.words[f"{prefix}_{option}"],
        )
    else:
        st.text_input(
            name_of_control,
            key=key,
            label_visibility="collapsed",
            placeholder=KIT[f"unit_{question.answer.style}"],
            autocomplete="off",
        )


def read_answer(lesson: Lesson, question: Question, part: str) -> tuple[Any, str]:
    """What was answered, and why it cannot be used if that is so."""
    key = f"{lesson.slug}.{part}.{question.name}"
    given = st.session_state[f"{key} typed"] = st.session_state.get(key)
    if isinstance(question, Choice):
        return given, "" if given else KIT["choose_first"]
    try:
        number = formats.parse_number(given or "", question.answer.style)
    except ValueError as problem:
        return nan, str(problem)
    return number, "" if course.fits(question, number) else KIT["too_large"].format(given=given)


def refuse(lesson: Lesson, part: str, problem: str) -> bool:
    st.session_state[f"{lesson.slug} {part} problem"] = problem
    return bool(problem)


def complain(lesson: Lesson, part: str) -> bool:
    """Say why the last answer was refused, if it was."""
    if problem := st.session_state.get(f"{lesson.slug} {part} problem"):
        st.error(literal(problem))
    return bool(problem)
