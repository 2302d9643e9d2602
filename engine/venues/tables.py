"""The venues' published tables of maintenance tiers, from ``engine/venues/data/tiers.json``."""

import json
from datetime import date
from functools import cache
from importlib import resources
from math import inf

from engine.margin.tiers import MarginTier, TierTable, deductions


@cache
def tier_table(name: str) -> TierTable:
    """A table from ``engine/venues/data/tiers.json``; its deductions are computed, not stored.

    Parameters
    ----------
    name : str
        Such as ``"bitget-btcusdt"``; the file lists them.

    Returns
    -------
    TierTable

    Raises
    ------
    KeyError
        If the file has no such table.

    Examples
    --------
    >>> tier_table("hyperliquid-btc").tiers[1].rate
    0.025
    """
    table = json.loads(resources.files("engine.venues.data").joinpath("tiers.json").read_text("utf-8"))[name]
    floors, rates, leverages = zip(*table["tiers"], strict=True)
    rows = zip(floors, rates, deductions(floors, rates).tolist(), leverages, strict=True)
    largest, since = table["largest_notional"], table["valid_from"]
    return TierTable(
        tuple(MarginTier(*row) for row in rows),
        inf if largest is None else largest,
        table["source"],
        date.fromisoformat(table["seen_on"]),
        None if since is None else date.fromisoformat(since),
    )
