"""Positions under every live venue, to the cent, worked without the engine from each venue's own text.

The numbers come from a second road: the requirement summed slice by slice in exact fractions from the
venue's published table, and the price at which equity meets it found by halving.
"""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from engine.margin.scenario import Side
from engine.venues.quotes import Refusal, quote
from engine.venues.records import VENUES
from engine.venues.terms import READ_WITHIN, FeeBasis, Status

ROWS = json.loads((Path(__file__).parents[2] / "golden" / "positions.json").read_text())
LIVE = {slug: venue for slug, venue in VENUES.items() if venue.status is Status.LIVE}


def quoted(row):
    capital = row["notional"] / row["leverage"]
    return quote(VENUES[row["venue"]], Side(row["side"]), capital, row["leverage"], row["entry_price"])


@pytest.mark.parametrize("row", [pytest.param(row, id=row["id"]) for row in ROWS])
def test_the_published_text_gives_these_cents(row):
    found = quoted(row)
    for name, value in row["expected"].items():
        assert getattr(found, name) == pytest.approx(value, rel=1e-11, **row["tol"]), name
    assert found.is_offered
    assert ("fee" in row["expected"]) == (found.venue.fees.liquidation is not None)


def test_every_live_venue_has_its_position_and_names_its_source():
    assert {row["venue"] for row in ROWS} == set(LIVE)
    assert all(row["source"] and row["rule"] and row["date"] for row in ROWS)


def test_bitgets_table_is_tried_on_both_sides_of_every_boundary():
    floors = [tier.floor for tier in VENUES["bitget"].tiers[1:-1]]
    sizes = {row["notional"] for row in ROWS if row["venue"] == "bitget"}
    assert all({floor - 1000, floor + 1000} <= sizes for floor in floors)


@pytest.mark.parametrize("venue", LIVE.values(), ids=lambda venue: venue.slug)
def test_a_live_rule_has_been_read_within_a_year(venue):
    """The only test that may look at the clock: rules age, and somebody has to read them again."""
    assert venue.seen_on <= date.today() <= venue.seen_on + READ_WITHIN


@pytest.mark.parametrize("venue", VENUES.values(), ids=lambda venue: venue.slug)
def test_what_was_not_read_is_said(venue):
    assert (venue.fees.liquidation is None) == ("fees" in venue.unread)
    if venue.known_notional < venue.largest_notional:
        assert "tiers" in venue.unread
    assert venue.valid_from is None or venue.valid_from <= venue.seen_on


@pytest.mark.parametrize(
    "slug, side, capital, leverage, entry, refusal",
    [
        ("us-stock", Side.SHORT, 5_000.0, 2.0, 8.0, Refusal.AT_ONCE),
        ("us-stock", Side.SHORT, 5_000.0, 2.0, 3.0, Refusal.AT_ONCE),
        ("us-stock", Side.LONG, 100.0, 2.0, 100.0, Refusal.MINIMUM_EQUITY),
        ("us-stock", Side.LONG, 1_999.99, 2.0, 100.0, Refusal.MINIMUM_EQUITY),
        ("us-stock", Side.LONG, 2_000.0, 2.0, 100.0, None),
        ("us-stock", Side.LONG, 100.0, 1.0, 100.0, None),  # paid in full, nothing is lent
        ("us-stock", Side.SHORT, 1_000.0, 1.0, 100.0, Refusal.MINIMUM_EQUITY),
        ("bitget", Side.LONG, 1_300.0, 150.0, 50_000.0, None),
        ("bitget", Side.LONG, 1_300.0, 151.0, 50_000.0, Refusal.LEVERAGE),
        ("bitget", Side.LONG, 1_400.0, 150.0, 50_000.0, Refusal.LEVERAGE),  # above 200,000
        ("bitget", Side.LONG, 1.3e9, 1.0, 50_000.0, Refusal.SIZE),
        ("deribit", Side.LONG, 5_000.0, 49.5, 50_000.0, Refusal.LEVERAGE),  # 4.95 coins: 2.025 % to open
        ("deribit", Side.LONG, 5_000.0, 49.0, 50_000.0, None),
        ("gmx", Side.LONG, 100.0, 2.0, 100.0, Refusal.CLOSED),
        ("drift", Side.LONG, 100.0, 2.0, 100.0, Refusal.SUSPENDED),
    ],
)
def test_why_a_venue_refuses(slug, side, capital, leverage, entry, refusal):
    found = quote(VENUES[slug], side, capital, leverage, entry)
    assert found.refusal == refusal
    assert found.is_offered == (refusal is None)


@pytest.mark.parametrize(
    "slug, side, notional, known",
    [
        ("okx", Side.LONG, 500_000.0, True),
        ("okx", Side.LONG, 500_001.0, False),
        ("okx", Side.SHORT, 480_000.0, False),  # it grows on the way to its trigger
        ("bitget-coin", Side.LONG, 100.0, False),
        ("binance-coin", Side.SHORT, 200.0, True),
        ("binance", Side.LONG, 1e9, True),
    ],
)
def test_above_what_was_read_nothing_is_known(slug, side, notional, known):
    assert quote(VENUES[slug], side, notional / 5, 5.0, 50_000.0).is_known == known


def test_a_fee_takes_what_is_left_and_no_more():
    small = quote(VENUES["binance"], Side.LONG, 5_000.0, 10.0, 50_000.0)
    assert small.fee > small.left and small.left_after_fee == 0
    large = quote(VENUES["binance"], Side.LONG, 2_000_000.0, 10.0, 50_000.0)
    assert large.left_after_fee == pytest.approx(large.left - large.fee) and large.left_after_fee > 0


@pytest.mark.parametrize(
    "basis, fee",
    [(FeeBasis.NOTIONAL, 0.05 * 900 / 0.78), (FeeBasis.COLLATERAL, 5.0), (FeeBasis.DEBT, 45.0)],
)
def test_what_a_fee_is_charged_on(basis, fee):
    aave = VENUES["aave"]
    venue = replace(aave, fees=aave.fees._replace(liquidation=0.05, charged_on=basis))
    # 10 coins bought with a debt of 900, sold where 78 % of them cover it.
    assert quote(venue, Side.LONG, 100.0, 10.0, 100.0).fee == pytest.approx(fee)
