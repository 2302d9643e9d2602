"""Maintenance tiers: each slice its own rate, no jumps, the tier of the liquidation price itself."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.margin.risk import equity, liquidation_price, maintenance_margin
from engine.margin.tiers import MarginTier, deductions, tier_at, tiered_liquidation_price, tiered_maintenance
from engine.venues.tables import tier_table

NAMES = (
    *("bitget-btcusdt", "bitget-superusdt", "binance-btcusdt", "bybit-btcusdt"),
    *("hyperliquid-btc", "dydx-large-cap", "kraken-xbtusd"),
)
tables = st.sampled_from([tier_table(name).tiers for name in NAMES])
signs = st.sampled_from([1.0, -1.0])


@given(tables, st.floats(1.0, 2e9))
def test_every_slice_pays_its_own_rate(table, notional):
    ends = [tier.floor for tier in table[1:]] + [np.inf]
    slices = [
        (min(notional, end) - tier.floor) * tier.rate
        for tier, end in zip(table, ends, strict=True)
        if notional > tier.floor
    ]
    assert tiered_maintenance(notional, table) == pytest.approx(sum(slices), rel=1e-9)


@given(tables)
def test_the_requirement_does_not_jump_at_a_floor(table):
    floors = np.array([tier.floor for tier in table[1:]])
    below, above = (tiered_maintenance(floors * (1 + e), table) for e in (-1e-12, 1e-12))
    assert below == pytest.approx(above, rel=1e-9)


@given(tables, signs, st.floats(1.02, 200.0), st.floats(2.0, 9.2), st.floats(0.0, 0.001))
def test_equity_is_the_requirement_of_the_tier_at_the_liquidation_price(table, sign, leverage, size, fee):
    notional, entry = 10.0**size, 50_000.0
    quantity, own = sign * notional / entry, notional / leverage
    price = tiered_liquidation_price(quantity, entry, own, table, closing_fee=fee)
    required = tiered_maintenance(abs(quantity) * price, table, closing_fee=fee)
    assert equity(quantity, entry, own, price) == pytest.approx(required, rel=1e-7, abs=1e-8 * notional)


@given(tables, signs, st.floats(1.5, 100.0), st.floats(2.0, 8.5))
def test_the_nearest_tier_price_is_what_a_search_finds(table, sign, leverage, size):
    """Second road: look the tier up, solve, look it up again at the price that came out."""
    notional = 10.0**size
    quantity, own, entry = sign * notional / 100.0, notional / leverage, 100.0
    found, seen = None, set()
    index = int(tier_at(notional, table))
    while index not in seen:
        seen.add(index)
        tier = table[index]
        found = liquidation_price(quantity, entry, own, tier.rate, maintenance_amount=tier.amount)
        index = int(tier_at(abs(quantity) * np.nan_to_num(found), table))
    price = tiered_liquidation_price(quantity, entry, own, table)
    assert price == pytest.approx(found, rel=1e-9, nan_ok=True)


@given(tables, signs, st.floats(1.02, 50.0), st.floats(2.0, 9.0))
def test_a_requirement_frozen_at_the_entry_is_that_of_the_entry_notional(table, sign, leverage, size):
    notional = 10.0**size
    quantity, own = sign * notional / 100.0, notional / leverage
    price = tiered_liquidation_price(quantity, 100.0, own, table, basis="entry")
    required = tiered_maintenance(notional, table)
    assert equity(quantity, 100.0, own, price) == pytest.approx(required, rel=1e-9, abs=1e-9 * notional)


@given(signs, st.floats(1.5, 50.0), st.floats(-50.0, 50.0))
def test_a_table_of_one_row_has_its_deduction_too(sign, leverage, amount):
    row = MarginTier(0.0, 0.01, amount)
    quantity, own = sign * 100.0, 100.0 * 100.0 / leverage
    price = tiered_liquidation_price(quantity, 100.0, own, (row,))
    assert equity(quantity, 100.0, own, price) == pytest.approx(100.0 * price * 0.01 - amount, abs=1e-7)
    twice = tiered_liquidation_price(quantity, 100.0, own, (row, row))
    assert price == pytest.approx(twice, rel=1e-12)


def test_functions_broadcast():
    table = tier_table("bitget-btcusdt").tiers
    prices = tiered_liquidation_price([[1.0], [-1.0]], 50_000.0, [5_000.0, 10_000.0, 50_000.0], table)
    assert prices.shape == (2, 3)
    assert np.isnan(prices[0, 2])
    assert prices[1, 0] == tiered_liquidation_price(-1.0, 50_000.0, 5_000.0, table)
    assert tiered_maintenance([1e4, 1e5, 1e6], table).tolist() == pytest.approx([40.0, 400.0, 4800.0])


def test_a_size_at_the_floor_is_in_the_upper_tier_and_nothing_is_below_the_first():
    table = (MarginTier(0.0, 0.01), MarginTier(100.0, 0.02, 1.0))
    assert tier_at([-1.0, 0.0, 99.9, 100.0, 1e9], table).tolist() == [0, 0, 0, 1, 1]


def test_bitgets_example_of_sliced_tiers():
    """Support article 12560603841952: 3 BTC at 110,000 pay 1,648, as one slice 1,848."""
    floors, rates = [0.0, 200_000.0], [0.004, 0.005]
    table = tuple(map(MarginTier, floors, rates, deductions(floors, rates)))
    assert tiered_maintenance(330_000.0, table, closing_fee=0.0006) == pytest.approx(1648.0)
    assert maintenance_margin(3.0, 110_000.0, 0.005, closing_fee=0.0006) == pytest.approx(1848.0)


@pytest.mark.parametrize("amount, price, move", [(None, 0.9385, -0.062), (0.0, 0.9480, -0.052)])
def test_a_small_coin_stands_under_a_higher_rate(amount, price, move):
    """100,000 of SUPERUSDT at 10x on Bitget; the second under the rule before November 2025."""
    table = tier_table("bitget-superusdt").tiers
    rule = table if amount is None else (table[tier_at(100_000.0, table)]._replace(amount=amount),)
    found = tiered_liquidation_price(100_000.0, 1.0, 10_000.0, rule, closing_fee=0.0006)
    assert found == pytest.approx(price, abs=0.00005)
    assert found - 1 == pytest.approx(move, abs=0.0005)
    assert table[tier_at(100_000.0 * found, table)].rate == 0.05


def test_deductions_of_binance_from_2021():
    floors = [0, 50e3, 250e3, 1e6, 10e6, 20e6, 50e6, 100e6, 200e6, 300e6]
    rates = [0.004, 0.005, 0.01, 0.025, 0.05, 0.1, 0.125, 0.15, 0.25, 0.5]
    expected = [0, 50, 1300, 16_300, 266_300, 1_266_300, 2_516_300, 5_016_300, 25_016_300, 100_016_300]
    assert deductions(floors, rates).tolist() == pytest.approx(expected)
