"""Loans against collateral, as on Aave v3: no margin call, anyone may repay and is paid for it.

Collateral and debt are money at oracle prices, in the quote currency. Rates are fractions. Every
function takes numbers or arrays and broadcasts.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from engine.margin.risk import NOISE, Floats

# Aave v3: half of the debt may be repaid at a time, all of it at this health factor or below.
HALF: Final = 0.5
ALL_BELOW: Final = 0.95
# Bitget: each step repays this share of what is owed then, and below so much collateral all goes at once.
STEP: Final = 0.5
DUST: Final = 100.0


class Liquidated(NamedTuple):
    """One liquidation of a loan; quote currency.

    Attributes
    ----------
    repaid : ndarray
        Debt that the liquidator repaid.
    seized : ndarray
        Collateral that the liquidator took for it, bonus included.
    health_factor_after : ndarray
        Multiple; ``nan`` when no debt is left.
    left : ndarray
        Collateral that the borrower still has.
    bad_debt : ndarray
        Debt with no collateral behind it any more: a loss of those who lent.
    """

    repaid: Floats
    seized: Floats
    health_factor_after: Floats
    left: Floats
    bad_debt: Floats


def health_factor(collateral: ArrayLike, debt: ArrayLike, liquidation_threshold: ArrayLike) -> Floats:
    """Collateral that counts, per unit of debt: ``collateral * threshold / debt``.

    Parameters
    ----------
    collateral, debt : array_like
        Quote. Of several assets: the sums, with the average threshold of the collateral.
    liquidation_threshold : array_like
        Share of the collateral that counts, in (0, 1); 1 less the maintenance rate.

    Returns
    -------
    ndarray
        Multiple; below 1 the loan may be liquidated. ``nan`` without debt, where Aave's own
        library answers -1.

    References
    ----------
    aave/aave-utilities@d4c93961:packages/math-utils/src/pool-math.ts.

    Examples
    --------
    >>> float(health_factor(18_000.0, 15_000.0, 0.825))
    0.99
    """
    counted = np.multiply(collateral, liquidation_threshold, dtype=float)
    owed = np.asarray(debt, dtype=float)
    return np.where(owed > 0, counted / np.where(owed > 0, owed, 1.0), np.nan)[()]


def close_factor(health_factor: ArrayLike) -> Floats:
    """Share of the debt that one liquidation may repay.

    Parameters
    ----------
    health_factor : array_like
        Multiple.

    Returns
    -------
    ndarray
        Fraction: 0 from 1 upwards and without debt, a half below 1, all at 0.95 and below.

    References
    ----------
    aave/aave-v3-core@782f5191:contracts/protocol/libraries/logic/LiquidationLogic.sol.

    Examples
    --------
    >>> close_factor([1.0, 0.96, 0.95]).tolist()
    [0.0, 0.5, 1.0]
    """
    health = np.asarray(health_factor, dtype=float)
    return np.where(health <= ALL_BELOW * (1 + NOISE), 1.0, np.where(health < 1 - NOISE, HALF, 0.0))[()]


def largest_repayment(
    health_factor: ArrayLike,
    debt: ArrayLike,
    total_debt: ArrayLike,
    collateral: ArrayLike,
    small: ArrayLike,
) -> Floats:
    """Debt in one asset that one liquidation may repay since Aave v3.3.

    The close factor counts over all debt of the borrower, and a small debt or a small collateral
    may go whole, so that no dust is left.

    Parameters
    ----------
    health_factor : array_like
        Multiple.
    debt, collateral : array_like
        In the one asset repaid and the one asset taken, quote.
    total_debt : array_like
        In all assets, quote.
    small : array_like
        Amount below which a debt or a collateral is small, quote.

    Returns
    -------
    ndarray
        Quote; 0 when the loan may not be liquidated.

    References
    ----------
    aave-dao/aave-v3-origin@0c6fac8a:docs/3.3/Aave-v3.3-features.md.

    Examples
    --------
    Three debts of 3,000 each, one of them repaid whole:

    >>> float(largest_repayment(0.96, 3000.0, 9000.0, 9000.0, 1000.0))
    3000.0
    """
    owed, share = np.asarray(debt, dtype=float), close_factor(health_factor)
    whole = (share > 0) & (np.less(owed, small) | np.less(collateral, small))
    return np.where(whole, owed, np.minimum(owed, np.multiply(share, total_debt)))[()]


def seize(repaid: ArrayLike, collateral: ArrayLike, bonus: ArrayLike) -> tuple[Floats, Floats]:
    """What a liquidator repays and takes: the repayment and a bonus on it, while there is enough.

    Parameters
    ----------
    repaid : array_like
        Debt the liquidator wants to repay, quote.
    collateral : array_like
        What there is to take, quote.
    bonus : array_like
        Fraction of the repayment.

    Returns
    -------
    tuple of ndarray
        Really repaid and seized, quote. With too little collateral all of it is seized, and only
        ``collateral / (1 + bonus)`` is repaid.

    References
    ----------
    aave/aave-v3-core@782f5191:contracts/protocol/libraries/logic/LiquidationLogic.sol.

    Examples
    --------
    >>> repaid, seized = seize(2.5, [10.0, 2.3], 0.15)
    >>> repaid.round(6).tolist(), seized.round(6).tolist()
    ([2.5, 2.0], [2.875, 2.3])
    """
    wanted, there = np.asarray(repaid, dtype=float), np.asarray(collateral, dtype=float)
    price = 1 + np.asarray(bonus, dtype=float)
    enough = wanted * price <= there * (1 + NOISE)
    return np.where(enough, wanted, there / price)[()], np.minimum(wanted * price, there)


def toxic_health_factor(liquidation_threshold: ArrayLike, bonus: ArrayLike) -> Floats:
    """Health factor below which every liquidation makes the loan worse: ``threshold * (1 + bonus)``.

    Here a dollar of debt has ``1 + bonus`` dollars of collateral: the liquidator takes out as much
    for each dollar as there is. It lies above insolvency, so bad debt is certain before the
    collateral is worth less than the debt.

    Parameters
    ----------
    liquidation_threshold, bonus : array_like
        Fractions.

    Returns
    -------
    ndarray
        Multiple.

    References
    ----------
    Warmuz, Chaudhary and Pinna, "Toxic Liquidation Spirals", 2022.

    Examples
    --------
    >>> round(float(toxic_health_factor(0.825, 0.05)), 5)
    0.86625
    """
    level: Floats = np.multiply(liquidation_threshold, np.add(1.0, bonus), dtype=float)
    return level


def liquidate(
    collateral: ArrayLike, debt: ArrayLike, liquidation_threshold: ArrayLike, bonus: ArrayLike
) -> Liquidated:
    """Liquidate a loan once, as far as the close factor allows.

    Parameters
    ----------
    collateral, debt : array_like
        Quote, one asset each.
    liquidation_threshold, bonus : array_like
        Fractions.

    Returns
    -------
    Liquidated
        Nothing repaid and nothing seized while the health factor is 1 or more.

    References
    ----------
    aave/aave-v3-core@782f5191:contracts/protocol/libraries/logic/LiquidationLogic.sol; bad debt
    as in aave-dao/aave-v3-origin@0c6fac8a:docs/3.3/Aave-v3.3-features.md.

    Examples
    --------
    10 units at 1,560 behind a debt of 15,000:

    >>> one = liquidate(15_600.0, 15_000.0, 0.825, 0.05)
    >>> round(float(one.repaid), 2), float(one.left), round(float(one.bad_debt), 2)
    (14857.14, 0.0, 142.86)
    """
    there, owed = np.asarray(collateral, dtype=float), np.asarray(debt, dtype=float)
    wanted = owed * close_factor(health_factor(there, owed, liquidation_threshold))
    repaid, seized = seize(wanted, there, bonus)
    left = there - seized
    open_debt = owed - repaid
    after = health_factor(left, open_debt, liquidation_threshold)
    return Liquidated(repaid, seized, after, left, np.where(left > 0, 0.0, open_debt)[()])


class LoanStep(NamedTuple):
    """One step of a gradual liquidation; quote currency.

    Attributes
    ----------
    repaid : float
        Debt that was repaid.
    sold : float
        Collateral that was sold for it, cost included.
    debt, left : float
        What is owed and what is pledged afterwards.
    """

    repaid: float
    sold: float
    debt: float
    left: float

    @property
    def loan_to_value(self) -> float:
        """Debt over collateral afterwards; 0 without debt, ``inf`` when nothing is left behind one."""
        if self.debt <= 0:
            return 0.0
        return self.debt / self.left if self.left > 0 else float("inf")


def sell_in_steps(collateral: float, debt: float, initial_ltv: float, cost: float = 0.0) -> list[LoanStep]:
    """Liquidate a loan half of its debt at a time, as Bitget's crypto loans do, at one price.

    It ends as soon as the loan-to-value ratio is back at `initial_ltv`, the one the loan was granted
    at. Once the collateral is worth less than :data:`DUST` the rest goes in one step.

    Parameters
    ----------
    collateral, debt : float
        Quote, above zero, when the liquidation line is crossed.
    initial_ltv : float
        Fraction below 1.
    cost : float, default 0
        What selling costs, a fraction of what is repaid.

    Returns
    -------
    list of LoanStep
        None while the ratio is not above `initial_ltv`. A debt left after the last step has no
        collateral behind it.

    Raises
    ------
    ValueError
        If `initial_ltv` lies outside (0, 1) or `cost` below 0.

    References
    ----------
    Bitget, support article 12560603842423, in force since 2025-11-12.

    Examples
    --------
    91 owed on 100, granted at 65 %, in thousands:

    >>> steps = sell_in_steps(100_000.0, 91_000.0, 0.65)
    >>> [(step.repaid, step.left, round(step.loan_to_value, 3)) for step in steps]
    [(45500.0, 54500.0, 0.835), (22750.0, 31750.0, 0.717), (11375.0, 20375.0, 0.558)]
    """
    if not 0 < initial_ltv < 1 or cost < 0:
        raise ValueError("give an initial ratio between 0 and 1 and a cost of 0 or more")
    steps: list[LoanStep] = []
    left, owed = collateral, debt
    while owed > 0 and left > 0 and owed > initial_ltv * left * (1 + NOISE):
        wanted = owed if left < DUST else STEP * owed
        repaid = min(wanted, left / (1 + cost))
        sold = min(repaid * (1 + cost), left)
        owed, left = owed - repaid, left - sold
        steps.append(LoanStep(repaid, sold, owed, left))
    return steps
