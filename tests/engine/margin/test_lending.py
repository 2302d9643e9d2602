"""Loans against collateral: who may be liquidated, for how much, and when it makes things worse."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.margin import risk
from engine.margin.lending import (
    DUST,
    STEP,
    close_factor,
    health_factor,
    largest_repayment,
    liquidate,
    seize,
    sell_in_steps,
    toxic_health_factor,
)

money = st.floats(1.0, 1e9)
thresholds = st.floats(0.4, 0.95)
bonuses = st.floats(0.001, 0.15)


@st.composite
def loans(draw):
    """Collateral, debt, threshold, bonus; health factors from 0.3 to 1.3."""
    debt, threshold = draw(money), draw(thresholds)
    return draw(st.floats(0.3, 1.3)) * debt / threshold, debt, threshold, draw(bonuses)


# --- laws ----------------------------------------------------------------------------------------


@given(loans())
def test_nobody_takes_more_than_there_is_or_repays_more_than_is_owed(loan):
    collateral, debt, _, bonus = loan
    one = liquidate(*loan)
    assert 0 <= one.seized <= collateral and 0 <= one.repaid <= debt
    assert one.seized + one.left == pytest.approx(collateral)
    assert one.seized == pytest.approx(one.repaid * (1 + bonus))
    assert one.left >= 0 and 0 <= one.bad_debt <= debt


@given(loans())
def test_money_sums_to_zero_between_borrower_liquidator_and_lenders(loan):
    collateral, debt, _, bonus = loan
    one = liquidate(*loan)
    open_debt = 0.0 if one.left == 0 else debt - one.repaid
    borrower = (one.left - open_debt) - (collateral - debt)  # a debt that is written off is a gain
    liquidator = one.repaid * bonus
    assert borrower + liquidator - one.bad_debt == pytest.approx(0.0, abs=1e-9 * debt)


@given(loans())
def test_below_the_toxic_level_every_liquidation_makes_it_worse_above_it_better(loan):
    collateral, debt, threshold, bonus = loan
    before, toxic = health_factor(collateral, debt, threshold), toxic_health_factor(threshold, bonus)
    assume(before < 1 - 1e-9 and abs(before - toxic) > 1e-9)
    after = liquidate(*loan).health_factor_after
    assert after < before if before < toxic else after > before or np.isnan(after)


@given(loans())
def test_bad_debt_comes_exactly_below_the_toxic_level_if_all_may_be_repaid(loan):
    collateral, debt, threshold, bonus = loan
    before, toxic = health_factor(collateral, debt, threshold), toxic_health_factor(threshold, bonus)
    assume(before <= 0.95 and abs(before - toxic) > 1e-9)
    one = liquidate(*loan)
    assert (one.bad_debt > 0) == (before < toxic)
    assert one.bad_debt == pytest.approx(max(0.0, debt - collateral / (1 + bonus)), abs=1e-9 * debt)


@given(thresholds, bonuses)
def test_the_toxic_level_lies_above_insolvency(threshold, bonus):
    assert toxic_health_factor(threshold, bonus) > health_factor(1.0, 1.0, threshold)


@given(loans())
def test_a_healthy_loan_is_left_alone(loan):
    collateral, debt, threshold, bonus = loan
    assume(health_factor(collateral, debt, threshold) >= 1)
    one = liquidate(*loan)
    assert (one.repaid, one.seized, one.bad_debt, one.left) == (0.0, 0.0, 0.0, collateral)
    assert one.health_factor_after == health_factor(collateral, debt, threshold)


@given(st.floats(0.01, 1e4), st.floats(1.0, 1e6), st.floats(0.05, 0.95), thresholds)
def test_a_loan_is_the_balance_sheet_of_a_long_with_another_name_for_the_rate(units, entry, share, threshold):
    debt = share * units * entry
    price = risk.liquidation_price(units, entry, units * entry - debt, 1 - threshold)
    assert health_factor(units * price, debt, threshold) == pytest.approx(1.0)


@given(st.floats(0.01, 1e4), st.floats(1.0, 1e6), st.floats(1.1, 5.0), st.floats(0.51, 0.95))
def test_a_borrowed_asset_is_a_short_with_the_requirement_on_the_collateral(units, entry, cover, threshold):
    cash = cover * units * entry
    price = risk.liquidation_price(-units, entry, cash - units * entry, 1 / threshold - 1)
    assert health_factor(cash, units * price, threshold) == pytest.approx(1.0)


@given(money, bonuses)
def test_collateral_for_debt_and_bonus_is_enough_whatever_the_last_digit(debt, bonus):
    one = liquidate(debt + bonus * debt, debt, 0.8, bonus)
    assert one.repaid == debt and one.bad_debt == 0 and np.isnan(one.health_factor_after)
    assert 0 <= one.left <= 1e-12 * debt


# --- numbers -------------------------------------------------------------------------------------

LADDER = [  # price, repaid, units seized, health factor after, money left, bad debt
    (1_800.0, 7_500.0, 4.375, 1.11375, 10_125.0, 0.0),
    (1_700.0, 15_000.0, 9.26470588, np.nan, 1_250.0, 0.0),
    (1_575.0, 15_000.0, 10.0, np.nan, 0.0, 0.0),
    (1_560.0, 14_857.142857, 10.0, 0.0, 0.0, 142.857143),
    (1_500.0, 14_285.714286, 10.0, 0.0, 0.0, 714.285714),
    (1_400.0, 13_333.333333, 10.0, 0.0, 0.0, 1_666.666667),
]


@pytest.mark.parametrize("price, repaid, seized, after, left, bad", LADDER)
def test_the_ladder_from_a_mild_fall_to_bad_debt(price, repaid, seized, after, left, bad):
    """10 units against 15,000, threshold 82.5 %, bonus 5 %."""
    one = liquidate(10 * price, 15_000.0, 0.825, 0.05)
    got = (one.repaid, one.seized / price, one.health_factor_after, one.left, one.bad_debt)
    assert got == pytest.approx((repaid, seized, after, left, bad), abs=1e-6, nan_ok=True)


def test_the_ladder_starts_below_its_liquidation_price_and_takes_arrays():
    trigger = risk.liquidation_price(10.0, 2_000.0, 5_000.0, 1 - 0.825)
    assert trigger == pytest.approx(1_818.181818, abs=1e-6)
    prices = np.array([float(trigger), *(row[0] for row in LADDER)])
    ladder = liquidate(10 * prices, 15_000.0, 0.825, 0.05)
    assert ladder.repaid[0] == 0.0
    assert ladder.bad_debt[1:] == pytest.approx([row[5] for row in LADDER], abs=1e-6)


def test_health_without_debt_has_no_number_and_without_collateral_is_zero():
    assert np.isnan(health_factor(100.0, 0.0, 0.8)) and close_factor(np.nan) == 0.0
    assert health_factor(0.0, 100.0, 0.8) == 0.0
    assert liquidate(0.0, 100.0, 0.8, 0.05).bad_debt == 100.0


def test_half_or_all_and_the_last_digit_does_not_decide():
    assert close_factor([1.2, 1.0, 0.999, 0.9501, 0.95, 0.2]).tolist() == [0.0, 0.0, 0.5, 0.5, 1.0, 1.0]
    assert close_factor([0.95 + 1e-16, 1 - 1e-16]).tolist() == [1.0, 0.0]


def test_seizing_stops_at_the_collateral():
    repaid, seized = seize([100.0, 100.0], [200.0, 88.0], 0.1)
    assert repaid == pytest.approx([100.0, 80.0]) and seized == pytest.approx([110.0, 88.0])


@pytest.mark.parametrize(
    "health, debt, total, collateral, most",
    [
        pytest.param(0.96, 3000.0, 4000.0, 9000.0, 2000.0, id="half of all debt"),
        pytest.param(0.96, 900.0, 1000.0, 9000.0, 900.0, id="small debt goes whole"),
        pytest.param(0.96, 3000.0, 3000.0, 800.0, 3000.0, id="small collateral, debt goes whole"),
        pytest.param(0.96, 1000.0, 1000.0, 1000.0, 500.0, id="on the edge is not small"),
        pytest.param(0.95, 3000.0, 4000.0, 9000.0, 3000.0, id="weak loan: all of this debt"),
        pytest.param(1.0, 900.0, 1000.0, 9000.0, 0.0, id="healthy: nothing, small or not"),
    ],
)
def test_how_much_may_be_repaid_of_one_of_several_debts(health, debt, total, collateral, most):
    assert largest_repayment(health, debt, total, collateral, 1000.0) == most


# --- a loan sold in steps ------------------------------------------------------------------------

lines = st.floats(0.2, 0.8)


@given(st.floats(200.0, 1e9), st.floats(0.5, 1.2), lines, st.floats(0.0, 0.02))
def test_a_loan_sold_in_steps_keeps_its_books(collateral, ratio, initial, cost):
    debt, steps = ratio * collateral, sell_in_steps(collateral, ratio * collateral, initial, cost)
    sold, repaid = sum(step.sold for step in steps), sum(step.repaid for step in steps)
    assert sold == pytest.approx(repaid * (1 + cost))
    if steps:
        assert steps[-1].left == pytest.approx(collateral - sold, abs=1e-9 * collateral)
        assert steps[-1].debt == pytest.approx(debt - repaid, abs=1e-9 * collateral)
    for before, after in zip([(collateral, debt), *((s.left, s.debt) for s in steps)], steps, strict=False):
        assert after.left >= 0 and after.debt >= -1e-9 * collateral
        assert before[1] > initial * before[0]  # nobody goes on once the loan is safe again


@given(st.floats(1e5, 1e9), st.floats(0.66, 0.97), lines)
def test_each_step_makes_a_solvent_loan_safer_and_halves_it(collateral, ratio, initial):
    steps = sell_in_steps(collateral, ratio * collateral, initial)
    ratios = [ratio, *(step.loan_to_value for step in steps)]
    assert ratios == sorted(ratios, reverse=True)
    assert ratios[-1] <= initial * (1 + 1e-9)
    debts = [ratio * collateral, *(step.debt for step in steps)]
    for before, step in zip(debts, steps, strict=False):
        assert step.debt == pytest.approx(before * (1 - STEP)) or before < DUST


def test_a_loan_sold_in_steps_by_hand():
    steps = sell_in_steps(100_000.0, 91_000.0, 0.65)
    assert [round(step.loan_to_value, 4) for step in steps] == [0.8349, 0.7165, 0.5583]
    assert steps[-1].left == pytest.approx(20_375.0) and steps[-1].debt == pytest.approx(11_375.0)
    # 9,000 of one's own before, at no cost 9,000 afterwards.
    assert steps[-1].left - steps[-1].debt == pytest.approx(9_000.0)


def test_a_small_rest_goes_at_once():
    assert [(step.repaid, step.left, step.loan_to_value) for step in sell_in_steps(99.0, 90.0, 0.65)] == [
        (90.0, 9.0, 0.0)
    ]
    (only,) = sell_in_steps(99.0, 120.0, 0.65)
    assert (only.sold, only.debt, only.loan_to_value) == (99.0, 21.0, float("inf"))
    assert sell_in_steps(1000.0, 650.0, 0.65) == []
    assert sell_in_steps(1000.0, 0.0, 0.65) == []


@pytest.mark.parametrize("initial, cost", [(0.0, 0.0), (1.0, 0.0), (0.5, -0.1)])
def test_a_line_that_is_none_is_refused(initial, cost):
    with pytest.raises(ValueError, match="initial ratio"):
        sell_in_steps(100.0, 90.0, initial, cost)
