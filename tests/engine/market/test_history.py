"""Real prices that come with the lab: what they hold, and what one day of them left of a position."""

import pandas as pd
import pytest

from engine.margin.risk import largest_leverage
from engine.margin.scenario import Scenario
from engine.market.history import black_monday, crash_closes, crash_move, left_after_crash, sp500
from engine.market.prices import PathChoice, Shape, price_frame
from engine.market.replay import replay

COLUMNS = ["time", "hours", "open", "high", "low", "close"]


def test_the_three_years_hold_the_month():
    prices, month = sp500(), black_monday()
    assert list(prices) == COLUMNS and len(prices) == 759
    assert list(prices["time"].iloc[[0, -1]]) == [pd.Timestamp("1986-01-02"), pd.Timestamp("1988-12-30")]
    assert prices["time"].is_monotonic_increasing and prices["time"].is_unique
    assert (prices["low"] <= prices[["open", "close"]].min(axis=1)).all()
    assert (prices["high"] >= prices[["open", "close"]].max(axis=1)).all()
    closes = prices.set_index("time")["close"]
    # Year ends of the index as published, and its lowest close after the crash.
    assert [closes[day] for day in ("1986-12-31", "1987-12-31", "1988-12-30")] == [242.17, 247.08, 277.72]
    assert closes["1987-10-20":].min() == closes["1987-12-04"] == 223.92
    part = prices[prices["time"].isin(month["time"])].reset_index(drop=True)
    shared = ["time", "open", "high", "low", "close"]
    pd.testing.assert_frame_equal(part[shared], month.reset_index(drop=True)[shared])
    prices.loc[:, "close"] = 0.0  # a copy: whoever changes it changes only their own
    assert sp500()["close"].min() > 200


def test_black_monday_is_the_worst_day_of_its_month():
    prices = black_monday()
    assert list(prices) == COLUMNS and len(prices) == 22
    assert prices["time"].iloc[0] == pd.Timestamp("1987-10-01")
    assert prices["time"].iloc[-1] == pd.Timestamp("1987-10-30")
    closes = prices.set_index("time")["close"]
    assert closes["1987-10-16"] == 282.70 and closes["1987-10-19"] == 224.84
    changes = closes.pct_change()
    assert changes.idxmin() == pd.Timestamp("1987-10-19")
    assert changes.min() == pytest.approx(-0.2047, abs=5e-5)
    assert (prices["open"] - prices["close"].shift()).abs().max() < 0.23


def test_the_day_wipes_out_from_just_under_five_times():
    assert crash_closes() == (282.70, 224.84)
    assert round(crash_move(), 4) == -0.2047
    most = float(largest_leverage(crash_move(), 0.0))
    assert round(most, 2) == 4.89
    assert left_after_crash(100.0, [1.0, 2.0, 5.0, most]).round(2).tolist() == [79.53, 59.07, -2.33, 0.0]


def test_a_run_over_the_same_two_closes_leaves_the_same():
    prices = price_frame(PathChoice(shape=Shape.SLIDE, how_far=crash_move()), 282.70)
    for leverage in (1.0, 2.0, 4.8):
        run = replay(Scenario(entry_price=282.70, leverage=leverage, maintenance_rate=0.0), prices)
        assert run.settlement.returned == pytest.approx(float(left_after_crash(100.0, leverage)))
