"""The odds of a touch: laws, numbers computed twice elsewhere, and other roads to the same number.

Golden numbers are compared at the precision they are printed with. The closed form was evaluated
with 40 digits; quadrature of the inverse Gaussian density agrees to 14 digits, and QuantLib's
AnalyticDigitalAmericanEngine (1.44) to 4e-15.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import norm

from engine.margin.risk import liquidation_price
from engine.odds.touch import (
    OVERSHOOT,
    barrier_ahead,
    barrier_at_looks,
    bridge_probability,
    touch_probability,
    touch_probability_at_looks,
    touch_probability_moving,
)
from tests.touches import CALM, MONTH, as_printed, barriers, case, drifts, volatilities

# id, number of looks, the shifted barrier's answer
# Two methods agree on these to 2e-10.
EXACT_LOOKS = [
    ("A1", 3, 0.4053516436),
    ("A1", 30, 0.5214081817),
    ("A1", 90, 0.5484817367),
    ("A1", 720, 0.5735303934),
    ("A2", 30, 0.5007292552),
    ("A3", 52, 0.5589871782),
    ("A3", 365, 0.5874537361),
    ("A5", 7, 0.5716048520),
    ("A5", 21, 0.6325975808),
    ("A5", 168, 0.6893359235),
    ("A6", 52, 0.0182117142),
    ("A6", 252, 0.0203540354),
    ("A8", 12, 0.4299037986),
    ("A8", 365, 0.5417359537),
]
LOOKS = [
    *(("A1", 3, ".386446"), ("A1", 30, ".519543"), ("A1", 90, ".547879"), ("A1", 720, ".573458")),
    *(("A2", 30, ".499138"), ("A3", 52, ".557718"), ("A3", 365, ".587279"), ("A5", 7, ".566563")),
    *(("A5", 21, ".630411"), ("A5", 168, ".689115"), ("A6", 52, ".017980"), ("A6", 252, ".020303")),
    *(("A8", 12, ".427346"), ("A8", 365, ".541666")),
]


# --- laws ----------------------------------------------------------------------------------------

spans = st.floats(1e-4, 10.0)


@given(st.floats(1e-3, 1e3), st.floats(1e-3, 1e3), st.floats(-50, 50), st.floats(0, 9), st.floats(0, 99))
def test_it_is_a_probability_for_every_input(spot, barrier, drift, volatility, years):
    chance = touch_probability(spot, barrier, drift=drift, volatility=volatility, years=years)
    assert 0 <= chance <= 1
    ever = touch_probability(spot, barrier, drift=drift, volatility=volatility, years=np.inf)
    assert chance <= ever + 1e-12


@given(barriers, drifts, volatilities, spans, st.floats(1.0, 9.0))
def test_more_time_never_makes_a_touch_less_likely(barrier, drift, volatility, years, longer):
    known = {"drift": drift, "volatility": volatility}
    less = touch_probability(1.0, barrier, years=years, **known)
    assert touch_probability(1.0, barrier, years=years * longer, **known) >= less - 1e-12


@given(barriers, volatilities, spans, st.floats(1.0, 9.0))
def test_without_drift_more_volatility_never_makes_a_touch_less_likely(barrier, volatility, years, more):
    calm = touch_probability(1.0, barrier, drift=0.0, volatility=volatility, years=years)
    wild = touch_probability(1.0, barrier, drift=0.0, volatility=volatility * more, years=years)
    assert wild >= calm - 1e-12


@given(st.sampled_from([1.0, -1.0]), st.floats(1.01, 90.0), st.floats(1.0, 2.0), drifts, volatilities, spans)
def test_more_leverage_never_makes_a_touch_less_likely(sign, leverage, more, drift, volatility, years):
    quantity = sign * leverage * np.array([1.0, more])
    trigger = barrier_ahead(quantity, 1.0, liquidation_price(quantity, 1.0, 1.0, 0.005))
    low, high = touch_probability(1.0, trigger, drift=drift, volatility=volatility, years=years)
    assert high >= low - 1e-12


@given(barriers, drifts, volatilities, spans, st.floats(1e-3, 1e3), st.floats(1e-2, 1e2))
def test_the_units_of_money_and_of_time_do_not_matter(barrier, drift, volatility, years, unit, tempo):
    plain = touch_probability(1.0, barrier, drift=drift, volatility=volatility, years=years)
    other = touch_probability(
        unit, unit * barrier, drift=drift * tempo, volatility=volatility * tempo**0.5, years=years / tempo
    )
    assert other == pytest.approx(plain, rel=1e-9, abs=1e-12)


@given(barriers, drifts, volatilities, spans)
def test_a_short_is_a_long_in_the_inverse_price(barrier, drift, volatility, years):
    here = touch_probability(1.0, barrier, drift=drift, volatility=volatility, years=years)
    there = touch_probability(
        1.0, 1 / barrier, drift=volatility**2 - drift, volatility=volatility, years=years
    )
    assert there == pytest.approx(here, rel=1e-9, abs=1e-12)


def test_arrays_broadcast_and_scalars_stay_scalars():
    grid = touch_probability(1.0, [[0.8], [0.9]], volatility=[0.2, 0.4, 0.8], drift=0.0, years=1.0)
    one = touch_probability(1.0, 0.9, volatility=0.4, drift=0.0, years=1.0)
    assert grid.shape == (2, 3) and np.ndim(one) == 0 and grid[1, 1] == one


# --- golden numbers ------------------------------------------------------------------------------


@pytest.mark.parametrize(("leverage", "percent"), [(5, "2.1"), (10, "29"), (20, "63")])
def test_ten_days_at_three_percent_a_day_without_drift_of_the_log_price(leverage, percent):
    volatility = 0.03 * 365**0.5
    barrier = liquidation_price(leverage, 1.0, 1.0, 0.005)
    chance = touch_probability(1.0, barrier, drift=volatility**2 / 2, volatility=volatility, years=10 / 365)
    assert chance * 100 == as_printed(percent)


@pytest.mark.parametrize(("name", "looks", "shifted"), LOOKS)
def test_looks_move_the_barrier_away(name, looks, shifted):
    barrier, known, years = case(name)
    at_looks = barrier_at_looks(1.0, barrier, volatility=known["volatility"], step_years=years / looks)
    assert touch_probability(1.0, at_looks, years=years, **known) == as_printed(shifted)


@pytest.mark.parametrize(("name", "looks", "exact"), EXACT_LOOKS)
def test_looks_one_after_the_other(name, looks, exact):
    barrier, known, years = case(name)
    found = touch_probability_at_looks(1.0, barrier, step_years=years / looks, looks=looks, **known)
    assert found == pytest.approx(exact, abs=3e-4)


def test_looks_at_a_price_that_runs_towards_a_far_barrier():
    """Between what stands beyond it in the end and what touches it in between; here these are near."""
    volatility, looks, drift, room = 0.2, 90, -4.0, 90
    step = volatility / 365**0.5
    barrier, spread = np.exp(-room * step), step * looks**0.5
    in_the_end = norm.cdf((-room * step - (drift - volatility**2 / 2) * looks / 365) / spread)
    market = {"drift": drift, "volatility": volatility}
    always = touch_probability(1.0, barrier, years=looks / 365, **market)
    found = touch_probability_at_looks(1.0, barrier, step_years=1 / 365, looks=looks, **market)
    assert 0.6 < in_the_end < found < always < in_the_end + 0.02


def test_looks_at_many_barriers_of_both_sides_at_once():
    market = {"drift": 0.3, "volatility": 0.6, "step_years": 1 / 365, "looks": 20}
    barriers = np.array([[80.0, 125.0], [97.0, np.nan]])
    found = touch_probability_at_looks(100.0, barriers, **market)
    alone = [[touch_probability_at_looks(100.0, barrier, **market) for barrier in row] for row in barriers]
    assert found == pytest.approx(np.array(alone)) and found[1, 1] == 0.0


def test_the_overshoot_is_a_value_of_the_zeta_function():
    # zeta(1/2) from sums of 1 / sqrt(k), whose difference from 2 sqrt(n) it is.
    n = 10**6
    total = np.sum(1 / np.sqrt(np.arange(1, n + 1))) - 2 * np.sqrt(n) - 0.5 / np.sqrt(n)
    assert -total / np.sqrt(2 * np.pi) == pytest.approx(OVERSHOOT, abs=1e-10)


def test_a_loan_that_compounds_is_a_drift_that_is_worse():
    # M1: 2x, maintenance 25 %, drift and interest 8 %, volatility 30 %, two years.
    barrier = liquidation_price(2.0, 1.0, 1.0, 0.25)
    plain = {"volatility": 0.3, "years": 2}
    assert touch_probability(1.0, barrier, drift=0.08 - 0.08, **plain) == as_printed("0.41073063206299")
    assert touch_probability(1.0, barrier, drift=0.08, **plain) == as_printed("0.28773839815179")


@pytest.mark.parametrize(
    ("rate", "true", "chord", "tangent"),
    [
        (0.1095, 0.60639688, ".60636843", ".60641483"),
        (1.095, 0.75789830, ".75596632", ".75921487"),
        (0.0, 0.58765562, ".58765562", ".58765562"),
    ],
)
def test_funding_is_bracketed(rate, true, chord, tangent):
    """M2: A1 with funding on the entry notional; true from a recursion and from an integral equation."""
    paid = np.array([0.0, rate * MONTH * 10])
    start, end = liquidation_price(10.0, 1.0, 1.0 - paid, 0.005)
    bracket = touch_probability_moving(1.0, start, end, years=MONTH, **CALM)
    assert bracket.low == as_printed(chord)
    assert bracket.low <= true + 5e-9 and true - 5e-9 <= bracket.high
    assert bracket.high == as_printed(tangent)
    # The bracket is narrow: a tenth of what funding does. Its middle misses by a fifth of it at most.
    assert bracket.high - bracket.low <= 0.1 * (bracket.value - 0.58765561)
    assert bracket.value == pytest.approx((bracket.low + bracket.high) / 2, abs=1e-15)
    assert abs(bracket.value - true) <= 0.2 * (bracket.high - bracket.low) + 5e-9


def test_a_short_that_pays_or_receives_is_bracketed_from_the_other_side():
    rng = np.random.default_rng(11)
    for paid in (0.05, -0.05):
        start, end = liquidation_price(-10.0, 1.0, 1.0 - np.array([0.0, paid * 10]), 0.005)
        bracket = touch_probability_moving(1.0, start, end, years=MONTH, **CALM)
        assert bracket.low < bracket.value < bracket.high
        # Steps fine enough for the barrier to be straight between two of them in the log price too.
        steps, paths = 60, 20_000
        size = 0.6 * np.sqrt(MONTH / steps)
        x = np.cumsum(-(size**2) / 2 + size * rng.standard_normal((paths, steps)), axis=1)
        x = np.column_stack([np.zeros(paths), x]) - np.log(np.linspace(start, end, steps + 1))
        safe = np.all(x < 0, axis=1) * np.prod(
            1 - np.exp(-2 * np.maximum(x[:, 1:] * x[:, :-1], 0) / size**2), axis=1
        )
        error = np.std(safe) / np.sqrt(paths)
        assert bracket.low - 4 * error < 1 - np.mean(safe) < bracket.high + 4 * error


def test_moving_barriers_at_the_edge():
    known = {"years": MONTH, **CALM}
    assert touch_probability_moving(1.0, np.nan, np.nan, **known) == (0.0, 0.0, 0.0)
    assert np.isnan(touch_probability_moving(1.0, np.nan, 0.5, **known)).all()
    assert np.isnan(touch_probability_moving(1.0, 0.5, np.nan, **known)).all()
    assert touch_probability_moving(1.0, 1.0, 0.9, **known) == (1.0, 1.0, 1.0)
    # A barrier that crosses the spot price so fast that its tangent starts beyond it.
    steep = touch_probability_moving(1.0, 0.99, 3.0, years=1.0, drift=0.0, volatility=0.1)
    assert steep.high == 1.0 and steep.low > 0.99


# --- edges ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("barrier", "log_drift", "volatility", "years", "chance"),
    [
        (0.9 / 0.995, -0.5, 0.01, 0.2, "0.477863661769930"),
        (0.9 / 0.995, -0.5, 0.01, 0.19, "0.114120020346187"),
        (0.5 / 0.75, -2.0, 0.02, 0.2, "0.274269173573088"),
    ],
)
def test_where_the_textbook_formula_is_no_number(barrier, log_drift, volatility, years, chance):
    drift = log_drift + volatility**2 / 2
    value = touch_probability(1.0, barrier, drift=drift, volatility=volatility, years=years)
    assert value == as_printed(chance)
    mirrored = touch_probability(
        1.0, 1 / barrier, drift=volatility**2 - drift, volatility=volatility, years=years
    )
    assert mirrored == pytest.approx(value, rel=1e-12)


def test_a_position_that_is_liquidatable_already_is_touched():
    # 1 / leverage <= maintenance rate; and a short whose costs have eaten everything (trigger 0).
    quantity = np.array([20.0, 25.0, -20.0, -5.0])
    trigger = liquidation_price(quantity, 1.0, [1.0, 1.0, 1.0, -9.0], [0.05, 0.05, 0.06, 0.05])
    ahead = barrier_ahead(quantity, 1.0, trigger)
    assert touch_probability(1.0, ahead, years=0.0, **CALM).tolist() == [1.0] * 4
    assert np.isnan(barrier_ahead(1.0, 1.0, np.nan))


# --- two roads -----------------------------------------------------------------------------------


@given(st.floats(0.81, 1.3), barriers, st.floats(0.1, 1.0))
def test_a_bridge_is_certain_at_or_across_the_barrier_and_else_symmetric(after, barrier, volatility):
    known = {"volatility": volatility, "step_years": 0.1}
    chance = bridge_probability(1.0, after, barrier, **known)
    assert bridge_probability(after, 1.0, barrier, **known) == chance
    crossed = (1.0 - barrier) * (after - barrier) <= 0
    assert chance == 1.0 if crossed else 0 < chance + 1e-300 <= 1


def test_a_bridge_averaged_over_its_end_is_the_whole_touch():
    barrier, known, years = case("A8")
    volatility = known["volatility"]
    spread = volatility * np.sqrt(years)
    mean = (known["drift"] - volatility**2 / 2) * years

    def integrand(z):
        end = np.exp(mean + spread * z)
        return (
            bridge_probability(1.0, end, barrier, volatility=volatility, step_years=years)
            * np.exp(-z * z / 2)
            / np.sqrt(2 * np.pi)
        )

    kink = (np.log(barrier) - mean) / spread
    area = quad(integrand, -12, 12, points=[kink], epsabs=1e-12)[0]
    assert area == pytest.approx(touch_probability(1.0, barrier, years=years, **known), abs=1e-9)


def test_looking_less_often_misses_more_on_both_sides():
    barrier = np.array([0.9, 1.1])[:, None]
    moved = barrier_at_looks(1.0, barrier, volatility=0.6, step_years=[0.0, 0.001, 0.01])
    distance = np.abs(np.log(moved))
    assert np.all(np.diff(distance, axis=1) > 0) and moved[:, 0] == pytest.approx([0.9, 1.1])
