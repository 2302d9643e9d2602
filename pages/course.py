"""The map of the course: how far, how long, where to go on."""

import streamlit as st

from engine import challenges
from engine.quiz import MINUTES, SLUGS
from pages.shared import course, puzzles
from pages.shared.memory import remember
from pages.shared.nav import guard, page
from pages.shared.words import read

guard()
kept = remember()
words = read("course")
st.title(words["title"])
st.markdown(words["intro"].format(minutes=sum(MINUTES.values())))
st.header(words["resume_title"])
slug = course.resume()
is_new = all(course.state(lesson) == "new" for lesson in SLUGS)
if course.state(slug) == "done":
    st.page_link(page("simulator"), label=words["finished"], icon=":material/arrow_forward:")
else:
    label = words["start" if is_new else "resume"].format(title=read(slug)["title"])
    st.page_link(page(slug), label=label, icon=":material/arrow_forward:")
st.header(words["map_title"])
for lesson in SLUGS:
    if lesson == SLUGS[-1]:
        course.row(puzzles.SLUG, puzzles.state(), challenges.MINUTES)
    course.row(lesson, course.state(lesson), MINUTES[lesson])
st.caption(words["memory"])
st.button(words["forget"], on_click=course.forget_me, disabled=not kept)
