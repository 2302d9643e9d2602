"""What the page shows of the question asked first and last: the learner's answers beside the investors'."""

import streamlit as st

from engine.facts import Amount, facts
from engine.margin.scenario import Scenario
from pages.lessons import survey
from pages.lessons.survey import BENCHMARK
from pages.shared.lesson.course import calibration, questions, record
from pages.shared.presets import CLASSROOM
from pages.shared.widgets import figure
from pages.shared.words import amount, amounts, read, say, table


def _right() -> dict[str, str]:
    """How many of each group answered right."""
    return {f"{who}_right": amount(Amount(share, "percent")) for who, share in BENCHMARK.items()}


def _first() -> dict[str, str]:
    """The answer at the very start and how sure it was; empty if none was given."""
    done, (question,) = record("start_question"), questions("start_question").guesses
    if question.name not in done.get("guesses", {}) or "sure" not in done:
        return {}
    given = question.answer._replace(value=done["guesses"][question.name])
    sure = amount(Amount(done["sure"] / 100, "percent"))
    return {"first_answer": amount(given), "first_truth": amount(question.answer), "first_sure": sure}


def first_answer() -> None:
    """The start question returns, with what was said then."""
    words, first = read("one_percent"), _first()
    st.markdown(say(words["after" if first else "after_missing"], **first, **_right()))
    _bars()


def _bars() -> None:
    picture, narrow = survey.picture()
    with st.container(key="bars"):
        figure.show(
            picture,
            key="benchmark",
            alt=read("finish")["reference_alt"].format(**_right()),
            narrow=narrow,
            height=picture["layout"]["height"],
            file_name="benchmark",
        )


def summary() -> None:
    """The end of the course: first answer, guesses against truths, the reference, the rule card, help."""
    words, first = read("finish"), _first()
    st.markdown(say(words["first" if first else "first_missing"], **first))
    rows = calibration()
    st.header(words["calibration_title"])
    st.markdown(say(words["calibration" if rows else "calibration_none"]))
    if rows:
        st.markdown(table((words["lesson"], words["guess"], words["truth"]), rows))
    st.markdown(say(words["reference"], **_right()))
    _bars()
    st.header(words["card_title"])
    with st.container(border=True, key="card"):
        st.markdown(say(words["card"], **amounts(facts(Scenario(**CLASSROOM), 0.0))))
    st.header(words["help_title"])
    st.markdown(say(words["help"]))
