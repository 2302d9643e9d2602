"""Rougher prices: each kind against another road to the same number."""

from dataclasses import replace
from math import isnan

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t

from engine.margin.scenario import Scenario, Side
from engine.market.history import black_monday
from engine.market.price_file import longer_steps
from engine.odds import counted, tails
from engine.odds.fit import GarchFit, StudentTFit
from engine.odds.moves import bootstrap_paths, garch_moves, normal_moves
from engine.odds.tails import Measured


def series(moves, hours=24.0):
    close = 100 * np.exp(np.concatenate([[0.0], np.cumsum(moves)]))
    passed = hours * np.arange(len(close))
    times = pd.Timestamp("2024-01-01") + pd.to_timedelta(passed, unit="h")
    return pd.DataFrame(
        {"time": times, "hours": passed, "open": close, "high": close, "low": close, "close": close}
    ).rename_axis("step")


TEN = Scenario(leverage=10.0)
MONTH = black_monday()
RULES = {"omega": 8e-5, "alpha": 0.14, "beta": 0.80, "degrees_of_freedom": 6.0, "variance": 0.0013}
KNOWN = Measured(
    999, 24.0, 1.0, 0.6, 0.01, StudentTFit(0.0, 0.03, 3.0, False), GarchFit(0.0, **RULES, is_held=False)
)
DRAWN = normal_moves(1, 2000, np.random.default_rng(12), drift=0.0, volatility=0.6, step_years=1 / 365)[0]
STORM = garch_moves(1, 4000, np.random.default_rng(13), drift=0.0, step_years=1 / 365, **RULES)[0]
LONG = np.tile(DRAWN, 11)


def test_jumps_are_those_of_the_theory_at_its_own_volatility():
    """Case K1, a long of 10x over 30 days; 57.158 % a year in all."""
    whole = np.sqrt(0.45**2 + 20 * (0.55 * 2 * 0.06**2 + 0.45 * 2 * 0.05**2))
    assert whole == pytest.approx(0.57158, abs=1e-5)
    odds = tails.with_jumps(TEN, 30.0, whole)
    assert odds.touched == pytest.approx(0.511613225, abs=1e-8)
    assert odds.past_bankruptcy == pytest.approx(0.100400956, abs=1e-8)


def test_jumps_grow_and_shrink_with_the_volatility():
    """Twice the volatility is four times the time, but for the number of the jumps: more are past the end."""
    small, large = (tails.with_jumps(TEN, 30.0, v) for v in (0.3, 1.2))
    assert small.touched < large.touched
    assert small.past_bankruptcy < large.past_bankruptcy


def test_a_single_day_with_fat_tails_against_the_formula():
    found = tails.fat_tails(TEN, 1, 1.0)
    for share, price in (
        (found.liquidated, TEN.liquidation_price),
        (found.past_end, TEN.bankruptcy_price),
    ):
        daily = float(counted.daily(1.0))
        size = (np.log(price / TEN.entry_price) + daily**2 / 2) / daily
        truth = t.cdf(size * 3**0.5, 3)
        assert share.standard_error == pytest.approx(np.sqrt(truth * (1 - truth) / tails.PATHS), rel=0.2)
        assert share.value == pytest.approx(truth, abs=4 * share.standard_error)


@pytest.mark.parametrize("side", list(Side))
def test_past_the_end_are_some_of_the_liquidated(side):
    s = replace(TEN, side=side)
    found = tails.fat_tails(s, 30, 0.6)
    assert 0 < found.past_end.value < found.liquidated.value
    real = tails.own_moves(s, MONTH, tails.measure(MONTH), 10)
    assert 0 < real.past_end.value < real.liquidated.value < 1
    assert 0 < real.liquidated.standard_error < 0.01


def test_without_a_trigger_nobody_is_liquidated():
    alone, nobody = Scenario(leverage=1.0), ((0.0, 0.0), (0.0, 0.0))
    assert tails.fat_tails(alone, 30, 0.6) == nobody
    assert tails.with_jumps(alone, 30.0, 0.6).touched == 0.0
    for days in (2, 30):
        assert tails.small_steps(alone, KNOWN, days) == nobody
        assert tails.measured_tails(alone, KNOWN, days) == nobody
        assert tails.measured_storms(alone, KNOWN, days) == nobody
        assert tails.own_moves(alone, MONTH, tails.measure(MONTH), days) == nobody


# --- what a real series tells ---------------------------------------------------------------------


def test_one_step_of_october_is_a_step_of_october():
    """Of its 21 moves so many reach the trigger on the day itself, seen at the low, without their growth."""
    close = MONTH["close"].to_numpy()
    growth = np.mean(close[1:] / close[:-1])
    for side, seen in ((Side.LONG, "low"), (Side.SHORT, "high")):
        s = replace(TEN, side=side)
        bars, ends = (MONTH[name].to_numpy()[1:] / close[:-1] / growth * 100 for name in (seen, "close"))
        reached = s.side.sign * (bars - s.liquidation_price) <= 0
        past = reached & (s.side.sign * (ends - s.bankruptcy_price) < 0)
        found = tails.own_moves(s, MONTH, tails.measure(MONTH), 1)
        for share, truth in zip(found, (reached.mean(), past.mean()), strict=True):
            assert share.value == pytest.approx(truth, abs=4 * share.standard_error + 1e-12)
    assert reached.any()


def test_the_time_of_a_series_is_its_own():
    """A year of steps is 365 days of coins and some 264 of this month of trading days."""
    month = tails.measure(MONTH)
    assert month.moves == 21 and month.step_hours == 24.0
    assert month.steps_per_day == pytest.approx(21 / 29)
    assert month.volatility == pytest.approx(np.std(np.diff(np.log(MONTH["close"]))) * np.sqrt(365 * 21 / 29))
    assert month.step == pytest.approx(np.std(np.diff(np.log(MONTH["close"]))))
    assert [tails.steps_of(month, days) for days in (0.1, 29, 30)] == [1, 21, 22]
    hourly = tails.measure(series(DRAWN, hours=1.0))
    assert hourly.steps_per_day == pytest.approx(24.0) and tails.steps_of(hourly, 2) == 48
    assert hourly.volatility == pytest.approx(np.sqrt(24) * tails.measure(series(DRAWN)).volatility)


def test_what_was_put_in_is_measured():
    found = tails.measure(series(DRAWN))
    assert found.volatility == pytest.approx(0.6, abs=4 * found.error)
    assert found.error == pytest.approx(0.6 / np.sqrt(2 * len(DRAWN)), rel=0.25)
    assert found.tails.is_held and found.tails.degrees_of_freedom > 50
    storm = tails.measure(series(STORM))
    assert storm.storms.alpha + storm.storms.beta == pytest.approx(0.94, abs=0.03)
    assert storm.tails.degrees_of_freedom < 8 and storm.error > found.error


def test_too_little_is_not_measured():
    for moves, has_tails, has_storms in ((20, False, False), (30, True, False), (500, True, True)):
        found = tails.measure(series(STORM[:moves]))
        less = tails.measure(series(STORM[: moves - 1])) if moves > 20 else None
        assert (found.tails is not None, found.storms is not None) == (has_tails, has_storms)
        assert less is None or (less.tails, less.storms) != (found.tails, found.storms)
        for estimate, is_known in (
            (tails.measured_tails(TEN, found, 5), has_tails),
            (tails.measured_storms(TEN, found, 5), has_storms),
        ):
            assert isnan(estimate.liquidated.value) != is_known and isnan(estimate.past_end.value) != is_known
    with pytest.raises(ValueError, match="too_few_prices .prices=20, fewest=21"):
        tails.measure(series(STORM[:19]))
    with pytest.raises(ValueError, match="no_chance_in_prices"):
        tails.measure(series(np.full(40, 0.01)))


def test_small_steps_are_the_formula_over_whole_steps():
    found = tails.small_steps(TEN, KNOWN, 30)
    assert found.liquidated.value == pytest.approx(float(counted.touched(TEN, 30, 0.6, 0.0)))
    assert found.past_end.value == found.liquidated.standard_error == 0.0
    weekly = KNOWN._replace(steps_per_day=1 / 7)
    assert tails.small_steps(TEN, weekly, 30).liquidated.value == pytest.approx(
        float(counted.touched(TEN, 28, 0.6, 0.0))
    )


def test_measured_tails_are_the_fat_tails_of_the_other_row():
    """Three degrees of freedom at the same volatility are the same draws."""
    for days, volatility in ((7, 0.6), (30, 1.1)):
        known = KNOWN._replace(volatility=volatility)
        assert tails.measured_tails(TEN, known, days) == tails.fat_tails(TEN, days, volatility)


def test_storms_without_storms_are_looks_at_a_tame_price():
    """A variance that stays, thin tails: what looks at each close see."""
    variance = 0.36 / 365
    calm = GarchFit(0.0, 0.1 * variance, 0.0, 0.9, 200.0, variance, False)
    found = tails.measured_storms(TEN, KNOWN._replace(storms=calm), 30)
    looked = float(counted.touched_at_closes(TEN, 30, 0.6, 0.0))
    assert found.liquidated.value == pytest.approx(looked, abs=4 * found.liquidated.standard_error + 3e-4)


def test_after_a_storm_more_are_liquidated_than_after_a_calm():
    shares = [
        tails.measured_storms(
            TEN, KNOWN._replace(storms=KNOWN.storms._replace(variance=variance)), 10
        ).liquidated.value
        for variance in (1e-4, 1e-3, 1e-2)
    ]
    assert shares[0] + 0.1 < shares[1] < shares[2] - 0.1


def test_on_average_the_price_stays():
    """A series that only rises and falls by its own trend liquidates longs and shorts alike."""
    rng = np.random.default_rng(14)
    rising = series(0.05 + 0.02 * rng.standard_normal(2000))
    known = tails.measure(rising)
    long, short = (
        tails.own_moves(replace(TEN, side=side), rising, known, 20).liquidated
        for side in (Side.LONG, Side.SHORT)
    )
    assert long.value == pytest.approx(short.value, abs=0.06) and 0.1 < long.value < 0.5
    expected = float(counted.touched_at_closes(TEN, 20, known.volatility, 0.0))
    assert long.value == pytest.approx(expected, abs=4 * long.standard_error + 0.02)


def test_a_short_series_is_drawn_in_short_blocks(monkeypatch):
    """A quarter of it at most: else a path of a month would be that month, turned round."""
    asked = []

    def seen(*args, **more):
        asked.append(more["mean_block"])
        return bootstrap_paths(*args, **more)

    monkeypatch.setattr(tails, "bootstrap_paths", seen)
    for prices in (MONTH, series(STORM)):
        tails.own_moves(TEN, prices, tails.measure(prices), 5)
    assert asked == [21 / 4, tails.LONGEST_BLOCK]


def test_long_series_and_long_times_are_taken_in_longer_steps():
    for prices, days in ((MONTH, 30), (MONTH, 1000), (series(STORM, hours=1 / 60), 30), (series(LONG), 2)):
        together = tails.steps_together(prices, days)
        known = tails.measure(longer_steps(prices, together))
        steps = tails.steps_of(known, days)
        assert known.moves <= tails.MOST_MOVES and steps <= tails.MOST_STEPS * 1.02
        assert tails.paths_of(steps) * steps <= tails.MOST_DRAWS
        if together > 1:  # and no longer than they must be
            shorter = longer_steps(prices, together - 1)
            needed = days * 24 * (len(shorter) - 1) / shorter["hours"].iloc[-1]
            assert len(shorter) - 1 > tails.MOST_MOVES or needed > 0.98 * tails.MOST_STEPS
    assert tails.steps_together(MONTH, 3000) == 2  # 2,172 steps: one and a half times too many
    assert tails.steps_together(MONTH, 30) == 1 and tails.steps_together(series(LONG), 2) == 5
