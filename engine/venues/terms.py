"""The terms a venue sets: the record of its rule and the vocabulary it is written in.

Words for learners live with the pages: the values of the enums are their keys.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from math import inf, isclose
from typing import Final, Literal, NamedTuple

from engine.margin.risk import Basis
from engine.margin.scenario import Keeper, Side
from engine.margin.tiers import MarginTier

Trigger = Literal["mark", "oracle", "last", "quote"]
Fact = Literal[
    "max_leverage", "trigger", "gauge", "leftover", "shortfall", "tiers", "fees", "closeout", "today"
]

# How long a venue's rule may pass for today's without somebody having read it again.
READ_WITHIN: Final = timedelta(days=365)


class Status(StrEnum):
    """Whether the venue can be used today."""

    LIVE = "live"
    SUSPENDED = "suspended"
    CLOSED = "closed"


class FeeBasis(StrEnum):
    """What the fee of a forced close is charged on."""

    NOTIONAL = "notional"  # the value of the position at the trigger
    PART = "part"  # the value of the part that is liquidated, at most the whole
    COLLATERAL = "collateral"  # the money behind the position
    DEBT = "debt"  # the debt that is repaid
    IN_TRIGGER = "in_trigger"  # nothing beyond the closing fee that the trigger counts


class Fees(NamedTuple):
    """What a venue takes; None = not read, 0 = nothing is taken.

    Attributes
    ----------
    taker : float or None
        Ordinary fee of an order that is filled at once, fraction of what is traded.
    liquidation : float or None
        Fee of a forced close, fraction of `charged_on`.
    charged_on : FeeBasis
    """

    taker: float | None = None
    liquidation: float | None = None
    charged_on: FeeBasis = FeeBasis.NOTIONAL


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
    LOAN_TO_VALUE = "loan_to_value"  # debt / collateral, rises to the liquidation line
    ACCOUNT_HEALTH = "account_health"  # 1 - requirement / equity, falls to 0
    LEVERAGE = "leverage"  # size at entry / equity, rises to 100


class Step(StrEnum):
    """What the venue does once the trigger is met, in its order."""

    CANCEL_ORDERS = "cancel_orders"
    WHOLE_ISOLATED = "whole_isolated"
    NET_HEDGED = "net_hedged"
    TWO_TIERS_DOWN = "two_tiers_down"
    TWO_TIERS_DOWN_CROSS = "two_tiers_down_cross"
    TIER_DOWN = "tier_down"
    ORDER_BACK_UNDER = "order_back_under"
    TWENTY_PERCENT = "twenty_percent"
    PER_BLOCK = "per_block"
    OVER_SLOTS = "over_slots"
    SMALL_PARTS = "small_parts"
    CLOSE_FACTOR = "close_factor"
    HALF_OF_THE_DEBT = "half_of_the_debt"
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
    FUND_THEN_ADL_AT_MARK = "fund_then_adl_at_mark"
    FUND_THEN_SOCIALISED = "fund_then_socialised"
    FUND = "fund"
    VAULT_THEN_ADL = "vault_then_adl"
    POOL = "pool"
    DEFICIT = "deficit"
    LENDER = "lender"
    CLIENT_OWES = "client_owes"
    FIRM_BEARS = "firm_bears"


# Their deductions would be in coins, or are not published.
_ONE_TIER: Final = (Contract.INVERSE, Contract.SPOT, Contract.LENDING)


@dataclass(frozen=True, slots=True)
class Venue:
    """One venue's rule for one kind of contract, as published.

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
    has_share_minimum : bool
        Whether a short stands under the dollars a share of :mod:`engine.margin.short_stock`.
    rate_per_unit : float
        What each unit of the asset adds to the maintenance rate, and to the margin needed to open;
        0 where the size counts in money or not at all.
    house_rates : tuple of float
        What many brokers ask where the law asks for less, from and to; empty = nothing of the kind.
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
    source : str
    seen_on : date
        When the source was last read.
    valid_from : date or None
        Since when the rule has been in force; None = the source does not say.
    status : Status
    status_since : date or None
        Since when the venue is suspended or closed; None of one that is live.
    fees : Fees
    minimum_equity : float
        Money without which the venue lends nothing, quote; 0 = none.
    known_notional : float
        Size up to which the tiers are in hand, quote: of a venue of which only the first tier was
        read, where that tier ends. Beyond it nothing is known. ``inf`` = the whole table is in hand.
    unread : tuple of Fact
        What of this record is general knowledge, or left open, and stands in no source that was read;
        ``today`` = whether a rule of another day is still in force.

    Raises
    ------
    ValueError
        If tiers do not start at 0, do not rise or jump, a rate plus fee leaves (0, 1), or only one of
        the two says that the venue is not live: its status, or a date since when.

    Examples
    --------
    >>> from engine.venues.records import VENUES
    >>> VENUES["bitget"].max_leverage
    150.0
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
    seen_on: date
    valid_from: date | None = None
    status: Status = Status.LIVE
    status_since: date | None = None
    fees: Fees = Fees()
    minimum_equity: float = 0.0
    known_notional: float = inf
    short_tiers: tuple[MarginTier, ...] = ()
    has_share_minimum: bool = False
    rate_per_unit: float = 0.0
    house_rates: tuple[float, ...] = ()
    closing_fee: float = 0.0
    basis: Basis = "mark"
    trigger: Trigger = "mark"
    largest_notional: float = inf
    unread: tuple[Fact, ...] = ()

    def __post_init__(self) -> None:
        if (self.status is Status.LIVE) != (self.status_since is None):
            raise ValueError(f"{self.slug}: give a status other than live and since when, or neither.")
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
            if (
                rates[0] < 0
                or rates[0] - table[0].amount <= 0
                or rates[-1] + self.closing_fee >= 1
                or self.closing_fee < 0
            ):
                raise ValueError(f"{self.slug}: give rates above 0, below 1 with the fee.")
        if self.fees.charged_on is FeeBasis.IN_TRIGGER and self.fees.liquidation != self.closing_fee:
            raise ValueError(f"{self.slug}: a fee that is in the trigger is the closing fee.")

    def is_current(self, today: date) -> bool:
        """Whether the rule may pass for today's: of a live venue, held to be in force, read not long ago.

        Examples
        --------
        >>> from engine.venues.records import VENUES
        >>> VENUES["gmx"].is_current(date(2026, 11, 28))
        False
        """
        is_read = today - self.seen_on <= READ_WITHIN
        return self.status is Status.LIVE and is_read and "today" not in self.unread

    @property
    def max_leverage(self) -> float:
        """Largest leverage of all, that of the smallest long."""
        return self.tiers[0].max_leverage

    def tiers_for(self, side: Side) -> tuple[MarginTier, ...]:
        """Tiers a long or a short stands under."""
        return self.short_tiers if side is Side.SHORT and self.short_tiers else self.tiers
