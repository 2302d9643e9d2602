"""Scenario × prices → what happened, step by step, and how it was settled.

Within one step things happen in this order: costs fall due at the open; the platform (or the
trader's stop order) looks at the worst price of the step; then the trader's own top-up or partial
close takes effect at the close. A bar with a range is assumed to run open-low-high-close for a long
and open-high-low-close for a short, so the worst price comes first. Inside a bar the price passes
through every value, and a close-out is filled at the trigger; a step that *opens* beyond the trigger,
or a series that has only one price a step, is filled at that price: a gap.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from engine.loss.settlement import Outcome, Settlement, settle
from engine.margin import risk
from engine.margin.derived import allowed, changed
from engine.margin.scenario import Scenario, Side
from engine.margin.tiers import tier_at
from engine.market.holding import Costs, Held, costs_along, held_along

# Shares of the room between the entry price and the trigger. Venues differ in when, and whether,
# they write to a customer; these two make every run pass the same stations.
WARNING_ROOM_USED: Final = 0.5
MARGIN_CALL_ROOM_USED: Final = 0.8

KINDS: Final = (
    "opened",
    "warning",
    "margin_call",
    "topped_up",
    "reduced",
    "stopped",
    "liquidated",
    "settled",
    "ended",
)
STATES: Final = ("safe", "warning", "margin_call", "liquidated", "stopped", "closed")
_KIND: Final = pd.CategoricalDtype(list(KINDS))
_STATE: Final = pd.CategoricalDtype(list(STATES))


@dataclass(frozen=True)
class Run:
    """A scenario played along a path.

    Attributes
    ----------
    scenario : Scenario
    columns : dict of arrays of shape (n_steps,)
        By name, see :func:`replay`; ``state`` as numbers into :data:`STATES`. A page that follows a
        slider reads these: a frame would cost more than the replay itself.
    settlement : Settlement
    """

    scenario: Scenario
    columns: dict[str, Any]
    settlement: Settlement

    @cached_property
    def steps(self) -> pd.DataFrame:
        """The columns as a frame, one row a step."""
        state = pd.Categorical.from_codes(self.columns["state"], dtype=_STATE)
        index = pd.RangeIndex(len(self.columns["hours"]), name="step")
        return pd.DataFrame(self.columns | {"state": state}, index=index, copy=False)

    @cached_property
    def events(self) -> pd.DataFrame:
        """What happened, in order: ``step``, ``time``, ``kind`` of :data:`KINDS`, ``price`` and
        ``equity`` (quote, before closing fees)."""
        return _events(self.scenario, self.columns, self.settlement)

    @property
    def is_closed(self) -> bool:
        """Whether the position was closed on the way."""
        return self.settlement.outcome is not Outcome.OPEN

    @property
    def worst_price(self) -> float:
        """The price of the whole path that is worst for this side, quote per unit."""
        low, high = self.columns["low"], self.columns["high"]
        return float(low.min() if self.scenario.side is Side.LONG else high.max())

    @property
    def is_trigger_moved(self) -> bool:
        """Whether the run ends otherwise than the trigger of the opening would have ended it."""
        sign, first = self.scenario.side.sign, self.scenario.liquidation_price
        price = self.settlement.fill_price if self.is_liquidated else self.worst_price
        return self.is_liquidated != bool(_reached(sign, np.float64(price), np.float64(first)))

    @property
    def has_turned(self) -> bool:
        """Whether the path ends better for this side than the price of the close."""
        last = float(self.columns["close"][-1])
        return self.scenario.side.sign * (last - self.settlement.fill_price) > 0

    @property
    def is_stop_jumped(self) -> bool:
        """Whether the price that liquidated the position lies beyond the trader's own stop, too."""
        return self.is_liquidated and bool(
            _reached(
                self.scenario.side.sign,
                np.float64(self.settlement.fill_price),
                np.float64(self.scenario.stop_price),
            )
        )

    @property
    def is_liquidated(self) -> bool:
        """Whether the platform closed it."""
        return self.settlement.outcome is Outcome.LIQUIDATED


def replay(scenario: Scenario, prices: pd.DataFrame) -> Run:
    """Mark a position to every price and close it at the first breach, for good.

    Parameters
    ----------
    scenario : Scenario
        Opened at ``scenario.entry_price`` before the first step.
    prices : DataFrame of shape (n_steps, 6)
        As made by :mod:`engine.market.prices`: ``time``, ``hours`` since the start, and ``open``, ``high``,
        ``low``, ``close`` in quote per unit (all four equal where a step has a single price).

    Returns
    -------
    Run
        ``columns``, and ``steps`` of shape (n_steps, 20) with the step as index, have

        time, hours, open, high, low, close : as given
        mark : quote per unit, the close; at the closing step the fill price
        quantity : signed units held during the step
        costs : fees, funding and interest so far, quote
        equity, maintenance_margin, assets, debt : quote, at the mark; before the fees of a
            close; ``nan`` after the closing step. ``assets - debt = equity``
        margin_ratio : equity / notional, a fraction; ``nan`` after the closing step
        equity_if_held : equity had nobody closed the position, quote
        warning_price, margin_call_price, liquidation_price, bankruptcy_price : quote per unit,
            ``nan`` = none
        is_open : bool, at the end of the step
        state : one of :data:`STATES`, by the worst price of the step

    Raises
    ------
    ValueError
        If `prices` is empty.

    Notes
    -----
    The closing step keeps the equity of its own fill, so a gap through the bankruptcy price shows
    as negative equity. It is never cut off at zero: somebody pays it.

    Examples
    --------
    >>> from engine.market.prices import bars
    >>> run = replay(Scenario(maintenance_rate=0.05), bars(np.array([100, 97, 95.5, 96, 94, 97, 105]), 24.0))
    >>> run.settlement.step, run.settlement.returned
    (4, 40.0)
    """
    n = len(prices)
    if n == 0:
        raise ValueError("prices is empty: give at least one step.")
    s, sign, entry = scenario, scenario.side.sign, scenario.entry_price
    given = _given(prices)
    open_, close = given["open"], given["close"]
    worst = given["low" if sign > 0 else "high"]
    held = held_along(s, close)
    paid = costs_along(s, held, open_, given["hours"])
    total = paid.total
    backing = held.collateral - total
    trigger = s.liquidation_prices(held.quantity, backing)
    warning, call = _lines_before(s, held, trigger)
    outcome, closing, fill = _first_close(s, trigger, open_, worst)

    if outcome is not Outcome.OPEN and (as_lived := _without_late_acts(s, closing)) != s:
        return replace(replay(as_lived, prices), scenario=s)
    if_held = risk.equity(held.quantity, entry, backing, close)
    mark, until_closed = _balance_sheet(s, held, backing, close, outcome, closing, fill)
    columns: dict[str, Any] = {
        **given,
        "mark": mark,
        "quantity": np.broadcast_to(held.quantity, n),
        "costs": np.broadcast_to(total, n),
        **until_closed,
        "equity_if_held": if_held,
        "warning_price": np.broadcast_to(warning, n),
        "margin_call_price": np.broadcast_to(call, n),
        "liquidation_price": np.broadcast_to(trigger, n),
        "bankruptcy_price": np.broadcast_to(risk.bankruptcy_price(held.quantity, entry, backing), n),
        "is_open": _open_until(n, n if outcome is Outcome.OPEN else closing),
        "state": _states(outcome, closing, _reached(sign, worst, warning), _reached(sign, worst, call)),
    }
    return Run(s, columns, _settle(s, held, paid, columns, outcome, closing))


def _given(prices: pd.DataFrame) -> dict[str, Any]:
    """The columns of the path as arrays; dates keep their type, which a plain array would lose."""
    time = prices["time"]
    numbers = {name: prices[name].to_numpy(dtype=float) for name in ("hours", "open", "high", "low", "close")}
    return {"time": time.array if time.dtype.kind == "M" else time.to_numpy(), **numbers}


def _balance_sheet(
    s: Scenario,
    held: Held,
    backing: risk.Floats,
    close: risk.Floats,
    outcome: Outcome,
    closing: int,
    fill: float,
) -> tuple[risk.Floats, dict[str, risk.Floats]]:
    """The marks, and what stands at them until the position is closed; ``nan`` after that."""
    mark, own = close, risk.equity(held.quantity, s.entry_price, backing, close).copy()
    if outcome is not Outcome.OPEN:
        mark = close.copy()
        mark[closing] = fill
        own[closing] = risk.equity(_at(held.quantity, closing), s.entry_price, _at(backing, closing), fill)
    size = risk.notional(held.quantity, mark)
    # A long holds the asset and owes money, a short holds money and owes the asset.
    if s.side is Side.LONG:
        debt = np.maximum(size + held.beside - own, 0.0)
        assets = own + debt
    else:
        assets = np.maximum(own + size, 0.0)
        debt = assets - own
    sheet = {
        "equity": own,
        "maintenance_margin": s.requirements(held.quantity, mark),
        "margin_ratio": risk.margin_ratio(own, size),
        "assets": assets,
        "debt": debt,
    }
    for values in sheet.values():
        values[closing + 1 :] = np.nan
    return mark, sheet


def _without_late_acts(s: Scenario, closing: int) -> Scenario:
    """The scenario without what the trader would have done after the close."""
    # Neither counts at the opening, so the position can be opened without them as well.
    if s.top_up and s.top_up_step and s.top_up_step >= closing:
        s = allowed(changed(s, top_up=0.0))
    if s.reduce_fraction and s.reduce_step >= closing:
        s = allowed(changed(s, reduce_fraction=0.0))
    return s


def _lines_before(s: Scenario, held: Held, trigger: risk.Floats) -> tuple[risk.Floats, risk.Floats]:
    """Warning and margin-call price: the room to the trigger as it was before costs ate into it."""
    price = s.liquidation_prices(held.quantity, held.collateral - s.opening_fee)
    if s.basis == "entry":
        price = np.full_like(price, s.entry_price)
    size = risk.notional(held.quantity, np.where(np.isnan(price), s.entry_price, price))
    rates, amounts = (np.array([getattr(tier, name) for tier in s.table]) for name in ("rate", "amount"))
    index = tier_at(size, s.table)
    rate = rates[index] + s.closing_fee
    required = rate * risk.notional(held.quantity, s.entry_price) - amounts[index]
    # Equity less requirement changes by this much when the price moves by one.
    slope = held.quantity - (rate * np.abs(held.quantity) if s.basis == "mark" else 0.0)
    distance = (held.collateral - s.opening_fee - required) / slope
    return (
        trigger + (1 - WARNING_ROOM_USED) * distance,
        trigger + (1 - MARGIN_CALL_ROOM_USED) * distance,
    )


def _first_close(
    s: Scenario, trigger: risk.Floats, open_: risk.Floats, worst: risk.Floats
) -> tuple[Outcome, int, float]:
    """Who closes the position first, at which step and at which price; the last step if nobody does."""
    sign = s.side.sign
    nearest = (np.fmax if sign > 0 else np.fmin)(trigger, s.stop_price)
    hit = _reached(sign, worst, nearest)
    i = int(np.argmax(hit))
    if not hit[i]:
        return Outcome.OPEN, len(worst) - 1, np.nan
    start, line, first = float(open_[i]), _at(trigger, i), _at(nearest, i)
    if _reached(sign, start, line):
        return Outcome.LIQUIDATED, i, start
    outcome = Outcome.LIQUIDATED if first == line else Outcome.STOPPED
    return outcome, i, start if _reached(sign, start, first) else first


def _reached(sign: int, price: ArrayLike, line: ArrayLike) -> NDArray[np.bool_]:
    """Whether a price stands at a line or beyond it, on the side that hurts; never for a nan line."""
    compare = np.less_equal if sign > 0 else np.greater_equal
    return compare(price, np.asarray(line) * (1 + sign * risk.NOISE))


def _open_until(n: int, end: int) -> NDArray[np.bool_]:
    is_open = np.zeros(n, dtype=np.bool_)
    is_open[:end] = True
    return is_open


def _states(
    outcome: Outcome, closing: int, warned: NDArray[np.bool_], called: NDArray[np.bool_]
) -> NDArray[np.int8]:
    codes = np.add(warned, called, dtype=np.int8)
    if outcome is not Outcome.OPEN:
        codes[closing] = STATES.index(outcome.value)
        codes[closing + 1 :] = STATES.index("closed")
    return codes


def _settle(
    s: Scenario, held: Held, paid: Costs, columns: dict[str, Any], outcome: Outcome, closing: int
) -> Settlement:
    mark, own, trigger = (_at(columns[name], closing) for name in ("mark", "equity", "liquidation_price"))
    paid_in = s.capital + _at(held.beside, closing)
    lines = {Outcome.OPEN: np.nan, Outcome.STOPPED: s.stop_price, Outcome.LIQUIDATED: trigger}
    return settle(
        outcome=outcome,
        step=closing,
        trigger_price=lines[outcome],
        fill_price=mark,
        notional=float(risk.notional(_at(held.quantity, closing), mark)),
        paid_in=paid_in,
        price_result=own + _at(columns["costs"], closing) - paid_in,
        trading_fees=_at(paid.fees, closing),
        funding=_at(paid.funding, closing),
        interest=_at(paid.interest, closing),
        trading_fee=s.trading_fee,
        liquidation_fee=s.liquidation_fee,
        leftover=s.leftover,
    )


def _events(s: Scenario, columns: dict[str, Any], settlement: Settlement) -> pd.DataFrame:
    end, is_open = settlement.step, settlement.outcome is Outcome.OPEN
    close, own, mark = columns["close"], columns["equity"], columns["mark"]
    worst = columns["low"] if s.side is Side.LONG else columns["high"]
    codes = columns["state"][: end + 1]
    rows = [(0, "opened", s.entry_price, s.backing)]
    for kind in ("warning", "margin_call"):
        seen = (codes >= STATES.index(kind)) & (codes <= STATES.index("margin_call"))
        if seen.any():
            i = int(np.argmax(seen))
            rows.append((i, kind, worst[i], own[i] + _at(columns["quantity"], i) * (worst[i] - mark[i])))
    if s.top_up and 0 < s.top_up_step < end:
        rows.append((s.top_up_step, "topped_up", close[s.top_up_step], own[s.top_up_step] + s.top_up))
    if s.reduce_fraction and s.reduce_step < end:
        rows.append((s.reduce_step, "reduced", close[s.reduce_step], own[s.reduce_step]))
    rows.sort(key=lambda row: row[0])
    if is_open:
        rows.append((end, "ended", close[end], settlement.returned))
    else:
        rows.append((end, settlement.outcome.value, settlement.fill_price, settlement.equity_at_fill))
        rows.append((end, "settled", settlement.fill_price, settlement.returned))
    step, kinds, price, equity = zip(*rows, strict=True)
    return pd.DataFrame(
        {
            "step": step,
            "time": columns["time"][list(step)],
            "kind": pd.Categorical(kinds, dtype=_KIND),
            "price": price,
            "equity": equity,
        }
    )


def _at(values: risk.Floats | float, i: int) -> float:
    array = np.asarray(values)
    return float(array if array.ndim == 0 else array[i])
