"""A link brings back every choice, bit for bit; a hostile one brings back a page that works."""

import string
import struct
from dataclasses import replace
from math import copysign, isnan, nan, nextafter
from urllib.parse import parse_qsl

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from engine.margin.rules import Rules, rule_values
from engine.margin.scenario import LIMITS, Keeper, Scenario, ScenarioError, Side
from engine.market.prices import PathChoice, PathError, Shape
from engine.venues.records import VENUES
from engine.venues.terms import Leftover
from pages.shared import link
from pages.shared.link import DEFAULT, FIELDS, REPLAYED, Choices, build, decode, encode, flat
from pages.shared.presets import PRESETS


def between(name):
    limits = LIMITS[name]
    return (
        st.integers(limits.low, int(limits.high)) if limits.is_whole else st.floats(limits.low, limits.high)
    )


def built(make, *parts):
    """What `make` builds; what it refuses is no valid choice."""
    try:
        return make(*parts)
    except (ScenarioError, PathError):
        assume(False)


@st.composite
def scenarios(draw):
    names = draw(st.sets(st.sampled_from([n for n in LIMITS if n != "stop_price"])))
    values = {name: draw(between(name)) for name in sorted(names)}
    scenario = built(lambda: Scenario(side=draw(st.sampled_from(Side)), **values))
    if draw(st.booleans()):
        far = scenario.liquidation_price if scenario.liquidation_price > 0 else scenario.entry_price / 2
        scenario = built(lambda: replace(scenario, stop_price=(scenario.entry_price + far) / 2))
    return scenario


points = st.lists(st.floats(0.0501, 4), min_size=2, max_size=20).map(tuple)
paths = st.builds(
    PathChoice,
    shape=st.sampled_from(Shape),
    how_far=st.floats(-0.94, 1),
    steps=st.integers(2, 1000),
    step_hours=st.floats(1e-9, 8760),
    volatility=st.floats(0, 5),
    seed=st.integers(0, 2**32 - 1),
    points=st.just(()) | points,
    start=st.integers(0, 10**9),
)


def bits(value):
    """Equal only for the same value of the same kind; every nan is the same, and so are the two zeros."""
    if isinstance(value, tuple):
        return tuple(map(bits, value))
    if isinstance(value, float):
        return "nan" if isnan(value) else struct.pack("d", value + 0.0)
    return type(value), value


def opened(query, only=FIELDS):
    return decode(dict(parse_qsl(query, keep_blank_values=True)), only)


@given(scenarios(), paths, st.just(nan) | st.floats(1, 200), st.sampled_from(["", "", *REPLAYED]))
def test_a_link_brings_back_every_choice_bit_for_bit(scenario, path, compare, venue):
    values = flat(Choices(scenario, path, compare, venue))
    built(build, values)
    got, notes = opened(encode(values))
    assert not notes
    assert {name: bits(v) for name, v in got.items()} == {name: bits(v) for name, v in values.items()}
    assert build(got) == build(values) or isnan(compare)


@pytest.mark.parametrize("name", [name for name in PRESETS])
def test_every_preset_survives_its_own_link(name):
    values = flat(DEFAULT) | PRESETS[name]
    got, notes = opened(encode(values))
    assert not notes
    assert build(got).scenario == build(values).scenario
    assert build(got).path == build(values).path


def test_a_link_names_only_what_differs_from_the_defaults():
    assert encode(flat(DEFAULT)) == ""
    assert build(decode({})[0]).scenario == DEFAULT.scenario
    assert decode({})[1] == []
    assert encode(flat(DEFAULT) | {"wallet": 0.1 + 0.2}) == "wallet=0.30000000000000004"
    assert encode(flat(DEFAULT) | {"points": (1.0, 0.925)}) == "points=1%2C0.925"
    assert encode(flat(DEFAULT) | {"capital": 50.0, "wallet": 5.0}, only=["capital"]) == "capital=50"


def test_a_venue_brings_its_own_requirement_and_leaves_the_fields_alone():
    values = flat(DEFAULT) | {"capital": 5_000.0, "entry_price": 50_000.0, "maintenance_rate": 0.05}
    choices = build(values | {"venue": "bitget"})
    assert choices.scenario.liquidation_price == pytest.approx(45_207.96, abs=0.005)
    bybit = build(values | {"venue": "bybit"}).scenario
    assert bybit.liquidation_price == pytest.approx(45_226.13, abs=0.005)
    stock = values | {"leverage": 2.0, "venue": "us-stock"}
    assert build(stock).scenario.liquidation_price == pytest.approx(50_000 / 1.5)
    short = build(stock | {"side": Side.SHORT}).scenario
    assert short.liquidation_price == pytest.approx(50_000 * 1.5 / 1.3)
    assert flat(choices)["closing_fee"] == 0 and flat(choices)["maintenance_rate"] == 0.05
    assert "closing_fee" not in encode(flat(choices))
    assert opened(encode(flat(choices)))[0]["venue"] == "bitget"


@pytest.mark.parametrize("slug", REPLAYED)
@pytest.mark.parametrize("keeper", Keeper)
def test_a_venue_has_its_own_answer_to_who_keeps_what_is_left(slug, keeper):
    values = flat(DEFAULT) | {"capital": 5_000.0, "leverage": 1.5, "leftover": keeper, "venue": slug}
    choices = build(values)
    fund_keeps = VENUES[slug].leftover is Leftover.FUND
    assert choices.scenario.leftover is (Keeper.FUND if fund_keeps else Keeper.TRADER)
    assert "leftover" not in encode(flat(choices))


def test_a_venue_that_is_not_one_or_does_not_fit_is_dropped_with_a_note():
    got, notes = opened("venue=atlantis&leverage=5")
    assert got["venue"] == "" and got["leverage"] == 5 and "atlantis" in notes[0]
    got, notes = opened("venue=us-stock&leverage=3")
    assert "at most 2x" in notes[0] and (got["leverage"], got["venue"]) == (2.0, "us-stock")
    got, notes = opened("venue=us-stock")
    assert not notes and (got["leverage"], got["venue"]) == (2.0, "us-stock")
    got, notes = opened("venue=")
    assert not notes and got["venue"] == ""
    got, notes = opened("venue=bybit&capital=1000000000")
    assert "larger than the table of Bybit" in notes[0] and got["venue"] == "bybit"


def test_names_in_links_are_public():
    assert (
        *("side", "capital", "leverage", "entry_price", "maintenance_rate", "closing_fee", "trading_fee"),
        *("liquidation_fee", "leftover", "funding_rate", "funding_interval_hours", "interest_rate", "wallet"),
        *("stop_price", "top_up", "top_up_step", "reduce_fraction", "reduce_step"),
        *("shape", "how_far", "steps", "step_hours", "volatility", "seed", "points", "start", "compare"),
        "venue",
    ) == FIELDS


HOSTILE = [
    "",
    " ",
    "nan",
    "-nan",
    "inf",
    "-Infinity",
    "1e999",
    "-1e308",
    "1e308",
    "-0",
    "-0.0",
    "0",
    "1e-320",
    "0x10",
    "1_0",
    "١٢",
    "10%",
    "$10",
    "1,2",
    "1,,2",
    "," * 3000,
    "9" * 5000,
    "a" * 100_000,
    "1;DROP TABLE runs",
    "' OR 1=1 --",
    "<script>alert(1)</script>",
    "{capital}",
    "None",
    "LONG",
    "Long",
    "long ",
    "\x00",
    "𝟙",
    "12.5",
    "2",
    "True",
    "[]",
]


def works(values, notes):
    """A page can be drawn from it, and each note is one sentence that fits on it."""
    build(values)
    assert list(values) == list(FIELDS)
    for note in notes:
        assert note.endswith(".")
        assert len(note) < 500
        assert "Traceback" not in note


@pytest.mark.parametrize("name", FIELDS)
def test_no_value_of_any_field_can_break_a_link(name):
    default = {n: bits(v) for n, v in flat(DEFAULT).items()}
    for text in HOSTILE:
        values, notes = decode({name: text})
        works(values, notes)
        got = {n: bits(v) for n, v in values.items()}
        assert got == (default if notes else default | {name: got[name]}), text
        assert not {"nan", "inf"} & set(encode(values).replace("=", " ").split())


@given(
    st.dictionaries(
        st.sampled_from([*FIELDS, "embed", "page", "__class__", "Leverage", "<b>", ""]),
        st.sampled_from(HOSTILE)
        | st.floats().map(str)
        | st.text(string.printable, max_size=9)
        | st.sampled_from([*Side, *Shape]),
        max_size=8,
    )
)
@example({"maintenance_rate": "0.5", "leverage": "200", "stop_price": "99", "compare": "200"})
@example({"capital": "1", "trading_fee": "0.05", "reduce_step": "0", "points": "1,5"})
def test_no_mixture_can_break_a_link(given_link):
    values, notes = decode(given_link)
    works(values, notes)
    again, none = opened(encode(values))
    assert not none
    assert {n: bits(v) for n, v in again.items()} == {n: bits(v) for n, v in values.items()}


@pytest.mark.parametrize(
    ("given_link", "dropped", "kept"),
    [
        ({"side": "up", "capital": "50"}, "side “up” is not one of the choices", {"capital": 50.0}),
        ({"shape": "hill", "capital": "50"}, "shape “hill” is not one of the choices", {"capital": 50.0}),
        ({"capital": "nan", "leverage": "5"}, "capital “nan” is not a number", {"leverage": 5.0}),
        ({"steps": "60.5", "leverage": "5"}, "steps “60.5” is not a number", {"leverage": 5.0}),
        ({"leverage": "1e9", "capital": "50"}, "outside 1 to 200", {"capital": 50.0}),
        ({"lev": "5", "capital": "50"}, "“lev” is not a setting of this page", {"capital": 50.0}),
        ({"leverage": "125", "maintenance_rate": "0.05"}, "Use less than 20x", {"maintenance_rate": 0.05}),
        ({"stop_price": "80", "leverage": "5"}, "the platform would act first", {"leverage": 5.0}),
        ({"stop_price": "101", "capital": "50"}, "would close this long at once", {"capital": 50.0}),
        ({"compare": "150", "maintenance_rate": "0.05"}, "Use less than 20x", {"maintenance_rate": 0.05}),
        (
            {"points": "1,0.9,nan", "capital": "50"},
            "points “1,0.9,nan” is not a list of numbers",
            {"capital": 50.0},
        ),
        ({"points": "1", "capital": "50"}, "points has 1 waypoints", {"capital": 50.0}),
        ({"shape": "slide", "how_far": "-0.99"}, "moves by -99 %", {"shape": Shape.SLIDE}),
    ],
)
def test_what_is_dropped_is_said_and_the_rest_is_kept(given_link, dropped, kept):
    values, notes = decode(given_link)
    works(values, notes)
    assert len(notes) == 1
    assert dropped in notes[0]
    assert {n: bits(v) for n, v in values.items()} == {n: bits(v) for n, v in (flat(DEFAULT) | kept).items()}


def test_leverage_refused_for_the_rules_around_it_drops_the_rules_too():
    values, notes = decode({"maintenance_rate": "0.3", "capital": "50"})
    works(values, notes)
    assert len(notes) == 1
    assert "Use less than" in notes[0]
    assert values["leverage"] == 10 and values["capital"] == 50
    assert values["maintenance_rate"] == DEFAULT.scenario.maintenance_rate


def test_settings_of_another_page_and_of_streamlit_are_told_apart():
    values, notes = decode({"wallet": "50", "embed": "true", "embed_options": "dark_theme"}, ["capital"])
    assert notes == ["“wallet” is not a setting of this page."]
    assert values["wallet"] == 0


def test_a_long_value_is_cut_in_its_note():
    note = decode({"capital": "x" * 90})[1][0]
    assert "x" * 40 + "…" in note
    assert "x" * 41 not in note
    assert "…" not in decode({"capital": "x" * 40})[1][0]
    assert len(decode({"y" * 90: "1"})[1][0]) < 90


def test_the_other_leverage_is_judged_by_the_same_rules_and_blamed_by_its_own_name():
    values = flat(DEFAULT) | rule_values(Rules.CLASSROOM) | {"compare": 25.0}
    with pytest.raises(ScenarioError) as refused:
        build(values)
    assert refused.value.field == "compare"
    assert build(values | {"compare": 15.0}).compare == 15
    # Its run goes without the stop, which may lie beyond its trigger.
    assert build(values | {"compare": 15.0, "stop_price": 95.0}).scenario.stop_price == 95


@given(st.floats(1, 200), st.floats(1e-6, 1e9))
def test_a_number_in_a_link_is_short_when_it_can_be_and_exact_always(leverage, price):
    for value in (leverage, price, round(leverage, 4), nextafter(price, 0)):
        text = link._text(value)
        assert float(text) == value
        assert copysign(1, float(text)) == copysign(1, value)
    assert link._text(round(leverage, 4)) == f"{round(leverage, 4):.15g}"


def test_a_number_too_large_for_a_count_is_not_read_out_in_full():
    for name in ("steps", "seed", "start", "top_up_step"):
        values, notes = decode({name: "1e300"})
        works(values, notes)
        assert len(notes[0]) < 200, name


@given(st.dictionaries(st.sampled_from("abc"), st.floats(allow_nan=False, allow_infinity=False)))
def test_a_page_s_own_numbers_come_back_bit_for_bit(changed):
    start = {"a": 1.0, "b": 0.03, "c": 3000.0}
    query = dict(parse_qsl(link.encode_numbers(start | changed, start)))
    assert link.decode_numbers(query, start) == (start | changed, [])
    assert query.keys() == {name for name, value in changed.items() if value != start[name]}


@pytest.mark.parametrize("text", ["", "many", "nan", "inf", "1e999", "x" * 99])
def test_an_own_number_that_is_none_is_dropped_and_named(text):
    numbers, (note,) = link.decode_numbers({"a": text, "b": "2"}, {"a": 1.0, "b": 0.0})
    assert numbers == {"a": 1.0, "b": 2.0}
    assert note.startswith("a “") and note.endswith("is not a number.") and len(note) < 70
