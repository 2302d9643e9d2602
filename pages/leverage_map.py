"""Leverage map: what a move against you leaves, at every leverage, and where it ends."""

import streamlit as st

from engine.scenario import Side
from pages.shared import figure, maps
from pages.shared.address import address
from pages.shared.controls import Desk
from pages.shared.nav import guard, simulator_link
from pages.shared.page import body
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
            column = pick(words["column"], "column", [maps.leverage_name(at) for at in maps.LEVERAGES], 4)
            row = pick(words["row"], "row", [maps.move_name(scenario, move) for move in maps.MOVES], 3)
            chosen = maps.Cell(row, column)
            desk.pick("side", st.segmented_control, Side)
            desk.dial("maintenance_rate")
        with parts.main:
            with st.container(key="now"):
                st.markdown(maps.sentence(scenario, seen, chosen))
            if maps.can_open(seen, chosen):  # else the simulator would refuse it
                simulator_link(words["load"], desk.fields | maps.fields(scenario, chosen))
            wide, narrow = maps.picture(scenario, seen, chosen)
            told, height = maps.alt(scenario, seen, chosen), maps.HEIGHT
            figure.show(wide, key="leverage_map.map", alt=told, narrow=narrow, height=height)
            st.caption(words["hint"])
        with parts.details, st.container(key="reading"):
            st.header(words["table"])
            heads = (words["corner_table"], *map(maps.leverage_name, maps.LEVERAGES))
            st.markdown(table(heads, maps.rows(scenario, seen)))
            st.caption(say(words["left_out"]))


def pick(label, name, texts, start):
    """One row or column of the map, by its place."""
    key, places = f"leverage_map.{name}", range(len(texts))
    st.session_state.setdefault(key, start)
    return st.segmented_control(label, places, key=key, format_func=texts.__getitem__, required=True)


leverage_map()
