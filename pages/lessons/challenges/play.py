"""The puzzles: the learner builds a set-up, the engine judges it, the browser remembers what is solved."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import streamlit as st

from engine.facts import facts
from engine.market.prices import Shape
from engine.market.replay import replay
from pages.lessons.challenges.puzzles import CLASSROOM, FALLS, KILLED, PUZZLES, RATES, SPARED, asked, judge
from pages.shared import report
from pages.shared.controls import Desk
from pages.shared.nav import simulator_link
from pages.shared.page import body
from pages.shared.widgets.address import address
from pages.shared.widgets.memory import keep, records, remember
from pages.shared.words import amounts, read, say

SLUG = "challenges"
WORDS, KIT = read(SLUG), read("lesson")
CHOSEN, CHECKED = f"{SLUG} chosen", f"{SLUG} checked"


class Puzzle(NamedTuple):
    """What a learner may set, and where everything starts."""

    sets: tuple[str, ...]
    start: Mapping[str, Any]


def _fall(puzzle: str) -> Puzzle:
    start = {"shape": Shape.SLIDE, "how_far": FALLS[puzzle], "maintenance_rate": RATES[puzzle]}
    return Puzzle(("leverage",), start)


SETUPS = {
    "trigger": Puzzle(("capital", "leverage", "wallet"), {"maintenance_rate": CLASSROOM}),
    "fall": _fall("fall"),
    "deep": _fall("deep"),
    "twins": Puzzle(("leverage", "wallet", "maintenance_rate"), {"maintenance_rate": CLASSROOM}),
    "path": Puzzle(
        ("points",),
        {
            "leverage": KILLED,
            "maintenance_rate": CLASSROOM,
            "shape": Shape.DRAWN,
            "steps": 12,
            "points": (1.0,) * 13,
        },
    ),
}


def solved() -> list[str]:
    """The puzzles this learner has solved; what else the browser may say is left out."""
    kept = records().get(SLUG, {}).get("solved")
    return [puzzle for puzzle in PUZZLES if isinstance(kept, list) and puzzle in kept]


def state() -> str:
    """How far the learner is, as of a lesson."""
    count = len(solved())
    return "done" if count == len(PUZZLES) else "begun" if count else "new"


def play() -> None:
    """One puzzle: what is asked, the controls, the check."""
    remember()
    puzzle = _choose()
    setup = SETUPS[puzzle]
    desk = Desk(SLUG, setup.sets, setup.start, also={"puzzle": PUZZLES})
    address("&".join(filter(None, (f"puzzle={puzzle}", desk.query))))
    st.caption(WORDS["solved"].format(count=len(solved()), all=len(PUZZLES)))
    with st.container(key="hook"):
        st.markdown(say(WORDS[f"ask_{puzzle}"], **amounts(asked(puzzle))))
    if "points" in setup.sets:
        desk.notes()
        st.caption(WORDS["draw"])
        _runs(desk)
        _verdict(puzzle, desk)
    else:
        with body(SLUG) as parts:
            with parts.basics:
                desk.notes()
                for name in setup.sets:
                    desk.dial(name)
            with parts.main:
                st.markdown(say(WORDS["now"], **amounts(facts(desk.choices.scenario, 0.0))))
                _verdict(puzzle, desk)


def _choose() -> str:
    """The puzzle of the link on arrival, afterwards the one that was picked."""
    key, wanted = f"{SLUG}.puzzle", st.query_params.get("puzzle", "")
    is_new = st.session_state.get("page") != SLUG
    if is_new and wanted in PUZZLES and wanted != st.session_state.get(CHOSEN):
        _open(wanted)

    def take() -> None:
        _open(st.session_state[key])
        setup = SETUPS[st.session_state[key]]
        Desk(SLUG, setup.sets, setup.start).reset()

    st.session_state[key] = st.session_state.setdefault(CHOSEN, PUZZLES[0])
    done = solved()
    return st.segmented_control(
        WORDS["choose"],
        PUZZLES,
        key=key,
        format_func=lambda puzzle: f"{'✓ ' * (puzzle in done)}{WORDS[f'name_{puzzle}']}",
        required=True,
        on_change=take,
    )


def _open(puzzle: str) -> None:
    """Nothing of another puzzle is left on the desk."""
    st.session_state[CHOSEN] = puzzle
    for name in ("fields", "good"):
        st.session_state.pop(f"{SLUG} {name}", None)


def _runs(desk: Desk) -> None:
    """The path as both leverages live through it."""
    scenario = desk.choices.scenario
    report.picture(desk, replay(scenario, desk.prices), report.run_at(scenario, SPARED, desk.prices))


def _verdict(puzzle: str, desk: Desk) -> None:
    """The check, and what it said of the set-up as long as that stands."""
    prices = desk.prices["low"].to_numpy()

    def check() -> None:
        st.session_state[CHECKED] = puzzle, desk.query
        if judge(puzzle, desk.choices.scenario, prices).is_right:
            keep(SLUG, {"solved": sorted({*solved(), puzzle})})

    is_refused = desk.problem is not None
    st.button(WORDS["check"], key=f"{SLUG}.check", on_click=check, disabled=is_refused)
    if is_refused or st.session_state.get(CHECKED) != (puzzle, desk.query):
        return
    verdict = judge(puzzle, desk.choices.scenario, prices)
    told = say(WORDS[f"{puzzle}_{verdict.reason}"], **amounts(verdict.given))
    if not verdict.is_right:
        st.info(f"{KIT['wrong']} {told}")
        return
    st.success(f"{KIT['right']} {told}")
    simulator_link(WORDS["see"], desk.fields)
