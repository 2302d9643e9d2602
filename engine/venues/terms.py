"""The terms a venue sets: the record of its rule and the vocabulary it is written in.

Words for learners live with the pages: the values of the enums are their keys.
"""

from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from math import inf, isclose
from typing import Final, Literal

from engine.margin.risk import Basis
from engine.margin.scenario import Keeper, Side
from engine.margin.tiers import MarginTier

Trigger = Literal["mark", "oracle", "last", "quote"]
Fact = Literal["max_leverage", "trigger", "gauge", "leftover", "shortfall"]


class Contract(StrEnum):
    """What a position is in law and arithmetic."""

    LINEAR = "linear"
    INVERSE = "inverse"
    STOCK = "stock"
    SPOT = "spot"
    CFD = "cfd"
    LENDING = "lending"


class Gauge(StrEnum):
    """The number on the venue's own screen, named after its formula and told when it ends."""

    MM_OVER_EQUITY = "mm_over_equity"  # rises to 1
    EQUITY_OVER_MM = "equity_over_mm"  # falls to 1
    HEALTH_FACTOR = "health_factor"  # collateral * threshold / debt, falls to 1
    MARGIN_LEVEL = "margin_level"  # equity / required margin, falls to 0.5
    EQUITY_SHARE = "equity_share"  # equity / value, falls to the maintenance rate
    ACCOUNT_HEALTH = "account_health"  # 1 - requirement / equity, falls to 0
    LEVERAGE = "leverage"  # size at entry / equity, rises to 100


class Step(StrEnum):
    """What the venue does once the trigger is met, in its order."""

    CANCEL_ORDERS = "cancel_orders"
    NET_HEDGED = "net_hedged"
    TWO_TIERS_DOWN = "two_tiers_down"
    TWO_TIERS_DOWN_CROSS = "two_tiers_down_cross"
    TIER_DOWN = "tier_down"
    ORDER_BACK_UNDER = "order_back_under"
    TWENTY_PERCENT = "twenty_percent"
    PER_BLOCK = "per_block"
    OVER_SLOTS = "over_slots"
    CLOSE_FACTOR = "close_factor"
    MARGIN_CALL = "margin_call"
    BROKER_SELLS = "broker_sells"
    WHOLE = "whole"
    BACKSTOP = "backstop"


class Leftover(StrEnum):
    """Who keeps what is left of the trader's margin after a close better than bankruptcy."""

    FUND = "fund"
    TRADER = "trader"
    TRADER_LESS_FEE = "trader_less_fee"
    TRADER_UNLESS_BACKSTOP = "trader_unless_backstop"

    @property
    def keeper(self) -> Keeper:
        """Who keeps it in a replay, where the order book closes the position and fees stand apart."""
        return Keeper.FUND if self is Leftover.FUND else Keeper.TRADER


class Shortfall(StrEnum):
    """Who bears what is missing after a close worse than bankruptcy."""

    FUND_THEN_ADL = "fund_then_adl"
    FUND_THEN_SOCIALISED = "fund_then_socialised"
    FUND = "fund"
    VAULT_THEN_ADL = "vault_then_adl"
    POOL = "pool"
    DEFICIT = "deficit"
    CLIENT_OWES = "client_owes"
    FIRM_BEARS = "firm_bears"


# Their deductions would be in coins, or are not published.
_ONE_TIER: Final = (Contract.INVERSE, Contract.SPOT, Contract.LENDING)


@dataclass(frozen=True, slots=True)
class Venue:
    """One venue's rule for one kind of contract, as published on a date.

    Attributes
    ----------
    slug, name : str
        Key in :data:`engine.venues.records.VENUES` and in links; the venue's own name.
    contract : Contract
    tiers : tuple of MarginTier
        From the smallest position to the largest. The rate of `SPOT` is a fraction of the debt, of
        `LENDING` 1 - liquidation threshold, of `CFD` half of the required margin.
    short_tiers : tuple of MarginTier
        Where shorts stand under other rates; empty = the same.
    closing_fee : float
        Fee counted in the trigger, fraction of notional.
    basis : {"mark", "entry"}
        Whether the requirement follows the price or is frozen at the entry.
    trigger : {"mark", "oracle", "last", "quote"}
        Price the position is judged by.
    gauge : Gauge
    closeout : tuple of Step
        The whole process; ``NET_HEDGED`` and ``TWO_TIERS_DOWN_CROSS`` concern cross margin only.
    leftover : Leftover
    shortfall : Shortfall
    largest_notional : float
        Where the table ends, quote; ``inf`` = no end is published or it is not in hand.
    source, date : str
    unread : tuple of Fact
        What of this record is general knowledge and stands in no source that was read.

    Raises
    ------
    ValueError
        If tiers do not start at 0, do not rise or jump, or a rate plus fee leaves (0, 1).

    Examples
    --------
    >>> from engine.venues.records import VENUES
    >>> VENUES["bitget"].max_leverage
    125.0
    """

    slug: str
    name: str
    contract: Contract
    tiers: tuple[MarginTier, ...]
    gauge: Gauge
    closeout: tuple[Step, ...]
    leftover: Leftover
    shortfall: Shortfall
    source: str
    date: str
    short_tiers: tuple[MarginTier, ...] = ()
    closing_fee: float = 0.0
    basis: Basis = "mark"
    trigger: Trigger = "mark"
    largest_notional: float = inf
    unread: tuple[Fact, ...] = ()

    def __post_init__(self) -> None:
        for table in (self.tiers_for(side) for side in Side):
            if not table or table[0].floor != 0:
                raise ValueError(f"{self.slug}: the first tier must start at a notional of 0.")
            floors, rates = ([getattr(tier, name) for tier in table] for name in ("floor", "rate"))
            if sorted(set(floors)) != floors or sorted(set(rates)) != rates:
                raise ValueError(f"{self.slug}: floors and rates must rise from tier to tier.")
            for below, above in pairwise(table):
                saved = above.floor * (above.rate - below.rate)
                if not isclose(above.amount - below.amount, saved, rel_tol=1e-9, abs_tol=1e-6):
                    raise ValueError(f"{self.slug}: the requirement jumps at {above.floor:g}.")
            if len(table) > 1 and self.contract in _ONE_TIER:
                raise ValueError(f"{self.slug}: give one tier, more are not read for {self.contract}.")
            if rates[0] <= 0 or rates[-1] + self.closing_fee >= 1 or self.closing_fee < 0:
                raise ValueError(f"{self.slug}: give rates above 0, below 1 with the fee.")

    @property
    def max_leverage(self) -> float:
        """Largest leverage of all, that of the smallest long."""
        return self.tiers[0].max_leverage

    def tiers_for(self, side: Side) -> tuple[MarginTier, ...]:
        """Tiers a long or a short stands under."""
        return self.short_tiers if side is Side.SHORT and self.short_tiers else self.tiers
