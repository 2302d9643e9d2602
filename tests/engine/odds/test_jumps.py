"""Jumps: the closed form against a simulation of every single jump, and against prices that do not jump.

Golden numbers: two inversions of the Laplace transform (Talbot, de Hoog) agree to 30 digits, and an
event-driven simulation of up to 1e8 paths within 1.3 standard errors.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.margin.risk import bankruptcy_price, liquidation_price
from engine.odds import jumps
from engine.odds.jumps import jump_odds
from engine.odds.touch import touch_probability

MONTH = 30 / 365
COIN = {"jumps_per_year": 20, "share_down": 0.55, "mean_down": 0.06, "mean_up": 0.05}
COIN |= {"drift": 0.0, "volatility": 0.45, "years": MONTH}
STOCK = {"jumps_per_year": 3, "share_down": 0.60, "mean_down": 0.10, "mean_up": 0.07}
STOCK |= {"drift": 0.08, "volatility": 0.25, "years": 1.0}


def as_printed(text):
    decimals = len(text.partition(".")[2])
    return pytest.approx(float(text), rel=2e-12, abs=0.5 * 10.0**-decimals)


def odds(quantity, rate, **known):
    trigger = liquidation_price(quantity, 1.0, 1.0, rate)
    return jump_odds(1.0, trigger, bankruptcy_price(quantity, 1.0, 1.0), **known)


@pytest.mark.parametrize(
    ("leverage", "rate", "known", "golden"),
    [
        (10, 0.005, COIN, "0.511613225099 0.109149018882 0.100400956140 0.00511476569014"),
        (25, 0.005, COIN, "0.804538312736 0.0917978379523 0.0844404356208 0.00458846140732"),
        (5, 0.005, COIN, "0.177115353521 0.0507480304463 0.0466806832641 0.00211384226102"),
        (2, 0.25, STOCK, "0.180778947753 0.0693931452426 0.00390777190536 0.000177625995698"),
    ],
    ids=["K1", "K2", "K3", "K4"],
)
def test_golden(leverage, rate, known, golden):
    for value, text in zip(odds(leverage, rate, **known), golden.split(), strict=True):
        assert value == as_printed(text)


@pytest.mark.parametrize(
    ("rate", "touched", "bad_debt"),
    [(0.005, ".0393726", 7.0055e-4), (0.05, ".0513117", 5.6933e-4), (0.30, ".2518728", 1.2089e-4)],
)
def test_a_higher_requirement_trades_bad_debt_for_liquidations(rate, touched, bad_debt):
    result = odds(2.0, rate, **STOCK)
    assert result.touched == as_printed(touched)
    assert result.bad_debt == pytest.approx(bad_debt, abs=0.5e-8)


@pytest.mark.parametrize(("leverage", "smooth"), [(5, ".2038"), (10, ".5674"), (25, ".8415")])
def test_the_same_volatility_without_jumps_liquidates_more_often(leverage, smooth):
    volatility = np.sqrt(0.45**2 + 20 * (0.55 * 2 * 0.06**2 + 0.45 * 2 * 0.05**2))
    assert volatility == pytest.approx(0.57158, abs=5e-6)
    barrier = liquidation_price(leverage, 1.0, 1.0, 0.005)
    chance = touch_probability(1.0, barrier, drift=0.0, volatility=volatility, years=MONTH)
    assert chance == as_printed(smooth) and chance > odds(leverage, 0.005, **COIN).touched


def test_maintenance_at_zero_makes_every_jump_a_bad_debt():
    result = odds(10.0, 0.0, **COIN)
    assert result.past_bankruptcy == result.by_jump > 0


# --- laws ----------------------------------------------------------------------------------------

worlds = st.fixed_dictionaries(
    {
        "drift": st.floats(-0.5, 0.5),
        "volatility": st.floats(0.15, 1.0),
        "jumps_per_year": st.floats(0.1, 30.0),
        "share_down": st.floats(0.0, 1.0),
        "mean_down": st.floats(0.01, 0.2),
        "mean_up": st.floats(0.01, 0.2),
        "years": st.floats(0.01, 2.0),
    }
)
quantities = st.floats(1.1, 40.0) | st.floats(-40.0, -1.0)


@given(quantities, st.floats(0.0, 0.02), worlds)
def test_each_number_is_part_of_the_one_before(quantity, rate, world):
    result = odds(quantity, rate, **world)
    assert 0 <= result.past_bankruptcy <= result.by_jump <= result.touched + 2e-5
    assert result.touched <= 1 and result.bad_debt >= 0


@given(quantities, worlds, st.floats(1.0, 5.0))
def test_more_time_never_makes_it_less_likely(quantity, world, longer):
    less, more = (
        odds(quantity, 0.005, **world),
        odds(quantity, 0.005, **world | {"years": longer * world["years"]}),
    )
    for name in ("touched", "by_jump", "bad_debt"):
        assert getattr(more, name) >= getattr(less, name) - 2e-5


@given(quantities, worlds)
def test_without_jumps_it_is_the_chance_without_jumps(quantity, world):
    result = odds(quantity, 0.005, **world | {"jumps_per_year": 0.0})
    barrier = liquidation_price(quantity, 1.0, 1.0, 0.005)
    smooth = {name: world[name] for name in ("drift", "volatility", "years")}
    assert result.touched == pytest.approx(touch_probability(1.0, barrier, **smooth), abs=1e-9)
    assert result.by_jump == pytest.approx(0.0, abs=1e-9) and result.bad_debt == pytest.approx(0.0, abs=1e-9)


@given(st.floats(0.2, 0.95), st.floats(-6.0, -1.0), st.floats(0.2, 1.0), st.floats(0.05, 1.0))
def test_a_drift_that_carries_the_price_to_the_barrier_is_no_trap(barrier, drift, volatility, years):
    world = {"drift": drift, "volatility": volatility, "years": years}
    result = jump_odds(
        1.0, barrier, barrier, **world, jumps_per_year=0.0, share_down=0.5, mean_down=0.1, mean_up=0.1
    )
    assert result.touched == pytest.approx(touch_probability(1.0, barrier, **world), abs=1e-3)


def test_roots_are_told_apart_even_where_both_kinds_lie_on_the_left():
    world = {"drift": 1.24, "volatility": 0.106, "years": 0.24}
    jumps = {"jumps_per_year": 0.0, "share_down": 0.1, "mean_down": 0.47, "mean_up": 0.5}
    result = jump_odds(1.0, 0.9, 0.89, **world, **jumps)
    assert result.touched == pytest.approx(touch_probability(1.0, 0.9, **world), abs=1e-9)


def test_the_two_ways_to_invert_agree(monkeypatch):
    known = {"drift": [-2.0, -0.8, 0.0, 0.8], "volatility": 0.5, "years": 0.7, "jumps_per_year": 12.0}
    known |= {"share_down": 0.6, "mean_down": 0.08, "mean_up": 0.04}
    answers = []
    for limit in (-1e9, 1e9):
        monkeypatch.setattr(jumps, "STRONG_DRIFT", limit)
        answers.append(np.array(jump_odds(1.0, 0.75, 0.74, **known)))
    assert answers[0] == pytest.approx(answers[1], abs=1e-9) and not np.array_equal(*answers)


@given(st.floats(0.3, 0.99), worlds)
def test_a_short_is_a_long_in_the_inverse_price(barrier, world):
    share, down, up, rate = (world[name] for name in ("share_down", "mean_down", "mean_up", "jumps_per_year"))
    growth = share / (1 + down) + (1 - share) / (1 - up) - 1
    inverse = (1 - share) / (1 + up) + share / (1 - down) - 1
    turned = {"share_down": 1 - share, "mean_down": up, "mean_up": down}
    turned["drift"] = -world["drift"] + world["volatility"] ** 2 + rate * (growth + inverse)
    long = jump_odds(1.0, barrier, 0.99 * barrier, **world)
    short = jump_odds(1.0, 1 / barrier, 1 / barrier / 0.99, **world | turned)
    assert [float(x) for x in short[:3]] == pytest.approx([float(x) for x in long[:3]], abs=2e-5)


@pytest.mark.parametrize("quantity", [8.0, -8.0])
def test_a_simulation_of_every_jump_agrees(quantity):
    """Exact: normal moves from jump to jump, between them the odds of the bridge."""
    barrier, bankrupt = liquidation_price(quantity, 1.0, 1.0, 0.01), bankruptcy_price(quantity, 1.0, 1.0)
    drift, volatility, rate, years, paths = 0.1, 0.4, 30.0, 0.1, 200_000
    share, down, up = 0.4, 0.05, 0.04
    rng = np.random.default_rng(17)
    count = rng.poisson(rate * years, paths)
    most = count.max()
    at = np.where(np.arange(most) < count[:, None], rng.uniform(0, years, (paths, most)), years)
    at = np.sort(np.column_stack([np.zeros(paths), at, np.full(paths, years)]), axis=1)
    growth = share / (1 + down) + (1 - share) / (1 - up) - 1
    sign, level = np.sign(quantity), abs(np.log(barrier))
    # The way towards the barrier, which stands at `level`.
    x, alive = np.zeros(paths), np.ones(paths)
    by_jump, past, debt = np.zeros(paths), np.zeros(paths), np.zeros(paths)
    for step in range(most + 1):
        time = at[:, step + 1] - at[:, step]
        pace = -sign * (drift - volatility**2 / 2 - rate * growth)
        end = x + pace * time + volatility * np.sqrt(time) * rng.standard_normal(paths)
        with np.errstate(divide="ignore", invalid="ignore"):
            crossed = np.exp(-2 * (level - x) * (level - end) / (volatility**2 * time))
        alive = alive * np.where(end >= level, 0.0, 1 - np.where(time > 0, crossed, 0.0))
        falls = rng.random(paths) < share
        jump = np.where(falls, -down, up) * rng.standard_exponential(paths) * (step < count)
        x = end - sign * jump
        hit = alive * (x >= level)
        fill = np.exp(-sign * x)
        loss = np.maximum(sign * (bankrupt - fill), 0.0)
        by_jump, past, debt = by_jump + hit, past + hit * (loss > 0), debt + hit * loss
        alive = alive - hit
    result = jump_odds(
        1.0,
        barrier,
        bankrupt,
        drift=drift,
        volatility=volatility,
        years=years,
        jumps_per_year=rate,
        share_down=share,
        mean_down=down,
        mean_up=up,
    )
    for value, sample in zip(result, (1 - alive, by_jump, past, debt), strict=True):
        assert abs(np.mean(sample) - value) <= 4 * np.std(sample) / np.sqrt(paths)
        assert np.std(sample) / np.sqrt(paths) < 0.02 * value


def test_edges():
    none = jump_odds(1.0, np.nan, np.nan, **COIN)
    assert none == (0.0, 0.0, 0.0, 0.0)
    # A long whose trigger has a price though its bankruptcy has none.
    safe = jump_odds(1.0, 0.5, np.nan, **COIN)
    assert safe.touched > 0 and safe.past_bankruptcy == safe.bad_debt == 0
    assert jump_odds(1.0, 0.9, 0.89, **COIN | {"years": 0.0}) == (0.0, 0.0, 0.0, 0.0)
    assert jump_odds(1.0, 1.0, 0.99, **COIN) == (1.0, 0.0, 0.0, 0.0)


def test_arrays_broadcast():
    grid = jump_odds(1.0, [[0.8], [0.9]], [[0.79], [0.89]], **COIN | {"years": np.array([0.1, 0.2, 0.0])})
    one = jump_odds(1.0, 0.9, 0.89, **COIN | {"years": 0.2})
    assert grid.touched.shape == (2, 3) and np.ndim(one.touched) == 0
    assert grid.bad_debt[1, 1] == pytest.approx(one.bad_debt, rel=1e-12)
    assert np.all(grid.touched[:, 2] == 0)
