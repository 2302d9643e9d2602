"""Where the keyboard stands after a button has done its work and is gone."""

from pathlib import Path

import streamlit as st

from pages.shared.widgets.unseen import unseen

_component = unseen("focus", Path(__file__).with_name("focus.js").read_text(encoding="utf-8"))
_STATE = "focus at"


def focus_on(heading: str) -> None:
    """Move the focus to the second-level heading with these words; for callbacks."""
    _, count = st.session_state.get(_STATE, ("", 0))
    st.session_state[_STATE] = heading, count + 1


def follow_focus() -> None:
    """Mount the component, once in a run and in the fragment in which the focus moves."""
    heading, count = st.session_state.get(_STATE, ("", 0))
    _component(key="focus", data={"heading": heading, "count": count})
