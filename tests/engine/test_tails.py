"""Rougher prices: each kind against another road to the same number."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import t

from engine import chance, tails
from engine.price_file import black_monday
from engine.scenario import Scenario, Side

TEN = Scenario(leverage=10.0)


def test_jumps_are_those_of_the_theory_at_its_own_volatility():
    """Case K1, a long of 10x over 30 days; 57.158 % a year in all."""
    whole = np.sqrt(0.45**2 + 20 * (0.55 * 2 * 0.06**2 + 0.45 * 2 * 0.05**2))
    assert whole == pytest.approx(0.57158, abs=1e-5)
    odds = tails.jumps(TEN, 30.0, whole)
    assert odds.touched == pytest.approx(0.511613225, abs=1e-8)
    assert odds.past_bankruptcy == pytest.approx(0.100400956, abs=1e-8)


def test_jumps_grow_and_shrink_with_the_volatility():
    """Twice the volatility is four times the time, but for the number of the jumps: more are past the end."""
    small, large = (tails.jumps(TEN, 30.0, v) for v in (0.3, 1.2))
    assert small.touched < large.touched
    assert small.past_bankruptcy < large.past_bankruptcy


def test_a_single_day_with_fat_tails_against_the_formula():
    found = tails.fat_tails(TEN, 1, 1.0)
    for share, price in (
        (found.liquidated, TEN.liquidation_price),
        (found.past_end, TEN.bankruptcy_price),
    ):
        daily = float(chance.daily(1.0))
        size = (np.log(price / TEN.entry_price) + daily**2 / 2) / daily
        truth = t.cdf(size * 3**0.5, 3)
        assert share.standard_error == pytest.approx(np.sqrt(truth * (1 - truth) / tails.PATHS), rel=0.2)
        assert share.value == pytest.approx(truth, abs=4 * share.standard_error)


@pytest.mark.parametrize("side", list(Side))
def test_past_the_end_are_some_of_the_liquidated(side):
    s = replace(TEN, side=side)
    found = tails.fat_tails(s, 30, 0.6)
    assert 0 < found.past_end.value < found.liquidated.value
    real = tails.history(s, 10, black_monday())
    assert 0 < real.value < 1 and 0 < real.standard_error < 0.01


def test_without_a_trigger_nobody_is_liquidated():
    alone = Scenario(leverage=1.0)
    assert tails.fat_tails(alone, 30, 0.6) == ((0.0, 0.0), (0.0, 0.0))
    assert tails.history(alone, 30, black_monday()).value == 0.0
    assert tails.jumps(alone, 30.0, 0.6).touched == 0.0


def test_one_day_of_october_is_a_day_of_october():
    """Of its 21 moves so many reach the trigger on the day itself, seen at the low."""
    month = black_monday()
    lows = (month["low"].to_numpy()[1:] / month["close"].to_numpy()[:-1]) <= TEN.liquidation_price / 100
    found = tails.history(TEN, 1, month)
    assert found.value == pytest.approx(lows.mean(), abs=4 * found.standard_error)
