"""For teachers: lesson plans, links, discussion and an answer key, ready to print."""

import streamlit as st

from pages.lessons import teach
from pages.shared.arrival import nothing_to_set
from pages.shared.nav import guard
from pages.shared.words import read, say

guard()
words = read("teach")
st.title(words["title"])
nothing_to_set()
with st.container(key="reading"):
    st.markdown(say(words["intro"]))
    st.caption(words["print_hint"])
    teach.plans()
    st.header(words["key_title"])
    st.markdown(say(words["key_intro"]))
    teach.lessons()
