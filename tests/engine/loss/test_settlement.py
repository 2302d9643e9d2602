"""Where the money goes: nothing appears, nothing is lost."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.loss.settlement import Outcome, fund_share, ledger, ledger_in_cents, settle, statement, to_cents
from engine.margin.scenario import Keeper

PARTIES = ["trader", "market", "platform", "other_traders", "lender", "insurance_fund"]
ITEMS = [
    "paid_in",
    "price_result",
    "trading_fees",
    "funding",
    "interest",
    "liquidation_fee",
    "kept",
    "shortfall",
    "returned",
]

money = st.floats(0.0, 1e6)
settlements = st.builds(
    settle,
    outcome=st.sampled_from(Outcome),
    step=st.integers(0, 10),
    trigger_price=st.floats(1.0, 100.0),
    fill_price=st.floats(1.0, 100.0),
    notional=money,
    paid_in=money,
    price_result=st.floats(-2e6, 1e6),
    trading_fees=money,
    funding=st.floats(-1e5, 1e5),
    interest=money,
    trading_fee=st.floats(0.0, 0.05),
    liquidation_fee=st.floats(0.0, 0.1),
    leftover=st.sampled_from(Keeper),
)


def closed(price_result, **changes):
    """$100 paid in, $900 of notional sold by the platform for a fee of 0.5 %."""
    values = {
        "outcome": Outcome.LIQUIDATED,
        "step": 3,
        "trigger_price": 94.0,
        "fill_price": 90.0,
        "notional": 900.0,
        "paid_in": 100.0,
        "price_result": price_result,
        "trading_fees": 0.0,
        "funding": 0.0,
        "interest": 0.0,
        "trading_fee": 0.0,
        "liquidation_fee": 0.005,
    }
    return settle(**values | changes)


@given(settlements)
def test_money_sums_to_zero(s):
    gained = ledger(s)
    assert list(gained) == PARTIES
    assert sum(gained.values()) == pytest.approx(0.0, abs=1e-6)


@given(settlements)
def test_the_account_closes(s):
    costs = s.trading_fees + s.funding + s.interest + s.liquidation_fee + s.kept
    assert s.paid_in + s.price_result - costs == pytest.approx(s.returned - s.shortfall, abs=1e-6)


@given(settlements)
def test_nobody_gets_back_money_from_a_shortfall(s):
    assert s.returned >= 0 and s.kept >= 0 and s.shortfall >= 0 and s.liquidation_fee >= 0
    assert min(s.returned + s.kept, s.shortfall) == 0
    assert s.returned + s.kept <= max(s.equity_at_fill, 0)
    assert s.shortfall == max(-s.equity_at_fill, 0)


@given(settlements)
def test_the_statement_adds_up_to_the_cent(s):
    lines = statement(s)
    amounts = np.array(list(lines.values()))
    cents = np.round(amounts * 100)
    assert list(lines) == ITEMS
    assert cents[:-1].sum() == cents[-1]
    assert (amounts == cents / 100).all()
    exact = [
        s.paid_in,
        s.price_result,
        -s.trading_fees,
        -s.funding,
        -s.interest,
        -s.liquidation_fee,
        -s.kept,
        s.shortfall,
    ]
    assert np.abs(amounts[:-1] - exact).max() <= 0.01 + 1e-9
    assert abs(lines["returned"] - s.returned) <= 0.005 + 1e-9


@given(settlements)
def test_the_ledger_in_cents_adds_up_and_is_the_ledger(s):
    gained = ledger_in_cents(s)
    amounts = np.array(list(gained.values()))
    cents = np.round(amounts * 100)
    assert list(gained) == PARTIES
    assert (amounts == cents / 100).all() and cents.sum() == 0
    # Each line of the statement is off by a cent at most; the lender and the fund have two of them.
    off = np.abs(amounts - list(ledger(s).values()))
    assert (off <= [0.01 + 1e-9] * 4 + [0.02 + 1e-9] * 2).all()


@pytest.mark.parametrize(
    "result, parts",
    [
        pytest.param(-60.0, (40.0, 4.5, 35.5, 0.0), id="fee paid, rest returned"),
        pytest.param(-97.0, (3.0, 3.0, 0.0, 0.0), id="fee takes no more than is left"),
        pytest.param(-120.0, (-20.0, 0.0, 0.0, 20.0), id="nothing left, somebody pays 20"),
    ],
)
def test_who_gets_what_of_a_forced_sale(result, parts):
    s = closed(result)
    assert (s.equity_at_fill, s.liquidation_fee, s.returned, s.shortfall) == pytest.approx(parts)


@given(st.sampled_from([-60.0, -97.0, -99.9, -120.0]), st.sampled_from(Outcome))
def test_only_who_keeps_the_rest_changes_with_the_rule(result, outcome):
    yours, theirs = (closed(result, outcome=outcome, leftover=keeper) for keeper in Keeper)
    assert yours.kept == 0
    if outcome is Outcome.LIQUIDATED:
        assert (theirs.returned, theirs.kept) == (0.0, yours.returned)
        assert replace(theirs, kept=0.0, returned=yours.returned) == yours
        gained = ledger(theirs)["insurance_fund"] - ledger(yours)["insurance_fund"]
        assert gained == pytest.approx(yours.returned)
    else:
        assert theirs == yours


def test_the_trading_fee_comes_before_the_liquidation_fee():
    s = closed(-94.0, trading_fee=0.005, trading_fees=1.0)
    assert (s.trading_fees, s.liquidation_fee, s.returned) == pytest.approx((5.5, 0.5, 0.0))


def test_a_stop_pays_no_liquidation_fee_and_an_open_position_no_fee_at_all():
    stopped = closed(-40.0, outcome=Outcome.STOPPED, trading_fee=0.001)
    assert (stopped.trading_fees, stopped.liquidation_fee) == pytest.approx((0.9, 0.0))
    still_open = closed(-40.0, outcome=Outcome.OPEN, trading_fee=0.001)
    assert (still_open.trading_fees, still_open.liquidation_fee, still_open.returned) == (0.0, 0.0, 60.0)


def test_each_party_gets_its_own():
    s = closed(-120.0, trading_fees=1.0, funding=-2.0, interest=3.0)
    expected = [-100.0, 120.0, 1.0, -2.0, 3.0 - 22.0, 0.0]
    assert ledger(s) == pytest.approx(dict(zip(PARTIES, expected, strict=True)))
    assert ledger(closed(-60.0))["insurance_fund"] == pytest.approx(4.5)


def test_the_ledger_in_cents_follows_the_statement_where_rounding_each_party_would_not_add_up():
    s = closed(-120.0, trading_fees=1.004, funding=-2.006, interest=3.003)
    # Running totals 100, -20, -21.004, -18.998, -22.001: the lines are -120, -1, 2, -3.
    assert list(ledger_in_cents(s).values()) == [-100.0, 120.0, 1.0, -2.0, -19.0, 0.0]
    assert sum(round(amount, 2) for amount in ledger(s).values()) == pytest.approx(-0.01)


@given(st.floats(0, 1e6), st.floats(0, 1e6))
def test_a_fund_pays_no_more_than_it_has_and_no_more_than_is_missing(shortfall, fund):
    paid = fund_share(shortfall, fund)
    assert paid in (shortfall, fund) and paid <= shortfall and paid <= fund


def test_received_funding_raises_what_is_left():
    assert closed(-60.0, funding=-2.0, liquidation_fee=0.0).returned == pytest.approx(42.0)


@given(st.integers(-(10**12), 10**12))
def test_whole_cents_stay(cents):
    assert to_cents(cents / 100) == cents / 100


def test_halves_go_away_from_zero_and_zero_has_no_sign():
    assert to_cents([1.005, -1.005, 0.015, 2.6749]).tolist() == [1.01, -1.01, 0.02, 2.67]
    assert not np.signbit(to_cents([-0.0, -0.001])).any()


@given(st.integers(0, 10**9), st.sampled_from([1, -1]))
def test_every_half_cent_goes_away_from_zero(cents, sign):
    assert to_cents(sign * (10 * cents + 5) / 1000) == sign * (cents + 1) / 100
