"""The highest number first, and what counts as equal."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engine.margin import NOISE, highest_first

whole = st.lists(st.integers(-40, 40), max_size=60)
last_digits = st.integers(0, 2**32 - 1)


@given(whole, last_digits)
def test_last_digits_decide_nothing(numbers, seed):
    """Equal on paper is equal: the order is that of the whole numbers, by their place among equals."""
    values = np.array(numbers, dtype=float)
    digits = np.random.default_rng(seed).integers(-3, 4, values.size)
    order, levelled = highest_first(values * (1 + 2.0**-52 * digits))
    assert order.tolist() == sorted(range(len(numbers)), key=lambda i: (-numbers[i], i))
    assert np.array_equal(levelled, np.sort(levelled)[::-1])
    assert len(set(levelled.tolist())) == len(set(numbers))
    np.testing.assert_allclose(levelled, values[order], rtol=1e-14)


@given(st.lists(st.floats(allow_nan=False), max_size=40))
def test_any_numbers_fall(numbers):
    order, levelled = highest_first(numbers)
    assert sorted(order) == list(range(len(numbers)))
    assert not (levelled[1:] > levelled[:-1]).any()


def test_what_differs_by_more_is_not_equal():
    for gap, first in ((4 * NOISE, 1), (NOISE / 4, 0)):
        for sign in (1.0, -1.0):
            order, levelled = highest_first([sign, sign + gap])
            assert order[0] == first and levelled[0] == sign + gap


def test_infinity_and_zero_are_numbers():
    order, levelled = highest_first([0.0, np.inf, -np.inf, 1e-300, np.inf])
    assert order.tolist() == [1, 4, 3, 0, 2]
    assert levelled.tolist() == [np.inf, np.inf, 1e-300, 0.0, -np.inf]
