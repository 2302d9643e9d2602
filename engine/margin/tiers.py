"""Maintenance tiers: the larger the position, the higher the rate on its upper slices.

A table is a tuple of :class:`MarginTier` from the smallest position to the largest. Each tier's
deduction ("maintenance amount") makes the requirement continuous at its floor, so that every
slice pays its own rate, as a progressive tax does.
"""

from collections.abc import Sequence
from datetime import date
from functools import partial
from math import inf
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.margin import risk
from engine.margin.risk import Basis, Floats


class MarginTier(NamedTuple):
    """One row of a maintenance table.

    Attributes
    ----------
    floor : float
        Notional from which the tier holds, quote.
    rate : float
        Maintenance rate, fraction of the whole notional.
    amount : float
        Deduction, quote: the requirement is ``rate * notional - amount``.
    max_leverage : float
        Largest leverage at which a position of this size may be opened.
    """

    floor: float
    rate: float
    amount: float = 0.0
    max_leverage: float = inf


class TierTable(NamedTuple):
    """A published table: its tiers, the notional at which it ends (quote), where it was read, and when.

    `valid_from` is when it came into force, None if the source does not say.
    """

    tiers: tuple[MarginTier, ...]
    largest_notional: float
    source: str
    seen_on: date
    valid_from: date | None


def deductions(floors: Sequence[float], rates: Sequence[float]) -> Floats:
    """Deduction of each tier, so that the requirement does not jump at its floor.

    ``amount[k] = amount[k-1] + floor[k] * (rate[k] - rate[k-1])``, from 0.

    Parameters
    ----------
    floors : sequence of float, shape (n_tiers,)
        Quote, rising from 0.
    rates : sequence of float, shape (n_tiers,)
        Fractions of notional.

    Returns
    -------
    ndarray of shape (n_tiers,)
        Quote.

    References
    ----------
    Binance, FAQ ceccfcfb4e3a45e3b48b0b1bb1a8ae46; Bybit, margin parameters; Hyperliquid,
    documentation, "Margin tiers".

    Examples
    --------
    >>> deductions([0, 50_000, 250_000], [0.004, 0.005, 0.01]).round(6).tolist()
    [0.0, 50.0, 1300.0]
    """
    amounts: Floats = np.cumsum(np.asarray(floors, dtype=float) * np.diff(rates, prepend=rates[0]))
    return amounts


def tier_at(notional: ArrayLike, tiers: Sequence[MarginTier]) -> NDArray[np.intp]:
    """Index of the tier a position of this size is in; a size at a floor is in the upper tier.

    Parameters
    ----------
    notional : array_like
        Quote.
    tiers : sequence of MarginTier

    Returns
    -------
    ndarray of int

    Examples
    --------
    >>> table = (MarginTier(0, 0.004), MarginTier(50_000, 0.005, 50.0))
    >>> tier_at([49_999, 50_000], table).tolist()
    [0, 1]
    """
    floors = [tier.floor for tier in tiers]
    index: NDArray[np.intp] = np.maximum(
        np.searchsorted(floors, np.asarray(notional, dtype=float), side="right") - 1, 0
    )
    return index


def tiered_maintenance(
    notional: ArrayLike, tiers: Sequence[MarginTier], *, closing_fee: ArrayLike = 0.0
) -> Floats:
    """Requirement on a position of a size: ``(rate + closing_fee) * notional - amount`` of its tier.

    Parameters
    ----------
    notional : array_like
        Quote.
    tiers : sequence of MarginTier
    closing_fee : array_like, default 0
        Fee the venue counts in the requirement, fraction of notional.

    Returns
    -------
    ndarray
        Quote.

    References
    ----------
    Bitget, support article 12560603841952: 3 BTC at 110,000.

    Examples
    --------
    >>> table = (MarginTier(0, 0.004), MarginTier(200_000, 0.005, 200.0))
    >>> float(tiered_maintenance(330_000.0, table, closing_fee=0.0006))
    1648.0
    """
    if len(tiers) == 1:  # a million steps need no search for the only tier
        rate, amount = np.asarray(tiers[0].rate), np.asarray(tiers[0].amount)
    else:
        index = tier_at(notional, tiers)
        rate = np.array([tier.rate for tier in tiers])[index]
        amount = np.array([tier.amount for tier in tiers])[index]
    return risk.maintenance_margin(1.0, notional, rate, maintenance_amount=amount, closing_fee=closing_fee)


def tiered_liquidation_price(
    quantity: ArrayLike,
    entry_price: ArrayLike,
    collateral: ArrayLike,
    tiers: Sequence[MarginTier],
    *,
    closing_fee: ArrayLike = 0.0,
    basis: Basis = "mark",
) -> Floats:
    """Liquidation price with the tier that holds at the liquidation price itself.

    Each tier taken alone gives a price, and the one that is met first is the answer: where rates
    rise and the requirement is continuous, it is the largest of the tiers' straight lines, so the
    line that is met first is the one in force there. No search is needed. A rule with two
    requirements of which the larger counts (GMX v1) is a table of two tiers.

    Parameters
    ----------
    quantity, entry_price, collateral, closing_fee, basis
        As in :func:`engine.margin.risk.liquidation_price`.
    tiers : sequence of MarginTier

    Returns
    -------
    ndarray
        Quote per unit; ``nan`` and 0 as in :func:`engine.margin.risk.liquidation_price`.

    Examples
    --------
    >>> table = (MarginTier(0, 0.004), MarginTier(50_000, 0.005, 50.0))
    >>> round(float(tiered_liquidation_price(2.0, 50_000.0, 10_000.0, table)), 2)
    45201.01
    """
    trigger = partial(
        risk.liquidation_price, quantity, entry_price, collateral, closing_fee=closing_fee, basis=basis
    )
    if len(tiers) == 1:  # asked for most often, and there is nothing to choose from
        return trigger(tiers[0].rate, maintenance_amount=tiers[0].amount)
    shape = np.broadcast_shapes(*map(np.shape, (quantity, entry_price, collateral, closing_fee)))
    rate, amount = (
        np.reshape([getattr(tier, name) for tier in tiers], (-1, *(1 for _ in shape)))
        for name in ("rate", "amount")
    )
    prices = trigger(rate, maintenance_amount=amount)
    long: Floats = np.fmax.reduce(prices, axis=0)
    short: Floats = np.fmin.reduce(prices, axis=0)
    first: Floats = np.where(np.asarray(quantity) > 0, long, short)
    return first[()]
