"""Lesson: how likely is it?"""

import streamlit as st

from pages.lessons.how_likely import LUCK, Hundred, people_of
from pages.shared.lesson import Lesson, Scene, learn
from pages.shared.nav import guard, page
from pages.shared.words import say, table

guard()


def hundred(scene: Scene) -> Hundred:
    """The people of the present position."""
    path = scene.desk.choices.path
    return people_of(scene.scenario, path.steps, path.volatility)


def draw(scene: Scene) -> None:
    """A mark a person, drawn one by one."""
    people = hundred(scene)
    scene.show(*people.picture(scene.guess), playback=people.playback())


def more(scene: Scene) -> None:
    """The same at other leverages."""
    words = scene.lesson.words
    st.markdown(say(words["rows"]))
    columns = [words[f"column_{name}"] for name in ("leverage", "ended", "at_closes", "at_end")]
    st.markdown(table(columns, hundred(scene).rows()))


def after() -> None:
    """The page that goes on from here."""
    st.page_link(page("odds"), label=lesson.words["lab"])


DIALS = ("leverage", "steps", "volatility")
lesson = Lesson(
    "how_likely",
    draw,
    DIALS,
    start=LUCK,
    ends={"steps": (2, 60)},
    try_it=LUCK,
    more=more,
    after=after,
    tell=lambda scene: hundred(scene).told,
)
learn(lesson)
