"""What the closed forms of the first touch have in common."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtr

from engine.odds.first_passage import Road, arrays, falling_root, reflected

numbers = st.floats(-4.0, 4.0)


@given(st.floats(0.0, 4.0), numbers, st.floats(0.0, 8.0))
def test_the_stable_form_is_the_textbook_product_where_that_works(distance, drift, further):
    end = further - distance
    product = np.exp(-2 * distance * drift) * ndtr(drift - end - 2 * distance)
    value = reflected(*arrays(distance, drift, end))
    assert value == pytest.approx(product, rel=1e-9, abs=1e-15)


def test_it_is_a_number_where_the_product_is_infinity_times_zero():
    with np.errstate(all="ignore"):
        assert np.isnan(np.exp(np.float64(-2 * 40.0 * -40.0)) * ndtr(-80.0))
    # Exactly half of the bell that lies beyond the barrier, to leading order erfcx(sqrt(2) 40) / 2.
    assert reflected(*arrays(40.0, -40.0, -40.0)) == pytest.approx(1 / (80 * np.sqrt(2 * np.pi)), rel=1e-3)


def test_long_and_short_are_one_road():
    spot, drift, volatility = 100.0, 0.3, 0.4
    long = Road.of(*arrays(spot, 80.0, drift, volatility))
    short = Road.of(*arrays(spot, 125.0, volatility**2 - drift, volatility))
    assert [float(x) for x in long] == pytest.approx([float(x) for x in short])
    assert long.distance == pytest.approx(np.log(1.25)) and long.away == pytest.approx(0.22)


def test_scaled_is_in_standard_deviations_of_the_whole_time():
    c, theta = Road(*arrays(0.6, -0.5, 0.3)).scaled(np.array(4.0))
    assert (float(c), float(theta)) == pytest.approx((1.0, -0.5 * 4 / 0.6))


@given(numbers, st.floats(0.1, 3.0))
def test_falling_root_finds_the_zero_of_each_element(root, slope):
    roots = np.array([root, 9.0, -9.0])
    found = falling_root(lambda x, at: slope * (at - x), np.full(3, -5.0), np.full(3, 5.0), roots)
    assert found == pytest.approx([root, 5.0, -5.0], abs=1e-12)
