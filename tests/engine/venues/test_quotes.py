"""Every venue's rule obeys the laws, and gives the numbers the venue's own formula gives."""

from dataclasses import replace
from math import inf, isnan, nan

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.margin import loan, risk
from engine.margin.account import Account, Leg
from engine.margin.inverse import inverse_equity, inverse_maintenance_margin
from engine.margin.scenario import LIMITS, Side
from engine.margin.tiers import MarginTier, tier_at, tiered_maintenance
from engine.venues.quotes import quote
from engine.venues.records import VENUES
from engine.venues.terms import Contract, Fees, Gauge, Status

# The laws hold for a rule whether or not anybody still trades under it.
OPEN = {slug: replace(venue, status=Status.LIVE, status_since=None) for slug, venue in VENUES.items()}
SLUGS = tuple(VENUES)
ENDS = {
    Gauge.MM_OVER_EQUITY: 1.0,
    Gauge.EQUITY_OVER_MM: 1.0,
    Gauge.HEALTH_FACTOR: 1.0,
    Gauge.MARGIN_LEVEL: 0.5,
    Gauge.ACCOUNT_HEALTH: 0.0,
}
LOANS = (Contract.SPOT, Contract.LENDING)


every_venue = st.sampled_from(SLUGS)


@st.composite
def positions(draw, venues=every_venue):
    """A position its venue lets be opened: venue, side, capital, leverage, entry price."""
    venue, side = OPEN[draw(venues)], draw(st.sampled_from(Side))
    notional, entry = 10 ** draw(st.floats(1.0, 9.0)), 10 ** draw(st.floats(-4.0, 6.0))
    tiers = venue.tiers_for(side)
    most = tiers[tier_at(notional, tiers)].max_leverage
    assume(most > 1.05)
    leverage = draw(st.floats(1.02, most))
    position = venue, side, notional / leverage, leverage, entry
    assume(quote(*position).is_offered)
    return position


@given(positions())
def test_what_is_left_at_the_trigger_is_the_requirement(position):
    venue, side, capital, leverage, entry = position
    found = quote(*position)
    price, notional, tiers = found.liquidation_price, capital * leverage, venue.tiers_for(side)
    assume(not isnan(price))
    quantity, fee, rate = side.sign * notional / entry, venue.closing_fee, tiers[0].rate
    if venue.contract is Contract.INVERSE:
        coins = side.sign * notional, entry, capital / entry
        own = inverse_equity(*coins, price) * price
        required = inverse_maintenance_margin(side.sign * notional, price, rate, closing_fee=fee) * price
    elif venue.contract in LOANS:
        own = risk.equity(quantity, entry, capital, price)
        cover = 1 / (1 - rate) if venue.contract is Contract.LENDING else (1 + rate) * (1 + fee)
        required = (cover - 1) * loan.debt(quantity, entry, capital, price)
    elif venue.has_share_minimum and side is Side.SHORT:
        own = risk.equity(quantity, entry, capital, price)
        a_share = max(0.3 * price, 5.0) if price >= 5 else max(price, 2.5)  # FINRA, word by word
        required = abs(quantity) * a_share
    elif venue.rate_per_unit:
        own = risk.equity(quantity, entry, capital, price)
        required = (0.01 + 0.00005 * abs(quantity)) * abs(quantity) * price
    else:
        own = risk.equity(quantity, entry, capital, price)
        judged = abs(quantity) * price if venue.basis == "mark" else notional
        required = tiered_maintenance(judged, tiers, closing_fee=fee)
    size = 1e-9 * notional * max(1.0, price / entry)
    assert found.left == pytest.approx(float(own), abs=size)
    assert found.left == pytest.approx(float(required), abs=size)
    assert found.left_share == pytest.approx(found.left / capital)


limits = [st.floats(*LIMITS[name][:2]) for name in ("capital", "leverage", "entry_price")]


@given(every_venue, st.sampled_from(Side), *limits)
def test_whatever_a_learner_may_type_has_an_answer(slug, side, capital, leverage, entry):
    found = quote(VENUES[slug], side, capital, leverage, entry)
    assert found.liquidation_price >= 0 or isnan(found.liquidation_price)
    assert isnan(found.left) == isnan(found.liquidation_price)
    if found.is_offered:
        assert leverage <= VENUES[slug].max_leverage
        assert isnan(found.move) or side.sign * found.move < 0


@given(positions())
def test_the_trigger_lies_against_the_position_and_before_bankruptcy(position):
    _, side, _, _, entry = position
    found = quote(*position)
    assume(not isnan(found.liquidation_price))
    assert side.sign * found.move < 0
    assert found.move == pytest.approx(found.liquidation_price / entry - 1)
    assert found.left_share > 0
    if not isnan(found.bankruptcy_price):
        assert side.sign * (found.liquidation_price - found.bankruptcy_price) > 0


@given(positions())
def test_the_gauge_ends_where_the_venue_says(position):
    venue, side, _, leverage, _ = position
    found = quote(*position)
    assume(not isnan(found.liquidation_price))
    if venue.gauge is Gauge.EQUITY_SHARE:
        end = found.rate
        assert found.gauge_at_open == pytest.approx(1 / leverage)
    elif venue.gauge is Gauge.LEVERAGE:
        end = 100.0 if found.rate == 0.01 else found.gauge_at_trigger
        assert found.gauge_at_open == pytest.approx(leverage)
        assert found.gauge_at_trigger > found.gauge_at_open
    elif venue.gauge is Gauge.LOAN_TO_VALUE:
        end = 1 - venue.tiers_for(side)[0].rate
        assert found.gauge_at_open == pytest.approx(
            1 - 1 / leverage if side is Side.LONG else leverage / (1 + leverage)
        )
    else:
        end = ENDS[venue.gauge]
    assert found.gauge_at_trigger == pytest.approx(end, rel=1e-6, abs=1e-6)
    rises = venue.gauge in (Gauge.MM_OVER_EQUITY, Gauge.LEVERAGE, Gauge.LOAN_TO_VALUE)
    assert (found.gauge_at_trigger > found.gauge_at_open) == rises


@given(positions(), st.floats(1.0, 1.5))
def test_more_leverage_brings_the_trigger_nearer(position, more):
    venue, side, capital, leverage, entry = position
    near, far = quote(venue, side, capital / more, leverage * more, entry), quote(*position)
    assume(not isnan(near.liquidation_price) and not isnan(far.liquidation_price))
    assert side.sign * (near.liquidation_price - far.liquidation_price) >= -1e-9 * entry


@given(positions(), st.floats(1.0, 100.0))
def test_a_larger_position_is_never_safer(position, larger):
    venue, side, capital, leverage, entry = position
    assume(venue.tiers[0].amount >= 0)  # its fixed fee weighs on the small one
    small, large = quote(*position), quote(venue, side, capital * larger, leverage, entry)
    assume(not isnan(small.liquidation_price))
    assert side.sign * (large.move - small.move) >= -1e-9
    if len(venue.tiers) == 1 and not venue.rate_per_unit:  # without tiers only the leverage matters
        assert large.move == pytest.approx(small.move, abs=1e-9)


@given(positions(), st.floats(-1e-9, 1e-9))
def test_a_little_more_size_moves_the_trigger_a_little(position, change):
    venue, side, capital, leverage, entry = position
    found = quote(venue, side, capital * (1 + change), leverage, entry)
    assert found.move == pytest.approx(quote(*position).move, abs=1e-6, nan_ok=True)


@given(st.sampled_from([slug for slug in SLUGS if len(VENUES[slug].tiers) > 1]), st.sampled_from(Side))
def test_the_trigger_does_not_jump_where_a_tier_begins(slug, side):
    venue = VENUES[slug]
    for tier in venue.tiers[1:]:
        capital = tier.floor / 1.5
        below, above = (quote(venue, side, capital * (1 + e), 1.5, 100.0).move for e in (-1e-10, 1e-10))
        assert below == pytest.approx(above, abs=1e-8)


judged_at_the_mark = positions(st.sampled_from([s for s in SLUGS if VENUES[s].basis == "mark"]))


def told_later(position, share):
    """The same position described part of the way to its trigger: new price, equity and leverage."""
    venue, side, capital, leverage, entry = position
    now = entry + share * (quote(*position).liquidation_price - entry)
    notional = capital * leverage
    if venue.contract is Contract.INVERSE:
        coins = inverse_equity(side.sign * notional, entry, capital / entry, now)
        return venue, side, float(coins) * now, notional / (float(coins) * now), now
    own = float(risk.equity(side.sign * notional / entry, entry, capital, now))
    return venue, side, own, notional * now / entry / own, now


@given(judged_at_the_mark, st.floats(0.0, 0.9))
def test_moving_the_mark_moves_no_trigger(position, share):
    found = quote(*position)
    assume(not isnan(found.liquidation_price))
    later = quote(*told_later(position, share))
    assert later.liquidation_price == pytest.approx(found.liquidation_price, rel=1e-6)
    assert later.bankruptcy_price == pytest.approx(found.bankruptcy_price, rel=1e-6, nan_ok=True)


@given(judged_at_the_mark, st.floats(0.0, 0.9), st.floats(0.01, 0.9))
def test_adding_equity_moves_the_trigger_as_closing_a_part_does(position, share, part):
    assume(
        len(position[0].tiers) == 1 and not position[0].rate_per_unit
    )  # where size changes the rate, closing a part helps more
    assume(not isnan(quote(*position).liquidation_price))
    venue, side, own, leverage, now = told_later(position, share)
    added = quote(venue, side, own + part / (1 - part) * own, leverage * (1 - part), now)
    closed = quote(venue, side, own, leverage * (1 - part), now)
    assert added.liquidation_price == pytest.approx(closed.liquidation_price, rel=1e-9, nan_ok=True)
    assume(added.liquidation_price > 0)
    assert side.sign * (added.liquidation_price - quote(*position).liquidation_price) < 0


@given(judged_at_the_mark)
def test_cross_margin_with_one_leg_is_isolated_margin(position):
    venue, side, capital, leverage, entry = position
    assume(venue.contract in (Contract.LINEAR, Contract.STOCK))
    found = quote(*position)
    assume(not (venue.has_share_minimum and side is Side.SHORT))
    tiers = {tier.rate: tier for tier in venue.tiers_for(side)}
    tier = tiers.get(found.rate, MarginTier(0.0, found.rate))
    quantity = side.sign * capital * leverage / entry
    leg = Leg(quantity, entry, entry, tier.rate, tier.amount, venue.closing_fee)
    alone = Account(capital, (leg,)).liquidation_price(0)
    assert alone == pytest.approx(found.liquidation_price, rel=1e-9, nan_ok=True)


# --- numbers -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "slug, long, short",
    [
        ("bitget", 45_207.96, 54_748.16),
        ("okx", 45_203.42, 54_753.61),
        ("binance", 45_180.72, 54_780.88),
        ("bybit", 45_226.13, 54_726.37),
        ("dydx", 45_546.56, 54_347.83),
        ("hyperliquid", 45_569.62, 54_320.99),
        ("binance-coin", 45_636.36, 55_333.33),
    ],
)
def test_one_bitcoin_at_50000_and_10x_everywhere(slug, long, short):
    for side, price in zip(Side, (long, short), strict=True):
        found = quote(VENUES[slug], side, 5_000.0, 10.0, 50_000.0)
        assert found.liquidation_price == pytest.approx(price, abs=0.005)
        assert found.is_offered


@pytest.mark.parametrize(
    "leverage, down, up, left",
    [
        (2, -49.77, 49.31, 0.5),
        (3, -33.03, 32.72, 0.9),
        (5, -19.63, 19.45, 1.8),
        (10, -9.58, 9.50, 4.2),
        (20, -4.56, 4.52, 8.8),
        (50, -1.55, 1.53, 22.6),
        (100, -0.54, 0.54, 45.8),
        (125, -0.34, 0.34, 57.3),
        (150, -0.21, 0.21, 68.9),
    ],
)
def test_bitget_by_leverage(leverage, down, up, left):
    long, short = (quote(VENUES["bitget"], side, 100.0, leverage, 50_000.0) for side in Side)
    assert long.move * 100 == pytest.approx(down, abs=0.005)
    assert short.move * 100 == pytest.approx(up, abs=0.005)
    assert long.left_share * 100 == pytest.approx(left, abs=0.06)  # printed from rounded prices


@pytest.mark.parametrize(
    "slug, leverage, long, short",
    [
        # 0.1 % of 100 plus 5 dollars is more than 1 % of 100.
        pytest.param("gmx", 10.0, -0.049, 0.049, id="GMX v1, 100 dollars in all"),
        # A dollar and 6 cents on 100 dollars.
        pytest.param("gmx2", 10.0, -0.0894, 0.0894, id="GMX v2, 100 dollars in all"),
        pytest.param("bitget", 1.0, nan, 2 / 1.0046 - 1, id="1x is immortal only as a long"),
        pytest.param("us-stock", 2.0, -1 / 3, 1.5 / 1.3 - 1, id="Regulation T"),
        pytest.param("cfd-fx", 30.0, -1 / 60, 1 / 60, id="ESMA at 30:1"),
        pytest.param("cfd-crypto", 2.0, -0.25, 0.25, id="ESMA at 2:1"),
        # Half the leverage leaves more above the half of the required margin.
        pytest.param("cfd-fx", 10.0, -0.1 + 1 / 60, 0.1 - 1 / 60, id="ESMA, extra cash"),
        pytest.param("okx-spot", 10.0, 0.9 * 1.03 * 1.001 - 1, 1.1 / (1.03 * 1.001) - 1, id="OKX spot"),
        pytest.param("aave", 2.0, 0.5 / 0.78 - 1, 1.5 * 0.80 - 1, id="Aave"),
        pytest.param("binance-coin", 1.0, 1.004 / 2 - 1, nan, id="1x in coins"),
        pytest.param("bitget-coin", 10.0, 1.0046 / 1.1 - 1, 0.9954 / 0.9 - 1, id="Bitget in coins"),
        pytest.param("drift", 10.0, 0.9 / 0.95 - 1, 1.1 / 1.05 - 1, id="Drift"),
        pytest.param("gate", 10.0, 0.9 / 0.99525 - 1, 1.1 / 1.00475 - 1, id="Gate"),
    ],
)
def test_moves_by_hand(slug, leverage, long, short):
    for side, move in zip(Side, (long, short), strict=True):
        found = quote(VENUES[slug], side, 100.0 / leverage, leverage, 50_000.0)
        assert found.move == pytest.approx(move, abs=1e-12, nan_ok=True)


@pytest.mark.parametrize(
    "slug, leverage, number",
    [
        ("bitget", 10.0, 0.046),
        ("okx", 10.0, 22.2222),
        ("us-stock", 2.0, 0.5),
        ("cfd-fx", 30.0, 1.0),
        ("cfd-fx", 10.0, 3.0),
        ("aave", 2.0, 1.56),
        ("drift", 10.0, 0.5),
        ("gmx", 10.0, 10.0),
        ("binance-coin", 10.0, 0.04),
        ("aave", 1.0, inf),
        ("okx-spot", 1.0, inf),
    ],
)
def test_what_the_screen_shows_after_opening(slug, leverage, number):
    found = quote(VENUES[slug], Side.LONG, 5_000.0, leverage, 50_000.0)
    assert found.gauge_at_open == pytest.approx(number, rel=1e-5)


def test_the_rate_is_that_of_the_tier_at_the_liquidation_price():
    long, short = (quote(VENUES["bitget"], side, 21_000.0, 10.0, 100.0) for side in Side)
    assert long.rate == 0.004  # 210,000 at entry, 190,000 at the trigger
    assert short.rate == 0.005
    safe = quote(VENUES["bitget"], Side.LONG, 210_000.0, 1.0, 100.0)
    assert isnan(safe.liquidation_price) and isnan(safe.left) and isnan(safe.gauge_at_trigger)
    assert safe.rate == 0.005 and safe.is_offered


@pytest.mark.parametrize(
    "slug, capital, leverage, offered",
    [
        ("bitget", 100.0, 150.0, True),
        ("bitget", 100.0, 151.0, False),
        ("bitget", 2_000.0, 101.0, False),  # 202,000 stands in the second tier
        ("binance", 2e9, 1.0, False),  # beyond the end of the table
        ("us-stock", 2_000.0, 2.0, True),
        ("us-stock", 2_000.0, 2.1, False),
        ("cfd-crypto", 100.0, 10.0, False),
        ("gmx", 5.0, 2.0, False),  # its fee of 5 dollars would close it at once
        ("aave", 100.0, 3.7, True),
        ("aave", 100.0, 3.8, False),
    ],
)
def test_what_a_venue_lets_be_opened(slug, capital, leverage, offered):
    assert quote(VENUES[slug], Side.LONG, capital, leverage, 100.0).is_offered == offered


def test_a_short_against_a_stable_coin_has_its_own_limit():
    assert quote(VENUES["aave"], Side.SHORT, 100.0, 3.3, 100.0).is_offered
    assert not quote(VENUES["aave"], Side.SHORT, 100.0, 3.4, 100.0).is_offered


def test_three_published_conventions_for_one_position():
    own = 1.0, 20_000.0, 2_000.0
    plain_rule = {"closing_fee": 0.0, "fees": Fees(), "tiers": (MarginTier(0.0, 0.005),)}
    assert risk.bankruptcy_price(*own) == 18_000.0
    for venue, price in (
        (replace(VENUES["okx"], **plain_rule, basis="entry"), 18_100.0),
        (replace(VENUES["okx"], **plain_rule), 18_090.45),
    ):
        found = quote(venue, Side.LONG, 2_000.0, 10.0, 20_000.0)
        assert found.liquidation_price == pytest.approx(price, abs=0.005)
        assert found.bankruptcy_price == 18_000.0
