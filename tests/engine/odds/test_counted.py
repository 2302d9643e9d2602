"""Chance in people: the course's counts, and every closed form on a second road."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import lognorm, norm, t

from engine.margin.scenario import Scenario, Side
from engine.odds import counted
from engine.odds.moves import normal_moves, price_paths
from engine.odds.simulate import touch_estimate

pytestmark = pytest.mark.slow

VOLATILITY = 0.03 * 365**0.5
TEN = Scenario(leverage=10.0)
positions = st.builds(
    Scenario,
    leverage=st.floats(1.0, 120.0),
    side=st.sampled_from(Side),
    maintenance_rate=st.just(0.005),
)
days, volatilities = st.floats(1.0, 400.0), st.floats(0.05, 3.0)


@pytest.mark.parametrize(("leverage", "percent"), [(5.0, 2.1), (10.0, 29.0), (20.0, 62.6)])
def test_the_counts_of_the_course(leverage, percent):
    found = 100 * counted.touched(Scenario(leverage=leverage), 10.0, VOLATILITY)
    assert found == pytest.approx(percent, abs=0.05)


@given(positions, days, volatilities)
def test_the_mirrored_path(s, days, volatility):
    """Whoever has touched the trigger ends on either side of it with the same chance."""
    touched = counted.touched(s, days, volatility)
    assert 2 * counted.beyond_at_end(s, days, volatility) == pytest.approx(touched, abs=1e-12)


@given(positions, days, volatilities, st.one_of(st.none(), st.floats(-1.0, 1.0)), st.floats(0.001, 0.999))
def test_the_fan_and_the_share_beyond_the_trigger_are_one_law(s, days, volatility, growth, share):
    """The price below which as many stand as below a long's trigger is that trigger."""
    beyond = counted.beyond_at_end(s, days, volatility, growth)
    if 1e-9 < beyond < 1 - 1e-9:
        below = beyond if s.side is Side.LONG else 1 - beyond
        assert counted.price_below(s, below, days, volatility, growth) == pytest.approx(
            s.liquidation_price, rel=1e-6
        )
    assert beyond <= counted.touched(s, days, volatility, growth) + 1e-12
    # The logarithm of the price is normal with this mean and deviation.
    mean = 0.0 if growth is None else (growth - volatility**2 / 2) * days / 365
    law = lognorm(volatility * (days / 365) ** 0.5, scale=s.entry_price * np.exp(mean))
    assert counted.price_below(s, share, days, volatility, growth) == pytest.approx(law.ppf(share))


@given(positions, st.integers(1, 400), volatilities, st.sampled_from([None, 0.0]))
def test_who_looks_less_often_sees_fewer(s, days, volatility, growth):
    seen = counted.touched_at_closes(s, days, volatility, growth)
    assert seen <= counted.touched(s, days, volatility, growth) + 3e-4
    assert seen >= counted.beyond_at_end(s, days, volatility, growth) - 3e-4


@given(positions, st.integers(1, 200), volatilities)
def test_a_hundred_people_are_as_many_as_the_probability_says(s, days, volatility):
    ends = counted.days_of_liquidation(s, days, volatility)
    touched = 100 * float(counted.touched(s, days, volatility))
    assert len(ends) == 100
    assert abs(np.isfinite(ends).sum() - touched) <= 0.5 + 1e-9
    half = np.mean(ends <= days / 2) * 100
    assert abs(half - 100 * float(counted.touched(s, days / 2, volatility))) <= 0.5 + 1e-6
    assert not np.any(ends < 0)


def test_the_order_of_the_hundred_is_shuffled_and_lasts():
    ends = counted.days_of_liquidation(TEN, 10.0, VOLATILITY)
    assert (ends == counted.days_of_liquidation(TEN, 10.0, VOLATILITY)).all()
    first_half = np.isfinite(ends[:50]).sum()
    assert 8 <= first_half <= 21


@pytest.mark.parametrize("leverage", [5.0, 10.0, 20.0])
def test_looks_at_the_close_against_simulated_paths(leverage):
    s, step = Scenario(leverage=leverage), 1 / 365
    moves = normal_moves(
        40_000, 10, np.random.default_rng(3), drift=VOLATILITY**2 / 2, volatility=VOLATILITY, step_years=step
    )
    found = touch_estimate(price_paths(s.entry_price, moves), s.liquidation_price)
    assert counted.touched_at_closes(s, 10, VOLATILITY) == pytest.approx(
        found.value, abs=3e-4 + 4 * found.standard_error
    )


def seen_at_closes(room, volatility, days):
    """Exact: from close to close the density of those never seen beyond, by Gauss's rule in each panel."""
    step = volatility / 365**0.5
    size = room + 8 * step * days**0.5
    edges = np.linspace(0.0, size, int(size / step) + 5)
    x, weight = np.polynomial.legendre.leggauss(8)
    half = np.diff(edges)[:, None] / 2
    place = (edges[:-1, None] + half * (1 + x)).ravel()
    kernel = norm.pdf(place[:, None], place, step) * (half * weight).ravel()
    density = norm.pdf(place, room, step)
    for _ in range(days - 1):
        density = kernel @ density
    return 1 - (half * weight).ravel() @ density


@pytest.mark.parametrize("days", [1, 2, 3, 7, 14, 30, 90])
def test_looks_at_the_close_against_gauss(days):
    assert seen_at_closes(-np.log(0.9), 0.03 * 365**0.5, 1) == pytest.approx(norm.cdf(np.log(0.9) / 0.03))
    for leverage in (2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 190.0):
        for volatility in (0.2, 0.6, 3.0):
            s = Scenario(leverage=leverage, maintenance_rate=0.005)
            room = -np.log(s.liquidation_price / s.entry_price)
            exact = seen_at_closes(room, volatility, days)
            found = float(counted.touched_at_closes(s, days, volatility))
            assert found == pytest.approx(exact, abs=3e-4)
            assert found >= float(counted.beyond_at_end(s, days, volatility)) - 3e-4


def test_no_trigger_and_no_movement_are_no_danger():
    alone = Scenario(leverage=1.0)
    for way in (counted.touched, counted.touched_at_closes, counted.beyond_at_end):
        assert way(alone, 30, 0.6) == 0.0
        assert way(TEN, 30, 0.0) == 0.0
    assert np.isinf(counted.days_of_liquidation(alone, 30.0, 0.6)).all()


def test_a_wild_day():
    size = np.log(0.9) / 0.03
    assert counted.day_beyond(-0.1, VOLATILITY) == pytest.approx(norm.cdf(size))
    # Of the same standard deviation: Student's own is the square root of three.
    assert counted.day_beyond(-0.1, VOLATILITY, 3.0) == pytest.approx(t.cdf(size * 3**0.5, 3))
    assert counted.day_beyond(0.1, VOLATILITY) == pytest.approx(norm.sf(np.log(1.1) / 0.03))


@pytest.mark.parametrize(
    ("freedom", "gap"), [(3.0, 0.0050731), (4.0, 0.0045037), (6.0, 0.0031473), (np.inf, 0.00039704)]
)
def test_a_day_that_takes_a_tenth_at_sixty_percent(freedom, gap):
    """Golden: closed form and quadrature agree."""
    assert counted.day_beyond(-0.1, 0.6, freedom) == pytest.approx(gap, abs=5e-8 if freedom < 9 else 5e-9)


@given(positions, days, volatilities)
def test_the_map_is_the_same_chance(s, days, volatility):
    found = counted.by_leverage(s, [s.leverage, 200.0], [days, 2 * days], volatility, 0.0)
    assert found[0] == pytest.approx(
        [float(counted.touched(s, time, volatility, 0.0)) for time in (days, 2 * days)], abs=1e-9
    )
    assert found[0, 0] <= found[0, 1] + 1e-12
    assert np.isnan(found[1]).all()


def test_a_price_that_grows_is_kinder_to_a_long():
    even, fair, growing = (float(counted.touched(TEN, 30.0, 0.6, growth)) for growth in (None, 0.0, 1.0))
    assert growing < even < fair
    assert fair == pytest.approx(0.587655617639, abs=1e-9)
    assert counted.touched(TEN, 30.0, 0.6, 0.18) == pytest.approx(even, abs=1e-12)
    assert counted.touched_at_closes(TEN, 30, 0.6, 0.0) == pytest.approx(0.5214081817, abs=1e-4)


@given(positions, st.floats(1.0, 90.0), volatilities, st.sampled_from([-0.0001, 0.0, 0.0001, 0.001]))
def test_funding_paid_makes_a_touch_likelier_and_received_less_likely(s, days, volatility, rate):
    if np.isnan(s.liquidation_price):
        return
    still = float(counted.touched(s, days, volatility, 0.0))
    found = counted.touched_with_funding(s, days, volatility, rate, 0.0)
    if np.isnan(found.value):  # what a long receives has paid its loan back
        assert rate < 0
        return
    assert found.low <= found.value <= found.high
    assert (found.value - still) * np.sign(rate) >= -1e-9
    if not rate:
        assert found.value == pytest.approx(still, abs=1e-9)


@pytest.mark.parametrize("side", Side)
def test_funding_by_small_steps_lies_between_the_bounds(side):
    """Paid at every eight hours of a month, the odds carried on between two payments by the bridge."""
    s = Scenario(side=side, leverage=10.0)
    payments, rng, rate = 90, np.random.default_rng(4), 0.001
    size = 0.6 * np.sqrt(30 / 365 / payments)
    moves = -(size**2) / 2 + size * rng.standard_normal((40_000, payments))
    price = 100 * np.exp(np.cumsum(np.column_stack([np.zeros(40_000), moves]), axis=1))
    paid = rate * s.notional * np.arange(payments + 1)
    room = np.log(price / s.liquidation_prices(s.quantity, s.backing - paid)) * side.sign
    safe = (room > 0).all(axis=1) * np.prod(
        1 - np.exp(-2 * np.maximum(room[:, 1:] * room[:, :-1], 0) / size**2), axis=1
    )
    found = counted.touched_with_funding(s, 30.0, 0.6, rate, 0.0)
    error = 4 * np.std(safe) / np.sqrt(safe.size)
    assert found.low - error < 1 - np.mean(safe) < found.high + error
