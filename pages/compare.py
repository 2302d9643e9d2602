"""Compare venues: one position under everybody's rules."""

import streamlit as st

from engine.margin.scenario import Side
from pages.lab.compare import tabs, triggers
from pages.shared.controls import Desk
from pages.shared.nav import guard
from pages.shared.page import body
from pages.shared.widgets import figure
from pages.shared.widgets.address import address
from pages.shared.words import read

guard()
words = read("compare")
st.title(words["title"])


@st.fragment
def compare() -> None:
    """The controls, the picture and the tables."""
    desk = Desk("compare", only=("side", "capital", "leverage", "entry_price"), start=triggers.ONE_COIN)
    address(desk.query)
    scenario = desk.choices.scenario
    found = triggers.compare(scenario)
    with body(desk.page) as parts:
        with parts.main:
            st.markdown(triggers.sentence(scenario, found))
            wide, narrow, height = triggers.picture(found)
            figure.show(
                wide, key="compare.triggers", alt=triggers.alt(scenario, found), narrow=narrow, height=height
            )
            st.caption(triggers.missing(found))
        with parts.basics:
            desk.notes()
            st.markdown(words["intro"])
            desk.dial("capital")
            desk.dial("leverage")
            desk.dial("entry_price")
            desk.pick("side", st.segmented_control, Side)
        with parts.details:
            tabs.draw(desk, found)


compare()
