"""The guess: asked in a form, or dragged on the picture, and kept."""

from typing import Any

import streamlit as st

from pages.shared.lesson import course
from pages.shared.lesson.asking import complain, field_of, read_answer, refuse
from pages.shared.lesson.lesson import KIT, Lesson, asked_numbers, handles, shown_key
from pages.shared.widgets.focus import focus_on
from pages.shared.words import amount


def ask(lesson: Lesson) -> None:
    """The question, or what to drag in place of an answer."""
    if lesson.on_chart:
        st.caption(KIT["drag"])
        return
    with st.form(f"{lesson.slug}.guess", border=False):
        for question in lesson.quiz.guesses:
            field_of(lesson, question, "guess")
        if "confidence" in lesson.words:
            st.slider(lesson.words["confidence"], 0, 100, 50, 5, format="%d %%", key=f"{lesson.slug}.sure")
        st.form_submit_button(KIT["lock"], on_click=_lock, args=(lesson,), key=f"{lesson.slug}.lock")
    complain(lesson, "guess")


def _lock(lesson: Lesson) -> None:
    """Keep the guesses, or say why one cannot be used."""
    guesses = {}
    for question in lesson.quiz.guesses:
        guesses[question.name], problem = read_answer(lesson, question, "guess")
        if refuse(lesson, "guess", problem):
            return
    sure = {"sure": st.session_state[f"{lesson.slug}.sure"]} if "confidence" in lesson.words else {}
    _keep(lesson, guesses, **sure)


def _keep(lesson: Lesson, guesses: dict[str, Any], **more: Any) -> None:
    st.session_state[shown_key(lesson)] = ""
    course.change(lesson.slug, stage="play", guesses=guesses, **more)
    focus_on(KIT["play_title" if lesson.draw else "guess_title"])


def lock_points(lesson: Lesson) -> None:
    """The button that keeps the points that were dragged, once all of them were."""

    def lock() -> None:
        points, asked = handles(lesson)["y"], asked_numbers(lesson)
        unmoved = [
            amount(question.given["leverage"])
            for question, point in zip(asked, points, strict=True)
            if point == question.given["entry"].value
        ]
        problem = KIT["drag_first"].format(points=", ".join(unmoved)) if unmoved else ""
        if not refuse(lesson, "guess", problem):
            _keep(lesson, {q.name: point for q, point in zip(asked, points, strict=True)})

    st.button(KIT["lock"], key=f"{lesson.slug}.lock", on_click=lock)
    complain(lesson, "guess")
