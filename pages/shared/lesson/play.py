"""Playing with a lesson: its controls, and beside them what they do."""

from collections.abc import Callable

import streamlit as st

from pages.shared.dials import named
from pages.shared.lesson.lesson import Scene
from pages.shared.page import body
from pages.shared.words import say


def lab(scene: Scene, *pictures: Callable[[Scene], None] | None) -> None:
    """The pictures, what they show in words, and the controls of the lesson."""
    lesson = scene.lesson
    with body(lesson.slug) as parts:
        with parts.main:
            with st.container(key="now"):
                st.markdown(say(lesson.words["now"], **scene.blanks))
            for draw in filter(None, pictures):
                draw(scene)
        with parts.basics:
            chosen = lesson.ways[scene.desk.way(lesson.ways, lesson.words)] if lesson.ways else {}
            for name in lesson.dials:
                if name in chosen or name not in named(lesson.ways):
                    words = lesson.words.get(f"dial_{name}", "")
                    scene.desk.dial(name, ends=lesson.ends.get(name), words=words)
            for name in lesson.own:
                scene.desk.dial(name)
