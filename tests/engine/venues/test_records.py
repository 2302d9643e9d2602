"""The venues that are told of: which they are, and what of them is general knowledge."""

from engine.venues.records import VENUES

SLUGS = (
    *("bitget", "binance", "bybit", "okx", "hyperliquid", "dydx", "gate", "drift", "gmx"),
    *("bitget-coin", "binance-coin", "okx-spot", "us-stock", "cfd-crypto", "cfd-fx", "aave"),
)


def test_the_venues_come_in_the_order_they_are_told():
    assert tuple(VENUES) == SLUGS


def test_what_stands_in_no_source_that_was_read_is_marked():
    assert {slug: venue.unread for slug, venue in VENUES.items() if venue.unread} == {
        "okx": ("max_leverage",),
        "dydx": ("gauge",),
        "gate": ("max_leverage", "gauge", "leftover"),
        "drift": ("max_leverage", "gauge"),
        "gmx": ("trigger", "gauge", "leftover", "shortfall"),
        "bitget-coin": ("max_leverage",),
        "binance-coin": ("max_leverage",),
        "okx-spot": ("max_leverage", "leftover"),
    }
