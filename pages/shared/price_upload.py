"""A price file of the learner's own: one for all pages, read once, kept while the visit lasts."""

from typing import NamedTuple

import pandas as pd
import streamlit as st

from engine.market.file_problem import FileQuestion, PriceFileError
from engine.market.file_reading import Reading
from engine.market.price_file import read_file
from engine.problem import Problem
from pages.shared import file_story, problems
from pages.shared.widgets.upload import upload
from pages.shared.words import literal, read

LABELS = read("controls")
WORDS = read("price_file")


class _InUse(NamedTuple):
    name: str
    prices: pd.DataFrame
    reading: Reading


class _Given(NamedTuple):
    """The file that was chosen last: good, bad, or one that something is asked about."""

    name: str
    data: bytes
    answers: dict[str, str]
    questions: dict[str, FileQuestion]


def prices() -> pd.DataFrame | None:
    """The prices of the last file that could be read; None without one."""
    used = _in_use()
    return used.prices if used else None


def reading() -> Reading | None:
    """What the file in use was read as; None without one."""
    used = _in_use()
    return used.reading if used else None


def _in_use() -> _InUse | None:
    return st.session_state.get("price file")


def take_new() -> bool:
    """Read a file that has just come in or been asked about; whether its prices are in use now.

    A bad one leaves the last good one in place.
    """
    uploaded = st.session_state.get(_key())
    if uploaded is not None and uploaded.file_id != st.session_state.get("file read"):
        st.session_state["file read"] = uploaded.file_id
        st.session_state["file given"] = _Given(uploaded.name, uploaded.getvalue(), {}, {})
    elif not st.session_state.pop("file answered", False):
        return False
    return _take(st.session_state["file given"])


def _take(given: _Given) -> bool:
    st.session_state["file problem"] = ""
    try:
        st.session_state["price file"] = _InUse(given.name, *read_file(given.data, given.answers))
    except FileQuestion as question:
        given.questions[question.code] = question
        return False
    except PriceFileError as error:
        st.session_state["file problem"] = problems.sentence(error)
        return False
    # Another page's first row was one of another file; its control follows on arrival.
    for name, kept in st.session_state.items():
        if str(name).endswith(" fields"):
            kept["start"] = 0
    return True


def wanting() -> str:
    """Why there is no file to draw: none was given, one could not be read, or something is asked about it."""
    given: _Given | None = st.session_state.get("file given")
    if given is None:
        return "missing"
    return "unreadable" if st.session_state.get("file problem") else "waiting"


def wait(refused: Problem | None) -> None:
    """What is missing, or why the position on a file was `refused`, in place of the picture of the file."""
    if refused is None:
        st.info(WORDS[wanting()])
    else:
        st.error(WORDS["refused"].format(problem=literal(problems.sentence(refused))))


def offer(missing: str = "") -> None:
    """The control, and below it what was read, what is wrong with it, what is asked or is `missing`."""
    label, _, help_text = LABELS["file"].partition("\n")
    upload(label, type=["csv", "txt", "tsv"], key=_key(), help=help_text)
    given, used = st.session_state.get("file given"), _in_use()
    if given is not None:
        if problem := st.session_state.get("file problem"):
            st.error(literal(problem))
        for question in given.questions.values():
            _ask(given, question)
    if used is None:
        if missing:
            st.info(WORDS["waiting"] if wanting() == "waiting" else missing)
        return
    st.caption("\n\n".join(file_story.told(used.name, used.reading)))
    st.button(WORDS["put_away"], key=f"put away {_key()}", on_click=forget)


def _ask(given: _Given, question: FileQuestion) -> None:
    """The ways in which a file can be read, side by side; the answer may be changed later."""
    options, code = list(question.options), question.code
    key = f"{_key()} {code} {st.session_state.get('file read')}"

    def answer() -> None:
        given.answers[code] = st.session_state[key]
        st.session_state["file answered"] = True

    st.radio(
        file_story.question(given.name, question),
        options,
        index=options.index(given.answers[code]) if code in given.answers else None,
        format_func=lambda option: file_story.option(question, option),
        key=key,
        on_change=answer,
    )


def forget() -> None:
    """As if there had been no file."""
    for name in ("price file", "file given", "file read", "file problem", "file answered"):
        st.session_state.pop(name, None)
    for name in [name for name in st.session_state if str(name).endswith(" good")]:
        del st.session_state[name]  # a picture that may be of this file
    st.session_state["uploads"] = st.session_state.get("uploads", 0) + 1


def _key() -> str:
    # An uploader cannot be emptied from here: after a reset there is another one.
    return f"upload {st.session_state.get('uploads', 0)}"
