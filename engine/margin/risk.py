"""Margin arithmetic: what a position is worth, what must stay, where it is closed.

Every function takes numbers or arrays and broadcasts. ``quantity`` is signed (long > 0,
short < 0), so longs and shorts share each formula. Money and prices are in the quote
currency, rates are fractions.

Long because each formula stands beside its units, its source and an example that runs.
"""

from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Basis = Literal["mark", "entry"]

# Numbers equal on paper can differ in their last digits. That must neither spare a position that
# stands exactly at its requirement, nor show a liquidation price of $0.00 for a 1x long.
NOISE: Final = 1e-12


def notional(quantity: ArrayLike, mark_price: ArrayLike) -> Floats:
    """Size of the position in money: ``abs(quantity) * mark_price``.

    Parameters
    ----------
    quantity : array_like
        Signed units of the asset.
    mark_price : array_like
        Quote per unit.

    Returns
    -------
    ndarray
        Quote currency, never negative; a scalar for scalars.

    Examples
    --------
    >>> float(notional(-10.0, 94.0))
    940.0
    """
    quantity, mark = _floats(quantity, mark_price)
    return np.abs(quantity) * mark


def equity(
    quantity: ArrayLike,
    entry_price: ArrayLike,
    collateral: ArrayLike,
    mark_price: ArrayLike,
    costs: ArrayLike = 0.0,
) -> Floats:
    """What is the trader's own: collateral plus unrealised profit, less costs so far.

    Parameters
    ----------
    quantity : array_like
        Signed units of the asset.
    entry_price, mark_price : array_like
        Quote per unit.
    collateral : array_like
        The trader's money behind the position, quote.
    costs : array_like, default 0
        Fees, funding and interest so far, quote; positive = the trader has paid.

    Returns
    -------
    ndarray
        Quote; negative once the loss is larger than the collateral.

    Examples
    --------
    >>> float(equity(10.0, 100.0, 100.0, 94.0))
    40.0
    """
    quantity, entry, collateral, mark, costs = _floats(quantity, entry_price, collateral, mark_price, costs)
    return collateral + quantity * (mark - entry) - costs


def initial_margin(quantity: ArrayLike, entry_price: ArrayLike, leverage: ArrayLike) -> Floats:
    """Money that must be posted to open a position: its notional over the leverage.

    Parameters
    ----------
    quantity : array_like
        Signed units of the asset.
    entry_price : array_like
        Quote per unit.
    leverage : array_like
        Multiple, above zero.

    Returns
    -------
    ndarray
        Quote.

    Examples
    --------
    >>> float(initial_margin(-10.0, 100.0, 20.0))
    50.0
    """
    posted: Floats = notional(quantity, entry_price) / np.asarray(leverage, dtype=float)
    return posted


def maintenance_margin(
    quantity: ArrayLike,
    mark_price: ArrayLike,
    maintenance_rate: ArrayLike,
    *,
    maintenance_amount: ArrayLike = 0.0,
    closing_fee: ArrayLike = 0.0,
) -> Floats:
    """The requirement: equity the platform wants to see while the position is open.

    ``(maintenance_rate + closing_fee) * notional - maintenance_amount``.

    Parameters
    ----------
    quantity : array_like
        Signed units of the asset.
    mark_price : array_like
        Quote per unit; the entry price for venues that freeze the requirement at entry.
    maintenance_rate, closing_fee : array_like
        Fractions of notional. `closing_fee` is 0 where the venue leaves it out of the trigger.
    maintenance_amount : array_like, default 0
        Tier deduction, quote.

    Returns
    -------
    ndarray
        Quote.

    Examples
    --------
    >>> float(maintenance_margin(10.0, 94.0, 0.05))
    47.0
    """
    rate, fee, amount = _floats(maintenance_rate, closing_fee, maintenance_amount)
    return (rate + fee) * notional(quantity, mark_price) - amount


def margin_ratio(equity: ArrayLike, notional: ArrayLike) -> Floats:
    """Equity as a fraction of the position: 1/leverage at the start, 0 at bankruptcy.

    Parameters
    ----------
    equity, notional : array_like
        Quote; `notional` > 0.

    Returns
    -------
    ndarray
        Fraction; negative when equity is.

    Examples
    --------
    >>> float(margin_ratio(100.0, 1000.0))
    0.1
    """
    own, size = _floats(equity, notional)
    return own / size


def effective_leverage(margin_ratio: ArrayLike) -> Floats:
    """Leverage the position has *now*, ``1 / margin_ratio``; ``inf`` without equity.

    Parameters
    ----------
    margin_ratio : array_like
        Fraction.

    Returns
    -------
    ndarray
        Multiple of equity.

    Examples
    --------
    >>> float(effective_leverage(0.04))
    25.0
    """
    (ratio,) = _floats(margin_ratio)
    return np.where(ratio > 0, 1 / np.where(ratio > 0, ratio, 1.0), np.inf)[()]


def is_liquidatable(equity: ArrayLike, maintenance_margin: ArrayLike) -> NDArray[np.bool_]:
    """Whether the platform may close the position: ``equity <= maintenance_margin``.

    Standing exactly at the requirement counts, as on the large exchanges. dYdX v4 and Morpho
    Blue spare equality.

    Parameters
    ----------
    equity, maintenance_margin : array_like
        Quote.

    Returns
    -------
    ndarray of bool

    Examples
    --------
    >>> bool(is_liquidatable(47.0, 47.0))
    True
    """
    own, required = _floats(equity, maintenance_margin)
    return own <= required


def liquidation_price(
    quantity: ArrayLike,
    entry_price: ArrayLike,
    collateral: ArrayLike,
    maintenance_rate: ArrayLike,
    *,
    maintenance_amount: ArrayLike = 0.0,
    closing_fee: ArrayLike = 0.0,
    basis: Basis = "mark",
) -> Floats:
    """Price at which equity falls to the maintenance margin.

    Solves ``collateral + quantity * (P - entry) = (rate + fee) * abs(quantity) * P - amount``
    for P. With ``basis="entry"`` the requirement stays at its value at entry.

    Parameters
    ----------
    quantity : array_like
        Signed units of the asset, not zero.
    entry_price : array_like
        Quote per unit.
    collateral : array_like
        The trader's money behind the position less costs so far, quote.
    maintenance_rate : array_like
        Fraction of notional in [0, 1).
    maintenance_amount : array_like, default 0
        Tier deduction, quote.
    closing_fee : array_like, default 0
        Fee the venue counts in the trigger, fraction of notional.
    basis : {"mark", "entry"}
        What the requirement is charged on: the notional now (Binance, Bitget, OKX,
        Hyperliquid, US stock margin) or the notional at entry (Bybit's help page).

    Returns
    -------
    ndarray
        Quote per unit. ``nan`` when no positive price liquidates the position, as for a long
        bought without borrowing; 0 when every price does, as for a short whose costs have eaten
        the collateral and the proceeds of the sale.

    Raises
    ------
    ValueError
        If a quantity is zero, or a rate plus fee is outside [0, 1).

    References
    ----------
    Binance, "How to Calculate Liquidation Price of USD-M Futures Contracts"; Bybit help
    centre, "Liquidation Price (USDT Contract)".

    Examples
    --------
    >>> round(float(liquidation_price(10.0, 100.0, 100.0, 0.05)), 2)
    94.74
    >>> float(liquidation_price(1.0, 100.0, 100.0, 0.05))
    nan
    """
    quantity, entry, collateral, amount = _floats(quantity, entry_price, collateral, maintenance_amount)
    rate = np.asarray(maintenance_rate, dtype=float) + np.asarray(closing_fee, dtype=float)
    if np.any(quantity == 0):
        raise ValueError("quantity is zero: an empty position has no liquidation price.")
    if np.any((rate < 0) | (rate >= 1)):
        raise ValueError(f"maintenance rate plus closing fee is {rate}: give a fraction from 0 to below 1.")
    size = np.abs(quantity)
    if basis == "entry":
        price = entry + (rate * size * entry - amount - collateral) / quantity
    else:
        price = (quantity * entry - collateral - amount) / (quantity - rate * size)
    return np.where(price > NOISE * entry, price, np.where(quantity > 0, np.nan, 0.0))[()]


def bankruptcy_price(quantity: ArrayLike, entry_price: ArrayLike, collateral: ArrayLike) -> Floats:
    """Price at which equity is zero; beyond it the loss is somebody else's.

    Parameters
    ----------
    quantity : array_like
        Signed units of the asset, not zero.
    entry_price : array_like
        Quote per unit.
    collateral : array_like
        The trader's money behind the position less costs so far, quote.

    Returns
    -------
    ndarray
        Quote per unit; ``nan`` when no positive price exhausts the collateral, 0 when every one
        does.

    Examples
    --------
    >>> float(bankruptcy_price(10.0, 100.0, 100.0))
    90.0
    """
    return liquidation_price(quantity, entry_price, collateral, 0.0)


def collateral_for_trigger(
    quantity: ArrayLike,
    entry_price: ArrayLike,
    liquidation_price: ArrayLike,
    maintenance_rate: ArrayLike,
    *,
    closing_fee: ArrayLike = 0.0,
) -> Floats:
    """Money that must stand behind a position for it to be liquidated at a wanted price.

    The inverse of :func:`liquidation_price`.

    Parameters
    ----------
    quantity : array_like
        Signed units of the asset.
    entry_price, liquidation_price : array_like
        Quote per unit; the second is the wanted trigger.
    maintenance_rate, closing_fee : array_like
        Fractions of notional.

    Returns
    -------
    ndarray
        Quote.

    Examples
    --------
    A position of $1,000 whose trigger shall be 80, with 5 % maintenance:

    >>> round(float(collateral_for_trigger(10.0, 100.0, 80.0, 0.05)), 2)
    240.0
    """
    required = maintenance_margin(quantity, liquidation_price, maintenance_rate, closing_fee=closing_fee)
    return required - equity(quantity, entry_price, 0.0, liquidation_price)


def largest_leverage(
    move: ArrayLike, maintenance_rate: ArrayLike, *, short: bool = False, costs: ArrayLike = 0.0
) -> Floats:
    """Leverage at which a move of the price just liquidates; anything below survives it.

    Parameters
    ----------
    move : array_like
        Furthest the price goes, as a signed fraction of entry: -0.10 is a fall of 10 %. A move in
        the position's favour counts as none.
    maintenance_rate : array_like
        Fraction of notional, closing fee included where the venue counts it.
    short : bool, default False
        For a position that loses when the price rises.
    costs : array_like, default 0
        Paid by then, as a fraction of the notional at entry.

    Returns
    -------
    ndarray
        Multiple of the capital, never above the leverage that is liquidated on entry; ``inf`` when
        nothing liquidates at any leverage.

    Examples
    --------
    >>> round(float(largest_leverage(-0.10, 0.05)), 2)
    6.9
    """
    move, rate, costs = _floats(move, maintenance_rate, costs)
    sign = -1.0 if short else 1.0
    against = np.maximum(-sign * move, 0.0)
    # Capital per unit of notional that just covers loss, requirement and costs.
    needed = against + rate * (1 - sign * against) + costs
    return np.where(needed > 0, 1 / np.where(needed > 0, needed, 1.0), np.inf)[()]


def largest_leverage_on_path(
    prices: ArrayLike,
    entry_price: float,
    maintenance_rate: float,
    *,
    short: bool = False,
    costs: ArrayLike = 0.0,
) -> float:
    """Leverage at which a path just liquidates; anything below survives all of it.

    Parameters
    ----------
    prices : array_like of shape (n_steps,)
        Quote per unit: closes, or of bars the lows for a long and the highs for a short.
    entry_price : float
        Quote per unit.
    maintenance_rate : float
        Fraction of notional, closing fee included where the venue counts it.
    short : bool, default False
        For a position that loses when the price rises.
    costs : array_like of shape (n_steps,), default 0
        Paid from the start to each step, as a fraction of the notional at entry.

    Returns
    -------
    float
        Multiple of the capital; ``inf`` when nothing liquidates at any leverage.

    Examples
    --------
    >>> path = [100.0, 97.0, 95.5, 96.0, 94.0, 97.0, 105.0]
    >>> round(largest_leverage_on_path(path, 100.0, 0.05), 2)
    9.35
    """
    move = np.asarray(prices, dtype=float) / entry_price - 1
    return float(np.min(largest_leverage(move, maintenance_rate, short=short, costs=costs)))


def gain_to_recover(equity: ArrayLike, capital: ArrayLike) -> Floats:
    """Gain that brings what is left back to what was put in.

    Parameters
    ----------
    equity, capital : array_like
        What is left and what was put in, quote.

    Returns
    -------
    ndarray
        Fraction of `equity`; ``nan`` when nothing is left, for no gain recovers nothing.

    Examples
    --------
    >>> float(gain_to_recover(40.0, 100.0))
    1.5
    """
    left, start = _floats(equity, capital)
    return np.where(left > 0, start / np.where(left > 0, left, 1.0) - 1, np.nan)[()]


def _floats(*values: ArrayLike) -> tuple[Floats, ...]:
    return tuple(np.asarray(value, dtype=float) for value in values)


def trigger_fraction(
    quantity: float, entry_price: float, collateral: float, rate: float
) -> tuple[float, float]:
    """Numerator and denominator whose quotient is the liquidation price, to show the working.

    Parameters
    ----------
    quantity : float
        Signed units of the asset.
    entry_price : float
        Quote per unit.
    collateral : float
        The trader's money behind the position less costs so far, quote.
    rate : float
        Maintenance rate plus the closing fee the venue counts, a fraction of notional.

    Returns
    -------
    tuple of float
        Quote and units; both negative for a short.

    Examples
    --------
    >>> trigger_fraction(10.0, 100.0, 100.0, 0.05)
    (900.0, 9.5)
    """
    return quantity * entry_price - collateral, quantity - rate * abs(quantity)
