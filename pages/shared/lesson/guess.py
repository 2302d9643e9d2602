"""The guess: typed or dragged on the picture, and kept."""

from math import isnan, nan
from typing import Any

import streamlit as st

from engine.market.replay import replay
from engine.questions import Numeric
from pages.shared.controls import Desk
from pages.shared.drawing.still import Ground, handle_places, places, still
from pages.shared.formats import field_text, parse_number
from pages.shared.lesson import course
from pages.shared.lesson.asking import complain, field_of, read_answer, refuse
from pages.shared.lesson.lesson import KIT, Lesson, Scene, asked_numbers, handles, shown_key
from pages.shared.widgets import figure
from pages.shared.widgets.focus import focus_on
from pages.shared.words import amount


def ask(lesson: Lesson) -> None:
    """The question, or what to drag in place of an answer."""
    if lesson.on_chart:
        st.caption(KIT["drag"])
        return
    ground = course.ground(lesson.slug)
    if ground and ground.marks:
        st.caption(KIT["guess_in_picture"])
    with st.form(f"{lesson.slug}.guess", border=False):
        for question in lesson.quiz.guesses:
            field_of(lesson, question, "guess")
        if "confidence" in lesson.words:
            st.slider(lesson.words["confidence"], 0, 100, 50, 5, format="%d %%", key=f"{lesson.slug}.sure")
        lock = {"type": "primary", "key": f"{lesson.slug}.lock"}
        st.form_submit_button(KIT["lock"], on_click=_lock, args=(lesson,), **lock)
    complain(lesson, "guess")


def put(lesson: Lesson, desk: Desk) -> None:
    """The still picture, on which the guess is made by dragging as well as in the field."""
    ground = course.ground(lesson.slug)
    if ground is None:
        if lesson.on_chart and lesson.draw:
            lesson.draw(Scene(lesson, desk, replay(desk.choices.scenario, desk.prices), "guess", {}))
        return
    asked = asked_numbers(lesson)[: ground.marks]
    keys = [f"{lesson.slug}.guess.{question.name}" for question in asked]
    marks = [_standing(ground, question, key) for question, key in zip(asked, keys, strict=True)]

    def dragged(at: list[float]) -> None:
        for question, key, place, stood in zip(asked, keys, at, places(ground, marks), strict=True):
            if place != stood:
                st.session_state[key] = field_text(ground.answer(place), question.answer.style)

    picture, narrow = still(ground, marks)
    told = ", ".join(KIT["nowhere"] if isnan(mark) else ground.written(mark) for mark in marks)
    mark = KIT["alt_mark"].format(guess=told)
    scale = KIT["alt_scale"].format(scale=ground.title)
    known = KIT["alt_known"].format(known="; ".join(ground.known) or scale)
    figure.show(
        picture,
        key=f"{lesson.slug}.still",
        alt=f"{known} {mark}" if marks else known,
        narrow=narrow,
        height=picture["layout"]["height"],
        file_name=lesson.slug,
        handles=_marks(ground, marks) if marks else None,
        on_points=dragged,
    )


def _standing(ground: Ground, question: Numeric, key: str) -> float:
    """Where a mark stands: at what was typed or dragged last; nan before."""
    try:
        return ground.place(parse_number(st.session_state.get(key) or "", question.answer.style))
    except ValueError:
        return nan


def _marks(ground: Ground, marks: list[float]) -> dict[str, Any]:
    scale = {"low": ground.low, "high": ground.high, "step": ground.step}
    along = "x" if ground.kind == "when" else "y"
    return {
        "x": handle_places(ground),
        "y": places(ground, marks),
        "label": KIT["mark"],
        "along": along,
        **scale,
    }


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
    focus_on(KIT["guess_made"])


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

    st.button(KIT["lock"], key=f"{lesson.slug}.lock", type="primary", on_click=lock)
    complain(lesson, "guess")
