"""A run told in sentences with dollars in them. Numbers come from the engine, words from the text file."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from engine.loss.settlement import Outcome, fund_share, ledger_in_cents, statement, to_cents
from engine.margin.rules import Rules, rule_values
from engine.margin.scenario import Side
from engine.market.replay import STATES as CODES
from engine.market.replay import Run
from pages.shared import formats
from pages.shared.drawing import charts
from pages.shared.words import read, say, unmarked

WORDS = read("story")
ICONS = {
    "safe": "✓",
    "warning": "!",
    "margin_call": "‼",
    "liquidated": "✕",
    "stopped": "■",
    "closed": "–",
}
# Of the bars where the money went, those that are neither a gain nor a loss of the trader.
KINDS = {"paid_in": "start", "returned": "end"} | dict.fromkeys(("shortfall", "fund", "others"), "others")
COLUMNS = ("when", "price", "assets", "debt", "equity", "requirement", "trigger")


def states() -> dict[str, tuple[str, str]]:
    """Icon and word of every state."""
    return {state: (icon, WORDS[f"state_{state}"]) for state, icon in ICONS.items()}


def when(run: Run, step: int, key: str = "when") -> str:
    """Name of a step: ``step 4``, or the date of a real price; with `key`, in the words for another place."""
    time = run.columns["time"][step]
    if isinstance(time, pd.Timestamp):
        return WORDS[f"{key}_date"].format(date=formats.date(time))
    return WORDS[f"{key}_step"].format(step=str(step))


def at_when(run: Run) -> str:
    """When the run closed or ended, ready for a sentence: ``at step 4``, ``on 19 Oct 1987``."""
    return when(run, run.settlement.step, "at")


def headline(run: Run) -> str:
    """What was put up, what was borrowed, where the trigger is, and what happened: in dollars."""
    s, end = run.scenario, run.settlement
    capital, borrowed, position = formats.short_moneys(s.capital, s.borrowed, s.notional)
    if s.side is Side.SHORT:
        key = "opening_short"
    else:
        key = "opening_long" if s.borrowed > 0 else "opening_long_unborrowed"
    parts = [say(WORDS[key], capital=capital, borrowed=borrowed, position=position)]
    if s.wallet:
        parts.append(say(WORDS["wallet"], wallet=formats.short_money(s.wallet)))
    parts.append(
        say(
            WORDS[f"{_trigger_key(run)}_{s.side}"],
            distance=formats.percent(abs(s.liquidation_price / s.entry_price - 1)),
            liquidation_price=formats.trigger(s.liquidation_price),
        )
    )
    parts.append(_outcome(run))
    if run.is_liquidated and not np.isnan(s.stop_price):
        key = "stop_jumped" if run.is_stop_jumped else "stop_overtaken"
        parts.append(say(WORDS[key], stop=formats.trigger(s.stop_price)))
    held = float(run.columns["equity_if_held"][-1])
    if run.is_liquidated and run.has_turned and held > max(end.equity_at_fill, end.returned) + 0.005:
        parts.append(say(WORDS["too_late"], held=formats.short_money(held)))
    return " ".join(parts)


def _outcome(run: Run) -> str:
    end = run.settlement
    blanks = {
        "when": at_when(run),
        "fill": formats.trigger(end.fill_price),
        "returned": formats.short_money(end.returned),
        "kept": formats.short_money(end.kept),
        "paid_in": formats.short_money(end.paid_in),
        "shortfall": formats.short_money(end.shortfall),
        "worst": formats.trigger(run.worst_price),
    }
    if end.outcome is Outcome.STOPPED:
        return say(WORDS["stopped"], **blanks)
    if end.outcome is Outcome.LIQUIDATED:
        key = "liquidated_moved" if run.is_trigger_moved else "liquidated"
        rest = WORDS[f"rest_{_keeper(run)}"].format(**blanks)
        return say(WORDS[f"{key}_shortfall" if end.shortfall else key], rest=rest, **blanks)
    if _trigger_key(run) == "no_trigger":
        return say(WORDS["ended"], **blanks)
    if run.is_trigger_moved:
        return say(WORDS["survived_moved"], **blanks)
    if run.worst_price == run.scenario.entry_price:
        return say(WORDS["survived_unhurt"], **blanks)
    return say(WORDS["survived" if end.returned < end.paid_in else "survived_gain"], **blanks)


def _keeper(run: Run) -> str:
    """Who gets what a forced close and its fees leave; ``nothing`` if not a cent is left."""
    end = run.settlement
    if not to_cents(end.returned + end.kept):
        return "nothing"
    return "fund" if end.kept else "trader"


def _trigger_key(run: Run) -> str:
    if not np.isnan(run.scenario.liquidation_price):
        return "trigger"
    return "no_trigger" if np.isnan(run.columns["liquidation_price"]).all() else "late_trigger"


def moment(run: Run) -> str:
    """The callout at the closing step; empty while the position is open."""
    if not run.is_closed:
        return ""
    end = run.settlement
    key = "moment_shortfall" if end.shortfall > 0 else f"moment_{end.outcome}"
    if end.kept:
        key = "moment_kept"
    return WORDS[key].format(
        when=at_when(run),
        fill=formats.price(end.fill_price),
        returned=formats.money(end.returned),
        kept=formats.money(end.kept),
        paid_in=formats.money(end.paid_in),
        shortfall=formats.money(end.shortfall),
    )


def alt(run: Run, headline: str) -> str:
    """What the linked figure shows, with its result."""
    return WORDS["alt"].format(steps=len(run.columns["hours"]) - 1, summary=unmarked(headline))


def playback(run: Run) -> dict[str, Any]:
    """What the browser shows at each step, every number already a text."""
    s, end, steps = run.scenario, run.settlement, charts.drawn_steps(run)
    state = [CODES[code] for code in steps["state"].tolist()]
    dates = steps["time"].dtype.kind == "M"
    times = steps["time"].tolist()
    named = WORDS["row_step"]
    rows = [
        [formats.date(t) for t in times] if dates else [named.format(step=str(t)) for t in times],
        formats.price_texts(steps["mark"]),
        formats.money_texts(steps["assets"]),
        formats.money_texts(steps["debt"]),
        formats.money_texts(np.where(np.isnan(steps["equity"]), end.returned, steps["equity"])),
        formats.money_texts(steps["maintenance_margin"]),
        _triggers(steps["liquidation_price"], s.entry_price),
    ]
    open_text = "step_open" if s.side is Side.LONG else "step_short"
    texts = {"liquidated": "step_liquidated", "stopped": "step_stopped", "closed": "step_closed"}
    return {
        "x": [str(t) for t in times] if dates else times,
        "rows": rows,
        "rest": WORDS["at_rest"],
        "template": WORDS[open_text].replace("{{", "{").replace("}}", "}"),
        "templates": {key: WORDS[text].replace("{{", "{").replace("}}", "}") for key, text in texts.items()},
        "figures": _figures(run, state[-1]),
        "states": state,
        "state_labels": states(),
        "closed": int(np.searchsorted(steps["step"], end.step)) if run.is_closed else -1,
    }


def _figures(run: Run, state: str) -> list[dict[str, Any]]:
    """The numbers beside the sentence: what each says at rest, and the column it takes its steps from."""
    s, end = run.scenario, run.settlement
    left = formats.money(end.returned)
    if end.returned <= end.paid_in:
        left = WORDS["left_of"].format(left=left, paid_in=formats.short_money(end.paid_in))
    line, debt = (float(run.columns[name][end.step]) for name in ("liquidation_price", "debt"))
    return [
        {
            # What a short owes moves with the price.
            "label": WORDS["figure_borrowed" if s.side is Side.LONG else "figure_owed"],
            "rest": _way(s.borrowed, s.borrowed if s.side is Side.LONG else debt),
            "column": COLUMNS.index("debt"),
        },
        {
            "label": WORDS["figure_trigger"],
            "rest": _trigger_way(s.liquidation_price, line, s.entry_price),
            "column": COLUMNS.index("trigger"),
        },
        {"label": WORDS["figure_left"], "rest": left, "column": COLUMNS.index("equity")},
        {
            "label": WORDS["figure_state"],
            "rest": state if not run.is_closed else str(end.outcome),
            "column": "state",
        },
    ]


def has_moved(first: float, last: float) -> bool:
    """Whether two triggers differ as they are shown."""
    return formats.trigger(first) != formats.trigger(last)


def _way(first: float, last: float) -> str:
    """An amount of money, and what becomes of it."""
    ends = formats.money(first), formats.money(last)
    return ends[0] if ends[0] == ends[1] else " → ".join(ends)


def _trigger_way(first: float, last: float, entry: float) -> str:
    """A trigger with its distance, or where it starts and ends if it moves on the way."""
    if not has_moved(first, last):
        return _trigger(first, entry)
    return " → ".join(WORDS["none"] if np.isnan(line) else formats.trigger(line) for line in (first, last))


def _triggers(array: Any, entry: float) -> list[str]:
    """`_trigger` of every element; a line that stands still is put into words once."""
    if np.isnan(array).all() or np.ptp(array) == 0:
        return [_trigger(float(array[0]), entry)] * len(array)
    return [_trigger(line, entry) for line in array.tolist()]


def _trigger(line: float, entry: float) -> str:
    if np.isnan(line):
        return formats.no_trigger()
    return f"{formats.trigger(line)} ({formats.percent(line / entry - 1, signed=True)})"


def events(run: Run) -> list[tuple[str, str, str]]:
    """The event log: when, at which price, what happened."""
    rows = []
    log = run.events
    for step, kind, price, own in zip(log["step"], log["kind"], log["price"], log["equity"], strict=True):
        key = f"event_{kind}"
        if kind == "liquidated" and run.settlement.shortfall:
            key += "_shortfall"
        if kind == "settled" and run.settlement.kept:
            key += "_kept"
        what = WORDS[key].format(equity=formats.money(own), kept=formats.money(run.settlement.kept))
        rows.append((when(run, step, "row"), formats.price(price), what))
    return rows


@dataclass(frozen=True, slots=True)
class Account:
    """The waterfall's bars: names, signed amounts, and what kind each is."""

    names: list[str]
    amounts: list[float]
    kinds: list[str]


def account(run: Run, fund: float = 0.0) -> Account:
    """Where the money went, from the money put in to the money left, in cents that add up.

    An insurance fund, if there is one, pays of a shortfall what it can.
    """
    bars, lines = [], statement(run.settlement)
    if fund:
        paid = float(fund_share(lines["shortfall"], fund))
        rest = {"others": lines.pop("shortfall") - paid, "returned": lines.pop("returned")}
        lines |= {"fund": paid} | rest
    for item, amount in lines.items():
        ends = item in ("paid_in", "returned")
        if not ends and amount == 0:
            continue
        kind = KINDS.get(item, "gain" if amount > 0 else "change")
        name = f"item_{item}"
        if item == "price_result":
            name += "_loss" if amount < 0 else "_gain"
        elif item == "returned":
            name += "_closed" if run.is_closed else "_open"
        bars.append((WORDS[name], amount, kind))
    names, amounts, kinds = (list(column) for column in zip(*bars, strict=True))
    return Account(names, amounts, kinds)


def alt_waterfall(bars: Account) -> str:
    """The waterfall in words."""
    lines = "; ".join(
        f"{n}: {formats.money(a, cents=True)}" for n, a in zip(bars.names, bars.amounts, strict=True)
    )
    return WORDS["alt_waterfall"].format(lines=lines)


def parties(run: Run) -> list[tuple[str, str]]:
    """Who gained and who lost; the amounts add up to zero."""
    names = {party: WORDS[f"party_{party}"] for party in ledger_in_cents(run.settlement)}
    if run.settlement.kept:
        names["insurance_fund"] = WORDS["party_insurance_fund_kept"]
    return [
        (names[party], formats.money(amount, cents=True))
        for party, amount in ledger_in_cents(run.settlement).items()
        if amount
    ]


def money_sentence(run: Run) -> str:
    """The waterfall's point in words."""
    end = run.settlement
    assets, debt = (float(run.columns[name][end.step]) for name in ("assets", "debt"))
    beside = assets - end.notional
    key = str(end.outcome)
    if end.shortfall > 0:
        key = "shortfall"
    elif key == "liquidated" and run.scenario.side is Side.SHORT:
        key = "liquidated_short"
    elif key == "liquidated" and beside >= 0.005:
        key = "liquidated_beside"
    rest = WORDS[f"money_to_{_keeper(run)}"] if key.startswith("liquidated") else ""
    return say(
        f"{WORDS[f'money_{key}']} {rest}".rstrip(),
        returned=formats.money(end.returned, cents=True),
        kept=formats.money(end.kept, cents=True),
        proceeds=formats.money(end.notional, cents=True),
        beside=formats.money(beside, cents=True),
        repaid=formats.money(debt, cents=True),
        equity=formats.money(end.equity_at_fill, cents=True),
        paid_in=formats.money(end.paid_in, cents=True),
        shortfall=formats.money(end.shortfall, cents=True),
    )


def assumptions() -> str:
    """What is and what is not modelled."""
    return say(
        WORDS["assumptions"],
        classroom=formats.percent(rule_values(Rules.CLASSROOM)["maintenance_rate"]),
        simple=formats.percent(rule_values(Rules.SIMPLE)["maintenance_rate"]),
    )


def table(run: Run) -> pd.DataFrame:
    """The figure as a table: one row a drawn step."""
    steps = charts.drawn_steps(run)
    names = {key: f"{icon} {word}" for key, (icon, word) in states().items()}
    return pd.DataFrame(
        {
            WORDS["table_step"]: [when(run, i, "row") for i in steps["step"].tolist()],
            WORDS["table_price"]: formats.price_texts(steps["mark"]),
            WORDS["table_hold"]: formats.money_texts(steps["assets"]),
            WORDS["table_owed"]: formats.money_texts(steps["debt"]),
            WORDS["table_yours"]: formats.money_texts(steps["equity"]),
            WORDS["table_required"]: formats.money_texts(steps["maintenance_margin"]),
            WORDS["table_trigger"]: [formats.trigger(line) for line in steps["liquidation_price"]],
            WORDS["table_state"]: [names[CODES[code]] for code in steps["state"].tolist()],
        }
    )
