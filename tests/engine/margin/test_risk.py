"""The margin arithmetic: laws first, then numbers that venues have published."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.margin.risk import (
    bankruptcy_price,
    collateral_for_trigger,
    effective_leverage,
    equity,
    gain_to_recover,
    initial_margin,
    is_liquidatable,
    largest_leverage,
    largest_leverage_on_path,
    liquidation_price,
    maintenance_margin,
    margin_ratio,
    notional,
)

GOLDEN = Path(__file__).parents[2] / "golden"

signs = st.sampled_from([1.0, -1.0])
bases = st.sampled_from(["mark", "entry"])


@st.composite
def positions(draw, most_leverage=100.0):
    """A position that stands clear of its requirement: quantity, entry price, collateral, rate."""
    entry = draw(st.floats(1e-6, 1e6))
    collateral = draw(st.floats(1.0, 1e9))
    leverage = draw(st.floats(1.01, most_leverage))
    rate = draw(st.floats(0.0, 0.9)) / leverage
    return draw(signs) * collateral * leverage / entry, entry, collateral, rate


def close(value, expected, size=1.0):
    return value == pytest.approx(expected, rel=1e-9, abs=1e-9 * size, nan_ok=True)


# --- laws ----------------------------------------------------------------------------------------


@given(positions(), st.floats(0.0, 0.05), st.floats(0.0, 0.05), st.floats(0.0, 0.05), bases)
def test_equity_is_the_requirement_at_the_liquidation_price(position, costs, fee, amount, basis):
    quantity, entry, collateral, rate = position
    size = notional(quantity, entry)
    fee, costs, amount = fee * collateral / size, costs * collateral, amount * rate * size
    rules = {"maintenance_amount": amount, "closing_fee": fee}
    price = liquidation_price(quantity, entry, collateral - costs, rate, basis=basis, **rules)
    assume(price > 0)  # a deduction can leave a long nearly without debt
    judged_at = price if basis == "mark" else entry
    own = equity(quantity, entry, collateral, price, costs)
    assert close(own, maintenance_margin(quantity, judged_at, rate, **rules), size)


@given(positions(), bases)
def test_a_long_is_liquidated_below_entry_and_a_short_above(position, basis):
    quantity, entry, *_ = position
    assert np.sign(quantity) * (liquidation_price(*position, basis=basis) - entry) < 0


@given(positions(), bases)
def test_liquidation_comes_no_later_than_bankruptcy(position, basis):
    quantity, entry, collateral, _ = position
    room = liquidation_price(*position, basis=basis) - bankruptcy_price(quantity, entry, collateral)
    assert np.sign(quantity) * room >= -1e-12 * entry


@given(positions(), st.floats(1.0, 5.0), st.floats(1.0, 5.0))
def test_more_leverage_or_a_higher_requirement_brings_the_trigger_nearer(position, more, higher):
    quantity, entry, collateral, rate = position
    sign, plain = np.sign(quantity), liquidation_price(*position)
    for nearer in (
        liquidation_price(quantity * more, entry, collateral, rate),
        liquidation_price(quantity, entry, collateral, min(rate * higher, 0.99)),
        liquidation_price(quantity, entry, collateral / more, rate),
    ):
        assert sign * (nearer - plain) >= -1e-12 * entry


@given(positions(), st.floats(1e-3, 1e3), st.floats(1e-3, 1e3))
def test_prices_do_not_depend_on_the_unit_of_money_or_the_size(position, unit, size):
    quantity, entry, collateral, rate = position
    scaled = liquidation_price(quantity * size, entry * unit, collateral * unit * size, rate)
    assert close(scaled / unit, liquidation_price(*position), entry)


@given(positions())
def test_collateral_for_trigger_is_the_inverse_of_liquidation_price(position):
    quantity, entry, collateral, rate = position
    price = liquidation_price(*position)
    needed = collateral_for_trigger(quantity, entry, price, rate)
    assert close(needed, collateral, notional(quantity, entry))
    assert close(liquidation_price(quantity, entry, needed, rate), price, entry)


@given(positions(), st.floats(0.1, 3.0), st.floats(0.0, 0.01))
def test_any_wanted_trigger_can_be_bought_with_collateral(position, wanted, fee):
    quantity, entry, _, rate = position
    needed = collateral_for_trigger(quantity, entry, wanted * entry, rate, closing_fee=fee)
    price = liquidation_price(quantity, entry, needed, rate, closing_fee=fee)
    assert price == pytest.approx(wanted * entry, rel=1e-9)


@given(signs, st.floats(0.0, 0.9), st.floats(0.001, 0.4), st.floats(0.0, 0.02))
def test_largest_leverage_puts_the_trigger_on_the_furthest_price(sign, fall, rate, costs):
    move = -sign * fall
    leverage = largest_leverage(move, rate, short=sign < 0, costs=costs)
    assume(leverage > 1.001)
    quantity = sign * leverage / 100.0  # 1 of capital, entry 100
    price = liquidation_price(quantity, 100.0, 1.0 - costs * leverage, rate)
    assert price == pytest.approx(100.0 * (1 + move), rel=1e-9)


@given(positions())
def test_largest_leverage_gives_back_the_leverage_of_a_trigger(position):
    quantity, entry, collateral, rate = position
    move = liquidation_price(*position) / entry - 1
    leverage = largest_leverage(move, rate, short=quantity < 0)
    assert leverage == pytest.approx(notional(quantity, entry) / collateral, rel=1e-6)


@given(signs, st.lists(st.floats(0.5, 2.0), min_size=1, max_size=20), st.floats(0.001, 0.3))
def test_a_path_asks_for_the_leverage_of_its_worst_price(sign, path, rate):
    path = [1.0, *path]
    worst = min(path) if sign > 0 else max(path)
    alone = largest_leverage(worst - 1, rate, short=sign < 0)
    assert largest_leverage_on_path(path, 1.0, rate, short=sign < 0) == pytest.approx(alone)


def test_a_path_is_survived_just_below_its_largest_leverage_costs_included():
    path, costs = np.array([50.0, 48.0, 46.0, 47.0]), np.array([0.0, 0.01, 0.02, 0.05])
    most = largest_leverage_on_path(path, 50.0, 0.05, costs=costs)
    for leverage, dies in ((most * 0.9999, False), (most * 1.0001, True)):
        quantity = leverage / 50.0
        own = equity(quantity, 50.0, 1.0, path, costs * leverage)
        assert is_liquidatable(own, maintenance_margin(quantity, path, 0.05)).any() == dies
    assert most < largest_leverage_on_path(path, 50.0, 0.05)


def test_a_move_in_favour_allows_no_more_than_the_leverage_refused_on_entry():
    assert largest_leverage(0.5, 0.05) == largest_leverage(0.0, 0.05) == pytest.approx(20.0)
    assert largest_leverage(-0.5, 0.05, short=True) == pytest.approx(20.0)
    assert largest_leverage(0.0, 0.0) == np.inf


@given(positions(), st.floats(0.0, 0.95))
def test_effective_leverage_alone_fixes_how_far_the_trigger_is(position, way):
    quantity, entry, collateral, rate = position
    sign, trigger = np.sign(quantity), liquidation_price(*position)
    price = entry + way * (trigger - entry)
    ratio = margin_ratio(equity(quantity, entry, collateral, price), notional(quantity, price))
    assume(ratio > 1e-6)
    now = effective_leverage(ratio)
    assert trigger / price == pytest.approx((1 - sign / now) / (1 - sign * rate), rel=1e-6)


@given(positions(), st.floats(0.0, 0.9), st.floats(0.01, 0.9))
def test_adding_equity_moves_the_trigger_as_closing_a_part_does(position, way, part):
    quantity, entry, collateral, rate = position
    price = entry + way * (liquidation_price(*position) - entry)
    own = equity(quantity, entry, collateral, price)
    added = collateral + part / (1 - part) * own
    realised = collateral + part * quantity * (price - entry)
    expected = liquidation_price(quantity * (1 - part), entry, realised, rate)
    assert close(liquidation_price(quantity, entry, added, rate), expected, entry / (1 - part))


@given(positions())
def test_margin_ratio_runs_from_one_over_leverage_to_the_rate_to_zero(position):
    quantity, entry, collateral, rate = position
    stations = {
        entry: collateral / notional(quantity, entry),
        float(liquidation_price(*position)): rate,
        float(bankruptcy_price(quantity, entry, collateral)): 0.0,
    }
    for price, ratio in stations.items():
        own = equity(quantity, entry, collateral, price)
        assert margin_ratio(own, notional(quantity, price)) == pytest.approx(ratio, abs=1e-9)


@given(st.floats(1e-6, 1e9), st.floats(1.0, 1e9), st.floats(0.0, 0.5))
def test_a_long_without_borrowing_has_no_liquidation_price(entry, capital, rate):
    quantity = capital / entry
    assert np.isnan(liquidation_price(quantity, entry, capital, rate))
    assert np.isnan(bankruptcy_price(quantity, entry, capital))


def test_a_short_that_owes_more_than_it_has_is_liquidated_at_every_price():
    assert liquidation_price(-1.0, 100.0, -150.0, 0.05) == 0.0
    assert bankruptcy_price(-1.0, 100.0, -150.0) == 0.0


@given(positions())
def test_leverage_is_the_notional_over_the_initial_margin(position):
    quantity, entry, collateral, _ = position
    leverage = notional(quantity, entry) / collateral
    assert initial_margin(quantity, entry, leverage) == pytest.approx(collateral)


def test_functions_broadcast():
    prices = liquidation_price([[1.0], [-1.0]], 100.0, 10.0, [0.005, 0.01, 0.02])
    assert prices.shape == (2, 3)
    assert prices[1, 2] == liquidation_price(-1.0, 100.0, 10.0, 0.02)


def test_equality_counts_as_liquidatable():
    assert is_liquidatable([46.9, 47.0, 47.1], 47.0).tolist() == [True, True, False]


def test_no_equity_means_endless_leverage():
    assert effective_leverage([0.1, 0.0, -0.2]).tolist() == [10.0, np.inf, np.inf]


def test_what_is_lost_takes_a_larger_gain_to_recover():
    assert gain_to_recover([40.0, 100.0], 100.0).tolist() == [1.5, 0.0]
    assert np.isnan(gain_to_recover([0.0, -5.0], 100.0)).all()


def test_nonsense_is_refused_with_a_reason():
    with pytest.raises(ValueError, match="quantity is zero"):
        liquidation_price(0.0, 100.0, 10.0, 0.005)
    for rate in (1.0, -0.01):
        with pytest.raises(ValueError, match="from 0 to below 1"):
            liquidation_price(1.0, 100.0, 10.0, rate)


# --- published numbers ---------------------------------------------------------------------------


def rows(name):
    return [pytest.param(row, id=row["id"]) for row in json.loads((GOLDEN / name).read_text())]


@pytest.mark.parametrize("row", rows("liquidation_prices.json") + rows("worked_tables.json"))
def test_reproduces_published_liquidation_prices(row):
    assert liquidation_price(**row["inputs"]) == pytest.approx(row["liquidation_price"], **tolerance(row))


def tolerance(row):
    """Only what the row allows: pytest's own relative tolerance must not come on top."""
    return {"rel": 0.0, "abs": 0.0} | row["tolerance"]


def test_golden_rows_name_their_source():
    for path in GOLDEN.glob("*.json"):
        for row in json.loads(path.read_text()):
            assert row["source"] and row["date"] and (row.get("tolerance") or row["tol"]), row["id"]


@pytest.mark.parametrize(
    "leverage, left",
    [(2, 0.005), (3, 0.009), (5, 0.018), (10, 0.042), (20, 0.088), (50, 0.226), (100, 0.458), (125, 0.573)],
)
def test_share_of_the_margin_left_when_bitget_takes_over(leverage, left):
    price = liquidation_price(1.0, 100.0, 100 / leverage, 0.004, closing_fee=0.0006)
    share = equity(1.0, 100.0, 100 / leverage, price) * leverage / 100
    assert share == pytest.approx(left, abs=0.0006)


# --- the lessons' numbers ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "quantity, collateral, rate, price",
    [
        pytest.param(10.0, 100.0, 0.05, 94.74, id="long 10x"),
        pytest.param(10.0, 100.0, 0.005, 90.45, id="long 10x, real cushion"),
        pytest.param(-10.0, 100.0, 0.05, 104.76, id="short 10x"),
        pytest.param(-1.0, 100.0, 0.05, 190.48, id="short 1x"),
        pytest.param(10.0, 150.0, 0.05, 89.47, id="50 added"),
        pytest.param(5.0, 85.0, 0.05, 87.37, id="half sold at 97"),
        pytest.param(10.0, 300.0, 0.05, 73.68, id="300 in the wallet"),
        pytest.param(2.0, 100.0, 0.25, 66.67, id="US stock"),
        pytest.param(10.0, 240.0, 0.05, 80.0, id="trigger at 80"),
    ],
)
def test_lesson_triggers(quantity, collateral, rate, price):
    assert liquidation_price(quantity, 100.0, collateral, rate) == pytest.approx(price, abs=0.005)


def test_lesson_numbers():
    trigger = liquidation_price(10.0, 100.0, 100.0, 0.05)
    assert equity(10.0, 100.0, 100.0, trigger) == pytest.approx(47.37, abs=0.005)
    wallet = liquidation_price(10.0, 100.0, 300.0, 0.05)
    assert 300 - equity(10.0, 100.0, 300.0, wallet) == pytest.approx(263.16, abs=0.005)
    assert bankruptcy_price(2.0, 200.0, 100.0) == 150.0  # 4x
    assert largest_leverage(-0.20, 0.0) == pytest.approx(5.0)
    assert largest_leverage(0.0, 0.05) == pytest.approx(20.0)  # liquidated on entry
    assert largest_leverage(-0.10, 0.05) == pytest.approx(6.90, abs=0.005)
    assert largest_leverage(-0.30, 0.005) == pytest.approx(3.295, abs=0.0005)
    assert largest_leverage(224.84 / 282.70 - 1, 0.0) == pytest.approx(4.89, abs=0.005)
    assert collateral_for_trigger(10.0, 100.0, 80.0, 0.05) == pytest.approx(240.0)
    assert gain_to_recover(40.0, 100.0) == 1.5
    assert [equity(q, 100.0, 100.0, p) for q, p in ((10, 103), (10, 93), (5, 88))] == [130, 30, 40]
