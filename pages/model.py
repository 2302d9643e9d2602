"""The model and its sources, for those who want to check a number."""

import streamlit as st

from pages.shared.nav import guard
from pages.shared.words import model_document, read, say

guard()
words = read("model")
st.title(words["title"])
with st.container(key="reading"):
    st.markdown(say(words["intro"]))
    st.markdown(model_document())
