"""A price file of the learner's own: one for all pages, read once, kept while the visit lasts."""

import pandas as pd
import streamlit as st

from engine.market.file_problem import PriceFileError
from engine.market.price_file import parse_csv
from pages.shared import formats, problems
from pages.shared.widgets.upload import upload
from pages.shared.words import literal, read

WORDS = read("controls")


def prices() -> pd.DataFrame | None:
    """The prices of the last file that could be read; None without one."""
    return st.session_state.get("price file", (None, None))[1]


def take_new() -> bool:
    """Read a file that has just come in; whether its prices are in use now.

    A bad one leaves the last good one in place.
    """
    uploaded = st.session_state.get(_key())
    if uploaded is None or uploaded.file_id == st.session_state.get("file read"):
        return False
    st.session_state["file read"] = uploaded.file_id
    try:
        st.session_state["price file"] = uploaded.name, parse_csv(uploaded.getvalue())
    except PriceFileError as error:
        st.session_state["file problem"] = problems.sentence(error)
        return False
    st.session_state["file problem"] = ""
    # Another page's first row was one of another file; its control follows on arrival.
    for name, kept in st.session_state.items():
        if str(name).endswith(" fields"):
            kept["start"] = 0
    return True


def offer(missing: str) -> None:
    """The control, and beside it what was read, what is wrong with it or what is `missing`."""
    label, _, help_text = WORDS["file"].partition("\n")
    uploaded = upload(label, type=["csv", "txt", "tsv"], key=_key(), help=help_text)
    if uploaded is not None and (problem := st.session_state.get("file problem")):
        st.error(literal(problem))
    if "price file" in st.session_state:
        name, frame = st.session_state["price file"]
        first, last = (formats.date(frame["time"].iloc[i]) for i in (0, -1))
        blanks = {"bars": formats.plain(len(frame)), "first": first, "last": last}
        st.caption(WORDS["file_hint"].format(name=literal(name), **blanks))
    else:
        st.info(missing or WORDS["file_missing"])


def forget() -> None:
    """As if there had been no file."""
    for name in ("price file", "file read", "file problem"):
        st.session_state.pop(name, None)
    st.session_state["uploads"] = st.session_state.get("uploads", 0) + 1


def _key() -> str:
    # An uploader cannot be emptied from here: after a reset there is another one.
    return f"upload {st.session_state.get('uploads', 0)}"
