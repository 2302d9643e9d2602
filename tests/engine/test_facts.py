"""The numbers of a lesson's prose agree with one another and with the engine."""

from dataclasses import replace
from math import inf, isnan, nan

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.facts import by_leverage, facts, in_one_wallet, leverage_map, outcome, two_positions
from engine.margin.derived import changed, with_leverage
from engine.margin.scenario import Scenario, Side
from engine.market.prices import bars
from engine.market.replay import replay

scenarios = st.builds(
    Scenario,
    side=st.sampled_from(Side),
    capital=st.floats(10, 1e5),
    leverage=st.floats(1, 19),
    entry_price=st.floats(1, 1e5),
    maintenance_rate=st.floats(0, 0.05),
)

CLASSROOM_WALLET = Scenario(wallet=100.0, maintenance_rate=0.05)
longs_in_one_wallet = st.builds(
    Scenario,
    capital=st.floats(10, 1e5),
    leverage=st.floats(2, 19),
    entry_price=st.floats(1, 1e5),
    wallet=st.floats(0, 1e4),
    maintenance_rate=st.floats(0, 0.05),
)


@given(scenarios, st.floats(-0.5, 0.5))
def test_what_is_said_adds_up(s, move):
    said = {name: amount.value for name, amount in facts(s, move).items()}
    s_sign = s.side.sign
    assert said["equity_change"] == pytest.approx(s_sign * s.leverage * move, abs=1e-9)
    assert said["equity"] == pytest.approx(s.capital * (1 + said["equity_change"]), abs=1e-6 * s.capital)
    if s.side is Side.LONG:
        assert said["capital"] + said["borrowed"] == pytest.approx(said["position"])
        assert said["lender_share"] == pytest.approx(1 - 1 / s.leverage, abs=1e-12)
    if not isnan(said["trigger"]):
        at_trigger = facts(s, said["trigger"] / s.entry_price - 1)["equity"].value
        assert said["cushion"] == pytest.approx(at_trigger, abs=1e-6 * s.notional)
        assert said["cushion"] == pytest.approx(
            s.maintenance_rate * s.notional * said["trigger"] / s.entry_price, abs=1e-6 * s.notional
        )
        assert said["distance"] == pytest.approx(said[f"room_{s.side}"])
    assert said[f"trigger_{s.side}"] == pytest.approx(said["trigger"], nan_ok=True)
    other = Side.SHORT if s.side is Side.LONG else Side.LONG
    mirrored = facts(replace(s, side=other), move)
    assert mirrored["trigger_long"].value == pytest.approx(said["trigger_long"], nan_ok=True)


def test_wallet_money_stands_behind_the_position_too():
    said = facts(Scenario(wallet=300.0), -0.04)
    assert said["equity"].value == pytest.approx(360) and said["equity_change"].value == pytest.approx(-0.1)
    assert said["lender_share"].value == pytest.approx(900 / 1300)


def test_the_classroom_case_and_a_holder_without_a_loan():
    said = facts(Scenario(maintenance_rate=0.05), -0.04)
    assert said["bankruptcy"].value == pytest.approx(90) and said[
        "bankruptcy_distance"
    ].value == pytest.approx(0.1)
    assert said["room_short"].value == pytest.approx(0.047619, abs=1e-6)
    alone = facts(Scenario(leverage=1.0), -0.04)
    assert isnan(alone["trigger"].value) and isnan(alone["cushion"].value) and isnan(alone["room_long"].value)
    assert alone["lender_share"].value == 0


@given(st.floats(10, 1e5), st.floats(1, 1e5), st.lists(st.floats(1, 150), min_size=1, max_size=5))
def test_a_curve_is_the_single_positions_side_by_side(capital, entry, leverages):
    s = Scenario(capital=capital, entry_price=entry, maintenance_rate=0.0)
    curve = by_leverage(s, leverages)
    for i, leverage in enumerate(leverages):
        said = facts(replace(s, leverage=leverage), 0.0)
        for name, values in curve.items():
            assert values[i] == pytest.approx(said[name].value, rel=1e-9, abs=1e-9, nan_ok=True)


@given(
    st.sampled_from(Side),
    st.floats(1.5, 15),
    st.sampled_from([-0.0005, 0.0, 0.0001, 0.0003, 0.001]),
    st.sampled_from([1.0, 4.0, 8.0]),
    st.sampled_from([0.0, 0.1, 0.8]),
)
def test_the_day_is_the_one_on_which_a_flat_path_ends(side, leverage, rate, interval, interest):
    s = Scenario(
        side=side,
        leverage=leverage,
        maintenance_rate=0.05,
        funding_rate=rate,
        funding_interval_hours=interval,
        interest_rate=interest,
    )
    day = facts(s, 0.0)["day"].value
    run = replay(s, bars(np.full(1001, 100.0), 24.0))
    if run.is_closed:
        assert day == run.settlement.step
        assert facts(s, 0.0)["cost_per_day"].value > 0
    else:
        assert day > 1000
    if facts(s, 0.0)["cost_per_day"].value <= 0:
        assert day == inf


@given(scenarios, st.lists(st.floats(0.5, 1.5), min_size=2, max_size=8))
def test_what_is_said_of_an_end_adds_up(s, moves):
    run = replay(s, bars(s.entry_price * np.array([1.0, *moves]), 24.0))
    end = {name: amount.value for name, amount in outcome(run).items()}
    near = {"abs": 1e-6 * s.notional}
    assert end["left"] == pytest.approx(end["returned"] - end["shortfall"], **near)
    assert end["result"] == pytest.approx(end["returned"] - end["paid_in"], **near)
    assert end["line"] == pytest.approx(s.liquidation_price, nan_ok=True)
    if not isnan(end["line"]):
        lost = s.capital - facts(s, end["line"] / s.entry_price - 1)["equity"].value
        assert end["lost_there"] == pytest.approx(lost, abs=1e-5 * s.notional)


@pytest.mark.parametrize(
    ("rescue", "line", "lost", "returned"),
    [
        ({}, 94.7368, 52.6316, 40),
        ({"top_up": 50.0}, 89.4737, 105.2632, 200),
        ({"reduce_fraction": 0.5}, 87.3684, 78.1579, 110),
        ({"stop_price": 96.0}, 96, 40, 55),
        ({"wallet": 200.0}, 73.6842, 263.1579, 350),
        ({"side": Side.SHORT, "stop_price": 103.0}, 103, 30, 70),
    ],
)
def test_each_rescue_has_its_price(rescue, line, lost, returned):
    prices = np.array([100.0, 97, 95.5, 96, 94, 97, 105])
    if "side" in rescue:
        prices = np.array([100.0, 97, 103, 100])
    end = outcome(replay(Scenario(maintenance_rate=0.05, **rescue), bars(prices, 24.0)))
    assert end["line"].value == pytest.approx(line, abs=1e-4)
    assert end["lost_there"].value == pytest.approx(lost, abs=1e-4)
    assert end["returned"].value == pytest.approx(returned)


def test_a_stop_does_not_keep_the_other_side_from_being_looked_at():
    said = facts(Scenario(maintenance_rate=0.05, stop_price=96.0), 0.0)
    assert said["trigger_short"].value == pytest.approx(104.7619, abs=1e-4)


@given(longs_in_one_wallet, st.floats(-0.4, 0.4))
def test_each_dollar_one_coin_falls_lifts_the_trigger_of_the_other_by_a_dollar(s, move):
    said = {name: amount.value for name, amount in in_one_wallet(s, move).items()}
    fallen = s.entry_price * -move
    if not isnan(said["flat_trigger"]) and said["flat_trigger"] + fallen > 1e-6 * s.entry_price:
        assert said["cross_trigger"] == pytest.approx(said["flat_trigger"] + fallen, rel=1e-6)
    assert said["in_wallet"] - said["wallet_left"] == pytest.approx(
        s.quantity * fallen, abs=1e-6 * s.notional
    )


@given(longs_in_one_wallet, st.floats(-0.4, 0.4))
def test_at_the_cross_trigger_both_together_have_what_is_asked_for(s, move):
    account, trigger = two_positions(s, move), in_one_wallet(s, move)["cross_trigger"].value
    if not isnan(trigger) and trigger > 0:
        a, b = account.legs
        there = replace(account, legs=(replace(a, mark_price=trigger), b))
        assert there.equity == pytest.approx(there.maintenance_margin, abs=1e-6 * s.notional)
        assert there.liquidation_price(1) == pytest.approx(b.mark_price, rel=1e-6)


@st.composite
def any_position(draw):
    """Whatever can be opened, also by its wallet or a top-up alone, with costs and a stop."""
    fields = {
        "side": st.sampled_from(Side),
        "leverage": st.floats(1, 200),
        "maintenance_rate": st.sampled_from([0.0, 0.005, 0.05, 0.5]),
        "trading_fee": st.sampled_from([0.0, 0.0006, 0.05]),
        "wallet": st.sampled_from([0.0, 1.0, 100.0, 5_000.0]),
        "top_up": st.sampled_from([0.0, 100.0]),
        "top_up_step": st.sampled_from([0, 3]),
    }
    position = changed(Scenario(), **{name: draw(field) for name, field in fields.items()})
    assume(isinstance(position, Scenario))
    share = draw(st.sampled_from([nan, 0.1, 0.5, 0.9]))
    stop = position.entry_price + share * (position.liquidation_price - position.entry_price)
    stopped = changed(position, stop_price=stop)
    return stopped if isinstance(stopped, Scenario) else position


@given(any_position(), st.floats(-0.94, 3.0))
def test_of_every_position_that_can_be_opened_everything_can_be_said(s, move):
    said = facts(s, move) | in_one_wallet(s, move)
    assert {"trigger_long", "trigger_short", "cross_trigger", "alone_trigger"} <= said.keys()
    leverage_map(s, [1.0, 200.0], [0.0, 0.5])
    by_leverage(s, [1.0, 200.0])


@pytest.mark.parametrize(("leverage", "trigger", "lost"), [(19.0, 99.7230, 5.2632), (20.0, 100.0, 0.0)])
def test_what_cannot_be_opened_without_its_wallet_is_closed_at_once(leverage, trigger, lost):
    s = Scenario(leverage=leverage, wallet=100.0, maintenance_rate=0.05)
    said = in_one_wallet(s, -0.12)
    assert said["alone_trigger"].value == pytest.approx(trigger, abs=1e-4)
    assert said["alone_lost"].value == pytest.approx(lost, abs=1e-4)


def test_a_stop_that_the_wallet_allows_does_not_close_the_position_alone_at_once():
    s = Scenario(wallet=100.0, maintenance_rate=0.05, stop_price=90.0)
    assert in_one_wallet(s, 0.0)["alone_trigger"].value == pytest.approx(94.7368, abs=1e-4)


def test_two_positions_alike_in_one_wallet():
    said = {name: amount.value for name, amount in in_one_wallet(CLASSROOM_WALLET, -0.12).items()}
    assert (
        said["in_wallet"] == 300 and said["wallet_left"] == 180 and said["wallet_asked"] == pytest.approx(94)
    )
    assert said["other_price"] == pytest.approx(88) and said["cross_trigger"] == pytest.approx(
        90.947, abs=1e-3
    )
    alone = facts(replace(CLASSROOM_WALLET, wallet=0.0), -0.12)
    assert said["alone_trigger"] == alone["trigger"].value
    assert said["alone_lost"] == pytest.approx(100 - alone["cushion"].value)
    assert said["trigger"] == CLASSROOM_WALLET.liquidation_price
    rich = in_one_wallet(replace(CLASSROOM_WALLET, wallet=5_000.0), -0.12)
    assert isnan(rich["cross_trigger"].value) and isnan(rich["flat_trigger"].value)
    fee = in_one_wallet(replace(CLASSROOM_WALLET, closing_fee=0.01), 0.0)
    assert fee["wallet_asked"].value == pytest.approx(120)


def test_the_map_ends_where_the_liquidation_price_is():
    for side in Side:
        s = Scenario(side=side, maintenance_rate=0.05, leverage=1.0)
        leverages = [1.0, 1.5, 4.0, 10.0, 19.0]
        seen = leverage_map(s, leverages, [0.001])
        for i, leverage in enumerate(leverages):
            own = with_leverage(s, leverage)
            price = own.entry_price * (1 - side.sign * seen.end_move[i])
            assert price == pytest.approx(own.liquidation_price, nan_ok=True)
            assert seen.left[i] == pytest.approx(facts(own, 0.0)["cushion"].value, nan_ok=True)
            just = leverage_map(s, [leverage], [0.999 * seen.end_move[i], 1.001 * seen.end_move[i]])
            assert just.is_ended[:, 0].tolist() == [False, not isnan(seen.end_move[i])]


def test_a_map_knows_what_is_over_at_once_and_shares_no_dust():
    over = leverage_map(Scenario(maintenance_rate=0.05), [20.0, 40.0], [0.0])
    assert over.is_ended.all() and over.end_move.tolist() == [0, 0] and over.left.tolist() == [100, 100]
    bare = leverage_map(Scenario(maintenance_rate=0.0), [3.0, 7.0, 30.0], [1 / 3, 1 / 7, 1 / 30])
    assert np.diagonal(bare.is_ended).all()


@given(st.floats(1, 150), st.sampled_from(Side))
def test_at_the_requirement_is_at_once_whatever_leverage_the_position_has(leverage, side):
    """200x at 0.5 %: the size at another leverage is a rounded number and must not slip below."""
    seen = leverage_map(Scenario(side=side, leverage=leverage, maintenance_rate=0.005), [200.0], [0.0])
    assert seen.end_move.tolist() == [0.0] and seen.is_ended.all()
