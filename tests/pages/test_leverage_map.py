"""Leverage map: every cell agrees with a run of the simulator, and the picture with the table."""

import json
import random
import re

import pytest

from engine.margin.scenario import Scenario, ScenarioError, Side
from engine.market.prices import PathChoice, price_frame
from engine.market.replay import replay
from pages.lab.leverage_map import cell, maps
from pages.shared import formats
from pages.shared.words import read
from tests.apptest import broken, message, query, typed, visit

WORDS = read("leverage_map")
START = Scenario(leverage=1.0, maintenance_rate=0.05)


def sound(at):
    assert not at.exception
    assert broken(at) == []
    return at


def choose(at, column, row):
    at.button_group("leverage_map.column").set_value(maps.LEVERAGES.index(column))
    at.button_group("leverage_map.row").set_value(maps.MOVES.index(row))
    return sound(at.run())


def click(at, column, row):
    """As a click on the picture: the test of it in a browser is in tests/browser/test_figure.py."""
    kept = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cell.st, "session_state", kept)
        cell.click(maps.LEVERAGES.index(column), maps.MOVES.index(row))
    for name, value in kept.items():
        at.session_state[name] = value
    return sound(at.run())


def load_link(at):
    return next((e.proto for e in at.get("page_link") if e.proto.label == WORDS["load"]), None)


def is_followed(at):
    return any(e.proto.id.endswith("-follow") for e in at.get("bidi_component"))


def told(at):
    return next(m.value for m in at.markdown if m.value.startswith("You put up")).replace("\\", "")


def cells(at):
    """The table: head of the row → its cells."""
    text = next(m.value for m in at.markdown if m.value.startswith(f"| {WORDS['corner_table']}"))
    lines = [re.sub(r"\\(.)", r"\1", line).strip("| ").split(" | ") for line in text.split("\n")[2:]]
    return {head.replace(formats.NBSP, " "): rest for head, *rest in lines}


@pytest.mark.parametrize("rate", [0.0, 0.005, 0.05])
@pytest.mark.parametrize("side", Side)
def test_every_cell_ends_as_the_simulator_plays_it(side, rate):
    scenario = Scenario(side=side, leverage=1.0, maintenance_rate=rate)
    seen = maps.survey(scenario)
    for row in range(len(maps.MOVES)):
        for column in range(len(maps.LEVERAGES)):
            cell = maps.Cell(row, column)
            asked = maps.fields(scenario, cell)
            path = PathChoice(shape=asked.pop("shape"), how_far=asked.pop("how_far"))
            try:
                run = replay(Scenario(**asked), price_frame(path, 100.0))
            except ScenarioError:
                assert not maps.can_open(seen, cell) and seen.is_ended[cell]
                continue
            assert maps.can_open(seen, cell)
            assert run.is_liquidated == seen.is_ended[cell], cell
            if not run.is_liquidated:
                assert run.settlement.returned == pytest.approx(seen.equity[cell])


def test_the_map_of_the_classroom():
    at = sound(visit("leverage_map", "maintenance_rate=0.05"))
    shown = cells(at)
    assert shown["−5 %"] == ["$95", "$90", "$85", "$75", "$50", "ended", "ended", "ended"]
    assert shown["−50 %"] == ["$50", *["ended"] * 7]
    ends = shown[WORDS["row_end"]]
    assert [end.replace(formats.NBSP, " ") for end in ends[:5]] == [
        "never",
        "−47.37 %",
        "−29.82 %",
        "−15.79 %",
        "−5.26 %",
    ]
    assert ends[5:] == ["at once"] * 3
    assert shown[WORDS["row_left"]][4] == "$47.37"


def test_ended_cells_are_hatched_and_crossed_and_the_others_hold_numbers():
    seen = maps.survey(START)
    figure, _ = maps.picture(START, seen, maps.Cell(0, 0))
    left, ended, numbers, crosses = figure["data"]
    count = int(seen.is_ended.sum())
    assert ended["fillpattern"]["shape"] == "\\"
    assert ended["x"].count(None) == count == len(crosses["text"])
    assert set(crosses["text"]) == {maps.ENDED}
    assert len(left["x"]) == len(numbers["text"]) == seen.is_ended.size - count
    assert left["marker"]["opacity"][0] == max(left["marker"]["opacity"])
    assert "$50" in numbers["text"] and not any("−" in text for text in numbers["text"])


def test_the_chosen_cell_is_said_outlined_and_loaded():
    at = choose(visit("leverage_map", "maintenance_rate=0.05"), 5.0, 0.1)
    assert "**$50**" in told(at) and "ended" not in told(at)
    (shape,) = message(at, "map")["figure"]["layout"]["shapes"]
    assert (shape["x0"] + shape["x1"], shape["y0"] + shape["y1"]) == (6, 8)
    (link,) = [e.proto for e in at.get("page_link") if e.proto.label == WORDS["load"]]
    opened = visit("simulator", link.query_string, unfolded=False)
    assert not opened.exception and "$50" in message(opened, "linked")["page"]["alt"]
    at = choose(at, 10.0, 0.1)
    assert "**ended**" in told(at) and "$47.37" in told(at)
    at = choose(at, 50.0, 0.01)
    assert "before it began" in told(at)
    assert not [e for e in at.get("page_link") if e.proto.label == WORDS["load"]]
    assert "ended" in message(at, "map")["page"]["alt"]


def test_a_clicked_cell_is_opened_once_by_the_link_of_the_page():
    at = visit("leverage_map", "side=short&maintenance_rate=0.02")
    assert message(at, "map")["page"]["cells"] and not is_followed(at)
    at = click(at, 20.0, 0.03)
    assert is_followed(at) and message(at, "follow") == {"within": "load"}
    clicked = load_link(at).query_string
    assert "leverage=20" in clicked and "how_far=0.03" in clicked
    assert not is_followed(sound(at.run()))
    chosen = choose(visit("leverage_map", "side=short&maintenance_rate=0.02"), 20.0, 0.03)
    assert load_link(chosen).query_string == clicked and not is_followed(chosen)


def test_a_click_on_a_cell_that_is_closed_at_once_only_chooses_it():
    at = click(visit("leverage_map", "maintenance_rate=0.05"), 50.0, 0.02)
    assert "before it began" in told(at)
    assert load_link(at) is None and not is_followed(at)
    at = choose(at, 5.0, 0.02)
    assert load_link(at) and not is_followed(at)


def test_the_chosen_cell_is_kept_while_the_visitor_is_on_another_page():
    at = click(visit("leverage_map"), 20.0, 0.03)
    at = sound(at.switch_page("pages/glossary.py").run())
    at = sound(at.switch_page("pages/leverage_map.py").run())
    assert "20x" in told(at) and "3 %" in told(at).replace(formats.NBSP, " ")


def test_a_link_brings_back_the_map():
    at = sound(visit("leverage_map", "side=short&maintenance_rate=0.1"))
    assert query(at) == "side=short&maintenance_rate=0.1"
    assert "+5 %" in cells(at) and cells(at)["+50 %"][0] != "ended"
    drawn = json.dumps(message(at, "map"), ensure_ascii=False)
    assert f"+5{formats.NBSP}%" in drawn and f"−5{formats.NBSP}%" not in drawn


def test_the_name_of_the_rows_stands_left_of_the_cells():
    picture, _ = maps.picture(START, maps.survey(START), maps.Cell(0, 0))
    (corner,) = (label for label in picture["layout"]["annotations"] if label["text"] == WORDS["corner"])
    assert (corner["x"], corner["xanchor"]) == (0, "right") and corner["xshift"] < 0
    assert (corner["y"], corner["yanchor"]) == (1, "bottom") and corner["yshift"] > 0


@pytest.mark.parametrize("seed", range(4))
def test_nothing_a_visitor_does_breaks_the_page(seed):
    rng = random.Random(seed)
    at = visit("leverage_map", rng.choice(["", "leverage=50", "side=up", "maintenance_rate=9"]))
    for _ in range(4):
        texts = ["", "0", "-5", "nan", "1e99", "many", "30", "0.4 %"]
        at = sound(typed(at, "maintenance_rate", rng.choice(texts)))
        at = choose(at, rng.choice(maps.LEVERAGES), rng.choice(maps.MOVES))
