"""Positions made of another one: what may not be opened is told, not raised past the page."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.margin.derived import allowed, changed, with_leverage
from engine.margin.scenario import Scenario, ScenarioError, Side


def test_another_leverage_keeps_everything_but_the_stop():
    s = Scenario(capital=50.0, stop_price=95.0)
    assert with_leverage(s, 5.0) == Scenario(capital=50.0, leverage=5.0)
    with pytest.raises(ScenarioError):
        with_leverage(Scenario(maintenance_rate=0.05), 30.0)


@given(st.sampled_from(Side), st.sampled_from([0.0, 50.0, 100.0]), st.floats(1.0, 60.0))
def test_the_door_gives_the_position_or_the_reason_that_the_constructor_gives(side, wallet, leverage):
    beside = Scenario(side=side, leverage=10.0, maintenance_rate=0.05, wallet=200.0)
    found = changed(beside, wallet=wallet, leverage=leverage)
    choices = {"side": side, "leverage": leverage, "maintenance_rate": 0.05, "wallet": wallet}
    if isinstance(found, Scenario):
        assert found == allowed(found) == Scenario(**choices)
        return
    with pytest.raises(ScenarioError) as caught:
        Scenario(**choices)
    told = caught.value
    assert (found.code, found.field, found.values) == (told.code, told.field, told.values)
    with pytest.raises(ScenarioError):
        allowed(found)
