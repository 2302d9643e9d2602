"""A loan on chain as its price falls: repaid in steps, then insolvent."""

from typing import Final, NamedTuple

import numpy as np

from engine.margin import lending
from engine.margin.lending import Liquidated, liquidate
from engine.margin.risk import Floats


class Loan(NamedTuple):
    """A loan on chain: units of collateral, debt and price in quote, rates as fractions."""

    units: float
    debt: float
    liquidation_threshold: float
    bonus: float


# The prices tell of half, of all, of nothing left, and of bad debt.
LOAN: Final = Loan(units=10.0, debt=15_000.0, liquidation_threshold=0.825, bonus=0.05)
LOAN_PRICES: Final = (1_800.0, 1_700.0, 1_575.0, 1_560.0, 1_500.0, 1_400.0)


def loan_ladder() -> tuple[Floats, Floats, Liquidated]:
    """The loan of the example, liquidated once at each of its prices.

    Returns
    -------
    prices : ndarray
        Of a unit of collateral, quote.
    health_factors : ndarray
        Before, multiples.
    liquidated : Liquidated
        Arrays of the same shape.

    Examples
    --------
    >>> prices, before, done = loan_ladder()
    >>> before.round(4).tolist()[:2], done.bad_debt.round(2).tolist()[2:]
    ([0.99, 0.935], [0.0, 142.86, 714.29, 1666.67])
    """
    prices = np.array(LOAN_PRICES)
    collateral = LOAN.units * prices
    before = lending.health_factor(collateral, LOAN.debt, LOAN.liquidation_threshold)
    return prices, before, liquidate(collateral, LOAN.debt, LOAN.liquidation_threshold, LOAN.bonus)


def loan_marks() -> dict[str, float]:
    """Where the loan of the example may be liquidated, turns toxic, and is worth less than its debt.

    Returns
    -------
    dict of float
        ``trigger``, ``toxic`` and ``insolvent``, quote per unit; ``toxic_health``, a multiple.

    Examples
    --------
    >>> {name: round(value, 5) for name, value in loan_marks().items()}
    {'trigger': 1818.18182, 'toxic': 1575.0, 'insolvent': 1500.0, 'toxic_health': 0.86625}
    """
    toxic = float(lending.toxic_health_factor(LOAN.liquidation_threshold, LOAN.bonus))
    per_unit = LOAN.debt / LOAN.units
    return {
        "trigger": per_unit / LOAN.liquidation_threshold,
        "toxic": per_unit * toxic / LOAN.liquidation_threshold,
        "insolvent": per_unit,
        "toxic_health": toxic,
    }
