"""The other direction: what the lesson asks, and its picture."""

from math import isfinite, isnan

from engine.facts import Amount, facts
from engine.margin.derived import allowed, changed, with_leverage
from engine.margin.scenario import Scenario, Side
from engine.questions import Choice, Numeric, Quiz, choice, known, numeric, percent, price
from pages.lessons.example import CUSHIONED, frozen_trigger, room
from pages.shared import formats
from pages.shared.drawing import theme
from pages.shared.drawing.charts import line_trace
from pages.shared.drawing.labels import Dict, Range, text_label
from pages.shared.drawing.sketch import Picture, block, compose, fixed, hidden
from pages.shared.drawing.still import Ground, Line
from pages.shared.words import amount, read

WORDS = read("short")

LOW_HEIGHT = 240
BARS = {Side.LONG: (0.6, 0.78), Side.SHORT: (0.1, 0.28)}  # of the height

# --- questions -----------------------------------------------------------------------------------


def quiz() -> Quiz:
    """Which direction leaves more room, and where a short is closed."""
    long, short = CUSHIONED, allowed(changed(CUSHIONED, side=Side.SHORT))
    room_long, room_short = room(long), room(short)
    more_room = choice(
        "more_room",
        known(long, "capital", "leverage", "entry", "rate"),
        {"long": room_long > room_short, "short": room_long < room_short, "same": room_long == room_short},
    )
    mirrored = {"mirror": short.entry_price * (1 + room_long), "wrong_way": long.liquidation_price}
    single = with_leverage(short, 1.0)
    near_end = {"rate_of_bankruptcy": single.bankruptcy_price * (1 - single.maintenance_rate)}
    checks = (
        _trigger("short_10", short, mirrored),
        _trigger("short_1", single, near_end),
        _long_1(with_leverage(long, 1.0)),
    )
    return Quiz((more_room,), checks, _prose(long, short))


def ground(quiz: Quiz) -> Ground:
    """The price at which both begin; nothing to be drawn, a side is chosen."""
    entry = quiz.guesses[0].given["entry"]
    line = Line(entry.value, WORDS["still_both"].format(price=amount(entry)))
    return Ground(
        "price", 80.0, 120.0, 1.0, start=entry.value, lines=(line,), title=WORDS["axis_price"], marks=0
    )


def _trigger(name: str, s: Scenario, more: dict[str, float]) -> Numeric:
    return numeric(
        name,
        known(s, "capital", "leverage", "entry", "rate"),
        price(s.liquidation_price),
        {"one_over_leverage": s.bankruptcy_price, "requirement_at_entry": frozen_trigger(s)} | more,
    )


def _long_1(unborrowed: Scenario) -> Choice:
    trigger = unborrowed.liquidation_price
    return choice(
        "long_1",
        known(unborrowed, "capital", "leverage", "entry", "rate"),
        {"none": isnan(trigger), "zero": trigger == 0, "fifty": trigger == unborrowed.entry_price / 2},
    )


def _prose(long: Scenario, short: Scenario) -> dict[str, Amount]:
    return known(long, "position") | {
        "trigger_long": price(long.liquidation_price),
        "trigger_short": price(short.liquidation_price),
        "room_long": percent(room(long)),
        "room_short": percent(room(short)),
        "bankruptcy_long": price(long.bankruptcy_price),
        "bankruptcy_short": price(short.bankruptcy_price),
    }


# --- picture -------------------------------------------------------------------------------------


def picture(scenario: Scenario) -> Picture:
    """How far a long and a short of the same leverage are from their triggers."""
    entry = scenario.entry_price
    said = facts(scenario, 0.0)
    triggers = {side: said[f"trigger_{side}"].value for side in Side}
    # A long without a trigger has all the room there is.
    edges = {side: trigger if isfinite(trigger) else 0.0 for side, trigger in triggers.items()}
    reach = 1.08 * max(abs(edge - entry) for edge in edges.values())
    traces = [line_trace([entry, entry], [0.0, 1.0], theme.MUTED, name="entry")]
    for side, bar in BARS.items():
        traces += _room(side, entry, triggers[side], bar)
    axes = {
        "xaxis": fixed(WORDS["axis_price"], range=[entry - reach, entry + reach]),
        "yaxis": hidden(range=[0, 1]),
    }

    def words(narrow: bool) -> list[Dict]:
        top = {"yref": "paper", "yanchor": "bottom", "xanchor": "center"}
        labels = [
            text_label(
                WORDS["picture_entry"].format(price=formats.trigger(entry)), entry, 1, theme.MUTED, **top
            )
        ]
        for side, trigger in triggers.items():
            labels += _told(scenario, side, trigger, narrow)
        return labels

    return compose(traces, axes, words, margin={"l": 12, "r": 12, "t": 26, "b": 44}, height=LOW_HEIGHT)


def _room(side: Side, entry: float, trigger: float, bar: Range) -> list[Dict]:
    """The way from the entry to the trigger."""
    edge = trigger if isfinite(trigger) else 0.0
    way = block((edge, entry), bar, theme.EQUITY_FILL, theme.EQUITY)
    if isnan(trigger):
        way["line"]["dash"] = "dash"
        return [way | {"name": str(side)}]
    tall = [bar[0] - 0.03, bar[1] + 0.03]
    return [
        way | {"name": str(side)},
        line_trace([edge] * 2, tall, theme.LIQUIDATION, line={"width": 4}),
    ]


def _told(scenario: Scenario, side: Side, trigger: float, narrow: bool) -> list[Dict]:
    entry, (low, high) = scenario.entry_price, BARS[side]
    toward, away = ("right", "left") if side is Side.LONG else ("left", "right")
    key = ("picture_trigger_narrow" if narrow else "picture_trigger") if isfinite(trigger) else "picture_none"
    told = WORDS[key].format(
        price=formats.trigger(trigger), distance=formats.percent(trigger / entry - 1, signed=True)
    )
    over = {"xanchor": toward, "yanchor": "bottom", "yshift": 8}
    name = WORDS[f"picture_{side}"].format(leverage=formats.multiple(scenario.leverage))
    return [
        text_label(told, entry, high, theme.LIQUIDATION_TEXT, **over) | _apart(toward),
        text_label(name, entry, (low + high) / 2, theme.INK, xanchor=away) | _apart(away),
    ]


def _apart(anchor: str) -> Dict:
    return {"xshift": -8 if anchor == "right" else 8}
