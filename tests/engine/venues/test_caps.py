"""Caps in law: the published numbers, and the same by a run of the engine."""

import pytest

from engine.margin.risk import equity
from engine.margin.scenario import Side
from engine.venues.caps import ESMA_CAPS, LOSING, US_SHARES, house_calls, legal_caps
from engine.venues.quotes import quote
from engine.venues.records import CFD_CLOSEOUT, VENUES


def test_the_caps_are_those_of_the_decision():
    assert sorted(ESMA_CAPS.values()) == [2, 5, 10, 20, 30]
    assert LOSING == (74, 89)
    rooms = {name: round(100 * cap.closeout, 2) for name, cap in legal_caps().items()}
    assert rooms == {
        "eu_currencies": 1.67,
        "eu_indices": 2.5,
        "eu_commodities": 5.0,
        "eu_shares": 10.0,
        "eu_crypto": 25.0,
        "us_shares": 33.33,
    }


@pytest.mark.parametrize(("name", "slug"), [("eu_currencies", "cfd-fx"), ("eu_crypto", "cfd-crypto")])
def test_a_cap_and_the_broker_of_the_comparison_agree(name, slug):
    cap, venue = legal_caps()[name], VENUES[slug]
    assert venue.max_leverage == cap.leverage
    assert -quote(venue, Side.LONG, 500.0, cap.leverage, 80.0).move == pytest.approx(cap.closeout)


@pytest.mark.parametrize("name", ESMA_CAPS)
def test_at_the_closeout_half_of_the_money_is_left(name):
    leverage, fall = legal_caps()[name]
    assert equity(leverage, 1.0, 1.0, 1 - fall) == pytest.approx(CFD_CLOSEOUT)


def test_a_brokers_own_rule_calls_sooner_than_the_law_and_just_at_its_own_share():
    called = [cap.closeout for cap in house_calls()]
    assert called == sorted(called, reverse=True)
    assert called[0] < legal_caps()["us_shares"].closeout
    for cap, rate in zip(house_calls(), VENUES[US_SHARES].house_rates, strict=True):
        price = 1 - cap.closeout
        assert (1 - cap.leverage * cap.closeout) / (cap.leverage * price) == pytest.approx(rate)
