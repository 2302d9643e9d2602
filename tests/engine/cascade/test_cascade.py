"""Avalanches: hand cases, laws on random books, slow second roads, where formulas put the threshold."""

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
    branching_ratio,
    critical_open_interest,
    crowd,
    depth_of_impact,
    depth_of_volume,
    expected_sales,
    last_prices,
    ledger,
    ledger_in_cents,
    one_unit_each,
    queue,
    sales_odds,
    sales_variance,
    stopping_odds,
    total_fall,
)
from engine.loss.waterfall import adl_score
from engine.margin import risk

seeds = st.integers(0, 2**32 - 1)
AT_THE_END = (Deleveraging.PRO_RATA, Deleveraging.RANKED)


def hand_book(*triggers):
    """One unit each from 100 without a requirement, so that the trigger is the entry less the margin."""
    longs = len(triggers)
    margins = [100.0 - trigger for trigger in triggers]
    return Book([1.0] * longs + [-longs], 100.0, [*margins, 100.0 * longs], maintenance_rate=0.0)


def linear(impact):
    return Depth(1.0 / impact, 100.0)


def random_book(rng, traders=40):
    """Longs due from 60 to below 100 and shorts above it; entries on both sides of 100, all with margin."""
    longs, shorts = rng.integers(1, traders), rng.integers(1, traders)
    quantity = np.concatenate([rng.exponential(1.0, longs) + 0.01, -rng.exponential(1.0, shorts) - 0.01])
    quantity[longs:] *= quantity[:longs].sum() / -quantity[longs:].sum()
    entry = rng.uniform(85.0, 115.0, longs + shorts)
    low = rng.uniform(60.0, np.minimum(entry[:longs], 100.0) - 0.5)
    high = rng.uniform(np.maximum(entry[longs:], 100.0) + 5.0, 200.0)
    trigger = np.concatenate([low, high])
    rate = rng.uniform(0.0, 0.03)
    return Book(quantity, entry, risk.collateral_for_trigger(quantity, entry, trigger, rate), rate)


def random_case(seed):
    rng = np.random.default_rng(seed)
    book = random_book(rng)
    held = book.quantity[book.quantity > 0].sum()
    depth = Depth(held / rng.uniform(0.5, 40.0), 100.0, Curve(rng.choice(list(Curve))))
    rules = Rules(
        liquidation_fee=rng.choice([0.0, rng.uniform(0.0, 0.01)]),
        fund=rng.choice([0.0, held * rng.uniform(0.0, 5.0)]),
        rest_to_fund=bool(rng.integers(2)),
        deleveraging=Deleveraging(rng.choice(list(Deleveraging))),
    )
    return book, depth, rng.uniform(70.0, 100.0), rules, rng


def size(book):
    return 100.0 * np.abs(book.quantity).sum()


def with_rules(rules, **changes):
    return Rules(
        **{
            name: changes.get(name, getattr(rules, name))
            for name in ("liquidation_fee", "fund", "rest_to_fund", "deleveraging")
        }
    )


# --- by hand -------------------------------------------------------------------------------------


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


def test_one_side_without_the_other_is_refused():
    with pytest.raises(ValueError, match="every unit needs both sides"):
        Book([1.0, 1.0, -1.0], 100.0, 10.0)


def test_longs_without_borrowed_money_are_never_sold():
    book = Book([1.0, 1.0, -2.0], 100.0, [100.0, 10.0, 200.0], maintenance_rate=0.005)
    assert queue(book, linear(50.0)).account.tolist() == [1]
    fall = avalanche(book, linear(200.0), 50.0)
    assert fall.last_price == 0.0
    assert fall.accounts["closed"].tolist() == [0.0, 1.0, 0.0]


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
    line = queue(book, linear(1e-6))
    assert len(set(line.trigger_price)) > 1
    assert avalanche(book, linear(1e-6), line.trigger_price[0]).sales["wave"].tolist() == [1] * 5


# --- laws ----------------------------------------------------------------------------------------


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
def test_many_shocks_at_once_agree_with_one_at_a_time(seed):
    book, depth, _, _, rng = random_case(seed)
    shocks = rng.uniform(60.0, 101.0, 20)
    line = queue(book, depth)
    assert (line.sales(line.reach) > np.arange(line.reach.size)).all()
    table = last_prices(line, shocks)
    for row in table.itertuples():
        fall = avalanche(book, depth, row.shock_price)
        assert (fall.last_price, fall.sold, len(fall.sales)) == (row.last_price, row.sold, row.sales)


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


# --- the order book ------------------------------------------------------------------------------


@pytest.mark.parametrize("curve", Curve)
def test_one_percent_moves_the_price_by_one_percent_and_proceeds_are_the_area_below(curve):
    depth = Depth(50.0, 100.0, curve)
    assert depth.after(100.0, 50.0) == pytest.approx(99.0)
    for sold in (0.0, 10.0, 400.0, 20_000.0, 900_000.0):
        units = np.linspace(0.0, sold**0.5, 200_001) ** 2
        area = np.trapezoid(depth.after(90.0, units), units)
        assert depth.proceeds(90.0, sold) == pytest.approx(area, rel=1e-6)
    assert depth.after(90.0, 1e12) == 0.0


@given(st.sampled_from(Curve), st.floats(0.0, 5_000.0), st.floats(1.0, 100.0))
def test_the_highest_start_leads_to_the_price(curve, sold, price):
    depth = Depth(100.0, 100.0, curve)
    assert depth.after(depth.before(price, sold), sold) == pytest.approx(price, rel=1e-9)


def test_when_nobody_buys_any_start_is_low_enough():
    depth = Depth(1.0, 100.0, Curve.SQUARE_ROOT)
    assert depth.before(50.0, [9_999.0, 10_000.0, 20_000.0]).tolist()[1:] == [np.inf, np.inf]


@pytest.mark.parametrize("part, impact, leverage", [(0.1, 0.0126491, 118.585), (1.0, 0.04, 37.5)])
def test_leaving_through_a_square_root_book(part, impact, leverage):
    volume = 5_000.0
    depth = Depth(depth_of_volume(volume, 0.04), 100.0, Curve.SQUARE_ROOT)
    sold = part * volume
    average = depth.proceeds(100.0, sold) / sold
    assert depth.after(100.0, sold) == pytest.approx(100 * (1 - impact), abs=1e-5)
    assert average == pytest.approx(100 * (1 - 2 / 3 * impact), abs=1e-5)
    assert risk.largest_leverage(average / 100 - 1, 0.0) == pytest.approx(leverage, abs=5e-4)


# --- the threshold -------------------------------------------------------------------------------


@pytest.mark.parametrize("lowest, units", [(10.0, 8.0), (5.0, 18.1), (2.0, 48.2)])
def test_critical_open_interest(lowest, units):
    assert critical_open_interest(1.0, lowest, 50.0) == pytest.approx(units, abs=0.05)
    assert branching_ratio(critical_open_interest(3.0, lowest, 50.0), 3.0, lowest, 50.0) == pytest.approx(1.0)
    assert critical_open_interest(1.0, lowest, 50.0, 0.0) == pytest.approx(100 * (1 / lowest - 1 / 50))


@pytest.mark.parametrize(
    "held, ratio, amplified",
    [(1.0, 0.124, 1.035), (2.0, 0.249, 1.082), (5.0, 0.622, 1.405), (10.0, 1.244, 6.0)],
)
def test_a_shock_of_two_percent_amplified(held, ratio, amplified):
    """Formula and a book of 200,001 longs."""
    assert branching_ratio(held, 1.0, 10.0, 50.0) == pytest.approx(ratio, abs=5e-4)
    fall = total_fall(0.02, held, 1.0, 10.0, 50.0)
    assert fall / 0.02 == pytest.approx(amplified, abs=5e-4)
    book = crowd(200_001, held, 10.0, 50.0)
    row = last_prices(queue(book, Depth(1.0)), [98.0]).iloc[0]
    assert 1 - row["last_price"] / 100 == pytest.approx(fall, rel=1e-4)
    assert (row["sales"] == 200_001) == (ratio > 1)


@pytest.mark.parametrize("lowest, highest, rate", [(10.0, 50.0, 0.005), (5.0, 50.0, 0.0), (2.0, 25.0, 0.01)])
def test_everybody_goes_where_the_formula_says(lowest, highest, rate):
    critical = critical_open_interest(1.0, lowest, highest, rate)
    first = 1 - risk.liquidation_price(1.0, 1.0, 1 / highest, rate)
    shock = first + 1e-4
    for ratio, everybody in ((0.98, False), (1.01, True)):
        book = crowd(100_001, ratio * critical, lowest, highest, maintenance_rate=rate)
        row = last_prices(queue(book, Depth(1.0)), [100 * (1 - shock)]).iloc[0]
        assert (row["sales"] == 100_001) == everybody
        fall = total_fall(shock, ratio * critical, 1.0, lowest, highest, rate)
        assert 1 - row["last_price"] / 100 == pytest.approx(fall, rel=0.02)


def test_the_fall_is_the_shock_until_the_first_trigger_and_ends_with_the_last():
    first = 1 - risk.liquidation_price(1.0, 1.0, 0.02, 0.005)
    assert total_fall([0.01, first], 5.0, 1.0, 10.0, 50.0).tolist() == [0.01, first]
    assert total_fall(0.09, 5.0, 1.0, 10.0, 50.0) == pytest.approx(0.14)  # nearly all, then all, sold
    assert total_fall(first + 1e-9, 9.0, 1.0, 10.0, 50.0) == pytest.approx(first + 0.09)
    assert total_fall(0.02, [[1.0], [2.0]], [1.0, 2.0, 4.0], 10.0, 50.0).shape == (2, 3)


def test_a_tenth_of_the_depth_makes_ten_times_the_ratio():
    assert branching_ratio(2.0, 0.1, 10.0, 50.0) == pytest.approx(10 * branching_ratio(2.0, 1.0, 10.0, 50.0))


@pytest.mark.parametrize(("gap", "missing"), [(0.05, ".00888888889"), (0.10, ".045"), (0.15, ".095")])
def test_the_fund_that_a_common_gap_asks_for(gap, missing):
    """Golden: 1/leverage evenly from 0.01 to 0.1, all sold after the gap; a share of the open interest."""
    book = crowd(3_000, 1.0, 10.0, 100.0)
    fall = avalanche(book, Depth(1e15), 100 * (1 - gap))
    deficits = -fall.sales["equity_at_fill"].clip(upper=0.0).sum() / 100
    decimals = len(missing.partition(".")[2])
    # So many traders stand for all of them to 1e-8.
    assert deficits == pytest.approx(float(missing), abs=0.5 * 10.0**-decimals + 1e-8)


def test_the_leverage_of_an_account_is_by_its_own_entry():
    book = Book([2.0, 1.0, -3.0], [50.0, 100.0, 80.0], [10.0, 50.0, 60.0])
    assert book.leverage.tolist() == [10.0, 2.0, 4.0]


# --- triggers at random prices -------------------------------------------------------------------


def test_odds_of_a_count():
    expected = [0.367879, 0.223130, 0.135335, 0.085505, 0.056010, 0.037762]
    assert sales_odds(np.arange(6), 1.0, 0.5) == pytest.approx(expected, abs=5e-7)
    assert sales_odds(np.arange(300), 1.0, 1.0).sum() == pytest.approx(0.953977, abs=5e-7)
    assert stopping_odds(1.0, 1.5) == pytest.approx(0.5583263428, abs=5e-11)


@pytest.mark.parametrize("due, ratio, mean, variance", [(1.0, 0.5, 2.0, 8.0), (2.0, 0.8, 10.0, 250.0)])
def test_mean_and_variance_are_those_of_the_odds(due, ratio, mean, variance):
    n = np.arange(5_000)
    odds = sales_odds(n, due, ratio)
    assert odds.sum() == pytest.approx(1.0)
    assert expected_sales(due, ratio) == pytest.approx(mean) == pytest.approx((odds * n).sum())
    assert (
        sales_variance(due, ratio) == pytest.approx(variance) == pytest.approx((odds * (n - mean) ** 2).sum())
    )


def test_from_a_ratio_of_one_the_mean_has_no_end():
    assert (
        expected_sales(1.0, [1.0, 2.0]).tolist() == sales_variance(1.0, [1.0, 2.0]).tolist() == [np.inf] * 2
    )


@given(st.floats(0.1, 5.0), st.floats(1.2, 4.0))
def test_avalanches_that_stop_are_those_with_a_count(due, ratio):
    assert stopping_odds(due, ratio) == pytest.approx(
        sales_odds(np.arange(20_000), due, ratio).sum(), rel=1e-6
    )
    assert stopping_odds(due, 1 / ratio) == 1.0


def test_without_impact_the_count_is_poisson():
    assert sales_odds([0, 1, 2], 2.0, 0.0) == pytest.approx(np.exp(-2) * np.array([1, 2, 2]))


def test_at_the_threshold_the_tail_falls_like_a_power():
    odds = sales_odds(np.array([1e4, 1e5]), 1.0, 1.0)
    assert np.log10(odds[0] / odds[1]) == pytest.approx(1.5, abs=1e-3)


def counts(due, ratio, books, seed, longs=400):
    """Sales in random books of single units, their triggers below 1,000 at a rate of 10 a dollar."""
    rng = np.random.default_rng(seed)
    sales = np.empty(books)
    for k in range(books):
        margins = np.append(np.cumsum(rng.exponential(0.1, longs)), 1e3 * longs)
        book = Book(np.append(np.ones(longs), -longs), 1e3, margins, maintenance_rate=0.0)
        sales[k] = queue(book, Depth(100.0 / ratio, 1e3)).sales(1e3 - due / 10)
    return sales


@pytest.mark.parametrize("due, ratio", [(1.0, 0.5), (2.0, 0.8)])
def test_random_books_have_the_mean_and_variance_of_the_law(due, ratio):
    books = 6_000
    found = counts(due, ratio, books, seed=20)
    mean, variance = expected_sales(due, ratio), sales_variance(due, ratio)
    n = np.arange(5_000)
    fourth = (sales_odds(n, due, ratio) * (n - mean) ** 4).sum()
    assert abs(found.mean() - mean) < 4 * (variance / books) ** 0.5
    assert abs(found.var() - variance) < 4 * ((fourth - variance**2) / books) ** 0.5
    share = np.mean(found == 0)
    none = sales_odds(0, due, ratio)
    assert abs(share - none) < 4 * (none * (1 - none) / books) ** 0.5


@pytest.mark.parametrize("ratio, below, odds", [(1.0, 300, 0.953977), (1.5, 400, 0.5583263428)])
def test_random_books_stop_as_often_as_the_law_says(ratio, below, odds):
    books = 6_000
    found = counts(1.0, ratio, books, seed=21)
    assert abs(np.mean(found < below) - odds) < 4 * (odds * (1 - odds) / books) ** 0.5


@pytest.mark.parametrize(
    ("impact", "shock", "last"),
    [(2.0, 94.5, 88.5), (1.0, 94.5, 93.5), (2.0, 95.5, 95.5), (1.75, 94.5, 89.25)],
)
def test_three_traders_on_the_board(impact, shock, last):
    """The course's three: triggers 95, 93 and 91, one unit each."""
    book, depth = one_unit_each([91.0, 95.0, 93.0]), Depth(float(depth_of_impact(impact)))
    assert avalanche(book, depth, shock).last_price == pytest.approx(last, abs=1e-12)
    assert book.quantity.sum() == 0


@given(seeds)
def test_units_are_sold_at_the_triggers_they_were_given(seed):
    rng = np.random.default_rng(seed)
    entry = rng.uniform(50.0, 200.0)
    triggers = entry * rng.uniform(0.1, 0.99, rng.integers(1, 20))
    line = queue(one_unit_each(triggers, entry), Depth(1.0, entry))
    np.testing.assert_allclose(line.trigger_price, np.sort(triggers)[::-1], rtol=1e-12)


def test_an_impact_in_money_is_a_depth():
    impact, price = np.array([0.5, 2.0]), np.array([100.0, 40.0])
    for each, start in zip(impact, price, strict=True):
        depth = Depth(float(depth_of_impact(each, start)), start)
        assert depth.after(start, [1.0, 3.0]) == pytest.approx([start - each, start - 3 * each])
    assert depth_of_impact(impact, price).tolist() == pytest.approx([2.0, 0.2])
