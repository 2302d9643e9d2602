"""Leverage map: what a move against you leaves, at every leverage, and where it ends."""

import streamlit as st

from engine.margin.scenario import Side
from pages.lab.leverage_map import cell, maps
from pages.shared.controls import Desk
from pages.shared.nav import guard
from pages.shared.page import body
from pages.shared.widgets import figure
from pages.shared.widgets.address import address
from pages.shared.words import read, say, table

guard()
words = read("leverage_map")
st.title(words["title"])
# Without a loan every requirement can be met: the columns have their own leverages.
START = {"leverage": 1.0}


@st.fragment
def leverage_map() -> None:
    """The controls, the map, and the same as a table."""
    desk = Desk("leverage_map", only=("side", "maintenance_rate"), start=START)
    address(desk.query)
    scenario = desk.choices.scenario
    seen = maps.survey(scenario)
    with body(desk.page) as parts:
        with parts.basics:
            desk.notes()
            st.markdown(words["intro"])
            chosen, is_clicked = cell.pick(scenario)
            desk.pick("side", st.segmented_control, Side)
            desk.dial("maintenance_rate")
        with parts.main:
            with st.container(key="now"):
                st.markdown(maps.sentence(scenario, seen, chosen))
            with st.container(key="load"):
                if maps.can_open(seen, chosen):  # else the simulator would refuse it
                    cell.load(desk.fields | maps.fields(scenario, chosen), is_clicked)
                else:
                    st.space()  # the map stays where it is
            wide, narrow = maps.picture(scenario, seen, chosen)
            told = {"alt": maps.alt(scenario, seen, chosen), "narrow": narrow, "height": maps.HEIGHT}
            figure.show(wide, key="leverage_map.map", on_cell=cell.click, **told)
            st.caption(words["hint"])
        with parts.details, st.container(key="reading"):
            st.header(words["table"])
            heads = (words["corner_table"], *map(maps.leverage_name, maps.LEVERAGES))
            st.markdown(table(heads, maps.rows(scenario, seen)))
            st.caption(say(words["left_out"]))


leverage_map()
