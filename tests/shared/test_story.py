"""Every number in a sentence is the engine's; sums add up as shown; no price is said in words."""

import re
from decimal import Decimal
from math import isclose, isnan

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.loss.settlement import Outcome
from engine.margin.scenario import Keeper, Scenario, Side
from engine.market.prices import PathChoice, Shape, price_frame
from engine.market.replay import replay
from pages.shared import formats, formula, link, story
from pages.shared.story import WORDS
from pages.shared.words import unmarked
from tests.apptest import BROKEN
from tests.runs import SIGNATURE, at_most, dated, on, run, runs, scenarios

NUMBER = r"[−-]?\$?[\d,]+(?:\.\d+)?"
fewer = at_most(60)


def number(text):
    """A shown number, without what markdown and units put around it."""
    cleaned = re.sub(r"[$,*\\x%\xa0 ]", "", text).replace("−", "-")
    return float(re.match(r"[-+]?\d+(\.\d+)?", cleaned)[0])


def unit(text):
    """The worth of the last digit shown."""
    fraction = re.search(r"\.(\d+)", text)
    return 10.0 ** -len(fraction[1]) if fraction else 1.0


def shows(text, value):
    """Whether a shown number is `value` to the precision shown."""
    return abs(number(text) - value) <= unit(text) * 0.5 + 1e-6 + 1e-12 * abs(value)


def blanks(key, sentence):
    """What stands in the blanks of a text in `sentence`; None if the text is not in it."""
    pattern, seen = "", set()
    for plain, name in re.findall(r"([^{]*)(?:\{(\w+)\})?", unmarked(WORDS[key])):
        pattern += re.escape(plain)
        if name:
            pattern += f"(?P={name})" if name in seen else f"(?P<{name}>[^;\n]+?)"
            seen.add(name)
    found = re.search(rf"{pattern}(?=\.|,| |\n|$)", sentence)
    return found and found.groupdict()


def alt(r):
    return story.alt(r, story.headline(r))


def outcome_key(end):
    if end.outcome is Outcome.STOPPED:
        return ["stopped"]
    if end.outcome is Outcome.LIQUIDATED:
        if end.shortfall > 0:
            return ["liquidated_shortfall", "liquidated_moved_shortfall"]
        return ["liquidated", "liquidated_moved"]
    return ["survived", "survived_gain", "survived_unhurt", "survived_moved", "ended"]


def rest_of(end):
    """Who gets what a forced close leaves, if a cent is left."""
    if round(end.returned + end.kept + 1e-8, 2) == 0:
        return "nothing"
    return "trader" if end.returned else "fund"


MOVED = ("liquidated_moved", "liquidated_moved_shortfall", "survived_moved")


@given(runs())
def test_every_number_in_the_headline_is_the_engines(r):
    s, end = r.scenario, r.settlement
    markdown, text = story.headline(r), unmarked(story.headline(r))
    assert not BROKEN.search(text)
    assert "$" not in markdown.replace("\\$", "")
    worst = r.steps["low"].min() if s.side is Side.LONG else r.steps["high"].max()
    meant = {
        "capital": s.capital,
        "borrowed": s.borrowed,
        "position": s.notional,
        "wallet": s.wallet,
        "liquidation_price": s.liquidation_price,
        "distance": abs(s.liquidation_price / s.entry_price - 1) * 100,
        "fill": end.fill_price,
        "returned": end.returned,
        "kept": end.kept,
        "paid_in": end.paid_in,
        "shortfall": end.shortfall,
        "worst": float(worst),
        "held": float(r.steps["equity_if_held"].iloc[-1]),
        "stop": s.stop_price,
    }
    opening = "opening_short" if s.side is Side.SHORT else "opening_long"
    if s.leverage == 1 and s.side is Side.LONG:
        opening = "opening_long_unborrowed"
    has_trigger = not isnan(s.liquidation_price)
    later = "no_trigger" if r.steps["liquidation_price"].isna().all() else "late_trigger"
    expected = [opening, f"{'trigger' if has_trigger else later}_{s.side}"]
    expected += ["wallet"] if s.wallet else []
    said = [key for key in outcome_key(end) if blanks(key, text)]
    assert said, text
    seen = 0
    expected += [f"rest_{rest_of(end)}"] if r.is_liquidated and not end.shortfall else []
    for key in (*expected, said[0], "too_late", "stop_jumped", "stop_overtaken"):
        got = blanks(key, blanks(said[0], text)["rest"] if key.startswith("rest_") else text)
        assert got is not None or key in ("too_late", "stop_jumped", "stop_overtaken"), (
            f"{key} is not in: {text}"
        )
        for name, shown in (got or {}).items():
            if name == "rest":
                continue
            seen += len(re.findall(r"\$", shown))
            if name == "when":
                assert shown == story.at_when(r)
            else:
                assert shows(shown, meant[name]), f"{name}: {shown} for {meant[name]}"
    assert seen == text.count("$"), text
    turned = s.side.sign * (r.steps["close"].iloc[-1] - end.fill_price) > 0
    gained = meant["held"] > max(end.equity_at_fill, end.returned) + 0.005
    assert ("too_late" in _said(text)) == (r.is_liquidated and turned and gained)
    useless = r.is_liquidated and not isnan(s.stop_price)
    beyond = useless and s.side.sign * (end.fill_price - s.stop_price) <= 1e-9 * s.stop_price
    assert ("stop_jumped" in _said(text)) == beyond
    assert ("stop_overtaken" in _said(text)) == (useless and not beyond)


def _said(text):
    return [key for key in ("too_late", "stop_jumped", "stop_overtaken") if blanks(key, text)]


@given(runs())
def test_nobody_without_a_liquidation_price_is_liquidated(r):
    text = unmarked(story.headline(r))
    if formats.no_trigger() in text:
        assert not r.is_liquidated, text


def test_costs_give_even_an_unborrowed_position_a_trigger_on_the_way():
    r = run(PathChoice(shape=Shape.SLIDE, how_far=-0.94, steps=200), leverage=1.0, funding_rate=0.003)
    assert r.is_liquidated
    assert formats.no_trigger() not in unmarked(story.headline(r))
    triggers = story.playback(r)["rows"][6]
    assert triggers[0] == formats.no_trigger()
    assert shows(triggers[r.settlement.step], r.steps["liquidation_price"].iloc[r.settlement.step])


def test_a_top_up_that_pays_back_the_loan_takes_the_trigger_away():
    r = on([100, 99, 98, 50, 98], leverage=2.0, top_up=120.0, top_up_step=1)
    triggers = story.playback(r)["rows"][6]
    assert triggers[0].startswith("$50.25")
    assert set(triggers[2:]) == {formats.no_trigger()}
    assert not r.is_closed


@given(runs())
def test_what_the_headline_says_of_the_trigger_is_true_of_the_trigger_it_names(r):
    s, end = r.scenario, r.settlement
    text, first = unmarked(story.headline(r)), s.liquidation_price
    if isnan(first) or end.outcome is Outcome.STOPPED:
        return
    worst = r.steps["low"].min() if s.side is Side.LONG else r.steps["high"].max()
    beyond = s.side.sign * ((end.fill_price if r.is_liquidated else worst) - first) <= 1e-9 * s.entry_price
    said_moved = any(blanks(key, text) for key in MOVED)
    assert said_moved == (r.is_liquidated != beyond), text


@pytest.mark.parametrize(("side", "worst"), [(Side.LONG, "94.62"), (Side.SHORT, "101.40")])
def test_a_bar_counts_with_its_worst_price_not_its_close(side, worst):
    prices = dated(on([100, 97, 95, 98, 101]).steps[["time", "hours", "open", "high", "low", "close"]], 60)
    r = replay(Scenario(side=side), prices)
    assert f"no nearer than ${worst}" in unmarked(story.headline(r))


# --- capital + borrowed = position ---------------------------------------------------------------


def split(r):
    key = "opening_long" if r.scenario.leverage > 1 else "opening_long_unborrowed"
    got = blanks(key, unmarked(story.headline(r)))
    return [
        Decimal(got.get(name, "0").strip("$").replace(",", ""))
        for name in ("capital", "borrowed", "position")
    ]


CAPITALS = [
    *np.geomspace(10, 100_000, 25).round(2).tolist(),
    1,
    33.33,
    99.99,
    100.05,
    9_999.99,
    10_000.01,
    999_999_999.99,
]
LEVERAGES = [*np.geomspace(1, 125, 25).round(1).tolist(), 1.1, 1.0001, 3.3333, 7.5, 16.67, 99.99]


@pytest.mark.slow
def test_your_money_and_what_is_borrowed_are_the_position_for_every_place_of_the_sliders():
    frame = price_frame(SIGNATURE, 100.0)
    for capital in CAPITALS:
        for leverage in LEVERAGES:
            s = Scenario(capital=capital, leverage=leverage)
            own, borrowed, position = split(replay(s, frame))
            assert own + borrowed == position, f"{capital} at {leverage}"
            told = unmarked(formula.worked_out(replay(s, frame)))
            line = re.search(r"= (\S+) − (\S+) = (\S+)", told)
            amounts = [Decimal(x.strip("$*").replace(",", "")) for x in line.groups()]
            assert amounts[0] - amounts[1] == amounts[2]


# --- no liquidation price ------------------------------------------------------------------------


@pytest.mark.parametrize("how_far", [-0.9, 0.0, 0.5])
@pytest.mark.parametrize("wallet", [0.0, 50.0])
def test_one_times_long_has_no_liquidation_price_in_any_words(how_far, wallet):
    r = run(PathChoice(how_far=how_far), leverage=1.0, wallet=wallet)
    steps = story.playback(r)
    told = [
        story.headline(r),
        alt(r),
        formula.worked_out(r),
        *story.table(r)["Liquidation price"],
        *steps["rows"][6],
    ]
    told += [item["rest"] for item in steps["figures"] if item["label"] == "Liquidation price"]
    for text in told:
        assert formats.no_trigger() in text.replace("**", "")
        assert not BROKEN.search(text)
    assert set(steps["rows"][6]) == set(story.table(r)["Liquidation price"]) == {formats.no_trigger()}
    assert not r.is_closed
    # Nothing can go to $0.00 but a price that is not there.
    assert "$0.00" not in story.headline(r) + alt(r)


@given(runs())
def test_nothing_undefined_is_ever_said(r):
    said = [story.headline(r), alt(r), story.moment(r), formula.worked_out(r), story.money_sentence(r)]
    said += [story.alt_waterfall(story.account(r)), story.assumptions()]
    said += [text for row in (*story.events(r), *story.parties(r)) for text in row]
    said += story.table(r).astype(str).to_numpy().ravel().tolist()
    steps = story.playback(r)
    said += [text for row in steps["rows"] for text in row] + [item["rest"] for item in steps["figures"]]
    assert [text for text in said if BROKEN.search(text)] == []


# --- step by step --------------------------------------------------------------------------------


@fewer
@given(runs())
def test_the_playback_says_the_numbers_of_its_step(r):
    steps, told = r.steps, story.playback(r)
    assert {len(row) for row in told["rows"]} == {len(told["states"])} == {len(told["x"])} == {len(steps)}
    frame = steps.assign(equity=steps["equity"].fillna(r.settlement.returned))
    names = ("mark", "assets", "debt", "equity", "maintenance_margin", "liquidation_price")
    for row, name in zip(told["rows"][1:], names, strict=True):
        for text, value in zip(row, frame[name], strict=True):
            if isnan(value):
                assert text in (formats.UNKNOWN, formats.no_trigger())
            else:
                assert shows(text, value), f"{name}: {text} for {value}"
    assert told["states"] == steps["state"].astype(str).tolist()
    assert told["closed"] == (r.settlement.step if r.is_closed else -1)
    for template in (told["template"], *told["templates"].values()):
        filled = re.sub(r"\{(\d)\}", lambda m: told["rows"][int(m[1])][0], template)
        assert "{" not in filled
    for item in told["figures"]:
        assert item["column"] == "state" or 0 <= item["column"] < len(told["rows"])
        assert item["rest"] in told["state_labels"] if item["column"] == "state" else item["rest"]
    rest = {item["column"]: item["rest"] for item in told["figures"]}
    assert shows(rest[4].partition(" of ")[0], r.settlement.returned)
    paid_in = rest[4].partition(" of ")[2]
    assert shows(paid_in, r.settlement.paid_in) if paid_in else r.settlement.returned > r.settlement.paid_in
    first, _, last = rest[3].partition(" → ")
    assert shows(first, r.scenario.borrowed)
    is_short = r.scenario.side is Side.SHORT
    assert shows(last or first, steps["debt"][r.settlement.step] if is_short else r.scenario.borrowed)
    lines = r.scenario.liquidation_price, steps["liquidation_price"][r.settlement.step]
    for text, line in zip(rest[6].split(" → "), lines, strict=False):
        assert text in ("none", formats.no_trigger()) if isnan(line) else shows(text.partition(" (")[0], line)
    assert ("→" in rest[6]) == (formats.trigger(lines[0]) != formats.trigger(lines[1]))
    assert [item["label"] for item in told["figures"]] == [
        "Owed" if is_short else "Borrowed",
        "Liquidation price",
        "Left of your money",
        "State",
    ]
    assert rest["state"] == (str(r.settlement.outcome) if r.is_closed else told["states"][-1])


def test_a_trigger_that_creeps_up_is_shown_where_it_starts_and_where_it_ends():
    r = run(PathChoice(steps=60, how_far=0.0), funding_rate=0.003)
    line = next(item for item in story.playback(r)["figures"] if item["label"] == "Liquidation price")
    assert line["rest"] == "$90.45 → $100.40"
    assert story.playback(r)["rows"][line["column"]][0] == "$90.45 (−9.55\xa0%)"


@fewer
@given(runs())
def test_the_table_and_the_event_log_are_the_frame(r):
    table, steps = story.table(r), r.steps
    assert len(table) == len(steps)
    for column, name in (
        ("Price", "mark"),
        ("You hold, $", "assets"),
        ("Owed, $", "debt"),
        ("Yours, $", "equity"),
        ("Required, $", "maintenance_margin"),
    ):
        for text, value in zip(table[column], steps[name], strict=True):
            assert text == formats.UNKNOWN if isnan(value) else shows(text, value)
    for text, state in zip(table["State"], steps["state"].astype(str), strict=True):
        assert text == " ".join(story.states()[state])
    log = story.events(r)
    assert len(log) == len(r.events)
    for row, event in zip(log, r.events.itertuples(), strict=True):
        assert shows(row[1], event.price)
        told = r.settlement.kept if event.kind == "settled" and r.settlement.kept else event.equity
        assert shows(re.search(NUMBER.replace(r"\$?", r"\$"), row[2])[0], told)
        assert row[0].lower() == story.when(r, event.step).lower()


def test_dates_keep_their_capital_letters():
    s = Scenario(maintenance_rate=0.05)
    r = replay(s, dated(price_frame(SIGNATURE, 100.0), 1440))
    assert story.when(r, 2) == "3 Mar 2024 09:30"
    assert (
        story.events(r)[0][0]
        == story.table(r)["Step"][0]
        == story.playback(r)["rows"][0][0]
        == "1 Mar 2024 09:30"
    )
    steps = on([100, 99, 98])
    assert story.events(steps)[0][0] == story.table(steps)["Step"][0] == "Step 0"
    assert story.when(steps, 2) == "step 2"


def test_the_moment_names_when_where_and_what_is_left():
    assert story.moment(on([100, 99])) == ""
    text = story.moment(run(SIGNATURE, maintenance_rate=0.05))
    assert blanks("moment_liquidated", text) == {
        "when": "at step 4",
        "fill": "94.00",
        "returned": "$40.00",
        "paid_in": "$100.00",
    }
    text = story.moment(on([100, 88], maintenance_rate=0.05))
    assert blanks("moment_shortfall", text) == {"when": "at step 1", "fill": "88.00", "shortfall": "$20.00"}
    text = story.moment(run(SIGNATURE, maintenance_rate=0.05, leftover=Keeper.FUND))
    assert blanks("moment_kept", text) == {"when": "at step 4", "fill": "94.00", "kept": "$40.00"}
    text = story.moment(on([100, 94], stop_price=95.0))
    assert blanks("moment_stopped", text)["returned"] == "$40.00"


def test_where_the_fund_keeps_the_rest_every_part_of_the_story_says_so():
    r = run(SIGNATURE, maintenance_rate=0.05, liquidation_fee=0.005, leftover=Keeper.FUND)
    assert "the $35.30 that was left of your $100 goes to the platform’s fund" in unmarked(story.headline(r))
    bars = story.account(r)
    assert dict(zip(bars.names, bars.amounts, strict=True))["Kept by the fund"] == -35.3
    assert bars.amounts[-1] == 0
    assert dict(story.parties(r))["The insurance fund (with what was left)"] == "$40.00"
    assert story.events(r)[-1][2].startswith("The account is settled: $35.30 goes to the platform’s fund")
    left = next(item for item in story.playback(r)["figures"] if item["label"] == "Left of your money")
    assert left["rest"] == "$0.00 of $100"
    assert "You lose all you put in" in story.money_sentence(r)


# --- sums ----------------------------------------------------------------------------------------


def cents(text):
    return Decimal(text.replace("$", "").replace(",", "").replace("−", "-"))


@given(runs())
def test_the_waterfall_adds_up_to_the_cent_as_shown(r):
    bars = story.account(r)
    shown = [cents(formats.money(amount, cents=True)) for amount in bars.amounts]
    assert sum(shown[:-1]) == shown[-1]
    assert isclose(shown[0], r.settlement.paid_in, abs_tol=0.0051)
    assert isclose(shown[-1], r.settlement.returned, abs_tol=0.0051)
    assert (bars.kinds[0], bars.kinds[-1]) == ("start", "end")
    assert ("others" in bars.kinds) == (round(r.settlement.shortfall, 2) > 0)
    assert len(set(bars.names)) == len(bars.names)
    lost = bars.amounts[1] if len(bars.amounts) > 2 else 0
    if WORDS["item_price_result_loss"] in bars.names or WORDS["item_price_result_gain"] in bars.names:
        assert (WORDS["item_price_result_loss"] in bars.names) == (lost < 0)
    words = story.alt_waterfall(bars)
    assert all(
        name in words and formats.money(a, cents=True) in words
        for name, a in zip(bars.names, bars.amounts, strict=True)
    )


@given(runs(), st.sampled_from([5.0, 0.01, 1e9]))
def test_a_fund_pays_first_and_changes_nothing_for_the_trader(r, fund):
    bars, alone = story.account(r, fund), story.account(r)
    shown = [cents(formats.money(amount, cents=True)) for amount in bars.amounts]
    assert sum(shown[:-1]) == shown[-1]
    assert (bars.names[-1], bars.amounts[-1]) == (alone.names[-1], alone.amounts[-1])
    missing = dict(zip(alone.names, alone.amounts, strict=True)).get(WORDS["item_shortfall"], 0.0)
    by_name = dict(zip(bars.names, bars.amounts, strict=True))
    assert by_name.get(WORDS["item_fund"], 0.0) == min(fund, missing)
    assert by_name.get(WORDS["item_others"], 0.0) == pytest.approx(max(missing - fund, 0.0))
    assert bars.kinds.count("others") == (missing > 0) + (missing > fund)


@given(runs())
def test_what_the_parties_gain_and_lose_adds_up_to_nothing_as_shown(r):
    shown = story.parties(r)
    assert sum(cents(amount) for _, amount in shown) == 0, shown
    trader = dict(shown).get(WORDS["party_trader"])
    gained = r.settlement.returned - r.settlement.paid_in
    assert shows(trader, gained) if trader else abs(gained) < 0.01


@given(runs(side=Side.LONG))
def test_the_sentence_about_the_money_subtracts_correctly(r):
    text = unmarked(story.money_sentence(r))
    got = blanks("money_liquidated", text)
    beside = blanks("money_liquidated_beside", text)
    if r.is_liquidated and r.settlement.shortfall == 0:
        assert got or beside
        got, extra = (beside, number(beside["beside"])) if beside else (got, 0.0)
        left = number(got["proceeds"]) + extra - number(got["repaid"])
        assert left == pytest.approx(number(got["equity"]), abs=0.016), text


@given(runs())
def test_the_sentence_about_the_money_matches_the_outcome(r):
    text, end = unmarked(story.money_sentence(r)), r.settlement
    key = {Outcome.OPEN: "open", Outcome.STOPPED: "stopped", Outcome.LIQUIDATED: "liquidated"}[end.outcome]
    key = (
        "shortfall"
        if end.shortfall > 0
        else "liquidated_short"
        if key == "liquidated" and r.scenario.side is Side.SHORT
        else key
    )
    beside = float(r.steps["assets"].iloc[end.step]) - end.notional
    key += "_beside" if key == "liquidated" and beside >= 0.005 else ""
    got = blanks(f"money_{key}", text)
    assert got, text
    meant = {
        "proceeds": end.notional, "equity": end.equity_at_fill, "paid_in": end.paid_in,
        "shortfall": end.shortfall, "repaid": float(r.steps["debt"].iloc[end.step]), "beside": beside,
    }  # fmt: skip
    for name, shown in got.items():
        assert shows(shown, meant[name]), f"{name}: {shown}"
    rest = [key for key in ("trader", "fund", "nothing") if blanks(f"money_to_{key}", text) is not None]
    assert rest == ([rest_of(end)] if key.startswith("liquidated") else [])
    if rest and rest != ["nothing"]:
        ((name, shown),) = blanks(f"money_to_{rest[0]}", text).items()
        assert shows(shown, getattr(end, name))


# --- the formula ---------------------------------------------------------------------------------


def evaluate(text):
    """The value of shown arithmetic: ``(10 × 100.00 − 100) ÷ (10 × (1 − 0.05))``."""
    plain = re.sub(r"[$,*x]|\xa0%", "", text.replace("\\$", ""))
    plain = plain.replace("×", "*").replace("÷", "/").replace("−", "-")
    assert re.fullmatch(r"[\d.+\-*/() ]+", plain), plain
    return eval(plain)


def worked(r):
    """The lines of the formula: what each says after its words, split at the equals signs."""
    lines = {}
    for line in unmarked(formula.worked_out(r)).split("\n"):
        if found := re.match(r"(\d)\. (.+)", line):
            lines[int(found[1])] = [part.strip() for part in found[2].replace("P = ", "= ").split("=")]
    return lines


ORDINARY = [
    {},
    {"maintenance_rate": 0.05},
    {"maintenance_rate": 0.0},
    {"side": Side.SHORT, "maintenance_rate": 0.05},
    {"side": Side.SHORT, "leverage": 1.0, "maintenance_rate": 0.05},
    {"leverage": 7.5, "capital": 250.0},
    {"leverage": 33.3, "capital": 1_234.56, "trading_fee": 0.0006},
    {"leverage": 4.0, "entry_price": 321.83},
    {"entry_price": 60_000.0},
    {"entry_price": 60_000.0, "leverage": 3.3, "capital": 10.0},
    {"entry_price": 0.0123, "leverage": 20.0},
    {"wallet": 200.0, "maintenance_rate": 0.05},
    {"top_up": 50.0, "maintenance_rate": 0.05},
    {"wallet": 12.5, "top_up": 7.25, "trading_fee": 0.001, "closing_fee": 0.0005},
    {"leverage": 7.125},
    {"leverage": 1.0},
    {"leverage": 1.0, "wallet": 100.0},
    {"capital": 50_000.0, "entry_price": 60_000.0, **link.by_venue("bitget", Side.LONG)},
    {"capital": 5e5, "entry_price": 6e4, "side": Side.SHORT, **link.by_venue("bitget", Side.SHORT)},
]


@pytest.mark.parametrize("fields", ORDINARY, ids=str)
def test_every_line_of_the_formula_equals_its_result_as_shown(fields):
    r = run(SIGNATURE, **fields)
    s, lines = r.scenario, worked(r)
    for line, value in ((1, s.notional), (2, abs(s.quantity)), (3, s.borrowed)):
        if line == 3 and s.side is Side.SHORT:
            continue
        *_, arithmetic, result = lines[line]
        assert shows(result, value)
        exact = line != 2 or float(s.notional * 100).is_integer()  # the position is shown in cents
        assert shows(result, evaluate(arithmetic)) or not exact, f"{arithmetic} is not {result}"
        assert evaluate(arithmetic) == pytest.approx(value, rel=1e-5)
    *_, symbols, fraction, result = lines[6]
    assert evaluate(symbols) == pytest.approx(evaluate(fraction), rel=1e-6)
    top, bottom = map(evaluate, fraction.split("÷"))
    over, under = symbols.split("÷")
    assert top == pytest.approx(evaluate(over), abs=0.005)
    assert bottom == pytest.approx(evaluate(under), rel=1e-6)
    if isnan(s.liquidation_price):
        assert result == formats.no_trigger()
        assert evaluate(fraction) <= 0
    else:
        assert shows(result, s.liquidation_price)
        assert shows(result, evaluate(fraction)), f"{fraction} is {evaluate(fraction)}, not {result}"
    *_, arithmetic, result = lines[7]
    if not isnan(s.bankruptcy_price):
        assert shows(result, s.bankruptcy_price)
        assert evaluate(arithmetic) == pytest.approx(s.bankruptcy_price, rel=1e-6)


@fewer
@given(scenarios())
def test_the_formula_checks_itself_and_names_what_stands_behind_the_position(s):
    text = unmarked(formula.worked_out(replay(s, price_frame(SIGNATURE, s.entry_price))))
    if not isnan(s.liquidation_price):
        got = blanks("formula_check", text)
        assert shows(got["liquidation_price"], s.liquidation_price)
        assert number(got["equity"]) == pytest.approx(number(got["required"]), abs=0.011)
    backing = re.search(r"stands (\S+): your (.+)\.\n", text)
    assert bool(backing) == (s.backing != s.capital)
    if backing:
        parts = [number(sign + amount) for sign, amount in re.findall(r"(− |)(\$[\d,.]+\d)", backing[2])]
        assert shows(backing[1], s.backing)
        assert sum(parts) == pytest.approx(s.backing, abs=0.016)


def test_a_moving_trigger_is_announced_below_the_formula():
    still, moving = run(SIGNATURE), run(SIGNATURE, funding_rate=0.001)
    assert not blanks("formula_moving", unmarked(formula.worked_out(still)))
    got = blanks("formula_moving", unmarked(formula.worked_out(moving)))
    last = moving.steps["liquidation_price"].iloc[moving.settlement.step]
    assert shows(got["last_trigger"], last)


@pytest.mark.parametrize(
    "venue, capital, sign", [("kraken", 5e5, 1), ("gmx", 20.0, -1), ("cfd-fx", 100.0, 0)]
)
def test_the_formula_of_a_requirement_frozen_at_the_entry(venue, capital, sign):
    for side in Side:
        r = run(SIGNATURE, side=side, capital=capital, entry_price=6e4, **link.by_venue(venue, side))
        lines, s = worked(r), r.scenario
        *_, arithmetic, required = lines[5]
        assert np.sign(s.tier.amount) == sign
        assert "− −" not in arithmetic and "+ −" not in arithmetic
        shares = re.sub(r"([\d.]+)\xa0%", lambda rate: str(float(rate[1]) / 100), arithmetic)
        assert evaluate(shares) == pytest.approx(s.requirement)
        assert evaluate(required) == pytest.approx(s.requirement)
        *_, arithmetic, result = lines[6]
        assert evaluate(arithmetic) == pytest.approx(s.liquidation_price)
        assert shows(result, s.liquidation_price)


def test_the_formula_counts_the_closing_fee_in_its_rate():
    r = run(SIGNATURE, maintenance_rate=0.01, closing_fee=0.002)
    assert f"{formats.percent(0.012)} × 10" in formula.worked_out(r)
    assert "(1 − 0.012)" in formula.worked_out(r)


# --- the whole ------------------------------------------------------------------------------------


@fewer
@given(runs(), st.booleans())
def test_the_alt_text_is_the_headline_without_markdown(r, _):
    text = alt(r)
    assert unmarked(story.headline(r)) in text
    assert "**" not in text
    assert "\\" not in text
    assert str(len(r.steps) - 1) in text


def test_real_prices_are_told_by_their_dates():
    s = Scenario(leverage=4.0, entry_price=321.83)
    r = replay(s, price_frame(PathChoice(shape=Shape.REAL), 321.83))
    assert "19 Oct 1987" in story.headline(r)
    assert isinstance(r.steps["time"].iloc[0], pd.Timestamp)
    assert story.playback(r)["x"][0].startswith("1987-10-01")
