"""What each rule sells of a position that is due."""

from itertools import pairwise
from math import isnan

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.loss import after, part_sale
from engine.loss.waterfall import full_ledger_in_cents
from engine.margin import risk
from engine.margin.scenario import Scenario, ScenarioError, Side
from engine.venues.records import VENUES
from engine.venues.terms import Status, Step

COIN = {"capital": 3000.0, "leverage": 20.0, "entry_price": 60_000.0}


def scenario(**fields):
    try:
        return Scenario(**fields)
    except ScenarioError:
        return None


positions = st.builds(
    scenario,
    side=st.sampled_from(Side),
    capital=st.floats(1.0, 1e7),
    leverage=st.floats(1.5, 190.0),
    entry_price=st.floats(1e-3, 1e6),
).filter(bool)


beyond = st.floats(0.0, 0.2)


costs = st.floats(0.0, 0.1)


@given(positions, beyond, st.floats(0.0, 1000.0), st.booleans())
def test_every_cent_gained_is_lost_by_somebody(s, past, fund, keeps):
    done = after.sold(s, part_sale.past_trigger(s, past), fund=fund, fund_keeps_rest=keeps)
    lines = full_ledger_in_cents(done)
    assert round(sum(lines.values()), 2) == pytest.approx(0.0, abs=0.004)


@given(positions, beyond)
def test_the_queue_holds_winners_only_best_first(s, past):
    price = part_sale.past_trigger(s, past)
    ranked = after.queue(s, price)
    assert sorted(one.number for one in ranked) == [1, 2, 3]
    for one in ranked:
        assert one.profit > 0 and one.units * s.side.sign < 0
        assert one.score == pytest.approx(one.gain * one.leverage)
        position = after.winners(s)[one.number - 1]
        assert (one.units, one.entry_price) == position[:2]
        assert one.profit == pytest.approx(one.units * (price - one.entry_price))
        own = position.collateral + one.profit
        assert one.leverage == pytest.approx(abs(one.units) * price / own)
    assert all(a.score >= b.score for a, b in pairwise(ranked))
    assert sum(abs(one.units) for one in ranked) == pytest.approx(0.75 * abs(s.quantity))


def test_a_position_without_a_trigger_has_nothing_after_it():
    s = Scenario(leverage=1.0)
    assert all(isnan(price) for price in after.sale_prices(s))
    assert isnan(part_sale.past_trigger(s, 0.1))


def by_name(s, price, cost):
    return {way.name: way for way in part_sale.ways(s, price, cost)}


def test_just_enough_of_57000_with_250():
    s = Scenario(capital=3250.0, leverage=60_000 / 3250, entry_price=60_000.0)
    assert part_sale.standing(s, 57_000.0) == pytest.approx((57_000.0, 250.0, 285.0))
    enough = by_name(s, 57_000.0, 0.001)["enough"]
    assert enough.fraction == pytest.approx(0.322807017544, abs=1e-12)
    assert enough.closed.margin_ratio == pytest.approx(0.006)


@given(positions, st.floats(0.0, 0.004), costs)
def test_just_enough_is_enough_or_said_not_to_be(s, past, cost):
    price = part_sale.past_trigger(s, past)
    assume(abs(cost / part_sale.freed(s) - 1) > 1e-6)
    enough = by_name(s, price, cost)["enough"]
    assert isnan(enough.fraction) == (cost > part_sale.freed(s))
    if enough.fraction < 1 - 1e-6:
        aim = part_sale.BUFFER * s.required_rate
        assert enough.closed.margin_ratio == pytest.approx(aim, rel=1e-4)
    assert part_sale.ratio(s, price) == pytest.approx(
        float(risk.equity(s.quantity, s.entry_price, s.backing, price)) / (abs(s.quantity) * price)
    )


def test_small_positions_go_whole_and_large_ones_in_parts():
    small = Scenario(**COIN)
    price = part_sale.past_trigger(small, 0.001)
    fractions = {name: way.fraction for name, way in by_name(small, price, 0.001).items()}
    assert {name for name, fraction in fractions.items() if fraction == 1} == fractions.keys() - {"enough"}
    large = Scenario(**COIN | {"capital": 150_000.0})
    size = 50 * price
    fractions = {name: way.fraction for name, way in by_name(large, price, 0.001).items()}
    assert fractions["fifth"] == 0.2
    # From the third tier: into Bitget's first, which ends at 200,000, and Bybit's second, at 2,600,000.
    assert fractions["two_tiers"] == pytest.approx(1 - 200_000 / size)
    assert fractions["tier"] == pytest.approx(1 - 2_600_000 / size)
    assert fractions["whole"] == 1
    whole = by_name(large, price, 0.001)["whole"].closed
    assert (float(whole.sold), float(whole.paid)) == pytest.approx((size, 0.001 * size))


def test_a_vault_takes_what_is_below_two_thirds_of_the_requirement():
    s = Scenario(**COIN)
    assert part_sale.vault_takes(s, 57_200.0) == 0  # 200 of 286
    assert part_sale.vault_takes(s, 57_100.0) == pytest.approx(100.0)
    assert part_sale.vault_takes(s, 56_900.0) == pytest.approx(-100.0)


def test_the_venues_of_each_rule():
    s = Scenario(**COIN)
    named = {way.name: part_sale.who(way.steps) for way in part_sale.ways(s, 57_200.0, 0.001)}
    checked = {
        "enough": ["Binance", "dYdX v4", "Deribit", "Binance COIN-M"],
        "fifth": ["Hyperliquid"],
        "two_tiers": ["Bitget", "OKX", "Bitget Coin-M"],
        "tier": ["Bybit"],
        "whole": ["Gate", "GMX v2", "Kraken Futures", "OKX spot margin"],
    }
    # A venue that joins later stands beside these, under one rule.
    known = {name for names in checked.values() for name in names}
    assert {way: [name for name in names if name in known] for way, names in named.items()} == checked
    everyone = [name for names in named.values() for name in names]
    assert len(everyone) == len(set(everyone))
    live = {venue.name for venue in VENUES.values() if venue.status is Status.LIVE}
    assert set(everyone) < live
    rest = live - {name for names in named.values() for name in names}
    brokers = part_sale.who([Step.BROKER_SELLS])
    assert rest == {*brokers, *part_sale.who([Step.CLOSE_FACTOR, Step.HALF_OF_THE_DEBT])}
