"""The model and its sources, for those who want to check a number."""

import streamlit as st

from pages.shared.arrival import nothing_to_set
from pages.shared.nav import guard
from pages.shared.words import model_document, read, say

guard()
words = read("model")
st.title(words["title"])
nothing_to_set()
with st.container(key="reading"):
    st.markdown(say(words["intro"]))
    st.markdown(model_document())
