"""A lesson for a room, one idea at a time."""

import streamlit as st

from engine.market.replay import replay
from engine.questions import Choice
from pages.shared.controls import Desk
from pages.shared.lesson import course
from pages.shared.lesson.guess import put
from pages.shared.lesson.lesson import KIT, Lesson, Scene
from pages.shared.lesson.play import lab
from pages.shared.lesson.said import answer_blanks, blanks_of, say_part
from pages.shared.nav import page
from pages.shared.widgets.address import address
from pages.shared.widgets.keys import keys
from pages.shared.words import amounts, say

PRESENTER = "presenter"


def _slides(lesson: Lesson) -> list[tuple[str, str]]:
    """What a presenter shows, one idea at a time: a kind and the name of a check."""
    slides = [("hook", ""), ("predict", "")]
    slides += [(part, "") for part in ("draw", "more") if getattr(lesson, part)]
    slides += [("reveal", str(i)) for i in range(len(_paragraphs(lesson)))]
    slides += [(part, "") for part in ("rule", "kept") if part in lesson.words]
    for question in lesson.quiz.checks:
        slides += [("check", question.name), ("answer", question.name)]
    return [*slides, ("discuss", "")]


def _paragraphs(lesson: Lesson) -> list[str]:
    """The reveal, an idea at a time."""
    return lesson.words["reveal"].split("\n\n") if "reveal" in lesson.words else []


def present(lesson: Lesson) -> None:
    """One slide, and the way to the others."""
    slides = _slides(lesson)
    key = f"{lesson.slug} slide"
    if st.session_state.get("page") != lesson.slug:
        step = st.query_params.get("step", "")
        st.session_state[key] = int(step) if step.isdecimal() and len(step) < 4 else 0
    at = st.session_state[key] = max(0, min(st.session_state[key], len(slides) - 1))
    desk = lesson.desk(view=(PRESENTER,), step=tuple(map(str, range(len(slides)))), stage=course.STAGES)
    address("&".join(filter(None, (f"view={PRESENTER}", f"step={at}", desk.query))))

    def turn(by: int) -> None:
        st.session_state[key] += by

    keys(turn)
    st.title(KIT["slide"].format(title=lesson.words["title"], number=at + 1, count=len(slides)))
    kind, name = slides[at]
    desk.notes()
    with st.container(key="slide"):
        _slide(lesson, desk, kind, name)
    with st.container(horizontal=True, key="turn"):
        st.button(KIT["back"], on_click=turn, args=(-1,), disabled=at == 0)
        st.button(
            KIT["forward"],
            on_click=turn,
            args=(1,),
            disabled=at == len(slides) - 1,
            type="primary",
        )
        st.page_link(page("teach"), label=KIT["leave"])


def _slide(lesson: Lesson, desk: Desk, kind: str, name: str) -> None:
    match kind:
        case "draw" | "more":
            scene = Scene(lesson, desk, replay(desk.choices.scenario, desk.prices), "play", {})
            lab(scene, getattr(lesson, kind))
        case "predict":
            say_part(lesson, "predict")
            for question in lesson.quiz.guesses:
                if isinstance(question, Choice):
                    st.markdown("\n".join(f"- {lesson.words[f'predict_{o}']}" for o in question.options))
                elif len(lesson.quiz.guesses) > 1:
                    st.markdown(
                        f"- {say(lesson.words[f'predict_{question.name}'], **amounts(question.given))}"
                    )
            put(lesson, desk)
        case "reveal":
            st.markdown(say(_paragraphs(lesson)[int(name)], **blanks_of(lesson)))
        case "check" | "answer":
            question = next(q for q in lesson.quiz.checks if q.name == name)
            st.markdown(say(lesson.words[f"check_{name}"], **amounts(question.given)))
            if kind == "answer":
                st.markdown(say(lesson.words[f"check_{name}_right"], **answer_blanks(question)))
        case _:
            say_part(lesson, kind)
