"""The one input object: a leveraged position, the rules it stands under, and what its owner does.

All defaults and all limits of these choices live here; the controls read them from here.
"""

from dataclasses import dataclass, fields
from enum import StrEnum
from functools import cached_property
from math import floor, isfinite, isnan, nan
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.margin import risk
from engine.margin.risk import Basis, Floats
from engine.margin.tiers import MarginTier, tier_at, tiered_liquidation_price, tiered_maintenance
from engine.problem import Problem


class Side(StrEnum):
    """Which way the position bets: long gains when the price rises, short when it falls."""

    LONG = "long"
    SHORT = "short"

    @property
    def sign(self) -> int:
        """+1 for long, -1 for short."""
        return 1 if self is Side.LONG else -1


class Keeper(StrEnum):
    """Who keeps what a forced close and its fees leave of the trader's money."""

    TRADER = "trader"
    FUND = "fund"


class ScenarioError(Problem):
    """A choice without financial meaning; ``field`` names the control to blame."""


class Limits(NamedTuple):
    """Smallest and largest value of a field, both allowed."""

    low: float
    high: float
    is_rate: bool = False
    is_whole: bool = False


LIMITS: Final[dict[str, Limits]] = {
    "capital": Limits(1.0, 1e9),
    "leverage": Limits(1.0, 200.0),
    "entry_price": Limits(1e-8, 1e10),
    "maintenance_rate": Limits(0.0, 0.5, is_rate=True),
    "closing_fee": Limits(0.0, 0.05, is_rate=True),
    "trading_fee": Limits(0.0, 0.05, is_rate=True),
    "liquidation_fee": Limits(0.0, 0.1, is_rate=True),
    "funding_rate": Limits(-0.05, 0.05, is_rate=True),
    "funding_interval_hours": Limits(0.25, 720.0),
    "interest_rate": Limits(0.0, 2.0, is_rate=True),
    "wallet": Limits(0.0, 1e9),
    "stop_price": Limits(1e-9, 1e12),
    "top_up": Limits(0.0, 1e9),
    "top_up_step": Limits(0, 1e6, is_whole=True),
    "reduce_fraction": Limits(0.0, 0.99, is_rate=True),
    "reduce_step": Limits(1, 1e6, is_whole=True),
}


@dataclass(frozen=True)
class Scenario:
    """One position, opened once, under one set of rules.

    Attributes
    ----------
    side : Side
    capital : float
        The trader's own money posted for the position, quote.
    leverage : float
        Notional at entry divided by `capital`.
    entry_price : float
        Quote per unit.
    maintenance_rate : float
        Equity the platform requires, fraction of notional at the mark price.
    closing_fee : float
        Fee the platform counts in the trigger, fraction of notional. It moves the trigger; what
        is really paid on a close is `trading_fee` and `liquidation_fee`.
    trading_fee : float
        Paid on each trade, opening and closing, fraction of the notional traded.
    liquidation_fee : float
        Paid on a forced close on top of the trading fee, fraction of the notional closed.
    leftover : Keeper
        Who keeps what is left after a forced close and its fees: the trader, or the platform's fund.
    funding_rate : float
        Fraction of notional per funding interval; longs pay when positive, shorts receive.
    funding_interval_hours : float
        Hours between funding payments.
    interest_rate : float
        Simple interest per year on what is borrowed, a fraction.
    wallet : float
        Extra money of the trader that also stands behind the position (cross margin), quote.
        0 = isolated margin.
    stop_price : float
        Price at which the trader's own stop order closes the position; ``nan`` = no stop.
    top_up, top_up_step
        Money added, quote, and the step after whose price it counts; step 0 = from the start.
    reduce_fraction, reduce_step
        Share of the position closed early, a fraction, and the step at whose price it is closed.
    tiers : tuple of MarginTier
        A venue's maintenance table, in place of `maintenance_rate`; empty = that rate at every size.
    basis : {"mark", "entry"}
        Whether the requirement follows the price or stays at its value at entry.

    Raises
    ------
    ScenarioError
        If a value is outside :data:`LIMITS`, the leverage beyond what the tier of this size allows, the
        position would be liquidated on entry, or the stop lies beyond the trigger or on the wrong
        side of the entry price.

    Examples
    --------
    >>> story = Scenario()
    >>> story.notional, story.borrowed
    (1000.0, 900.0)
    """

    side: Side = Side.LONG
    capital: float = 100.0
    leverage: float = 10.0
    entry_price: float = 100.0
    maintenance_rate: float = 0.005
    closing_fee: float = 0.0
    trading_fee: float = 0.0
    liquidation_fee: float = 0.0
    leftover: Keeper = Keeper.TRADER
    funding_rate: float = 0.0
    funding_interval_hours: float = 8.0
    interest_rate: float = 0.0
    wallet: float = 0.0
    stop_price: float = nan
    top_up: float = 0.0
    top_up_step: int = 0
    reduce_fraction: float = 0.0
    reduce_step: int = 1
    tiers: tuple[MarginTier, ...] = ()
    basis: Basis = "mark"

    def __post_init__(self) -> None:
        for name, limits in LIMITS.items():
            value = getattr(self, name)
            _check(name, value, limits)
            if limits.is_whole:
                object.__setattr__(self, name, int(value))
        if isnan(self.stop_price):
            # One nan object, so that equal scenarios compare and hash equal.
            object.__setattr__(self, "stop_price", nan)
        self._refuse_too_much_leverage()
        self._refuse_liquidated_on_entry()
        if not isnan(self.stop_price):
            self._refuse_useless_stop()

    @property
    def notional(self) -> float:
        """Size of the position at entry, quote: what is held for a long, sold short for a short."""
        return self.capital * self.leverage

    @property
    def quantity(self) -> float:
        """Signed units of the asset; negative for a short."""
        return self.side.sign * self.notional / self.entry_price

    @property
    def borrowed(self) -> float:
        """Borrowed at entry, quote: money for a long, the value of the asset sold for a short."""
        return self.notional - self.capital if self.side is Side.LONG else self.notional

    @property
    def collateral(self) -> float:
        """The trader's money behind the position before any top-up, quote."""
        return self.capital + self.wallet

    @property
    def opening_fee(self) -> float:
        """Trading fee on the opening trade, quote."""
        return self.trading_fee * self.notional

    @property
    def backing(self) -> float:
        """Money behind the position the moment it is open: fee paid, a top-up at step 0 counted."""
        return self.collateral + (self.top_up if self.top_up_step == 0 else 0.0) - self.opening_fee

    @property
    def backed_leverage(self) -> float:
        """Notional over all the money behind it: below `leverage` with a wallet or a top-up at step 0."""
        return self.notional / self.backing

    @cached_property
    def liquidation_price(self) -> float:
        """Trigger the moment the position is open, quote per unit; ``nan`` = none."""
        return float(self.liquidation_prices(self.quantity, self.backing))

    @property
    def bankruptcy_price(self) -> float:
        """Price at which equity is zero the moment the position is open; ``nan`` = none."""
        return float(risk.bankruptcy_price(self.quantity, self.entry_price, self.backing))

    @property
    def table(self) -> tuple[MarginTier, ...]:
        """The maintenance table in force; one row where the same rate holds at every size."""
        return self.tiers or (MarginTier(0.0, self.maintenance_rate),)

    @property
    def tier(self) -> MarginTier:
        """The row of the table that decides about the trigger of the opening; without one, the entry's."""
        price = self.entry_price if self.basis == "entry" else self.liquidation_price
        size = self.notional if isnan(price) else abs(self.quantity) * price
        return self.table[int(tier_at(size, self.table))]

    @property
    def required_rate(self) -> float:
        """Maintenance rate of `tier` and the closing fee that counts with it, a fraction of notional."""
        return self.tier.rate + self.closing_fee

    @property
    def requirement(self) -> float:
        """Maintenance margin at the entry price, quote."""
        return float(self.requirements(self.quantity, self.entry_price))

    def quantities(self, leverages: ArrayLike) -> Floats:
        """Signed units that the same money holds at other leverages; broadcasts."""
        return self.quantity / self.leverage * np.asarray(leverages, dtype=float)

    def requirements(self, quantity: ArrayLike, mark_price: ArrayLike) -> Floats:
        """Maintenance margin of so many signed units at these prices, quote; broadcasts."""
        price = np.asarray(mark_price, dtype=float)
        if self.basis == "entry":
            price = np.full_like(price, self.entry_price)
        return tiered_maintenance(risk.notional(quantity, price), self.table, closing_fee=self.closing_fee)

    def liquidation_prices(self, quantity: ArrayLike, backing: ArrayLike) -> Floats:
        """Trigger of so many signed units with this money behind them, quote per unit; broadcasts."""
        return tiered_liquidation_price(
            quantity, self.entry_price, backing, self.table, closing_fee=self.closing_fee, basis=self.basis
        )

    def is_closed_at_once(self, quantity: ArrayLike) -> NDArray[np.bool_]:
        """Whether so many signed units would be liquidated the moment they are held; broadcasts."""
        # The size is a rounded number.
        required = self.requirements(quantity, self.entry_price) * (1 + risk.NOISE)
        return risk.is_liquidatable(self.backing, required)

    def _refuse_too_much_leverage(self) -> None:
        tier = self.table[int(tier_at(self.notional, self.table))]
        if self.leverage > tier.max_leverage:
            raise ScenarioError(
                "leverage_beyond_tier",
                "leverage",
                leverage=self.leverage,
                notional=self.notional,
                limit=tier.max_leverage,
            )

    def _refuse_liquidated_on_entry(self) -> None:
        if not self.is_closed_at_once(self.quantity):
            return
        # In each tier the trader's own = needed * capital * leverage - amount; the smallest leverage counts.
        own = self.backing + self.opening_fee
        leverages = [
            (own + tier.amount) / ((tier.rate + self.closing_fee + self.trading_fee) * self.capital)
            for tier in self.table
        ]
        most = floor(min(leverages) * 100) / 100  # rounded to the safe side
        values = {
            "leverage": self.leverage,
            "backing": max(self.backing, 0),
            "notional": self.notional,
            "required": self.requirement,
        }
        if most <= LIMITS["leverage"].low:
            raise ScenarioError("closed_at_once_at_any_leverage", "capital", **values)
        if self.tiers:
            raise ScenarioError("closed_at_once_by_venue", "leverage", **values, most=most)
        # Not every page that asks for a leverage has controls for the rate and the fees.
        raise ScenarioError("closed_at_once", "leverage", **values, most=most)

    def _refuse_useless_stop(self) -> None:
        sign, trigger = self.side.sign, self.liquidation_price
        values = {"stop": self.stop_price, "entry": self.entry_price}
        if sign * (self.stop_price - self.entry_price) >= 0:
            raise ScenarioError("stop_above_long" if sign > 0 else "stop_below_short", "stop_price", **values)
        if sign * (self.stop_price - trigger) <= 0:
            code = "stop_beyond_trigger_long" if sign > 0 else "stop_beyond_trigger_short"
            raise ScenarioError(code, "stop_price", **values, trigger=trigger)


def _check(name: str, value: float, limits: Limits) -> None:
    if name == "stop_price" and isnan(value):
        return
    if not isfinite(value) or not limits.low <= value <= limits.high:
        raise ScenarioError("outside_limits", name, name=name, given=value, low=limits.low, high=limits.high)
    if limits.is_whole and value != int(value):
        raise ScenarioError("not_whole", name, name=name, given=value)


FIELDS: Final = tuple(field.name for field in fields(Scenario))


def useful_stops(scenario: Scenario) -> tuple[float, float, float]:
    """Where a stop order makes sense: the trigger, half way to it, and the entry price.

    Without a trigger a fifth of the entry price stands in for the room to it.

    Parameters
    ----------
    scenario : Scenario

    Returns
    -------
    tuple of float
        Furthest, middle and nearest price, quote per unit; the two ends themselves are refused.

    Examples
    --------
    >>> [round(price, 2) for price in useful_stops(Scenario())]
    [90.45, 95.23, 100.0]
    """
    entry, trigger = scenario.entry_price, scenario.liquidation_price
    far = entry * (1 - 0.2 * scenario.side.sign) if isnan(trigger) else trigger
    return far, (entry + far) / 2, entry
