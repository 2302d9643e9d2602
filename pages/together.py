"""Lesson: everybody at once."""

import streamlit as st

from pages.lab.cascade import chains
from pages.lessons.together import IMPACT, SHOCK
from pages.shared.dials import Dial, Own
from pages.shared.lesson import Lesson, Scene, learn
from pages.shared.nav import guard, page
from pages.shared.words import read

guard()
OWN = {
    "impact": Own(IMPACT, Dial(0.1, 4, 0.05, "money")),
    "shock": Own(SHOCK, Dial(90, 100, 0.1, "price")),
}


def draw(scene: Scene) -> None:
    """Three traders in a line, and the price that steps down past them."""
    chain = chains.three(scene.numbers)
    scene.show(*chains.picture(chain, scene.guess)[:2])


def room() -> None:
    """The way to the cascade room."""
    st.page_link(page("cascade"), label=read("together")["room"], icon=":material/arrow_forward:")


TRY = {"leverage": 14.0, "how_far": -0.08}
learn(
    Lesson(
        "together",
        draw,
        own=OWN,
        tell=lambda scene: chains.tell_three(scene.numbers),
        try_it=TRY,
        after=room,
    )
)
