"""Who pays what a forced sale fails to bring: fund, then winners, then everybody."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.loss.closeout import insurance_fund_change
from engine.loss.settlement import Outcome, ledger, settle
from engine.loss.waterfall import (
    Counterparty,
    adl_quantity,
    full_ledger,
    full_ledger_in_cents,
    haircuts,
    rank_winners,
    waterfall,
)
from engine.margin import risk
from engine.margin.scenario import Keeper, Side

PARTIES = [
    "trader",
    "market",
    "platform",
    "other_traders",
    "lender",
    "insurance_fund",
    "winners",
    "everybody",
]


def closed(quantity, entry, margin, fill, trading_fee=0.0, **changes):
    """A position sold by the platform."""
    values = {
        "outcome": Outcome.LIQUIDATED,
        "step": 1,
        "trigger_price": fill,
        "fill_price": fill,
        "notional": abs(quantity) * fill,
        "paid_in": margin,
        "price_result": quantity * (fill - entry),
        "trading_fees": 0.0,
        "funding": 0.0,
        "interest": 0.0,
        "trading_fee": trading_fee,
        "liquidation_fee": 0.0,
    }
    return settle(**values | changes)


sides = st.sampled_from(Side)
prices = st.floats(50.0, 150.0)
counterparties = st.lists(
    st.builds(
        Counterparty,
        quantity=st.floats(0.01, 20.0) | st.floats(-20.0, -0.01),
        entry_price=prices,
        collateral=st.floats(0.1, 5000.0),
    ),
    max_size=6,
)


@st.composite
def stories(draw):
    """A close-out, solvent or not, and the rest of the platform."""
    side, units, entry, fill = draw(sides), draw(st.floats(0.1, 10.0)), draw(prices), draw(prices)
    settlement = closed(
        side.sign * units,
        entry,
        draw(st.floats(0.01, 0.5)) * units * entry,
        fill,
        draw(st.floats(0.0, 0.01)),
        outcome=draw(st.sampled_from(Outcome)),
        funding=draw(st.floats(-5.0, 5.0)),
        interest=draw(st.floats(0.0, 5.0)),
        liquidation_fee=draw(st.floats(0.0, 0.02)),
        leftover=draw(st.sampled_from(Keeper)),
    )
    fund = draw(st.just(0.0) | st.floats(0.0, 500.0))
    others = draw(counterparties)
    done = waterfall(settlement, side, fund=fund, others=others)
    return side, fund, others, done


# --- laws ----------------------------------------------------------------------------------------


@given(stories())
def test_money_sums_to_zero(story):
    gained = full_ledger(story[-1])
    assert list(gained) == PARTIES
    assert sum(gained.values()) == pytest.approx(0.0, abs=1e-8)


@given(stories())
def test_whole_cents_sum_to_zero_and_stay_within_a_cent(story):
    exact, cents = full_ledger(story[-1]), full_ledger_in_cents(story[-1])
    assert round(sum(cents.values()), 2) == 0
    winners = [cents.pop(f"winner_{i}") for i, _ in enumerate(story[-1].haircuts, 1)]
    for one, given_up in zip(winners, story[-1].haircuts, strict=True):
        assert one == pytest.approx(-given_up, abs=0.0101)
    assert cents.keys() == exact.keys() - {"winners"}
    for party, amount in cents.items():
        assert amount == round(amount, 2)
        assert amount == pytest.approx(exact[party], abs=0.0101)


@given(stories())
def test_what_is_left_and_what_is_missing_are_shared_out_in_full(story):
    _, fund, _, done = story
    s = done.settlement
    paid = done.paid_by_fund + sum(done.haircuts) + done.socialised
    assert paid == pytest.approx(s.shortfall, abs=1e-9)
    assert done.fund_after == pytest.approx(fund + full_ledger(done)["insurance_fund"])
    own = s.paid_in + s.price_result - s.trading_fees - s.funding - s.interest - s.liquidation_fee
    assert own == pytest.approx(s.returned + s.kept - s.shortfall, abs=1e-8)


@given(stories())
def test_everybody_pays_within_their_means_and_in_turn(story):
    _, fund, _, done = story
    assert min(done.paid_by_fund, done.socialised, *done.haircuts, 0) == 0
    assert done.paid_by_fund <= fund and done.fund_after >= 0
    if sum(done.haircuts) + done.socialised > 1e-9:
        assert done.paid_by_fund == fund


@given(stories())
def test_winners_on_the_other_side_pay_and_never_more_than_their_profit(story):
    side, _, others, done = story
    s = done.settlement
    can_pay = []
    assert len(done.haircuts) == len(others)
    for other, cut in zip(others, done.haircuts, strict=True):
        profit = other.quantity * (s.fill_price - other.entry_price)
        assert cut <= max(profit, 0.0)
        if side.sign * other.quantity > 0:
            assert cut == 0
        else:
            by_size = abs(other.quantity) * s.shortfall / (s.notional / s.fill_price)
            can_pay.append(min(max(profit, 0.0), by_size))
            assert cut <= by_size * (1 + 1e-12)
    if done.socialised > 1e-9:  # only when no winner has any more to give
        assert sum(done.haircuts) == pytest.approx(sum(can_pay))


@given(stories())
def test_a_haircut_is_what_closing_at_the_bankruptcy_price_costs_a_winner(story):
    side, _, _, done = story
    s = done.settlement
    units = s.notional / s.fill_price
    bankrupt = risk.bankruptcy_price(side.sign * units, s.fill_price, s.equity_at_fill)
    if s.shortfall > 1e-6:
        worse = done.adl_quantity * abs(bankrupt - s.fill_price)
        assert sum(done.haircuts) == pytest.approx(worse, abs=1e-6)
    assert done.adl_quantity <= units * (1 + 1e-9)


@given(stories())
def test_with_winners_enough_the_units_are_those_of_the_formula(story):
    side, fund, _, done = story
    s = done.settlement
    units = side.sign * s.notional / s.fill_price
    rich = Counterparty(-2 * units, s.fill_price * (1 + 0.99 * side.sign), 1e6)
    bankrupt = risk.bankruptcy_price(units, s.fill_price, s.equity_at_fill)
    again = waterfall(s, side, fund=fund, others=[rich])
    if s.shortfall < 0.5 * abs(units) * s.fill_price:
        assert again.socialised == pytest.approx(0.0, abs=1e-9)
        expected = adl_quantity(units, bankrupt, s.fill_price, fund) if s.shortfall else 0.0
        assert again.adl_quantity == pytest.approx(expected, abs=1e-6)


@given(stories())
def test_without_a_platform_behind_it_is_the_ledger_of_the_settlement(story):
    s = story[-1].settlement
    alone, plain = full_ledger(waterfall(s, story[0])), ledger(s)
    assert alone.pop("everybody") + alone.pop("winners") + alone["lender"] == pytest.approx(plain["lender"])
    assert {**alone, "lender": plain["lender"]} == pytest.approx(plain)
    assert alone["lender"] == pytest.approx(s.interest, abs=1e-9)


@given(stories(), st.floats(0.0, 500.0))
def test_a_deeper_fund_never_costs_winners_or_everybody_more(story, more):
    side, fund, others, done = story
    deeper = waterfall(done.settlement, side, fund=fund + more, others=others)
    assert sum(deeper.haircuts) <= sum(done.haircuts) + 1e-9
    assert deeper.socialised <= done.socialised + 1e-9


@given(st.floats(0.0, 100.0), st.lists(st.floats(0.0, 30.0), min_size=1, max_size=6), st.randoms())
def test_nobody_pays_while_one_before_him_still_can(unpaid, can_pay, rng):
    queue = list(range(len(can_pay)))
    rng.shuffle(queue)
    paid = haircuts(unpaid, can_pay, queue)
    assert paid.sum() == pytest.approx(min(unpaid, sum(can_pay)))
    for first, later in zip(queue, queue[1:], strict=False):
        assert paid[later] == 0 or paid[first] == pytest.approx(can_pay[first])


@given(counterparties.filter(bool), prices)
def test_winners_stand_before_losers_and_the_riskier_of_two_equal_gains_first(others, mark):
    quantity, entry, collateral = np.array(others).T
    order = rank_winners(quantity, entry, collateral, mark)
    profit = (quantity * (mark - entry))[order]
    assert sorted(order) == list(range(len(others)))
    assert (np.diff((profit > 0).astype(int)) <= 0).all()
    own = (collateral + quantity * (mark - entry))[order]
    score = profit / (np.abs(quantity) * entry)[order] * (np.abs(quantity) * mark)[order] / own
    winners = score[profit > 0]
    assert (np.diff(winners) <= 1e-9 * winners[:-1]).all()


# --- numbers -------------------------------------------------------------------------------------

RICH = 10_000.0


@pytest.mark.parametrize(
    "fill, fee, fund_after, haircut",
    [
        pytest.param(57_286.43, 28.643215, 507.786785, 0.0, id="at the trigger"),
        pytest.param(57_100.0, 28.55, 321.45, 0.0, id="a little beyond"),
        pytest.param(57_000.0, 0.0, 250.0, 0.0, id="bankrupt: no fee"),
        pytest.param(56_800.0, 0.0, 50.0, 0.0, id="the fund pays"),
        pytest.param(56_500.0, 0.0, 0.0, 250.0, id="the fund is empty, winners pay"),
    ],
)
@pytest.mark.parametrize("sign", [1, -1])
def test_one_bitcoin_at_20x_closed_further_and_further_away(sign, fill, fee, fund_after, haircut):
    """The short is the same story upside down; its fee is charged on its own, higher fill."""
    fill = 60_000.0 - sign * (60_000.0 - fill)
    fee = 0.0005 * fill if fee else 0.0
    side = Side.LONG if sign > 0 else Side.SHORT
    winner = Counterparty(-sign * 1.0, 60_000.0 + sign * 1000.0, RICH)
    s = closed(sign * 1.0, 60_000.0, 3000.0, fill, 0.0005, leftover=Keeper.FUND)
    done = waterfall(s, side, fund=250.0, others=[winner])
    left = 3000.0 - sign * (60_000.0 - fill)
    assert s.trading_fees == pytest.approx(fee, abs=1e-6)
    assert done.fund_after == pytest.approx(max(250.0 + left - fee, 0.0), abs=1e-6)
    if sign > 0:
        assert done.fund_after == pytest.approx(fund_after, abs=1e-6)
    assert done.haircuts == pytest.approx((haircut,), abs=1e-6)
    assert done.adl_quantity == pytest.approx(haircut / 500.0)
    assert s.returned == 0.0 and done.socialised == 0.0


def test_what_is_left_comes_back_where_the_rule_says_so_and_always_after_a_stop():
    s = closed(1.0, 60_000.0, 3000.0, 57_100.0, 0.0005)
    assert s.returned == pytest.approx(71.45)
    assert waterfall(s, Side.LONG, fund=250.0).fund_after == 250.0
    kept = closed(1.0, 60_000.0, 3000.0, 57_100.0, 0.0005, leftover=Keeper.FUND)
    assert waterfall(kept, Side.LONG, fund=250.0).fund_after == pytest.approx(321.45)
    stopped = closed(1.0, 60_000.0, 3000.0, 57_100.0, 0.0005, outcome=Outcome.STOPPED, leftover=Keeper.FUND)
    assert waterfall(stopped, Side.LONG, fund=250.0).fund_after == 250.0


def test_a_liquidation_fee_goes_to_the_fund_and_the_rest_to_the_trader():
    s = closed(1.0, 60_000.0, 3000.0, 57_100.0, liquidation_fee=0.001)
    done = waterfall(s, Side.LONG, fund=250.0)
    assert (s.returned, done.fund_after) == pytest.approx((42.9, 307.1))
    assert full_ledger(done)["insurance_fund"] == pytest.approx(57.1)


@pytest.mark.parametrize("fill, change", [(100_100.0, 100.0), (99_900.0, -100.0)])
def test_the_fund_moves_by_the_distance_to_the_bankruptcy_price(fill, change):
    """Bitget's example: bankrupt at 100,000, closed 100 better and 100 worse."""
    s = closed(1.0, 110_000.0, 10_000.0, fill, leftover=Keeper.FUND)
    done = waterfall(s, Side.LONG, fund=1000.0)
    assert done.fund_after - 1000.0 == pytest.approx(change)
    assert insurance_fund_change(1.0, 100_000.0, fill) == pytest.approx(change)


def test_an_expected_gain_of_500_is_cut_to_100():
    """dYdX's example: a short of 500 with 100 behind it, opened at 1, closed at 2."""
    s = closed(-500.0, 1.0, 100.0, 2.0)
    done = waterfall(s, Side.SHORT, others=[Counterparty(500.0, 1.0, 600.0)])
    assert 500.0 - done.haircuts[0] == pytest.approx(100.0)
    assert (done.adl_quantity, done.socialised) == pytest.approx((500.0, 0.0))
    assert adl_quantity(-500.0, 1.2, 2.0) == pytest.approx(500.0)


def test_drift_lets_its_fees_pay_first_and_everybody_the_rest():
    """Published: a loss of 5.767653, of which 5.750007 are socialised once the fees are used up."""
    s = closed(17.5, 17.500007 / 17.5, 10.0, 0.1, trading_fees=0.017646)
    done = waterfall(s, Side.LONG, fund=0.017646)
    assert s.shortfall == pytest.approx(5.767653, abs=1e-6)
    assert done.socialised == pytest.approx(5.750007, abs=1e-6)
    assert full_ledger(done)["everybody"] == pytest.approx(-5.750007, abs=1e-6)


def test_winners_pay_in_turn_by_units_and_what_they_lack_is_socialised():
    """A loss of 200 on 10 units, 20 a unit: the first has too few units, the second too little profit."""
    s = closed(10.0, 100.0, 100.0, 70.0)
    others = [
        Counterparty(-8.0, 75.0, 400.0),  # gains 40, too little
        Counterparty(-2.0, 120.0, 50.0),  # gains 100, but 2 units are worth 40
        Counterparty(5.0, 50.0, 10.0),  # gains 100 on the same side: not asked
        Counterparty(-5.0, 65.0, 100.0),  # loses
    ]
    done = waterfall(s, Side.LONG, fund=50.0, others=others)
    assert done.haircuts == pytest.approx((40.0, 40.0, 0.0, 0.0))
    assert (done.adl_quantity, done.socialised) == pytest.approx((4.0, 70.0))
    gained = full_ledger(done)
    assert (gained["winners"], gained["everybody"], gained["lender"]) == pytest.approx((-80.0, -70.0, 0.0))


def test_the_queue_goes_by_gain_times_leverage():
    # At 90: gains 5 % at 13 times, 25 % at 0.6 times, 5 % at 4 times, a loss without equity.
    quantity, entry = [-1.0, -1.0, -1.0, -1.0], [94.74, 120.0, 94.74, 80.0]
    order = rank_winners(quantity, entry, [2.0, 120.0, 18.0, 5.0], 90.0)
    assert order.tolist() == [0, 2, 1, 3]
    assert rank_winners([-1.0, -2.0], [100.0, 100.0], [50.0, 100.0], 90.0).tolist() == [0, 1]


def test_winners_equal_on_paper_stand_in_the_order_given():
    rng = np.random.default_rng(2)
    for _ in range(2000):
        units, side = rng.integers(1, 100, 2), rng.choice([-1.0, 1.0])
        own, mark = units * rng.integers(1, 1000) / 10, 100.0 + side * rng.integers(1, 60)
        assert rank_winners(side * units, 100.0, own, mark).tolist() == [0, 1]


def test_no_units_are_asked_for_while_the_fund_is_enough():
    assert adl_quantity(1.0, 57_000.0, [57_100.0, 56_900.0, 56_500.0], 100.0) == pytest.approx([0, 0, 0.8])
