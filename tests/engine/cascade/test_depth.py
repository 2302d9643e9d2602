"""The orders below the price: what sales bring, and where they leave it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.cascade import (
    Curve,
    Depth,
    depth_of_impact,
    depth_of_volume,
)
from engine.margin import risk


@pytest.mark.parametrize("curve", Curve)
def test_one_percent_moves_the_price_by_one_percent_and_proceeds_are_the_area_below(curve):
    depth = Depth(50.0, 100.0, curve)
    assert depth.after(100.0, 50.0) == pytest.approx(99.0)
    for sold in (0.0, 10.0, 400.0, 20_000.0, 900_000.0):
        units = np.linspace(0.0, sold**0.5, 200_001) ** 2
        area = np.trapezoid(depth.after(90.0, units), units)
        assert depth.proceeds(90.0, sold) == pytest.approx(area, rel=1e-6)
    assert depth.after(90.0, 1e12) == 0.0


@given(st.sampled_from(Curve), st.floats(0.0, 5_000.0), st.floats(1.0, 100.0))
def test_the_highest_start_leads_to_the_price(curve, sold, price):
    depth = Depth(100.0, 100.0, curve)
    assert depth.after(depth.before(price, sold), sold) == pytest.approx(price, rel=1e-9)


def test_when_nobody_buys_any_start_is_low_enough():
    depth = Depth(1.0, 100.0, Curve.SQUARE_ROOT)
    assert depth.before(50.0, [9_999.0, 10_000.0, 20_000.0]).tolist()[1:] == [np.inf, np.inf]


@pytest.mark.parametrize("part, impact, leverage", [(0.1, 0.0126491, 118.585), (1.0, 0.04, 37.5)])
def test_leaving_through_a_square_root_book(part, impact, leverage):
    volume = 5_000.0
    depth = Depth(depth_of_volume(volume, 0.04), 100.0, Curve.SQUARE_ROOT)
    sold = part * volume
    average = depth.proceeds(100.0, sold) / sold
    assert depth.after(100.0, sold) == pytest.approx(100 * (1 - impact), abs=1e-5)
    assert average == pytest.approx(100 * (1 - 2 / 3 * impact), abs=1e-5)
    assert risk.largest_leverage(average / 100 - 1, 0.0) == pytest.approx(leverage, abs=5e-4)


def test_an_impact_in_money_is_a_depth():
    impact, price = np.array([0.5, 2.0]), np.array([100.0, 40.0])
    for each, start in zip(impact, price, strict=True):
        depth = Depth(float(depth_of_impact(each, start)), start)
        assert depth.after(start, [1.0, 3.0]) == pytest.approx([start - each, start - 3 * each])
    assert depth_of_impact(impact, price).tolist() == pytest.approx([2.0, 0.2])
