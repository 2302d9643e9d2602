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
from pages.shared import formats, link
from pages.shared.dials import DIALS, Dial, Own, held, typed_ends
from pages.shared.link import DEFAULT, FIELDS, REPLAYED, Choices, build, decode, encode, flat
from pages.shared.presets import PRESETS


def between(name):
    """Whatever the control of a field can show, from end to end."""
    low, high = typed_ends(DIALS[name], name)
    if DIALS[name].whole:
        return st.integers(int(low), int(high))
    return st.floats(low, high).map(lambda value: held(value, DIALS[name], name))


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
        stop = held((scenario.entry_price + far) / 2, DIALS["stop_price"], "stop_price")
        scenario = built(lambda: replace(scenario, stop_price=stop))
    return scenario


points = st.lists(st.floats(0.0501, 4), min_size=2, max_size=20).map(tuple)
paths = st.builds(
    PathChoice,
    shape=st.sampled_from(Shape),
    how_far=between("how_far").filter(lambda move: move <= 1),
    steps=between("steps"),
    step_hours=between("step_hours"),
    volatility=between("volatility"),
    seed=between("seed"),
    points=st.just(()) | points,
    start=between("start"),
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


@given(scenarios(), paths, st.just(nan) | between("compare"), st.sampled_from(["", "", *REPLAYED]))
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
    assert encode(flat(DEFAULT) | {"wallet": 1.9e-05}) == "wallet=0.000019"
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
    "1e307",
    "5e-324",
    "1e300",
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
        ({"leverage": "1e9", "capital": "50"}, "outside 1x to 200x", {"capital": 50.0}),
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
        (
            {"shape": "slide", "how_far": "-0.99"},
            "−99\xa0% is outside −94\xa0% to 300\xa0%",
            {"shape": Shape.SLIDE},
        ),
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


DIAL = Dial(0, 10, 0.1, "price", hard_low=-1e9, hard_high=1e9)
START = {"a": 1.0, "b": 0.03, "c": 3000.0}
OWN = {name: Own(start, DIAL) for name, start in START.items()}
whatever = st.floats(-1e9, 1e9).map(lambda value: held(value, DIAL))


@given(st.dictionaries(st.sampled_from("abc"), whatever))
def test_a_page_s_own_numbers_come_back_bit_for_bit(changed):
    query = dict(parse_qsl(link.encode_numbers(START | changed, START)))
    assert link.decode_numbers(query, OWN) == (START | changed, [])
    assert query.keys() == {name for name, value in changed.items() if value != START[name]}


@pytest.mark.parametrize("text", ["", "many", "nan", "inf", "1e999", "x" * 99])
def test_an_own_number_that_is_none_is_dropped_and_named(text):
    numbers, (note,) = link.decode_numbers({"a": text, "b": "2"}, OWN)
    assert numbers == START | {"b": 2.0}
    assert note.startswith("a “") and note.endswith("is not a number.") and len(note) < 70


# --- one home for a limit ------------------------------------------------------------------------


@pytest.mark.parametrize("name", DIALS)
def test_a_link_reaches_as_far_as_the_field_and_no_farther(name):
    dial = DIALS[name]
    for end, beyond in zip(typed_ends(dial, name), (-1, 1), strict=True):
        at_end, beyond_it = (
            decode({name: f"{at:.17g}"}, start={"maintenance_rate": 0.0, "leverage": 1.0})
            for at in (end, end + beyond * max(1e-3, abs(end) * 1e-3))
        )
        assert not any("is outside" in note for note in at_end[1]), end
        assert len(beyond_it[1]) == 1 and (
            "is outside" in beyond_it[1][0] or "not a number" in beyond_it[1][0]
        )


@pytest.mark.parametrize(
    ("given_link", "kept", "note"),
    [
        ({"how_far": "-0.945"}, -0.12, "−94.5\xa0% is outside −94\xa0% to 300\xa0%"),
        ({"step_hours": "0.005"}, 24.0, "0.005 is outside 0.01 to 8,760"),
        ({"step_hours": "5e-324"}, 24.0, "almost 0 is outside 0.01 to 8,760"),
        ({"volatility": "1e-9"}, 0.0, ""),
        ({"how_far": "1e-7"}, 0.0, ""),
        ({"wallet": "0.30000000000000004"}, 0.3, ""),
        ({"leverage": "1_0"}, 10.0, "leverage “1_0” is not a number"),
        ({"wallet": "\u0661\u0660"}, 0.0, "is not a number"),
        ({"interest_rate": "1e308"}, 0.0, "more than"),
        ({"leverage": "-0"}, 10.0, "0x is outside 1x to 200x"),
    ],
)
def test_a_number_in_a_link_is_what_its_field_shows(given_link, kept, note):
    values, notes = decode(given_link)
    (name,) = given_link
    assert values[name] == kept
    assert len(notes) == bool(note) and note in "".join(notes)
    assert formats.as_shown(values[name], DIALS[name].style) == values[name]


def test_names_nobody_knows_are_one_note_however_many():
    assert decode({f"n{i}": "1" for i in range(900)})[1] == [
        "“n0”, “n1”, “n2” and 897 more are not settings of this page."
    ]
    assert decode({"a": "1", "b": "2"})[1] == ["“a”, “b” are not settings of this page."]


def test_what_a_page_reads_besides_is_named_where_it_says_nothing():
    also = {"puzzle": ("fall", "deep")}
    assert decode({"puzzle": "fall", "embed": "true"}, also=also)[1] == []
    assert decode({"puzzle": "none"}, also=also)[1] == ["puzzle “none” is not one of the choices."]
    assert decode({"puzzle": "fall"})[1] == ["“puzzle” is not a setting of this page."]


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("99", "Shock: 99 is outside 90 to 95"),
        ("93.5", "Shock: 93.5 lies between two steps"),
        ("1e300", "more"),
    ],
)
def test_a_page_s_own_number_beyond_its_dial_falls_back_and_is_named(text, note):
    own = {"shock": Own(94.0, Dial(90, 95, 1, whole=True))}
    numbers, notes = link.decode_numbers({"shock": text}, own, {"shock": "Shock"})
    assert numbers == {"shock": 94.0} and len(notes) == 1 and note in notes[0]
