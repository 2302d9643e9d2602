"""A hundred paths that stand for all: each meets its end, and together they follow the law."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ks_2samp

from engine.margin.scenario import Scenario, Side
from engine.odds import counted
from engine.odds.hundred import STEPS, _towards, hundred

VOLATILITY = 0.03 * 365**0.5
DAYS = 10.0
positions = st.builds(
    Scenario,
    leverage=st.floats(1.0, 120.0),
    side=st.sampled_from(Side),
    maintenance_rate=st.just(0.005),
)


@given(positions, st.integers(1, 400), st.floats(0.05, 3.0))
def test_each_path_meets_its_end(s, days, volatility):
    found = hundred(s, days, volatility)
    assert found.prices.shape == found.times.shape == (counted.PATHS, STEPS + 1)
    assert np.array_equal(found.ends, counted.days_of_liquidation(s, days, volatility))
    assert found.prices[:, 0] == pytest.approx(s.entry_price)
    assert np.isfinite(found.prices).all() and (found.prices > 0).all()
    ended = np.isfinite(found.ends)
    assert found.prices[ended, -1] == pytest.approx(s.liquidation_price)
    assert found.times[:, -1] == pytest.approx(np.where(ended, found.ends, days))
    room = s.side.sign * (found.prices - s.liquidation_price)
    assert not (room[:, :-1] <= 0).any()
    assert not (room[~ended] <= 0).any()


@pytest.mark.parametrize("leverage", [3.0, 10.0, 30.0])
@pytest.mark.parametrize("side", Side)
def test_together_they_follow_the_law_of_stopped_motion(leverage, side):
    """Second road: motion simulated in tiny steps and stopped when a bridge would have touched."""
    s = Scenario(leverage=leverage, side=side)
    barrier, fine, many = np.log(s.liquidation_price / s.entry_price), 500, 4_000
    random = np.random.default_rng(5)
    width = VOLATILITY * np.sqrt(DAYS / 365 / fine)
    logs = np.cumsum(width * random.standard_normal((many, fine)), axis=1)
    before = np.concatenate([np.zeros((many, 1)), logs[:, :-1]], axis=1)
    over = np.maximum((barrier - before) * (barrier - logs), 0.0)
    crossed = random.uniform(size=logs.shape) < np.exp(-2 * over / width**2)
    first = np.where(crossed.any(axis=1), crossed.argmax(axis=1), fine)
    found = hundred(s, DAYS, VOLATILITY)
    for part in (0.2, 0.5, 1.0):
        step = int(part * fine) - 1
        drawn = np.where(first <= step, barrier, logs[:, step])
        shown = [
            np.log(np.interp(part * DAYS, times, prices) / s.entry_price)
            for times, prices in zip(found.times, found.prices, strict=True)
        ]
        assert ks_2samp(shown, drawn).pvalue > 0.01


@pytest.mark.parametrize("leverage", [3.0, 10.0, 50.0])
def test_they_move_as_much_as_they_should(leverage):
    found = hundred(Scenario(leverage=leverage), DAYS, VOLATILITY)
    squares = np.sum(np.diff(np.log(found.prices), axis=1) ** 2, axis=1)
    expected = VOLATILITY**2 * found.times[:, -1] / 365
    # 3,200 moves: the standard error is a fortieth; the pull of an end adds a little.
    assert np.mean(squares / expected) == pytest.approx(1.0, abs=0.1)


@pytest.mark.parametrize("pull", [1e-12, 0.2, 1.0, 5.0, 200.0])
def test_the_direction_of_an_end_is_the_likelier_the_nearer(pull):
    """Density exp(pull * cosine) on a sphere: mean coth(pull) - 1 / pull, Langevin's function."""
    share = (np.arange(100_000) + 0.5) / 100_000
    cosine = _towards(share, np.array(pull))
    assert (np.abs(cosine) <= 1 + 1e-3).all() and (np.diff(cosine) >= -1e-3).all()
    mean = pull / 3 if pull < 1e-3 else 1 / np.tanh(pull) - 1 / pull
    # 1e-12 is a place where the logarithm has lost most of its digits.
    assert np.mean(cosine) == pytest.approx(mean, abs=1e-3)


def test_no_trigger_and_no_movement():
    assert np.isinf(hundred(Scenario(leverage=1.0), 30.0, 0.6).ends).all()
    still = hundred(Scenario(leverage=10.0), 30.0, 0.0)
    assert still.prices == pytest.approx(100.0, abs=1e-5) and np.isinf(still.ends).all()


def test_the_same_at_every_call():
    first, second = (hundred(Scenario(leverage=10.0), DAYS, VOLATILITY) for _ in range(2))
    assert np.array_equal(first.prices, second.prices)
