"""The venues: who asks what, judges by which price, closes how.

A record holds a venue's rule for bitcoin (or its asset class) as published on a date; venues
change them often.

Long because it is a table: one record a venue, each with its source and date.
"""

from datetime import date
from typing import Final

from engine.margin.tiers import MarginTier
from engine.venues.tables import tier_table
from engine.venues.terms import Contract, Gauge, Leftover, Shortfall, Status, Step, Venue

# ESMA: positions are closed when equity falls to half of the margin required to open them.
CFD_CLOSEOUT: Final = 0.5


def _flat(rate: float, max_leverage: float) -> tuple[MarginTier, ...]:
    return (MarginTier(0.0, rate, 0.0, max_leverage),)


def _cfd(max_leverage: float) -> tuple[MarginTier, ...]:
    return _flat(CFD_CLOSEOUT / max_leverage, max_leverage)


_READ: Final = date(2026, 11, 22)
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
        seen_on=_READ,
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
        seen_on=_READ,
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
        seen_on=_READ,
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
        seen_on=_READ,
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
        seen_on=_READ,
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
        seen_on=_READ,
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
        seen_on=_READ,
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
        status=Status.SUSPENDED,
        status_since=date(2026, 4, 1),
        source="drift-labs/protocol-v2@0ae3e3b1:tests/liquidatePerp.ts; Drift, documentation, liquidations",
        seen_on=_READ,
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
        status=Status.CLOSED,
        status_since=date(2025, 7, 9),
        source="gmx-io/gmx-interface@a78e920e:src/lib/__tests__/getLiquidationPrice.spec.ts",
        seen_on=_READ,
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
        seen_on=_READ,
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
        seen_on=_READ,
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
        seen_on=_READ,
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
        seen_on=_READ,
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
        seen_on=_READ,
        valid_from=date(2018, 8, 1),
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
        seen_on=_READ,
        valid_from=date(2018, 8, 1),
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
        seen_on=_READ,
        valid_from=date(2024, 1, 1),
    ),
)
VENUES: Final[dict[str, Venue]] = {venue.slug: venue for venue in _RECORDS}
