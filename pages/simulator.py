"""The simulator: every choice about a position, its rules, its price path, and what follows."""

import streamlit as st

from engine.margin.scenario import Side
from engine.market.prices import Shape
from pages.shared import price_upload, report
from pages.shared.controls import Desk
from pages.shared.nav import guard
from pages.shared.page import body
from pages.shared.widgets.address import address
from pages.shared.words import read

guard()
words = read("simulator")
st.title(words["title"])


@st.fragment
def simulator() -> None:
    """The controls and all that follows from them."""
    desk = Desk("simulator")
    address(desk.query)
    run, ghost = report.runs(desk)
    with body(desk.page) as parts:
        # The figure first: it is the longest on its way to the screen.
        with parts.main:
            if desk.is_waiting:
                price_upload.wait(desk.problem)
            else:
                report.picture(desk, run, ghost)
        with parts.basics:
            desk.notes()
            desk.dial("capital")
            desk.dial("leverage")
            desk.pick("shape", st.selectbox, Shape)
            desk.path()
        with parts.more:
            desk.pick("side", st.segmented_control, Side)
            desk.rules()
            desk.groups(words)
            report.actions(desk, run, ghost)
        if not desk.is_waiting:
            with parts.details:
                report.details(desk, run)


simulator()
