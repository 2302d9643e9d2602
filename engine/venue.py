"""The venues: who asks what, judges by which price, closes how; and one position under each.

A record holds a venue's rule for bitcoin (or its asset class) as published on a date; venues
change them often.
"""

from collections.abc import Sequence
from math import inf, isnan
from typing import Final, NamedTuple

from engine import inverse, loan, risk
from engine.scenario import Side
from engine.terms import Contract, Gauge, Leftover, Shortfall, Step, Venue
from engine.tiers import MarginTier, tier_at, tier_table, tiered_liquidation_price, tiered_maintenance


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
    rate : float
        Maintenance rate of the tier in force at the liquidation price, without the closing fee.
    gauge_at_open, gauge_at_trigger : float
        What the venue's screen shows right after opening, and when it closes.
    max_leverage : float
        Largest leverage for a position of this size; 0 where the venue's table ends before it.
    is_offered : bool
        Whether the venue lets this position be opened: leverage within its maximum for the size, size
        within its table, and equity above the requirement. Without it the other numbers say what
        the rule would give; the trigger may then lie on the wrong side of the entry.
    """

    venue: Venue
    liquidation_price: float
    bankruptcy_price: float
    move: float
    left: float
    left_share: float
    rate: float
    gauge_at_open: float
    gauge_at_trigger: float
    max_leverage: float
    is_offered: bool


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
    >>> long = quote(VENUES["bitget"], Side.LONG, 5_000.0, 10.0, 50_000.0)
    >>> round(long.liquidation_price, 2), round(long.left, 2), long.is_offered
    (45207.96, 207.96, True)
    """
    notional = capital * leverage
    position = _Position(venue, side, capital, notional, entry_price)
    price, bankrupt = position.prices()
    equity, requirement = position.state(entry_price)
    left, _ = position.state(price)
    tiers = venue.tiers_for(side)
    at_entry = tiers[tier_at(notional, tiers)]
    in_force = at_entry if isnan(price) else tiers[tier_at(position.value(price), tiers)]
    most = at_entry.max_leverage if notional <= venue.largest_notional else 0.0
    return VenueQuote(
        venue=venue,
        liquidation_price=price,
        bankruptcy_price=bankrupt,
        move=price / entry_price - 1,
        left=left,
        left_share=left / capital,
        rate=in_force.rate,
        gauge_at_open=position.gauge(entry_price),
        gauge_at_trigger=position.gauge(price),
        max_leverage=most,
        is_offered=leverage <= most and equity > requirement,
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
        return self.venue.tiers_for(self.side)

    @property
    def cover(self) -> float:
        rate = self.tiers[0].rate
        if self.venue.contract is Contract.LENDING:
            return 1 / (1 - rate)
        return float(loan.spot_cover(rate, self.venue.closing_fee))

    def value(self, price: float) -> float:
        """What the requirement is charged on, quote."""
        return abs(self.quantity) * price if self.venue.basis == "mark" else self.notional

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
            case _:
                required = tiered_maintenance(self.value(price), self.tiers, closing_fee=fee)
        return float(risk.equity(*own, price)), float(required)

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
                return equity / (abs(self.quantity) * price)
            case Gauge.ACCOUNT_HEALTH:
                return 1 - required / equity
            case Gauge.LEVERAGE:
                return self.notional / equity


def _over(amount: float, debt: float) -> float:
    return inf if debt == 0 else amount / debt


# ESMA: positions are closed when equity falls to half of the margin required to open them.
CFD_CLOSEOUT: Final = 0.5


def _flat(rate: float, max_leverage: float) -> tuple[MarginTier, ...]:
    return (MarginTier(0.0, rate, 0.0, max_leverage),)


def _cfd(max_leverage: float) -> tuple[MarginTier, ...]:
    return _flat(CFD_CLOSEOUT / max_leverage, max_leverage)


_READ: Final = "collected by 2026-11-22"
_BITGET, _BINANCE = tier_table("bitget-btcusdt"), tier_table("binance-btcusdt")
_BYBIT, _HYPERLIQUID, _DYDX = (
    tier_table(name) for name in ("bybit-btcusdt", "hyperliquid-btc", "dydx-large-cap")
)
_BITGET_STEPS: Final = (Step.CANCEL_ORDERS, Step.NET_HEDGED, Step.TWO_TIERS_DOWN_CROSS, Step.WHOLE)
_BINANCE_STEPS: Final = (Step.CANCEL_ORDERS, Step.ORDER_BACK_UNDER, Step.WHOLE)
_RECORDS: Final = (
    Venue(
        slug="bitget",
        name="Bitget",
        contract=Contract.LINEAR,
        tiers=_BITGET.tiers,
        largest_notional=_BITGET.largest_notional,
        closing_fee=0.0006,
        gauge=Gauge.MM_OVER_EQUITY,
        closeout=_BITGET_STEPS,
        leftover=Leftover.FUND,
        shortfall=Shortfall.FUND_THEN_ADL,
        source="Bitget, support article 12560603808759, isolated liquidation price; " + _BITGET.source,
        date="2025-11-10; tiers " + _BITGET.date,
    ),
    Venue(
        slug="binance",
        name="Binance",
        contract=Contract.LINEAR,
        tiers=_BINANCE.tiers,
        largest_notional=_BINANCE.largest_notional,
        gauge=Gauge.MM_OVER_EQUITY,
        closeout=_BINANCE_STEPS,
        leftover=Leftover.FUND,
        shortfall=Shortfall.FUND_THEN_ADL,
        source="Binance, FAQ b3c689c1f50a44cabb3a84e663b81d93 and 360033525271; " + _BINANCE.source,
        date=_READ,
    ),
    Venue(
        slug="bybit",
        name="Bybit",
        contract=Contract.LINEAR,
        tiers=_BYBIT.tiers,
        largest_notional=_BYBIT.largest_notional,
        basis="entry",
        gauge=Gauge.MM_OVER_EQUITY,
        closeout=(Step.CANCEL_ORDERS, Step.TIER_DOWN, Step.WHOLE),
        leftover=Leftover.FUND,
        shortfall=Shortfall.FUND_THEN_ADL,
        source='Bybit, help centre, "Liquidation Price (USDT Contract)", 000001098; ' + _BYBIT.source,
        date=_READ,
    ),
    Venue(
        slug="okx",
        name="OKX",
        contract=Contract.LINEAR,
        tiers=_flat(0.004, 100.0),
        closing_fee=0.0005,
        gauge=Gauge.EQUITY_OVER_MM,
        closeout=(Step.TWO_TIERS_DOWN, Step.WHOLE),
        leftover=Leftover.FUND,
        shortfall=Shortfall.FUND_THEN_ADL,
        source="OKX, API documentation, examples of positions; first tier only, no table in hand",
        date=_READ,
        unread=("max_leverage",),
    ),
    Venue(
        slug="hyperliquid",
        name="Hyperliquid",
        contract=Contract.LINEAR,
        tiers=_HYPERLIQUID.tiers,
        gauge=Gauge.MM_OVER_EQUITY,
        closeout=(Step.TWENTY_PERCENT, Step.WHOLE, Step.BACKSTOP),
        leftover=Leftover.TRADER_UNLESS_BACKSTOP,
        shortfall=Shortfall.VAULT_THEN_ADL,
        source='Hyperliquid, documentation, "Liquidations" and "Margin tiers"',
        date=_READ,
    ),
    Venue(
        slug="dydx",
        name="dYdX v4",
        contract=Contract.LINEAR,
        tiers=_DYDX.tiers,
        trigger="oracle",
        gauge=Gauge.MM_OVER_EQUITY,
        closeout=(Step.PER_BLOCK,),
        leftover=Leftover.TRADER_LESS_FEE,
        shortfall=Shortfall.FUND_THEN_ADL,
        source='dYdX v4, documentation, "Liquidations" (commit 3e475b73); ' + _DYDX.source,
        date=_READ,
        unread=("gauge",),
    ),
    Venue(
        slug="gate",
        name="Gate",
        contract=Contract.LINEAR,
        tiers=_flat(0.005, 100.0),
        closing_fee=0.00075,
        gauge=Gauge.MM_OVER_EQUITY,
        closeout=(Step.WHOLE,),
        leftover=Leftover.FUND,
        shortfall=Shortfall.FUND_THEN_ADL,
        source="ccxt 4.5.90: ccxt/gate.py, payloads of real positions; no tier table in hand",
        date=_READ,
        unread=("max_leverage", "gauge", "leftover"),
    ),
    Venue(
        slug="drift",
        name="Drift v2",
        contract=Contract.LINEAR,
        tiers=_flat(0.05, 10.0),
        trigger="oracle",
        gauge=Gauge.ACCOUNT_HEALTH,
        closeout=(Step.OVER_SLOTS, Step.WHOLE),
        leftover=Leftover.TRADER_LESS_FEE,
        shortfall=Shortfall.FUND_THEN_SOCIALISED,
        source="drift-labs/protocol-v2@0ae3e3b1:tests/liquidatePerp.ts; Drift, documentation, liquidations",
        date=_READ,
        unread=("max_leverage", "gauge"),
    ),
    # The larger of 0.1 % of the size plus 5 dollars, and 1 % of the size: two tiers that meet at 555.56.
    Venue(
        slug="gmx",
        name="GMX v1",
        contract=Contract.LINEAR,
        tiers=(MarginTier(0.0, 0.001, -5.0, 50.0), MarginTier(5 / 0.009, 0.01, 0.0, 50.0)),
        basis="entry",
        trigger="oracle",
        gauge=Gauge.LEVERAGE,
        closeout=(Step.WHOLE,),
        leftover=Leftover.TRADER_LESS_FEE,
        shortfall=Shortfall.POOL,
        source="gmx-io/gmx-interface@a78e920e:src/lib/__tests__/getLiquidationPrice.spec.ts",
        date=_READ,
        unread=("trigger", "gauge", "leftover", "shortfall"),
    ),
    Venue(
        slug="bitget-coin",
        name="Bitget Coin-M",
        contract=Contract.INVERSE,
        tiers=_flat(0.004, 125.0),
        closing_fee=0.0006,
        gauge=Gauge.MM_OVER_EQUITY,
        closeout=_BITGET_STEPS,
        leftover=Leftover.FUND,
        shortfall=Shortfall.FUND_THEN_ADL,
        source="Bitget, support article 12560603808759; first tier only, no table in hand",
        date="2025-11-10",
        unread=("max_leverage",),
    ),
    Venue(
        slug="binance-coin",
        name="Binance COIN-M",
        contract=Contract.INVERSE,
        tiers=_flat(0.004, 125.0),
        gauge=Gauge.MM_OVER_EQUITY,
        closeout=_BINANCE_STEPS,
        leftover=Leftover.FUND,
        shortfall=Shortfall.FUND_THEN_ADL,
        source="ccxt 4.5.90: ccxt/binance.py, payload of a real position; first tier only, no table in hand",
        date=_READ,
        unread=("max_leverage",),
    ),
    Venue(
        slug="okx-spot",
        name="OKX spot margin",
        contract=Contract.SPOT,
        tiers=_flat(0.02, 10.0),
        closing_fee=0.001,
        gauge=Gauge.EQUITY_OVER_MM,
        closeout=(Step.WHOLE,),
        leftover=Leftover.FUND,
        shortfall=Shortfall.FUND,
        source="OKX, help centre article 6997123251341; rate and fee of one real position",
        date=_READ,
        unread=("max_leverage", "leftover"),
    ),
    Venue(
        slug="us-stock",
        name="US stock broker",
        contract=Contract.STOCK,
        tiers=_flat(0.25, 2.0),
        short_tiers=_flat(0.30, 2.0),
        trigger="last",
        gauge=Gauge.EQUITY_SHARE,
        closeout=(Step.MARGIN_CALL, Step.BROKER_SELLS),
        leftover=Leftover.TRADER,
        shortfall=Shortfall.CLIENT_OWES,
        source="Federal Reserve, Regulation T; FINRA rule 4210",
        date=_READ,
    ),
    Venue(
        slug="cfd-crypto",
        name="EU CFD broker, crypto",
        contract=Contract.CFD,
        tiers=_cfd(2.0),
        basis="entry",
        trigger="quote",
        gauge=Gauge.MARGIN_LEVEL,
        closeout=(Step.BROKER_SELLS,),
        leftover=Leftover.TRADER,
        shortfall=Shortfall.FIRM_BEARS,
        source="ESMA, product intervention on CFDs",
        date="2018, kept nationally",
    ),
    Venue(
        slug="cfd-fx",
        name="EU CFD broker, major currencies",
        contract=Contract.CFD,
        tiers=_cfd(30.0),
        basis="entry",
        trigger="quote",
        gauge=Gauge.MARGIN_LEVEL,
        closeout=(Step.BROKER_SELLS,),
        leftover=Leftover.TRADER,
        shortfall=Shortfall.FIRM_BEARS,
        source="ESMA, product intervention on CFDs",
        date="2018, kept nationally",
    ),
    # Long: WBTC lends 73 % of its value, threshold 78 %. Short: USDC lends 77 %, threshold 80 %.
    Venue(
        slug="aave",
        name="Aave v3",
        contract=Contract.LENDING,
        tiers=_flat(1 - 0.78, 1 / (1 - 0.73)),
        short_tiers=_flat(1 - 0.80, 0.77 / (1 - 0.77)),
        trigger="oracle",
        gauge=Gauge.HEALTH_FACTOR,
        closeout=(Step.CLOSE_FACTOR,),
        leftover=Leftover.TRADER_LESS_FEE,
        shortfall=Shortfall.DEFICIT,
        source="Aave, governance proposals 19096 (WBTC, values before it) and 15720 (USDC), Arbitrum; "
        "aave/aave-v3-core@782f5191:contracts/protocol/libraries/logic/LiquidationLogic.sol",
        date="2023-12 (USDC), 2024 (WBTC)",
    ),
)
VENUES: Final[dict[str, Venue]] = {venue.slug: venue for venue in _RECORDS}
