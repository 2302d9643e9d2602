"""The record of a venue: what it refuses, and that none of its words is idle."""

from dataclasses import replace
from datetime import date

import pytest

from engine.margin.scenario import Side
from engine.margin.tiers import MarginTier
from engine.venues.records import VENUES
from engine.venues.terms import Contract, Gauge, Leftover, Shortfall, Status, Step

BITGET = VENUES["bitget"]


@pytest.mark.parametrize(
    "change, sentence",
    [
        ({"tiers": ()}, "start at a notional of 0"),
        ({"tiers": (MarginTier(1.0, 0.01),)}, "start at a notional of 0"),
        ({"short_tiers": (MarginTier(1.0, 0.01),)}, "start at a notional of 0"),
        ({"tiers": (MarginTier(0.0, 0.01), MarginTier(0.0, 0.02))}, "must rise"),
        ({"tiers": (MarginTier(0.0, 0.02), MarginTier(10.0, 0.01, -0.1))}, "must rise"),
        ({"tiers": (MarginTier(0.0, 0.01), MarginTier(10.0, 0.02))}, "jumps at 10"),
        ({"tiers": (MarginTier(0.0, 0.0),)}, "above 0"),
        ({"tiers": (MarginTier(0.0, -0.01, -1.0),)}, "above 0"),
        ({"tiers": (MarginTier(0.0, 0.9),), "closing_fee": 0.1}, "below 1"),
        ({"closing_fee": -0.0001}, "below 1"),
        ({"closing_fee": 0.001}, "is the closing fee"),
        ({"status": Status.CLOSED}, "since when, or neither"),
        ({"status_since": date(2026, 1, 1)}, "since when, or neither"),
        ({"contract": Contract.INVERSE}, "give one tier"),
        ({"contract": Contract.SPOT}, "give one tier"),
        ({"contract": Contract.LENDING}, "give one tier"),
    ],
)
def test_a_rule_without_meaning_is_refused_by_name(change, sentence):
    with pytest.raises(ValueError, match=f"bitget: .*{sentence}"):
        replace(BITGET, **change)


def test_shorts_stand_under_their_own_rates_where_there_are_any():
    stock = VENUES["us-stock"]
    assert stock.tiers_for(Side.LONG)[0].rate == 0.25
    assert stock.tiers_for(Side.SHORT)[0].rate == 0.30
    assert BITGET.tiers_for(Side.SHORT) == BITGET.tiers_for(Side.LONG) == BITGET.tiers


def test_every_word_is_used_by_a_venue():
    venues = VENUES.values()
    assert {venue.contract for venue in venues} == set(Contract)
    assert {venue.gauge for venue in venues} == set(Gauge)
    assert {step for venue in venues for step in venue.closeout} == set(Step)
    assert {venue.status for venue in venues} == set(Status)
    assert {venue.leftover for venue in venues} == set(Leftover)
    assert {venue.shortfall for venue in venues} == set(Shortfall)


def test_every_venue_names_its_source():
    for slug, venue in VENUES.items():
        assert venue.slug == slug and venue.name and venue.source
        assert "http" not in venue.source
