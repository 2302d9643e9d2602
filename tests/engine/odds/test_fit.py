"""Fits: what was put in comes out, a second road agrees, and the limits hold."""

import numpy as np
import pytest
from scipy.stats import norm
from scipy.stats import t as student

from engine.odds.fit import (
    GarchFit,
    deviation_error,
    fit_garch,
    fit_normal,
    fit_student_t,
    has_storms,
    log_moves,
    once_in,
)
from engine.odds.moves import bootstrap_steps, garch_moves, normal_moves
from engine.problem import Problem

STORM = {"omega": 8e-5, "alpha": 0.14, "beta": 0.80, "degrees_of_freedom": 6.0, "variance": 0.0013}


def stormy(seed=1, steps=8000, **changed):
    rng = np.random.default_rng(seed)
    return garch_moves(1, steps, rng, drift=0.0, step_years=1 / 365, **STORM | changed)[0]


def test_normal_gives_back_drift_and_volatility():
    rng = np.random.default_rng(1)
    moves = normal_moves(1, 40_000, rng, drift=0.3, volatility=0.6, step_years=1 / 100)[0]
    fit = fit_normal(moves, step_years=1 / 100)
    assert fit.volatility == pytest.approx(0.6, abs=4 * 0.6 / np.sqrt(80_000))
    assert fit.drift == pytest.approx(0.3, abs=4 * 0.6 / np.sqrt(400))


def test_normal_by_hand():
    fit = fit_normal([0.03, -0.01, 0.03, -0.01], step_years=0.01)
    assert fit == pytest.approx((1.0 + 0.02, 0.2))


@pytest.mark.parametrize("freedom", [3.0, 5.0])
def test_student_t_agrees_with_another_optimiser(freedom):
    moves = 0.001 + 0.02 * np.random.default_rng(2).standard_t(freedom, 3000)
    fit = fit_student_t(moves)
    other, mean, scale = student.fit(moves)
    assert fit.degrees_of_freedom == pytest.approx(other, rel=2e-3) and not fit.is_held
    assert fit.mean == pytest.approx(mean, abs=2e-5)
    assert fit.deviation == pytest.approx(scale * np.sqrt(other / (other - 2)), rel=2e-3)
    assert fit.degrees_of_freedom == pytest.approx(freedom, rel=0.15)


def test_tails_without_a_variance_are_held_where_one_exists():
    """Bitcoin's daily returns ask for 1.9: "scale to a variance" would divide by a negative number."""
    fit = fit_student_t(0.02 * np.random.default_rng(3).standard_t(1.8, 3000))
    assert fit.degrees_of_freedom == pytest.approx(2.5) and fit.is_held
    assert 0.02 < fit.deviation < 0.2


def test_tails_of_a_bell_are_held_too():
    fit = fit_student_t(np.random.default_rng(4).standard_normal(500).clip(-2, 2))
    assert fit.degrees_of_freedom == pytest.approx(200.0) and fit.is_held


def test_garch_gives_back_its_rules():
    fit = fit_garch(stormy(steps=20_000))
    assert fit.alpha == pytest.approx(0.14, abs=0.03)
    assert fit.beta == pytest.approx(0.80, abs=0.04)
    assert fit.omega == pytest.approx(8e-5, rel=0.35)
    assert fit.degrees_of_freedom == pytest.approx(6.0, rel=0.15)
    assert not fit.is_held


def test_garch_is_the_likeliest():
    """A step to any side of the fit makes the series less likely, computed here in the long way."""
    moves = stormy(seed=5, steps=1500)
    fit = fit_garch(moves)

    def likelihood(mean, omega, alpha, beta, freedom):
        variance = [np.var(moves)]
        for move in moves:
            variance.append(omega + alpha * (move - mean) ** 2 + beta * variance[-1])
        scale = np.sqrt(np.array(variance[:-1]) * (freedom - 2) / freedom)
        return np.sum(student.logpdf((moves - mean) / scale, freedom) - np.log(scale)), variance[-1]

    best, variance = likelihood(*fit[:5])
    assert fit.variance == pytest.approx(variance, rel=1e-6)
    for place in range(1, 5):
        for factor in (0.97, 1.03):
            aside = list(fit[:5])
            aside[place] *= factor
            assert likelihood(*aside)[0] < best
    for step in (-0.002, 0.002):
        assert likelihood(fit.mean + step, *fit[1:5])[0] < best


def test_storms_that_never_pass_are_held_where_they_do():
    """Alpha and beta of 1 together have no long-run variance."""
    fit = fit_garch(stormy(seed=6, steps=4000, omega=2e-6, alpha=0.12, beta=0.8799))
    assert fit.alpha + fit.beta == pytest.approx(0.995, abs=1e-9) and fit.is_held
    assert 0 < fit.long_run < np.inf and fit.half_life == pytest.approx(138.3, abs=0.1)


def test_long_run_and_half_life_by_hand():
    fit = GarchFit(0.0, 0.02, 0.3, 0.2, 5.0, 0.0, False)
    assert fit.long_run == pytest.approx(0.04) and fit.half_life == pytest.approx(1.0)


@pytest.mark.parametrize("unit", [0.01, 20.0])
def test_the_unit_of_the_moves_does_not_matter(unit):
    moves = stormy(seed=7, steps=800)
    plain, scaled = fit_student_t(moves), fit_student_t(unit * moves)
    assert scaled.degrees_of_freedom == pytest.approx(plain.degrees_of_freedom, rel=1e-3)
    assert scaled.deviation == pytest.approx(unit * plain.deviation, rel=1e-3)
    plain, scaled = fit_garch(moves), fit_garch(unit * moves)
    assert scaled.omega == pytest.approx(unit**2 * plain.omega, rel=0.01)
    assert scaled.alpha == pytest.approx(plain.alpha, rel=0.01)


def test_log_moves_refuse_what_says_nothing():
    with pytest.raises(Problem, match="too_few_prices .prices=30, fewest=31"):
        log_moves(np.linspace(100, 110, 30))
    with pytest.raises(Problem, match="no_chance_in_prices"):
        log_moves(100 * 1.01 ** np.arange(40))
    assert log_moves([100.0, 110.0] * 20)[:2] == pytest.approx([np.log(1.1), -np.log(1.1)])
    assert len(log_moves([100.0, 110.0, 90.0], fewest=2)) == 2
    with pytest.raises(Problem, match="too_few_prices .prices=3, fewest=4"):
        log_moves([100.0, 110.0, 90.0], fewest=3)


# --- how well the usual move is known ------------------------------------------------------------


def test_the_error_of_a_deviation_is_how_far_deviations_of_other_samples_lie():
    """Moves that know nothing of each other: normal ones, and fat tails of eight degrees of freedom."""
    rng = np.random.default_rng(8)
    for draw, kurtosis in ((rng.standard_normal, 3.0), (lambda size: rng.standard_t(8.0, size), 4.5)):
        samples = draw((400, 1000))
        errors = [deviation_error(sample) for sample in samples]
        known = np.std(draw(10**6)) * np.sqrt((kurtosis - 1) / 4 / 1000)
        assert np.mean(errors) == pytest.approx(known, rel=0.08)
        assert np.std(np.std(samples, axis=1)) == pytest.approx(known, rel=0.12)


def test_the_error_counts_every_pair_of_squares_less_the_further_apart():
    """Newey and West once more, as a sum over all pairs: 40 moves, nine lags."""
    moves = stormy(seed=12, steps=40)
    surprise = (moves - np.mean(moves)) ** 2 - np.var(moves)
    apart = np.abs(np.subtract.outer(np.arange(40), np.arange(40)))
    lags = 9  # 1.3 * sqrt(40) = 8.2, rounded up
    variance = surprise @ np.maximum(1 - apart / lags, 0.0) @ surprise / 40**2
    assert deviation_error(moves) == pytest.approx(np.sqrt(variance) / (2 * np.std(moves)), rel=1e-12)


def test_storms_make_it_larger_as_a_bootstrap_of_blocks_says():
    moves = stormy(seed=9, steps=4000)
    blocks = bootstrap_steps(len(moves), 400, len(moves), np.random.default_rng(9), mean_block=15.0)
    again = float(np.std(np.std(moves[blocks], axis=1)))
    error = deviation_error(moves)
    assert error == pytest.approx(again, rel=0.25)
    shuffled = deviation_error(np.random.default_rng(10).permutation(moves))
    assert error > 1.3 * shuffled > 1.3 * np.std(moves) / np.sqrt(2 * len(moves))


def test_the_error_has_the_unit_of_the_moves_and_falls_with_their_number():
    moves = stormy(seed=11, steps=2000)
    assert deviation_error(20 * moves) == pytest.approx(20 * deviation_error(moves))
    assert deviation_error(moves + 1.0) == pytest.approx(deviation_error(moves), rel=1e-6)
    assert deviation_error(np.tile(moves, 4)) == pytest.approx(deviation_error(moves) / 2, rel=0.15)


@pytest.mark.parametrize("size", [0.5, 4.0])
def test_wild_steps_are_counted_both_ways_and_keep_the_deviation(size):
    assert once_in(size) == pytest.approx(1 / (2 * norm.sf(size)))
    for freedom in (2.5, 3.0, 200.0):
        fat = student(freedom, scale=np.sqrt((freedom - 2) / freedom))
        assert fat.std() == pytest.approx(1.0)
        assert once_in(size, freedom) == pytest.approx(1 / (2 * fat.sf(size)))
    assert once_in(4.0, 3.0) < once_in(4.0, 200.0) < once_in(4.0)


def test_storms_are_found_where_there_are_some_and_hardly_ever_elsewhere():
    rng = np.random.default_rng(15)
    storms = [stormy(seed=seed, steps=500) for seed in range(100)]
    assert np.mean([has_storms(moves) for moves in storms]) > 0.85
    shuffled = [rng.permutation(moves) for moves in storms]
    wild = rng.standard_t(2.0, (200, 500))
    still = 0.01 * (rng.random((200, 500)) < 0.05)  # mostly one and the same size
    for calm in (shuffled, wild, still):
        assert np.mean([has_storms(moves) for moves in calm]) < 0.09


def test_one_wild_move_is_no_storm():
    moves = 0.01 * np.random.default_rng(16).standard_normal(600)
    moves[300:302] = 5.0, -5.0
    assert not has_storms(moves)
