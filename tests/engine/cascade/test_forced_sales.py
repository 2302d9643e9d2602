"""Avalanches: hand cases, laws on random books, slow second roads."""

from itertools import accumulate, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

from engine.cascade import (
    Book,
    Curve,
    Deleveraging,
    Depth,
    Rules,
    avalanche,
    last_prices,
    ledger,
    ledger_in_cents,
    queue,
)
from engine.loss.waterfall import adl_score
from engine.margin import risk
from tests.crowds import AT_THE_END, hand_book, linear, random_case, seeds, size, with_rules


@pytest.mark.parametrize("shock, impact, last", [(94.5, 2.0, 88.5), (94.5, 1.0, 93.5), (95.5, 2.0, 95.5)])
def test_the_lesson(shock, impact, last):
    line = queue(hand_book(95.0, 93.0, 91.0), linear(impact))
    assert last_prices(line, [shock])["last_price"].tolist() == [last]
    assert avalanche(hand_book(95.0, 93.0, 91.0), linear(impact), shock).last_price == last


@pytest.mark.parametrize(
    "shock, impact, sales, last",
    [
        (95.01, 1.5, 0, 95.01),
        (95.0, 1.5, 1, 93.5),
        (94.5, 1.5, 2, 91.5),
        (94.0, 1.5, 3, 89.5),
        (93.5, 1.5, 4, 87.5),
        (93.0, 1.5, 5, 85.5),
        pytest.param(95.0, 2.0, 5, 85.0, id="spacing equals impact"),
    ],
)
def test_five_longs_two_dollars_apart(shock, impact, sales, last):
    book = hand_book(91.0, 95.0, 87.0, 93.0, 89.0)
    row = last_prices(queue(book, linear(impact)), [shock]).iloc[0]
    assert (row["sales"], row["sold"], row["last_price"]) == (sales, sales, last)
    assert avalanche(book, linear(impact), shock).sales["account"].tolist() == [1, 3, 0, 4, 2][:sales]


def test_the_ledger_by_hand():
    book = Book([1, 1, 1, -3], 100.0, [10, 8, 5, 60], maintenance_rate=0.0)
    fall = avalanche(book, linear(4.0), 95.0, Rules(fund=1.0))
    assert fall.sales["fill_price"].tolist() == [93.0, 89.0, 85.0]
    assert fall.sales["price_after"].tolist() == [91.0, 87.0, 83.0]
    assert fall.sales["equity_at_fill"].tolist() == [-2.0, -3.0, -5.0]
    assert fall.sales["fund_after"].tolist() == [0.0, 0.0, 0.0]
    assert fall.sales["wave"].tolist() == [1, 2, 3]
    assert (fall.last_price, fall.shortfall, fall.default) == (83.0, 9.0, 0.0)
    assert fall.accounts["haircut"].tolist() == [0.0, 0.0, 0.0, 9.0]
    assert fall.accounts["equity_before"].sum() + 1.0 == 84.0
    assert fall.accounts["equity_after"].tolist() == [0.0, 0.0, 0.0, 102.0]
    parties = {"closed_longs": -23.0, "open_longs": 0.0, "shorts": 42.0}
    assert ledger(fall) == parties | {"market": -18.0, "platform": 0.0, "insurance_fund": -1.0}


def test_the_same_book_closed_at_bankruptcy_prices():
    book = Book([1, 1, 1, -3], 100.0, [10, 8, 5, 60], maintenance_rate=0.0)
    at_once = Rules(fund=1.0, deleveraging=Deleveraging.AT_BANKRUPTCY)
    fall = avalanche(book, linear(4.0), 95.0, at_once)
    assert (fall.last_price, fall.sold, fall.shortfall) == (95.0, 0.0, 0.0)
    assert fall.accounts["closed"].tolist() == [0.0, 0.0, 1.0, 1.0]
    # The fund pays the first sale to the cent; the second is closed at 92 where the price is 91.
    fall = avalanche(book, linear(4.0), 95.0, with_rules(at_once, fund=2.0))
    assert (fall.last_price, fall.sold, fall.shortfall, fall.fund_change) == (91.0, 1.0, 1.0, -2.0)
    assert fall.sales["on_market"].tolist() == [True, False]
    assert fall.sales["fill_price"].tolist() == [93.0, 92.0]
    assert fall.accounts["equity_after"].tolist() == [1.0, 0.0, 0.0, 86.0]


@pytest.mark.parametrize(
    "fill, fee, fund, shortfall",
    [
        (57_286.43, 28.643215, 507.786785, 0.0),
        (57_100.0, 28.55, 321.45, 0.0),
        (57_000.0, 0.0, 250.0, 0.0),
        (56_800.0, 0.0, 50.0, 0.0),
        (56_500.0, 0.0, 0.0, 250.0),
    ],
)
def test_who_is_paid_and_who_pays_at_one_fill(fill, fee, fund, shortfall):
    book = Book([1.0, -1.0], 60_000.0, [3_000.0, 60_000.0], maintenance_rate=0.005)
    fall = avalanche(book, Depth(1e15, 60_000.0), fill, Rules(liquidation_fee=0.0005, fund=250.0))
    assert (fall.fees, 250.0 + fall.fund_change) == pytest.approx((fee, fund), abs=1e-6)
    assert fall.shortfall == pytest.approx(shortfall, abs=1e-6)
    assert fall.accounts["haircut"].tolist() == pytest.approx([0.0, shortfall], abs=1e-6)


def test_what_is_left_may_go_to_the_trader():
    book = Book([1.0, -1.0], 60_000.0, [3_000.0, 60_000.0], maintenance_rate=0.005)
    rules = Rules(liquidation_fee=0.0005, fund=250.0, rest_to_fund=False)
    fall = avalanche(book, Depth(1e15, 60_000.0), 57_100.0, rules)
    assert fall.accounts["equity_after"].iloc[0] == pytest.approx(71.45, abs=1e-6)
    assert fall.fund_change == 0.0


def test_winners_beyond_their_profit_owe_nothing_and_the_platform_defaults():
    # The short sold at 84, so at 83 its profit is 1 a unit, 3 in all, and 9 are missing.
    book = Book([1, 1, 1, -3], [100, 100, 100, 84], [10, 8, 5, 108], maintenance_rate=0.0)
    for how in AT_THE_END:
        fall = avalanche(book, linear(4.0), 95.0, Rules(fund=1.0, deleveraging=how))
        assert (fall.shortfall, fall.default) == (9.0, 6.0)
        assert fall.accounts["haircut"].tolist() == [0.0, 0.0, 0.0, 3.0]
        assert ledger(fall)["platform"] == -6.0


def test_the_first_in_the_queue_pays_all_or_everybody_by_profit():
    # Profits at 83: 17, 34 and none; the second has more leverage left.
    book = Book(
        [1, 1, 1, 1, -1, -2, -1], [100, 100, 100, 100, 100, 100, 70], [10, 8, 5, 60, 100, 60, 90], 0.0
    )
    shared = avalanche(book, linear(4.0), 95.0, Rules(fund=1.0))
    assert shared.accounts["haircut"].tolist() == pytest.approx([0, 0, 0, 0, 3.0, 6.0, 0])
    ranked = avalanche(book, linear(4.0), 95.0, Rules(fund=1.0, deleveraging=Deleveraging.RANKED))
    assert ranked.accounts["haircut"].tolist() == [0, 0, 0, 0, 0, 9.0, 0]


def test_units_are_taken_from_the_first_in_the_queue_as_bitmex_shows_it():
    """BitMEX, "Auto-Deleveraging Further Information": 20 units go to the two with the highest rank."""
    units, place = np.array([10, 10, 20, 30, 20, 10]), np.array([3, 6, 1, 4, 5, 2])
    # All sold at 100; the smaller the collateral, the higher the leverage and the rank.
    collateral = np.append(units * (30.0 - 4 * place), [20 * 3.0, 80 * 60.0])
    book = Book(np.append(-units, [20, 80]), 100.0, collateral, maintenance_rate=0.0)
    shorts = [values[:6] for values in book._positions]
    assert np.argsort(-adl_score(*shorts, 96.0)).tolist() == np.argsort(-place).tolist()
    fall = avalanche(book, linear(1.0), 96.0, Rules(deleveraging=Deleveraging.AT_BANKRUPTCY))
    assert fall.accounts["closed"].tolist() == [0, 10, 0, 0, 10, 0, 20, 0]
    assert fall.sales["fill_price"].tolist() == [97.0]
    assert fall.accounts["haircut"].tolist() == [0, 10.0, 0, 0, 10.0, 0, 0, 0]


def test_a_loss_is_divided_by_the_leverage():
    assert adl_score(-1.0, 100.0, 40.0, 80.0) == pytest.approx(0.2 * 80 / 60)
    assert adl_score(-1.0, 100.0, 40.0, 120.0) == pytest.approx(-0.2 / (120 / 20))
    assert adl_score(1.0, 100.0, 40.0, 120.0) == pytest.approx(0.2 * 120 / 60)


@pytest.mark.parametrize("how", Deleveraging)
def test_the_last_digit_of_a_float_spares_nobody(how):
    """On paper each sale puts the price on the next trigger: 95.7, 95.6, 95.5 and so on."""
    book = hand_book(*(100 - (4.3 + 0.1 * k) for k in range(40)))
    assert queue(book, linear(0.1)).sales(95.7) == 40
    fall = avalanche(book, linear(0.1), 95.7, Rules(fund=1e3, deleveraging=how))
    assert fall.sales["wave"].tolist() == list(range(1, 41))
    assert fall.last_price == pytest.approx(91.7)


def test_triggers_equal_on_paper_go_in_one_wave():
    margins = np.array([5.3, 3 * 5.3, 7 * 5.3, 9 * 5.3, 11 * 5.3])
    units = np.array([1.0, 3.0, 7.0, 9.0, 11.0])
    book = Book(np.append(units, -31.0), 100.0, np.append(margins, 3_100.0), maintenance_rate=0.0)
    on_floats = risk.liquidation_price(units, 100.0, margins, 0.0)
    assert len(set(on_floats.tolist())) > 1
    line = queue(book, linear(1e-6))
    assert set(line.trigger_price.tolist()) == {on_floats.max()}
    assert avalanche(book, linear(1e-6), line.trigger_price[0]).sales["wave"].tolist() == [1] * 5


def test_money_adds_up_on_500_random_books():
    seen, worst = set(), 0.0
    for seed in range(500):
        book, depth, shock, rules, _ = random_case(seed)
        fall = avalanche(book, depth, shock, rules)
        after, before = fall.accounts["equity_after"].sum(), fall.accounts["equity_before"].sum()
        sold = fall.sales[fall.sales["on_market"]]
        market = (sold["quantity"] * (fall.last_price - sold["fill_price"])).sum()
        others = market + fall.fund_change + fall.sales["liquidation_fee"].sum() - fall.default
        worst = max(
            worst, abs(after + others - before) / size(book), abs(sum(ledger(fall).values())) / size(book)
        )
        assert rules.fund + fall.fund_change >= -1e-12 * size(book)
        missing = fall.accounts["haircut"].sum() + fall.default - fall.shortfall
        assert abs(missing) <= 1e-12 * size(book)
        seen.add((rules.deleveraging, depth.curve, fall.shortfall > 0, fall.default > 0, len(sold) > 0))
    assert worst <= 1e-12
    assert {how for how, _, short, *_ in seen if short} == set(Deleveraging)
    assert {curve for _, curve, *_, sold in seen if sold} == set(Curve)
    assert {how for how, _, _, default, _ in seen if default} <= set(AT_THE_END)


@given(seeds)
def test_positions_add_up_to_nothing(seed):
    book, depth, shock, rules, _ = random_case(seed)
    fall = avalanche(book, depth, shock, rules)
    still_open = book.quantity - np.sign(book.quantity) * fall.accounts["closed"]
    assert still_open.sum() + fall.sold == pytest.approx(0.0, abs=1e-9 * size(book))
    assert (fall.accounts["closed"] <= np.abs(book.quantity) * (1 + 1e-9)).all()


@given(seeds)
def test_every_long_at_its_trigger_is_closed_and_no_other(seed):
    book, depth, shock, rules, _ = random_case(seed)
    fall = avalanche(book, depth, shock, rules)
    trigger = risk.liquidation_price(*book._positions, book.maintenance_rate)
    due = (book.quantity > 0) & (trigger >= fall.last_price)
    assert sorted(fall.sales["account"]) == np.flatnonzero(due).tolist()


@given(seeds)
def test_any_order_and_waves_end_at_the_price_of_the_sorted_book(seed):
    book, depth, shock, _, rng = random_case(seed)
    trigger = risk.liquidation_price(*book._positions, book.maintenance_rate)
    longs = [i for i in range(book.quantity.size) if book.quantity[i] > 0]
    one = last_prices(queue(book, depth), [shock]).iloc[0]
    fall = avalanche(book, depth, shock)
    for road in (one_by_one, in_waves):
        sold, last, rounds = road(book, trigger, longs, depth, shock, rng)
        assert (one["sold"], one["last_price"]) == pytest.approx((sold, last), rel=1e-9, abs=1e-9)
        assert (fall.sold, fall.last_price) == pytest.approx((sold, last), rel=1e-9, abs=1e-9)
    assert fall.sales["wave"].max() == (rounds if rounds else pytest.approx(np.nan, nan_ok=True))


def price_of(depth, start, sold):
    """The three curves once more, in other words."""
    rounds = sold / depth.one_percent
    if depth.curve is Curve.LINEAR:
        return max(start - rounds * depth.price / 100, 0.0)
    if depth.curve is Curve.EXPONENTIAL:
        return start * np.exp(rounds * np.log(0.99))
    return max(start - start * rounds**0.5 / 100, 0.0)


def one_by_one(book, trigger, longs, depth, shock, rng):
    """Anybody who is due, in whatever order, until nobody is."""
    left, sold, price = list(longs), 0.0, shock
    while due := [i for i in left if trigger[i] >= price]:
        pick = due[rng.integers(len(due))]
        left.remove(pick)
        sold += book.quantity[pick]
        price = price_of(depth, shock, sold)
    return sold, price, None


def in_waves(book, trigger, longs, depth, shock, rng):
    left, sold, price, rounds = list(longs), 0.0, shock, 0
    while due := [i for i in left if trigger[i] >= price]:
        left = [i for i in left if i not in due]
        sold += sum(book.quantity[i] for i in due)
        price, rounds = price_of(depth, shock, sold), rounds + 1
    return sold, price, rounds


@given(seeds)
def test_closing_at_bankruptcy_prices_agrees_with_a_loop_that_closes_unit_by_unit(seed):
    book, depth, shock, rules, _ = random_case(seed)
    rules = with_rules(rules, deleveraging=Deleveraging.AT_BANKRUPTCY)
    fall = avalanche(book, depth, shock, rules)
    q, e, c = book._positions
    trigger = risk.liquidation_price(q, e, c, book.maintenance_rate)
    cash, held = c.copy(), q.copy()
    winners = sorted(np.flatnonzero(q < 0), key=lambda i: -adl_score(q[i], e[i], c[i], shock))
    sold, fund, price = 0.0, rules.fund, shock
    for i in sorted(np.flatnonzero(q > 0), key=lambda i: -trigger[i]):
        if trigger[i] < price:
            break
        got = quad(lambda v: price_of(depth, shock, v), sold, sold + q[i], epsabs=1e-12, epsrel=1e-12)[0]
        own = c[i] + got - q[i] * e[i]
        held[i] = 0.0
        if fund + own < 0:  # then fees are zero, too
            cash[i], at, open_units = 0.0, e[i] - c[i] / q[i], q[i]
            for j in winners:
                units = min(open_units, -held[j])
                cash[j] += units * (e[j] - at)
                held[j] += units
                open_units -= units
            continue
        fee = min(rules.liquidation_fee * got, max(own, 0.0))
        rest = max(own, 0.0) - fee
        cash[i] = 0.0 if rules.rest_to_fund else rest
        fund += (rest if rules.rest_to_fund else 0.0) + min(own, 0.0)
        sold += q[i]
        price = price_of(depth, shock, sold)
    assert fall.last_price == pytest.approx(price, rel=1e-9, abs=1e-9)
    assert (fall.sales["equity_at_fill"][~fall.sales["on_market"]] == 0).all()
    after = cash + held * (price - e)
    assert fall.accounts["equity_after"].to_numpy() == pytest.approx(after, rel=1e-6, abs=1e-8 * size(book))
    assert rules.fund + fall.fund_change == pytest.approx(fund, abs=1e-8 * size(book))


@given(seeds)
def test_closing_against_winners_stops_the_fall_no_lower(seed):
    book, depth, shock, rules, _ = random_case(seed)
    sold = avalanche(book, depth, shock, with_rules(rules, deleveraging=Deleveraging.PRO_RATA))
    closed = avalanche(book, depth, shock, with_rules(rules, deleveraging=Deleveraging.AT_BANKRUPTCY))
    assert closed.last_price >= sold.last_price * (1 - 1e-12)
    assert closed.sales.shape[0] <= sold.sales.shape[0]


@given(seeds)
def test_a_deeper_shock_a_larger_long_a_higher_rate_or_fewer_orders_end_no_higher(seed):
    book, depth, shock, _, rng = random_case(seed)

    def last(book, depth=depth, shock=shock):
        return last_prices(queue(book, depth), [shock])["last_price"][0]

    plain, (q, e, c) = last(book) * (1 + 1e-9), book._positions
    more = np.where(q > 0, 1 + rng.random() * (np.arange(q.size) == rng.integers((q > 0).sum())), 1.0)
    more[q < 0] = (q * more)[q > 0].sum() / q[q > 0].sum()
    higher_rate = Book(q, e, c, book.maintenance_rate + rng.uniform(0.0, 0.02))
    assert last(book, shock=shock * rng.uniform(0.9, 1.0)) <= plain
    assert last(book, Depth(depth.one_percent * rng.uniform(0.3, 1.0), depth.price, depth.curve)) <= plain
    assert last(Book(q * more, e, c, book.maintenance_rate)) <= plain
    assert last(Book(q * more, e, c * more, book.maintenance_rate)) <= plain
    assert last(higher_rate) <= plain


@given(seeds, st.floats(1e-3, 1e3))
def test_scaling_positions_and_orders_leaves_prices_and_scales_money(seed, factor):
    book, depth, shock, rules, _ = random_case(seed)
    q, e, c = book._positions
    larger = Book(q * factor, e, c * factor, book.maintenance_rate)
    one = avalanche(book, depth, shock, rules)
    two = avalanche(
        larger,
        Depth(depth.one_percent * factor, depth.price, depth.curve),
        shock,
        with_rules(rules, fund=rules.fund * factor),
    )
    assert two.sales["price_after"].to_numpy() == pytest.approx(one.sales["price_after"].to_numpy(), rel=1e-9)
    assert two.sales["fill_price"].to_numpy() == pytest.approx(one.sales["fill_price"].to_numpy(), rel=1e-7)
    for party, amount in ledger(one).items():
        assert ledger(two)[party] == pytest.approx(amount * factor, abs=1e-9 * factor * size(book))


@given(seeds)
def test_the_shortfall_is_the_deficits_less_what_came_in_before(seed):
    book, depth, shock, rules, _ = random_case(seed)
    fall = avalanche(book, depth, shock, with_rules(rules, deleveraging=Deleveraging.PRO_RATA))
    fund, missing = rules.fund, 0.0
    for own, fee in zip(fall.sales["equity_at_fill"], fall.sales["liquidation_fee"], strict=True):
        fund += (max(own, 0.0) - fee) * rules.rest_to_fund + min(own, 0.0)
        missing, fund = missing + max(-fund, 0.0), max(fund, 0.0)
    assert fall.shortfall == pytest.approx(missing, abs=1e-12 * size(book))
    assert rules.fund + fall.fund_change == pytest.approx(fund, abs=1e-12 * size(book))


@given(seeds)
def test_fees_are_the_rate_or_what_is_left(seed):
    book, depth, shock, rules, _ = random_case(seed)
    sales = avalanche(book, depth, shock, rules).sales
    left = sales["equity_at_fill"].clip(lower=0.0)
    asked = rules.liquidation_fee * sales["quantity"] * sales["fill_price"]
    fees = sales["liquidation_fee"].to_numpy()
    assert fees == pytest.approx(np.minimum(asked, left).to_numpy(), rel=1e-12)


@given(seeds)
def test_haircuts_are_paid_by_profits_of_shorts_only(seed):
    book, depth, shock, rules, rng = random_case(seed)
    how = AT_THE_END[rng.integers(2)]
    fall = avalanche(book, depth, shock, with_rules(rules, deleveraging=how))
    haircut = fall.accounts["haircut"].to_numpy()
    profit = np.where(
        book.quantity < 0, risk.equity(book.quantity, book.entry_price, 0.0, fall.last_price), 0.0
    )
    profit = np.maximum(profit, 0.0)
    assert (haircut >= 0).all() and (haircut <= profit * (1 + 1e-9) + 1e-12 * size(book)).all()
    assert fall.default == pytest.approx(max(fall.shortfall - profit.sum(), 0.0))
    if how is Deleveraging.PRO_RATA:
        assert haircut * profit.sum() == pytest.approx(profit * haircut.sum(), abs=1e-9 * size(book))
    elif haircut.any():
        rank = adl_score(*book._positions, fall.last_price)
        lowest_payer = rank[haircut > 0].min()
        ahead = (profit > 0) & (rank > lowest_payer)
        assert haircut[ahead] == pytest.approx(profit[ahead])


@given(seeds)
def test_cents_add_up_to_zero_and_stay_near(seed):
    book, depth, shock, rules, _ = random_case(seed)
    fall = avalanche(book, depth, shock, rules)
    cents = ledger_in_cents(fall)
    assert round(sum(round(amount * 100) for amount in cents.values())) == 0
    for party, amount in ledger(fall).items():
        assert cents[party] == pytest.approx(amount, abs=0.0101)


def test_the_row_of_each_sale_is_a_step_down_the_order_book():
    book, depth, *_ = random_case(7)
    fall = avalanche(book, depth, 85.0)
    sold = np.array(list(accumulate(fall.sales["quantity"], initial=0.0)))
    assert len(fall.sales) > 5
    assert fall.sales["trigger_price"].is_monotonic_decreasing
    assert fall.sales["price_after"].to_numpy() == pytest.approx([price_of(depth, 85.0, v) for v in sold[1:]])
    fills = [quad(lambda v: price_of(depth, 85.0, v), a, b)[0] / (b - a) for a, b in pairwise(sold)]
    assert fall.sales["fill_price"].to_numpy() == pytest.approx(fills)
