"""What is said of an answer: how far a guess was from the truth, and the questions after the rule."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from engine.questions import Choice, Numeric, Question, grade
from pages.shared.lesson import course
from pages.shared.lesson.asking import complain, field_of, read_answer, refuse
from pages.shared.lesson.lesson import KIT, Lesson
from pages.shared.lesson.said import answer_blanks, blanks_of
from pages.shared.words import amounts, say


def judge(lesson: Lesson, guesses: Mapping[str, Any]) -> None:
    """How far each guess was from the truth, in words."""
    for question in lesson.quiz.guesses:
        if question.name not in guesses:
            continue
        given = guesses[question.name]
        right = grade(question, given).is_right
        if isinstance(question, Choice):
            key = f"{'right' if right else 'wrong'}_{given}"
        else:
            key = "near" if right else "low" if given < question.answer.value else "high"
        blanks = blanks_of(lesson, question, given)
        st.markdown(say(lesson.words[key], **blanks))


def check(lesson: Lesson, question: Question, answered: Any) -> None:
    """One question, and what there is to say about the last answer; None = not answered yet."""
    name = question.name
    with st.container(key=f"{lesson.slug}_check_{name}"):
        with st.form(f"{lesson.slug}.{name}", border=False):
            field_of(lesson, question, "check")
            st.form_submit_button(
                KIT["check"], on_click=_answered, args=(lesson, question), key=f"{lesson.slug}.submit.{name}"
            )
        if not complain(lesson, name) and answered is not None:
            # A box of these two kinds is read out as soon as it appears.
            right = grade(question, answered).is_right
            (st.success if right else st.info)(_feedback(lesson, question, answered))


def _answered(lesson: Lesson, question: Question) -> None:
    """Keep an answer to a check, or say why it cannot be used."""
    answer, problem = read_answer(lesson, question, "check")
    if not refuse(lesson, question.name, problem):
        checks = course.record(lesson.slug).get("checks", {})
        course.change(lesson.slug, checks=checks | {question.name: answer})


def _feedback(lesson: Lesson, question: Question, given: Any) -> str:
    words, result = lesson.words, grade(question, given)
    if result.is_right:
        return f"{KIT['right']} {say(words[f'check_{question.name}_right'], **answer_blanks(question))}"
    if result.mistake:
        blanks = answer_blanks(question)
        if isinstance(question, Numeric):
            blanks |= amounts({"mistake": question.answer._replace(value=question.mistakes[result.mistake])})
        return f"{KIT['wrong']} {say(words[f'check_{question.name}_{result.mistake}'], **blanks)}"
    where = "more" if given < question.answer.value else "less"
    return f"{KIT['wrong']} {KIT[f'it_is_{where}']}"
