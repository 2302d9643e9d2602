"""After the trigger: who pays, and how much is sold."""

import streamlit as st

from engine.margin.scenario import Side
from pages.lab.after import tabs
from pages.shared.controls import Desk
from pages.shared.nav import guard
from pages.shared.page import body
from pages.shared.widgets.address import address
from pages.shared.words import read

guard()
words = read("after")
st.title(words["title"])


@st.fragment
def after() -> None:
    """The two questions; only the open one is worked out."""
    desk = Desk("after", only=tabs.FIELDS, start=tabs.AFTER)
    address(desk.query)
    desk.notes()
    opened = st.tabs([words["tab_who"], words["tab_much"]], on_change="rerun", key="after.tabs")
    for (name, draw), tab in zip(tabs.TABS.items(), opened, strict=True):
        if tab.open:
            with tab, body(f"after_{name}") as parts:
                with parts.more:
                    st.markdown(words["position"])
                    for field in ("capital", "leverage", "entry_price"):
                        desk.dial(field)
                    desk.pick("side", st.segmented_control, Side)
                draw(desk, parts)


after()
