"""Real loans: closed where assets are worth no more than their cover of the debt."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.margin.loan import debt, loan_liquidation_price, loan_requirement, spot_cover
from engine.margin.risk import bankruptcy_price, equity, liquidation_price

signs = st.sampled_from([1.0, -1.0])
leverages = st.floats(1.02, 20.0)
covers = st.floats(1.0, 1.5)


@given(signs, leverages, st.floats(1e-3, 1e6), covers)
def test_assets_are_the_cover_of_the_debt_at_the_liquidation_price(sign, leverage, entry, cover):
    own = sign * leverage / entry, entry, 1.0
    price = loan_liquidation_price(*own, cover)
    owed = debt(*own, price)
    assert equity(*own, price) + owed == pytest.approx(cover * owed, rel=1e-9)
    assert equity(*own, price) == pytest.approx(loan_requirement(*own, price, cover), abs=1e-9 * leverage)


@given(signs, leverages, covers)
def test_a_cover_above_one_acts_before_bankruptcy(sign, leverage, cover):
    own = sign * leverage / 100.0, 100.0, 1.0
    assert sign * (loan_liquidation_price(*own, cover) - bankruptcy_price(*own)) >= -1e-9
    assert loan_liquidation_price(*own, 1.0) == pytest.approx(bankruptcy_price(*own))


@given(leverages, st.floats(0.5, 0.99))
def test_a_threshold_on_the_collateral_is_a_maintenance_rate_for_a_long(leverage, threshold):
    own = leverage / 100.0, 100.0, 1.0
    expected = liquidation_price(*own, 1 - threshold)
    assert loan_liquidation_price(*own, 1 / threshold) == pytest.approx(expected)


@given(signs, leverages, covers, st.floats(0.001, 0.02))
def test_interest_brings_the_trigger_nearer(sign, leverage, cover, interest):
    quantity = sign * leverage / 100.0
    plain = loan_liquidation_price(quantity, 100.0, 1.0, cover)
    assert sign * (loan_liquidation_price(quantity, 100.0, 1.0 - interest, cover) - plain) > 0


def test_without_a_debt_there_is_no_trigger():
    assert np.isnan(loan_liquidation_price(1.0, 100.0, 100.0, 1.02))
    assert debt(1.0, 100.0, 100.0, 70.0) == loan_requirement(1.0, 100.0, 100.0, 70.0, 1.02) == 0.0


def test_the_fee_of_the_sale_comes_on_top():
    assert spot_cover(0.02, 0.001) == pytest.approx(1.02 * 1.001)
    assert spot_cover(0.0, 0.0) == 1.0
