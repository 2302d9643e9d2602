"""The cascade room: a class of traders, one shock, and the sales that follow."""

import streamlit as st

from pages.lab.cascade import chains, tabs
from pages.shared.controls import Desk
from pages.shared.nav import guard
from pages.shared.page import body
from pages.shared.widgets import figure
from pages.shared.widgets.address import address
from pages.shared.words import read, say

guard()
words = read("cascade")
st.title(words["title"])


@st.fragment
def room() -> None:
    """The controls, the chain of sales and what follows from it."""
    desk = Desk("cascade", only=(), own=tabs.ROOM, words=words)
    address(desk.query)
    chain = chains.room(desk.numbers)
    with body(desk.page) as parts:
        with parts.main:
            with st.container(key="headline"):
                st.markdown(chains.sentence(desk.numbers, chain))
            wide, narrow, height = chains.picture(chain)
            figure.show(
                wide,
                key="cascade.chain",
                alt=chains.alt(desk.numbers, chain),
                narrow=narrow,
                playback=chains.playback(chain),
                height=height,
                file_name="cascade",
            )
        with parts.basics:
            desk.notes()
            st.markdown(say(words["intro"]))
            tabs.dials(desk)
        with parts.details:
            tabs.draw(desk, chain)


room()
