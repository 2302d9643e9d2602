"""Positions and golden numbers for the odds of a touch and the time until it.

The closed form was evaluated with 40 digits; quadrature of the inverse Gaussian density agrees to 14.
"""

import numpy as np
import pytest
from hypothesis import strategies as st

from engine.margin.risk import liquidation_price

MONTH = 30 / 365

GAUSS = np.polynomial.legendre.leggauss(200)

CALM = {"drift": 0.0, "volatility": 0.6}

# id, side, leverage, maintenance rate, closing fee, opening fee, drift, volatility, years
CASES = {
    "A1": (1, 10, 0.005, 0, 0, 0.0, 0.6, MONTH),
    "A2": (-1, 10, 0.005, 0, 0, 0.0, 0.6, MONTH),
    "A3": (1, 3, 0.005, 0, 0, 0.0, 0.6, 1),
    "A4": (1, 50, 0.004, 0, 0, 0.0, 0.6, 1 / 365),
    "A5": (1, 20, 0.01, 0.0005, 0.0005, 0.2, 0.8, 7 / 365),
    "A6": (1, 2, 0.25, 0, 0, 0.08, 0.2, 1),
    "A7": (-1, 2, 0.30, 0, 0, 0.08, 0.4, 1),
    "A8": (1, 5, 0.005, 0, 0, 0.5, 0.6, 1),
    "A9": (-1, 100, 0.004, 0.0005, 0.0005, 0.0, 0.5, 8 / 8760),
}

# id, trigger, within the time, ever, median years, mean years open, mean years without an end
GOLDEN = """
A1 0.904522613065 0.58765561763886 1              0.0550667692486   0.0513287783336   0.557488743524
A2 1.094527363184 0.57234447544511 0.913636363636 0.0557088162394   0.0508093373245   inf
A3 0.670016750419 0.60540275781749 1              0.670358542527    0.6346514112      2.22473647936
A4 0.983935742972 0.61099124622356 1              0.0015717044464   0.00161552785027  0.0899704773332
A5 0.960586154624 0.72201993323525 1              0.00545764388316  0.00874576388817  0.335096692618
A6 0.666666666667 0.02243459711352 0.296296296296 inf               0.99436957789     inf
A7 1.153846153846 0.72052883299929 1              0.28132847814     0.455003678381    inf
A8 0.804020100503 0.56990889349401 0.678555868898 0.543548261002    0.566510660393    inf
A9 1.004977600796 0.74060606684488 0.995047052997 0.000218029477749 0.000390148676711 inf
"""


def as_printed(text):
    """The number, give or take half of its last digit and the last digit of a float."""
    decimals = len(text.partition(".")[2])
    return pytest.approx(float(text), rel=0, abs=0.5 * 10.0**-decimals + 3e-15)


def case(name):
    """Trigger at a spot price of 1, and the keyword arguments."""
    sign, leverage, rate, fee, opening, drift, volatility, years = CASES[name]
    quantity = sign * leverage
    barrier = liquidation_price(quantity, 1.0, 1.0 - opening * leverage, rate, closing_fee=fee)
    return barrier, {"drift": drift, "volatility": volatility}, years


barriers = st.floats(0.2, 0.999) | st.floats(1.001, 5.0)

drifts = st.floats(-3.0, 3.0)

volatilities = st.floats(0.02, 3.0)
