"""Every slider ends where the engine's limits allow; what it shows is what is used."""

import inspect
from dataclasses import fields
from math import isnan

import pytest
from streamlit.testing.v1 import AppTest

from engine.margin.rules import RULE_FIELDS
from engine.margin.scenario import LIMITS, Scenario, ScenarioError
from engine.market.prices import DEFAULT_POINTS, PathChoice, PathError, Shape
from pages.shared import controls, formats, link
from pages.shared.dials import BASICS, DIALS, FOLDS, PICKS, SWITCHES, drawn_handles
from pages.shared.link import DEFAULT, build, flat

# What only makes sense beside another choice, and what it needs.
COMPANY = {
    "stop_price": {"leverage": 1.0},
    "volatility": {"shape": Shape.RANDOM},
    "seed": {"shape": Shape.RANDOM},
    "start": {"shape": Shape.REAL},
    "leverage": {"maintenance_rate": 0.0},
    "compare": {"maintenance_rate": 0.0},
    "maintenance_rate": {"leverage": 1.5},
    "closing_fee": {"leverage": 1.5},
    "trading_fee": {"leverage": 1.5},
}


def test_every_field_of_a_link_has_one_control():
    assert {*DIALS, *PICKS, "points"} == set(link.FIELDS)
    drawn = [*BASICS, "seed", "start", *(name for names in FOLDS.values() for name in names)]
    assert sorted(drawn) == sorted([*DIALS, "venue", "leftover"])
    assert set(SWITCHES) == {name for name in DIALS if isnan(flat(DEFAULT)[name])}
    assert set(FOLDS["more_rules"]) == {"venue", *RULE_FIELDS}


@pytest.mark.parametrize("name", DIALS)
def test_both_ends_of_every_slider_can_be_used(name):
    dial, limits = DIALS[name], LIMITS.get(name)
    assert dial.low < dial.high
    assert 0 < dial.step <= (dial.high - dial.low) / 2
    default = flat(DEFAULT)[name]
    assert isnan(default) or dial.low <= default <= dial.high
    if limits:
        assert limits.low <= dial.low and dial.high <= limits.high
    if dial.scale == "log":
        assert dial.low > 0
    whole = isinstance(default, int)
    assert dial.whole == whole
    if name == "stop_price":  # its ends follow the position
        return
    floor, ceiling = (limits.low, limits.high) if limits else (dial.low, dial.high)
    lowest = floor if dial.hard_low is None else dial.hard_low
    highest = ceiling if dial.hard_high is None else dial.hard_high
    for end in (dial.low, dial.high, lowest, highest):
        if name in ("maintenance_rate",) and end == 0.5:
            continue  # half of the position leaves no room at any useful leverage
        build(flat(DEFAULT) | COMPANY.get(name, {}) | {name: int(end) if whole else end})


@pytest.mark.parametrize("name", DIALS)
def test_every_number_the_field_can_show_survives_it(name):
    dial = DIALS[name]
    for share in (0, 0.1, 0.37, 1):
        value = dial.low + share * (dial.high - dial.low)
        value = round(value / dial.step) * dial.step
        text = formats.field_text(value, dial.style)
        assert formats.parse_number(text, dial.style) == pytest.approx(value, abs=1e-9)


def test_styles_say_what_a_number_is():
    money, rates = {"capital", "wallet", "top_up"}, {n for n, limit in LIMITS.items() if limit.is_rate}
    assert {n for n, d in DIALS.items() if d.style == "money"} == money
    assert {n for n, d in DIALS.items() if d.style == "percent"} == rates | {"how_far", "volatility"}
    assert {n for n, d in DIALS.items() if d.style == "multiple"} == {"leverage", "compare"}
    assert {n for n, d in DIALS.items() if d.style == "price"} == {"entry_price", "stop_price"}


def test_the_sliders_reach_what_the_lessons_need():
    assert DIALS["leverage"].high == 125
    assert DIALS["capital"].low <= 100 <= DIALS["capital"].high
    assert DIALS["how_far"].low == -0.5 == -DIALS["how_far"].high
    assert DIALS["maintenance_rate"].high >= 0.05


def test_limits_of_the_path_are_the_engines():
    for name, bad in (
        ("how_far", -0.96),
        ("steps", 1001),
        ("step_hours", 8761),
        ("volatility", 5.1),
        ("seed", 2**32),
    ):
        with pytest.raises(PathError) as refused:
            PathChoice(**{name: bad})
        assert refused.value.field == name
        assert (DIALS[name].hard_high or DIALS[name].high) < bad or bad < 0


@pytest.mark.parametrize("name", [field.name for field in fields(Scenario) if field.name in LIMITS])
def test_a_complaint_of_the_engine_finds_its_control(name):
    limits = LIMITS[name]
    with pytest.raises(ScenarioError) as refused:
        Scenario(**{name: limits.high * 2 + 1})
    assert refused.value.field == name
    assert name in DIALS


def test_handles_stand_on_the_path_they_draw():
    handles = drawn_handles((1.0, 0.9, 1.1), 200.0, 10)
    assert handles["x"] == [0, 5, 10]
    assert handles["y"] == pytest.approx([200, 180, 220])
    assert handles["fixed"] == [0]
    assert handles["low"] < 0.1 * 200
    assert handles["high"] == 800
    assert 0 < handles["step"] <= 1
    assert "{x}" in handles["label"]
    # A handle at either end makes a path the engine takes.
    for end in ("low", "high"):
        PathChoice(shape=Shape.DRAWN, points=(1.0, handles[end] / 200))
    assert drawn_handles(DEFAULT_POINTS, 100.0, 60)["x"][-1] == 60


def desk_script():
    import streamlit as st

    from pages.shared import link
    from pages.shared.controls import Desk

    desk = Desk("lab", only=st.session_state.get("only", link.FIELDS))
    for call, arguments in st.session_state.pop("calls", []):
        getattr(desk, call)(*arguments)
    st.session_state.desk = {
        "fields": dict(desk.fields), "query": desk.query, "problem": desk.problem,
        "choices": desk.choices, "prices": desk.prices, "handles": desk.handles(),
    }  # fmt: skip


def desk(at):
    assert not at.exception
    return at.session_state.desk


def test_dragged_prices_become_points_relative_to_the_entry():
    at = AppTest.from_function(desk_script, default_timeout=60)
    at.query_params["entry_price"] = "200"
    at.query_params["shape"] = "drawn"
    at.session_state.calls = [("draw", ([200.0, 150.0, 170.7400002],))]
    at.run()
    at.run()
    assert desk(at)["fields"]["points"] == (1.0, 0.75, 0.8537)
    assert "points=1%2C0.75%2C0.8537" in desk(at)["query"]
    assert desk(at)["handles"]["y"] == pytest.approx([200, 150, 170.74])
    assert desk(at)["prices"]["close"].iloc[-1] == pytest.approx(170.74)


def test_a_refused_set_keeps_the_last_choices_until_the_next_that_work():
    at = AppTest.from_function(desk_script, default_timeout=60).run()
    before = desk(at)["choices"]
    at.session_state.calls = [("set", ({"leverage": 199.0, "maintenance_rate": 0.05},))]
    at.run()
    at.run()
    assert desk(at)["problem"].field == "leverage"
    assert desk(at)["choices"] == before
    assert desk(at)["fields"]["leverage"] == 199
    at.session_state.calls = [("set", ({"leverage": 5.0},))]
    at.run()
    at.run()
    assert desk(at)["problem"] is None
    assert desk(at)["choices"].scenario == Scenario(leverage=5.0, maintenance_rate=0.05)


def test_without_its_file_a_page_stays_on_the_last_path_and_takes_over_all_else():
    at = AppTest.from_function(desk_script)
    at.query_params.update({"shape": "slide", "how_far": "-0.03", "steps": "31"})
    path = desk(at.run())["choices"].path
    at.session_state.calls = [("set", ({"shape": Shape.FILE, "how_far": 0.2, "leverage": 4.0},))]
    at.run()
    at.run()
    assert desk(at)["fields"]["shape"] is Shape.FILE and desk(at)["problem"] is None
    assert path == PathChoice(shape=Shape.SLIDE, how_far=-0.03, steps=31)
    assert desk(at)["choices"].scenario == Scenario(leverage=4.0)
    assert desk(at)["choices"].path == path and len(desk(at)["prices"]) == 32
    assert desk(at)["query"] == "leverage=4&shape=slide&how_far=-0.03&steps=31"


def test_every_reset_brings_another_uploader():
    at = AppTest.from_function(desk_script).run()
    for count in (1, 2):
        at.session_state.calls = [("reset", ())]
        at.run()
        assert not at.exception and at.session_state["uploads"] == count


def test_a_page_with_few_controls_ignores_and_names_the_rest_of_a_link():
    at = AppTest.from_function(desk_script, default_timeout=60)
    at.session_state.only = BASICS
    at.query_params["wallet"] = "50"
    at.query_params["leverage"] = "4"
    at.run()
    assert desk(at)["fields"]["wallet"] == 0
    assert desk(at)["fields"]["leverage"] == 4
    assert desk(at)["query"] == "leverage=4"
    assert at.session_state["lab notes"] == ["“wallet” is not a setting of this page."]


def test_a_link_is_taken_over_once():
    at = AppTest.from_function(desk_script, default_timeout=60)
    at.query_params["leverage"] = "4"
    at.run()
    at.session_state.calls = [("set", ({"leverage": 6.0},))]
    at.run()
    assert desk(at.run())["fields"]["leverage"] == 6


def test_defaults_come_from_the_engine_alone():
    source = inspect.getsource(controls)
    assert "Scenario(" not in source
    assert "PathChoice(" not in source
