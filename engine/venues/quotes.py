"""One position under each venue's rule: its trigger, what is left there, what the venue's screen shows."""

from collections.abc import Sequence
from enum import StrEnum
from math import inf, isnan, nan
from typing import NamedTuple

from engine.margin import inverse, loan, risk, short_stock
from engine.margin.scenario import Side
from engine.margin.tiers import MarginTier, tier_at, tiered_liquidation_price, tiered_maintenance
from engine.venues.records import CFD_CLOSEOUT
from engine.venues.terms import Contract, FeeBasis, Gauge, Leftover, Status, Venue


class Refusal(StrEnum):
    """Why a venue does not let a position be opened."""

    SUSPENDED = "suspended"
    CLOSED = "closed"
    SIZE = "size"  # its table ends below this size
    LEVERAGE = "leverage"  # more than it allows for this size
    MINIMUM_EQUITY = "minimum_equity"  # less money than it asks of anyone who borrows
    AT_ONCE = "at_once"  # equity does not exceed the requirement at the entry


class VenueQuote(NamedTuple):
    """One position under one venue's rule. Money in quote; shares and moves are fractions.

    Attributes
    ----------
    venue : Venue
    liquidation_price, bankruptcy_price : float
        Quote per unit; ``nan`` = none, 0 = every price, of a position too small for a fixed fee.
    move : float
        From the entry to the liquidation price, signed: -0.096 is 9.6 % down; ``nan`` = none.
    left : float
        Equity at the liquidation price, the cushion between trigger and bankruptcy. Of a
        coin-margined position the coins left, valued at that price. ``nan`` = no trigger.
    left_share : float
        `left` as a fraction of the capital.
    fee : float
        What the forced close costs if it is filled at the liquidation price and takes the whole
        position, quote; ``nan`` = not read, or no trigger.
    left_after_fee : float
        `left` less `fee`, what comes back at most, and only where the venue returns it. Never below
        0: a fee is taken from what is left and no further. What a worse fill lacks is the venue's
        `shortfall` and stands in none of these numbers. ``nan`` as `fee`.
    rate : float
        Maintenance rate of the tier in force at the liquidation price, without the closing fee.
    gauge_at_open, gauge_at_trigger : float
        What the venue's screen shows right after opening, and when it closes.
    max_leverage : float
        Largest leverage for a position of this size; 0 where the venue's table ends before it.
    refusal : Refusal or None
        Why the venue does not let this position be opened; None = it does. With one the other numbers
        say what the rule would give; the trigger may then lie on the wrong side of the entry.
    is_known : bool
        Whether the requirement at this size is in hand, at the entry and at the trigger. Without it
        the other numbers are those of the last tier that was read: the venue closes no later, for
        rates rise with the size, and nobody knows how much sooner.
    """

    venue: Venue
    liquidation_price: float
    bankruptcy_price: float
    move: float
    left: float
    left_share: float
    fee: float
    left_after_fee: float
    rate: float
    gauge_at_open: float
    gauge_at_trigger: float
    max_leverage: float
    refusal: Refusal | None
    is_known: bool

    @property
    def comes_back(self) -> float:
        """What comes back to the trader, quote, if the position is closed just at the trigger.

        0 where the venue's fund keeps what is left; ``nan`` without a trigger, or if the fee was not read.
        """
        if self.venue.leftover is Leftover.FUND and not isnan(self.left):
            return 0.0
        return self.left_after_fee

    @property
    def is_offered(self) -> bool:
        """Whether the venue lets this position be opened."""
        return self.refusal is None


def quote(venue: Venue, side: Side, capital: float, leverage: float, entry_price: float) -> VenueQuote:
    """One position under one venue's rule, isolated, the moment it is open, costs aside.

    A coin-margined position is posted in coins worth `capital` at the entry. In a loan the assets
    are the notional (long), or the proceeds of the sale and the capital (short).

    Parameters
    ----------
    venue : Venue
    side : Side
    capital : float
        The trader's own money, quote, above zero.
    leverage : float
        Notional at entry over capital, at least 1.
    entry_price : float
        Quote per unit.

    Returns
    -------
    VenueQuote

    Examples
    --------
    >>> from engine.venues.records import VENUES
    >>> long = quote(VENUES["bitget"], Side.LONG, 5_000.0, 10.0, 50_000.0)
    >>> round(long.liquidation_price, 2), round(long.left, 2), long.is_offered
    (45207.96, 207.96, True)
    """
    notional = capital * leverage
    position = _Position(venue, side, capital, notional, entry_price)
    price, bankrupt = position.prices()
    left, _ = position.state(price)
    most = position.tier(notional).max_leverage if notional <= venue.largest_notional else 0.0
    fee = position.fee(price)
    return VenueQuote(
        venue=venue,
        liquidation_price=price,
        bankruptcy_price=bankrupt,
        move=price / entry_price - 1,
        left=left,
        left_share=left / capital,
        fee=fee,
        left_after_fee=nan if isnan(fee) else max(left - fee, 0.0),
        rate=position.rate(price),
        gauge_at_open=position.gauge(entry_price),
        gauge_at_trigger=position.gauge(price),
        max_leverage=most,
        refusal=position.refusal(most),
        is_known=max(notional, position.value(price)) <= venue.known_notional,
    )


def quotes_by_leverage(
    venue: Venue, side: Side, notional: float, leverages: Sequence[float], entry_price: float
) -> list[VenueQuote]:
    """Positions of one size at several leverages: the more leverage, the less of one's own.

    Parameters
    ----------
    venue, side, entry_price
        As of :func:`quote`.
    notional : float
        Size at the entry, quote.
    leverages : sequence of float

    Returns
    -------
    list of VenueQuote

    Examples
    --------
    >>> from engine.venues.records import VENUES
    >>> found = quotes_by_leverage(VENUES["bitget"], Side.LONG, 50_000.0, [2, 10], 50_000.0)
    >>> [round(q.move, 4) for q in found]
    [-0.4977, -0.0958]
    """
    return [quote(venue, side, notional / leverage, leverage, entry_price) for leverage in leverages]


class _Position(NamedTuple):
    """One position under one rule; what differs between contracts is said here and nowhere else."""

    venue: Venue
    side: Side
    capital: float
    notional: float
    entry: float

    @property
    def quantity(self) -> float:
        return self.side.sign * self.notional / self.entry

    @property
    def contracts(self) -> float:
        return self.side.sign * self.notional

    @property
    def tiers(self) -> tuple[MarginTier, ...]:
        venue, units = self.venue, abs(self.quantity)
        if not venue.rate_per_unit:
            return venue.tiers_for(self.side)
        (only,), more = venue.tiers_for(self.side), venue.rate_per_unit * units
        # Long before nearly everything is required the position can no longer be opened.
        rate, most = min(only.rate + more, 0.99), 1 / (1 / only.max_leverage + more)
        return (MarginTier(0.0, rate, 0.0, most),)

    def tier(self, size: float) -> MarginTier:
        return self.tiers[tier_at(size, self.tiers)]

    def rate(self, price: float) -> float:
        """The share of the value that is required at a price; that of the entry where there is none."""
        if self.by_share and price > 0:
            return self.state(price)[1] / self.value(price)
        return self.tier(self.notional if isnan(price) else self.value(price)).rate

    @property
    def by_share(self) -> bool:
        return self.venue.has_share_minimum and self.side is Side.SHORT

    @property
    def cover(self) -> float:
        rate = self.tiers[0].rate
        if self.venue.contract is Contract.LENDING:
            return 1 / (1 - rate)
        return float(loan.spot_cover(rate, self.venue.closing_fee))

    def value(self, price: float) -> float:
        """Size in money, as the venue counts it: a coin's own contract is sized in money."""
        stands_still = self.venue.basis == "entry" or self.venue.contract is Contract.INVERSE
        return self.notional if stands_still else abs(self.quantity) * price

    def prices(self) -> tuple[float, float]:
        """Liquidation and bankruptcy price."""
        fee, rate = self.venue.closing_fee, self.tiers[0].rate
        own = self.quantity, self.entry, self.capital
        coins = self.contracts, self.entry, self.capital / self.entry
        match self.venue.contract:
            case Contract.INVERSE:
                price = inverse.inverse_liquidation_price(*coins, rate, closing_fee=fee)
                return float(price), float(inverse.inverse_bankruptcy_price(*coins))
            case Contract.SPOT | Contract.LENDING:
                price = loan.loan_liquidation_price(*own, self.cover)
            case _ if self.by_share:
                price = short_stock.short_stock_call_price(*own)
            case _:
                price = tiered_liquidation_price(*own, self.tiers, closing_fee=fee, basis=self.venue.basis)
        return float(price), float(risk.bankruptcy_price(*own))

    def state(self, price: float) -> tuple[float, float]:
        """Equity and requirement at a price, quote."""
        fee, rate = self.venue.closing_fee, self.tiers[0].rate
        own = self.quantity, self.entry, self.capital
        coins = self.capital / self.entry
        match self.venue.contract:
            case Contract.INVERSE:
                equity = inverse.inverse_equity(self.contracts, self.entry, coins, price) * price
                required = price * inverse.inverse_maintenance_margin(
                    self.contracts, price, rate, closing_fee=fee
                )
                return float(equity), float(required)
            case Contract.SPOT | Contract.LENDING:
                required = loan.loan_requirement(*own, price, self.cover)
            case _ if self.by_share:
                required = short_stock.short_stock_requirement(self.quantity, price)
            case _:
                required = tiered_maintenance(self.value(price), self.tiers, closing_fee=fee)
        return float(risk.equity(*own, price)), float(required)

    def refusal(self, most: float) -> Refusal | None:
        """Why the venue does not let the position be opened, with the largest leverage for its size."""
        venue = self.venue
        if venue.status is not Status.LIVE:
            return Refusal(venue.status)
        if most == 0:
            return Refusal.SIZE
        if self.notional > most * self.capital:
            return Refusal.LEVERAGE
        # Nobody has to put up more than the whole price of what is bought.
        asked = min(venue.minimum_equity, self.notional if self.side is Side.LONG else inf)
        if self.capital < asked:
            return Refusal.MINIMUM_EQUITY
        equity, requirement = self.state(self.entry)
        return None if equity > requirement else Refusal.AT_ONCE

    def fee(self, price: float) -> float:
        """What it costs when the venue closes the whole position at a price, quote."""
        rate, kind = self.venue.fees.liquidation, self.venue.fees.charged_on
        if rate is None or isnan(price):
            return nan
        match kind:
            case FeeBasis.COLLATERAL:
                return rate * self.capital
            case FeeBasis.DEBT:
                return rate * float(loan.debt(self.quantity, self.entry, self.capital, price))
        return rate * self.value(price)

    def gauge(self, price: float) -> float:
        """The number on the venue's screen at a price."""
        equity, required = self.state(price)
        match self.venue.gauge:
            case Gauge.MM_OVER_EQUITY:
                return required / equity
            case Gauge.EQUITY_OVER_MM:
                return _over(equity, required)
            case Gauge.HEALTH_FACTOR:
                return (1 + _over(equity * (self.cover - 1), required)) / self.cover
            case Gauge.MARGIN_LEVEL:
                return CFD_CLOSEOUT * equity / required
            case Gauge.EQUITY_SHARE:
                return _over(equity, abs(self.quantity) * price)
            case Gauge.LOAN_TO_VALUE:
                owed = float(loan.debt(self.quantity, self.entry, self.capital, price))
                return owed / (owed + equity)
            case Gauge.ACCOUNT_HEALTH:
                return 1 - required / equity
            case Gauge.LEVERAGE:
                return self.notional / equity


def _over(amount: float, debt: float) -> float:
    return inf if debt == 0 else amount / debt
