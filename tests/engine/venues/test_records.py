"""The venues that are told of: which they are, and what of them is general knowledge."""

from engine.venues.records import VENUES

SLUGS = (
    *("bitget", "binance", "bybit", "okx", "hyperliquid", "dydx", "gate", "drift", "gmx", "gmx2"),
    *("deribit", "kraken", "bitget-coin", "binance-coin", "okx-spot", "us-stock"),
    *("cfd-crypto", "cfd-fx", "aave", "bitget-loan"),
)


def test_the_venues_come_in_the_order_they_are_told():
    assert tuple(VENUES) == SLUGS


def test_what_stands_in_no_source_that_was_read_is_marked():
    marked = {slug: " ".join(venue.unread) for slug, venue in VENUES.items() if venue.unread}
    assert marked == {
        "bybit": "fees",
        "okx": "tiers",
        "dydx": "gauge",
        "gate": "gauge leftover tiers",
        "drift": "max_leverage gauge fees",
        "gmx": "trigger gauge leftover shortfall fees",
        "gmx2": "max_leverage gauge shortfall",
        "deribit": "trigger gauge shortfall",
        "kraken": "gauge leftover shortfall tiers fees closeout",
        "bitget-coin": "max_leverage tiers",
        "binance-coin": "max_leverage tiers fees",
        "okx-spot": "leftover tiers",
        "us-stock": "fees",
        "cfd-crypto": "fees",
        "cfd-fx": "fees",
        "aave": "today fees",
        "bitget-loan": "max_leverage trigger shortfall fees",
    }
