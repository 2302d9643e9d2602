"""The liquidation price worked out on screen, line by line, with the learner's own numbers."""

from math import isclose

import numpy as np

from engine.margin import risk
from engine.margin.scenario import Scenario, Side
from engine.market.replay import Run
from pages.shared import formats
from pages.shared.story import has_moved, when
from pages.shared.words import read, say

WORDS = read("story")


def worked_out(run: Run) -> str:
    """The liquidation price worked out line by line with the learner's own numbers."""
    s = run.scenario
    parts = [_backing(s)] if s.backing != s.capital else []
    parts += [_solved(s), _checked(run)]
    last = float(run.columns["liquidation_price"][run.settlement.step])
    if has_moved(s.liquidation_price, last):
        at, line = when(run, run.settlement.step), formats.trigger(last)
        parts.append(say(WORDS["formula_moving"], when=at, last_trigger=line))
    return "\n\n".join(parts)


def _backing(s: Scenario) -> str:
    """What stands behind the position where that is not the capital alone."""
    return say(
        WORDS["formula_backing"],
        backing=formats.money(s.backing, cents=True),
        capital=formats.money(s.capital, cents=True),
        wallet=_part("+", "wallet", s.wallet),
        top_up=_part("+", "top_up", 0.0 if s.top_up_step else s.top_up),
        fee=_part("−", "fee", s.opening_fee),
    )


def _part(sign: str, name: str, amount: float) -> str:
    """A part of what stands behind the position; empty for nothing."""
    told = WORDS[f"formula_{name}"].format(amount=formats.money(amount, cents=True))
    return f" {sign} {told}" if amount else ""


def _solved(s: Scenario) -> str:
    """The lines of the formula, from the position to its two prices."""
    rate, bankrupt = s.required_rate, s.bankruptcy_price
    numerator, denominator = risk.trigger_fraction(s.quantity, s.entry_price, s.backing + s.tier.amount, rate)
    capital, borrowed, position = formats.moneys(s.capital, s.borrowed, s.notional)
    lines = (
        WORDS[f"formula_{s.side}"],
        WORDS[f"formula_required_{s.basis}"],
        WORDS[f"formula_solved_{s.side if s.basis == 'mark' else s.basis}"],
        WORDS[f"formula_bankrupt_{s.side}"],
    )
    return say(
        "\n".join(lines),
        capital=capital,
        borrowed=borrowed,
        position=position,
        leverage=formats.field_text(s.leverage, "multiple"),
        entry=_plain(s.entry_price),
        quantity=_plain(abs(s.quantity)),
        backing=_plain(s.backing),
        rate=_percent(rate),
        rate_plain=_plain(rate),
        less=_term(-s.tier.amount),
        plus=_term(s.tier.amount),
        required=_plain(s.requirement),
        away="−" if s.side is Side.LONG else "+",
        numerator=_plain(s.side.sign * numerator),
        denominator=_plain(s.side.sign * denominator),
        liquidation_price=formats.trigger(s.liquidation_price),
        bankruptcy_price=formats.trigger(bankrupt) if not np.isnan(bankrupt) else WORDS["none"],
    )


def _checked(run: Run) -> str:
    """At the price that was found yours is what is required; or why there is none."""
    s, trigger = run.scenario, run.scenario.liquidation_price
    if np.isnan(trigger):
        never = np.isnan(run.columns["liquidation_price"]).all()
        return say(WORDS["formula_none" if never else "formula_none_yet"])
    own = float(risk.equity(s.quantity, s.entry_price, s.backing, trigger))
    return say(
        WORDS["formula_check"],
        liquidation_price=formats.trigger(trigger),
        equity=formats.money(own, True),
        required=formats.money(float(s.requirements(s.quantity, trigger)), True),
    )


def _plain(number: float) -> str:
    """A factor of the formula, exact enough for its result to come out as shown."""
    return formats.exact(number, digits=12)


def _term(amount: float) -> str:
    """A summand with its sign in front; empty for nothing."""
    return f" {'+' if amount > 0 else formats.MINUS} {_plain(abs(amount))}" if amount else ""


def _percent(rate: float) -> str:
    """A rate as percent, with more than two decimals where the result would not come out otherwise."""
    return formats.percent(rate) if isclose(round(rate, 4), rate) else f"{_plain(rate * 100)}{formats.NBSP}%"
