"""How fast money grows with leverage: Kelly's formula, the liquidated position, and slow second roads."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from engine.margin.risk import liquidation_price
from engine.margin.scenario import Scenario, Side
from engine.odds import (
    best_steady_leverage,
    bridge_probability,
    by_leverage,
    ever_falls_to,
    growth_by_leverage,
    growth_once,
    sensible_leverage,
    steady_growth,
    touch_probability,
)
from tests.touches import MONTH, as_printed

leverages = st.floats(0.05, 100.0)
shares = st.floats(0.02, 0.9)
drifts = st.floats(-1.0, 1.0)
volatilities = st.floats(0.1, 1.5)
spans = st.floats(0.01, 1.0)
sides = st.sampled_from([1.0, -1.0])


def once(sign, leverage, share, *, rate=0.005, **market):
    """A capital of 1 that is this share of all money."""
    barrier = liquidation_price(sign * leverage, 1.0, 1.0, rate)
    return float(growth_once(1.0, barrier, sign * leverage, 1.0, 1.0 / share - 1.0, **market))


# --- put right at every moment ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "drift, rate, volatility, best, growth",
    [(0.30, 0.05, 0.60, "0.694444", "0.136805556"), (0.08, 0.03, 0.16, "1.953125", "0.078828125")],
)
def test_the_best_leverage_of_two_markets(drift, rate, volatility, best, growth):
    market = {"drift": drift, "volatility": volatility, "rate": rate}
    assert best_steady_leverage(drift, volatility, rate) == as_printed(best)
    assert steady_growth(float(best), **market) == as_printed(growth)
    assert steady_growth(2 * (drift - rate) / volatility**2, **market) == pytest.approx(rate)
    found = minimize_scalar(lambda x: -float(steady_growth(x, **market)), bounds=(0, 5), method="bounded")
    assert found.x == pytest.approx(float(best), abs=1e-5)


def test_twice_a_price_that_halves_one_in_two_loses():
    assert steady_growth(2.0, drift=0.30, volatility=0.60, rate=0.05) == pytest.approx(-0.17)


@given(drifts, volatilities, st.floats(0.0, 2.0))
def test_a_part_of_the_best_leverage_keeps_more_than_its_part(drift, volatility, part):
    best = best_steady_leverage(drift, volatility)
    most = steady_growth(best, drift=drift, volatility=volatility)
    kept = steady_growth(part * best, drift=drift, volatility=volatility)
    assert kept == pytest.approx(part * (2 - part) * most, abs=1e-12)


@pytest.mark.parametrize(
    "of_best, chance",
    [(0.25, "0.0078125"), (0.5, "0.125"), (1.0, "0.5"), (1.5, "0.793701"), (1.9, "0.964176"), (2.5, "1")],
)
def test_money_ever_falls_to_half(of_best, chance):
    assert ever_falls_to(0.5, of_best) == as_printed(chance)
    # The money is itself such a price: its drift and its volatility are the leverage times the price's.
    leverage = of_best * 0.3 / 0.6**2
    money = {"drift": leverage * 0.3, "volatility": leverage * 0.6}
    assert ever_falls_to(0.5, of_best) == pytest.approx(touch_probability(1.0, 0.5, years=np.inf, **money))


# --- opened once, liquidated on the way ------------------------------------------------------------


@pytest.mark.parametrize(
    "leverage, exposure, growth",
    [(2.0, "0.8347", "12.49"), (5.0, "0.7913", "10.65"), (10.0, "0.6736", "5.77"), (20.0, "0.4616", "1.70")],
)
def test_more_leverage_at_the_exchange_does_not_raise_what_is_best_to_hold(leverage, exposure, growth):
    """Again every 30 days: the best part of all money to post, times the leverage, and its growth."""
    market = {"drift": 0.3, "volatility": 0.6, "years": MONTH}
    found = minimize_scalar(
        lambda held: -once(1.0, leverage, held / leverage, **market),
        bounds=(0.01, 1.5),
        method="bounded",
        options={"xatol": 1e-7},
    )
    assert found.x == as_printed(exposure)
    assert -100 * found.fun == as_printed(growth)


@pytest.mark.parametrize("sign, leverage, share", [(1.0, 10.0, 0.5), (1.0, 3.0, 0.9), (-1.0, 5.0, 0.3)])
@pytest.mark.parametrize("drift", [0.3, -0.4])
def test_draws_agree(sign, leverage, share, drift):
    rng = np.random.default_rng(5)
    barrier = float(liquidation_price(sign * leverage, 1.0, 1.0, 0.005))
    step = MONTH / 4
    price, safe = np.ones(200_000), np.ones(200_000)
    for _ in range(4):
        moved = (drift - 0.18) * step + 0.6 * np.sqrt(step) * rng.standard_normal(price.size)
        after = price * np.exp(moved)
        safe *= 1 - bridge_probability(price, after, barrier, volatility=0.6, step_years=step)
        price = after
    left = np.maximum(1 - share + share * (1 + sign * leverage * (price - 1)), 1e-12)
    draws = (safe * np.log(left) + (1 - safe) * np.log(1 - share)) / MONTH
    known = once(sign, leverage, share, drift=drift, volatility=0.6, years=MONTH)
    assert np.mean(draws) == pytest.approx(known, abs=4 * np.std(draws) / np.sqrt(draws.size))


@given(sides, leverages, shares, drifts, volatilities)
def test_for_a_moment_it_is_the_leverage_that_is_put_right(sign, leverage, share, drift, volatility):
    """Opened again after every instant, of a trigger that is far in such a time."""
    leverage = min(leverage, 3.0)
    market = {"drift": drift, "volatility": volatility}
    moment = once(sign, leverage, share, years=1e-5, rate=0.0, **market)
    assert moment == pytest.approx(steady_growth(sign * leverage * share, **market), rel=1e-3, abs=2e-3)


@settings(deadline=None)
@given(sides, leverages, drifts, volatilities, spans, st.floats(0.0, 1.0))
def test_a_part_of_ones_money_grows_concavely(sign, leverage, drift, volatility, years, cut):
    """Of any two parts the growth between them lies above the straight line; nothing posted, no growth."""
    market = {"drift": drift, "volatility": volatility, "years": years}
    low, high = 0.05, 0.85
    ends = [once(sign, leverage, share, **market) for share in (low, high)]
    between = once(sign, leverage, low + cut * (high - low), **market)
    assert between >= ends[0] + cut * (ends[1] - ends[0]) - 1e-6
    assert once(sign, leverage, 1e-9, **market) == pytest.approx(0.0, abs=1e-5)


@settings(deadline=None)
@given(sides, leverages, shares, volatilities, spans)
def test_without_a_drift_every_leverage_shrinks_the_money(sign, leverage, share, volatility, years):
    assert once(sign, leverage, share, drift=0.0, volatility=volatility, years=years) < 0


@settings(deadline=None)
@given(sides, leverages, shares, drifts, volatilities, spans, st.floats(-0.05, 0.2))
def test_interest_comes_on_top_and_only_the_drift_beyond_it_counts(
    sign, leverage, share, drift, volatility, years, rate
):
    market = {"volatility": volatility, "years": years}
    barrier = liquidation_price(sign * leverage, 1.0, 1.0, 0.005)
    ask = (1.0, barrier, sign * leverage, 1.0, 1.0 / share - 1.0)
    with_interest = growth_once(*ask, drift=drift + rate, rate=rate, **market)
    assert with_interest == pytest.approx(rate + growth_once(*ask, drift=drift, **market), abs=1e-6)
    idle = growth_once(1.0, np.nan, 0.0, 1.0, 1.0, drift=drift, rate=rate, **market)
    assert idle == pytest.approx(rate, abs=1e-9)


def test_nothing_aside_and_nothing_back_is_the_end():
    ask = {"drift": 0.3, "volatility": 0.6, "years": MONTH}
    assert once(1.0, 10.0, 1.0, **ask) == -np.inf
    assert np.isfinite(growth_once(1.0, 0.9 / 0.995, 10.0, 1.0, 0.0, returned=0.01, **ask))
    # Without borrowed money nobody is liquidated.
    assert once(1.0, 1.0, 1.0, **ask) == pytest.approx(0.3 - 0.18, abs=1e-6)


# --- by leverage -----------------------------------------------------------------------------------

CASES = [
    (Scenario(), 30.0, 0.6, 0.3, 100.0),
    (Scenario(), 30.0, 0.6, 0.6, 400.0),
    (Scenario(side=Side.SHORT), 30.0, 0.6, -0.3, 100.0),
    (Scenario(leverage=2.0, maintenance_rate=0.25), 365.0, 0.2, 0.08, 50.0),
    (Scenario(), 3.0, 1.0, 0.3, 900.0),
    (Scenario(), 365.0, 2.0, 0.6, 100.0),
]


@pytest.mark.parametrize("case", CASES)
def test_no_leverage_beyond_the_end_is_good_and_none_beats_the_best(case):
    scenario, days, volatility, drift, aside = case
    best, end = sensible_leverage(*case)
    assert 0 < best < end
    ask = (days, volatility, drift, aside)
    tried = np.concatenate([np.linspace(0.0, end, 300), np.geomspace(end * 1.0001, 190.0, 300)])
    found = growth_by_leverage(scenario, tried, *ask)
    at_best, at_end = growth_by_leverage(scenario, [best, end], *ask)
    assert at_best >= np.nanmax(found) - 1e-9
    assert at_end == pytest.approx(0.0, abs=1e-5)
    assert (found[1:300] >= -1e-5).all() and not (found[300:] > 0).any()
    ruin = by_leverage(scenario, tried[1:], [days], volatility, drift)[:, 0]
    assert (np.diff(ruin[~np.isnan(ruin)]) >= -1e-12).all()


@pytest.mark.parametrize("side, drift", [("long", 0.0), ("long", -0.3), ("short", 0.0), ("short", 0.3)])
def test_a_drift_of_nothing_or_against_it_leaves_no_sensible_leverage(side, drift):
    for volatility in (0.001, 0.05, 0.6, 2.0):
        found = sensible_leverage(Scenario(side=Side(side)), 30.0, volatility, drift, 100.0)
        assert found == (0.0, 0.0)


def test_of_a_price_that_all_but_stands_still_no_leverage_that_can_be_opened_shrinks_the_money():
    scenario = Scenario()
    best, end = sensible_leverage(scenario, 30.0, 0.001, 0.3, 100.0)
    assert 100.0 < best < 200.0 and np.isnan(end)
    assert np.isnan(growth_by_leverage(scenario, [200.0], 30.0, 0.6, 0.3, 100.0)).all()


def test_with_nothing_aside_whoever_borrows_is_wiped_out_sooner_or_later():
    """Volatility so low that the best leverage would borrow, were it not for the end."""
    best, end = sensible_leverage(Scenario(), 365.0, 0.3, 0.2, 0.0)
    assert best_steady_leverage(0.2, 0.3) > 2
    assert 1.0 <= best < end < 1.5
    assert growth_by_leverage(Scenario(), [2.0], 365.0, 0.3, 0.2, 0.0) == -np.inf


def test_a_leverage_held_on_is_best_near_kellys():
    """Posted is half of all, so twice Kelly's leverage on that half, and a little less than that."""
    best, end = sensible_leverage(Scenario(), 1.0, 0.6, 0.3, 100.0)
    assert best == pytest.approx(2 * best_steady_leverage(0.3, 0.6), rel=0.01)
    assert end == pytest.approx(2 * best, rel=0.02)
