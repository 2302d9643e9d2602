"""Nothing moved and I was liquidated: what the lesson asks."""

from math import ceil

from engine.facts import Amount, facts
from engine.margin import costs
from engine.margin.derived import allowed, changed, with_leverage
from engine.margin.rules import Rules, rule_values
from engine.margin.scenario import Scenario
from engine.questions import Numeric, Quiz, known, money, multiple, numeric, percent, plain
from pages.lessons.example import BARE, CUSHIONED
from pages.shared.drawing.still import Ground
from pages.shared.words import read

WORDS = read("waiting")

MONTH_DAYS = 30


def quiz() -> Quiz:
    """How long a position lives on a price that stands still, and what opening and closing costs."""
    s = allowed(changed(CUSHIONED, funding_rate=rule_values(Rules.REALISTIC)["funding_rate"]))
    charged = known(s, "capital", "leverage", "position", "cost_per_day") | {
        "funding_rate": percent(s.funding_rate),
        "hours": plain(s.funding_interval_hours),
    }
    low, high = _fees("fees_10", s), _fees("fees_50", with_leverage(BARE, 50.0))
    checks = (_month(charged, s), _day(charged, s, near=1.0), low, high)
    return Quiz((_day(charged, s, near=5.0),), checks, charged | _prose(s))


def ground(quiz: Quiz) -> Ground:
    """A price that stays where it is; the day of the sale is to be pointed at."""
    calm = (BARE.entry_price,) * 5
    return Ground("plain", 0.0, 400.0, 1.0, start=0.0, kind="when", path=calm, title=WORDS["still_day"])


def _per_day(s: Scenario) -> float:
    return facts(s, 0.0)["cost_per_day"].value


def _month(charged: dict[str, Amount], s: Scenario) -> Numeric:
    per_day = _per_day(s)
    return numeric(
        "month",
        charged | {"days": plain(float(MONTH_DAYS))},
        money(MONTH_DAYS * per_day),
        {
            "rate_on_own": MONTH_DAYS * per_day * s.capital / s.notional,
            "once_a_day": MONTH_DAYS * s.funding_rate * s.notional,
            "one_day": per_day,
        },
    )


def _day(charged: dict[str, Amount], s: Scenario, near: float) -> Numeric:
    """The day on which costs have brought what is one's own down to the requirement."""
    per_day = _per_day(s)
    room = s.capital - s.requirement
    return numeric(
        "day",
        charged | known(s, "rate", "requirement"),
        facts(s, 0.0)["day"],
        {
            "all_used_up": float(ceil(s.capital / per_day)),
            "once_a_day": float(ceil(room / (s.funding_rate * s.notional))),
            "rate_on_own": float(ceil(room / (per_day * s.capital / s.notional))),
        },
        near,
    )


def _fees(name: str, s: Scenario) -> Numeric:
    """What opening and closing at the same price cost, as a share of one's own money."""
    fee_rate = 0.0005
    once = float(costs.trading_fee(s.notional, fee_rate)) / s.capital
    return numeric(
        name,
        known(s, "capital", "leverage", "position") | {"fee_rate": percent(fee_rate)},
        percent(2 * once),
        {"one_way": once, "rate_on_own": 2 * fee_rate},
    )


def _prose(s: Scenario) -> dict[str, Amount]:
    dear = facts(allowed(changed(s, funding_rate=5 * s.funding_rate)), 0.0)
    return known(s, "requirement", "rate") | {
        "room": money(s.capital - s.requirement),
        "month_share": percent(MONTH_DAYS * _per_day(s) / s.capital),
        "dear_cost": dear["cost_per_day"],
        "dear_day": dear["day"],
        "half": multiple(s.leverage / 2),
        "half_day": facts(with_leverage(s, s.leverage / 2), 0.0)["day"],
    }
