"""Coin-margined contracts: the same balance sheet counted in the coin."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.margin.inverse import (
    inverse_bankruptcy_price,
    inverse_equity,
    inverse_liquidation_price,
    inverse_maintenance_margin,
    inverse_profit,
)
from engine.margin.risk import liquidation_price

signs = st.sampled_from([1.0, -1.0])
leverages = st.floats(1.05, 100.0)
entries = st.floats(1e-3, 1e6)
shares = st.floats(0.0, 0.9)  # of the rate that would be liquidated on entry


@given(signs, leverages, entries, shares, st.floats(0.0, 0.05), st.floats(0.0, 0.9))
def test_equity_is_the_requirement_at_the_liquidation_price(sign, leverage, entry, share, fee, amount):
    coins = 1.0 / entry
    contracts, rate = sign * leverage, share / leverage
    fee, amount = fee * (1 / leverage - rate), amount * rate * leverage * coins
    rules = {"maintenance_amount": amount, "closing_fee": fee}
    price = inverse_liquidation_price(contracts, entry, coins, rate, **rules)
    if np.isnan(price):
        assert sign < 0 and coins + amount >= leverage * coins * (1 - 1e-9)
        return
    own = inverse_equity(contracts, entry, coins, price)
    required = inverse_maintenance_margin(contracts, price, rate, **rules)
    assert own == pytest.approx(required, rel=1e-9, abs=1e-9 * leverage * max(coins, 1 / price))


@given(signs, leverages, entries, shares)
def test_a_long_dies_below_entry_a_short_above_and_both_before_bankruptcy(sign, leverage, entry, share):
    own = sign * leverage, entry, 1.0 / entry
    price, bankrupt = inverse_liquidation_price(*own, share / leverage), inverse_bankruptcy_price(*own)
    assert sign * (price - entry) < 0
    assert sign * (price - bankrupt) >= -1e-12 * bankrupt


@given(signs, leverages, entries)
def test_at_bankruptcy_the_last_coin_is_gone(sign, leverage, entry):
    price = inverse_bankruptcy_price(sign * leverage, entry, 1.0 / entry)
    own = inverse_equity(sign * leverage, entry, 1.0 / entry, price)
    assert own * price == pytest.approx(0.0, abs=1e-9 * leverage)


@given(signs, leverages, shares)
def test_in_the_price_of_dollars_a_contract_is_linear(sign, leverage, share):
    """Second road: coin a dollar, q dollars held: the other side of a linear position at 1 / price."""
    rate = share / leverage
    linear = liquidation_price(-sign * leverage, 1.0, 1.0, rate)
    found = inverse_liquidation_price(sign * leverage, 1.0, 1.0, rate)
    assert found == pytest.approx(1 / linear if linear > 0 else np.nan, rel=1e-9, nan_ok=True)


@given(entries, st.floats(1.0, 1e6), st.floats(0.001, 0.9))
def test_a_fall_costs_a_long_more_coins_than_the_same_rise_brings(entry, contracts, move):
    lost = -inverse_profit(contracts, entry, entry * (1 - move))
    won = inverse_profit(contracts, entry, entry * (1 + move))
    assert lost > won > 0
    assert inverse_profit(-contracts, entry, entry * (1 - move)) == pytest.approx(lost)


@given(st.floats(0.01, 1.0), entries, st.floats(0.0, 0.5))
def test_a_short_with_all_its_coins_behind_it_cannot_be_liquidated(leverage, entry, rate):
    assert np.isnan(inverse_liquidation_price(-leverage, entry, 1.0 / entry, rate))
    assert np.isnan(inverse_bankruptcy_price(-leverage, entry, 1.0 / entry))


def test_the_last_digit_makes_no_price():
    assert np.isnan(inverse_bankruptcy_price(-(0.1 + 0.2), 1.0, 0.3))  # 0.1 + 0.2 > 0.3


def test_ten_times_is_bankrupt_sooner_below_than_above():
    prices = inverse_bankruptcy_price([10.0, -10.0], 1.0, 1.0)
    assert prices - 1 == pytest.approx([-0.0909, 0.1111], abs=0.0001)
    assert inverse_bankruptcy_price(1.0, 1.0, 1.0) == 0.5


def test_functions_broadcast():
    prices = inverse_liquidation_price([[10.0], [-10.0]], 1.0, 1.0, [0.004, 0.01, 0.02])
    assert prices.shape == (2, 3)
    assert prices[1, 2] == inverse_liquidation_price(-10.0, 1.0, 1.0, 0.02)
