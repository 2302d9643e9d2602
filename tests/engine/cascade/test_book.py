"""Who is in the crowd, and in which order it is sold."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given

from engine.cascade import (
    Book,
    Deleveraging,
    Depth,
    Rules,
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


# --- triggers equal on paper -----------------------------------------------------------------------


def test_of_two_equal_triggers_the_first_in_the_book_goes_first():
    """4.7 a unit behind 3 and 7 of them, and a third who is due later: on floats the second is higher."""
    book = Book([3.0, 7.0, 1.0, -11.0], 100.0, [3 * 4.7, 7 * 4.7, 9.0, 1e3], maintenance_rate=0.0)
    line = queue(book, Depth(100.0))
    assert line.account.tolist() == [0, 1, 2]
    assert line.trigger_price[0] == line.trigger_price[1]


def test_2000_pairs_of_equal_leverage_stay_in_the_order_of_the_book():
    rng = np.random.default_rng(1)
    for _ in range(2000):
        units, price, leverage = rng.integers(1, 100, 3), rng.integers(1, 1000), rng.integers(2, 100)
        entry, rate = price / 7, rng.choice([0.0, 0.005, 0.01])
        collateral = units * entry / leverage
        collateral[2] *= rng.uniform(0.5, 0.99)  # due at another price
        place = rng.permutation(3)
        book = Book(
            np.append(units[place], -units.sum()),
            entry,
            np.append(collateral[place], 1e6),
            maintenance_rate=rate,
        )
        sold = [int(place[account]) for account in queue(book, Depth(1e3, entry)).account]
        sold.remove(2)
        assert sold == [int(account) for account in place if account != 2]


def exact_book(rng):
    """Longs in fractions, many with the triggers of others, and the same as a book."""
    traders = int(rng.integers(2, 30))
    units = [Fraction(int(n), 10) for n in rng.integers(1, 200, traders)]
    entry = [Fraction(int(n), 10) for n in rng.integers(900, 1100, traders)]
    rate = Fraction(int(rng.integers(0, 30)), 1000)
    due = [Fraction(int(n), 10) for n in 800 + rng.integers(0, 8, traders) * rng.integers(1, 12)]
    # The entry may not lie so low that the trader has no own money in it.
    margin = [q * max(e - p * (1 - rate), Fraction(1, 10)) for q, e, p in zip(units, entry, due, strict=True)]
    trigger = [(q * e - c) / (q * (1 - rate)) for q, e, c in zip(units, entry, margin, strict=True)]
    held = sum(units)
    book = Book(
        np.array([*units, -held], dtype=float),
        np.array([*entry, 100], dtype=float),
        np.array([*margin, 1000 * held], dtype=float),
        float(rate),
    )
    return book, units, trigger


def one_by_one_on_paper(units, trigger, impact, shock):
    """The one with the highest trigger who is due, of equal ones the first in the book, again and again."""
    left, price, gone = list(range(len(units))), shock, []
    while due := [i for i in left if trigger[i] >= price]:
        pick = max(due, key=lambda i: (trigger[i], -i))
        left.remove(pick)
        gone.append(pick)
        price = max(price - impact * units[pick], Fraction(0))
    return gone, price


def test_2000_books_full_of_equal_triggers_agree_with_a_loop_in_fractions():
    rng, ties, partly = np.random.default_rng(12), 0, 0
    for _ in range(2000):
        book, units, trigger = exact_book(rng)
        impact, shock = Fraction(int(rng.integers(1, 30)), 1000), Fraction(int(rng.integers(760, 900)), 10)
        gone, price = one_by_one_on_paper(units, trigger, impact, shock)
        depth = Depth(float(1 / impact), 100.0)
        fall = avalanche(book, depth, float(shock))
        assert fall.sales["account"].tolist() == gone
        assert fall.last_price == pytest.approx(float(price), rel=1e-12)
        # With a fund that pays for everything the loop of the other rule sells the same.
        rich = Rules(fund=1e9, deleveraging=Deleveraging.AT_BANKRUPTCY)
        assert avalanche(book, depth, float(shock), rich).sales["account"].tolist() == gone
        ties += len(set(trigger)) < len(trigger)
        partly += 0 < len(gone) < len(units)
    assert ties > 1800 and partly > 200


@given(seeds)
def test_who_stands_where_in_the_book_matters_among_equals_only(seed):
    """Another order of the accounts: the same triggers in the same order, and the same ends."""
    rng = np.random.default_rng(seed)
    book, _, trigger = exact_book(rng)
    place = rng.permutation(book.quantity.size)
    other = Book(*(values[place] for values in book._positions), book.maintenance_rate)
    depth, shock = Depth(40.0), 85.0
    exact = np.append(np.array(trigger, dtype=object), None)
    one, two = queue(book, depth).account, place[queue(other, depth).account]
    assert exact[one].tolist() == exact[two].tolist()
    where = np.argsort(place)[two]
    same = exact[two][1:] == exact[two][:-1]
    assert (np.diff(where)[same.astype(bool)] > 0).all()
    ends = [avalanche(each, depth, shock).last_price for each in (book, other)]
    assert ends[0] == pytest.approx(ends[1], rel=1e-12)
