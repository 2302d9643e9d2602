"""The sentences of a lesson with their numbers filled in."""

from collections.abc import Mapping
from math import nan
from typing import Any

import streamlit as st

from engine.facts import Amount
from engine.questions import Choice, Numeric, Question, grade
from pages.shared.lesson.lesson import KIT, Lesson, asked_numbers
from pages.shared.words import amount, amounts, plain, say


def blanks_of(lesson: Lesson, question: Question | None = None, given: Any = nan) -> dict[str, str]:
    """The blanks of a lesson's prose: its quiz's numbers, the truth and the guess."""
    question = question or lesson.quiz.guesses[0]
    blanks = amounts(lesson.quiz.given) | amounts(question.given)
    if lesson.on_chart:
        blanks["leverages"] = ", ".join(amount(q.given["leverage"]) for q in asked_numbers(lesson))
    if isinstance(question, Numeric):
        truth = question.answer
        blanks |= amounts({"truth": truth, "guess": truth._replace(value=float(given))})
    return blanks


def say_part(lesson: Lesson, section: str) -> None:
    """Put a section of the lesson's words on the page."""
    st.markdown(say(lesson.words[section], **blanks_of(lesson)))


def guess_said(lesson: Lesson, done: Mapping[str, Any]) -> str:
    """The guess, said back; of several each with its question."""
    guesses, parts = done.get("guesses", {}), []
    for question in lesson.quiz.guesses:
        if question.name in guesses:
            said = _shown(lesson, question, guesses[question.name])
            if len(lesson.quiz.guesses) > 1:
                asked = plain(lesson.words[f"predict_{question.name}"], **amounts(question.given))
                said += f" ({asked})"
            parts.append(said)
    return say(KIT["your_guess"], guess=" · ".join(parts)) if parts else KIT["no_guess"]


def verdict(lesson: Lesson, guesses: Mapping[str, Any]) -> str:
    """The truth and how far away the guess was; empty of what is no single number, or is told only later."""
    question = lesson.quiz.guesses[0]
    is_single = len(lesson.quiz.guesses) == 1 and isinstance(question, Numeric)
    if not is_single or "reveal" not in lesson.words or question.name not in guesses:
        return ""
    truth, given = question.answer, guesses[question.name]
    kind = "right" if grade(question, given).is_right else "more" if given < truth.value else "less"
    off = truth._replace(value=abs(truth.value - given))
    told = amounts({"truth": truth, "off": off})
    if truth.style == "percent":  # 90 % is not 15 % more than 75 %
        told["off"] = KIT["points"].format(count=amount(Amount(100 * off.value, "plain")))
    return say(KIT[f"verdict_{kind}"], **told)


def _shown(lesson: Lesson, question: Question, given: Any) -> str:
    if isinstance(question, Choice):
        return lesson.words[f"predict_{given}"]
    return amounts({"given": question.answer._replace(value=float(given))})["given"]


def answer_blanks(question: Question) -> dict[str, str]:
    """The blanks of an explanation."""
    blanks = amounts(question.given)
    return blanks | amounts({"answer": question.answer}) if isinstance(question, Numeric) else blanks
