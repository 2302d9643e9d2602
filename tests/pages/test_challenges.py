"""The puzzles on the page: built, checked, solved, remembered, forgotten; every sentence whole."""

import random
import re
from string import Formatter

import pytest
import textstat

from engine.margin.scenario import Scenario
from pages.lessons.challenges import play
from pages.lessons.challenges.puzzles import PUZZLES, asked, judge
from pages.shared.lesson import course
from pages.shared.words import amounts, plain, read
from tests.apptest import BROKEN, broken, fields, has, message, query, typed, visit

WORDS, KIT = read("challenges"), read("lesson")
# For each puzzle set-ups that lead to every verdict.
TRIES = {
    "trigger": {
        "large": {"leverage": 12.0},
        "small": {"leverage": 2.0},
        "none": {"capital": 1000.0, "leverage": 1.0},
        "near": {},
        "far": {"capital": 500.0, "leverage": 2.0},
        "right": {"capital": 240.0, "leverage": 4.17},
    },
    "fall": {"over": {"leverage": 7.0}, "spare": {"leverage": 6.0}, "right": {"leverage": 6.89}},
    "deep": {"over": {"leverage": 4.0}, "spare": {"leverage": 3.0}, "right": {"leverage": 3.29}},
    "twins": {
        "same": {},
        "none": {"leverage": 1.0},
        "near": {"leverage": 15.0},
        "far": {"leverage": 5.0},
        "right": {"leverage": 19.0, "wallet": 90.0},
    },
    "path": {
        "ends_low": {},
        "ends_high": {"points": (1.0, 0.9, 1.2)},
        "shallow": {"points": (1.0, 0.95, 1.05)},
        "deep": {"points": (1.0, 0.8, 1.05)},
        "right": {"points": (1.0, 0.9, 1.05)},
    },
}
CASES = [(puzzle, reason) for puzzle, tries in TRIES.items() for reason in tries]


def sound(at):
    assert not at.exception
    assert broken(at) == []
    return at


def link(puzzle, **setup):
    parts = [f"{name}={','.join(map(str, v)) if name == 'points' else v}" for name, v in setup.items()]
    return "&".join([f"puzzle={puzzle}", *parts])


def check(at):
    at.button(key="challenges.check").click()
    return sound(at.run())


def choose(at, puzzle):
    at.button_group("challenges.puzzle").set_value(puzzle)
    return sound(at.run())


def record(at):
    return at.session_state["memory records"].get("challenges", {}).get("solved", [])


def told(at):
    return [element.value for element in (*at.success, *at.info)]


@pytest.mark.parametrize(("puzzle", "reason"), CASES)
def test_every_verdict_is_told_in_a_whole_sentence(puzzle, reason):
    at = sound(visit("challenges", link(puzzle, **TRIES[puzzle][reason])))
    assert told(at) == []
    at = check(at)
    (sentence,) = told(at)
    start = WORDS[f"{puzzle}_{reason}"].split("{")[0].split("[[")[0].replace("$", "\\$")
    assert start in sentence and not BROKEN.search(sentence)
    assert "\\$" in sentence or reason == "same"
    right = reason == "right"
    assert sentence.startswith(KIT["right" if right else "wrong"])
    assert record(at) == ([puzzle] if right else [])
    links = [e.proto for e in at.get("page_link") if e.proto.label == WORDS["see"]]
    assert len(links) == right
    if right:
        assert f"1 of {len(PUZZLES)} solved" in [c.value for c in at.caption]
        opened = visit("simulator", links[0].query_string, unfolded=False)
        assert not opened.exception and not opened.info


def test_the_tries_cover_every_verdict_there_is_a_sentence_for():
    sentences = {name for name in WORDS if name.partition("_")[0] in PUZZLES}
    assert sentences == {f"{puzzle}_{reason}" for puzzle, reason in CASES}
    rest = WORDS.keys() - sentences
    families = {f"{part}_{puzzle}" for part in ("name", "ask") for puzzle in PUZZLES}
    assert rest - families == {"title", "intro", "choose", "solved", "check", "see", "now", "draw"}


@pytest.mark.parametrize(("puzzle", "reason"), CASES)
def test_every_blank_is_filled_and_no_number_typed(puzzle, reason):
    for name, given in (
        (f"ask_{puzzle}", asked(puzzle)),
        (f"{puzzle}_{reason}", _verdict(puzzle, reason).given),
    ):
        assert not BROKEN.search(plain(WORDS[name], **amounts(given)))
        assert not re.search(r"\d", re.sub(r"\{\w+\}", "", WORDS[name]))


def _verdict(puzzle, reason):
    setup = dict(TRIES[puzzle][reason])
    points = [100 * point for point in setup.pop("points", (1.0,))]
    rate = play.SETUPS[puzzle].start["maintenance_rate"]
    verdict = judge(puzzle, Scenario(**{"maintenance_rate": rate} | setup), points)
    assert verdict.reason == reason
    return verdict


def test_the_words_are_easy():
    filled = {}
    for puzzle, reason in CASES:
        filled |= amounts(_verdict(puzzle, reason).given)
    text = "\n".join(
        plain(
            part,
            **filled
            | {name: "ten" for _, name, _, _ in Formatter().parse(part) if name not in filled and name},
        )
        for part in WORDS.values()
    )
    assert textstat.flesch_kincaid_grade(text) <= 6


def test_what_was_said_goes_when_the_set_up_changes_and_comes_back_with_it():
    at = check(visit("challenges"))
    (sentence,) = told(at)
    assert "\\$140 more" in sentence
    at = sound(typed(at, "wallet", "100"))
    assert told(at) == []
    at = check(at)
    assert "\\$40 more" in told(at)[0]
    at = check(sound(typed(at, "wallet", "140")))
    assert at.success and record(at) == ["trigger"]
    assert any("✓" in label for label in _labels(at))


def _labels(at):
    return at.button_group("challenges.puzzle").options


def test_another_puzzle_starts_from_its_own_set_up():
    at = sound(typed(visit("challenges"), "leverage", "4"))
    at = choose(at, "deep")
    assert query(at) == "puzzle=deep"
    assert fields(at)["leverage"] == 10 and fields(at)["maintenance_rate"] == 0.005
    assert has(at, "leverage") and not has(at, "capital") and not has(at, "linked")
    at = choose(at, "path")
    assert has(at, "linked") and message(at, "linked")["page"]["handles"]
    at = choose(at, "trigger")
    assert fields(at)["leverage"] == 10 and query(at) == "puzzle=trigger"


def test_a_drawn_path_is_judged_as_it_is_dragged():
    at = visit("challenges", "puzzle=path")
    at.session_state["challenges fields"]["points"] = (1.0, 0.97, 0.9, 0.95, 1.05)
    at = check(sound(at.run()))
    assert at.success
    again = visit("challenges", query(at))
    assert check(again).success


def test_a_rule_cannot_be_made_easier_by_a_link():
    at = visit("challenges", "puzzle=fall&maintenance_rate=0&capital=5&leverage=9")
    assert at.info and fields(at)["maintenance_rate"] == 0.05
    assert "over" in WORDS["fall_over"] and "it is over" in told(check(at))[-1]


def test_the_map_knows_and_forgetting_forgets():
    title = WORDS["title"]
    for solved, state in (([], "new"), (["fall", "nonsense"], "begun"), (list(PUZZLES), "done")):
        at = visit("course", unfolded=False)
        at.session_state["memory"] = {"stored": {"records": {"challenges": {"solved": solved}}}}
        at.run()
        assert f"{course.STATES[state]} {title}" in [e.proto.label for e in at.get("page_link")]
    at = check(visit("challenges", link("fall", leverage=6.89)))
    at.switch_page("pages/course.py").run()
    next(b for b in at.button if b.label == read("course")["forget"]).click()
    at.run()
    assert not [key for key in at.session_state._state.filtered_state if str(key).startswith("challenges")]


@pytest.mark.parametrize(
    "kept", [{"solved": 3}, {"solved": {"fall": 1}}, {"solved": [["fall"], None, 2]}, {"x": 1}]
)
def test_hostile_memories_do_no_harm(kept):
    at = visit("challenges", unfolded=False)
    at.session_state["memory"] = {"stored": {"records": {"challenges": kept}}}
    at = sound(at.run())
    assert f"0 of {len(PUZZLES)} solved" in [c.value for c in at.caption] or "fall" in kept["solved"]


@pytest.mark.parametrize("seed", range(4))
def test_nothing_a_visitor_does_breaks_the_page(seed):
    rng = random.Random(seed)
    at = visit("challenges", rng.choice(["", "puzzle=none", "puzzle=path&points=1,2,x", "points=1,2"]))
    for _ in range(5):
        at = choose(at, rng.choice(PUZZLES))
        for name in set(play.SETUPS[at.session_state[play.CHOSEN]].sets) & {
            "capital",
            "leverage",
            "wallet",
        }:
            at = sound(typed(at, name, rng.choice(["", "-5", "nan", "1e99", "1", "200", "7.3"])))
        if not at.button(key="challenges.check").disabled:
            at = check(at)
