"""The simulator as a visitor meets it: acceptance numbers, links, refusals, files, reset, and noise."""

import datetime as dt
import random
import re
from math import isnan

import numpy as np
import pytest

from engine.margin.rules import RULE_FIELDS, Rules, rule_values
from engine.margin.scenario import Keeper, Scenario, Side
from engine.market.prices import DEFAULT_POINTS, Shape
from pages.shared import formats, link
from pages.shared.dials import DIALS, SWITCHES
from pages.shared.presets import PRESETS
from pages.shared.words import read
from tests.apptest import (
    broken,
    fields,
    figure,
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

pytestmark = pytest.mark.slow

CLASSROOM = "maintenance_rate=0.05"
SIGNATURE = f"shape=signature&how_far=-0.06&{CLASSROOM}"
WORDS, REPORT, FILE_WORDS = read("controls"), read("report"), read("price_file")
TABS = [REPORT[f"tab_{name}"] for name in ("money", "events", "formula", "assumptions", "table")]


def sound(at):
    """No exception, nothing undefined in anything a visitor can read."""
    assert not at.exception
    assert broken(at) == []
    return at


def closing_row(at):
    """What the playback says at the closing step: texts by the name of their column."""
    steps = playback(at)
    names = ("when", "price", "assets", "debt", "equity", "requirement", "trigger")
    return {name: column[steps["closed"]] for name, column in zip(names, steps["rows"], strict=True)}


def group(at, name):
    return at.button_group(f"simulator.{name}")


def same(a, b):
    return a == b or (isinstance(a, float) and isinstance(b, float) and isnan(a) and isnan(b))


# --- the numbers of the lessons ------------------------------------------------------------------


def test_a_hundred_dollars_at_ten_times():
    at = sound(visit("simulator"))
    assert query(at) == ""
    assert re.search(r"\$100 .*\$900 .*\$1,000\b", headline(at))
    assert figures(at)["Borrowed"] == "$900.00"
    assert figures(at)["Liquidation price"] == "$90.45 (−9.55\xa0%)"
    assert "$90.45" in headline(at)
    assert "9.55\xa0%" in headline(at)


@pytest.mark.parametrize(
    ("given", "trigger"),
    [
        (CLASSROOM, "$94.74 (−5.26\xa0%)"),
        (f"{CLASSROOM}&side=short", "$104.76 (+4.76\xa0%)"),
        ("", "$90.45 (−9.55\xa0%)"),
        ("maintenance_rate=0", "$90.00 (−10.00\xa0%)"),
        ("leverage=1", formats.no_trigger()),
        (f"leverage=1&side=short&{CLASSROOM}", "$190.48 (+90.48\xa0%)"),
        (f"top_up=50&{CLASSROOM}", "$89.47 (−10.53\xa0%)"),
        (f"wallet=200&{CLASSROOM}", "$73.68 (−26.32\xa0%)"),
        ("leverage=7.5&entry_price=60000", "$52,261.31 (−12.90\xa0%)"),
    ],
)
def test_the_liquidation_price_stands_beside_the_sentence_in_it_and_in_the_picture(given, trigger):
    at = sound(visit("simulator", given))
    assert figures(at)["Liquidation price"] == trigger
    assert trigger.split(" (")[0] in headline(at)
    labels = [label.text for label in figure(at).layout.annotations]
    assert any(trigger.split(" (")[0].removeprefix("$") in text for text in labels)


def test_adding_fifty_on_the_way_and_halving_at_97_move_the_trigger():
    at = sound(visit("simulator", f"{SIGNATURE}&top_up=50&top_up_step=1"))
    assert "94.74" in playback(at)["rows"][6][1]
    assert "89.47" in playback(at)["rows"][6][2]
    assert playback(at)["closed"] == -1
    at = sound(visit("simulator", f"{SIGNATURE}&reduce_fraction=0.5&reduce_step=1"))
    assert "94.74" in playback(at)["rows"][6][1]
    assert "87.37" in playback(at)["rows"][6][2]
    assert playback(at)["closed"] == -1


def test_isolated_and_cross_lose_different_amounts_at_their_triggers():
    isolated = visit("simulator", f"shape=slide&how_far=-0.0527&steps=1000&{CLASSROOM}")
    cross = visit("simulator", f"shape=slide&how_far=-0.2632&steps=1000&wallet=200&{CLASSROOM}")
    # A path that ends just beyond each trigger is closed within cents of it: 52.63 and 263.16 are lost.
    for at, left in ((isolated, 100 - 52.63), (cross, 300 - 263.16)):
        got = float(closing_row(at)["equity"].replace("$", ""))
        assert got == pytest.approx(left, abs=0.1)
    assert figures(cross)["Left of your money"].endswith("of $300")


def test_right_in_the_end_and_out_before():
    at = sound(visit("simulator", SIGNATURE))
    assert playback(at)["closed"] == 4
    assert playback(at)["states"][4:] == ["liquidated", "closed", "closed"]
    assert figures(at)["Left of your money"] == "$40.00 of $100"
    assert re.search(r"step 4\b.*\$94\.00.*\$40 of your \$100.*\$150\.", headline(at))
    moment = [label.text for label in figure(at).layout.annotations if "Liquidated" in label.text]
    assert len(moment) == 1
    assert all(part in moment[0] for part in ("step 4", "94.00", "$40", "$100"))
    with_fee = visit("simulator", f"{SIGNATURE}&liquidation_fee=0.005")
    assert figures(with_fee)["Left of your money"] == "$35.30 of $100"


def test_a_jump_past_everything_leaves_the_lender_short():
    at = sound(visit("simulator", f"shape=gap&how_far=-0.12&{CLASSROOM}"))
    assert closing_row(at)["price"] == "88.00"
    assert closing_row(at)["equity"] == "−$20.00"
    assert figures(at)["Left of your money"] == "$0.00 of $100"
    assert "$20 of the lender" in headline(at)
    shown = "\n".join(m.value.replace("\\", "") for m in at.markdown)
    for party, amount in (("lender", "−$20.00"), ("trader", "−$100.00")):
        row = next(
            line for line in shown.split("\n") if read("story")[f"party_{party}"] in line and "|" in line
        )
        assert amount in row


def test_waiting_alone_ends_a_position():
    at = sound(visit("simulator", f"shape=sideways&how_far=0&steps=180&funding_rate=0.0001&{CLASSROOM}"))
    assert playback(at)["closed"] == 167
    assert "step 167" in headline(at)
    assert "moved the trigger" in headline(at)
    assert closing_row(at)["price"] == "100.00"
    # $1,000 at 0.01 % three times a day is $0.30 a day.
    assert playback(at)["rows"][4][30] == "$91.00"


def test_october_1987_at_four_times():
    at = sound(visit("simulator", "shape=real&leverage=4"))
    closed = playback(at)["closed"]
    day = dt.datetime.strptime(playback(at)["rows"][0][closed], "%d %b %Y")
    assert (day.year, day.month, day.day) == (1987, 10, 19)
    assert playback(at)["states"][closed] == "liquidated"
    assert playback(at)["rows"][1][0] == "327.33"
    assert "321.83" in " ".join(c.value for c in at.caption)
    assert "19 Oct 1987" in headline(at)


OUTCOMES = {
    "try_signature": ("liquidated", "step 4", "$40.00 of $100"),
    "try_gap": ("liquidated", "step 30", "$0.00 of $100"),
    "try_short": ("liquidated", None, None),
    "try_wait": ("liquidated", "step 167", "$49.90 of $100"),
    "try_real": ("liquidated", "19 Oct 1987", None),
}


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_is_a_link_with_the_outcome_it_promises(name):
    given = link.encode(link.flat(link.DEFAULT) | PRESETS[name])
    at = sound(visit("simulator", given))
    outcome, at_step, left = OUTCOMES[name]
    assert playback(at)["states"][playback(at)["closed"]] == outcome
    assert at_step is None or at_step in headline(at)
    assert left is None or figures(at)["Left of your money"] == left
    assert not at.info
    assert (
        dict(p.split("=") for p in query(at).split("&")).items()
        >= dict(p.split("=") for p in given.split("&")).items()
    )


def test_the_short_preset_is_closed_above_its_trigger():
    at = visit("simulator", link.encode(link.flat(link.DEFAULT) | PRESETS["try_short"]))
    assert figures(at)["Liquidation price"] == "$109.45 (+9.45\xa0%)"
    assert float(closing_row(at)["price"]) >= 109.45


# --- no liquidation price ------------------------------------------------------------------------


def test_no_liquidation_price_is_said_in_words_everywhere():
    at = sound(visit("simulator", "leverage=1&how_far=-0.9"))
    assert formats.no_trigger() in headline(at)
    assert figures(at)["Liquidation price"] == formats.no_trigger()
    assert set(playback(at)["rows"][6]) == {formats.no_trigger()}
    assert formats.no_trigger() in " ".join(label.text for label in figure(at).layout.annotations)
    assert formats.no_trigger() in " ".join(
        label["text"] for label in message(at, "linked")["page"]["narrow"]["annotations"]
    )
    for tab in TABS:
        sound(open_tab(at, tab))
        if tab == REPORT["tab_formula"]:
            assert formats.no_trigger() in " ".join(str(m.value) for m in at.markdown)
        if tab == REPORT["tab_table"]:
            assert set(at.table[0].value["Liquidation price"]) == {formats.no_trigger()}


# --- controls ------------------------------------------------------------------------------------


def test_rules_set_the_fields_and_a_change_by_hand_unmarks_them():
    at = visit("simulator")
    assert group(at, "rules").value is Rules.SIMPLE
    for rules in (Rules.CLASSROOM, Rules.REALISTIC, Rules.SIMPLE):
        group(at, "rules").set_value(rules)
        sound(at.run())
        assert {name: fields(at)[name] for name in RULE_FIELDS} == rule_values(rules)
        for name in set(RULE_FIELDS) & set(DIALS):
            style = DIALS[name].style
            assert message(at, name)["text"] == formats.field_text(rule_values(rules)[name], style)
        assert group(at, "rules").value is rules
    typed(at, "maintenance_rate", "1")
    assert fields(at)["maintenance_rate"] == 0.01
    assert group(at, "rules").value is None
    assert figures(at)["Liquidation price"].startswith("$90.91")


def test_who_keeps_what_is_left_is_a_rule_of_its_own():
    at = visit("simulator", SIGNATURE)
    assert "$40 of your $100 is left and comes back to you" in headline(at)
    group(at, "leftover").set_value(Keeper.FUND)
    at = sound(at.run())
    assert "the $40 that was left of your $100 goes to the platform’s fund" in headline(at)
    assert figures(at)["Left of your money"] == "$0.00 of $100"
    assert "leftover=fund" in query(at)
    assert group(at, "rules").value is None
    again = sound(visit("simulator", query(at)))
    assert headline(again) == headline(at)
    group(at, "rules").set_value(Rules.CLASSROOM)
    assert fields(sound(at.run()))["leftover"] is Keeper.TRADER


def test_a_folded_control_keeps_who_keeps_what_is_left():
    at = visit("simulator", SIGNATURE + "&leftover=fund", unfolded=False)
    for fold in (True, False, True):
        at.session_state["simulator.more_rules"] = fold
        at = sound(at.run())
        assert fields(at)["leftover"] is Keeper.FUND
        assert "platform’s fund" in headline(at)


def test_a_venue_says_who_keeps_what_is_left():
    at = sound(visit("simulator", "venue=bitget&leftover=trader"))
    assert "platform’s fund" in headline(at)
    assert not [one for one in at.button_group if one.key == "simulator.leftover"]
    assert "leftover" not in query(at)
    at = sound(visit("simulator", "venue=us-stock&shape=crash&how_far=-0.4&steps=90&leftover=fund"))
    assert "comes back to you" in headline(at)


def test_a_refused_choice_keeps_the_last_picture_what_was_typed_and_says_why():
    at = visit("simulator", CLASSROOM)
    before, told = message(at, "linked")["figure"], headline(at)
    sound(typed(at, "leverage", "125"))
    control = message(at, "leverage")
    assert control["text"] == "125x"
    assert "Use less than 20x" in control["problem"]
    assert WORDS["refused"] in control["problem"]
    assert message(at, "linked")["figure"] == before
    assert headline(at) == told
    for other in ("capital", "maintenance_rate", "how_far"):
        assert message(at, other)["problem"] == ""
    sound(typed(at, "leverage", "15"))
    assert message(at, "leverage")["problem"] == ""
    assert headline(at) != told


def test_a_refused_choice_can_be_mended_at_another_control():
    at = typed(visit("simulator", CLASSROOM), "leverage", "125")
    sound(typed(at, "maintenance_rate", "0.5"))
    assert message(at, "leverage")["problem"] == ""
    assert "$12,500" in headline(at)


def test_while_a_choice_is_refused_the_link_opens_what_the_picture_shows():
    at = visit("simulator", f"{CLASSROOM}&leverage=12")
    told = headline(at)
    typed(at, "leverage", "125")
    assert headline(visit("simulator", query(at))) == told


def test_rules_refused_at_this_leverage_can_be_taken_back_with_one_click():
    at = visit("simulator", "leverage=50")
    told = headline(at)
    group(at, "rules").set_value(Rules.CLASSROOM)
    sound(at.run())
    assert message(at, "leverage")["problem"]
    shown = group(at, "rules").value
    group(at, "rules").set_value(None if shown is Rules.SIMPLE else Rules.SIMPLE)  # a click on Simple
    sound(at.run())
    assert message(at, "leverage")["problem"] == ""
    assert headline(at) == told


@pytest.mark.parametrize("shape", Shape)
def test_the_path_can_be_changed_while_a_choice_is_refused(shape):
    at = typed(visit("simulator", CLASSROOM), "leverage", "125")
    at.selectbox("simulator.shape").set_value(shape)
    sound(at.run())
    assert message(at, "leverage")["text"] == "125x"


def test_a_stop_near_the_entry_does_not_break_the_way_to_real_prices():
    at = visit("simulator", "stop_price=95")
    at.selectbox("simulator.shape").set_value(Shape.REAL)
    sound(at.run())


@pytest.mark.parametrize("side", Side)
def test_every_shape_can_be_chosen_and_left_again(side):
    at = visit("simulator", f"side={side}")
    start = headline(at)
    for shape in (*Shape, Shape.V_SHAPE):
        at.selectbox("simulator.shape").set_value(shape)
        sound(at.run())
        assert fields(at)["shape"] is shape
        named = shape not in (Shape.RANDOM, Shape.DRAWN, Shape.REAL, Shape.FILE)
        assert has(at, "how_far") == named
        assert has(at, "seed") == (shape is Shape.RANDOM)
        assert has(at, "volatility") == (shape is Shape.RANDOM)
        if shape is Shape.FILE:  # nothing is drawn in its place
            assert not has(at, "linked") and "simulator.reset" in {button.key for button in at.button}
            continue
        assert (message(at, "linked")["page"]["handles"] is not None) == (shape is Shape.DRAWN)
        assert has(at, "steps") == (shape not in (Shape.REAL, Shape.FILE))
    assert headline(at) == start, "real prices leave their entry price behind"


def test_the_same_seed_draws_the_same_path_and_another_seed_another():
    one, two = (visit("simulator", "shape=random&seed=11") for _ in range(2))
    assert message(one, "linked")["figure"] == message(two, "linked")["figure"]
    typed(two, "seed", "12")
    assert message(one, "linked")["figure"] != message(two, "linked")["figure"]
    assert "seed=12" in query(two)


def test_whole_numbers_are_used_as_they_are_shown():
    at = sound(typed(visit("simulator"), "steps", "60.5"))
    shown = formats.parse_number(message(at, "steps")["text"], "plain")
    assert shown == fields(at)["steps"] == len(playback(at)["x"]) - 1


@pytest.mark.parametrize("name", DIALS)
def test_a_number_from_a_link_is_shown_in_its_control_and_used(name):
    inside = {
        "stop_price": 97.25, "top_up_step": 3.0, "reduce_step": 3.0, "steps": 31.0, "seed": 5.0, "start": 2.0,
        "capital": 250.5, "leverage": 7.25, "entry_price": 12.5, "how_far": -0.075, "compare": 3.0,
        "step_hours": 2.5, "volatility": 0.25, "funding_interval_hours": 4.0, "wallet": 5.5, "top_up": 7.0,
    }.get(name, 0.001)  # fmt: skip
    shape = {"seed": "random", "volatility": "random", "start": "real"}.get(name, "slide")
    at = sound(visit("simulator", f"shape={shape}&{name}={inside}"))
    assert not at.info
    assert fields(at)[name] == inside
    assert formats.parse_number(message(at, name)["text"], DIALS[name].style) == pytest.approx(inside)
    before = message(at, "linked")["figure"]
    assert message(at.run(), "linked")["figure"] == before


@pytest.mark.parametrize(
    ("text", "value"), [("7.5", 7.5), ("7,5x", 7.5), (" 20 ", 20), ("1", 1), ("125", 125), ("3.3", 3.3)]
)
def test_typed_leverage_moves_the_handle_and_never_drifts(text, value):
    at = visit("simulator")
    for _ in range(3):
        typed(at, "leverage", text)
        assert message(at, "leverage")["value"] == fields(at)["leverage"] == value
    assert figures(at)["Borrowed"] == formats.money(100 * value - 100)


def test_the_stop_switch_puts_a_stop_between_entry_and_trigger_and_takes_it_away():
    for side in Side:
        at = visit("simulator", f"side={side}&how_far={-0.12 * side.sign}")
        at.checkbox("simulator.use_stop").check().run()
        sound(at)
        trigger = Scenario(side=side).liquidation_price
        assert min(trigger, 100) < fields(at)["stop_price"] < max(trigger, 100)
        assert playback(at)["states"][playback(at)["closed"]] == "stopped"
        assert "stop_price" in query(at)
        at.checkbox("simulator.use_stop").uncheck().run()
        sound(at)
        assert isnan(fields(at)["stop_price"])
        assert not has(at, "stop_price")
        assert "stop_price" not in query(at)
        assert playback(at)["states"][playback(at)["closed"]] == "liquidated"


def test_a_stop_beyond_the_trigger_is_refused_at_its_own_control():
    at = visit("simulator", "stop_price=95")
    sound(typed(at, "stop_price", "80"))
    assert "platform would act first" in message(at, "stop_price")["problem"]
    sound(typed(at, "stop_price", "101"))
    assert "would close this long at once" in message(at, "stop_price")["problem"]
    assert playback(at)["states"][playback(at)["closed"]] == "stopped"


def test_the_compare_switch_adds_a_second_line_with_its_leverage():
    at = visit("simulator")
    lines = [trace.name for trace in figure(at).data]
    at.checkbox("simulator.use_compare").check().run()
    sound(at)
    assert [t.name for t in figure(at).data if t.name not in lines] == ["other leverage"]
    other = fields(at)["compare"]
    assert any(formats.multiple(other) in label.text for label in figure(at).layout.annotations)
    sound(typed(at, "compare", "2.5"))
    assert any("2.5x" in label.text for label in figure(at).layout.annotations)
    at.checkbox("simulator.use_compare").uncheck().run()
    assert [trace.name for trace in figure(at).data] == lines


def test_a_closed_fold_says_what_is_wrong_inside():
    at = sound(visit("simulator", "stop_price=95&how_far=-0.03", unfolded=False))
    assert not has(at, "stop_price")
    sound(typed(at, "leverage", "30"))
    assert any("stop" in error.value.lower() for error in at.error)
    sound(typed(at, "leverage", "10"))
    assert not at.error


def test_a_choice_in_a_fold_counts_while_the_fold_is_closed():
    at = sound(visit("simulator", f"{CLASSROOM}&wallet=200&compare=3", unfolded=False))
    assert figures(at)["Liquidation price"].startswith("$73.68")
    assert any(trace.name == "other leverage" for trace in figure(at).data)
    assert fields(at)["wallet"] == 200


def test_flipping_the_side_mirrors_the_trigger():
    at = visit("simulator", CLASSROOM)
    group(at, "side").set_value(Side.SHORT)
    sound(at.run())
    assert figures(at)["Liquidation price"] == "$104.76 (+4.76\xa0%)"
    assert "side=short" in query(at)


def test_dragged_points_become_the_path_and_the_link():
    at = visit("simulator", "shape=drawn")
    handles = message(at, "linked")["page"]["handles"]
    assert handles["y"] == [100 * p for p in DEFAULT_POINTS]
    assert handles["fixed"] == [0]
    dragged = [*handles["y"][:-1], 150.0]
    at.session_state["simulator.linked"] = {"points": {"y": dragged, "n": 1}}
    sound(at.run())
    # AppTest fires no component callback; the desk takes the points over as the callback would.
    points = tuple(round(y / 100, 6) for y in dragged)
    other = sound(
        visit("simulator", link.encode(link.flat(link.DEFAULT) | {"shape": Shape.DRAWN, "points": points}))
    )
    assert message(other, "linked")["page"]["handles"]["y"] == pytest.approx(dragged)
    assert playback(other)["rows"][1][-1] == "150.00"


def test_every_tab_opens_on_every_kind_of_run():
    for given in (
        "",
        "side=short",
        f"shape=gap&{CLASSROOM}",
        "leverage=1",
        "shape=real&leverage=4",
        "stop_price=97",
    ):
        at = visit("simulator", f"{given}&funding_rate=0.0001&trading_fee=0.001&wallet=20")
        for tab in TABS:
            sound(open_tab(at, tab))


def test_a_long_run_shows_part_of_its_table_with_the_closing_step_in_it():
    at = open_tab(visit("simulator", f"steps=1000&{CLASSROOM}"), REPORT["tab_table"])
    shown = at.table[0].value
    assert len(shown) == 120
    assert any("✕" in state for state in shown["State"])
    caption = " ".join(c.value for c in at.caption)
    assert REPORT["table_part"].format(shown=120, all="1,001") in caption


# --- links ---------------------------------------------------------------------------------------


def test_a_link_reproduces_the_numbers_and_the_picture_exactly():
    at = visit("simulator")
    typed(typed(typed(at, "capital", "1234.5"), "leverage", "3.3"), "how_far", "-31.5")
    group(at, "rules").set_value(Rules.REALISTIC)
    at.run()
    at.selectbox("simulator.shape").set_value(Shape.WHIPSAW)
    at.run()
    at.checkbox("simulator.use_stop").check().run()
    sound(typed(at, "top_up", "40"))
    other = sound(visit("simulator", query(at)))
    assert message(other, "linked")["figure"] == message(at, "linked")["figure"]
    assert headline(other) == headline(at)
    assert query(other) == query(at)
    assert all(same(fields(other)[name], value) for name, value in fields(at).items())


def test_a_link_brings_back_a_stop_on_real_prices():
    at = visit("simulator", "shape=real&leverage=4")
    at.checkbox("simulator.use_stop").check().run()
    stop = fields(sound(at))["stop_price"]
    assert 241 < stop < 321
    assert "stopped" in playback(at)["states"]
    other = sound(visit("simulator", query(at)))
    assert fields(other)["stop_price"] == stop
    assert message(other, "linked")["figure"] == message(at, "linked")["figure"]


@pytest.mark.parametrize(
    "given",
    [
        "leverage=nan&capital=inf",
        "leverage=1e999",
        "leverage=",
        "leverage=10&leverage=abc",
        "capital=" + "9" * 400,
        "x=" + "y" * 10_000,
        "side=up&shape=banana",
        "side=%27%20OR%201%3D1--&shape=%3Cscript%3Ealert(1)%3C%2Fscript%3E",
        "how_far=-0&wallet=-0.0",
        "leverage=125&maintenance_rate=0.05",
        "stop_price=50",
        "stop_price=200",
        "points=1,nan&shape=drawn",
        "points=0.06,0.06&shape=drawn",
        "seed=1e300&steps=1e300",
        "start=9999&shape=real",
        "start=-3&shape=real",
        "shape=file",
        "shape=file&start=5",
        "shape=real&stop_price=99",
        "shape=signature&how_far=2.5",
        "compare=150&maintenance_rate=0.05",
        "maintenance_rate=0.5",
        "entry_price=0.000001&leverage=200&capital=1",
        "entry_price=1000000000&leverage=200&capital=1000000000&maintenance_rate=0",
        "shape=random&volatility=5&step_hours=8760&steps=1000",
        "{capital}={leverage}",
    ],
    ids=lambda text: text[:30],
)
def test_no_link_breaks_the_page(given):
    at = sound(visit("simulator", given))
    if "shape=file" in given:
        assert not has(at, "linked")
        at.selectbox("simulator.shape").set_value(Shape.GAP)
        sound(at.run())
    assert headline(at)
    figure(at)
    sound(typed(at, "leverage", "3"))
    for tab in TABS:
        sound(open_tab(at, tab))


def test_what_a_link_asked_for_and_did_not_get_is_said():
    at = visit("simulator", "lev=5&capital=abc&leverage=7")
    note = at.info[0].value
    assert "lev" in note
    assert "capital “abc” is not a number" in note
    assert fields(at)["leverage"] == 7
    at.button("simulator.reset").click().run()
    assert not at.info


def test_a_link_to_a_file_says_that_the_file_must_be_chosen():
    at = sound(visit("simulator", "shape=file&leverage=5"))
    assert [info.value for info in at.info] == [FILE_WORDS["missing"]]
    assert not has(at, "linked"), "your own file stands over a made-up path"


def test_the_share_popover_shows_the_link_of_this_view():
    at = visit("simulator", "leverage=7&wallet=5")
    assert at.code[0].value.endswith("?leverage=7&wallet=5")
    assert at.code[0].proto.wrap_lines  # or its end stands outside the popover
    at.button("simulator.reset").click().run()
    assert "?" not in at.code[0].value


# --- files ---------------------------------------------------------------------------------------

GOOD = b"Date,Close\n" + b"\n".join(
    f"2024-01-{day:02d},{price}".encode() for day, price in enumerate([200, 199, 196, 190, 150, 160, 170], 1)
)


def uploaded(data, name="prices.csv"):
    at = visit("simulator", "shape=file")
    at.file_uploader[0].set_value((name, data, "text/csv"))
    return at.run()


def test_a_good_file_becomes_the_path():
    at = sound(uploaded(GOOD))
    assert WORDS["opens_at"].format(time="1 Jan 2024", price="200.00") in [c.value for c in at.caption]
    assert closing_row(at)["when"] == "5 Jan 2024"
    assert "5 Jan 2024" in headline(at)
    assert "prices.csv" in " ".join(c.value for c in at.caption)
    sound(typed(at, "start", "3"))
    assert WORDS["opens_at"].format(time="4 Jan 2024", price="190.00") in [c.value for c in at.caption]
    sound(typed(at, "leverage", "2"))
    assert playback(at)["closed"] == -1
    at.button("simulator.reset").click().run()
    assert fields(sound(at))["shape"] is Shape.V_SHAPE


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        b"Date,Close\n2024-01-01,abc\n2024-01-02,3\n",
        b"\x89PNG\r\n\x1a\n" + b"\0" * 99,
        b"Date,Close\n2024-01-01,100\n",
    ],
    ids=["empty", "no prices", "a word for a price", "a picture", "one bar"],
)
def test_a_broken_file_gets_a_sentence_and_no_other_path_stands_for_it(data):
    at = sound(uploaded(data))
    assert len(at.error) == 1
    assert len(at.error[0].value) > 20
    assert "Traceback" not in at.error[0].value
    assert not has(at, "linked") and [info.value for info in at.info] == [FILE_WORDS["unreadable"]]


def test_a_broken_file_after_a_good_one_leaves_the_good_one():
    at = sound(uploaded(GOOD))
    before = message(at, "linked")["figure"]
    at.file_uploader[0].set_value(("bad.csv", b"Date,Close\n2024-01-01,abc\n", "text/csv"))
    sound(at.run())
    assert at.error
    assert message(at, "linked")["figure"] == before


def test_a_file_with_too_many_rows_is_refused():
    rows = "\n".join(f"{i},100" for i in range(1_600_000_000, 1_600_000_000 + 200_002 * 60, 60))
    at = sound(uploaded(b"time,close\n" + rows.encode()))
    assert "200,000" in at.error[0].value


def test_a_file_kept_while_its_position_is_refused():
    at = uploaded(GOOD)
    sound(typed(at, "maintenance_rate", "20"))
    assert message(at, "leverage")["problem"]
    assert "1 Jan 2024 at 200.00" in " ".join(c.value for c in at.caption)
    sound(typed(at, "start", "2"))


def test_what_was_read_is_said_below_the_uploader():
    at = sound(
        uploaded(
            b"Datum;Hoch;Tief;Schluss;Vol.\n"
            + b"".join(
                f"0{day}.03.2024;{60 + day},5;{50 + day},5;{55 + day},5;1\n".encode() for day in range(1, 8)
            )
        )
    )
    told = " ".join(c.value for c in at.caption)
    assert "7 rows, usually 1 day apart, from 1 Mar 2024 to 7 Mar 2024" in told.replace("\xa0", " ")
    for part in (
        "high from “Hoch”, low from “Tief”, close from “Schluss”",
        "Not read: “Vol\\.”",
        "time zone",
    ):
        assert part.replace("\\.", ".") in told
    assert FILE_WORDS["only_no_open"] in told and FILE_WORDS["decimal_commas"] in told
    told = " ".join(c.value for c in uploaded(GOOD).caption)
    assert FILE_WORDS["only_closes"] in told and FILE_WORDS["only_no_open"] not in told


GROUPED = b"Datum;Kurs\n04.03.2024;42.000\n05.03.2024;41.500\n06.03.2024;41.000\n"


def test_what_can_be_read_in_two_ways_is_asked_and_the_answer_is_kept():
    at = sound(uploaded(GROUPED))
    assert not has(at, "linked") and not at.error
    assert [info.value for info in at.info] == [FILE_WORDS["waiting"]]
    (asked,) = [radio for radio in at.radio if "two ways" in radio.label]
    assert asked.options == ["“42.000” is 42", "“42.000” is 42,000"] and asked.value is None
    asked.set_value(",")
    sound(at.run())
    assert has(at, "linked") and "42,000.00" in " ".join(c.value for c in at.caption)
    # Another page and back: the file is in use, and the answer can still be changed.
    at.switch_page("pages/about.py").run()
    at.switch_page("pages/simulator.py").run()
    (asked,) = [radio for radio in at.radio if "two ways" in radio.label]
    assert asked.value == "," and "42,000.00" in " ".join(c.value for c in at.caption)
    asked.set_value(".")
    sound(at.run())
    assert "at 42.00" in " ".join(c.value for c in at.caption)


def test_a_file_in_use_is_named_after_a_change_of_page_and_can_be_put_away():
    at = sound(uploaded(GOOD, "mine.csv"))
    at.switch_page("pages/about.py").run()
    at.switch_page("pages/simulator.py").run()
    assert has(at, "linked") and "mine.csv" in " ".join(c.value for c in at.caption)
    (away,) = [button for button in at.button if button.label == FILE_WORDS["put_away"]]
    away.click()
    sound(at.run())
    assert not has(at, "linked") and "mine.csv" not in " ".join(c.value for c in at.caption)
    assert [info.value for info in at.info] == [FILE_WORDS["missing"]]
    sound(at.run())


@pytest.mark.parametrize("price", ["0.00000005", "1234567890"])
def test_what_the_reader_takes_the_simulator_draws(price):
    at = sound(uploaded(f"date,price\n2024-01-01,{price}\n2024-01-02,{price}\n2024-01-03,{price}\n".encode()))
    assert has(at, "linked") and not at.error


def test_a_file_whose_position_is_refused_is_not_shown_as_another_path():
    at = visit("simulator", "shape=file&stop_price=95")
    at.file_uploader[0].set_value(("dear.csv", GOOD, "text/csv"))
    sound(at.run())
    assert not has(at, "linked") and any("Your file is not drawn yet" in error.value for error in at.error)


# --- noise ---------------------------------------------------------------------------------------

BAD = [
    "",
    "abc",
    "nan",
    "inf",
    "-inf",
    "1e999",
    "--3",
    "1,2,3",
    "$",
    "%",
    "{0}",
    "<b>1</b>",
    "10 apples",
    "−",
    "٣",
]


def any_text(rng, name):
    """Something a learner might type: often usable, sometimes at or beyond a limit, sometimes no number."""
    dial = DIALS[name]
    kind = rng.random()
    if kind < 0.12:
        return rng.choice(BAD)
    factor = formats.FIELD[dial.style].factor
    if kind < 0.3:
        return repr(rng.choice([dial.low, dial.high, dial.low - 1, dial.high * 2, 0, -1]) * factor)
    value = dial.low + (dial.high - dial.low) * rng.random() ** 3
    return f"{value * factor:.{rng.choice([0, 1, 3])}f}"


def any_move(at, rng, shapes=tuple(Shape)):
    """One random thing a visitor can do, without the run that follows."""
    at_hand = [name for name in DIALS if has(at, name)]
    kind = rng.random()
    if kind < 0.62:
        for name in rng.sample(at_hand, rng.randint(1, 4)):
            at.session_state[f"simulator.{name}"] = {"edit": any_text(rng, name)}
    elif kind < 0.8:
        at.selectbox("simulator.shape").set_value(rng.choice(shapes))
    elif kind < 0.86:
        group(at, "side").set_value(rng.choice(list(Side)))
        group(at, "leftover").set_value(rng.choice(list(Keeper)))
    elif kind < 0.92:
        group(at, "rules").set_value(rng.choice([*Rules, None]))
    else:
        box = at.checkbox(f"simulator.{rng.choice(list(SWITCHES.values()))}")
        box.set_value(not box.value)
    at.session_state["simulator.tabs"] = rng.choice(TABS)


@pytest.mark.parametrize("seed", range(10))
def test_nothing_a_visitor_does_breaks_the_page(seed):
    rng = random.Random(seed)
    at = visit("simulator")
    for _ in range(20):
        any_move(at, rng)
        sound(at.run())


@pytest.mark.parametrize("seed", range(6))
def test_reset_equals_a_fresh_load(seed):
    rng = random.Random(100 + seed)
    fresh, at = (
        visit("simulator"),
        visit("simulator", rng.choice(["", "shape=real", "leverage=abc&wallet=5"])),
    )
    for _ in range(6):
        any_move(at, rng)
        at.run()
    at.session_state["simulator.tabs"] = TABS[0]
    at.button("simulator.reset").click().run()
    sound(at)
    assert {n: v for n, v in fields(at).items() if not same(v, fields(fresh)[n])} == {}
    assert query(at) == query(fresh) == ""
    shown, expected = ([t for t in texts(x) if t] for x in (at, fresh))
    assert shown == expected
    for name in DIALS:
        assert has(at, name) == has(fresh, name)
        if has(at, name):
            one, two = message(at, name), message(fresh, name)
            assert {k: v for k, v in one.items() if k not in ("echo", "writes")} == {
                k: v for k, v in two.items() if k not in ("echo", "writes")
            }
    assert message(at, "linked") == message(fresh, "linked")
    assert [c.value for c in at.checkbox] == [c.value for c in fresh.checkbox]
    assert group(at, "side").value is group(fresh, "side").value
    assert group(at, "rules").value is group(fresh, "rules").value


def test_choices_are_kept_while_another_page_is_open():
    at = typed(visit("simulator"), "leverage", "25")
    at.switch_page("pages/home.py").run()
    assert fields(at)["leverage"] == 10
    at.switch_page("pages/simulator.py").run()
    assert fields(sound(at))["leverage"] == 25
    assert message(at, "leverage")["text"] == "25x"


def test_what_the_figures_show_is_what_the_picture_draws():
    at = visit("simulator", f"shape=signature&how_far=-0.06&{CLASSROOM}")
    drawn = {trace.name: trace for trace in figure(at).data if trace.name}
    assert formats.price_texts(np.asarray(drawn["price"].y)) == [
        "100.00",
        "97.00",
        "95.50",
        "96.00",
        "94.00",
        "97.00",
        "105.00",
    ]
    assert formats.money_texts(np.asarray(drawn["yours"].y)) == playback(at)["rows"][4][:5]
    assert playback(at)["x"] == list(drawn["price"].x)
