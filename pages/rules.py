"""Lesson: history and the rules."""

import streamlit as st

from engine.market.prices import Shape
from pages.lessons import rules
from pages.shared.lesson import Lesson, Scene, learn
from pages.shared.nav import guard
from pages.shared.words import table

guard()


def draw(scene: Scene) -> None:
    """What the day left under each cap."""
    scene.show(*rules.picture(scene.scenario, scene.first_guess))


def more(scene: Scene) -> None:
    """The caps that stand in law, in numbers."""
    heads = [scene.lesson.words[f"{name}_column"] for name in ("rule", "cap", "room", "left")]
    st.markdown(table(heads, rules.cap_rows(scene.scenario)))


US_LAW = {"shape": Shape.REAL, "leverage": 2.0, "maintenance_rate": 0.25}
learn(Lesson("rules", draw, dials=("leverage",), start=rules.CRASH, try_it=US_LAW, more=more))
