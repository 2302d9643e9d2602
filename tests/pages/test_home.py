"""The start page: three controls, one picture, and the ways on."""

import random
from urllib.parse import parse_qsl

import pytest

from pages.shared import formats, link
from pages.shared.dials import BASICS, DIALS
from pages.shared.presets import PRESETS
from pages.shared.words import read
from tests.apptest import (
    broken,
    fields,
    figures,
    has,
    headline,
    message,
    open_tab,
    playback,
    query,
    texts,
    typed,
    visit,
)

WORDS, REPORT = read("home"), read("report")
TABS = [REPORT[f"tab_{name}"] for name in ("money", "events", "formula", "assumptions", "table")]


def sound(at):
    assert not at.exception
    assert broken(at) == []
    return at


def destinations(at):
    """Label → query of every link into the simulator."""
    return {item.proto.label: dict(parse_qsl(item.proto.query_string)) for item in at.get("page_link")}


def test_sixty_seconds_begin_with_the_whole_story():
    at = sound(visit("home"))
    assert query(at) == ""
    assert [name for name in DIALS if has(at, name)] == list(BASICS)
    for part in ("$100", "$900", "$1,000", "$90.45", "9.55\xa0%"):
        assert part in headline(at)
    assert figures(at)["Borrowed"] == "$900.00"
    assert "liquidated" in playback(at)["states"]
    shown = [element.value for element in (*at.title, *at.markdown, *at.header)]
    assert {WORDS["title"], WORDS["intro"], WORDS["point"], WORDS["ways"]} <= set(shown)


def test_every_situation_opens_the_simulator_with_its_choices():
    got = destinations(visit("home"))
    learn = WORDS["learn"]
    assert set(got) == {learn, WORDS["simulate"], *(WORDS[name] for name in PRESETS)}
    assert got[WORDS["simulate"]] == {"leverage": "10"}
    for name, preset in PRESETS.items():
        values, notes = link.decode(got[WORDS[name]])
        assert not notes
        assert {key: values[key] for key in preset} == preset


def test_the_simulator_opens_with_what_is_set_here():
    at = sound(typed(typed(visit("home"), "leverage", "7.5"), "how_far", "−8"))
    given = destinations(at)[WORDS["simulate"]]
    assert given == {"leverage": "7.5", "how_far": "-0.08"}
    other = visit("simulator", query(at))
    assert headline(other) == headline(at)
    assert message(other, "linked")["figure"] == message(at, "linked")["figure"]


def test_a_link_sets_the_three_controls_and_nothing_else():
    at = sound(visit("home", "capital=250&leverage=4&how_far=-0.3"))
    assert "$250" in headline(at)
    assert figures(at)["Borrowed"] == "$750.00"
    assert not at.info
    at = sound(visit("home", "capital=250&wallet=500"))
    assert "wallet" in at.info[0].value
    assert fields(at)["wallet"] == 0


@pytest.mark.parametrize(
    "given",
    [
        "leverage=nan",
        "capital=1e999",
        "leverage=199.9&capital=-5",
        "how_far=-0.99",
        "side=short",
        "x=%3Cb%3E",
        "leverage=",
    ],
)
def test_no_link_breaks_the_page(given):
    at = sound(visit("home", given))
    assert at.info
    sound(typed(at, "leverage", "20"))
    assert figures(at)["Borrowed"] == "$1,900.00"


@pytest.mark.parametrize(
    ("name", "text"), [("leverage", "500"), ("leverage", "ten"), ("capital", "-1"), ("how_far", "-99")]
)
def test_what_cannot_be_used_stays_in_its_field_with_a_sentence(name, text):
    at = visit("home")
    told = headline(at)
    sound(typed(at, name, text))
    assert message(at, name)["text"] == text
    assert len(message(at, name)["problem"]) > 20
    assert headline(at) == told


def test_a_refused_leverage_is_explained_at_its_control():
    at = visit("home")
    told = headline(at)
    sound(typed(at, "leverage", "200"))
    assert "Use less than 200x" in message(at, "leverage")["problem"]
    assert headline(at) == told
    assert query(at) == "" or headline(visit("home", query(at))) == told


@pytest.mark.slow
def test_capital_and_borrowed_are_the_position_at_every_place_of_both_sliders():
    at = visit("home")
    for capital in ("10", "33.33", "99.99", "1234.5", "9999.99", "100000"):
        for leverage in ("1", "1.7", "9.9", "33.3", "124.9"):
            at.session_state["home.capital"] = {"edit": capital}
            typed(at, "leverage", leverage)
            put, lent, held = (
                formats.parse_number(t.rstrip(".,:"), "money") for t in _first_amounts(headline(at), leverage)
            )
            assert put + lent == pytest.approx(held, abs=1e-9), headline(at)


def _first_amounts(sentence, leverage):
    amounts = [word for word in sentence.split() if word.startswith("$")]
    return (amounts[0], "$0", amounts[1]) if leverage == "1" else amounts[:3]


@pytest.mark.parametrize("seed", range(10))
def test_nothing_a_visitor_does_breaks_the_page(seed):
    rng = random.Random(seed)
    at = visit("home")
    for _ in range(20):
        for name in rng.sample(BASICS, rng.randint(1, 3)):
            dial = DIALS[name]
            value = dial.low + (dial.high - dial.low) * rng.choice([rng.random() ** 3, rng.uniform(-0.5, 2)])
            text = f"{value * formats.FIELD[dial.style].factor:.{rng.choice([0, 2, 5])}f}"
            at.session_state[f"home.{name}"] = {"edit": rng.choice([text] * 7 + ["", "abc", "1e400", "-0"])}
        at.session_state["home.tabs"] = rng.choice(TABS)
        sound(at.run())


def test_reset_equals_a_fresh_load():
    fresh, at = visit("home"), visit("home", "leverage=abc&capital=500")
    open_tab(typed(typed(typed(at, "leverage", "50"), "how_far", "x"), "capital", "77"), TABS[0])
    at.button("home.reset").click().run()
    assert texts(sound(at)) == texts(fresh)
    assert query(at) == ""
    assert str(fields(at)) == str(fields(fresh))


def test_every_page_of_the_menu_runs():
    at = visit("home")
    for page in ("pages/simulator.py", "pages/home.py"):
        sound(at.switch_page(page).run())


def test_a_page_opened_without_the_app_around_it_still_runs():
    from streamlit.testing.v1 import AppTest

    from tests.apptest import ROOT

    at = AppTest.from_file(str(ROOT / "pages/simulator.py"), default_timeout=60).run()
    assert not at.exception
    assert "$90.45" in headline(at)
