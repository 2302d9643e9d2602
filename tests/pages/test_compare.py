"""Compare venues: the published tables on the screen, every venue's card, and noise."""

import random
import re
from dataclasses import replace
from itertools import pairwise
from math import isnan
from operator import eq, gt, lt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.margin.rules import Rules
from engine.margin.scenario import Scenario, Side
from engine.venues.quotes import Refusal, quote
from engine.venues.records import VENUES
from engine.venues.terms import READ_WITHIN, Gauge, Leftover, Status
from pages.lab.compare import card, tables, triggers
from pages.lab.compare.triggers import ONE_COIN
from pages.shared import formats
from pages.shared.drawing import theme
from pages.shared.link import REPLAYED
from pages.shared.words import read
from tests.apptest import broken, fields, figure, message, open_tab, query, typed, visit

WORDS = read("compare")
# One bitcoin at 50,000 and 10x on the smallest tier: exchanges' published formulas, each a closed form.
ONE_BITCOIN = {
    "Bitget": (45_207.96, 54_748.16, -9.584, 9.496),
    "OKX": (45_203.42, 54_753.61, -9.593, 9.507),
    "Binance": (45_180.72, 54_780.88, -9.639, 9.562),
    "Bybit": (45_226.13, 54_726.37, -9.548, 9.453),
    "Deribit": (45_456.84, 54_452.75, -9.086, 8.905),
    "Kraken Futures": (45_250.00, 54_750.00, -9.500, 9.500),
    "GMX v2": (45_280.00, 54_720.00, -9.440, 9.440),
    "dYdX v4": (45_546.56, 54_347.83, -8.907, 8.696),
    "Hyperliquid": (45_569.62, 54_320.99, -8.861, 8.642),
}
# Bitget's rule by leverage: percent a long may fall and a short may rise, share of the margin then.
BITGET = {
    "2x": (-49.77, 49.31, 0.5),
    "3x": (-33.03, 32.72, 0.9),
    "5x": (-19.63, 19.45, 1.8),
    "10x": (-9.58, 9.50, 4.2),
    "20x": (-4.56, 4.52, 8.8),
    "50x": (-1.55, 1.53, 22.6),
    "100x": (-0.54, 0.54, 45.8),
    "125x": (-0.34, 0.34, 57.3),
    "150x": (-0.21, 0.21, 68.9),
}


def card_of(venue, **asked):
    """A venue's card, for the position the page starts with or another one."""
    return card.card(triggers.compare(Scenario(**ONE_COIN | asked)).at(venue.slug))


def sound(at):
    assert not at.exception
    assert broken(at) == []
    return at


def rows(at):
    """The table on the screen: first cell → the others."""
    text = next(m.value for m in at.markdown if m.value.startswith("| "))
    cells = [[re.sub(r"\\(.)", r"\1", c.strip()) for c in line.split(" | ")] for line in text.split("\n")[2:]]
    return {line[0].removeprefix("| "): line[1:] for line in cells}


def number(text):
    return float(text.replace(formats.MINUS, "-").replace(",", "").strip("$ %\xa0|+"))


def tab(at, name):
    return sound(open_tab(at, WORDS[f"tab_{name}"]))


@pytest.mark.parametrize("side", Side)
def test_one_bitcoin_at_ten_times_everywhere(side):
    at = sound(visit("compare", f"side={side}"))
    shown = rows(at)
    for name, (long, short, fall, rise) in ONE_BITCOIN.items():
        price, move = (long, fall) if side is Side.LONG else (short, rise)
        assert number(shown[name][0]) == price
        assert number(shown[name][1]) == pytest.approx(move, abs=0.0051)
    told = message(at, "triggers")["page"]["alt"]
    assert all(f"{name} {cells[0]}" in told for name, cells in shown.items() if cells[1] != formats.UNKNOWN)
    assert all(f"{name} ({cells[0]}" in told for name, cells in shown.items() if cells[1] == formats.UNKNOWN)
    live = [q.venue.name for q in triggers.compare(Scenario(**ONE_COIN, side=side)).closing]
    assert list(shown)[: len(live)] == live
    first, last = live[0], live[-1]
    sentence = next(m.value for m in at.markdown if f"**{first}**" in m.value)
    assert f"**{last}**" in sentence and shown[first][0] in sentence.replace("\\", "")


def test_bitget_at_every_leverage():
    shown = rows(tab(visit("compare"), "leverage"))
    assert list(shown) == list(BITGET)
    for leverage, (fall, rise, left) in BITGET.items():
        assert [number(cell) for cell in shown[leverage][:2]] == [fall, rise]
        assert number(shown[leverage][2]) == pytest.approx(left, abs=0.051)


@pytest.mark.parametrize("slug", ["okx", "us-stock", "aave"])
def test_which_venue_a_table_is_about_is_no_choice_of_the_position(slug):
    at = sound(visit("compare"))
    before = rows(tab(at, "formulas"))
    at = tab(at, "leverage")
    at = sound(at.selectbox("compare.by_leverage").select(slug).run())
    assert fields(at)["venue"] == ""
    assert message(at, "leverage")["problem"] == ""
    assert rows(tab(at, "formulas")) == before


def test_the_formula_switch_shows_three_published_answers():
    at = tab(visit("compare"), "formulas")
    button = next(b for b in at.button if "$20,000" in b.label)
    shown = rows(sound(button.click().run()))
    assert [number(cells[1]) for cells in shown.values()] == [18_000.00, 18_100.00, 18_090.45]
    assert fields(at)["entry_price"] == 20_000


@pytest.mark.parametrize("slug", VENUES)
def test_every_card_names_its_source_and_date(slug):
    at = tab(visit("compare"), "card")
    at = sound(at.selectbox("compare.card").select(slug).run())
    said = next(m.value for m in at.markdown if m.value.startswith(f"**{VENUES[slug].name}**"))
    assert VENUES[slug].source in said and formats.date(VENUES[slug].seen_on) in said
    assert "Venues change their rules" in said
    links = [item.proto.query_string for item in at.get("page_link") if item.proto.label == WORDS["replay"]]
    if slug in REPLAYED and quote(VENUES[slug], Side.LONG, **ONE_COIN).is_offered:
        assert fields(sound(visit("simulator", links[0])))["venue"] == slug
    else:
        assert links == []
        refused = [c.value for c in at.caption if "does not offer this position: at most 2x" in c.value]
        assert len(refused) == (slug in REPLAYED and VENUES[slug].status is Status.LIVE)
    assert ("In cross margin, a large position" in said) == (slug in ("bitget", "bitget-coin"))


@pytest.mark.parametrize(
    "slug, told",
    [
        (
            "bitget",
            "0.40 % of the value now; over 12 tiers it rises to 60.00 % on the part above $900,000,000.",
        ),
        ("bybit", "0.50 % of the value now; over 20 tiers"),
        ("kraken", "0.50 % of the value at entry; over 3 tiers"),
        ("gmx2", "$1; 0.50 % of the value if that is more."),
        ("deribit", "1.00 % of the value now; each coin of size adds 0.005 %."),
        ("bitget-loan", "Below $100 of collateral all goes at once."),
        ("us-stock", "For a short at least $5 a share, and below that price the whole value, at least $2.50"),
        ("us-stock", "That is the law; many brokers ask for 30 % to 40 %."),
        ("drift", "Read on **22 Nov 2026**. **This venue has been suspended since 1 Apr 2026.**"),
        ("gmx", "0.10 % of the value at entry and $5; 1.00 % of the value if that is more."),
        ("gmx", "**How it closes:** All of it is closed."),
        ("gate", "**Closing fee in the trigger:** 0.075 %"),
        ("okx-spot", "3.00 % of the debt;"),
        ("us-stock", "25.00 % of the value now for a long, 30.00 % for a short;"),
        ("aave", "22.00 % of the collateral’s value now for a long, 20.00 % for a short;"),
        ("dydx", "None of this is advice."),
        (
            "gate",
            "**General knowledge, or left open, not read in a source:** what its own screen shows, "
            "who gets what is left, the requirement of larger sizes. Venues change",
        ),
    ],
)
def test_a_card_says_what_is_asked_of_what(slug, told):
    assert told in card_of(VENUES[slug]).replace("\\", "").replace("\xa0", " ")


def test_a_card_marks_what_was_not_read_and_nothing_else():
    for venue in VENUES.values():
        assert ("General knowledge" in card_of(venue)) == bool(venue.unread)


def test_a_venue_of_the_cards_is_replayed_by_the_simulator():
    at = sound(visit("simulator", "capital=5000&entry_price=50000&venue=bitget"))
    assert "45,207.96" in message(at, "linked")["page"]["alt"]
    assert any("Bitget" in caption.value and "2026" in caption.value for caption in at.caption)
    at.selectbox("simulator.venue").select("bybit")
    assert "45,226.13" in message(sound(at.run()), "linked")["page"]["alt"]
    assert query(at) == "capital=5000&entry_price=50000&venue=bybit"
    assert not at.button_group("simulator.rules").value
    at = sound(at.button_group("simulator.rules").set_value(Rules.SIMPLE).run())
    assert fields(at)["venue"] == "" and "venue" not in query(at)


def test_a_venue_refused_at_this_leverage_says_so_at_the_leverage():
    at = visit("simulator")
    at = sound(at.selectbox("simulator.venue").select("us-stock").run())
    assert "at most 2x" in message(at, "leverage")["problem"]
    at = sound(typed(at, "leverage", "2"))
    assert message(at, "leverage")["problem"] == ""
    assert "66.67" in message(at, "linked")["page"]["alt"]


def test_a_leverage_too_large_for_the_default_rule_is_refused_without_naming_controls_that_are_not_here():
    at = sound(typed(visit("compare"), "leverage", "200"))
    problem = message(at, "leverage")["problem"]
    assert "Use less than 200x. Where the rules can be set, milder ones allow more." in problem
    assert "maintenance rate" not in problem and "fees" not in problem
    assert message(sound(typed(at, "leverage", "199.9")), "leverage")["problem"] == ""


def test_which_way_is_safe_is_said_beside_each_number_and_is_true():
    shown = triggers.compare(Scenario(**ONE_COIN | {"leverage": 2.0})).live
    assert {q.venue.gauge for q in shown} == {*Gauge} - {Gauge.HEALTH_FACTOR, Gauge.ACCOUNT_HEALTH}
    for leverage in (1.5, 2.0):
        for q in triggers.compare(Scenario(**ONE_COIN | {"leverage": leverage})).live:
            told, *_ = tables.screen(q)
            rises = q.gauge_at_trigger > q.gauge_at_open
            assert told.endswith("(high is dangerous)" if rises else "(high is safe)"), q.venue.name


def test_the_words_of_the_table_that_are_not_everyday_ones_are_explained_below_it():
    at = sound(visit("compare"))
    below = "\n".join(c.value for c in at.caption)
    for term in ("Coin-M", "inverse", "CFD", "Vault"):
        assert term in below


def test_a_position_nobody_offers_is_not_called_safe():
    at = sound(visit("compare", "leverage=199.9"))
    said = [m.value for m in at.markdown if "put up" in m.value]
    assert len(said) == 1 and said[0].endswith(WORDS["nobody"].partition("}. ")[2])
    assert "No venue" in said[0]
    assert message(at, "triggers")["page"]["alt"] == WORDS["alt_nobody"]


@pytest.mark.parametrize(
    "slug, told, compared",
    [
        ("bitget", "sooner", gt),
        ("bybit", "sooner", gt),
        ("kraken", "alike", eq),
        ("binance-coin", "later", lt),
        ("aave", "sooner", gt),
    ],
)
def test_which_side_is_closed_sooner_is_said_venue_by_venue(slug, told, compared):
    at = tab(visit("compare"), "leverage")
    at = sound(at.selectbox("compare.by_leverage").select(slug).run())
    assert any(WORDS[f"short_{told}"] in caption.value for caption in at.caption)
    long, short = (abs(number(cell)) for cell in rows(at)["2x"][:2])
    assert compared(long, short)


def test_a_size_beyond_the_table_leaves_no_empty_table():
    at = tab(visit("compare", "capital=1000000000&leverage=125"), "leverage")
    assert any(caption.value == WORDS["no_leverage"] for caption in at.caption)
    assert not any(m.value.startswith("| ") for m in at.markdown)


def test_the_bars_end_at_the_trigger_and_at_the_end_of_the_money():
    for side in Side:
        scenario = Scenario(**ONE_COIN, side=side)
        found = triggers.compare(scenario)
        figure_, narrow, height = triggers.picture(found)
        room, cushion, marks, *_ = figure_["data"]
        shown = found.live
        assert room["x"] == pytest.approx([abs(q.move) for q in shown])
        assert room["x"] == sorted(room["x"])
        ends = [abs(q.bankruptcy_price / 50_000 - 1) for q in shown]
        assert [a + b for a, b in zip(cushion["base"], cushion["x"], strict=True)] == pytest.approx(ends)
        assert marks["x"] == room["x"]
        placed, headings = triggers.rows(found)
        assert height > 40 * len(placed)
        assert len(narrow["annotations"]) == 2 * len(placed) + len(headings)


def test_one_that_reaches_much_farther_leaves_the_others_visible():
    # Small enough for the requirement of a coin's own contract to be known.
    scenario = Scenario(capital=100.0, leverage=1.001, entry_price=50_000.0, side=Side.SHORT)
    figure_, *_ = triggers.picture(triggers.compare(scenario))
    room, far = figure_["data"][0]["x"], figure_["layout"]["xaxis"]["range"][1]
    assert max(room) > 10 * far and sorted(room)[len(room) // 2] > far / 4


def test_who_does_not_offer_it_is_said_with_the_reason():
    at = sound(visit("compare"))
    missing = next(c.value for c in at.caption if "Not offered" in c.value)
    assert "US stock broker (at most 2x" in missing
    shown = rows(at)
    assert "US stock broker" not in shown
    at = sound(typed(at, "leverage", "1"))
    assert rows(at)["Binance"][0] == formats.no_trigger()
    at = sound(typed(at, "leverage", "2"))
    assert number(rows(at)["US stock broker"][0]) == pytest.approx(33_333.33)
    at = sound(typed(at, "capital", "1,000,000,000"))
    assert "its table ends below this size" in next(c.value for c in at.caption if "Not offered" in c.value)


@pytest.mark.parametrize("seed", range(12))
def test_nothing_a_visitor_does_breaks_the_page(seed):
    rng = random.Random(seed)
    at = visit("compare")
    for _ in range(6):
        name = rng.choice(["capital", "leverage", "entry_price"])
        text = rng.choice(["", "0", "-5", "nan", "1e99", "many", "0.000001", "7.5", "125", "1", "200", "3"])
        at = sound(typed(at, name, text))
        if rng.random() < 0.4:
            at = tab(at, rng.choice(["numbers", "card", "leverage", "formulas"]))
    figure(at, "triggers")


def test_a_link_brings_back_the_comparison():
    at = sound(visit("compare", "capital=250&leverage=5&side=short"))
    assert query(at) == "side=short&capital=250&leverage=5"
    again = sound(visit("compare", query(at)))
    assert rows(again) == rows(at)


@pytest.mark.parametrize(
    "slug, short, said",
    [
        ("gmx", "closed 9 Jul 2025", "closed since 9 Jul 2025"),
        ("drift", "paused 1 Apr 2026", "suspended since 1 Apr 2026"),
    ],
)
def test_a_venue_that_has_ended_is_offered_nowhere_but_its_links_still_open(slug, short, said):
    at = sound(visit("compare"))
    assert f"{VENUES[slug].name}, {short}" in message(at, "triggers")["page"]["alt"]
    assert VENUES[slug].name not in rows(at) and f"{VENUES[slug].name}, {short}" in rows(at)
    assert VENUES[slug].name not in sound(visit("simulator")).selectbox("simulator.venue").options
    at = sound(visit("simulator", f"venue={slug}&leverage=5"))
    assert fields(at)["venue"] == slug
    assert any(said in caption.value for caption in at.caption)
    assert VENUES[slug].name in at.selectbox("simulator.venue").options
    at = sound(at.selectbox("simulator.venue").select("binance").run())
    assert VENUES[slug].name not in at.selectbox("simulator.venue").options


# --- rules of another day, sizes nobody has read, fees -----------------------------------------


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("capital", [100.0, 5_000.0, 2_000_000.0])
@pytest.mark.parametrize("leverage", [1.0, 2.0, 10.0, 100.0])
def test_what_is_past_or_not_known_is_never_first_or_last_and_stands_below_the_rest(side, capital, leverage):
    s = Scenario(side=side, capital=capital, leverage=leverage, entry_price=50_000.0)
    found = triggers.compare(s)
    everywhere = [*found.live, *found.unknown, *found.past, *found.refused]
    assert sorted(q.venue.slug for q in everywhere) == sorted(VENUES)
    told = triggers.sentence(s, found)
    for q in (*found.unknown, *found.past, *found.refused):
        assert f"**{q.venue.name}**" not in told
    for q in found.live:
        assert q.is_offered and q.is_known and q.venue.status is Status.LIVE
    placed, headings = triggers.rows(found)
    groups = [row.group for row in placed]
    assert groups == sorted(groups, key=["live", "unknown", "past"].index)
    assert all(lower.at - upper.at > 0.999 for upper, lower in pairwise(placed))
    assert set(headings) == set(groups) - {"live"}


def test_a_rule_that_nobody_has_read_for_a_year_turns_grey():
    s = Scenario(**ONE_COIN)
    now, later = (
        triggers.compare(s),
        triggers.compare(s, max(v.seen_on for v in VENUES.values()) + READ_WITHIN * 2),
    )
    assert now.live and not later.live and not later.unknown
    assert {q.venue.slug for q in now.live} <= {q.venue.slug for q in later.past}
    assert triggers.sentence(s, later).endswith("nobody has read the present rules of those below.")
    assert "No venue" not in triggers.alt(s, later)
    assert triggers.name("past", now.at("binance")) == "Binance, rule of 28 Nov 2026"


def test_a_bar_of_another_day_is_grey_and_one_that_is_not_known_is_hatched_and_both_say_so_in_words():
    found = triggers.compare(Scenario(**ONE_COIN))
    drawn, narrow, _ = triggers.picture(found)
    bars = {trace["name"]: trace for trace in drawn["data"]}
    assert len(bars["past room"]["y"]) == len(found.past) and len(bars["unknown"]["y"]) == len(found.unknown)
    assert bars["past room"]["marker"]["color"] == theme.CLOSED_FILL
    assert bars["unknown"]["marker"]["pattern"]["shape"] == "/"
    far = drawn["layout"]["xaxis"]["range"][1]
    assert min(bars["unknown"]["x"]) > far
    words = " ".join(label["text"] for label in narrow["annotations"])
    assert "GMX v1, closed 9 Jul 2025" in words and "not known above $20,000" in words


@pytest.mark.parametrize(
    "slug, cells",
    [
        ("Bitget", ("$27.12", "nothing: its fund keeps $180.83")),
        ("Binance", ("$564.76", "$0.00")),
        ("Hyperliquid", ("$0.00", "$569.62")),
        ("Bybit", ("not read", "nothing: its fund keeps $226.13")),
        ("EU CFD broker, major currencies", ("not read", "at most $833.33, less a fee that was not read")),
    ],
)
def test_what_comes_back_is_told_after_the_fee_of_the_close(slug, cells):
    assert tuple(rows(sound(visit("compare")))[slug][2:4]) == cells


@given(st.sampled_from(list(VENUES)), st.sampled_from(Side), st.floats(50, 1e6), st.floats(1.1, 60))
def test_nobody_gets_back_more_than_the_fee_leaves(slug, side, capital, leverage):
    q = quote(VENUES[slug], side, capital, leverage, 50_000.0)
    if isnan(q.comes_back):
        assert isnan(q.fee) or isnan(q.left)
    elif q.left >= 0:
        assert 0 <= q.comes_back <= max(q.left - q.fee, 0.0) or q.comes_back == 0
        assert not q.comes_back or VENUES[slug].leftover is not Leftover.FUND


def test_the_sentence_counts_where_nothing_comes_back():
    s = Scenario(**ONE_COIN)
    found = triggers.compare(s)
    known = [q for q in found.closing if not isnan(q.comes_back)]
    nothing = sum(round(q.comes_back, 2) == 0 for q in known)
    assert f"At {nothing} of these {len(known)} venues" in triggers.sentence(s, found)
    best = max(known, key=lambda q: q.comes_back)
    assert f"from {best.venue.name}: **" in triggers.sentence(s, found)
    alone = replace(found, live=[best])
    assert "nothing does" not in triggers.sentence(s, alone)
    assert "Here only **" in triggers.sentence(s, alone)
    fund = replace(found, live=[found.at("bitget")])
    assert triggers.sentence(s, fund).endswith(WORDS["back_all_nothing"])


@pytest.mark.parametrize(
    "slug, told",
    [
        ("binance", "**Fee of a forced close:** 1.25 % of the part that is liquidated"),
        ("binance", "**Ordinary fee, of an order filled at once:** not read"),
        (
            "bitget",
            "**Fee of a forced close:** the closing fee that the trigger counts, 0.06 %, and no other",
        ),
        ("bitget", "**Comes back to you, of the position above:** nothing: its fund keeps $180.83"),
        ("bitget", "In force since **10 Nov 2025**. Read on **28 Nov 2026**."),
        ("hyperliquid", "**Fee of a forced close:** none"),
        ("us-stock", "To borrow, or to sell short, you need at least $2,000 of your own."),
        ("us-stock", "**Comes back to you, of the position above:** it does not take this position"),
        ("gmx", "Read on **22 Nov 2026**. **This venue has been closed since 9 Jul 2025.**"),
        ("aave", "**Whether it still holds was not checked.**"),
    ],
)
def test_a_card_says_since_when_what_it_costs_and_what_comes_back(slug, told):
    said = card_of(VENUES[slug]).replace("\\", "").replace("\xa0", " ")
    assert told in said


def test_every_refusal_has_its_reason():
    for refused in Refusal:
        assert WORDS[f"refusal_{refused}"]


def test_a_table_by_leverage_says_where_its_rule_was_not_read():
    at = tab(visit("compare"), "leverage")
    at = sound(at.selectbox("compare.by_leverage").select("gate").run())
    assert any("Gate, not known above" in caption.value for caption in at.caption)


def test_above_what_was_read_a_venue_is_neither_first_nor_last():
    at = sound(visit("compare", "capital=2000000"))
    assert rows(at)["OKX"][0] == "not known above $500,000"
    assert rows(at)["Bitget Coin-M"][0] == "its table was not read"
    sentence = next(m.value for m in at.markdown if "closes the position first" in m.value)
    assert not any(name in sentence for name in ("OKX", "Gate", "Coin-M", "COIN-M", "Drift", "GMX v1"))
    assert number(rows(sound(visit("compare")))["OKX"][0]) == 45_203.42


def test_a_broker_asks_for_money_of_ones_own():
    at = sound(visit("compare", "capital=100&leverage=2"))
    said = next(c.value for c in at.caption if "Not offered" in c.value)
    assert "US stock broker (it lends nothing to less than \\$2,000 of your own)" in said
    at = sound(visit("simulator", "leverage=2&venue=us-stock"))
    assert any("lends nothing to an account below \\$2,000" in c.value for c in at.caption)
    at = sound(visit("simulator", "capital=2000&leverage=2&venue=us-stock"))
    assert not any("lends nothing" in c.value for c in at.caption)


def test_the_simulator_says_what_it_does_not_follow():
    at = sound(visit("simulator", "capital=100000&venue=okx"))
    assert any("above \\$500,000 was not read" in c.value for c in at.caption)
    at = sound(visit("simulator", "capital=2000&leverage=1.5&entry_price=12&side=short&venue=us-stock"))
    assert fields(at)["entry_price"] == 100.0
    assert any("for each share sold short" in w.value for w in [*at.warning, *at.info, *at.caption])
    at = sound(visit("simulator"))
    assert "Deribit" not in at.selectbox("simulator.venue").options
