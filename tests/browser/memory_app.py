"""Pages that remember, one of them in a fragment, and one with a presenter's keys: for test_memory.py."""

import json
import time

import streamlit as st

from pages.shared.widgets.keys import keys
from pages.shared.widgets.memory import forget, keep, records, remember
from pages.shared.widgets.number import number


def more(name: str) -> None:
    keep(name, {"clicks": records().get(name, {}).get("clicks", 0) + 1})


def remembering() -> None:
    st.session_state.runs = st.session_state.get("runs", 0) + 1
    found = remember()
    for name in ("one", "two"):
        st.button(f"Keep {name}", on_click=more, args=(name,))
    st.button("Forget", on_click=forget)
    found = json.dumps(found, sort_keys=True)
    st.text(f"records={found} runs={st.session_state.runs}")


def step(by: int) -> None:
    st.session_state.place = st.session_state.get("place", 0) + by


@st.fragment
def presenting() -> None:
    keys(step)
    st.text(f"place={st.session_state.get('place', 0)}")
    st.button("Far ahead", on_click=step, args=(100,))
    time.sleep(0.2)  # fast presses come before this is over


def keys_page() -> None:
    presenting()
    number("Leverage", key="leverage", value=10, low=1, high=125, step=0.1)
    st.text_area("Words")
    st.tabs(["Left tab", "Right tab"])
    st.expander("More").write("more")
    st.html('<div class="ll-figure"><i tabindex="0">In the figure</i></div><i tabindex="0">Beside it</i>')
    st.html('<i tabindex="0" role="slider" aria-label="Handle" aria-valuenow="1"></i>')


st.set_page_config(page_title="Memory", page_icon="📉")
st.navigation(
    [
        st.Page(remembering, title="First", default=True),
        st.Page(st.fragment(remembering), title="Fragment", url_path="fragment"),
        st.Page(keys_page, title="Keys", url_path="keys"),
    ],
    position="top",
).run()
