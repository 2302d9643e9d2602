"""The venues: who asks what, judges by which price, closes how.

A record holds a venue's rule for bitcoin (or its asset class) as published on a date; venues
change them often.

Long because it is a table: one record a venue, each with its source and date.
"""

from datetime import date
from typing import Final

from engine.margin import short_stock
from engine.margin.tiers import MarginTier
from engine.venues.tables import tier_table
from engine.venues.terms import (
    Contract,
    FeeBasis,
    Fees,
    Gauge,
    Leftover,
    Shortfall,
    Status,
    Step,
    Venue,
)

# ESMA: positions are closed when equity falls to half of the margin required to open them.
CFD_CLOSEOUT: Final = 0.5


def _flat(rate: float, max_leverage: float) -> tuple[MarginTier, ...]:
    return (MarginTier(0.0, rate, 0.0, max_leverage),)


def _cfd(max_leverage: float) -> tuple[MarginTier, ...]:
    return _flat(CFD_CLOSEOUT / max_leverage, max_leverage)


_READ, _AGAIN = date(2026, 11, 22), date(2026, 11, 28)
_BITGET, _BINANCE = tier_table("bitget-btcusdt"), tier_table("binance-btcusdt")
_BYBIT, _HYPERLIQUID, _DYDX, _KRAKEN = (
    tier_table(name) for name in ("bybit-btcusdt", "hyperliquid-btc", "dydx-large-cap", "kraken-xbtusd")
)
_BITGET_STEPS: Final = (
    *(Step.CANCEL_ORDERS, Step.WHOLE_ISOLATED, Step.NET_HEDGED, Step.TWO_TIERS_DOWN_CROSS, Step.WHOLE),
)
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
        shortfall=Shortfall.FUND_THEN_ADL_AT_MARK,
        source="Bitget, support articles 12560603808759 (liquidation price), 360058821652 (steps) and "
        "360059239211 (fund); deleveraging at the mark price: news of 2026-06-24, second-hand; "
        + _BITGET.source,
        seen_on=_AGAIN,
        valid_from=date(2025, 11, 10),
        fees=Fees(0.0006, 0.0006, FeeBasis.IN_TRIGGER),
    ),
    Venue(
        slug="binance",
        name="Binance",
        contract=Contract.LINEAR,
        tiers=_BINANCE.tiers,
        largest_notional=_BINANCE.largest_notional,
        gauge=Gauge.MM_OVER_EQUITY,
        closeout=_BINANCE_STEPS,
        leftover=Leftover.TRADER_LESS_FEE,
        shortfall=Shortfall.FUND_THEN_ADL,
        source="Binance, FAQ b3c689c1f50a44cabb3a84e663b81d93 and 360033525271; liquidation protocol, copy "
        "at docs.traderwagon.com; clearance fee: /fapi/v1/exchangeInfo, answer of 2024-03-28; "
        + _BINANCE.source,
        seen_on=_AGAIN,
        fees=Fees(None, 0.0125, FeeBasis.PART),
    ),
    Venue(
        slug="bybit",
        name="Bybit",
        contract=Contract.LINEAR,
        tiers=_BYBIT.tiers,
        largest_notional=_BYBIT.largest_notional,
        gauge=Gauge.MM_OVER_EQUITY,
        closeout=(Step.CANCEL_ORDERS, Step.TIER_DOWN, Step.WHOLE),
        leftover=Leftover.FUND,
        shortfall=Shortfall.FUND_THEN_ADL,
        source='Bybit, help centre, "Understanding the Adjustment and Impact of the New Margin Calculation", '
        "updated 2025-09-18; " + _BYBIT.source,
        seen_on=_AGAIN,
        valid_from=date(2025, 9, 2),
        unread=("fees",),
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
        # 1,000 contracts of 0.01 bitcoin, at the 50,000 of the examples.
        known_notional=500_000.0,
        source="OKX, API documentation, examples of positions; first tier: position-tiers of BTC-USDT, "
        "an answer of 2026 kept in a public test",
        seen_on=_AGAIN,
        fees=Fees(0.0005, 0.0005, FeeBasis.IN_TRIGGER),
        unread=("tiers",),
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
        fees=Fees(None, 0.0),
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
        fees=Fees(None, 0.015),
        unread=("gauge",),
    ),
    Venue(
        slug="gate",
        name="Gate",
        contract=Contract.LINEAR,
        tiers=_flat(0.004, 125.0),
        closing_fee=0.00075,
        gauge=Gauge.MM_OVER_EQUITY,
        closeout=(Step.WHOLE,),
        leftover=Leftover.FUND,
        shortfall=Shortfall.FUND_THEN_ADL,
        known_notional=20_000.0,
        source='Gate, help centre, "Risk limit", 22162, first tier of its example; fee in the trigger: '
        "ccxt 4.5.90, ccxt/gate.py, payload of a real position",
        seen_on=_AGAIN,
        valid_from=date(2025, 7, 29),
        fees=Fees(0.00075, 0.00075, FeeBasis.IN_TRIGGER),
        unread=("gauge", "leftover", "tiers"),
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
        source="drift-labs/protocol-v2@0ae3e3b1:tests/liquidatePerp.ts, the market of a test; Drift, "
        "documentation, liquidations",
        seen_on=_READ,
        unread=("max_leverage", "gauge", "fees"),
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
        unread=("trigger", "gauge", "leftover", "shortfall", "fees"),
    ),
    # The larger of 0.5 % of the size and 1 dollar has to be left after the fee of closing.
    Venue(
        slug="gmx2",
        name="GMX v2",
        contract=Contract.LINEAR,
        tiers=(MarginTier(0.0, 0.0, -1.0, 200.0), MarginTier(200.0, 0.005, 0.0, 200.0)),
        closing_fee=0.0006,
        basis="entry",
        trigger="oracle",
        gauge=Gauge.LEVERAGE,
        closeout=(Step.WHOLE,),
        leftover=Leftover.TRADER_LESS_FEE,
        shortfall=Shortfall.POOL,
        source="gmx-io/gmx-synthetics: config/markets.ts (commit 00172c00), BTC/USD with USDC behind it, and "
        "PositionUtils.sol; fees from a later copy of that file in a repository not named, the larger "
        "of the two for closing",
        seen_on=_AGAIN,
        fees=Fees(0.0006, 0.0026),
        unread=("max_leverage", "gauge", "shortfall"),
    ),
    Venue(
        slug="deribit",
        name="Deribit",
        contract=Contract.LINEAR,
        tiers=_flat(0.01, 50.0),
        rate_per_unit=0.00005,
        gauge=Gauge.MM_OVER_EQUITY,
        closeout=(Step.SMALL_PARTS,),
        leftover=Leftover.TRADER_LESS_FEE,
        shortfall=Shortfall.FUND_THEN_SOCIALISED,
        source='Deribit, support, "Linear Perpetual" 25944738177565 and "11 January 2022" 25944826427293',
        seen_on=_AGAIN,
        valid_from=date(2022, 1, 11),
        fees=Fees(None, 0.0075, FeeBasis.PART),
        unread=("trigger", "gauge", "shortfall"),
    ),
    Venue(
        slug="kraken",
        name="Kraken Futures",
        contract=Contract.LINEAR,
        tiers=_KRAKEN.tiers,
        largest_notional=_KRAKEN.largest_notional,
        # From here up the table was shortened by those who printed it.
        known_notional=_KRAKEN.tiers[-1].floor,
        basis="entry",
        gauge=Gauge.EQUITY_OVER_MM,
        closeout=(Step.WHOLE,),
        leftover=Leftover.FUND,
        shortfall=Shortfall.FUND_THEN_ADL,
        source='Kraken, support, "Multi-Collateral Futures Margin Schedule", 360022632452; ' + _KRAKEN.source,
        seen_on=_AGAIN,
        fees=Fees(0.0005, None),
        unread=("gauge", "leftover", "shortfall", "tiers", "fees", "closeout"),
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
        shortfall=Shortfall.FUND_THEN_ADL_AT_MARK,
        known_notional=0.0,
        source="Bitget, support article 12560603808759; rate and leverage as of BTCUSDT, no table of its own",
        seen_on=_AGAIN,
        valid_from=date(2025, 11, 10),
        fees=Fees(0.0006, 0.0006, FeeBasis.IN_TRIGGER),
        unread=("max_leverage", "tiers"),
    ),
    Venue(
        slug="binance-coin",
        name="Binance COIN-M",
        contract=Contract.INVERSE,
        tiers=_flat(0.004, 125.0),
        gauge=Gauge.MM_OVER_EQUITY,
        closeout=_BINANCE_STEPS,
        leftover=Leftover.TRADER_LESS_FEE,
        shortfall=Shortfall.FUND_THEN_ADL,
        # The size of the one position whose requirement was read.
        known_notional=200.0,
        source="ccxt 4.5.90: ccxt/binance.py, payload of a real position; no table in hand",
        seen_on=_READ,
        unread=("max_leverage", "tiers", "fees"),
    ),
    Venue(
        slug="okx-spot",
        name="OKX spot margin",
        contract=Contract.SPOT,
        tiers=_flat(0.03, 10.0),
        closing_fee=0.001,
        gauge=Gauge.EQUITY_OVER_MM,
        closeout=(Step.WHOLE,),
        leftover=Leftover.FUND,
        shortfall=Shortfall.FUND,
        known_notional=1_000_000.0,
        source="OKX, help centre article 6997123251341; announcement of 2023-06-02, tiers of margins, "
        "BTC/USDT, first tier; fee of one real position",
        seen_on=_AGAIN,
        valid_from=date(2023, 6, 8),
        fees=Fees(0.001, 0.001, FeeBasis.IN_TRIGGER),
        unread=("leftover", "tiers"),
    ),
    Venue(
        slug="us-stock",
        name="US stock broker",
        contract=Contract.STOCK,
        tiers=_flat(0.25, 2.0),
        short_tiers=_flat(short_stock.RATE, 2.0),
        trigger="last",
        gauge=Gauge.EQUITY_SHARE,
        closeout=(Step.MARGIN_CALL, Step.BROKER_SELLS),
        leftover=Leftover.TRADER,
        shortfall=Shortfall.CLIENT_OWES,
        has_share_minimum=True,
        minimum_equity=2_000.0,
        house_rates=(0.30, 0.40),
        source="Federal Reserve, Regulation T; FINRA, rule 4210(b) and (c)",
        seen_on=_AGAIN,
        unread=("fees",),
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
        source="ESMA, Decision (EU) 2018/796, kept by the national authorities",
        seen_on=_READ,
        valid_from=date(2018, 8, 1),
        unread=("fees",),
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
        source="ESMA, Decision (EU) 2018/796, kept by the national authorities",
        seen_on=_READ,
        valid_from=date(2018, 8, 1),
        unread=("fees",),
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
        valid_from=date(2023, 12, 1),
        unread=("today", "fees"),
    ),
    # Long: bitcoin pledged for a stable coin. Short: a stable coin pledged for a coin.
    Venue(
        slug="bitget-loan",
        name="Bitget crypto loan",
        contract=Contract.LENDING,
        tiers=_flat(1 - 0.91, 1 / (1 - 0.65)),
        short_tiers=_flat(1 - 0.83, 0.65 / (1 - 0.65)),
        gauge=Gauge.LOAN_TO_VALUE,
        closeout=(Step.HALF_OF_THE_DEBT,),
        leftover=Leftover.TRADER,
        shortfall=Shortfall.LENDER,
        source="Bitget, support article 12560603842423 (steps); liquidation lines: earn/loan/ongoing-orders, "
        "a loan on bitcoin of 2026-06 and the example of its documentation on a stable coin",
        seen_on=_AGAIN,
        valid_from=date(2025, 11, 12),
        unread=("max_leverage", "trigger", "shortfall", "fees"),
    ),
)
VENUES: Final[dict[str, Venue]] = {venue.slug: venue for venue in _RECORDS}
