"""What may be chosen, what is refused, and in which words."""

import dataclasses
import math
import pickle

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.margin import risk
from engine.margin.scenario import LIMITS, Scenario, ScenarioError, Side, useful_stops
from engine.margin.tiers import MarginTier

sides = st.sampled_from(Side)


def refusal(**choices):
    with pytest.raises(ScenarioError) as caught:
        Scenario(**choices)
    return caught.value


def test_the_reference_position():
    s = Scenario()
    assert (s.notional, s.borrowed, s.collateral, s.quantity) == (1000.0, 900.0, 100.0, 10.0)
    short = Scenario(side=Side.SHORT)
    assert (short.notional, short.borrowed, short.quantity) == (1000.0, 1000.0, -10.0)
    assert Scenario(capital=250.0, leverage=4.0).borrowed == 750.0
    lender = Scenario(leverage=25.0)
    assert lender.borrowed / lender.notional == 0.96


@given(sides, st.floats(1.0, 1e9), st.floats(1.0, 200.0), st.floats(1e-6, 1e9), st.floats(0.0, 1e9))
def test_the_sizes_hang_together_at_every_scale(side, capital, leverage, entry, wallet):
    s = Scenario(
        side=side,
        capital=capital,
        leverage=leverage,
        entry_price=entry,
        wallet=wallet,
        maintenance_rate=0.001,
    )
    assert abs(s.quantity) * entry == pytest.approx(s.notional)
    assert (s.quantity > 0) == (side is Side.LONG)
    assert s.collateral == capital + wallet
    held = s.notional if side is Side.LONG else s.notional + capital
    assert held - s.borrowed == pytest.approx(capital)  # assets - debt = own money


@given(st.floats(1.0, 1e9), st.floats(1e-6, 1e9), st.floats(0.0, 0.5))
def test_a_long_without_borrowing_has_no_trigger(capital, entry, rate):
    s = Scenario(capital=capital, leverage=1.0, entry_price=entry, maintenance_rate=rate)
    assert math.isnan(s.liquidation_price) and math.isnan(s.bankruptcy_price)


def test_backing_counts_the_wallet_the_fee_and_an_early_top_up_only():
    s = Scenario(wallet=50.0, trading_fee=0.001, top_up=20.0)
    assert s.opening_fee == pytest.approx(1.0)
    assert s.backing == pytest.approx(169.0)
    assert s.backed_leverage == pytest.approx(s.notional / 169.0)
    assert dataclasses.replace(s, top_up_step=1).backing == pytest.approx(149.0)
    assert s.liquidation_price == pytest.approx((1000 - 169) / (10 * 0.995))
    assert s.bankruptcy_price == pytest.approx(83.1)


def test_the_closing_fee_moves_the_trigger_but_not_the_bankruptcy_price():
    s = Scenario(maintenance_rate=0.004, closing_fee=0.0006, entry_price=50_000.0)
    assert s.liquidation_price == pytest.approx(45_207.96, abs=0.005)
    assert s.bankruptcy_price == pytest.approx(45_000.0)
    assert s.requirement == pytest.approx(4.6)


@given(
    st.floats(0.001, 0.5),
    st.floats(0.0, 0.05),
    st.floats(0.0, 0.05),
    st.floats(0.0, 1000.0),
    st.floats(0.0, 1000.0),
    st.floats(1.0, 1e6),
)
def test_the_leverage_named_in_a_refusal_is_the_border(rate, closing, trading, wallet, top_up, capital):
    rules = {
        "capital": capital,
        "maintenance_rate": rate,
        "closing_fee": closing,
        "trading_fee": trading,
        "wallet": wallet,
        "top_up": top_up,
    }
    try:
        Scenario(leverage=200.0, **rules)
    except ScenarioError as error:
        assert error.field == "leverage"
        border = error.values["most"]
        assume(1.01 < border < 199)
        Scenario(leverage=border - 0.001, **rules)
        assert refusal(leverage=border + 0.011, **rules).field == "leverage"


TABLE = (
    MarginTier(0.0, 0.004, 0.0, 125.0),
    MarginTier(800.0, 0.01, 4.8, 50.0),
    MarginTier(2e6, 0.05, 80_004.8, 10.0),
)


def test_the_tier_at_the_liquidation_price_decides():
    s = Scenario(tiers=TABLE)
    assert s.tier == TABLE[1] and s.required_rate == 0.01
    assert s.requirement == pytest.approx(0.01 * 1000 - 4.8)
    assert s.liquidation_price == pytest.approx((900 - 4.8) / (10 * 0.99))
    small = Scenario(capital=85.0, tiers=TABLE)  # 850 at the entry, below 800 at the trigger
    assert small.tier == TABLE[0]
    assert small.liquidation_price == pytest.approx(765 / (8.5 * 0.996))
    frozen = Scenario(capital=85.0, tiers=TABLE, basis="entry")
    assert frozen.tier == TABLE[1]
    assert frozen.liquidation_price == pytest.approx(100 - (85 - (8.5 - 4.8)) / 8.5)
    assert frozen.requirements(8.5, [50.0, 100.0]).tolist() == pytest.approx([3.7, 3.7])


def test_the_tier_of_the_size_limits_the_leverage():
    assert Scenario(leverage=50.0, tiers=TABLE).leverage == 50.0
    error = refusal(leverage=50.1, tiers=TABLE)
    assert (error.code, error.field, error.values["limit"]) == ("leverage_beyond_tier", "leverage", 50.0)
    assert refusal(capital=1e6, leverage=11.0, tiers=TABLE).values["limit"] == 10.0


def test_the_leverage_named_in_a_refusal_counts_the_deduction():
    table = (MarginTier(0.0, 0.02), MarginTier(1000.0, 0.05, 30.0))
    error = refusal(leverage=30.0, tiers=table)
    border = error.values["most"]
    assert border == pytest.approx((1 + 0.3) / 0.05, abs=0.011)
    Scenario(leverage=border - 0.01, tiers=table)


# The larger of 0.1 % plus five dollars, and 1 %.
FIXED_FEE = (MarginTier(0.0, 0.001, -5.0), MarginTier(5 / 0.009, 0.01))


@given(st.floats(1.0, 20.0), st.floats(0.0, 0.05), st.floats(1.0, 200.0))
def test_what_a_refusal_advises_is_accepted_in_every_tier(capital, fee, leverage):
    rules = {"capital": capital, "trading_fee": fee, "tiers": FIXED_FEE}
    try:
        Scenario(leverage=leverage, **rules)
    except ScenarioError as error:
        if error.field == "capital":
            assert error.code == "closed_at_once_at_any_leverage" and "most" not in error.values
            assert refusal(leverage=1.01, **rules).field == "capital"
            return
        border = error.values["most"]
        assert border <= leverage + 0.01
        assume(border > 1.01)
        Scenario(leverage=border - 0.001, **rules)


def test_too_little_money_for_a_fixed_fee_is_refused_at_the_money():
    error = refusal(capital=4.0, leverage=1.0, tiers=FIXED_FEE)
    assert (error.code, error.field) == ("closed_at_once_at_any_leverage", "capital")
    error = refusal(capital=6.0, leverage=200.0, trading_fee=0.05, tiers=FIXED_FEE)
    assert (error.code, error.values["most"]) == ("closed_at_once_by_venue", 3.26)


def test_standing_at_the_requirement_on_entry_is_refused():
    assert refusal(leverage=20.0, maintenance_rate=0.05).field == "leverage"
    Scenario(leverage=19.99, maintenance_rate=0.05)
    # The same border in numbers that do not round well: three thirds come out below one.
    assert refusal(capital=49.9, leverage=3.0, maintenance_rate=1 / 3).field == "leverage"
    for capital in (33.33, 0.1 + 2, 1e9 / 3):
        assert refusal(capital=capital, leverage=10.0, maintenance_rate=0.1).field == "leverage"


def test_a_refusal_of_leverage_names_what_was_given_and_the_limit():
    error = refusal(leverage=25.0, maintenance_rate=0.05)
    assert error.code == "closed_at_once"
    assert error.values == {
        "leverage": 25.0,
        "backing": 100.0,
        "notional": 2500.0,
        "required": 125.0,
        "most": 20.0,
    }


@pytest.mark.parametrize("name", LIMITS)
def test_every_limit_is_allowed_and_nothing_beyond(name):
    limits = LIMITS[name]
    for bad in (limits.low - 1e-6, limits.high * 1.001, math.inf, -math.inf):
        error = refusal(**{name: bad})
        assert error.field == name
        assert error.code == "outside_limits"
        assert error.values == {"name": name, "given": bad, "low": limits.low, "high": limits.high}
    rules = {"leverage": 1.5, "maintenance_rate": 0.0} if name != "stop_price" else {}
    for good in (limits.low, limits.high) if name != "stop_price" else ():
        Scenario(**rules | {name: good})
    if name != "stop_price":
        assert refusal(**{name: math.nan}).field == name


def test_steps_are_whole():
    error = refusal(top_up_step=2.5)
    assert (error.code, error.values) == ("not_whole", {"name": "top_up_step", "given": 2.5})
    step = Scenario(reduce_step=3.0).reduce_step
    assert step == 3 and isinstance(step, int)


@pytest.mark.parametrize(
    "side, stop, code",
    [
        (Side.LONG, 100.0, "stop_above_long"),
        (Side.LONG, 120.0, "stop_above_long"),
        (Side.LONG, 90.0, "stop_beyond_trigger_long"),
        (Side.SHORT, 100.0, "stop_below_short"),
        (Side.SHORT, 120.0, "stop_beyond_trigger_short"),
    ],
)
def test_a_stop_that_cannot_work_is_refused(side, stop, code):
    error = refusal(side=side, stop_price=stop)
    assert (error.code, error.field) == (code, "stop_price")
    assert (error.values["stop"], error.values["entry"]) == (stop, 100.0)
    trigger = Scenario(side=side).liquidation_price
    assert error.values.get("trigger", trigger) == trigger


def test_a_stop_at_the_trigger_is_refused_and_one_just_before_it_is_not():
    trigger = Scenario().liquidation_price
    assert refusal(stop_price=trigger).field == "stop_price"
    Scenario(stop_price=trigger + 0.01)
    Scenario(stop_price=99.99)
    Scenario(leverage=1.0, stop_price=0.01)  # no trigger to lie beyond
    Scenario(side=Side.SHORT, stop_price=109.0)


def test_equal_scenarios_are_equal_and_hash_equal():
    one, two = Scenario(stop_price=float("nan")), Scenario(stop_price=float("nan"))
    assert one == two and hash(one) == hash(two)


def test_a_scenario_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Scenario().capital = 5.0


@given(sides, st.floats(1.0, 100.0), st.floats(0.001, 1e6))
def test_the_middle_useful_stop_is_accepted(side, leverage, entry):
    s = Scenario(side=side, leverage=leverage, entry_price=entry)
    far, middle, near = useful_stops(s)
    assert side.sign * far < side.sign * middle < side.sign * near == side.sign * entry
    assert dataclasses.replace(s, stop_price=middle).stop_price == middle
    if not math.isnan(s.liquidation_price):
        assert far == s.liquidation_price


def test_side_signs():
    assert (Side.LONG.sign, Side.SHORT.sign) == (1, -1)


@given(sides, st.floats(1.01, 150.0), st.floats(0.0, 0.006), st.floats(0.0, 500.0))
def test_the_trigger_is_where_equity_meets_the_requirement(side, leverage, rate, wallet):
    s = Scenario(side=side, leverage=leverage, maintenance_rate=rate, wallet=wallet)
    trigger = s.liquidation_price
    assume(not math.isnan(trigger))
    own = risk.equity(s.quantity, s.entry_price, s.backing, trigger)
    assert own == pytest.approx(risk.maintenance_margin(s.quantity, trigger, rate), abs=1e-6)


def test_a_trigger_that_was_read_is_no_part_of_the_position():
    """It is kept once worked out: copies, comparisons and hashes know nothing of it."""
    read, fresh = Scenario(leverage=10.0), Scenario(leverage=10.0)
    first = read.liquidation_price
    assert read == fresh and hash(read) == hash(fresh) and repr(read) == repr(fresh)
    other = dataclasses.replace(read, leverage=5.0)
    assert other.liquidation_price < first == read.liquidation_price == fresh.liquidation_price
    assert pickle.loads(pickle.dumps(read)).liquidation_price == first
    with pytest.raises(dataclasses.FrozenInstanceError):
        read.liquidation_price = 1.0
