"""Everybody at once: what the lesson asks."""

from engine import cascade
from engine.facts import Amount
from engine.questions import Numeric, Quiz, numeric, plain, price
from pages.lessons.example import BARE
from pages.shared.drawing import theme
from pages.shared.drawing.still import Ground, Line
from pages.shared.presets import TRIGGERS
from pages.shared.words import amount, read

WORDS = read("together")

# Where bad news brings the price, and by how much each sale lowers it, quote.
SHOCK = 94.5
IMPACT = 2.0


def quiz() -> Quiz:
    """Where the price ends, at the impact of the lesson, at half of it, and after calmer news."""
    impact_2, impact_1 = _impact_2(), _impact_1(IMPACT / 2)
    return Quiz((impact_2,), (impact_2, impact_1, _no_sale(SHOCK + 1)), _prose(impact_1))


def ground(quiz: Quiz) -> Ground:
    """The fall to the bad news and the three triggers; where it ends is a level to be drawn."""
    lines = tuple(
        Line(trigger, WORDS["still_trigger"].format(price=amount(price(trigger))), theme.LIQUIDATION_TEXT)
        for trigger in TRIGGERS
    )
    path = (BARE.entry_price, SHOCK)
    return Ground("price", 80.0, 100.0, 0.5, start=SHOCK, path=path, lines=lines, title=WORDS["still_price"])


def _impact_2() -> Numeric:
    count, ends = len(TRIGGERS), _prices(SHOCK, IMPACT)
    return _chain(
        "impact_2",
        SHOCK,
        IMPACT,
        {
            "nobody": ends[0],
            "first_only": ends[1],
            "two_only": ends[2],
            "from_trigger": _prices(TRIGGERS[0], IMPACT)[count],
        },
    )


def _impact_1(half: float) -> Numeric:
    count, ends = len(TRIGGERS), _prices(SHOCK, half)
    return _chain(
        "impact_1",
        SHOCK,
        half,
        {
            "nobody": ends[0],
            "all_go": ends[count],
            "from_trigger": _prices(TRIGGERS[0], half)[1],
            "at_next": TRIGGERS[1],
        },
    )


def _no_sale(calm: float) -> Numeric:
    count, ends = len(TRIGGERS), _prices(calm, IMPACT)
    likely = {"first_goes": ends[1], "all_go": ends[count], "to_trigger": TRIGGERS[0]}
    return _chain("no_sale", calm, IMPACT, likely)


def _prices(start: float, impact: float) -> list[float]:
    """The price after each number of sales of one unit."""
    depth = cascade.Depth(float(cascade.depth_of_impact(impact)))
    prices: list[float] = depth.after(start, range(len(TRIGGERS) + 1)).tolist()
    return prices


def _chain(name: str, shock: float, impact: float, mistakes: dict[str, float]) -> Numeric:
    """Where the price ends once everybody has been sold whose turn has come."""
    depth = cascade.Depth(float(cascade.depth_of_impact(impact)))
    line = cascade.queue(cascade.one_unit_each(TRIGGERS), depth)
    end = float(cascade.last_prices(line, [shock])["last_price"].iloc[0])
    triggers = {f"trigger_{i}": price(trigger) for i, trigger in enumerate(TRIGGERS, 1)}
    asked = triggers | {"shock": price(shock), "impact": price(impact)}
    return numeric(name, asked, price(end), mistakes)


def _prose(impact_1: Numeric) -> dict[str, Amount]:
    count, ends, entry = len(TRIGGERS), _prices(SHOCK, IMPACT), BARE.entry_price
    tip = max((SHOCK - trigger) / sold for sold, trigger in enumerate(TRIGGERS) if sold)
    return {
        "entry": price(entry),
        "news": price(entry - SHOCK),
        "forced": price(SHOCK - ends[count]),
        "all": plain(float(count)),
        "after_1": price(ends[1]),
        "after_2": price(ends[2]),
        "half": impact_1.given["impact"],
        "end_half": impact_1.answer,
        "calm": price(SHOCK + 1),
        "tip": price(tip),
    }
