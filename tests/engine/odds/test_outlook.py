"""What a position comes to, liquidation included: fair games stay fair, survivors mislead.

Golden numbers: closed form, quadrature to 1e-10 and four million simulated paths agree.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.margin.risk import equity, liquidation_price, maintenance_margin
from engine.odds.outlook import final_equity
from engine.odds.touch import bridge_probability, touch_probability

MONTH = {"drift": 0.0, "volatility": 0.6, "years": 30 / 365}
# leverage: liquidated, mean, mean of survivors, in profit, in profit of survivors, median
GOLDEN = {
    3: ("0.0242544423", "0.9997562368", "1.0246075207", "0.4657287175", ".477306", ".955940"),
    5: ("0.2278510160", "0.9954200801", "1.2891554618", "0.4602973121", ".596125", ".910995"),
    10: ("0.5876556176", "0.9734226103", "2.3607029752", "0.3494819118", ".847549", "0"),
    20: ("0.8057675794", "0.9230674170", "4.7523858992", "0.1868393902", ".961937", "0"),
    50: ("0.9364854899", "0.7694080955", "12.1138948282", "0.0632417013", ".995705", "0"),
}

signs = st.sampled_from([1.0, -1.0])
leverages = st.floats(1.05, 60.0)
known = st.fixed_dictionaries(
    {"drift": st.floats(-1.0, 1.0), "volatility": st.floats(0.1, 1.5), "years": st.floats(0.01, 2.0)}
)


def as_printed(text):
    decimals = len(text.partition(".")[2])
    return pytest.approx(float(text), rel=0, abs=0.5 * 10.0**-decimals + 3e-15)


@pytest.mark.parametrize("leverage", GOLDEN)
def test_golden(leverage):
    out = final_equity(1.0, liquidation_price(leverage, 1.0, 1.0, 0.005), leverage, 1.0, **MONTH)
    liquidated, mean, survivors, profit, profit_of_survivors, median = GOLDEN[leverage]
    assert out.liquidated == as_printed(liquidated)
    assert out.mean == as_printed(mean)
    assert out.mean_if_survived == as_printed(survivors)
    assert out.in_profit == as_printed(profit)
    # One in the last digit: the table's own columns give .4773055 for 3x, printed as .477306.
    assert out.in_profit / (1 - out.liquidated) == pytest.approx(float(profit_of_survivors), abs=1e-6)
    assert out.median == as_printed(median)


def test_golden_with_drift():
    barrier = liquidation_price(10.0, 1.0, 1.0, 0.005)
    out = final_equity(1.0, barrier, 10.0, 1.0, drift=0.3, volatility=0.6, years=1.0)
    assert out.liquidated == as_printed(".8365815") and out.mean == as_printed("2.169348")
    assert out.mean_if_survived == as_printed("13.274801") and out.median == 0


def test_the_row_of_the_course():
    """50x: survivors average 12.1 times their money, everyone 0.77, the median nothing."""
    out = final_equity(1.0, liquidation_price(50.0, 1.0, 1.0, 0.005), 50.0, 1.0, **MONTH)
    assert out.mean_if_survived == as_printed("12.1") and out.mean == as_printed("0.77")
    assert out.median == 0


@given(signs, leverages, st.floats(0.1, 1.5), st.floats(0.01, 2.0), st.floats(0.0, 0.9))
def test_a_fair_game_stays_fair_and_what_the_platform_keeps_is_missing(
    sign, leverage, volatility, years, share
):
    """Optional stopping: without drift the mean is what was paid in, less what is kept at the trigger."""
    quantity, rate = sign * leverage, share / leverage
    barrier = liquidation_price(quantity, 1.0, 1.0, rate)
    left = equity(quantity, 1.0, 1.0, barrier)
    assert left == pytest.approx(maintenance_margin(quantity, barrier, rate), abs=1e-9)
    time = {"drift": 0.0, "volatility": volatility, "years": years}
    returned = final_equity(1.0, barrier, quantity, 1.0, returned=left, **time)
    kept = final_equity(1.0, barrier, quantity, 1.0, **time)
    assert returned.mean == pytest.approx(1.0, abs=1e-9)
    assert kept.mean == pytest.approx(1.0 - kept.liquidated * left, abs=1e-9)


@given(signs, leverages, known, st.floats(0.1, 100.0), st.floats(0.1, 100.0))
def test_units_and_size_do_not_matter(sign, leverage, known, unit, size):
    quantity = sign * leverage
    barrier = liquidation_price(quantity, 1.0, 1.0, 0.005)
    plain = final_equity(1.0, barrier, quantity, 1.0, **known)
    scaled = final_equity(unit, unit * barrier, size * quantity / unit, size, **known)
    for name in ("mean", "mean_if_survived", "median"):
        assert getattr(scaled, name) / size == pytest.approx(
            getattr(plain, name), rel=1e-6, abs=1e-9, nan_ok=True
        )
    assert scaled.in_profit == pytest.approx(plain.in_profit, abs=1e-9)
    assert scaled.liquidated == pytest.approx(plain.liquidated, abs=1e-9)


@given(signs, leverages, known)
def test_the_numbers_are_possible(sign, leverage, known):
    quantity = sign * leverage
    barrier = liquidation_price(quantity, 1.0, 1.0, 0.005)
    out = final_equity(1.0, barrier, quantity, 1.0, **known)
    assert out.liquidated == touch_probability(1.0, barrier, **known)
    assert -1e-12 <= out.in_profit <= 1 - out.liquidated + 1e-12
    assert (out.median == 0) == (out.liquidated >= 0.5)
    # More than half in profit, or fewer: the median stands on that side of what was paid in.
    if abs(out.in_profit - 0.5) > 1e-9:
        assert (out.median > 1) == (out.in_profit > 0.5)


@pytest.mark.parametrize("quantity", [4.0, -4.0])
def test_a_simulation_agrees(quantity):
    """One normal number a path and the bridge: every path counts as survivor with its own odds."""
    drift, volatility, years, paths = 0.25, 0.5, 0.2, 400_000
    barrier = liquidation_price(quantity, 1.0, 1.0, 0.02)
    z = np.random.default_rng(3).standard_normal(paths)
    price = np.exp((drift - volatility**2 / 2) * years + volatility * np.sqrt(years) * z)
    kept = 1 - bridge_probability(1.0, price, barrier, volatility=volatility, step_years=years)
    worth = equity(quantity, 1.0, 1.0, price)
    out = final_equity(
        1.0, barrier, quantity, 1.0, drift=drift, volatility=volatility, years=years, returned=0.05
    )
    for value, sample in (
        (out.liquidated, 1 - kept),
        (out.mean, kept * worth + (1 - kept) * 0.05),
        (out.in_profit, kept * (worth > 1)),
        (0.5, kept * (worth > out.median)),
        ((1 - out.liquidated) * out.mean_if_survived, kept * worth),
    ):
        assert abs(np.mean(sample) - value) <= 4 * np.std(sample) / np.sqrt(paths)


def test_without_a_trigger_the_position_is_just_held():
    out = final_equity(1.0, np.nan, 1.0, 1.0, drift=0.1, volatility=0.4, years=2.0)
    assert out.liquidated == 0 and out.mean == out.mean_if_survived == pytest.approx(np.exp(0.2))
    assert out.median == pytest.approx(np.exp(0.2 - 0.16))
    assert out.in_profit == pytest.approx(0.528, abs=5e-4)  # Phi((0.1 - 0.08) sqrt(2) / 0.4)


def test_liquidatable_at_the_start():
    out = final_equity(1.0, [1.0, 0.9], [20.0, 8.0], 1.0, returned=[0.3, 0.0], **MONTH)
    assert out.liquidated[0] == 1 and out.mean[0] == 0.3 and out.median[0] == 0.3
    assert np.isnan(out.mean_if_survived[0]) and out.in_profit[0] == 0
    assert out.mean_if_survived[1] > 1
