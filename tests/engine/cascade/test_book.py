"""Who is in the crowd, and in which order it is sold."""

import numpy as np
import pytest
from hypothesis import given

from engine.cascade import (
    Book,
    Depth,
    avalanche,
    depth_of_impact,
    last_prices,
    one_unit_each,
    queue,
)
from tests.crowds import linear, random_case, seeds


def test_one_side_without_the_other_is_refused():
    with pytest.raises(ValueError, match="every unit needs both sides"):
        Book([1.0, 1.0, -1.0], 100.0, 10.0)


def test_the_leverage_of_an_account_is_by_its_own_entry():
    book = Book([2.0, 1.0, -3.0], [50.0, 100.0, 80.0], [10.0, 50.0, 60.0])
    assert book.leverage.tolist() == [10.0, 2.0, 4.0]


def test_longs_without_borrowed_money_are_never_sold():
    book = Book([1.0, 1.0, -2.0], 100.0, [100.0, 10.0, 200.0], maintenance_rate=0.005)
    assert queue(book, linear(50.0)).account.tolist() == [1]
    fall = avalanche(book, linear(200.0), 50.0)
    assert fall.last_price == 0.0
    assert fall.accounts["closed"].tolist() == [0.0, 1.0, 0.0]


@pytest.mark.parametrize(
    ("impact", "shock", "last"),
    [(2.0, 94.5, 88.5), (1.0, 94.5, 93.5), (2.0, 95.5, 95.5), (1.75, 94.5, 89.25)],
)
def test_three_traders_on_the_board(impact, shock, last):
    """The course's three: triggers 95, 93 and 91, one unit each."""
    book, depth = one_unit_each([91.0, 95.0, 93.0]), Depth(float(depth_of_impact(impact)))
    assert avalanche(book, depth, shock).last_price == pytest.approx(last, abs=1e-12)
    assert book.quantity.sum() == 0


@given(seeds)
def test_units_are_sold_at_the_triggers_they_were_given(seed):
    rng = np.random.default_rng(seed)
    entry = rng.uniform(50.0, 200.0)
    triggers = entry * rng.uniform(0.1, 0.99, rng.integers(1, 20))
    line = queue(one_unit_each(triggers, entry), Depth(1.0, entry))
    np.testing.assert_allclose(line.trigger_price, np.sort(triggers)[::-1], rtol=1e-12)


@given(seeds)
def test_many_shocks_at_once_agree_with_one_at_a_time(seed):
    book, depth, _, _, rng = random_case(seed)
    shocks = rng.uniform(60.0, 101.0, 20)
    line = queue(book, depth)
    assert (line.sales(line.reach) > np.arange(line.reach.size)).all()
    table = last_prices(line, shocks)
    for row in table.itertuples():
        fall = avalanche(book, depth, row.shock_price)
        assert (fall.last_price, fall.sold, len(fall.sales)) == (row.last_price, row.sold, row.sales)
