"""What holding a position costs while nothing else happens: fees, funding, interest.

Costs are positive when the trader pays. They are charged on the whole position and paid from
the small part of it that is the trader's own.
"""

from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from engine.margin.risk import Floats

HOURS_PER_YEAR: Final = 24 * 365.0


def trading_fee(notional: ArrayLike, rate: ArrayLike) -> Floats:
    """Fee on one trade, open or close: ``rate * notional``.

    Parameters
    ----------
    notional : array_like
        Money value traded, quote.
    rate : array_like
        Fraction, 0.0006 = 0.06 %.

    Returns
    -------
    ndarray
        Quote, positive = paid.

    Examples
    --------
    >>> round(float(trading_fee(1000.0, 0.0005)), 2)
    0.5
    """
    fee: Floats = np.asarray(notional, dtype=float) * np.asarray(rate, dtype=float)
    return fee


def funding_cost(
    quantity: ArrayLike, mark_price: ArrayLike, hours: ArrayLike, rate: float, interval_hours: float
) -> Floats:
    """Funding that falls due at each step of a path, at the mark price of that step.

    Perpetual futures exchange a payment between longs and shorts at fixed times. With a
    positive rate longs pay and shorts receive.

    Parameters
    ----------
    quantity : array_like of shape (n_steps,), or a number if it stays the same
        Signed units held when the payment falls due.
    mark_price : array_like of shape (n_steps,)
        Quote per unit.
    hours : array_like of shape (n_steps,)
        Hours since the position was opened, not decreasing.
    rate : float
        Fraction of notional per interval.
    interval_hours : float
        Hours between payments, > 0.

    Returns
    -------
    ndarray of shape (n_steps,)
        Quote, positive = the trader pays. A step that spans several payment times is charged
        for each of them at its own mark price.

    Examples
    --------
    >>> funding_cost([10.0, 10.0], [100.0, 100.0], [0.0, 24.0], 0.0001, 8.0).round(2).tolist()
    [0.0, 0.3]
    """
    # A payment time that a step reaches exactly must not be lost to rounding (3 * 0.1 < 0.3).
    payments = np.floor(np.asarray(hours, dtype=float) / interval_hours + 1e-9)
    due = np.diff(payments, prepend=0.0)
    cost: Floats = np.asarray(quantity, dtype=float) * np.asarray(mark_price, dtype=float) * rate * due
    return cost


def interest_cost(borrowed: ArrayLike, hours: ArrayLike, annual_rate: float) -> Floats:
    """Simple interest on what is borrowed, accrued from step to step.

    Parameters
    ----------
    borrowed : array_like of shape (n_steps,), or a number if it stays the same
        Value of what is borrowed during the time that ends at each step, quote.
    hours : array_like of shape (n_steps,)
        Hours since the position was opened, not decreasing.
    annual_rate : float
        Fraction per year of 365 days.

    Returns
    -------
    ndarray of shape (n_steps,)
        Quote, positive = paid.

    Examples
    --------
    >>> interest_cost([900.0, 900.0], [0.0, 8760.0], 0.08).round(2).tolist()
    [0.0, 72.0]
    """
    elapsed = np.diff(np.asarray(hours, dtype=float), prepend=0.0)
    cost: Floats = np.asarray(borrowed, dtype=float) * annual_rate * elapsed / HOURS_PER_YEAR
    return cost


def cost_per_hour(
    notional: ArrayLike, borrowed: ArrayLike, funding_rate: float, interval_hours: float, annual_rate: float
) -> Floats:
    """Funding and interest an hour, evened out, while price and position stand still.

    Parameters
    ----------
    notional : array_like
        Signed value of the position, quote: negative for a short.
    borrowed : array_like
        Value of what is borrowed, quote.
    funding_rate : float
        Fraction of notional per interval.
    interval_hours : float
        Hours between funding payments, > 0.
    annual_rate : float
        Interest, fraction per year of 365 days.

    Returns
    -------
    ndarray
        Quote an hour, positive = the trader pays.

    Examples
    --------
    >>> round(float(cost_per_hour(1000.0, 900.0, 0.0001, 8.0, 0.0)) * 24, 2)
    0.3
    """
    funding = np.asarray(notional, dtype=float) * funding_rate / interval_hours
    cost: Floats = funding + np.asarray(borrowed, dtype=float) * annual_rate / HOURS_PER_YEAR
    return cost


def hours_to_liquidation(
    equity: ArrayLike, maintenance_margin: ArrayLike, cost_per_hour: ArrayLike
) -> Floats:
    """Hours until costs alone bring equity down to the requirement, the price standing still.

    Parameters
    ----------
    equity, maintenance_margin : array_like
        Quote.
    cost_per_hour : array_like
        Quote an hour, positive = paid.

    Returns
    -------
    ndarray
        Hours, 0 when equity is at the requirement already; ``inf`` = never.

    Examples
    --------
    >>> round(float(hours_to_liquidation(100.0, 50.0, 0.30 / 24)) / 24, 1)
    166.7
    """
    room = np.maximum(np.asarray(equity, dtype=float) - np.asarray(maintenance_margin, dtype=float), 0.0)
    cost = np.asarray(cost_per_hour, dtype=float)
    return np.where(room == 0, 0.0, np.where(cost > 0, room / np.where(cost > 0, cost, 1.0), np.inf))[()]
