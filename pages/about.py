"""About: what this is, what it leaves out, and where to get help."""

import streamlit as st

from pages.shared.arrival import nothing_to_set
from pages.shared.nav import guard
from pages.shared.words import read, say

guard()
words = read("about")
st.title(words["title"])
nothing_to_set()
with st.container(key="reading"):
    st.markdown(say(words["intro"]))
    for part in ("modelled", "not_modelled", "honesty", "not_advice", "losses", "privacy", "licence"):
        st.header(words[f"{part}_title"])
        st.markdown(say(words[part]))
