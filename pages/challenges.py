"""Your turn: five puzzles that ask for a set-up."""

import streamlit as st

from pages.lessons.challenges import play
from pages.shared.lesson import course
from pages.shared.nav import guard
from pages.shared.words import read

guard()
words = read("challenges")
st.title(words["title"])
st.markdown(words["intro"])
with st.container(key="lesson"):
    st.fragment(play.play)()
course.neighbours(play.SLUG)
