"""Real loans: spot margin and lending, where the requirement is a share of the debt.

The trader holds assets and owes a debt, both at the mark price in quote. The loan is closed when
assets are worth no more than ``cover`` times the debt: ``(1 + rate) * (1 + fee)`` in spot margin,
``1 / liquidation_threshold`` in lending.
"""

import numpy as np
from numpy.typing import ArrayLike

from engine.margin import risk
from engine.margin.risk import Floats


def spot_cover(maintenance_rate: ArrayLike, closing_fee: ArrayLike) -> Floats:
    """Assets over debt at which isolated spot margin is closed: ``(1 + rate) * (1 + fee)``.

    Parameters
    ----------
    maintenance_rate, closing_fee : array_like
        Fractions of the debt, and of what is traded to repay it.

    Returns
    -------
    ndarray
        Multiple, at least 1.

    References
    ----------
    OKX, help centre article 6997123251341.

    Examples
    --------
    >>> round(float(spot_cover(0.02, 0.001)), 5)
    1.02102
    """
    rate, fee = (np.asarray(value, dtype=float) for value in (maintenance_rate, closing_fee))
    cover: Floats = (1 + rate) * (1 + fee)
    return cover


def debt(quantity: ArrayLike, entry_price: ArrayLike, collateral: ArrayLike, mark_price: ArrayLike) -> Floats:
    """What is owed: money for a long, the borrowed asset at its price now for a short.

    Parameters
    ----------
    quantity : array_like
        Signed units of the asset.
    entry_price, mark_price : array_like
        Quote per unit.
    collateral : array_like
        The trader's own money put in, less interest so far, quote.

    Returns
    -------
    ndarray
        Quote.

    Examples
    --------
    >>> debt([10.0, -10.0], 100.0, 100.0, 94.0).tolist()
    [900.0, 940.0]
    """
    quantity, entry, own, mark = (
        np.asarray(value, dtype=float) for value in (quantity, entry_price, collateral, mark_price)
    )
    owed: Floats = np.where(quantity > 0, quantity * entry - own, -quantity * mark)
    return owed[()]


def loan_requirement(
    quantity: ArrayLike,
    entry_price: ArrayLike,
    collateral: ArrayLike,
    mark_price: ArrayLike,
    cover: ArrayLike,
) -> Floats:
    """Equity the lender wants to see: ``(cover - 1) * debt``.

    Parameters
    ----------
    quantity, entry_price, collateral, mark_price
        As in :func:`debt`.
    cover : array_like
        Assets over debt at which the loan is closed.

    Returns
    -------
    ndarray
        Quote.

    Examples
    --------
    >>> round(float(loan_requirement(10.0, 100.0, 100.0, 94.0, 1.02)), 2)
    18.0
    """
    return (np.asarray(cover, dtype=float) - 1) * debt(quantity, entry_price, collateral, mark_price)


def loan_liquidation_price(
    quantity: ArrayLike, entry_price: ArrayLike, collateral: ArrayLike, cover: ArrayLike
) -> Floats:
    """Price at which assets fall to `cover` times the debt: the bankruptcy price times or over it.

    Parameters
    ----------
    quantity : array_like
        Signed units of the asset, not zero.
    entry_price : array_like
        Quote per unit.
    collateral : array_like
        The trader's own money put in, less interest so far, quote.
    cover : array_like
        Assets over debt at which the loan is closed, at least 1.

    Returns
    -------
    ndarray
        Quote per unit; ``nan`` without a debt.

    References
    ----------
    OKX, help centre article 6997123251341; Aave v3, health factor
    (aave/aave-v3-core@782f5191:contracts/protocol/libraries/logic/LiquidationLogic.sol).

    Examples
    --------
    Ten coins of 2,000 against 15,000 borrowed at a liquidation threshold of 82.5 %:

    >>> round(float(loan_liquidation_price(10.0, 2000.0, 5000.0, 1 / 0.825)), 6)
    1818.181818
    """
    bankrupt = risk.bankruptcy_price(quantity, entry_price, collateral)
    price: Floats = bankrupt * np.asarray(cover, dtype=float) ** np.sign(quantity)
    return price
