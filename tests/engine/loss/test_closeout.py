"""How much is closed: enough, and when no part is enough."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.loss.closeout import (
    backstop_take,
    close_fraction,
    close_part,
    closing_helps,
    fillable_price,
    first_fraction,
    insurance_fund_change,
    liquidation_penalty,
    part_bankruptcy_price,
    tiers_down_fraction,
    units_to_cover,
)
from engine.margin import risk

signs = st.sampled_from([1.0, -1.0])
rates = st.floats(0.001, 0.2)
buffers = st.floats(1.0, 2.0)


@st.composite
def breached(draw):
    """A position below its requirement: notional, equity, rate, buffer. Some are bankrupt."""
    size, rate, buffer = draw(st.floats(1.0, 1e9)), draw(rates), draw(buffers)
    return size, draw(st.floats(-0.5, 0.99)) * buffer * rate * size, rate, buffer


@st.composite
def rescuable(draw):
    """One that a part is enough for: notional, equity, rate, cost, buffer, and that part."""
    size, rate, buffer, part = (
        draw(st.floats(1.0, 1e9)),
        draw(rates),
        draw(buffers),
        draw(st.floats(0.01, 0.99)),
    )
    aim = buffer * rate
    cost = draw(st.floats(0.0, 0.95)) * aim
    return size, (part * cost + (1 - part) * aim) * size, rate, cost, buffer, part


# --- enough --------------------------------------------------------------------------------------


@given(rescuable())
def test_a_balance_sheet_meets_the_requirement_after_the_fraction_is_closed(position):
    size, own, rate, cost, buffer, part = position
    fraction = close_fraction(size, own, rate, cost, buffer)
    assert fraction == pytest.approx(part, rel=1e-9)
    # The second road: a long of 1 unit, its debt paid down by what the sale brings.
    units, debt = 1.0 - fraction, size - own - fraction * size * (1 - cost)
    assert units * size - debt == pytest.approx(buffer * rate * units * size, rel=1e-6, abs=1e-9 * size)


@given(rescuable(), signs)
def test_it_is_the_fraction_that_moves_the_trigger_to_the_price_of_this_moment(position, sign):
    size, own, rate, cost, buffer, _ = position
    left = close_part(size, own, close_fraction(size, own, rate, cost, buffer), cost)
    trigger = risk.liquidation_price(sign * left.notional / 50.0, 50.0, left.equity, buffer * rate)
    assert trigger == pytest.approx(50.0, rel=1e-7)


@given(rescuable())
def test_the_fraction_moves_the_account_away_from_bankruptcy(position):
    size, own, rate, cost, buffer, _ = position
    after = close_part(size, own, close_fraction(size, own, rate, cost, buffer), cost)
    assert after.margin_ratio > risk.margin_ratio(own, size)


@given(breached(), st.floats(0.0, 2.0), st.floats(0.01, 0.99))
def test_closing_a_part_helps_only_while_it_costs_less_than_it_frees(position, share, part):
    size, own, rate, buffer = position
    assume(abs(share - 1) > 1e-6)
    cost = share * buffer * rate
    missing = buffer * rate * size - own
    after = close_part(size, own, part, cost)
    missing_after = buffer * rate * after.notional - after.equity
    assert closing_helps(rate, cost, buffer) == (share < 1) == (missing_after < missing)
    assert np.isnan(close_fraction(size, own, rate, cost, buffer)) == (share > 1)


@given(breached(), st.floats(0.0, 0.9), st.floats(1.0, 3.0))
def test_a_higher_cost_or_a_larger_buffer_closes_more(position, share, more):
    size, own, rate, buffer = position
    cost = share * buffer * rate
    plain = close_fraction(size, own, rate, cost, buffer)
    assert close_fraction(size, own, rate, min(cost * more, 0.99 * buffer * rate), buffer) >= plain - 1e-9
    assert close_fraction(size, own, rate, cost, buffer * more) >= plain - 1e-9


def test_the_published_sizes_of_a_partial_close():
    assert close_fraction(57_000.0, 250.0, 0.005, 0.001, 1.2) == pytest.approx(0.322807017544, abs=1e-12)


@pytest.mark.parametrize(
    "own, cost, fraction",
    [
        pytest.param(60.0, 0.0, 0.0, id="healthy: nothing"),
        pytest.param(60.0, 0.9, 0.0, id="healthy, and closing would be dear: still nothing"),
        pytest.param(50.0, 0.0, 0.0, id="exactly at the aim: nothing"),
        pytest.param(25.0, 0.0, 0.5, id="half the equity, half the position"),
        pytest.param(25.0, 0.02, 25 / 30, id="fees make it more"),
        pytest.param(10.0, 0.02, 1.0, id="not enough even then: everything"),
        pytest.param(-20.0, 0.0, 1.0, id="bankrupt: everything"),
        pytest.param(25.0, 0.05, np.nan, id="costs as much as it frees"),
    ],
)
def test_cases_by_hand(own, cost, fraction):
    assert close_fraction(1000.0, own, 0.05, cost) == pytest.approx(fraction, nan_ok=True)


def test_costs_as_large_as_what_they_free_help_nothing_whatever_the_last_digit():
    assert not closing_helps(0.005, 0.006, 1.2) and not closing_helps(0.1, 0.3 - 0.2)


def test_closing_adds_up_and_closing_everything_leaves_no_ratio():
    part = close_part([1000.0, 1000.0], [40.0, 4.0], [0.25, 1.0], 0.01)
    assert part.sold.tolist() == [250.0, 1000.0] and part.paid.tolist() == [2.5, 10.0]
    assert part.notional.tolist() == [750.0, 0.0] and part.equity.tolist() == [37.5, -6.0]
    assert part.margin_ratio == pytest.approx([0.05, np.nan], nan_ok=True)


# --- rules of single platforms -------------------------------------------------------------------

FLOORS = [0.0, 50_000.0, 250_000.0, 1_000_000.0]


@pytest.mark.parametrize(
    "size, steps, left",
    [
        pytest.param(40_000.0, 2, 0.0, id="lowest tier: whole"),
        pytest.param(200_000.0, 2, 0.0, id="second tier has no two below it: whole"),
        pytest.param(250_000.0, 2, 0.0, id="on the edge: still the second tier"),
        pytest.param(400_000.0, 2, 50_000.0, id="third to first"),
        pytest.param(5_000_000.0, 2, 250_000.0, id="fourth to second"),
        pytest.param(200_000.0, 1, 50_000.0, id="one at a time"),
        pytest.param(5_000_000.0, 1, 1_000_000.0, id="one at a time, from the top"),
    ],
)
def test_tiers_down_leaves_the_upper_edge_of_the_tier_it_lands_in(size, steps, left):
    assert size * (1 - tiers_down_fraction(size, FLOORS, steps)) == pytest.approx(left)


@given(st.floats(1.0, 1e7), st.integers(1, 3))
def test_tiers_down_lands_that_many_tiers_lower_or_nowhere(size, steps):
    fraction = tiers_down_fraction(size, FLOORS, steps)
    assert 0 < fraction <= 1
    left = size * (1 - fraction)
    down = np.searchsorted(FLOORS, size) - np.searchsorted(FLOORS, left * (1 - 1e-9))
    assert fraction == 1 or down == steps


def test_only_a_large_position_is_sold_in_two_goes():
    assert first_fraction([99_999.0, 100_000.0, 100_001.0]).tolist() == [1.0, 1.0, 0.2]


def test_the_vault_takes_what_is_left_below_two_thirds_of_the_requirement_losses_too():
    assert backstop_take([201.0, 200.0, 199.0, -30.0], 300.0).tolist() == [0.0, 0.0, 199.0, -30.0]


@given(signs, st.floats(0.1, 10.0), st.floats(50.0, 150.0), st.floats(50.0, 150.0))
def test_the_fund_gains_exactly_the_equity_at_the_fill(sign, units, entry, fill):
    quantity, collateral = sign * units, 0.2 * units * entry
    bankrupt = risk.bankruptcy_price(quantity, entry, collateral)
    own = risk.equity(quantity, entry, collateral, fill)
    assert insurance_fund_change(quantity, bankrupt, fill) == pytest.approx(own, abs=1e-9)


@given(signs, st.floats(0.1, 10.0), st.floats(50.0, 150.0), rates, st.floats(-0.5, 0.9))
def test_alone_in_an_account_the_bankruptcy_price_of_a_part_is_that_of_the_whole(s, units, price, rate, own):
    quantity, equity = s * units, own * units * price
    required = risk.maintenance_margin(quantity, price, rate)
    whole = risk.bankruptcy_price(quantity, price, equity)
    assert part_bankruptcy_price(quantity, price, rate, equity, required) == pytest.approx(whole)


@given(signs, rates, st.floats(0.0, 1.0), st.floats(0.0, 1.0), st.floats(1.0, 20.0), signs)
def test_selling_everything_at_the_prices_of_the_parts_uses_up_the_equity(s, rate, own, cut, units, other):
    """Two positions in one account, the first closed in two goes."""
    quantity, price = np.array([s * units, other * 3.0]), np.array([100.0, 40.0])
    rate = np.array([rate, 0.05])
    required = float(risk.maintenance_margin(quantity, price, rate).sum())
    equity = own * required
    at = part_bankruptcy_price(quantity, price, rate, equity, required)
    lost = (quantity * (price - at)).sum()
    assert lost == pytest.approx(equity, abs=1e-9)
    first = cut * quantity[0] * (price[0] - at[0])
    share = cut * risk.maintenance_margin(quantity[0], price[0], rate[0]) / required
    assert first == pytest.approx(share * equity, abs=1e-9)


@given(signs, rates, st.floats(-1.0, 1.0), st.floats(0.0, 3.0), st.floats(0.0, 5.0))
def test_forced_orders_are_filled_near_the_oracle_and_never_on_the_good_side(s, rate, own, spread, adjust):
    price = fillable_price(s, 100.0, rate, own, 1.0, spread=spread, adjustment=adjust)
    worse = s * (100.0 - price)
    assert -1e-9 <= worse <= 100.0 * spread * rate + 1e-9
    if own == 1.0:
        assert worse == pytest.approx(0.0)


def test_the_usual_limits_of_dydx():
    assert fillable_price(-1.0, 100.0, 0.02, 0.0, 2.0) == pytest.approx(103.0)
    assert fillable_price(1.0, 100.0, 0.02, 1.0, 2.0) == pytest.approx(98.5)
    assert liquidation_penalty(1.0, 90.0, 100.0) == pytest.approx(1.5)


@given(signs, st.floats(0.1, 10.0), st.floats(50.0, 150.0), st.floats(50.0, 150.0), st.floats(0.0, 0.1))
def test_a_penalty_takes_no_more_than_the_surplus_and_no_less_than_the_loss(s, units, bankrupt, fill, fee):
    paid = liquidation_penalty(s * units, bankrupt, fill, fee)
    surplus = insurance_fund_change(s * units, bankrupt, fill)
    assert paid <= surplus and paid <= fee * units * fill + 1e-12
    assert paid == pytest.approx(surplus) or surplus > 0


@given(breached(), st.floats(0.0, 0.4), st.floats(0.0, 0.4), st.floats(0.01, 1e5))
def test_drift_closes_the_same_part_counted_in_units(position, liquidator, insurer, price):
    size, own, rate, _ = position
    fees = {"liquidator_fee": liquidator * rate, "fund_fee": insurer * rate}
    units = units_to_cover(max(rate * size - own, 0.0), price, rate, **fees)
    fraction = close_fraction(size, own, rate, sum(fees.values()))
    assert min(units * price / size, 1.0) == pytest.approx(fraction, rel=1e-6, abs=1e-9)


def test_when_fees_are_as_large_as_the_rate_everything_goes():
    assert units_to_cover(10.0, 100.0, 0.1, liquidator_fee=0.1) == np.inf
    assert units_to_cover(10.0, 100.0, 0.4, liquidator_fee=0.1, fund_fee=0.3) == np.inf
    assert np.isnan(close_fraction(1000.0, 90.0, 0.1, 0.1))
