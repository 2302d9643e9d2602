"""Who asks for it.

Each venue is a record of its published rule, with source and date: which price judges, which tiers,
which steps of closing, who keeps what is left. `quote` puts one position under one venue's rule;
`legal_caps` are the limits that stand in law.
"""

from engine.venues.caps import ESMA_CAPS, LOSING, US_SHARES, Cap, house_calls, legal_caps
from engine.venues.quotes import Refusal, VenueQuote, quote, quotes_by_leverage
from engine.venues.records import CFD_CLOSEOUT, VENUES
from engine.venues.tables import tier_table
from engine.venues.terms import (
    READ_WITHIN,
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
