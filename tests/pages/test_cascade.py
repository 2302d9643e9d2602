"""The cascade room: what is drawn, said and added up agrees with the engine and with a count by hand."""

import random
import re

import numpy as np
import pytest

from engine import cascade
from pages.lab.cascade import chains, curve, ledger
from pages.lab.cascade.tabs import ROOM, THIN
from pages.shared import formats
from pages.shared.presets import TRIGGERS
from pages.shared.words import read
from tests.apptest import broken, figure, message, open_tab, query, typed, visit

WORDS = read("cascade")
START = {name: own.start for name, own in ROOM.items()}
LESSON = {"impact": 2.0, "shock": 94.5}


def sound(at):
    assert not at.exception, at.exception
    assert broken(at) == []
    return at


def rows(at):
    text = next(m.value for m in at.markdown if m.value.startswith("| "))
    return [
        [re.sub(r"\\(.)", r"\1", cell) for cell in line.strip("| ").split(" | ")]
        for line in text.split("\n")[2:]
    ]


def number(text):
    return float(re.sub(r"[$,+%\xa0]", "", text).replace(formats.MINUS, "-"))


def said(at):
    return "\n".join(m.value for m in at.markdown).replace("\\", "")


def by_hand(numbers):
    """Sell one trader after the other, as a class would do on the board."""
    n = round(numbers["traders"])
    low, high = (1 / numbers["highest"], 1 / numbers["lowest"])
    shares = [low + (k + 0.5) / n * (high - low) for k in range(n)]
    price, sold = 100 * (1 - numbers["fall"]), 0
    for share in shares:
        trigger = 100 * (1 - share) / (1 - 0.005)
        if trigger < price:
            break
        price -= 100 * 0.01 * numbers["held"] / n / numbers["depth"]
        sold += 1
    return sold, price


@pytest.mark.parametrize(
    "change",
    [{}, {"depth": 300}, {"fall": 0.01}, {"held": 20_000, "fall": 0.02}, {"traders": 7}, {"lowest": 2}],
    ids=str,
)
def test_the_page_says_what_a_count_by_hand_gives(change):
    sold, last = by_hand(START | change)
    at = sound(visit("cascade", "&".join(f"{k}={v}" for k, v in change.items())))
    page = message(at, "chain")["page"]
    assert f"{sold} of {round((START | change)['traders'])} are sold" in page["alt"]
    assert f"ends at {chains.short(last)}," in page["alt"]
    assert page["playback"]["figures"][0]["rest"] == chains.short(last)
    assert ("all 30" in said(at) or "all 7" in said(at)) == (sold == (START | change)["traders"])


@pytest.mark.parametrize(
    "change, ends",
    [
        ({}, ("10.14x", "46.88x")),
        ({"traders": 2}, ("12.5x", "25x")),
        ({"lowest": 30, "highest": 30}, ("30x", "30x")),
    ],
    ids=str,
)
def test_who_is_in_the_class_and_what_is_required_of_them_is_said(change, ends):
    n, numbers = round((START | change)["traders"]), START | change
    shares = [
        1 / numbers["highest"] + (k + 0.5) / n * (1 / numbers["lowest"] - 1 / numbers["highest"])
        for k in range(n)
    ]
    assert (formats.multiple(1 / max(shares)), formats.multiple(1 / min(shares))) == ends
    at = sound(visit("cascade", "&".join(f"{k}={v}" for k, v in change.items())))
    assert f"with leverages from {ends[0]} to {ends[1]}. The platform wants 0.50\xa0% of" in said(at)


def test_without_nine_tenths_of_the_depth_all_are_sold():
    at = sound(visit("cascade"))
    assert "6 of 30" in said(at) and "**0.12** more" in said(at)
    at = sound(next(b for b in at.button if b.label == WORDS["thin"]).click().run())
    assert "all 30" in said(at) and "**1.24** more" in said(at) and "13 %" in said(at).replace("\xa0", " ")
    assert query(at) == "depth=300" and THIN["depth"] * 10 == START["depth"]
    assert WORDS["curve_one"].partition("**{first}**")[2][:30] in said(at)
    at = sound(next(b for b in at.button if b.label == WORDS["back"]).click().run())
    assert "6 of 30" in said(at) and query(at) == ""


def test_the_playback_tells_every_sale_and_why_it_stops():
    at = visit("cascade")
    playback = message(at, "chain")["page"]["playback"]
    steps = playback["rows"][0]
    sold, last = by_hand(START)
    assert len(steps) == len(playback["x"]) == sold + 3
    assert [number(text) for text in playback["rows"][1]][:2] == [100, 97]
    assert [text for text in steps if text.startswith("Sale")] == steps[2 : 2 + sold]
    assert "the chain stops" in steps[-1] and chains.short(last) in steps[-1]
    everybody = message(visit("cascade", "depth=300"), "chain")["page"]["playback"]["rows"][0]
    assert "nobody is left" in everybody[-1]


def test_words_that_give_the_ending_away_wait_for_it():
    page = message(visit("cascade"), "chain")
    late = [w["text"] for w in page["figure"]["layout"]["annotations"] if w.get("name") == "moment"]
    assert len(late) == 3 and any("$96.80" in text for text in late)
    assert page["page"]["playback"]["closed"] == len(page["page"]["playback"]["x"]) - 1


def test_the_steps_of_the_picture_are_the_prices_and_the_marks_the_triggers():
    for numbers in (START, THIN, START | {"fall": 0.0}):
        chain = chains.room(numbers)
        picture, narrow, _ = chains.picture(chain)
        lines = {trace["name"]: trace for trace in picture["data"]}
        sold, last = by_hand(numbers)
        assert lines["price"]["y"][-1] == pytest.approx(last)
        assert len(set(np.round(lines["price"]["y"], 9))) == sold + 1 + (numbers["fall"] > 0)
        assert [y for y in lines["sold"]["y"] if y is not None][::2] == chain.triggers[:sold]
        assert [y for y in lines["holds"]["y"] if y is not None][::2] == chain.triggers[sold:]
        columns = [x for name in ("sold", "holds") for x in lines[name]["x"] if x is not None]
        assert columns[::2] == list(range(1, chain.count + 1))
        low, high = picture["layout"]["yaxis"]["range"]
        assert low < min(last, chain.triggers[-1]) and high > 100
        assert narrow["annotations"]


@pytest.mark.parametrize("chain", [chains.room(START), chains.room(THIN), chains.three(LESSON)])
def test_every_column_has_its_words_and_the_last_one_holds_the_end(chain):
    picture, _, _ = chains.picture(chain, guess=92.5)
    axis, lines = picture["layout"]["xaxis"], {trace["name"]: trace for trace in picture["data"]}
    assert len(axis["tickvals"]) == len(axis["ticktext"])
    assert axis["range"] == [0, chain.count + 2]
    for name in ("end", "guess", "gap"):
        assert set(lines[name]["x"]) == {chain.count + 1.5}
    assert lines["end"]["y"] == [chain.prices[-1]]


def test_a_trigger_above_the_price_is_sold_in_the_lesson_too():
    chain = chains.three({"impact": 1.0, "shock": 94.5})
    picture, narrow, _ = chains.picture(chain, guess=92.5)
    words = [label["text"] for label in picture["layout"]["annotations"]]
    assert sum("sold" in text for text in words) == 1 and sum("holds" in text for text in words) == 2
    assert any("your guess" in text and "$92.50" in text for text in words)
    assert [y for y in picture["data"][1]["y"] if y is not None][::2] == list(TRIGGERS[1:])
    assert "<b>$93.50</b>" in words and "<b>$93.50</b>" in [label["text"] for label in narrow["annotations"]]


@pytest.mark.parametrize(("guess", "arrow"), [(-1e8, "↓"), (75.0, "↓"), (92.5, ""), (1e8, "↑")])
def test_a_guess_far_away_is_named_at_the_edge(guess, arrow):
    picture, _, _ = chains.picture(chains.three({"impact": 2.0, "shock": 94.5}), guess)
    (mark,) = (trace["y"][0] for trace in picture["data"] if trace["name"] == "guess")
    low, high = picture["layout"]["yaxis"]["range"]
    assert low < mark < high and high - low < 40
    (told,) = (w["text"] for w in picture["layout"]["annotations"] if "your guess" in w["text"])
    assert told.endswith(arrow or "$92.50") and chains.short(guess) in told
    assert "your guess" not in str(chains.picture(chains.three({"impact": 2.0, "shock": 94.5})))


def test_the_curve_is_the_engine_s_and_its_threshold_is_where_all_go():
    for numbers in (START, THIN):
        chain = chains.room(numbers)
        picture, _, _ = curve.picture(numbers, chain)
        whole = next(trace for trace in picture["data"] if trace["name"] == "whole")
        falls, fell = whole["x"], whole["y"]
        first, everybody = curve.thresholds(chain)
        for fall, all_fell in zip(falls[::97], fell[::97], strict=True):
            assert all_fell == pytest.approx(1 - by_hand(numbers | {"fall": fall})[1] / 100)
        assert (
            by_hand(numbers | {"fall": first - 1e-6})[0] == 0 < by_hand(numbers | {"fall": first + 1e-6})[0]
        )
        count = numbers["traders"]
        before, after = (by_hand(numbers | {"fall": everybody + step})[0] for step in (-1e-6, 1e-6))
        assert before < count == after
        assert next(t for t in picture["data"] if t["name"] == "threshold")["x"] == [everybody] * 2


def test_the_words_at_the_threshold_take_two_lines_on_a_phone_only():
    wide, narrow, _ = curve.picture(START, chains.room(START))
    first, second = (layout["annotations"][0]["text"] for layout in (wide["layout"], narrow))
    assert "<br>" not in first and second.count("<br>") == 1
    assert second.replace("<br>", " ") == first


def test_the_ledger_adds_up_to_nothing_to_the_cent():
    for text in ("", "depth=300", "fall=0.15&depth=250", "held=99999&depth=100", "traders=3&fall=0.041"):
        at = sound(open_tab(visit("cascade", text), WORDS["tab_ledger"]))
        *parties, (together, nothing) = rows(at)
        assert together == WORDS["party_sum"] and nothing == "$0.00"
        assert round(sum(number(amount) for _, amount in parties), 2) == 0
        assert len(parties) == 6


def test_what_is_missing_is_taken_from_the_winners():
    chain = chains.room(THIN)
    assert chain.result.shortfall > 0
    assert formats.money(chain.result.shortfall) in ledger.sentence(chain).replace("\\", "")
    mild = chains.room(START | {"fall": 0.017})
    assert mild.sold == 1 and mild.result.shortfall == 0
    assert "No winner has to pay" in ledger.sentence(mild)
    assert "It ends with $33.33." in ledger.sentence(chains.room(START)).replace("\\", "")
    thin = chains.room(THIN)
    assert thin.result.fund_change == 0.0 < thin.result.shortfall
    assert "nobody who was sold leaves anything" in ledger.sentence(thin)
    assert formats.money(mild.result.fund_change) in ledger.sentence(mild).replace("\\", "")
    # Nobody wins less than others lose at a worse price: the winners can always pay.
    for numbers in (THIN, START | {"held": 100_000, "depth": 100, "fall": 0.2}):
        assert chains.room(numbers).result.default == 0


def test_the_sales_and_the_limits_stand_in_their_tabs():
    at = sound(open_tab(visit("cascade"), WORDS["tab_sales"]))
    lines = rows(at)
    assert len(lines) == 6 and lines[-1][2].startswith("$96.80")
    at = sound(open_tab(visit("cascade", "fall=0"), WORDS["tab_sales"]))
    assert WORDS["no_sales"] in said(at)
    at = sound(open_tab(visit("cascade"), WORDS["tab_limits"]))
    for limit in ("Nobody comes back", "depth stands still", "One market", "between markets"):
        assert limit in said(at)


def test_the_tipping_point_is_the_engine_s():
    held = float(cascade.critical_open_interest(START["depth"], 10.0, 50.0))
    told = chains.growth(START, chains.room(START))
    assert f"{round(held):,}" in told and "smaller than the one before" in told
    assert chains.branching_ratio(START | {"held": held}) == pytest.approx(1)
    beyond = START | {"held": held * 1.01}
    assert "takes everybody" in chains.growth(beyond, chains.room(beyond))
    same = START | {"lowest": 20.0, "highest": 20.0}
    assert chains.growth(same, chains.room(same)) == WORDS["ratio_same"]


def test_a_link_brings_back_the_room_and_bad_ones_do_no_harm():
    at = sound(visit("cascade", "fall=0.05&depth=500&lowest=60&traders=12"))
    assert query(at) == "fall=0.05&depth=500&lowest=60&traders=12"
    assert "12 traders" in said(at) and "from 50.35x to 59.5x" in said(at)
    assert query(sound(visit("cascade", query(at)))) == query(at)
    at = sound(visit("cascade", "fall=much&depth=nan&leverage=3&traders=1e9&held=-4&highest=7.5"))
    told = at.info[0].value.replace("\\", "")
    assert "fall “much”" in told and "depth “nan”" in told and "“leverage” is not a setting" in told
    assert "1,000,000,000 is outside 2 to 100" in told and "−4 is outside 1 to" in told
    assert query(at) == "highest=7.5"


def test_what_is_typed_too_large_is_refused_with_the_limit():
    at = sound(typed(visit("cascade"), "traders", "1000"))
    assert "at most 100" in message(at, "traders")["problem"] and "30 traders" in said(at)
    at = sound(typed(at, "traders", "12.6"))
    assert "13 traders" in said(at)


@pytest.mark.parametrize("seed", range(8))
def test_nothing_a_visitor_does_breaks_the_room(seed):
    rng = random.Random(seed)
    at = visit("cascade")
    for _ in range(6):
        text = rng.choice(
            ["", "0", "-5", "1e99", "many", "1", "2", "125", "90", "7.5", "100000", "1e9", "0.3"]
        )
        at = sound(typed(at, rng.choice(list(ROOM)), text))
        if rng.random() < 0.5:
            at = sound(open_tab(at, WORDS[f"tab_{rng.choice(['curve', 'ledger', 'sales', 'limits'])}"]))
        figure(at, "chain")
