"""Cross margin: one wallet behind several legs."""

from dataclasses import replace
from math import isnan

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.margin.account import Account, Leg
from engine.margin.risk import liquidation_price, margin_ratio

signs = st.sampled_from([1.0, -1.0])


@st.composite
def legs(draw, name=""):
    mark = draw(st.floats(1.0, 1e5))
    return Leg(
        quantity=draw(signs) * draw(st.floats(10.0, 1e4)) / mark,
        entry_price=mark * draw(st.floats(0.8, 1.25)),
        mark_price=mark,
        maintenance_rate=draw(st.floats(0.0, 0.1)),
        maintenance_amount=draw(st.floats(0.0, 1.0)),
        closing_fee=draw(st.floats(0.0, 0.001)),
        name=name,
    )


accounts = st.builds(
    lambda wallet, first, others: Account(wallet, (first, *others)),
    st.floats(100.0, 1e5),
    legs(),
    st.lists(legs(), max_size=4),
)


def moved(account, price, *indices):
    """The account with some of its marks at another price."""
    return Account(
        account.wallet,
        tuple(replace(leg, mark_price=price) if i in indices else leg for i, leg in enumerate(account.legs)),
    )


def size(account):
    return account.wallet + sum(
        abs(leg.quantity) * max(leg.entry_price, leg.mark_price) for leg in account.legs
    )


@given(accounts)
def test_equity_is_the_requirement_at_every_legs_liquidation_price(account):
    for i in range(len(account.legs)):
        price = account.liquidation_price(i)
        if price > 0:
            there = moved(account, price, i)
            room = there.equity - there.maintenance_margin
            assert room == pytest.approx(0.0, abs=1e-9 * size(there))


@given(legs(), st.floats(100.0, 1e5))
def test_with_one_leg_it_is_an_isolated_position(leg, wallet):
    expected = liquidation_price(
        leg.quantity,
        leg.entry_price,
        wallet,
        leg.maintenance_rate,
        maintenance_amount=leg.maintenance_amount,
        closing_fee=leg.closing_fee,
    )
    found = Account(wallet, (leg,)).liquidation_price(0)
    assert found == pytest.approx(float(expected), rel=1e-9, nan_ok=True)


@given(accounts, st.floats(0.5, 2.0))
def test_moving_a_legs_mark_leaves_its_own_trigger_where_it_is(account, move):
    there = moved(account, account.legs[0].mark_price * move, 0)
    price = there.liquidation_price(0)
    assert price == pytest.approx(account.liquidation_price(0), rel=1e-9, nan_ok=True)


@given(accounts, legs())
def test_a_losing_neighbour_pulls_every_trigger_nearer(account, loser):
    """Misconception 9: what the neighbour lends is its profit less its requirement."""
    alone = Account(account.wallet, account.legs[:1])
    both = Account(account.wallet, (account.legs[0], loser))
    lent = (both.equity - both.maintenance_margin) - (alone.equity - alone.maintenance_margin)
    assume(abs(lent) > 1e-6)
    one, two = alone.liquidation_price(0), both.liquidation_price(0)
    assume(one > 0 and two > 0)
    assert np.sign(account.legs[0].quantity) * (two - one) * np.sign(lent) < 0


@given(legs("BTC"), legs("BTC"), legs("ETH"), st.floats(100.0, 1e5))
def test_legs_of_one_name_share_one_price(first, second, other, wallet):
    second = replace(second, mark_price=first.mark_price)
    account = Account(wallet, (first, other, second))
    price = account.liquidation_price(0)
    assert price == pytest.approx(account.liquidation_price(2), nan_ok=True)
    if price > 0:
        there = moved(account, price, 0, 2)
        room = there.equity - there.maintenance_margin
        assert room == pytest.approx(0.0, abs=1e-9 * size(there))


@given(legs("BTC"), st.floats(0.1, 0.9), st.floats(100.0, 1e5))
def test_a_position_in_two_parts_is_one_position(leg, part, wallet):
    halves = tuple(
        replace(leg, quantity=leg.quantity * share, maintenance_amount=leg.maintenance_amount * share)
        for share in (part, 1 - part)
    )
    whole, split = Account(wallet, (leg,)), Account(wallet, halves)
    for one, other in (
        (whole.liquidation_price(0), split.liquidation_price(1)),
        (whole.equity, split.equity),
        (whole.maintenance_margin, split.maintenance_margin),
    ):
        assert one == pytest.approx(other, rel=1e-9, abs=1e-6, nan_ok=True)


def test_a_full_hedge_is_liquidated_by_a_rise_or_by_nothing():
    long = Leg(1.0, 100.0, 100.0, 0.01, name="BTC")
    hedge = Account(10.0, (long, replace(long, quantity=-1.0)))
    assert hedge.equity == 10.0
    assert hedge.maintenance_margin == 2.0  # both legs count
    assert hedge.liquidation_price(0) == pytest.approx(500.0)
    free = Account(10.0, (replace(long, maintenance_rate=0.0), Leg(-1.0, 100.0, 100.0, 0.0, name="BTC")))
    assert isnan(free.liquidation_price(0))
    assert replace(free, wallet=-1.0).liquidation_price(0) == 0.0


def test_no_price_and_every_price():
    safe = Account(200.0, (Leg(1.0, 100.0, 100.0, 0.01),))
    assert isnan(safe.liquidation_price(0))
    lost = Account(-200.0, (Leg(-1.0, 100.0, 100.0, 0.01),))
    assert lost.liquidation_price(0) == 0.0


def test_the_last_digit_makes_no_price():
    more = 0.1 + 0.2  # a little above 0.3
    assert isnan(Account(0.3, (Leg(1.0, more, more, 0.0),)).liquidation_price(0))
    pair = Leg(more, 100.0, 100.0, 0.0, name="BTC"), Leg(-0.3, 100.0, 100.0, 0.0, name="BTC")
    assert isnan(Account(10.0, pair).liquidation_price(0))
    assert isnan(Account(10.0, pair[::-1]).liquidation_price(0))
    short = Leg(-more, 100.0, 100.0, 0.0, name="BTC"), Leg(0.3, 100.0, 100.0, 0.0, name="BTC")
    assert isnan(Account(10.0, short).liquidation_price(0))


def test_the_account_is_judged_as_a_whole():
    winner, loser = Leg(1.0, 100.0, 150.0, 0.05, name="A"), Leg(-1.0, 100.0, 130.0, 0.05, name="B")
    account = Account(10.0, (winner, loser))
    assert account.equity == 30.0
    assert account.notional == 280.0
    assert account.maintenance_margin == pytest.approx(14.0)
    assert account.margin_ratio == margin_ratio(30.0, 280.0)
    assert not account.is_liquidatable
    assert Account(10.0, (loser,)).is_liquidatable
    assert replace(account, wallet=-6.0).is_liquidatable  # exactly at the requirement


def test_binances_example():
    """FAQ b3c689c1f50a44cabb3a84e663b81d93: the BTC leg pulls the trigger of the ETH leg up."""
    eth = Leg(3683.979, 1456.84, 1335.18, 0.10, 135_365.0, name="ETH")
    btc = Leg(109.488, 32_481.98, 31_967.27, 0.025, 16_300.0, name="BTC")
    alone, both = Account(1_535_443.01, (eth,)), Account(1_535_443.01, (eth, btc))
    assert alone.liquidation_price(0) == pytest.approx(1114.78, abs=0.005)
    assert both.liquidation_price(0) == pytest.approx(1153.26, abs=0.005)
    assert both.liquidation_price(1) == pytest.approx(26_316.89, abs=0.005)


@pytest.mark.parametrize(
    "legs, sentence",
    [
        ((), "at least one leg"),
        ((Leg(0.0, 100.0, 100.0, 0.01),), "not zero"),
        ((Leg(1.0, 100.0, 100.0, 0.01, name="A"), Leg(1.0, 100.0, 101.0, 0.01, name="A")), "same mark"),
    ],
)
def test_nonsense_is_refused_with_a_reason(legs, sentence):
    with pytest.raises(ValueError, match=sentence):
        Account(100.0, legs)
