"""How long a position stays open."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.margin.risk import liquidation_price
from engine.odds.touch import (
    bridge_probability,
    touch_probability,
)
from engine.odds.touch_times import (
    mean_time_open,
    mean_touch_time,
    median_touch_time,
    survival_curve,
    touched_before,
)
from tests.touches import CALM, GAUSS, GOLDEN, MONTH, as_printed, barriers, case, drifts, volatilities

ROWS = [line.split() for line in GOLDEN.split("\n") if line]


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_golden(row):
    name, trigger, within, ever, median, open_, mean = row
    barrier, known, years = case(name)
    assert barrier == as_printed(trigger)
    assert touch_probability(1.0, barrier, years=years, **known) == as_printed(within)
    assert touch_probability(1.0, barrier, years=np.inf, **known) == as_printed(ever)
    assert median_touch_time(1.0, barrier, **known) == as_printed(median)
    assert mean_time_open(1.0, barrier, years=years, **known) == as_printed(open_)
    assert mean_touch_time(1.0, barrier, **known) == as_printed(mean)


@pytest.mark.parametrize(
    ("leverage", "chance", "median_days"),
    [
        *(
            (2, ".000089", "590.7"),
            (3, ".024254", "244.68"),
            (5, ".227851", "84.68"),
            (10, ".587656", "20.10"),
        ),
        *((20, ".805768", "4.53"), (50, ".936485", "0.505"), (100, ".979015", "0.056")),
    ],
)
def test_the_classroom_table(leverage, chance, median_days):
    barrier = liquidation_price(leverage, 1.0, 1.0, 0.005)
    assert touch_probability(1.0, barrier, years=MONTH, **CALM) == as_printed(chance)
    assert median_touch_time(1.0, barrier, **CALM) * 365 == as_printed(median_days)


def test_take_profit_race():
    barrier = liquidation_price(10.0, 1.0, 1.0, 0.005)
    assert touched_before(1.0, barrier, 1.05, **CALM) == as_printed("0.343696027634")


def test_no_time_no_touch_and_at_the_barrier_always():
    assert touch_probability(1.0, [0.9, 1.1], years=0.0, **CALM).tolist() == [0.0, 0.0]
    for years in (0.0, 1.0, np.inf):
        for volatility in (0.0, 0.6):
            assert touch_probability(1.0, 1.0, drift=0.2, volatility=volatility, years=years) == 1.0
    assert median_touch_time(1.0, 1.0, **CALM) == mean_touch_time(1.0, 1.0, **CALM) == 0.0
    assert mean_time_open(1.0, 1.0, years=1.0, **CALM) == 0.0


def test_no_barrier_no_touch():
    for years in (0.0, 1.0, np.inf):
        for drift in (-1.0, 0.0, 1.0):
            for none in (np.nan, 0.0):
                assert touch_probability(1.0, none, drift=drift, volatility=0.6, years=years) == 0.0
    assert median_touch_time(1.0, np.nan, **CALM) == mean_touch_time(1.0, np.nan, **CALM) == np.inf
    assert mean_time_open(1.0, np.nan, years=2.0, **CALM) == 2.0
    assert touched_before(1.0, np.nan, 1.1, **CALM) == 0.0
    assert bridge_probability(1.0, 0.9, np.nan, volatility=0.6, step_years=1.0) == 0.0
    empty = survival_curve(1.0, np.nan, [0.0, 1.0], **CALM)
    assert empty.survived.to_list() == [1.0, 1.0] and empty.density.to_list() == [0.0, 0.0]


def test_without_volatility_the_price_just_drifts():
    known = {"drift": -0.1, "volatility": 0.0}
    arrives = -np.log(0.9) / 0.1
    years = np.array([0.99, 1.01, np.inf]) * arrives
    assert touch_probability(1.0, 0.9, years=years, **known).tolist() == [0.0, 1.0, 1.0]
    assert touch_probability(1.0, 1.1, years=years, **known).tolist() == [0.0, 0.0, 0.0]
    assert mean_time_open(1.0, 0.9, years=years, **known) == pytest.approx(np.array([0.99, 1, 1]) * arrives)
    assert touch_probability(1.0, 0.9, drift=0.0, volatility=0.0, years=np.inf) == 0.0
    nearly = touch_probability(1.0, 0.9, drift=-0.1, volatility=1e-200, years=years[:2])
    assert nearly.tolist() == [0.0, 1.0]
    assert touch_probability(1.0, 9.0, drift=0.0, volatility=1e-255, years=1e-105) == 0.0
    still = mean_time_open(1.0, 9.0, drift=0.0, volatility=np.geomspace(1e-99, 1e-3, 500), years=1.0)
    assert still == pytest.approx(1.0)


def test_never_and_infinite_are_different_states():
    """A short without drift: nine in ten are liquidated in the end, half soon, and the mean is infinite."""
    barrier, known, _ = case("A2")
    assert np.isfinite(median_touch_time(1.0, barrier, **known))
    assert mean_touch_time(1.0, barrier, **known) == np.inf
    assert mean_time_open(1.0, barrier, years=np.inf, **known) == np.inf
    barrier, known, _ = case("A1")
    assert mean_time_open(1.0, barrier, years=np.inf, **known) == mean_touch_time(1.0, barrier, **known)


def times_and_weights(barrier, volatility, years):
    """Gauss's nodes on the logarithm of time, from where no path has arrived yet."""
    first = np.log(barrier) ** 2 / volatility**2 / 1000
    x, weight = GAUSS
    half = np.log(years / first) / 2
    times = first * np.exp((x + 1) * half)
    return first, times, weight * half * times


@given(barriers, st.floats(-1.0, 1.0), st.floats(0.2, 1.0), st.floats(0.5, 3.0))
def test_the_area_under_the_density_is_the_probability(barrier, drift, volatility, years):
    known = {"drift": drift, "volatility": volatility}
    _, times, weights = times_and_weights(barrier, volatility, years)
    area = np.sum(survival_curve(1.0, barrier, times, **known).density * weights)
    survived = survival_curve(1.0, barrier, [0.0, years], **known).survived
    assert survived[0] == 1.0
    assert 1 - survived[1] == pytest.approx(area, abs=1e-9)
    assert touch_probability(1.0, barrier, years=years, **known) == pytest.approx(area, abs=1e-9)


@given(barriers, st.floats(-1.0, 1.0) | st.floats(-1e-3, 1e-3), st.floats(0.2, 1.0), st.floats(0.5, 3.0))
def test_the_mean_time_open_is_the_area_under_the_survival_curve(barrier, away, volatility, years):
    known = {"drift": away + volatility**2 / 2, "volatility": volatility}
    first, times, weights = times_and_weights(barrier, volatility, years)
    area = first + np.sum((1 - touch_probability(1.0, barrier, years=times, **known)) * weights)
    assert mean_time_open(1.0, barrier, years=years, **known) == pytest.approx(area, abs=1e-9)


@given(st.floats(0.01, 5.0), st.sampled_from([0.9, 1.1]))
def test_the_mean_time_open_has_no_seam_where_the_drift_vanishes(distance, side):
    barrier = np.exp(distance * np.sign(side - 1))
    # The second and third value stand on the two sides of the switch, 0.02 standard deviations.
    drift = 0.5 + np.array([0.0199, 0.02 - 1e-9, 0.02 + 1e-9, 0.0201])
    time = mean_time_open(1.0, barrier, drift=drift, volatility=1.0, years=1.0)
    assert abs(time[2] - time[1]) <= abs(time[3] - time[0]) / 50000 + 1e-13


@given(barriers, drifts, volatilities)
def test_at_the_median_half_are_gone(barrier, drift, volatility):
    known = {"drift": drift, "volatility": volatility}
    median = median_touch_time(1.0, barrier, **known)
    ever = touch_probability(1.0, barrier, years=np.inf, **known)
    assume(abs(ever - 0.5) > 1e-6)
    assert np.isinf(median) == (ever < 0.5)
    if np.isfinite(median):
        assert touch_probability(1.0, barrier, years=median, **known) == pytest.approx(0.5, abs=1e-9)


@given(barriers, st.floats(0.01, 1.0), volatilities)
def test_the_mean_time_open_grows_to_the_mean_touch_time(barrier, pull, volatility):
    drift = volatility**2 / 2 + pull * np.sign(barrier - 1)
    known = {"drift": drift, "volatility": volatility}
    mean = mean_touch_time(1.0, barrier, **known)
    assert mean == pytest.approx(abs(np.log(barrier)) / pull)
    late = mean + 1000 * volatility * np.sqrt(mean) / pull + 1000 * (volatility / pull) ** 2
    assert mean_time_open(1.0, barrier, years=late, **known) == pytest.approx(mean, rel=1e-6)


def test_times_drawn_from_the_inverse_gaussian_agree():
    barrier, known, years = case("A5")
    away = known["volatility"] ** 2 / 2 - known["drift"]
    distance = -np.log(barrier)
    times = np.random.default_rng(5).wald(distance / away, (distance / known["volatility"]) ** 2, 200_000)
    gone = np.mean(times <= years)
    assert gone == pytest.approx(
        touch_probability(1.0, barrier, years=years, **known), abs=4 * np.sqrt(gone * (1 - gone) / 200_000)
    )
    kept = np.minimum(times, years)
    assert np.mean(kept) == pytest.approx(
        mean_time_open(1.0, barrier, years=years, **known), abs=4 * np.std(kept) / np.sqrt(200_000)
    )


@given(barriers, st.floats(1.001, 3.0), drifts, volatilities)
def test_one_of_two_barriers_is_touched_first(barrier, target, drift, volatility):
    target = target if barrier < 1 else 1 / target
    known = {"drift": drift, "volatility": volatility}
    first = touched_before(1.0, barrier, target, **known)
    assert 0 <= first <= 1
    assert first + touched_before(1.0, target, barrier, **known) == pytest.approx(1.0, abs=1e-9)
    # With the target out of sight it is the chance of ever.
    ever = touch_probability(1.0, barrier, years=np.inf, **known)
    assert first <= ever + 1e-9


def test_the_race_without_drift_of_the_log_price_is_won_by_distance():
    volatility = 0.5
    for drift in (volatility**2 / 2, volatility**2 / 2 + 1e-12):
        chance = touched_before(1.0, np.exp(-1.0), np.exp(3.0), drift=drift, volatility=volatility)
        assert chance == pytest.approx(0.75)
    far = touched_before(1.0, 0.8, 1e300, drift=0.5, volatility=0.6)
    assert far == pytest.approx(touch_probability(1.0, 0.8, drift=0.5, volatility=0.6, years=np.inf))
