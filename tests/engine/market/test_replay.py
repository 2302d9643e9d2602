"""A scenario played along a path: against a plain loop, by laws, and by the lessons' numbers."""

import math
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, assume, find, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from engine.loss.settlement import Outcome, ledger, statement
from engine.margin import risk
from engine.margin.scenario import FIELDS, Keeper, Scenario, ScenarioError, Side
from engine.margin.tiers import MarginTier, deductions
from engine.market.prices import bars
from engine.market.replay import KINDS, STATES, replay

SIGNATURE = bars(np.array([100, 97, 95.5, 96, 94, 97, 105.0]), 24.0)
CLASSROOM = Scenario(maintenance_rate=0.05)
COLUMNS = [
    *("time", "hours", "open", "high", "low", "close", "mark", "quantity", "costs"),
    *("equity", "maintenance_margin", "margin_ratio", "assets", "debt", "equity_if_held"),
    *("warning_price", "margin_call_price", "liquidation_price", "bankruptcy_price", "is_open", "state"),
]
ENDS_WITH_CLOSE = ["equity", "maintenance_margin", "margin_ratio", "assets", "debt"]


def path(*prices, hours=24.0):
    return bars(np.array(prices, dtype=float), hours)


def candles(*rows, hours=24.0):
    """Rows of open, high, low, close."""
    frame = pd.DataFrame(rows, columns=["open", "high", "low", "close"], dtype=float)
    frame.insert(0, "time", np.arange(len(frame)))
    frame.insert(1, "hours", np.arange(len(frame)) * hours)
    return frame.rename_axis("step")


# --- a second road: the same story told by a plain loop over cash and units ------------------------


class UnclearError(Exception):
    """Two numbers are equal up to rounding, so either answer is right."""


def required(s, units, price):
    """A table read like a tax: every slice of the size pays its own rate."""
    size = abs(units) * (s.entry_price if s.basis == "entry" else price)
    rows = [(tier.floor, tier.rate) for tier in s.tiers] or [(0.0, s.maintenance_rate)]
    ends = [*(floor for floor, _ in rows[1:]), math.inf]
    slices = [max(0.0, min(size, end) - floor) for (floor, _), end in zip(rows, ends, strict=True)]
    return sum((rate + s.closing_fee) * part for (_, rate), part in zip(rows, slices, strict=True))


class Plain:
    """One account: cash (negative = debt) and signed units. Nothing here solves an equation."""

    def __init__(self, s):
        self.s = s
        self.sign = 1 if s.side is Side.LONG else -1
        self.units = self.sign * s.capital * s.leverage / s.entry_price
        self.cash = s.capital + s.wallet - self.units * s.entry_price
        self.loan = s.capital * s.leverage - s.capital  # of a long
        self.fees = s.trading_fee * s.capital * s.leverage
        self.funding = self.interest = 0.0
        self.fee_due = 0.0
        if s.top_up_step == 0:
            self.cash += s.top_up

    @property
    def costs(self):
        return self.fees + self.funding + self.interest

    def equity(self, price):
        return self.cash - self.costs + self.units * price

    def required(self, price):
        return required(self.s, self.units, price)

    def in_danger(self, price):
        room = self.equity(price) - self.required(price)
        if abs(room) < 1e-8 * (abs(self.units) * self.s.entry_price + abs(self.cash)):
            raise UnclearError
        return room < 0

    def stopped(self, price):
        if math.isnan(self.s.stop_price):
            return False
        if abs(price / self.s.stop_price - 1) < 1e-9:
            raise UnclearError
        return self.sign * price < self.sign * self.s.stop_price

    def pay_costs(self, hours_before, hours, price):
        every = self.s.funding_interval_hours
        payments = math.floor(hours / every + 1e-9) - math.floor(hours_before / every + 1e-9)
        self.funding += self.units * price * self.s.funding_rate * payments
        borrowed = max(self.loan, 0.0) if self.sign > 0 else abs(self.units) * price
        self.interest += borrowed * self.s.interest_rate * (hours - hours_before) / 24 / 365
        self.fees += self.fee_due
        self.fee_due = 0.0

    def look(self, start, worst):
        """Outcome and fill of this step, or None: the price walks from its open to its worst."""
        if self.in_danger(start):
            return "liquidated", start
        if self.stopped(start):
            return "stopped", start
        danger, stop = self.in_danger(worst), self.stopped(worst)
        if danger:
            safe, broken = start, worst
            for _ in range(200):
                middle = (safe + broken) / 2
                if self.equity(middle) > self.required(middle):
                    safe = middle
                else:
                    broken = middle
            if stop and abs(broken / self.s.stop_price - 1) < 1e-9:
                raise UnclearError
            if not stop or self.sign * broken > self.sign * self.s.stop_price:
                return "liquidated", broken
        return ("stopped", self.s.stop_price) if stop else None

    def act(self, step, price):
        if self.s.top_up and step == self.s.top_up_step > 0:
            self.cash += self.s.top_up
        if self.s.reduce_fraction and step == self.s.reduce_step:
            sold = self.s.reduce_fraction * self.units
            self.units -= sold
            self.cash += sold * price
            self.loan -= sold * price
            self.fee_due = self.s.trading_fee * abs(sold) * price


def play(s, prices, may_close=True):
    """(outcome, step, fill, equity by step, costs by step, account) of the plain loop."""
    account, before = Plain(s), 0.0
    equities, costs = [], []
    for row in prices.itertuples():
        account.pay_costs(before, row.hours, row.open)
        before = row.hours
        costs.append(account.costs)
        closed = account.look(row.open, row.low if account.sign > 0 else row.high) if may_close else None
        if closed:
            outcome, fill = closed
            equities.append(account.equity(fill))
            return outcome, row.Index, fill, equities, costs, account
        equities.append(account.equity(row.close))
        if row.Index < len(prices) - 1:
            account.act(row.Index, row.close)
    return "open", len(prices) - 1, prices["close"].iloc[-1], equities, costs, account


# --- random scenarios and random paths -----------------------------------------------------------

small = st.floats(0.0, 0.01)


@st.composite
def scenarios(draw):
    leverage = draw(st.floats(1.0, 50.0))
    s = Scenario(
        side=draw(st.sampled_from(Side)),
        capital=draw(st.floats(1.0, 1e5)),
        leverage=leverage,
        entry_price=draw(st.floats(1e-3, 1e5)),
        maintenance_rate=min(draw(st.floats(0.0, 0.6)) / leverage, 0.5),
    )
    choices = {}
    if draw(st.booleans()):  # costs
        choices |= {
            "closing_fee": draw(small) / leverage,
            "trading_fee": min(draw(st.floats(0.0, 0.1)) / leverage, 0.05),
            "liquidation_fee": draw(small),
            "funding_rate": draw(st.floats(-0.1, 0.1)) / leverage / 2,
            "funding_interval_hours": draw(st.sampled_from([1.0, 8.0, 24.0])),
            "interest_rate": draw(st.floats(0.0, 2.0)),
        }
    if draw(st.booleans()):  # rescues
        choices |= {
            "wallet": draw(st.floats(0.0, 2.0)) * s.capital,
            "top_up": draw(st.floats(0.0, 2.0)) * s.capital,
            "top_up_step": draw(st.integers(0, 12)),
            "reduce_fraction": draw(st.floats(0.0, 0.99)),
            "reduce_step": draw(st.integers(1, 12)),
        }
    if draw(st.booleans()):  # a venue's table
        floors = [0.0, *sorted(draw(st.floats(0.2, 1.5)) * s.notional for _ in range(2))]
        rates = [s.maintenance_rate * factor for factor in (0.5, 0.8, 1.2)]
        rows = zip(floors, rates, deductions(floors, rates).tolist(), strict=True)
        choices |= {"tiers": tuple(MarginTier(*row) for row in rows)}
    choices["basis"] = draw(st.sampled_from(["mark", "mark", "entry"]))
    choices["leftover"] = draw(st.sampled_from(Keeper))
    try:
        s = replace(s, **choices)
    except ScenarioError:
        assume(False)
    if draw(st.booleans()):  # a stop
        end = s.liquidation_price if not math.isnan(s.liquidation_price) else 0.0
        way = draw(st.floats(0.05, 0.95))
        s = replace(s, stop_price=s.entry_price + way * (end - s.entry_price))
    return s


@pytest.mark.parametrize("name", FIELDS)
def test_the_laws_try_every_field(name):
    """A new rule or cost joins `scenarios`, and `Plain` if it acts: or no law below knows of it."""
    plain = getattr(Scenario(), name)
    once = settings(phases=[Phase.generate], database=None, max_examples=500)
    find(scenarios(), lambda s: repr(getattr(s, name)) != repr(plain), settings=once)


@st.composite
def paths(draw, scenario):
    """Close-only series and bars, some with gaps; moves of the size that matters at this leverage."""
    size = 0.6 / scenario.leverage
    moves = st.floats(-size, size)
    n = draw(st.integers(1, 14))
    is_bars = draw(st.booleans())
    rows, last = [], scenario.entry_price
    for _ in range(n):
        start = last * math.exp(draw(moves))
        if not is_bars:
            rows.append((start,) * 4)
            last = start
            continue
        end = start * math.exp(draw(moves))
        up, down = draw(st.floats(0.0, size)), draw(st.floats(0.0, size))
        rows.append((start, max(start, end) * (1 + up), min(start, end) * math.exp(-down), end))
        last = end
    frame = candles(*rows)
    steps = draw(st.lists(st.sampled_from([0.0, 1.0, 7.5, 24.0, 100.0]), min_size=n, max_size=n))
    frame["hours"] = np.cumsum([0.0, *steps[1:]])
    return frame


@st.composite
def stories(draw):
    s = draw(scenarios())
    return s, draw(paths(s))


@pytest.mark.slow
@settings(max_examples=500)
@given(stories())
def test_a_plain_loop_tells_the_same_story(story):
    s, prices = story
    try:
        outcome, step, fill, equities, costs, account = play(s, prices)
        as_lived = s
        if outcome is not Outcome.OPEN:  # what was planned for later never happened
            as_lived = replace(
                s,
                top_up=s.top_up if s.top_up_step == 0 or s.top_up_step < step else 0.0,
                reduce_fraction=s.reduce_fraction if s.reduce_step < step else 0.0,
            )
        held = play(as_lived, prices, may_close=False)[3]
    except UnclearError:
        assume(False)
    run = replay(s, prices)
    got, steps = run.settlement, run.steps
    money = {"rel": 1e-7, "abs": 1e-7 * (s.notional + s.wallet + s.top_up)}
    assert (got.outcome, got.step) == (outcome, step)
    assert got.fill_price == pytest.approx(fill, rel=1e-7)
    assert steps["equity"].to_list() == pytest.approx(
        equities + [np.nan] * (len(prices) - step - 1), nan_ok=True, **money
    )
    assert steps["costs"].to_list()[: step + 1] == pytest.approx(costs, **money)
    assert steps["equity_if_held"].to_list() == pytest.approx(held, **money)
    assert steps["quantity"].iloc[step] == pytest.approx(account.units)
    assert steps["maintenance_margin"].iloc[step] == pytest.approx(account.required(fill), **money)
    bill = (got.funding, got.interest, got.notional)
    assert bill == pytest.approx((account.funding, account.interest, abs(account.units) * fill), **money)

    left = max(equities[-1], 0.0)
    closing = min(s.trading_fee * got.notional, left) if outcome != "open" else 0.0
    forced = min(s.liquidation_fee * got.notional, left - closing) if outcome == "liquidated" else 0.0
    assert got.trading_fees == pytest.approx(account.fees + closing, **money)
    rest = left - closing - forced
    fund_keeps = outcome == "liquidated" and s.leftover is Keeper.FUND
    assert got.kept == pytest.approx(rest if fund_keeps else 0.0, **money)
    assert got.returned == pytest.approx(0.0 if fund_keeps else rest, **money)
    assert got.shortfall == pytest.approx(max(-equities[-1], 0.0), **money)
    assert sum(ledger(got).values()) == pytest.approx(0.0, abs=money["abs"])
    assert statement(got)["returned"] == pytest.approx(got.returned, abs=0.0051)


# --- laws ----------------------------------------------------------------------------------------


@given(stories())
def test_the_frame_keeps_its_contract(story):
    s, prices = story
    run = replay(s, prices)
    steps, end = run.steps, run.settlement.step
    assert steps.columns.to_list() == COLUMNS
    assert steps.index.equals(prices.index)
    assert_frame_equal(steps[prices.columns], prices)
    assert tuple(steps["state"].cat.categories) == STATES
    assert steps["equity_if_held"].notna().all()
    assert steps.loc[:end, ENDS_WITH_CLOSE].notna().all(axis=None)
    assert steps.loc[end + 1 :, ENDS_WITH_CLOSE].isna().all(axis=None)
    now = steps.loc[:end]
    assert (now["assets"] - now["debt"]).to_list() == pytest.approx(
        now["equity"].to_list(), abs=1e-9 * s.notional
    )
    assert (now[["assets", "debt"]] >= 0).all(axis=None)
    assert (now["margin_ratio"] * np.abs(now["quantity"]) * now["mark"]).to_list() == pytest.approx(
        now["equity"].to_list(), abs=1e-9 * s.notional
    )
    assert (steps["mark"].drop(end) == steps["close"].drop(end)).all()
    assert steps["mark"].iloc[end] == run.settlement.fill_price


@given(stories())
def test_a_closed_position_stays_closed(story):
    s, prices = story
    run = replay(s, prices)
    end, last = run.settlement.step, len(prices) - 1
    states = run.steps["state"].to_list()
    if run.is_closed:
        assert run.steps["is_open"].to_list() == [i < end for i in range(last + 1)]
        assert states[end] == run.settlement.outcome
        assert set(states[end + 1 :]) <= {"closed"}
    else:
        assert end == last and run.steps["is_open"].all()
        assert set(states) <= {"safe", "warning", "margin_call"}
        assert (run.steps["equity"] > run.steps["maintenance_margin"]).all()
    assert run.is_liquidated == (run.settlement.outcome is Outcome.LIQUIDATED)


@given(stories(), st.integers(1, 14))
def test_the_future_does_not_change_the_past(story, n):
    s, prices = story
    whole, part = replay(s, prices), replay(s, prices.iloc[:n])
    assert_frame_equal(part.steps, whole.steps.iloc[:n])
    if whole.is_closed and whole.settlement.step < n:
        assert part.settlement == whole.settlement
        assert_frame_equal(part.events, whole.events)


@given(stories(), st.sampled_from([0.25, 0.5, 2.0, 8.0]), st.sampled_from([0.5, 2.0, 4.0]))
def test_units_of_price_and_size_of_account_do_not_matter(story, unit, size):
    s, prices = story
    bigger = replace(
        s,
        capital=s.capital * 4 * size,
        wallet=s.wallet * 4 * size,
        top_up=s.top_up * 4 * size,
        entry_price=s.entry_price * unit,
        stop_price=s.stop_price * unit,
        tiers=tuple(t._replace(floor=t.floor * 4 * size, amount=t.amount * 4 * size) for t in s.tiers),
    )
    scaled = prices.assign(**{name: prices[name] * unit for name in ("open", "high", "low", "close")})
    one, other = replay(s, prices), replay(bigger, scaled)
    assert (one.settlement.outcome, one.settlement.step) == (other.settlement.outcome, other.settlement.step)
    # Powers of two change no digit.
    assert other.settlement.returned == one.settlement.returned * 4 * size
    assert_frame_equal(other.steps[["state", "margin_ratio"]], one.steps[["state", "margin_ratio"]])
    assert (other.steps["equity_if_held"] == one.steps["equity_if_held"] * 4 * size).all()


@given(stories())
def test_arguments_stay_as_they_are(story):
    s, prices = story
    before = prices.copy(deep=True)
    run = replay(s, prices)
    with pytest.raises(ValueError, match="read-only"):
        run.steps.loc[0, "close"] = 1.0
    assert_frame_equal(prices, before)
    assert run.scenario is s


@given(stories())
def test_the_events_tell_the_story_in_order(story):
    s, prices = story
    run = replay(s, prices)
    events, end = run.events, run.settlement.step
    kinds = events["kind"].to_list()
    assert tuple(events["kind"].cat.categories) == KINDS
    assert events["step"].is_monotonic_increasing
    assert (events["time"].to_numpy() == prices["time"].to_numpy()[events["step"]]).all()
    assert kinds[0] == "opened"
    if run.is_closed:
        assert kinds[-2:] == [run.settlement.outcome, "settled"]
        assert (events["step"].iloc[-2:] == end).all()
        assert events["equity"].iloc[-2] == run.settlement.equity_at_fill
    else:
        assert kinds[-1] == "ended"
    assert events["equity"].iloc[-1] == run.settlement.returned
    assert len(set(kinds)) == len(kinds)
    if "margin_call" in kinds:
        assert kinds.index("warning") < kinds.index("margin_call")


@given(stories())
def test_the_lines_stand_in_order(story):
    s, prices = story
    steps = replay(s, prices).steps
    sign = s.side.sign
    lines = [steps[f"{name}_price"] for name in ("warning", "margin_call", "liquidation", "bankruptcy")]
    for nearer, further in zip(lines, lines[1:], strict=False):
        both = nearer.notna() & further.notna()
        assert (sign * (nearer - further)[both] >= -1e-9 * s.entry_price).all()
    assert (lines[2].isna() <= lines[3].isna()).all()


@given(stories())
def test_the_warning_leaves_half_and_the_margin_call_a_fifth_of_the_room_at_the_opening(story):
    s, prices = story
    s = replace(s, top_up=0.0, reduce_fraction=0.0, stop_price=math.nan)
    still = replay(replace(s, trading_fee=0.0, funding_rate=0.0, interest_rate=0.0), prices).steps
    still = still[still["liquidation_price"] > 0]
    half = (s.entry_price + still["liquidation_price"]) / 2
    if s.wallet == 0:
        assert still["warning_price"].to_list() == pytest.approx(half.to_list(), rel=1e-9)
    s = replace(s, tiers=(), basis="mark")
    steps = replay(s, prices).steps
    steps = steps[steps["liquidation_price"] > 0]
    for line, left in (("warning_price", 0.5), ("margin_call_price", 0.2)):
        own = steps["equity_if_held"] + s.quantity * (steps[line] - steps["close"])
        room = own - (s.maintenance_rate + s.closing_fee) * abs(s.quantity) * steps[line]
        expected = [left * (s.backing - s.requirement)] * len(steps)
        assert room.to_list() == pytest.approx(expected, abs=1e-7 * (s.notional + s.wallet))


@given(stories())
def test_the_warning_lies_half_way_to_the_trigger_after_a_rescue_too(story):
    s, prices = story
    free = {"trading_fee": 0.0, "funding_rate": 0.0, "interest_rate": 0.0, "stop_price": math.nan}
    s = replace(s, **free, reduce_fraction=min(s.reduce_fraction, 0.9), wallet=0.0, reduce_step=1)
    flat = path(*[s.entry_price] * len(prices))  # a part closed at the entry brings no gain and no loss
    steps = replay(s, flat).steps
    steps = steps[steps["liquidation_price"] > 0]
    half = (s.entry_price + steps["liquidation_price"]) / 2
    assert steps["warning_price"].to_list() == pytest.approx(half.to_list(), rel=1e-9)


@given(stories())
def test_at_the_liquidation_price_of_a_step_equity_is_the_requirement(story):
    s, prices = story
    run = replay(s, prices)
    steps = run.steps.iloc[: run.settlement.step + 1]
    steps = steps[steps["liquidation_price"] > 0]
    price, quantity = steps["liquidation_price"].to_numpy(), steps["quantity"].to_numpy()
    own = steps["equity"].to_numpy() + quantity * (price - steps["mark"].to_numpy())
    asked = [required(s, units, at) for units, at in zip(quantity, price, strict=True)]
    assert own == pytest.approx(np.array(asked), rel=1e-7, abs=1e-7 * s.notional)


@given(stories())
def test_less_leverage_lives_no_shorter_without_costs(story):
    s, prices = story
    s = Scenario(
        side=s.side, leverage=s.leverage, maintenance_rate=s.maintenance_rate, entry_price=s.entry_price
    )
    calmer = replace(s, leverage=max(1.0, s.leverage / 2))
    one, other = replay(s, prices).settlement, replay(calmer, prices).settlement
    assert other.step >= one.step
    assert one.outcome is Outcome.LIQUIDATED or other.outcome is Outcome.OPEN


@given(stories(), st.floats(0.01, 0.9))
def test_a_rescue_with_money_equals_a_rescue_by_selling(story, part):
    """Adding part/(1-part) of the equity gives the trigger that closing that part gives."""
    s, prices = story
    assume(len(prices) >= 3)
    s = Scenario(
        side=s.side, leverage=s.leverage, maintenance_rate=s.maintenance_rate, entry_price=s.entry_price
    )
    alone = replay(s, prices)
    assume(not alone.is_closed or alone.settlement.step > 1)
    own = alone.steps["equity"].iloc[1]
    assume(own > 0.01 * s.capital)
    added = replay(replace(s, top_up=float(own) * part / (1 - part), top_up_step=1), prices)
    sold = replay(replace(s, reduce_fraction=part, reduce_step=1), prices)
    triggers = [run.steps["liquidation_price"].iloc[2] for run in (added, sold)]
    assert triggers[0] == pytest.approx(triggers[1], rel=1e-6, abs=1e-9 * s.entry_price, nan_ok=True)


@given(stories())
def test_the_largest_leverage_on_a_path_is_where_the_replay_changes_its_mind(story):
    s, prices = story
    worst = prices["low"] if s.side is Side.LONG else prices["high"]
    most = risk.largest_leverage_on_path(worst, s.entry_price, 0.02, short=s.side is Side.SHORT)
    assume(1.01 < most < 190.0)
    simple = Scenario(side=s.side, entry_price=s.entry_price, leverage=1.0, maintenance_rate=0.02)
    assert not replay(replace(simple, leverage=most * 0.9999), prices).is_closed
    try:
        assert replay(replace(simple, leverage=most * 1.0001), prices).is_liquidated
    except ScenarioError:
        assert most == pytest.approx(50.0, rel=1.01e-4)  # liquidated on entry


# --- one story at a time -------------------------------------------------------------------------


def kinds(run):
    return list(zip(run.events["step"], run.events["kind"], strict=True))


def test_the_signature_path():
    run = replay(replace(CLASSROOM, liquidation_fee=0.005), SIGNATURE)
    s = run.settlement
    assert (s.outcome, s.step, s.fill_price, s.equity_at_fill) == (Outcome.LIQUIDATED, 4, 94.0, 40.0)
    assert s.trigger_price == pytest.approx(94.74, abs=0.005)
    assert (s.paid_in, s.price_result, s.liquidation_fee, s.returned) == pytest.approx(
        (100.0, -60.0, 4.7, 35.30)
    )
    assert run.steps["equity"].to_list()[:5] == [100.0, 70.0, 55.0, 60.0, 40.0]
    assert run.steps["equity_if_held"].to_list() == [100.0, 70.0, 55.0, 60.0, 40.0, 70.0, 150.0]
    assert run.steps["debt"].to_list()[:5] == [900.0] * 5
    assert run.steps["state"].to_list() == [
        *("safe", "warning", "margin_call", "warning", "liquidated", "closed", "closed")
    ]
    assert kinds(run) == [
        *((0, "opened"), (1, "warning"), (2, "margin_call"), (4, "liquidated"), (4, "settled"))
    ]
    assert run.events["equity"].to_list() == pytest.approx([100.0, 70.0, 55.0, 40.0, 35.3])
    assert run.events["price"].to_list() == [100.0, 97.0, 95.5, 94.0, 94.0]
    lines = run.steps.loc[0, ["warning_price", "margin_call_price", "liquidation_price", "bankruptcy_price"]]
    assert lines.to_list() == pytest.approx([97.368421, 95.789474, 94.736842, 90.0])


def test_the_same_path_seen_by_a_short_is_a_gain():
    run = replay(replace(CLASSROOM, side=Side.SHORT), path(100, 97, 95.5, 96, 94, 97, 103))
    assert run.settlement.outcome is Outcome.OPEN
    assert (run.settlement.returned, run.settlement.price_result) == pytest.approx((70.0, -30.0))
    assert run.steps["assets"].to_list() == pytest.approx([1100.0] * 7)
    assert run.steps["debt"].to_list() == pytest.approx([1000, 970, 955, 960, 940, 970, 1030])
    liquidated = replay(replace(CLASSROOM, side=Side.SHORT), SIGNATURE).settlement
    assert (liquidated.step, liquidated.fill_price, liquidated.returned) == (6, 105.0, 50.0)


def test_a_gap_through_the_bankruptcy_price_leaves_a_shortfall():
    s = replay(replace(CLASSROOM, liquidation_fee=0.005), path(100, 88, 100)).settlement
    assert (s.equity_at_fill, s.shortfall, s.returned, s.liquidation_fee) == (-20.0, 20.0, 0.0, 0.0)
    assert ledger(s)["lender"] == -20.0
    assert replay(CLASSROOM, path(100, 91)).settlement.returned == pytest.approx(10.0)


def test_touching_the_trigger_counts():
    s = Scenario(capital=240.0, leverage=1000 / 240, maintenance_rate=0.05)  # trigger 80
    assert replay(s, path(100, 80, 90)).is_liquidated
    assert not replay(s, path(100, 80.0001, 90)).is_closed
    short = Scenario(side=Side.SHORT, leverage=2.0, maintenance_rate=0.25)  # trigger 120
    assert replay(short, path(100, 120)).is_liquidated
    assert not replay(short, path(100, 119.9999)).is_closed


@pytest.mark.parametrize(
    "side, leverage, rate, trigger",
    [(Side.LONG, 2.0, 0.2, 62.5), (Side.LONG, 4.0, 0.2, 93.75), (Side.SHORT, 3.2, 0.05, 125.0)],
)
def test_rounding_does_not_spare_a_position_at_its_requirement(side, leverage, rate, trigger):
    s = Scenario(side=side, capital=100 / 3, leverage=leverage, maintenance_rate=rate)
    assert side.sign * (s.liquidation_price - trigger) < 0  # beyond it, by the last digit
    assert replay(s, path(100, trigger)).is_liquidated


def test_inside_a_bar_the_fill_is_the_trigger_and_beyond_the_open_it_is_the_open():
    inside = replay(CLASSROOM, candles((100, 101, 90, 95))).settlement
    assert inside.fill_price == inside.trigger_price == pytest.approx(94.7368421)
    assert inside.returned == pytest.approx(47.37, abs=0.005)
    gap = replay(CLASSROOM, candles((100, 101, 99, 100), (92, 99, 91, 98))).settlement
    assert (gap.fill_price, gap.returned) == (92.0, 20.0)
    short = replay(replace(CLASSROOM, side=Side.SHORT), candles((100, 110, 99, 100))).settlement
    assert short.fill_price == pytest.approx(104.7619048)


def test_a_high_does_not_hurt_a_long_nor_a_low_a_short():
    wide = candles((100, 300, 99, 101))
    assert not replay(CLASSROOM, wide).is_closed
    assert not replay(replace(CLASSROOM, side=Side.SHORT), candles((100, 101, 10, 99))).is_closed


def test_the_equity_of_a_close_inside_a_huge_bar_is_exact():
    short = replay(replace(CLASSROOM, side=Side.SHORT), candles((100, 2e12, 99, 1e12))).settlement
    assert short.returned == pytest.approx(52.380952, abs=1e-6)


def test_a_bar_shows_the_state_of_its_worst_price():
    run = replay(CLASSROOM, candles((100, 101, 95, 100), (100, 101, 99, 100)))
    assert run.steps["state"].to_list() == ["margin_call", "safe"]
    warning = run.events[run.events["kind"] == "warning"].iloc[0]
    assert (warning["price"], warning["equity"]) == (95.0, 50.0)
    run = replay(replace(CLASSROOM, side=Side.SHORT), candles((100, 104, 98, 100), (100, 101, 99, 100)))
    assert run.steps["state"].to_list() == ["margin_call", "safe"]
    call = run.events[run.events["kind"] == "margin_call"].iloc[0]
    assert (call["price"], call["equity"]) == (104.0, 60.0)


def test_a_stop_fills_at_the_next_printed_price():
    run = replay(replace(CLASSROOM, stop_price=96.0), SIGNATURE)
    s = run.settlement
    assert (s.outcome, s.step, s.fill_price, s.returned) == (Outcome.STOPPED, 2, 95.5, 55.0)
    assert s.trigger_price == 96.0
    assert run.steps["state"].to_list()[:3] == ["safe", "warning", "stopped"]
    assert run.is_closed and not run.is_liquidated


def test_a_stop_inside_a_bar_fills_at_its_price_even_if_the_trigger_lies_in_the_bar_too():
    s = replace(CLASSROOM, stop_price=96.0, trading_fee=0.0005, liquidation_fee=0.01)
    filled = replay(s, candles((100, 101, 90, 99))).settlement
    assert (filled.outcome, filled.fill_price) == (Outcome.STOPPED, 96.0)
    assert filled.returned == pytest.approx(60.0 - 0.5 - 0.48)
    assert filled.liquidation_fee == 0.0
    short = replace(s, side=Side.SHORT, stop_price=104.0)
    assert replay(short, candles((100, 110, 99, 100))).settlement.fill_price == 104.0


def test_a_gap_past_stop_and_trigger_is_a_liquidation():
    s = replace(CLASSROOM, stop_price=96.0)
    assert replay(s, path(100, 94)).is_liquidated
    assert replay(s, candles((93, 94, 92, 93))).is_liquidated


def test_waiting_alone_can_liquidate():
    s = replace(CLASSROOM, funding_rate=0.0001)  # 0.30 a day on 1,000
    run = replay(s, path(*[100.0] * 200))
    assert run.settlement.step == 167
    assert run.settlement.funding == pytest.approx(167 * 0.30)
    assert run.settlement.price_result == pytest.approx(0.0, abs=1e-9)
    assert kinds(run) == [
        *((0, "opened"), (84, "warning"), (134, "margin_call"), (167, "liquidated"), (167, "settled"))
    ]
    month = replay(s, path(*[100.0] * 31)).settlement
    assert month.returned == pytest.approx(91.0)


def test_a_short_receives_positive_funding():
    s = replace(CLASSROOM, side=Side.SHORT, funding_rate=0.0001)
    run = replay(s, path(*[100.0] * 31))
    assert run.settlement.funding == pytest.approx(-9.0)
    assert run.settlement.returned == pytest.approx(109.0)
    assert run.steps["liquidation_price"].is_monotonic_increasing
    assert ledger(run.settlement)["other_traders"] == pytest.approx(-9.0)


def test_interest_on_money_for_a_long_and_on_the_asset_for_a_short():
    year = path(100, 100, 110, hours=8760.0)
    long = Scenario(leverage=2.0, interest_rate=0.05)
    assert replay(long, year).settlement.interest == pytest.approx(2 * 5.0)
    short = replay(replace(long, side=Side.SHORT), year)
    assert short.steps["costs"].to_list() == pytest.approx([0.0, 10.0, 21.0])
    assert short.settlement.interest == pytest.approx(21.0)
    assert replay(replace(long, leverage=1.0), year).settlement.interest == 0.0


def test_what_a_partial_sale_brings_in_repays_the_loan_and_no_more():
    year = path(100, 200, 200, 200, hours=8760.0)
    s = Scenario(leverage=2.0, interest_rate=0.05, reduce_fraction=0.25, reduce_step=1)
    assert replay(s, year).steps["costs"].to_list() == pytest.approx([0.0, 5.0, 5.0, 5.0])
    repaid = replay(replace(s, reduce_fraction=0.75), year).steps
    assert repaid["debt"].to_list() == pytest.approx([100.0, 105.0, 0.0, 0.0])
    assert repaid["assets"].to_list() == pytest.approx([200.0, 400.0, 295.0, 295.0])
    assert repaid["costs"].to_list() == pytest.approx([0.0, 5.0, 5.0, 5.0])


def test_added_money_counts_from_the_step_after_it_and_lies_beside_the_position():
    s = replace(CLASSROOM, top_up=50.0, top_up_step=2)
    run = replay(s, SIGNATURE)
    assert run.settlement.outcome is Outcome.OPEN
    assert (run.settlement.paid_in, run.settlement.returned) == (150.0, 200.0)
    assert run.steps["liquidation_price"].to_list() == pytest.approx([94.7368421] * 3 + [89.4736842] * 4)
    assert run.steps["assets"].to_list()[2:4] == pytest.approx([955.0, 1010.0])
    assert run.steps["debt"].to_list() == pytest.approx([900.0] * 7)
    topped = run.events[run.events["kind"] == "topped_up"].iloc[0]
    assert (topped["step"], topped["price"], topped["equity"]) == (2, 95.5, 105.0)


def test_added_money_from_the_start():
    run = replay(replace(CLASSROOM, top_up=50.0), path(100, 90, 89.4))
    assert run.steps["liquidation_price"].iloc[0] == pytest.approx(89.47, abs=0.005)
    assert (run.settlement.step, run.settlement.paid_in) == (2, 150.0)
    assert kinds(run)[0] == (0, "opened") and run.events["equity"].iloc[0] == 150.0


def test_money_added_at_the_step_of_the_close_or_at_the_end_comes_too_late():
    for step in (4, 5, 6):
        run = replay(replace(CLASSROOM, top_up=50.0, top_up_step=step), SIGNATURE)
        assert run.settlement.paid_in == 100.0 and run.is_liquidated
        assert "topped_up" not in run.events["kind"].to_list()
    late = replay(replace(CLASSROOM, top_up=50.0, top_up_step=1), path(100, 99))
    assert (late.settlement.paid_in, late.settlement.returned) == (100.0, 90.0)
    assert "topped_up" not in late.events["kind"].to_list()


def test_selling_half():
    s = replace(CLASSROOM, reduce_fraction=0.5, reduce_step=1, trading_fee=0.001)
    free = replay(replace(s, trading_fee=0.0), SIGNATURE)
    assert free.steps["liquidation_price"].iloc[2] == pytest.approx(87.37, abs=0.005)
    assert free.steps["quantity"].to_list() == [10.0, 10.0, 5.0, 5.0, 5.0, 5.0, 5.0]
    assert free.settlement.returned == pytest.approx(70.0 + 5 * 8)
    run = replay(s, SIGNATURE)
    assert run.steps["costs"].to_list()[:3] == pytest.approx([1.0, 1.0, 1.0 + 0.485])
    assert run.settlement.trading_fees == pytest.approx(1.485)
    assert (1, "reduced") in kinds(run)


@pytest.mark.parametrize("step", [3, 4])
def test_selling_at_the_last_step_or_later_changes_nothing(step):
    s = replace(CLASSROOM, reduce_fraction=0.5, reduce_step=step, trading_fee=0.001)
    run = replay(s, path(100, 99, 98, 97))
    assert run.settlement == replay(replace(s, reduce_fraction=0.0), path(100, 99, 98, 97)).settlement
    assert "reduced" not in run.events["kind"].to_list()


def test_the_wallet_is_lost_too():
    run = replay(replace(CLASSROOM, wallet=200.0), candles((100, 100, 70, 72)))
    assert run.settlement.fill_price == pytest.approx(73.68, abs=0.005)
    assert run.settlement.paid_in - run.settlement.returned == pytest.approx(263.16, abs=0.005)
    assert run.steps["debt"].iloc[0] == pytest.approx(900.0)


def test_a_long_without_borrowing_cannot_be_liquidated():
    run = replay(Scenario(leverage=1.0), path(100, 1, 0.0001, 50))
    assert not run.is_closed
    assert run.steps[["warning_price", "liquidation_price", "bankruptcy_price"]].isna().all(axis=None)
    assert set(run.steps["state"]) == {"safe"}


def test_fees_in_and_out():
    for leverage, cost in ((10.0, 1.0), (50.0, 5.0)):
        s = Scenario(leverage=leverage, trading_fee=0.0005, stop_price=99.5)
        got = replay(s, candles((100, 100, 99.0, 99.5))).settlement
        assert got.trading_fees == pytest.approx(cost, rel=0.01)


def test_an_open_position_is_valued_at_its_last_price():
    run = replay(CLASSROOM, path(100, 103))
    assert run.settlement.returned == pytest.approx(130.0)
    assert math.isnan(run.settlement.trigger_price)
    assert kinds(run) == [(0, "opened"), (1, "ended")]


def test_timestamps_stay_timestamps():
    prices = SIGNATURE.assign(time=pd.date_range("2020-03-12", periods=7, freq="D"))
    run = replay(CLASSROOM, prices)
    assert run.events["time"].iloc[-1] == pd.Timestamp("2020-03-16")
    assert run.steps["time"].dtype == prices["time"].dtype


def test_an_empty_path_is_refused():
    with pytest.raises(ValueError, match="at least one step"):
        replay(CLASSROOM, SIGNATURE.iloc[:0])


def test_extreme_sizes():
    s = Scenario(capital=1e9, leverage=199.0, entry_price=1e-6, maintenance_rate=0.005)
    run = replay(s, bars(np.array([1e-6, 0.99999e-6, 0.99e-6]), 1.0))
    assert run.settlement.step == 2
    assert run.settlement.shortfall == pytest.approx(1e9 * (1.99 - 1))
    assert sum(ledger(run.settlement).values()) == pytest.approx(0.0, abs=1e-3)


# --- fewer rows for drawing ----------------------------------------------------------------------


# --- the teachers' document ----------------------------------------------------------------------


def test_the_worked_example_in_the_model_document_is_what_the_engine_says():
    text = (Path(risk.__file__).parents[1] / "MODEL.md").read_text()
    steps = replay(CLASSROOM, SIGNATURE).steps
    rows = re.findall(r"^\| (\d) \| ([\d.]+) \| (\S+) \| (\S+) \| ([\d.]+ %|-) \|", text, re.M)
    expected = [
        (
            str(step.Index),
            f"{step.mark:.2f}",
            *(f"{step.equity:.2f}", f"{step.maintenance_margin:.2f}", f"{step.margin_ratio:.2%}"[:-1] + " %"),
        )
        for step in steps.iloc[:5].itertuples()
    ]
    assert rows[:5] == expected
    assert [row[:2] for row in rows[5:]] == [("5", "97.00"), ("6", "105.00")]


def test_money_that_was_never_paid_is_nobodys():
    run = replay(replace(CLASSROOM, top_up=50.0, top_up_step=2), path(100, 90, 90, 90))
    assert run.settlement.step == 1
    assert run.steps["equity_if_held"].to_list() == [100.0, 0.0, 0.0, 0.0]
    run = replay(replace(CLASSROOM, reduce_fraction=0.5, reduce_step=2), path(100, 90, 80, 100))
    assert run.steps["equity_if_held"].iloc[-1] == 100.0


def test_whether_the_trigger_moved_the_price_turned_and_the_stop_was_jumped():
    sold_in_time = replace(CLASSROOM, reduce_fraction=0.9, reduce_step=1)
    assert replay(sold_in_time, path(100, 96, 80, 80)).is_trigger_moved
    assert not replay(CLASSROOM, SIGNATURE).is_trigger_moved and replay(CLASSROOM, SIGNATURE).has_turned
    eaten = replay(replace(CLASSROOM, stop_price=95.0, funding_rate=0.003), path(*[100] * 40))
    assert eaten.is_trigger_moved and not eaten.is_stop_jumped and not eaten.has_turned
    assert replay(replace(CLASSROOM, stop_price=96.0), path(100, 90)).is_stop_jumped


def test_the_trigger_of_the_opening_is_held_against_the_worst_price_or_the_fill():
    eaten = replace(CLASSROOM, stop_price=95.0, funding_rate=0.003)
    # Closed at 100 by costs; that the price falls later is another story.
    fell_later = replay(eaten, path(*[100] * 40, 80))
    assert fell_later.is_trigger_moved and not fell_later.is_stop_jumped
    sold_in_time = replace(CLASSROOM, reduce_fraction=0.9, reduce_step=1)
    assert replay(sold_in_time, path(100, 96, 80, 100)).is_trigger_moved
    assert replay(sold_in_time, candles((100,) * 4, (97, 97, 96, 96), (96, 97, 80, 97))).is_trigger_moved
    short = replace(CLASSROOM, side=Side.SHORT)  # trigger 104.76
    assert not replay(short, path(100, 97, 103)).is_trigger_moved
    assert not replay(replace(CLASSROOM, stop_price=96.0), path(100, 95)).is_trigger_moved


def test_a_price_turns_when_the_path_ends_better_than_the_fill():
    assert replay(CLASSROOM, path(100, 90, 92)).has_turned  # below the entry and the trigger, above the fill
    assert not replay(CLASSROOM, candles((100, 100, 90, 91), (92, 99, 90, 91))).has_turned
    short = replace(CLASSROOM, side=Side.SHORT)
    assert replay(short, path(100, 106, 105)).has_turned
    assert not replay(short, path(100, 106, 110)).has_turned


def test_a_close_at_the_bankruptcy_price_leaves_no_dust():
    for leverage in (3.0, 6.0, 7.0, 9.0, 11.0):
        run = replay(Scenario(leverage=leverage, maintenance_rate=0.0), candles((100.0, 100.0, 50.0, 60.0)))
        assert run.settlement.shortfall == 0.0 == run.settlement.returned
