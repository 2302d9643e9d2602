"""Moves are drawn as their model says, and a series' own come in its blocks."""

from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.margin.risk import liquidation_price
from engine.market.history import black_monday
from engine.odds.fit import GarchFit
from engine.odds.jumps import jump_odds
from engine.odds.moves import (
    bootstrap_paths,
    bootstrap_steps,
    garch_moves,
    kou_moves,
    normal_moves,
    price_paths,
    student_t_moves,
)
from engine.odds.simulate import bad_debt_estimate, bridged_estimate, touch_estimate, touch_steps
from engine.odds.touch import touch_probability

pytestmark = pytest.mark.slow

DAY, MONTH = 1 / 365, 30 / 365


# quantity, maintenance rate with fee, opening fee, drift, volatility, years, looks, seen at looks
LOOKS = {
    "A1 at 3": (10, 0.005, 0, 0.0, 0.6, MONTH, 3, 0.4053516436),
    "A1 at 30": (10, 0.005, 0, 0.0, 0.6, MONTH, 30, 0.5214081817),
    "A2 at 30": (-10, 0.005, 0, 0.0, 0.6, MONTH, 30, 0.5007292552),
    "A3 at 52": (3, 0.005, 0, 0.0, 0.6, 1.0, 52, 0.5589871782),
    "A5 at 7": (20, 0.0105, 0.0005, 0.2, 0.8, 7 / 365, 7, 0.5716048520),
    "A5 at 21": (20, 0.0105, 0.0005, 0.2, 0.8, 7 / 365, 21, 0.6325975808),
    "A6 at 52": (2, 0.25, 0, 0.08, 0.2, 1.0, 52, 0.0182117142),
    "A8 at 12": (5, 0.005, 0, 0.5, 0.6, 1.0, 12, 0.4299037986),
    "A1 at 90": (10, 0.005, 0, 0.0, 0.6, MONTH, 90, 0.5484817367),
    "A1 at 720": (10, 0.005, 0, 0.0, 0.6, MONTH, 720, 0.5735303934),
    "A3 at 365": (3, 0.005, 0, 0.0, 0.6, 1.0, 365, 0.5874537361),
    "A5 at 168": (20, 0.0105, 0.0005, 0.2, 0.8, 7 / 365, 168, 0.6893359235),
    "A6 at 252": (2, 0.25, 0, 0.08, 0.2, 1.0, 252, 0.0203540354),
    "A8 at 365": (5, 0.005, 0, 0.5, 0.6, 1.0, 365, 0.5417359537),
}


def within_four_errors(estimate, value):
    assert estimate.standard_error < 0.05 * value
    return abs(estimate.value - value) <= 4 * estimate.standard_error


@pytest.mark.parametrize("name", LOOKS)
def test_looks_and_the_bridge(name):
    quantity, rate, fee, drift, volatility, years, looks, seen = LOOKS[name]
    barrier = float(liquidation_price(quantity, 1.0, 1.0 - fee * abs(quantity), rate))
    step, count = years / looks, min(40_000, 6_000_000 // looks)
    moves = normal_moves(
        count, looks, np.random.default_rng(1), drift=drift, volatility=volatility, step_years=step
    )
    paths = price_paths(1.0, moves)
    plain, bridged = (
        touch_estimate(paths, barrier),
        bridged_estimate(paths, barrier, volatility=volatility, step_years=step),
    )
    true = touch_probability(1.0, barrier, drift=drift, volatility=volatility, years=years)
    assert within_four_errors(plain, seen)
    assert within_four_errors(bridged, true)
    # It sees more, and each path counts with its odds, not with the toss of a coin.
    coin = np.sqrt(bridged.value * (1 - bridged.value) / count)
    assert plain.value < bridged.value and bridged.standard_error < coin


def test_one_step_and_the_bridge_are_enough():
    moves = normal_moves(200_000, 1, np.random.default_rng(2), drift=0.0, volatility=0.6, step_years=MONTH)
    estimate = bridged_estimate(price_paths(1.0, moves), 0.9 / 0.995, volatility=0.6, step_years=MONTH)
    assert within_four_errors(estimate, 0.58765561763886)


@pytest.mark.parametrize(
    ("freedom", "gap", "debt"),
    [(3, 0.0050731, 2.3110e-4), (4, 0.0045037, 1.5036e-4), (6, 0.0031473, 7.2438e-5)],
)
def test_fat_tails_gap_in_one_day(freedom, gap, debt):
    """A 10 % gap at 60 % volatility: eight to thirteen times as often as with normal moves (.00039704)."""
    moves = student_t_moves(
        1_000_000,
        1,
        np.random.default_rng(3),
        drift=0.18,
        volatility=0.6,
        step_years=DAY,
        degrees_of_freedom=freedom,
    )  # a drift of volatility**2 / 2 = none in the log price
    paths = price_paths(1.0, moves)
    assert within_four_errors(touch_estimate(paths, 0.9), gap)
    assert within_four_errors(bad_debt_estimate(paths, 0.9 / 0.995, 0.9), debt)


def test_small_steps_hardly_gap_in_one_day():
    moves = normal_moves(
        4_000_000, 1, np.random.default_rng(3), drift=0.18, volatility=0.6, step_years=DAY
    )  # none in the log price
    paths = price_paths(1.0, moves)
    assert within_four_errors(touch_estimate(paths, 0.9), 0.00039704)
    assert within_four_errors(bad_debt_estimate(paths, 0.9 / 0.995, 0.9), 2.8944e-6)


def test_student_t_has_the_mean_and_volatility_asked_for():
    moves = student_t_moves(
        400_000,
        1,
        np.random.default_rng(4),
        drift=0.5,
        volatility=0.6,
        step_years=0.01,
        degrees_of_freedom=6.0,
    )
    assert np.mean(moves) == pytest.approx((0.5 - 0.18) * 0.01, abs=4 * np.std(moves) / np.sqrt(400_000))
    assert np.std(moves) == pytest.approx(0.06, rel=0.01)


def test_garch_storms_come_and_go_as_computed():
    """Bitcoin as estimated in Empirical Economics (2021), table 3."""
    rules = {"omega": 8e-5, "alpha": 0.14447, "beta": 0.81655}
    level = GarchFit(0.0, *rules.values(), 8.0, 0.0, False)
    assert np.sqrt(level.long_run * 365) == pytest.approx(0.8655, abs=5e-5)
    assert level.half_life == pytest.approx(17.43, abs=5e-3)
    assert GarchFit(0.0, 1.0, 0.1, 0.88, 8.0, 0.0, False).half_life == pytest.approx(34.31, abs=5e-3)
    start = 4 * level.long_run
    moves = garch_moves(
        100_000,
        40,
        np.random.default_rng(5),
        drift=0.0,
        step_years=DAY,
        degrees_of_freedom=8.0,
        variance=start,
        **rules,
    )
    for step in (0, 1, 5, 39):
        left = (rules["alpha"] + rules["beta"]) ** step
        expected = level.long_run + left * (start - level.long_run)
        squares = moves[:, step] ** 2
        # The mean of a move is -variance / 2, small against its size.
        assert np.mean(squares) == pytest.approx(
            expected, abs=4 * np.std(squares) / np.sqrt(100_000) + expected**2
        )
        error = np.std(moves[:, step]) / np.sqrt(100_000)
        assert np.mean(moves[:, step]) == pytest.approx(-expected / 2, abs=4 * error)


def test_garch_a_large_move_is_followed_by_large_moves():
    rules = {"omega": 8e-5, "alpha": 0.2, "beta": 0.7, "degrees_of_freedom": 8.0, "variance": 8e-4}
    moves = garch_moves(100_000, 2, np.random.default_rng(6), drift=0.0, step_years=DAY, **rules)
    large = np.abs(moves[:, 0]) > 0.05
    surprise = moves[large, 0] + 4e-4
    expected = np.mean(8e-5 + 0.2 * surprise**2 + 0.7 * 8e-4)
    after = moves[large, 1] ** 2
    assert np.mean(after) == pytest.approx(expected, abs=4 * np.std(after) / np.sqrt(large.sum()))
    assert expected > 1.3 * np.mean(moves[~large, 1] ** 2)


def test_garch_drift_moves_the_log_price():
    rules = {"omega": 8e-5, "alpha": 0.1, "beta": 0.8, "degrees_of_freedom": 8.0, "variance": 8e-4}
    plain, lifted = (
        garch_moves(3, 4, np.random.default_rng(6), drift=drift, step_years=0.1, **rules)
        for drift in (0.0, 2.0)
    )
    assert lifted == pytest.approx(plain + 0.2)


def test_jumps_seen_often_with_the_bridge_are_the_closed_form():
    jumps = {"jumps_per_year": 20, "share_down": 0.55, "mean_down": 0.06, "mean_up": 0.05}
    step = MONTH / 240
    moves = kou_moves(
        10_000, 240, np.random.default_rng(7), drift=0.0, volatility=0.45, step_years=step, **jumps
    )
    paths = price_paths(1.0, moves)
    # A bankruptcy price so far off that the smooth part does not overshoot it between two looks.
    odds = jump_odds(1.0, 0.9 / 0.995, 0.86, drift=0.0, volatility=0.45, years=MONTH, **jumps)
    bridged = bridged_estimate(paths, 0.9 / 0.995, volatility=0.45, step_years=step)
    assert within_four_errors(bridged, odds.touched)
    debt = bad_debt_estimate(paths, 0.9 / 0.995, 0.86)
    assert abs(debt.value - odds.bad_debt) <= 4 * debt.standard_error < odds.bad_debt / 2


def test_jumps_keep_the_expected_price_and_the_variance():
    jumps = {"jumps_per_year": 10, "share_down": 0.3, "mean_down": 0.1, "mean_up": 0.05}
    moves = kou_moves(
        200_000, 1, np.random.default_rng(8), drift=0.4, volatility=0.3, step_years=0.5, **jumps
    )
    price = np.exp(moves)
    assert np.mean(price) == pytest.approx(np.exp(0.2), abs=4 * np.std(price) / np.sqrt(200_000))
    variance = 0.5 * (0.09 + 10 * 2 * (0.3 * 0.01 + 0.7 * 0.0025))
    assert np.var(moves) == pytest.approx(variance, rel=0.02)


@given(st.integers(1, 50), st.integers(1, 5), st.integers(1, 40), st.floats(1.0, 20.0), st.integers(0, 99))
def test_rows_exist(length, paths, steps, block, seed):
    rows = bootstrap_steps(length, paths, steps, np.random.default_rng(seed), mean_block=block)
    assert rows.shape == (paths, steps) and rows.min() >= 0 and rows.max() < length


def test_blocks_have_the_length_asked_for_and_every_row_the_same_chance():
    length, block = 1000, 8.0
    rows = bootstrap_steps(length, 2000, 200, np.random.default_rng(9), mean_block=block)
    goes_on = (rows[:, 1:] - rows[:, :-1]) % length == 1
    expected = 1 - 1 / block + 1 / block / length
    error = np.sqrt(expected * (1 - expected) / goes_on.size)
    assert np.mean(goes_on) == pytest.approx(expected, abs=4 * error)
    counts = np.bincount(rows.ravel() // 100, minlength=10) / rows.size
    assert counts == pytest.approx(0.1, abs=0.005)


def test_a_coin_is_tossed_as_the_binomial_law_says():
    """A series of equal steps up and down, drawn one by one: the reflection principle counts the paths."""
    close = 100 * np.exp(0.01 * (np.arange(2001) % 2))
    prices = black_monday().iloc[:2].reindex(range(2001)).assign(low=close, high=close, close=close)
    paths = bootstrap_paths(prices, 50.0, 40_000, 10, np.random.default_rng(10), mean_block=1.0)
    down = [sum(comb(10, k) for k in range(11) if 2 * k - 10 >= reach) / 1024 for reach in (3, 4)]
    exact = down[0] + down[1]  # ends at least 3 down, or touched and came back above
    estimate = touch_estimate(paths.close, 50.0 * np.exp(-0.03 + 1e-9))
    assert within_four_errors(estimate, exact)


def test_bars_are_those_of_the_series():
    real = black_monday()
    drawn = bootstrap_paths(real, 100.0, 50, 30, np.random.default_rng(11), mean_block=5.0)
    assert drawn.close.shape == drawn.low.shape == (50, 31)
    assert np.all(drawn.close[:, 0] == 100.0) and np.all(drawn.low[:, 0] == 100.0)
    assert np.all(drawn.low <= drawn.close * (1 + 1e-12)) and np.all(drawn.close <= drawn.high * (1 + 1e-12))
    before = real["close"].to_numpy()[:-1]
    for name in ("close", "low", "high"):
        known = np.sort(real[name].to_numpy()[1:] / before)
        seen = (getattr(drawn, name)[:, 1:] / drawn.close[:, :-1]).ravel()
        nearest = known[np.clip(np.searchsorted(known, seen - 1e-9), 0, len(known) - 1)]
        assert seen == pytest.approx(nearest, rel=1e-9)


def test_a_trend_is_taken_out_of_every_move():
    real = black_monday()
    plain, level = (
        bootstrap_paths(real, 100.0, 5, 8, np.random.default_rng(13), trend=trend) for trend in (0.0, 0.02)
    )
    steps = np.arange(9)
    assert level.close == pytest.approx(plain.close * np.exp(-0.02 * steps))
    # The bar moves with its close; at the start there is no bar yet.
    assert level.low[:, 1:] == pytest.approx(plain.low[:, 1:] * np.exp(-0.02 * steps[1:]))
    assert level.high[:, 1:] == pytest.approx(plain.high[:, 1:] * np.exp(-0.02 * steps[1:]))


def test_the_low_of_a_day_liquidates_more_than_its_close():
    drawn = bootstrap_paths(black_monday(), 100.0, 4000, 10, np.random.default_rng(12))
    assert touch_estimate(drawn.low, 90.0).value > touch_estimate(drawn.close, 90.0).value


def test_the_same_seed_gives_the_same_numbers():
    """Counts that any machine must reproduce: what a class agrees on."""
    known = {"drift": 0.0, "volatility": 0.6, "step_years": DAY}
    counts = []
    for draw, extra in (
        (normal_moves, {}),
        (student_t_moves, {"degrees_of_freedom": 4.0}),
        (kou_moves, {"jumps_per_year": 20, "share_down": 0.5, "mean_down": 0.06, "mean_up": 0.05}),
    ):
        moves = draw(100, 30, np.random.Generator(np.random.PCG64(2026)), **known, **extra)
        counts.append(int(np.isfinite(touch_steps(price_paths(100.0, moves), 90.45)).sum()))
        again = draw(100, 30, np.random.default_rng(2026), **known, **extra)
        assert np.array_equal(moves, again)
    assert counts == [60, 45, 62]
