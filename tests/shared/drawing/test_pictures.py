"""The pictures of the lessons: the engine's numbers, guess and truth together, axes that stand still."""

import re
from dataclasses import replace
from math import inf, isfinite, isnan, nan

import numpy as np
import plotly.graph_objects as go
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.facts import facts, two_positions
from engine.margin import risk
from engine.margin.scenario import Scenario, ScenarioError, Side, with_leverage
from engine.market.history import crash_move
from engine.quiz import BENCHMARK, quiz
from engine.venues.caps import legal_caps
from pages.shared import formats
from pages.shared.drawing import pictures, theme

GUESSES = {2.0: 60.0, 5.0: 70.5, 10.0: 92.0, 50.0: 98.0}


def scenario(**fields):
    """A position of a lesson, or None where the engine refuses it."""
    try:
        return Scenario(**fields)
    except ScenarioError:
        return None


positions = st.builds(
    scenario,
    side=st.sampled_from(Side),
    capital=st.sampled_from([10.0, 100.0, 1234.56, 100_000.0]),
    leverage=st.sampled_from([1.0, 1.1, 2.0, 7.5, 10.0, 19.99, 125.0, 200.0]),
    maintenance_rate=st.sampled_from([0.0, 0.005, 0.05, 0.3]),
).filter(bool)
longs = positions.filter(lambda s: s.side is Side.LONG)
guesses = st.sampled_from([nan, 0.0, 0.5, 50.0, 95.0, 100.0, 250.0])
moves = st.sampled_from([-0.5, -0.04, 0.0, 0.005, 0.5])
fewer = settings(max_examples=80)


def traces(figure):
    return {trace["name"]: trace for trace in figure["data"] if "name" in trace}


def words(picture):
    """The words of a picture, on a wide page and on a phone, without their tags."""
    figure, narrow = picture
    return [
        [re.sub("<.*?>", "", label["text"]) for label in layout["annotations"]]
        for layout in (figure["layout"], narrow)
    ]


def told(picture, *texts):
    """On both widths each of these is said by some label."""
    for labels in words(picture):
        for text in texts:
            assert any(text in label for label in labels), (text, labels)


def silent(picture, text):
    assert not any(text in label for labels in words(picture) for label in labels)


def values(trace, axis="y"):
    return np.asarray(trace[axis], dtype=float)


def check(picture):
    """What holds for every picture."""
    figure, narrow = picture
    go.Figure(figure)
    go.Figure({"layout": narrow})
    layout = figure["layout"]
    for name in ("xaxis", "yaxis"):
        assert all(isfinite(limit) for limit in layout[name]["range"])
        assert layout[name]["fixedrange"]
    for label in [*layout["annotations"], *narrow["annotations"]]:
        assert isfinite(label["x"]) and isfinite(label["y"])
        assert not re.search(r"nan|inf|–", label["text"]), label["text"]
    for text in re.findall(r"'(#\w{6}|rgba\([^']*\))'", str(picture)):
        assert text in theme.DARK


# --- whose money ---------------------------------------------------------------------------------


@given(longs, st.sampled_from([nan, 0.0, 0.5, 0.75, 1.0, 9.0]))
@fewer
def test_the_bar_and_the_curve_are_the_lenders_share(s, guess):
    picture = pictures.shares(s, guess)
    check(picture)
    lent = facts(s, 0.0)["lender_share"].value
    drawn = traces(picture[0])
    borrowed, own = picture[0]["data"][:2]
    assert values(borrowed, "x").max() == values(own, "x").min() == pytest.approx(lent)
    assert (drawn["now"]["x"], drawn["now"]["y"]) == ([s.leverage], [lent])
    at = drawn["lender"]["x"][60]
    one = with_leverage(replace(s, maintenance_rate=0.0), float(at))
    assert drawn["lender"]["y"][60] == pytest.approx(one.borrowed / one.notional)
    told(picture, *formats.moneys(s.notional, s.borrowed, s.capital), formats.percent(lent))
    assert ("guess" in drawn) == isfinite(guess)


def test_the_guessed_share_stands_beside_the_truth_at_the_leverage_of_the_question():
    question = quiz("whose_money").guesses[0]
    picture = pictures.shares(Scenario(leverage=2.0), 0.75)
    drawn = traces(picture[0])
    at = question.given["leverage"].value
    assert drawn["guess"]["x"] == drawn["truth"]["x"] == [at]
    assert drawn["truth"]["y"][0] == pytest.approx(question.answer.value)
    assert drawn["gap"]["x"] == [at, at]
    assert drawn["gap"]["y"] == [0.75, drawn["truth"]["y"][0]]
    assert drawn["guess"]["marker"]["symbol"].endswith("open")
    told(picture, "your guess 75\xa0%", "it is 90\xa0%")
    silent(pictures.shares(Scenario()), "guess")


# --- how big is one percent ----------------------------------------------------------------------


@given(positions, moves, guesses)
@fewer
def test_price_and_money_stand_on_one_scale(s, move, guess):
    picture = pictures.changes(s, move, guess)
    check(picture)
    now, drawn = facts(s, move), traces(picture[0])
    change = now["equity_change"].value
    low, high = picture[0]["layout"]["yaxis"]["range"]
    assert low == -high and high > max(abs(move), abs(change))
    ends = [values(drawn[name])[[0, 2]].tolist() for name in ("price", "money")]
    assert ends == [[0.0, move], [0.0, max(change, -1.0)]]
    assert ("lost" in drawn) == (change < -1)
    if change < -1:
        assert values(drawn["lost"])[[0, 2]].tolist() == [-1.0, change]
    told(picture, formats.percent(move, signed=True), formats.money(now["equity"].value))
    told(picture, formats.percent(change, signed=True))
    assert ("guess" in drawn) == isfinite(guess)
    if isfinite(guess):
        assert drawn["gap"]["y"] == [drawn["guess"]["y"][0], drawn["truth"]["y"][0]]
        assert drawn["truth"]["y"] == [change]
        assert s.capital * (1 + drawn["guess"]["y"][0]) == pytest.approx(guess)
        told(picture, formats.money(guess))


# --- where the money ends ------------------------------------------------------------------------


@given(longs, st.dictionaries(st.sampled_from([1.0, 2.0, 5.0, 10.0, 50.0]), guesses.filter(isfinite)))
@fewer
def test_the_curve_goes_through_every_bankruptcy_price(s, guessed):
    picture = pictures.ends(s, guessed, True)
    check(picture)
    curve = traces(picture[0])["bankruptcy"]
    bare = replace(s, maintenance_rate=0.0)
    for leverage, price in list(zip(curve["x"], curve["y"], strict=True))[::20]:
        assert price == pytest.approx(with_leverage(bare, float(leverage)).bankruptcy_price)
    if isnan(s.bankruptcy_price):
        told(picture, "never")
    else:
        told(picture, formats.trigger(s.bankruptcy_price))
        now = traces(picture[0])["now"]
        assert (now["x"], now["y"]) == ([s.leverage], [s.bankruptcy_price])


def test_guesses_are_joined_to_the_truth_only_once_it_is_shown():
    before, after = (pictures.ends(Scenario(), GUESSES, shown) for shown in (False, True))
    check(before)
    marks = [t for t in before[0]["data"] if t.get("name") == "guess"]
    assert {t["x"][0]: t["y"][0] for t in marks} == GUESSES
    assert not {"truth", "gap", "bankruptcy", "now"} & traces(before[0]).keys()
    silent(before, "90")
    truths = {t["x"][0]: t["y"][0] for t in after[0]["data"] if t.get("name") == "truth"}
    assert truths == pytest.approx({2.0: 50.0, 5.0: 80.0, 10.0: 90.0, 50.0: 98.0})
    gaps = {t["x"][0]: tuple(t["y"]) for t in after[0]["data"] if t.get("name") == "gap"}
    assert gaps == {leverage: (guess, truths[leverage]) for leverage, guess in GUESSES.items()}
    told(after, "60", "70.50", "92", "50", "80", "90", "98")


@given(longs)
def test_the_reveal_leaves_the_axes_where_they_were(s):
    layouts = [pictures.ends(s, GUESSES, shown)[0]["layout"] for shown in (False, True)]
    for axis in ("xaxis", "yaxis"):
        first, second = ({k: v for k, v in layout[axis].items() if k != "title"} for layout in layouts)
        assert first == second
    assert layouts[0]["margin"] == layouts[1]["margin"]


# --- why the lender acts early -------------------------------------------------------------------


@given(positions, guesses)
@fewer
def test_the_cushion_lies_between_liquidation_and_bankruptcy(s, guess):
    picture = pictures.cushion(s, guess)
    check(picture)
    drawn, trigger, bankrupt = traces(picture[0]), s.liquidation_price, s.bankruptcy_price
    start, far = picture[0]["layout"]["xaxis"]["range"]
    assert start == s.entry_price and (far - start) * s.side.sign < 0
    line = drawn["equity"]
    assert line["y"] == pytest.approx(risk.equity(s.quantity, s.entry_price, s.backing, line["x"]))
    line = drawn["requirement"]
    assert line["y"] == pytest.approx(risk.maintenance_margin(s.quantity, line["x"], s.maintenance_rate))
    if isnan(trigger):
        told(picture, formats.NO_TRIGGER)
        assert "liquidation" not in drawn
    else:
        assert drawn["liquidation"]["x"] == pytest.approx([trigger] * 2)
        told(picture, f"liquidation {formats.trigger(trigger)}", f"bankruptcy {formats.trigger(bankrupt)}")
        told(picture, f"cushion {formats.money(facts(s, 0.0)['cushion'].value)}")
        assert values(drawn["cushion"], "x").tolist() == pytest.approx([trigger, bankrupt])
        assert min(start, far) <= bankrupt <= max(start, far)
    assert ("guess" in drawn) == isfinite(guess)
    if isfinite(guess):
        told(picture, f"your guess {formats.trigger(guess)}")
        assert min(start, far) <= drawn["guess"]["x"][0] <= max(start, far)


def test_without_a_requirement_trigger_and_bankruptcy_are_one():
    picture = pictures.cushion(Scenario(maintenance_rate=0.0))
    told(picture, "liquidation $90.00", "bankruptcy $90.00", "cushion $0.00")
    silent(picture, "requirement")


def test_a_position_closed_at_once_has_its_line_at_the_entry():
    s = Scenario()
    object.__setattr__(s, "maintenance_rate", 0.3)  # the engine refuses it otherwise
    picture = pictures.cushion(s)
    check(picture)
    assert traces(picture[0])["liquidation"]["x"] == [100.0, 100.0]
    told(picture, "closed at once", "cushion $100.00")


@given(st.floats(0, 1), st.floats(0, 1))
def test_no_line_crosses_the_words_of_another(first, second):
    width = pictures.WORDS
    places = {"liquidation": first, "guess": second}
    rows = pictures._rows(places)
    assert sorted(rows.values()) == [0, 1]
    low, high = sorted(places, key=rows.get, reverse=True)
    # The line of the upper words passes by the lower ones.
    side = pictures._side(places[low], list(places.values()), width)
    left = {"left": places[low], "right": places[low] - width, "edge": 0.0}[side]
    assert not left < places[high] < left + width
    for place in places.values():
        side = pictures._side(place, list(places.values()), width)
        start = {"left": place, "right": place - width, "edge": 0.0}[side]
        assert -1e-9 <= start <= 1 - width


# --- the other direction -------------------------------------------------------------------------


@given(positions)
@fewer
def test_each_direction_has_a_bar_from_the_entry_to_its_trigger(s):
    picture = pictures.rooms(s)
    check(picture)
    drawn = traces(picture[0])
    low, high = picture[0]["layout"]["xaxis"]["range"]
    assert (low + high) / 2 == pytest.approx(s.entry_price)
    for side in Side:
        trigger = replace(s, side=side).liquidation_price
        bar = drawn[str(side)]
        edge = 0.0 if isnan(trigger) else trigger
        assert sorted(set(values(bar, "x"))) == pytest.approx(sorted({edge, s.entry_price}))
        assert (bar["line"].get("dash") == "dash") == isnan(trigger)
        assert low <= edge <= high
        told(picture, f"{side}, {formats.multiple(s.leverage)}", formats.trigger(trigger))
        if isfinite(trigger):
            told(picture, formats.percent(trigger / s.entry_price - 1, signed=True))


# --- one wallet, two positions -------------------------------------------------------------------

SHARED = Scenario(maintenance_rate=0.05, wallet=100.0)


@given(longs, st.sampled_from([0.0, 100.0, 1000.0]), moves, guesses)
@fewer
def test_two_positions_have_the_room_their_wallet_leaves_them(s, wallet, move, guess):
    s = replace(s, wallet=wallet)
    picture = pictures.together(s, move, guess)
    check(picture)
    drawn, account = traces(picture[0]), two_positions(s, move)
    left, asked = account.equity, account.maintenance_margin
    assert ("left" in drawn, "nothing" in drawn) == (left > 0, left < 0)
    if left > 0:
        assert sorted(set(values(drawn["left"], "x"))) == pytest.approx([0.0, left])
    assert drawn["asked"]["x"] == [asked, asked]
    assert ("lost" in drawn) == (left < account.wallet)
    if left < account.wallet:
        assert sorted(set(values(drawn["lost"], "x"))) == pytest.approx([left, account.wallet])
        told(picture, f"{formats.short_money(left)}, {formats.short_money(account.wallet - left)} lost")
    told(picture, f"asked for {formats.short_money(asked)}")
    alone = replace(s, wallet=0.0).liquidation_price
    other = s.entry_price * (1 + move)
    rows = {
        "A together": (account.liquidation_price(0), s.entry_price, account.is_liquidatable),
        "A alone": (alone, s.entry_price, False),
        "B together": (account.liquidation_price(1), other, account.is_liquidatable),
        "B alone": (alone, other, other <= alone),
    }
    low, high = picture[0]["layout"]["xaxis"]["range"]
    for name, (trigger, price, is_closed) in rows.items():
        assert drawn[f"{name} now"]["x"] == [price]
        assert low <= price <= high
        assert (name in drawn) != is_closed
        assert (f"{name} trigger" in drawn) == isfinite(trigger)
        edge = trigger if isfinite(trigger) else 0.0
        if isfinite(trigger):
            assert drawn[f"{name} trigger"]["x"] == pytest.approx([trigger, trigger])
        if not is_closed:
            assert sorted(set(values(drawn[name], "x"))) == pytest.approx(sorted({edge, price}), abs=1e-9)
            assert (drawn[name]["line"].get("dash") == "dash") == isnan(trigger)
            told(picture, f"{name}: {'liquidation ' * isfinite(trigger)}{formats.trigger(trigger)}")
        else:
            told(picture, f"{name}: ✕ closed")
    assert ("guess" in drawn) == isfinite(guess)
    if isfinite(guess):
        assert low <= drawn["guess"]["x"][0] <= high
        told(picture, f"your guess {formats.trigger(guess)}")


def test_what_the_other_coin_takes_is_drawn_between_the_two_triggers():
    drawn = traces(pictures.together(SHARED, -0.12)[0])
    assert sorted(set(values(drawn["taken"], "x"))) == pytest.approx([78.947, 90.947], abs=1e-3)
    all_of_it = traces(pictures.together(SHARED, -0.3)[0])["taken"]
    assert sorted(set(values(all_of_it, "x"))) == pytest.approx([78.947, 100.0], abs=1e-3)
    rich = traces(pictures.together(replace(SHARED, wallet=900.0), -0.12)[0])["taken"]
    assert sorted(set(values(rich, "x"))) == pytest.approx([0.0, 6.737], abs=1e-3)
    gained = pictures.together(SHARED, 0.1)
    assert "taken" not in traces(gained[0])
    told(gained, "$400, $100 gained")
    told(pictures.together(SHARED, -0.12), "B alone: ✕ closed at $94.74")
    silent(pictures.together(SHARED, 0.0), "lost")
    silent(pictures.together(SHARED, 0.0), "gained")


# --- the reference -------------------------------------------------------------------------------


def test_the_reference_shows_the_published_shares():
    picture = pictures.benchmark()
    check(picture)
    drawn = traces(picture[0])
    assert values(drawn["people who borrow to trade"], "x").max() == BENCHMARK["margin"]
    assert values(drawn["other investors"], "x").max() == BENCHMARK["others"]
    told(picture, "people who borrow to trade", "other investors", "15\xa0%", "31\xa0%")


@pytest.mark.parametrize("value", [0.1, 0.11, 0.2, 0.4, 0.5, 62.5, 99.9])
def test_scales_are_round_and_large_enough(value):
    rounded = pictures.round_up(value)
    assert value <= rounded < 2.5 * value
    assert f"{rounded:e}"[0] in "125"
    assert rounded < inf


@pytest.mark.parametrize("capital", [10.0, 100.0, 100_000.0])
@pytest.mark.parametrize("leverage", [1.0, 4.8, 10.0, 125.0])
def test_caps_stand_in_order_with_what_each_leaves(capital, leverage):
    s = Scenario(capital=capital, leverage=leverage, maintenance_rate=0.0)
    picture = pictures.caps(s, 7.0)
    bars = {name: trace for name, trace in traces(picture[0]).items() if "x" in name}
    assert list(bars) == sorted(bars, key=lambda name: float(name.split()[-1].removesuffix("x")))
    low, high = picture[0]["layout"]["xaxis"]["range"]
    for name, bar in bars.items():
        own = capital * (1 + float(name.split()[-1].removesuffix("x")) * crash_move())
        assert [x for x in bar["x"] if x] == pytest.approx([own, own])
        assert ("fillpattern" in bar) == (own < 0) and low < own < high
        told(picture, name, formats.money(own))
    assert {"your guess 7x", f"your cap, {formats.multiple(leverage)}"} <= bars.keys()
    assert len(bars) == len({cap.leverage for cap in legal_caps().values()}) + 2


def test_a_guess_that_is_no_leverage_is_not_drawn():
    for guess in (nan, -3.0, 0.2, 1e9):
        assert not any(
            "guess" in text for labels in words(pictures.caps(Scenario(), guess)) for text in labels
        )


def test_the_caps_as_a_table():
    rows = {name: rest for name, *rest in pictures.cap_rows(Scenario())}
    assert rows["US shares"] == ["2x", formats.percent(1 / 3), "$59.07"]
    assert [cell.replace("\u2060", "") for cell in rows["EU single shares"]] == ["5x", "10.00\xa0%", "−$2.33"]
