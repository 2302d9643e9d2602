"""Step through a page with the keyboard or a presenter's remote control."""

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from pages.shared.widgets.unseen import unseen

# A button's `shortcut` takes the space bar from focused buttons, knows no sliders but native ones
# and loses a press that comes before the last one is answered.
_component = unseen("keys", Path(__file__).with_name("keys.js").read_text(encoding="utf-8"))


def keys(on_step: Callable[[int], None]) -> None:
    """Call `on_step` with 1 or -1 for every press, before the page runs again."""

    def pressed() -> None:
        steps = st.session_state["keys"]["steps"]
        new = steps[st.session_state["keys seen"] :]
        st.session_state["keys seen"] = len(steps)
        for step in new:
            on_step(step)

    state = _component(key="keys", data={}, on_steps_change=pressed)
    # A session that starts with presses is one after a restart of the server: they are over.
    st.session_state.setdefault("keys seen", len(state.get("steps") or ()))
