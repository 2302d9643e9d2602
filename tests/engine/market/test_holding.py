"""What is held along a path, and what it costs."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from engine.loss.settlement import Outcome
from engine.margin.scenario import Scenario, Side
from engine.market.prices import bars
from engine.market.replay import replay

CLASSROOM = Scenario(maintenance_rate=0.05)


def path(*prices, hours=24.0):
    return bars(np.array(prices, dtype=float), hours)


def candles(*rows, hours=24.0):
    """Rows of open, high, low, close."""
    frame = pd.DataFrame(rows, columns=["open", "high", "low", "close"], dtype=float)
    frame.insert(0, "time", np.arange(len(frame)))
    frame.insert(1, "hours", np.arange(len(frame)) * hours)
    return frame.rename_axis("step")


def test_costs_can_carry_the_trigger_past_a_stop():
    s = replace(CLASSROOM, stop_price=95.0, funding_rate=0.01, funding_interval_hours=24.0)
    prices = candles((100, 100, 99, 100), (100, 100, 99, 100), (100, 100, 90, 95))
    line = replay(s, prices).steps["liquidation_price"].iloc[2]
    got = replay(s, prices).settlement
    assert line == pytest.approx(94.736842 + 20 / 9.5)
    assert (got.outcome, got.fill_price) == (Outcome.LIQUIDATED, pytest.approx(line))


def test_costs_larger_than_everything_close_a_short_at_once():
    s = replace(CLASSROOM, side=Side.SHORT, funding_rate=-0.05, funding_interval_hours=0.25)
    run = replay(s, path(100, 100))  # 96 payments of 50 fall due in one step
    assert run.is_liquidated
    assert run.steps["liquidation_price"].iloc[1] == 0.0
    assert run.settlement.shortfall == pytest.approx(96 * 50 - 100)
    assert (run.steps["assets"] >= 0).all()


def test_a_stop_is_jumped_only_by_the_price_that_liquidated():
    assert not replay(replace(CLASSROOM, stop_price=96.0), path(100, 95.5)).is_stop_jumped  # it worked
    short = replace(CLASSROOM, side=Side.SHORT, stop_price=104.0)
    assert replay(short, path(100, 110)).is_stop_jumped
    # Two payments of 10 carry the trigger from 94.74 to 96.84, before the stop.
    s = replace(CLASSROOM, stop_price=95.0, funding_rate=0.01, funding_interval_hours=24.0)
    for start, jumped in ((94.9, True), (95.1, False)):
        run = replay(s, path(100, 100, start))
        assert run.is_liquidated and run.settlement.fill_price == start
        assert run.is_stop_jumped == jumped
