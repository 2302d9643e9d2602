"""The published tables: their deductions are those that are printed, and each names its source."""

import pytest

from engine.venues.tables import tier_table


@pytest.mark.parametrize(
    "name, last",
    [
        ("binance-btcusdt", 421_482_000.0),  # as printed
        ("bybit-btcusdt", 1_482_000.0),  # as printed
        ("hyperliquid-btc", 1_875_000.0),  # as printed
        ("bitget-btcusdt", 386_667_200.0),
        ("bitget-superusdt", 616_900.0),
        ("dydx-large-cap", 0.0),
        ("kraken-xbtusd", 35_000.0),
    ],
)
def test_the_tables_carry_their_deductions_and_their_source(name, last):
    table = tier_table(name)
    assert table.tiers[-1].amount == pytest.approx(last)
    assert table.source and table.seen_on
    assert table.largest_notional > table.tiers[-1].floor
    leverages = [tier.max_leverage for tier in table.tiers]
    assert leverages == sorted(leverages, reverse=True)
    for tier in table.tiers:  # what may be opened is not liquidated on entry
        assert tier.rate < 1 / tier.max_leverage
