"""Forced liquidation in sixty seconds: three sliders, one picture, one sentence."""

import streamlit as st

from pages.shared import link, report
from pages.shared.controls import Desk
from pages.shared.dials import BASICS
from pages.shared.formats import percent
from pages.shared.nav import guard, page, simulator_link
from pages.shared.page import body
from pages.shared.presets import CLASSROOM, PRESETS
from pages.shared.widgets.address import address
from pages.shared.words import read

guard()
words = read("home")
st.title(words["title"])


@st.fragment
def story() -> None:
    """The controls and all that follows from them."""
    desk = Desk("home", only=BASICS)
    address(desk.query)
    run, ghost = report.runs(desk)
    with body(desk.page) as parts:
        # The figure first: it is the longest on its way to the screen.
        with parts.main:
            report.picture(desk, run, ghost)
        with parts.basics:
            desk.notes()
            st.markdown(words["intro"])
            for name in BASICS:
                desk.dial(name)
        with parts.more:
            st.markdown(words["point"])
            with st.container(key="go_on"):
                st.page_link(page("course"), label=words["learn"], icon=":material/arrow_forward:")
            simulator_link(words["simulate"], link.flat(desk.choices))
            report.actions(desk, run, ghost)
        with parts.details:
            report.details(desk, run)


story()
st.header(words["ways"])
st.caption(words["ways_note"].format(classroom=percent(CLASSROOM["maintenance_rate"])))
for name, fields in PRESETS.items():
    simulator_link(words[name], link.flat(link.DEFAULT) | fields)
