"""The map of the course: how far, how long, where to go on."""

import streamlit as st

from pages.shared.arrival import nothing_to_set
from pages.shared.contents import CHAPTERS
from pages.shared.lesson import course
from pages.shared.nav import guard, page
from pages.shared.widgets.memory import remember
from pages.shared.words import read

guard()
kept = remember()
words = read("course")
st.title(words["title"])
nothing_to_set()
st.markdown(course.about(words["intro"]))
slug = course.resume()
with st.container(key="go_on"):
    if course.state(slug) == "done":
        st.page_link(page("simulator"), label=words["finished"], icon=":material/arrow_forward:")
    else:
        st.page_link(page(slug), label=course.invitation(slug), icon=":material/arrow_forward:")
for chapter, parts in CHAPTERS.items():
    st.header(words[f"chapter_{chapter}"])
    with st.container(key=f"chapter_{chapter}"):
        for part in parts:
            course.card(part)
st.caption(words["memory"])
st.button(words["forget"], on_click=course.forget_me, disabled=not kept)
