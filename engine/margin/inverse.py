"""Coin-margined (inverse) contracts: sized in quote money, margined and settled in the coin itself.

A contract is worth one unit of quote money, whatever the coin costs. ``contracts`` is signed
(long > 0), ``collateral`` and every other amount are in coins, prices in quote per coin.
"""

import numpy as np
from numpy.typing import ArrayLike

from engine.margin import risk
from engine.margin.risk import NOISE, Floats


def inverse_profit(contracts: ArrayLike, entry_price: ArrayLike, mark_price: ArrayLike) -> Floats:
    """Unrealised profit in coins: ``contracts * (1 / entry_price - 1 / mark_price)``.

    Not a straight line in the price: a long loses more coins in a fall than it gains in a rise of
    the same size, because the coin it is paid in falls as well.

    Parameters
    ----------
    contracts : array_like
        Signed size in quote money.
    entry_price, mark_price : array_like
        Quote per coin, above zero.

    Returns
    -------
    ndarray
        Coins; negative = loss.

    Examples
    --------
    Ten dollars at 50,000, up and down a tenth, in hundred-millionths of a coin:

    >>> (inverse_profit(10.0, 50_000.0, [55_000.0, 45_000.0]) * 1e8).round(1).tolist()
    [1818.2, -2222.2]
    """
    entry, mark = (np.asarray(price, dtype=float) for price in (entry_price, mark_price))
    profit: Floats = np.asarray(contracts, dtype=float) * (1 / entry - 1 / mark)
    return profit


def inverse_equity(
    contracts: ArrayLike, entry_price: ArrayLike, collateral: ArrayLike, mark_price: ArrayLike
) -> Floats:
    """What is the trader's own, in coins: collateral plus unrealised profit.

    Parameters
    ----------
    contracts : array_like
        Signed size in quote money.
    entry_price, mark_price : array_like
        Quote per coin, above zero.
    collateral : array_like
        Coins.

    Returns
    -------
    ndarray
        Coins; negative once the loss is larger than the collateral.

    Examples
    --------
    >>> float(inverse_equity(50_000.0, 50_000.0, 0.5, 40_000.0))
    0.25
    """
    return np.asarray(collateral, dtype=float) + inverse_profit(contracts, entry_price, mark_price)


def inverse_maintenance_margin(
    contracts: ArrayLike,
    mark_price: ArrayLike,
    maintenance_rate: ArrayLike,
    *,
    maintenance_amount: ArrayLike = 0.0,
    closing_fee: ArrayLike = 0.0,
) -> Floats:
    """The requirement in coins: ``(rate + fee) * abs(contracts) / mark_price - amount``.

    Parameters
    ----------
    contracts : array_like
        Signed size in quote money.
    mark_price : array_like
        Quote per coin, above zero.
    maintenance_rate, closing_fee : array_like
        Fractions of notional.
    maintenance_amount : array_like, default 0
        Tier deduction, coins.

    Returns
    -------
    ndarray
        Coins.

    Examples
    --------
    >>> float(inverse_maintenance_margin(-50_000.0, 40_000.0, 0.004))
    0.005
    """
    coins = np.abs(np.asarray(contracts, dtype=float)) / np.asarray(mark_price, dtype=float)
    return risk.maintenance_margin(
        coins, 1.0, maintenance_rate, maintenance_amount=maintenance_amount, closing_fee=closing_fee
    )


def inverse_liquidation_price(
    contracts: ArrayLike,
    entry_price: ArrayLike,
    collateral: ArrayLike,
    maintenance_rate: ArrayLike,
    *,
    maintenance_amount: ArrayLike = 0.0,
    closing_fee: ArrayLike = 0.0,
) -> Floats:
    """Price at which equity in coins falls to the requirement in coins.

    Solves ``collateral + contracts * (1/entry - 1/P) = (rate + fee) * abs(contracts) / P - amount``.

    Parameters
    ----------
    contracts : array_like
        Signed size in quote money, not zero.
    entry_price : array_like
        Quote per coin.
    collateral : array_like
        Coins behind the position less costs so far, above zero.
    maintenance_rate, closing_fee : array_like
        Fractions of notional; together in [0, 1).
    maintenance_amount : array_like, default 0
        Tier deduction, coins.

    Returns
    -------
    ndarray
        Quote per coin; ``nan`` when no price liquidates the position, as for a short with at least
        as many coins behind it as it is worth. A long always has one.

    References
    ----------
    Bybit, help centre, "Liquidation Price Calculation under Isolated Mode (Unified Trading
    Account)"; OKX and Binance, payloads of real positions.

    Examples
    --------
    >>> round(float(inverse_liquidation_price(50_000.0, 50_000.0, 0.1, 0.004)), 2)
    45636.36
    >>> float(inverse_liquidation_price(-50_000.0, 50_000.0, 1.0, 0.004))
    nan
    """
    size = np.asarray(contracts, dtype=float)
    in_coins = size / np.asarray(entry_price, dtype=float)
    rate = np.asarray(maintenance_rate, dtype=float) + np.asarray(closing_fee, dtype=float)
    # What stands still in coins on one side, what moves with the price on the other.
    fixed = np.asarray(collateral, dtype=float) + np.asarray(maintenance_amount, dtype=float) + in_coins
    moving = size + rate * np.abs(size)
    has_price = np.sign(size) * fixed > NOISE * np.abs(in_coins)
    return np.where(has_price, moving / np.where(has_price, fixed, 1.0), np.nan)[()]


def inverse_bankruptcy_price(contracts: ArrayLike, entry_price: ArrayLike, collateral: ArrayLike) -> Floats:
    """Price at which the last coin is gone.

    Parameters
    ----------
    contracts : array_like
        Signed size in quote money, not zero.
    entry_price : array_like
        Quote per coin.
    collateral : array_like
        Coins behind the position, above zero.

    Returns
    -------
    ndarray
        Quote per coin; ``nan`` when no price exhausts the collateral.

    Examples
    --------
    A 1x long dies at half the price, for its collateral falls as well:

    >>> float(inverse_bankruptcy_price(50_000.0, 50_000.0, 1.0))
    25000.0
    """
    return inverse_liquidation_price(contracts, entry_price, collateral, 0.0)
