"""One wallet, two positions: the room it leaves them, and answers reckoned with rounded prices."""

from dataclasses import replace
from math import isfinite, isnan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.facts import two_positions
from engine.margin.scenario import Scenario
from engine.questions import grade
from pages.lessons import cross
from pages.shared import formats
from tests.lessons.asked import question
from tests.lessons.drawn import check, fewer, guesses, longs, moves, silent, told, traces, values

SHARED = Scenario(maintenance_rate=0.05, wallet=100.0)


@given(longs, st.sampled_from([0.0, 100.0, 1000.0]), moves, guesses)
@fewer
def test_two_positions_have_the_room_their_wallet_leaves_them(s, wallet, move, guess):
    s = replace(s, wallet=wallet)
    picture = cross.picture(s, move, guess)
    check(picture)
    drawn, account = traces(picture[0]), two_positions(s, move)
    left, asked = account.equity, account.maintenance_margin
    assert ("left" in drawn, "nothing" in drawn) == (left > 0, left < 0)
    if left > 0:
        assert sorted(set(values(drawn["left"], "x"))) == pytest.approx([0.0, left])
    assert drawn["asked"]["x"] == [asked, asked]
    assert ("lost" in drawn) == (left < account.wallet)
    if left < account.wallet:
        assert sorted(set(values(drawn["lost"], "x"))) == pytest.approx([left, account.wallet])
        told(picture, f"{formats.short_money(left)}, {formats.short_money(account.wallet - left)} lost")
    told(picture, f"asked for {formats.short_money(asked)}")
    alone = replace(s, wallet=0.0).liquidation_price
    other = s.entry_price * (1 + move)
    rows = {
        "a_together": (account.liquidation_price(0), s.entry_price, account.is_liquidatable),
        "a_alone": (alone, s.entry_price, False),
        "b_together": (account.liquidation_price(1), other, account.is_liquidatable),
        "b_alone": (alone, other, other <= alone),
    }
    low, high = picture[0]["layout"]["xaxis"]["range"]
    for name, (trigger, price, is_closed) in rows.items():
        assert drawn[f"{name} now"]["x"] == [price]
        assert low <= price <= high
        named = cross.WORDS[f"{name}_narrow"]
        assert (name in drawn) != is_closed
        assert (f"{name} trigger" in drawn) == isfinite(trigger)
        edge = trigger if isfinite(trigger) else 0.0
        if isfinite(trigger):
            assert drawn[f"{name} trigger"]["x"] == pytest.approx([trigger, trigger])
        if not is_closed:
            assert sorted(set(values(drawn[name], "x"))) == pytest.approx(sorted({edge, price}), abs=1e-9)
            assert (drawn[name]["line"].get("dash") == "dash") == isnan(trigger)
            told(picture, f"{named}: {'liquidation ' * isfinite(trigger)}{formats.trigger(trigger)}")
        else:
            told(picture, f"{named}: ✕ closed")
    assert ("guess" in drawn) == isfinite(guess)
    if isfinite(guess):
        assert low <= drawn["guess"]["x"][0] <= high
        told(picture, f"your guess {formats.trigger(guess)}")


def test_what_the_other_coin_takes_is_drawn_between_the_two_triggers():
    drawn = traces(cross.picture(SHARED, -0.12)[0])
    assert sorted(set(values(drawn["taken"], "x"))) == pytest.approx([78.947, 90.947], abs=1e-3)
    all_of_it = traces(cross.picture(SHARED, -0.3)[0])["taken"]
    assert sorted(set(values(all_of_it, "x"))) == pytest.approx([78.947, 100.0], abs=1e-3)
    rich = traces(cross.picture(replace(SHARED, wallet=900.0), -0.12)[0])["taken"]
    assert sorted(set(values(rich, "x"))) == pytest.approx([0.0, 6.737], abs=1e-3)
    gained = cross.picture(SHARED, 0.1)
    assert "taken" not in traces(gained[0])
    told(gained, "$400, $100 gained")
    told(cross.picture(SHARED, -0.12), "B alone: ✕ closed at $94.74")
    silent(cross.picture(SHARED, 0.0), "lost")
    silent(cross.picture(SHARED, 0.0), "gained")


def test_the_rounded_price_of_the_other_coin_leads_to_the_loss_too():
    lost = question(cross.quiz().checks, "lost_in_all")
    assert grade(lost, 10 * (100 - 78.95)).is_right and not grade(lost, 210.0).is_right


def test_the_published_trigger_beside_another_position_has_the_wallet_it_prints():
    assert cross.quiz().given["real_wallet"].value == 1_535_443.01
    assert cross.quiz().checks[-1].given["hedge_trigger"].value == pytest.approx(300)


def test_a_guess_is_told_from_a_price_by_its_form():
    drawn = traces(cross.picture(SHARED, -0.05, 90.0)[0])
    assert drawn["guess"]["marker"]["symbol"].endswith("open")
    assert not drawn["a_together now"]["marker"]["symbol"].endswith("open")
