"""The map of the course: how far, how long, where to go on."""

import streamlit as st

from pages.shared.arrival import nothing_to_set
from pages.shared.contents import PARTS
from pages.shared.lesson import course
from pages.shared.nav import guard, page
from pages.shared.widgets.memory import remember
from pages.shared.words import read

guard()
kept = remember()
words = read("course")
st.title(words["title"])
nothing_to_set()
st.markdown(words["intro"].format(minutes=sum(PARTS.values())))
st.header(words["resume_title"])
slug = course.resume()
is_new = all(course.state(part) == "new" for part in PARTS)
if course.state(slug) == "done":
    st.page_link(page("simulator"), label=words["finished"], icon=":material/arrow_forward:")
else:
    label = words["start" if is_new else "resume"].format(title=read(slug)["title"])
    st.page_link(page(slug), label=label, icon=":material/arrow_forward:")
st.header(words["map_title"])
for part, minutes in PARTS.items():
    course.row(part, course.state(part), minutes)
st.caption(words["memory"])
st.button(words["forget"], on_click=course.forget_me, disabled=not kept)
