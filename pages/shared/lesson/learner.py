"""The page of a lesson: question, guess, play, reveal, rule, checks, try this, next."""

from typing import Any

import streamlit as st

from engine.market.replay import replay
from pages.shared import link
from pages.shared.controls import Desk
from pages.shared.lesson import course
from pages.shared.lesson.checks import check, judge
from pages.shared.lesson.guess import ask, lock_points, put
from pages.shared.lesson.lesson import KIT, Lesson, Scene, shown_key
from pages.shared.lesson.play import lab
from pages.shared.lesson.presenter import PRESENTER, present
from pages.shared.lesson.said import blanks_of, guess_said, say_part, verdict
from pages.shared.nav import simulator_link
from pages.shared.page import body, presenter_style
from pages.shared.widgets.address import address
from pages.shared.widgets.focus import focus_on, follow_focus
from pages.shared.widgets.memory import remember
from pages.shared.words import plain, say


def learn(lesson: Lesson) -> None:
    """The page of a lesson, for a learner or, with ``?view=presenter``, for a room."""
    if st.query_params.get("view") == PRESENTER:
        presenter_style()
        st.fragment(present)(lesson)
    else:
        st.title(lesson.words["title"])
        with st.container(key="lesson"):
            st.fragment(_learn)(lesson)


def _learn(lesson: Lesson) -> None:
    remember()
    _arrive(lesson)
    done = course.record(lesson.slug)
    shown = st.session_state[shown_key(lesson)]
    stage = shown or done.get("stage", "guess")
    desk = lesson.desk(stage=course.STAGES, view=())
    address("&".join(filter(None, (f"stage={shown}" if shown else "", desk.query))))
    st.caption(course.place(lesson.slug))
    desk.notes()
    with st.container(key="hook"):
        say_part(lesson, "hook")
    if stage == "guess":
        _ask(lesson, desk)
    else:
        _answered(lesson, done)
        if lesson.draw:
            _play(lesson, desk, stage, done.get("guesses", {}))
    if stage == "play" and "reveal" in lesson.words:
        _offer_reveal(lesson)
    if stage == "reveal":
        _reveal(lesson, done)
    elif stage == "play" and "kept" in lesson.words:
        say_part(lesson, "kept")
    course.neighbours(lesson.slug)
    follow_focus()


def _ask(lesson: Lesson, desk: Desk) -> None:
    """The question, beside it what is known, and the field for the guess."""
    with body(f"{lesson.slug}_ask") as parts:
        with parts.basics, st.container(key=f"{lesson.slug}_guess"):
            st.header(KIT["guess_title"])
            say_part(lesson, "predict")
        with parts.main:
            put(lesson, desk)
        with parts.more:
            ask(lesson)
            if lesson.on_chart:
                lock_points(lesson)
            st.caption(KIT["no_harm"])


def _answered(lesson: Lesson, done: dict[str, Any]) -> None:
    """What was guessed, how far that was from the truth, and what the question was."""
    with st.container(key=f"{lesson.slug}_guess"):
        st.header(KIT["guess_made"])
        st.markdown(guess_said(lesson, done))
        if told := verdict(lesson, done.get("guesses", {})):
            st.markdown(told)
        say_part(lesson, "predict")


def _play(lesson: Lesson, desk: Desk, stage: str, guesses: dict[str, Any]) -> None:
    """The picture to play with; the guess stands in it beside the truth."""
    scene = Scene(lesson, desk, replay(desk.choices.scenario, desk.prices), stage, guesses)
    st.header(KIT["play_title"])
    st.markdown(say(lesson.words["play"], **scene.blanks))
    lab(scene, lesson.draw, lesson.more)


def _offer_reveal(lesson: Lesson) -> None:
    with st.container(key=f"{lesson.slug}_offer"):
        st.button(
            KIT["show_me"],
            key=f"{lesson.slug}.reveal",
            type="primary",
            on_click=_show_me,
            args=(lesson,),
        )


def _arrive(lesson: Lesson) -> None:
    """A link may say how far the lesson is shown: ``?stage=reveal``. What was done stays as it is."""
    if st.session_state.get("page") != lesson.slug:
        stage = st.query_params.get("stage")
        stage = "play" if stage == "reveal" and "reveal" not in lesson.words else stage
        st.session_state[shown_key(lesson)] = stage if stage in course.STAGES else ""


def _show_me(lesson: Lesson) -> None:
    if st.session_state[shown_key(lesson)]:
        st.session_state[shown_key(lesson)] = "reveal"
    course.change(lesson.slug, stage="reveal")
    focus_on(KIT["reveal_title"])


def _reveal(lesson: Lesson, done: dict[str, Any]) -> None:
    st.header(KIT["reveal_title"])
    judge(lesson, done.get("guesses", {}))
    say_part(lesson, "reveal")
    st.header(KIT["rule_title"])
    with st.container(key=f"{lesson.slug}_rule", border=True):
        say_part(lesson, "rule")
    checks, answered = lesson.quiz.checks, done.get("checks", {})
    if checks:
        st.header(KIT["checks_title"])
    for question in checks:
        check(lesson, question, answered.get(question.name))
        if question.name not in answered:
            return
    if lesson.after:
        lesson.after()
    if "try" in lesson.words:
        st.header(KIT["try_title"])
        fields = link.flat(link.DEFAULT) | dict(lesson.try_it)
        simulator_link(plain(lesson.words["try"], **blanks_of(lesson)), fields)
