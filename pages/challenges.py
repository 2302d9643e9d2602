"""Your turn: five puzzles that ask for a set-up."""

import streamlit as st

from engine.quiz import SLUGS
from pages.shared import puzzles
from pages.shared.nav import guard, page
from pages.shared.words import read

guard()
words = read("challenges")
st.title(words["title"])
st.markdown(words["intro"])
with st.container(key="lesson"):
    st.fragment(puzzles.play)()
st.page_link(page(SLUGS[-1]), label=read("course")["next"].format(title=read(SLUGS[-1])["title"]))
