"""How much of a position a platform closes once the trigger is met, and what that leaves.

Platforms disagree about one question: all of it, or only enough? Every rule here is a formula
for numbers or arrays. Rates are fractions, money and prices are in the quote currency,
quantities are signed.

Long because each venue's way to close a part stands beside its units, its source and an example that runs.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.margin.risk import NOISE, Floats, margin_ratio, notional

# Hyperliquid: positions above this many dollars are first sold by a fifth, and a vault takes over
# when equity is below this share of the requirement.
LARGE_POSITION: Final = 100_000.0
FIRST_SHARE: Final = 0.2
BACKSTOP_LEVEL: Final = 2 / 3


class Closed(NamedTuple):
    """What closing a part of a position takes and leaves; quote currency, ratio a fraction.

    Attributes
    ----------
    sold : ndarray
        Notional closed at the price of this moment.
    paid : ndarray
        Fees and slippage of closing it, out of the equity.
    notional, equity, margin_ratio : ndarray
        What is left. `equity` may be negative; `margin_ratio` is ``nan`` when no position is left.
    """

    sold: Floats
    paid: Floats
    notional: Floats
    equity: Floats
    margin_ratio: Floats


def closing_helps(maintenance_rate: ArrayLike, cost: ArrayLike, buffer: ArrayLike = 1.0) -> NDArray[np.bool_]:
    """Whether closing a part brings equity nearer to the requirement: ``cost < buffer * rate``.

    Each dollar closed frees `buffer` times the maintenance rate and costs `cost`.

    Parameters
    ----------
    maintenance_rate, cost : array_like
        Fractions of notional; `cost` is fee and slippage together.
    buffer : array_like, default 1
        Multiple of the requirement that is aimed at.

    Returns
    -------
    ndarray of bool

    Examples
    --------
    >>> bool(closing_helps(0.005, 0.001)), bool(closing_helps(0.005, 0.008))
    (True, False)
    """
    return np.asarray(cost, dtype=float) < np.multiply(buffer, maintenance_rate) * (1 - NOISE)


def close_fraction(
    notional: ArrayLike,
    equity: ArrayLike,
    maintenance_rate: ArrayLike,
    cost: ArrayLike,
    buffer: ArrayLike = 1.0,
) -> Floats:
    """Smallest share of a position to close so that equity is `buffer` times the requirement.

    ``(buffer * rate * notional - equity) / ((buffer * rate - cost) * notional)``.

    Parameters
    ----------
    notional, equity : array_like
        Quote, before closing; `notional` > 0.
    maintenance_rate, cost : array_like
        Fractions of notional; `cost` is fee and slippage together.
    buffer : array_like, default 1
        Multiple of the requirement that is aimed at.

    Returns
    -------
    ndarray
        Fraction in [0, 1]: 0 when equity is enough already, 1 when only closing everything is
        left. ``nan`` when something must be closed and :func:`closing_helps` is false: then every
        part closed makes it worse.

    Examples
    --------
    One BTC at 57,000 with 250 of equity, half a percent required, a fifth more aimed at:

    >>> round(float(close_fraction(57_000.0, 250.0, 0.005, 0.001, buffer=1.2)), 4)
    0.3228
    """
    size, own = np.asarray(notional, dtype=float), np.asarray(equity, dtype=float)
    aim = np.multiply(buffer, maintenance_rate)
    missing = aim * size - own
    freed = np.where(closing_helps(maintenance_rate, cost, buffer), (aim - cost) * size, np.nan)
    return np.where(missing > 0, np.minimum(missing / freed, 1.0), 0.0)[()]


def tiers_down_fraction(notional: ArrayLike, floors: ArrayLike, steps: int = 2) -> Floats:
    """Share of a position to close so that it fits some tiers below its own.

    Parameters
    ----------
    notional : array_like
        Quote, > 0.
    floors : array_like of shape (n_tiers,)
        Lower edge of each tier, quote, ascending from 0. A notional on an edge is in the lower
        tier.
    steps : int, default 2
        Tiers to go down at a time: two at Bitget (cross margin) and OKX, one at Bybit.

    Returns
    -------
    ndarray
        Fraction; 1 when there are not that many tiers below.

    References
    ----------
    OKX, "Tiered maintenance margin ratio rules"; Bybit help centre, article 000001098.

    Examples
    --------
    From the third tier into the first, whose upper edge is 50,000:

    >>> float(tiers_down_fraction(400_000.0, [0.0, 50_000.0, 250_000.0]))
    0.875
    """
    size, edges = np.asarray(notional, dtype=float), np.asarray(floors, dtype=float)
    wanted = np.searchsorted(edges, size) - 1 - steps
    left = np.where(wanted >= 0, edges[np.maximum(wanted, 0) + 1], 0.0)
    share: Floats = 1 - left / size
    return share


def first_fraction(notional: ArrayLike) -> Floats:
    """Share that Hyperliquid sells first: a fifth of a large position, all of a small one.

    Parameters
    ----------
    notional : array_like
        Quote.

    Returns
    -------
    ndarray
        Fraction. What comes 30 seconds later is sold whole.

    References
    ----------
    Hyperliquid, documentation, "Liquidations".

    Examples
    --------
    >>> first_fraction([100_000.0, 250_000.0]).tolist()
    [1.0, 0.2]
    """
    return np.where(np.asarray(notional, dtype=float) > LARGE_POSITION, FIRST_SHARE, 1.0)[()]


def backstop_take(equity: ArrayLike, maintenance_margin: ArrayLike) -> Floats:
    """Equity that goes to the vault which takes over a position: all of it, or nothing.

    Hyperliquid's vault takes the position once equity is below two thirds of the requirement,
    and keeps what is left of the margin.

    Parameters
    ----------
    equity, maintenance_margin : array_like
        Quote.

    Returns
    -------
    ndarray
        Quote; 0 while the order book still closes the position. Negative when the position is
        bankrupt: the vault, and after it the winners, take a loss.

    References
    ----------
    Hyperliquid, documentation, "Liquidations".

    Examples
    --------
    >>> backstop_take([250.0, 150.0], 285.0).tolist()
    [0.0, 150.0]
    """
    own, required = np.asarray(equity, dtype=float), np.asarray(maintenance_margin, dtype=float)
    return np.where(own < BACKSTOP_LEVEL * required, own, 0.0)[()]


def close_part(notional: ArrayLike, equity: ArrayLike, fraction: ArrayLike, cost: ArrayLike) -> Closed:
    """Close a share of a position at the price of this moment.

    Parameters
    ----------
    notional, equity : array_like
        Quote, before closing.
    fraction : array_like
        Share closed, in [0, 1].
    cost : array_like
        Fee and slippage together, fraction of the notional closed.

    Returns
    -------
    Closed

    Examples
    --------
    >>> part = close_part(57_000.0, 250.0, 0.5, 0.001)
    >>> float(part.sold), float(part.equity), round(float(part.margin_ratio), 5)
    (28500.0, 221.5, 0.00777)
    """
    size, own = np.asarray(notional, dtype=float), np.asarray(equity, dtype=float)
    sold = size * np.asarray(fraction, dtype=float)
    paid = sold * np.asarray(cost, dtype=float)
    left = size - sold
    ratio = np.where(left > 0, margin_ratio(own - paid, np.where(left > 0, left, 1.0)), np.nan)[()]
    return Closed(sold, paid, left, own - paid, ratio)


def insurance_fund_change(quantity: ArrayLike, bankruptcy_price: ArrayLike, fill_price: ArrayLike) -> Floats:
    """What a close-out leaves against the bankruptcy price: ``quantity * (fill - bankruptcy)``.

    Parameters
    ----------
    quantity : array_like
        Signed units that were closed.
    bankruptcy_price, fill_price : array_like
        Quote per unit.

    Returns
    -------
    ndarray
        Quote; positive = the fund receives it where the platform keeps what is left, negative =
        the fund pays.

    References
    ----------
    Bitget, support article 360059239211.

    Examples
    --------
    >>> float(insurance_fund_change(1.0, 100_000.0, 99_900.0))
    -100.0
    """
    units, got = np.asarray(quantity, dtype=float), np.asarray(fill_price, dtype=float)
    change: Floats = units * (got - np.asarray(bankruptcy_price, dtype=float))
    return change


# --- dYdX v4 -------------------------------------------------------------------------------------


def part_bankruptcy_price(
    quantity: ArrayLike,
    oracle_price: ArrayLike,
    maintenance_rate: ArrayLike,
    equity: ArrayLike,
    maintenance_margin: ArrayLike,
) -> Floats:
    """Price at which closing any part of one position uses up its share of the equity.

    dYdX spreads the equity of an account over its positions by their requirements. With a single
    position this is its bankruptcy price.

    Parameters
    ----------
    quantity : array_like
        Signed units of the position.
    oracle_price : array_like
        Quote per unit.
    maintenance_rate : array_like
        Of the position, fraction of notional.
    equity, maintenance_margin : array_like
        Of the whole account, quote; the second > 0.

    Returns
    -------
    ndarray
        Quote per unit. Times minus the units traded it is dYdX's bankruptcy price in quote.

    References
    ----------
    dydxprotocol/v4-chain@84d4664b:protocol/x/clob/keeper/liquidations.go,
    GetBankruptcyPriceInQuoteQuantums.

    Examples
    --------
    Two longs in one account with 10 of equity; this one carries three fifths of the requirement:

    >>> round(float(part_bankruptcy_price(0.1, 3000.0, 0.1, 10.0, 50.0)), 2)
    2940.0
    """
    return _below(quantity, oracle_price, maintenance_rate, np.divide(equity, maintenance_margin))


def fillable_price(
    quantity: ArrayLike,
    oracle_price: ArrayLike,
    maintenance_rate: ArrayLike,
    equity: ArrayLike,
    maintenance_margin: ArrayLike,
    *,
    spread: ArrayLike = 1.5,
    adjustment: ArrayLike = 1.0,
) -> Floats:
    """Worst price at which dYdX lets a forced order be filled.

    The nearer the account is to bankruptcy, the further from the oracle price the order may be
    filled, up to `spread` times the maintenance rate.

    Parameters
    ----------
    quantity, oracle_price, maintenance_rate, equity, maintenance_margin
        As in :func:`part_bankruptcy_price`.
    spread : array_like, default 1.5
        Largest distance from the oracle price, as a multiple of the maintenance rate.
    adjustment : array_like, default 1
        How fast that distance is reached; at 2 half of the way to bankruptcy is enough.

    Returns
    -------
    ndarray
        Quote per unit: below the oracle price for a long, above it for a short.

    References
    ----------
    dydxprotocol/v4-chain@84d4664b:protocol/x/clob/keeper/liquidations.go, GetFillablePrice;
    defaults as at the start of the chain.

    Examples
    --------
    >>> round(float(fillable_price(0.1, 50_000.0, 0.1, 499.0, 500.0, spread=0.1)), 2)
    49999.0
    """
    used = np.multiply(adjustment, 1 - np.divide(equity, maintenance_margin))
    return _below(quantity, oracle_price, maintenance_rate, spread * np.clip(used, 0.0, 1.0))


def _below(
    quantity: ArrayLike, oracle_price: ArrayLike, maintenance_rate: ArrayLike, times: Floats
) -> Floats:
    """The oracle price moved against the position by some multiple of the maintenance rate."""
    price, rate = np.asarray(oracle_price, dtype=float), np.asarray(maintenance_rate, dtype=float)
    moved: Floats = price * (1 - np.sign(np.asarray(quantity, dtype=float)) * rate * times)
    return moved


def liquidation_penalty(
    quantity: ArrayLike,
    bankruptcy_price: ArrayLike,
    fill_price: ArrayLike,
    largest_fee: ArrayLike = 0.015,
) -> Floats:
    """What a close-out on dYdX pays to the insurance fund, or the fund pays to it.

    The whole surplus over the bankruptcy price, but never more than `largest_fee` of what was
    traded. A loss beyond the bankruptcy price is the fund's in full.

    Parameters
    ----------
    quantity : array_like
        Signed units that were closed.
    bankruptcy_price, fill_price : array_like
        Quote per unit.
    largest_fee : array_like, default 0.015
        Fraction of the notional filled.

    Returns
    -------
    ndarray
        Quote; positive = the fund receives, negative = it pays.

    References
    ----------
    dydxprotocol/v4-chain@84d4664b:protocol/x/clob/keeper/liquidations.go,
    GetLiquidationInsuranceFundDelta.

    Examples
    --------
    >>> liquidation_penalty(0.1, 51_000.0, [56_100.0, 50_490.0], 0.025).tolist()
    [140.25, -51.0]
    """
    most = np.multiply(largest_fee, notional(quantity, fill_price))
    return np.minimum(insurance_fund_change(quantity, bankruptcy_price, fill_price), most)


# --- Drift v2 ------------------------------------------------------------------------------------


def units_to_cover(
    shortage: ArrayLike,
    oracle_price: ArrayLike,
    maintenance_rate: ArrayLike,
    *,
    liquidator_fee: ArrayLike = 0.0,
    fund_fee: ArrayLike = 0.0,
    quote_price: ArrayLike = 1.0,
) -> Floats:
    """Units a liquidator on Drift takes over so that equity meets the requirement again.

    ``shortage / (oracle * (quote_price * (rate - liquidator_fee) - fund_fee))``: with a quote
    coin at one dollar, :func:`close_fraction` in units.

    Parameters
    ----------
    shortage : array_like
        Requirement less equity, dollars, >= 0.
    oracle_price : array_like
        Quote per unit, > 0.
    maintenance_rate, liquidator_fee, fund_fee : array_like
        Fractions of notional.
    quote_price : array_like, default 1
        Dollars per unit of the quote coin.

    Returns
    -------
    ndarray
        Units, unsigned. ``inf`` when the fees are as large as the rate: no part is enough, so
        everything goes.

    References
    ----------
    drift-labs/protocol-v2@0ae3e3b1:programs/drift/src/math/liquidation.rs,
    calculate_base_asset_amount_to_cover_margin_shortage.

    Examples
    --------
    >>> round(float(units_to_cover(10.0, 100.0, 0.1, liquidator_fee=0.01, fund_fee=0.01)), 6)
    1.25
    """
    freed = np.multiply(quote_price, np.subtract(maintenance_rate, liquidator_fee)) - fund_fee
    helps = freed > NOISE * np.asarray(maintenance_rate, dtype=float)
    per_unit = np.multiply(oracle_price, np.where(helps, freed, 1.0))
    return np.where(helps, np.divide(shortage, per_unit), np.inf)[()]
