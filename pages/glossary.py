"""One meaning for every term, and what others call it."""

import streamlit as st

from engine.facts import facts
from engine.margin.scenario import Scenario
from pages.shared.arrival import nothing_to_set
from pages.shared.nav import guard
from pages.shared.presets import CLASSROOM
from pages.shared.words import amounts, anchor, glossary, read, say, term_name, term_text

guard()
words = read("glossary")
example = amounts(facts(Scenario(**CLASSROOM), 0.0))
st.title(words["title"])
nothing_to_set()
with st.container(key="reading"):
    st.markdown(say(words["intro"], **example))
    for term in glossary():
        st.header(term_name(term), anchor=anchor(term))
        st.markdown(say(term_text(term), **example))
