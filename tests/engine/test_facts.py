"""The numbers of a lesson's prose agree with one another and with the engine."""

from dataclasses import replace
from math import isnan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.facts import by_leverage, facts
from engine.scenario import Scenario, Side

scenarios = st.builds(
    Scenario,
    side=st.sampled_from(Side),
    capital=st.floats(10, 1e5),
    leverage=st.floats(1, 19),
    entry_price=st.floats(1, 1e5),
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
