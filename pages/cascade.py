"""The cascade room: a class of traders, one shock, and the sales that follow."""

import streamlit as st

from pages.shared import cascade_tabs, cascades, figure
from pages.shared.address import address
from pages.shared.controls import Desk
from pages.shared.nav import guard
from pages.shared.page import body
from pages.shared.words import read, say

guard()
words = read("cascade")
st.title(words["title"])


@st.fragment
def room() -> None:
    """The controls, the chain of sales and what follows from it."""
    desk = Desk("cascade", only=(), own=cascade_tabs.ROOM, words=words)
    address(desk.query)
    chain = cascades.room(desk.numbers)
    with body(desk.page) as parts:
        with parts.main:
            with st.container(key="headline"):
                st.markdown(cascades.sentence(desk.numbers, chain))
            wide, narrow, height = cascades.picture(chain)
            figure.show(
                wide,
                key="cascade.chain",
                alt=cascades.alt(desk.numbers, chain),
                narrow=narrow,
                playback=cascades.playback(chain),
                height=height,
                file_name="cascade",
            )
        with parts.basics:
            desk.notes()
            st.markdown(say(words["intro"]))
            cascade_tabs.dials(desk)
        with parts.details:
            cascade_tabs.draw(desk, chain)


room()
