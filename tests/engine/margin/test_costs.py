"""What waiting costs."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.margin.costs import cost_per_hour, funding_cost, hours_to_liquidation, interest_cost, trading_fee

times = st.lists(st.floats(0.0, 100.0), min_size=1, max_size=20).map(sorted).map(np.array)


def test_longs_pay_positive_funding_and_shorts_receive_it():
    hours, price = np.array([0.0, 8.0]), np.array([100.0, 90.0])
    assert funding_cost(10.0, price, hours, 0.001, 8.0).tolist() == pytest.approx([0.0, 0.9])
    assert funding_cost(-10.0, price, hours, 0.001, 8.0).tolist() == pytest.approx([0.0, -0.9])
    assert funding_cost(-10.0, price, hours, -0.001, 8.0).tolist() == pytest.approx([0.0, 0.9])


@given(times, st.floats(0.25, 50.0))
def test_funding_is_paid_once_for_every_payment_time(hours, interval):
    paid = funding_cost(1.0, np.ones_like(hours), hours, 1.0, interval)
    assert paid.sum() == np.floor(hours[-1] / interval + 1e-9)
    assert (paid >= 0).all()


@given(st.integers(1, 1000), st.sampled_from([0.25, 1.0, 4.0, 8.0, 0.3]))
def test_a_payment_time_reached_exactly_is_not_lost_to_rounding(n, interval):
    hours = np.cumsum(np.full(n, 0.1))
    expected = (n + 1e-6) * 0.1 // interval
    assert funding_cost(1.0, np.ones(n), hours, 1.0, interval).sum() == expected


def test_funding_is_charged_at_the_price_of_its_step():
    paid = funding_cost([10.0, 5.0, 5.0], [100.0, 80.0, 60.0], [0.0, 8.0, 24.0], 0.01, 8.0)
    assert paid.tolist() == pytest.approx([0.0, 4.0, 6.0])


@given(times, st.floats(1.0, 1e6), st.floats(0.0, 2.0))
def test_simple_interest_depends_on_the_whole_time_only(hours, borrowed, rate):
    paid = interest_cost(borrowed, hours, rate)
    assert paid.sum() == pytest.approx(borrowed * rate * hours[-1] / 8760, abs=1e-9)


def test_interest_follows_what_is_borrowed():
    paid = interest_cost([100.0, 100.0, 40.0], [0.0, 8760.0, 2 * 8760.0], 0.1)
    assert paid.tolist() == pytest.approx([0.0, 10.0, 4.0])


@given(st.floats(0.0, 1e6), st.floats(0.0, 1e6), st.floats(1e-6, 1e3))
def test_costs_reach_the_requirement_when_the_time_is_up(own, required, cost):
    hours = hours_to_liquidation(own, required, cost)
    assert own - cost * hours == pytest.approx(min(own, required), rel=1e-9, abs=1e-6)


def test_without_costs_time_does_not_matter():
    assert hours_to_liquidation(100.0, 50.0, [0.0, -1.0]).tolist() == [np.inf, np.inf]
    assert hours_to_liquidation([50.0, 20.0], 50.0, [0.0, -1.0]).tolist() == [0.0, 0.0]


@given(st.floats(-1e6, 1e6), st.floats(0.0, 1e6), st.floats(-0.01, 0.01), st.sampled_from([1.0, 4.0, 8.0]))
def test_the_evened_out_cost_is_what_a_year_charges(notional, borrowed, rate, interval):
    year = np.array([0.0, 8760.0])
    paid = funding_cost(notional, [1.0, 1.0], year, rate, interval) + interest_cost(borrowed, year, 0.08)
    hourly = cost_per_hour(notional, borrowed, rate, interval, 0.08)
    assert 8760 * hourly == pytest.approx(paid.sum(), rel=1e-9, abs=1e-6)


def test_lesson_numbers():
    a_month = funding_cost(10.0, np.full(31, 100.0), np.arange(31) * 24.0, 0.0001, 8.0)
    assert a_month.sum() == pytest.approx(9.0)
    assert hours_to_liquidation(100.0, 50.0, 0.30 / 24) / 24 == pytest.approx(166.7, abs=0.05)
    assert hours_to_liquidation(100.0, 50.0, 1.50 / 24) / 24 == pytest.approx(33.3, abs=0.05)
    both_ways = [2 * trading_fee(100.0 * leverage, 0.0005) for leverage in (10, 50)]
    assert both_ways == pytest.approx([1.0, 5.0])
