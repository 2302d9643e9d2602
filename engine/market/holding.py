"""What is held along a path, and what holding it has cost so far."""

from typing import NamedTuple

import numpy as np

from engine.margin import costs, risk
from engine.margin.scenario import Scenario, Side


class Held(NamedTuple):
    """What stands at each step; scalars where nothing changes along the path, else (n_steps,)."""

    quantity: risk.Floats
    collateral: risk.Floats
    beside: risk.Floats  # cash that is not part of the position: wallet and top-up
    part_fee: risk.Floats  # trading fee of the partial close


def held_along(s: Scenario, close: risk.Floats) -> Held:
    """What is held at each step, with the owner's own top-up and partial close.

    Parameters
    ----------
    s : Scenario
    close : ndarray of shape (n_steps,)
        Quote per unit.

    Returns
    -------
    Held

    Examples
    --------
    >>> held_along(Scenario(top_up=50.0, top_up_step=1), np.array([100.0, 97.0, 96.0])).collateral.tolist()
    [100.0, 100.0, 150.0]
    """
    quantity, collateral, beside, fee = (
        np.asarray(v, dtype=float) for v in (s.quantity, s.collateral, s.wallet, 0.0)
    )
    if s.top_up:
        in_time = np.arange(len(close)) > s.top_up_step if s.top_up_step else True  # step 0: from the start
        added = np.where(in_time, s.top_up, 0.0)
        collateral, beside = collateral + added, beside + added
    if s.reduce_fraction and s.reduce_step < len(close):
        after = np.arange(len(close)) > s.reduce_step
        price, part = close[s.reduce_step], s.reduce_fraction * s.quantity
        quantity = quantity - np.where(after, part, 0.0)
        collateral = collateral + np.where(after, part * (price - s.entry_price), 0.0)
        fee = np.where(after, costs.trading_fee(risk.notional(part, price), s.trading_fee), 0.0)
    return Held(quantity, collateral, beside, fee)


class Costs(NamedTuple):
    """Paid from the start to each step, quote; scalars if they stand still."""

    fees: risk.Floats
    funding: risk.Floats
    interest: risk.Floats

    @property
    def total(self) -> risk.Floats:
        return self.fees + self.funding + self.interest


def costs_along(s: Scenario, held: Held, open_: risk.Floats, hours: risk.Floats) -> Costs:
    """What has been paid up to each step: positive = the trader has paid.

    Parameters
    ----------
    s : Scenario
    held : Held
    open_ : ndarray of shape (n_steps,)
        Quote per unit.
    hours : ndarray of shape (n_steps,)
        Since the start.

    Returns
    -------
    Costs

    Examples
    --------
    >>> prices, hours = np.array([100.0, 100.0, 100.0]), np.array([0.0, 8.0, 16.0])
    >>> s = Scenario(funding_rate=0.0001)
    >>> costs_along(s, held_along(s, prices), prices, hours).total.round(2).tolist()
    [0.0, 0.1, 0.2]
    """
    funding = interest = np.asarray(0.0)
    if s.funding_rate:
        due = costs.funding_cost(held.quantity, open_, hours, s.funding_rate, s.funding_interval_hours)
        funding = np.cumsum(due)
    if s.interest_rate:
        if s.side is Side.LONG:
            # What a partial close brings in repays the loan first; the rest is cash.
            borrowed = np.maximum(held.quantity * s.entry_price - (held.collateral - held.beside), 0.0)
        else:
            borrowed = risk.notional(held.quantity, open_)
        interest = np.cumsum(costs.interest_cost(borrowed, hours, s.interest_rate))
    return Costs(s.opening_fee + held.part_fee, funding, interest)
