"""Shares sold short: the rule word by word, no jump, and a call where equity meets it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.margin.risk import equity
from engine.margin.short_stock import (
    CHEAP_MINIMUM,
    MINIMUM,
    NO_MINIMUM_FROM,
    RATE,
    short_stock_call_price,
    short_stock_requirement,
)

prices = st.floats(0.01, 500.0)


def by_the_letter(price):
    """FINRA rule 4210(c): below $5 the whole value or $2.50, from $5 on 30 % or $5."""
    return max(price, 2.5) if price < 5 else max(0.3 * price, 5.0)


@given(prices, st.floats(-1e6, -1.0))
def test_the_requirement_is_what_the_rule_says(price, shares):
    assert short_stock_requirement(shares, price) == pytest.approx(-shares * by_the_letter(price))


@given(prices, st.floats(0.01, 5.0), st.floats(-1e6, -1.0))
def test_equity_is_the_requirement_where_the_broker_calls(entry, own_share, shares):
    own = -shares * entry * own_share
    price = float(short_stock_call_price(shares, entry, own))
    left = float(equity(shares, entry, own, price))
    if price > 0:
        assert left == pytest.approx(-shares * by_the_letter(price), rel=1e-9)
    else:  # less behind a share than the least that is asked
        assert left <= -shares * CHEAP_MINIMUM * (1 + 1e-12)


@given(prices, st.floats(0.01, 5.0))
def test_more_money_never_brings_the_call_nearer(entry, own_share):
    calls = short_stock_call_price(-1.0, entry, entry * np.array([own_share, own_share * 1.1]))
    assert calls[1] >= calls[0]


@pytest.mark.parametrize("kink", [CHEAP_MINIMUM, MINIMUM, NO_MINIMUM_FROM])
def test_nothing_jumps_at_a_kink(kink):
    below, above = short_stock_requirement(-1.0, [kink * (1 - 1e-12), kink * (1 + 1e-12)])
    assert below == pytest.approx(above, rel=1e-9)


@pytest.mark.parametrize(
    "worth, price", [(2.0, 0.0), (4.0, 1.5), (5.0, 2.5), (8.0, 4.0), (10.0, 5.0), (20.0, 15.0), (26.0, 20.0)]
)
def test_each_piece_has_its_price(worth, price):
    assert short_stock_call_price(-10.0, worth / 2, 10 * worth / 2) == pytest.approx(price)


def test_it_is_thirty_percent_for_dear_shares():
    assert short_stock_requirement(-1.0, 100.0) == pytest.approx(100.0 * RATE)
    assert short_stock_requirement([-1.0, -2.0], 100.0).tolist() == pytest.approx([30.0, 60.0])
