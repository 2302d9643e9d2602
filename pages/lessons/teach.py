"""The teacher's side: plans, links, and an answer key worked out by the engine."""

import streamlit as st

from engine.facts import Amount
from engine.questions import Choice, Question
from pages.shared.contents import MINUTES, SLUGS
from pages.shared.lesson.course import questions
from pages.shared.nav import page
from pages.shared.words import amount, amounts, plain, read, say, table

WORDS = read("teach")


def plans() -> None:
    """What to do with ten minutes, and with forty-five."""
    minutes = {f"minutes_{slug}": str(count) for slug, count in MINUTES.items()}
    for part in ("demo", "class_plan", "presenter"):
        st.header(WORDS[f"{part.removesuffix('_plan')}_title"])
        st.markdown(say(WORDS[part], **minutes))


def lessons() -> None:
    """Every lesson: goal, likely wrong answers, discussion, links and answer key."""
    for slug in SLUGS:
        _lesson(slug)


def _lesson(slug: str) -> None:
    words, asked = read(slug), questions(slug)
    blanks = amounts(asked.given) | amounts(asked.guesses[0].given)
    if not isinstance(asked.guesses[0], Choice):
        blanks["truth"] = amount(asked.guesses[0].answer)
    st.subheader(words["title"])
    with st.container(horizontal=True, key=f"links_{slug}"):
        st.page_link(page(slug), label=WORDS["presenter_link"], query_params={"view": "presenter"})
        st.page_link(page(slug), label=WORDS["revealed_link"], query_params={"stage": "reveal"})
    for part in ("goal", "wrong", "discuss"):
        if part in words:
            st.markdown(f"**{WORDS[f'{part}_label']}**\n\n{say(words[part], **blanks)}")
    rows = [
        _key(words, words.get(f"predict_{q.name}", words["predict"]), "predict", q) for q in asked.guesses
    ]
    rows += [_key(words, words[f"check_{q.name}"], f"check_{q.name}_option", q) for q in asked.checks]
    st.markdown(table((WORDS["key_question"], WORDS["key_answer"], WORDS["key_thinking"]), rows))


def _key(words: dict[str, str], text: str, prefix: str, question: Question) -> tuple[str, str, str]:
    """Question, answer, and the likely wrong answers with the thinking behind them."""
    asked = plain(text, **amounts(question.given))
    if isinstance(question, Choice):
        labels = {option: words[f"{prefix}_{option}"] for option in question.options}
        right = labels.pop(question.answer)
        return asked, right, " · ".join(labels.values())
    blanks = amounts(question.given | {"answer": question.answer})
    wrong = []
    for thinking, value in question.mistakes.items():
        if question.answer.style == "plain":
            value = float(f"{value:.3g}")
        given = question.answer._replace(value=value)
        told = words.get(f"{prefix.removesuffix('_option')}_{thinking}", "")
        named = _named(question.name, given)
        wrong.append(f"{named}: {plain(told, mistake=amount(given), **blanks)}" if told else named)
    return asked, _named(question.name, question.answer), " · ".join(wrong)


def _named(question: str, number: Amount) -> str:
    """A number with its unit; one without a sign of its own is said as what it counts: ``step 4``."""
    if number.style != "plain":
        return amount(number)
    return WORDS[f"unit_{question.partition('_')[0]}"].format(number=amount(number))
