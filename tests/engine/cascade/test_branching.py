"""Where formulas put the threshold, and the law of how many sales follow."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.cascade import (
    Book,
    Depth,
    avalanche,
    branching_ratio,
    critical_open_interest,
    crowd,
    expected_sales,
    last_prices,
    queue,
    sales_odds,
    sales_variance,
    stopping_odds,
    total_fall,
)
from engine.margin import risk


@pytest.mark.parametrize("lowest, units", [(10.0, 8.0), (5.0, 18.1), (2.0, 48.2)])
def test_critical_open_interest(lowest, units):
    assert critical_open_interest(1.0, lowest, 50.0) == pytest.approx(units, abs=0.05)
    assert branching_ratio(critical_open_interest(3.0, lowest, 50.0), 3.0, lowest, 50.0) == pytest.approx(1.0)
    assert critical_open_interest(1.0, lowest, 50.0, 0.0) == pytest.approx(100 * (1 / lowest - 1 / 50))


@pytest.mark.parametrize(
    "held, ratio, amplified",
    [(1.0, 0.124, 1.035), (2.0, 0.249, 1.082), (5.0, 0.622, 1.405), (10.0, 1.244, 6.0)],
)
def test_a_shock_of_two_percent_amplified(held, ratio, amplified):
    """Formula and a book of 200,001 longs."""
    assert branching_ratio(held, 1.0, 10.0, 50.0) == pytest.approx(ratio, abs=5e-4)
    fall = total_fall(0.02, held, 1.0, 10.0, 50.0)
    assert fall / 0.02 == pytest.approx(amplified, abs=5e-4)
    book = crowd(200_001, held, 10.0, 50.0)
    row = last_prices(queue(book, Depth(1.0)), [98.0]).iloc[0]
    assert 1 - row["last_price"] / 100 == pytest.approx(fall, rel=1e-4)
    assert (row["sales"] == 200_001) == (ratio > 1)


@pytest.mark.parametrize("lowest, highest, rate", [(10.0, 50.0, 0.005), (5.0, 50.0, 0.0), (2.0, 25.0, 0.01)])
def test_everybody_goes_where_the_formula_says(lowest, highest, rate):
    critical = critical_open_interest(1.0, lowest, highest, rate)
    first = 1 - risk.liquidation_price(1.0, 1.0, 1 / highest, rate)
    shock = first + 1e-4
    for ratio, everybody in ((0.98, False), (1.01, True)):
        book = crowd(100_001, ratio * critical, lowest, highest, maintenance_rate=rate)
        row = last_prices(queue(book, Depth(1.0)), [100 * (1 - shock)]).iloc[0]
        assert (row["sales"] == 100_001) == everybody
        fall = total_fall(shock, ratio * critical, 1.0, lowest, highest, rate)
        assert 1 - row["last_price"] / 100 == pytest.approx(fall, rel=0.02)


def test_the_fall_is_the_shock_until_the_first_trigger_and_ends_with_the_last():
    first = 1 - risk.liquidation_price(1.0, 1.0, 0.02, 0.005)
    assert total_fall([0.01, first], 5.0, 1.0, 10.0, 50.0).tolist() == [0.01, first]
    assert total_fall(0.09, 5.0, 1.0, 10.0, 50.0) == pytest.approx(0.14)  # nearly all, then all, sold
    assert total_fall(first + 1e-9, 9.0, 1.0, 10.0, 50.0) == pytest.approx(first + 0.09)
    assert total_fall(0.02, [[1.0], [2.0]], [1.0, 2.0, 4.0], 10.0, 50.0).shape == (2, 3)


def test_a_tenth_of_the_depth_makes_ten_times_the_ratio():
    assert branching_ratio(2.0, 0.1, 10.0, 50.0) == pytest.approx(10 * branching_ratio(2.0, 1.0, 10.0, 50.0))


@pytest.mark.parametrize(("gap", "missing"), [(0.05, ".00888888889"), (0.10, ".045"), (0.15, ".095")])
def test_the_fund_that_a_common_gap_asks_for(gap, missing):
    """Golden: 1/leverage evenly from 0.01 to 0.1, all sold after the gap; a share of the open interest."""
    book = crowd(3_000, 1.0, 10.0, 100.0)
    fall = avalanche(book, Depth(1e15), 100 * (1 - gap))
    deficits = -fall.sales["equity_at_fill"].clip(upper=0.0).sum() / 100
    decimals = len(missing.partition(".")[2])
    # So many traders stand for all of them to 1e-8.
    assert deficits == pytest.approx(float(missing), abs=0.5 * 10.0**-decimals + 1e-8)


def test_odds_of_a_count():
    expected = [0.367879, 0.223130, 0.135335, 0.085505, 0.056010, 0.037762]
    assert sales_odds(np.arange(6), 1.0, 0.5) == pytest.approx(expected, abs=5e-7)
    assert sales_odds(np.arange(300), 1.0, 1.0).sum() == pytest.approx(0.953977, abs=5e-7)
    assert stopping_odds(1.0, 1.5) == pytest.approx(0.5583263428, abs=5e-11)


@pytest.mark.parametrize("due, ratio, mean, variance", [(1.0, 0.5, 2.0, 8.0), (2.0, 0.8, 10.0, 250.0)])
def test_mean_and_variance_are_those_of_the_odds(due, ratio, mean, variance):
    n = np.arange(5_000)
    odds = sales_odds(n, due, ratio)
    assert odds.sum() == pytest.approx(1.0)
    assert expected_sales(due, ratio) == pytest.approx(mean) == pytest.approx((odds * n).sum())
    assert (
        sales_variance(due, ratio) == pytest.approx(variance) == pytest.approx((odds * (n - mean) ** 2).sum())
    )


def test_from_a_ratio_of_one_the_mean_has_no_end():
    assert (
        expected_sales(1.0, [1.0, 2.0]).tolist() == sales_variance(1.0, [1.0, 2.0]).tolist() == [np.inf] * 2
    )


@given(st.floats(0.1, 5.0), st.floats(1.2, 4.0))
def test_avalanches_that_stop_are_those_with_a_count(due, ratio):
    assert stopping_odds(due, ratio) == pytest.approx(
        sales_odds(np.arange(20_000), due, ratio).sum(), rel=1e-6
    )
    assert stopping_odds(due, 1 / ratio) == 1.0


def test_without_impact_the_count_is_poisson():
    assert sales_odds([0, 1, 2], 2.0, 0.0) == pytest.approx(np.exp(-2) * np.array([1, 2, 2]))


def test_at_the_threshold_the_tail_falls_like_a_power():
    odds = sales_odds(np.array([1e4, 1e5]), 1.0, 1.0)
    assert np.log10(odds[0] / odds[1]) == pytest.approx(1.5, abs=1e-3)


def counts(due, ratio, books, seed, longs=400):
    """Sales in random books of single units, their triggers below 1,000 at a rate of 10 a dollar."""
    rng = np.random.default_rng(seed)
    sales = np.empty(books)
    for k in range(books):
        margins = np.append(np.cumsum(rng.exponential(0.1, longs)), 1e3 * longs)
        book = Book(np.append(np.ones(longs), -longs), 1e3, margins, maintenance_rate=0.0)
        sales[k] = queue(book, Depth(100.0 / ratio, 1e3)).sales(1e3 - due / 10)
    return sales


@pytest.mark.parametrize("due, ratio", [(1.0, 0.5), (2.0, 0.8)])
def test_random_books_have_the_mean_and_variance_of_the_law(due, ratio):
    books = 6_000
    found = counts(due, ratio, books, seed=20)
    mean, variance = expected_sales(due, ratio), sales_variance(due, ratio)
    n = np.arange(5_000)
    fourth = (sales_odds(n, due, ratio) * (n - mean) ** 4).sum()
    assert abs(found.mean() - mean) < 4 * (variance / books) ** 0.5
    assert abs(found.var() - variance) < 4 * ((fourth - variance**2) / books) ** 0.5
    share = np.mean(found == 0)
    none = sales_odds(0, due, ratio)
    assert abs(share - none) < 4 * (none * (1 - none) / books) ** 0.5


@pytest.mark.parametrize("ratio, below, odds", [(1.0, 300, 0.953977), (1.5, 400, 0.5583263428)])
def test_random_books_stop_as_often_as_the_law_says(ratio, below, odds):
    books = 6_000
    found = counts(1.0, ratio, books, seed=21)
    assert abs(np.mean(found < below) - odds) < 4 * (odds * (1 - odds) / books) ** 0.5
