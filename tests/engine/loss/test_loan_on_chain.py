"""A loan on chain as its price falls."""

import pytest

from engine.loss import loan_on_chain


def test_the_ladder_of_a_loan():
    prices, before, done = loan_on_chain.loan_ladder()
    assert prices.tolist() == [1800.0, 1700.0, 1575.0, 1560.0, 1500.0, 1400.0]
    assert before[:2] == pytest.approx([0.99, 0.935])
    assert done.repaid[[0, 1, 3]] == pytest.approx([7500.0, 15_000.0, 14_857.142857])
    assert (done.seized / prices)[:2] == pytest.approx([4.375, 9.26470588])
    assert done.health_factor_after[0] == pytest.approx(1.11375)
    assert done.left[1:3] == pytest.approx([1250.0, 0.0], abs=1e-9)
    assert done.bad_debt == pytest.approx([0, 0, 0, 142.857143, 714.285714, 1666.666667], abs=1e-6)


def test_the_toxic_zone_begins_before_the_loan_is_insolvent():
    marks = loan_on_chain.loan_marks()
    assert marks["trigger"] == pytest.approx(1818.181818)
    assert marks["toxic_health"] == pytest.approx(0.86625)
    assert marks["toxic"] == pytest.approx(1575.0)
    assert marks["insolvent"] == 1500.0
