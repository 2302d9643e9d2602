"""Why does the lender act early? What the lesson asks, and its picture."""

from collections.abc import Mapping
from math import isfinite, isnan, nan
from typing import Any, NamedTuple

import numpy as np

from engine.facts import Amount
from engine.margin import risk
from engine.margin.derived import allowed, changed
from engine.margin.scenario import Scenario
from engine.questions import Numeric, Quiz, known, money, multiple, numeric, percent, price
from pages.lessons.example import BARE, CUSHIONED, NEAR_PRICE, equity, frozen_trigger, room
from pages.shared import formats
from pages.shared.drawing import theme
from pages.shared.drawing.charts import area_trace, line_trace
from pages.shared.drawing.labels import LABEL_GAP, Dict, text_label
from pages.shared.drawing.sketch import HEIGHT, Picture, compose, dot, fixed
from pages.shared.drawing.still import Ground, Line
from pages.shared.words import amount, read

WORDS = read("why_early")

MARGIN = {"l": 56, "r": 12, "t": 6, "b": 44}
# The longest words on top of a vertical line, of the width of the plot: on a phone, and elsewhere.
WIDTH, WIDTH_WIDE = 0.46, 0.25

# --- questions -----------------------------------------------------------------------------------


def quiz() -> Quiz:
    """Where the platform acts, and what is left there."""
    s = CUSHIONED
    trigger, end = s.liquidation_price, s.bankruptcy_price
    asked = known(s, "capital", "leverage", "entry", "rate")
    too_late = {"one_over_leverage": end, "cushion_below": end / (1 + s.maintenance_rate)}
    guess = numeric(
        "trigger",
        asked,
        price(trigger),
        too_late | {"wrong_way": 2 * s.entry_price - trigger},
        NEAR_PRICE,
    )
    check = numeric(
        "trigger",
        asked,
        price(trigger),
        too_late
        | {
            "requirement_at_entry": frozen_trigger(s),
            "rate_of_bankruptcy": end * (1 + s.maintenance_rate),
        },
    )
    return Quiz((guess,), (check, _equity_at_trigger(s, asked), _call_25(), _at_entry()), _prose(s))


def ground(quiz: Quiz) -> Ground:
    """The entry, and where the money is gone; where the platform acts is a level to be drawn."""
    entry = Line(CUSHIONED.entry_price, WORDS["still_entry"].format(price=_price(CUSHIONED.entry_price)))
    gone = Line(
        CUSHIONED.bankruptcy_price,
        WORDS["still_gone"].format(price=_price(CUSHIONED.bankruptcy_price)),
        theme.BANKRUPTCY_TEXT,
    )
    return Ground(
        "price",
        85.0,
        105.0,
        0.25,
        start=CUSHIONED.entry_price,
        lines=(entry, gone),
        title=WORDS["axis_price"],
    )


def _price(value: float) -> str:
    return amount(price(value))


def _equity_at_trigger(s: Scenario, asked: dict[str, Amount]) -> Numeric:
    cushion = equity(s, s.liquidation_price)
    return numeric(
        "equity_at_trigger",
        asked | known(s, "trigger"),
        money(cushion),
        {
            "all_lost": 0.0,
            "requirement_at_entry": s.requirement,
            "change_only": s.capital - cushion,
            "rate_of_own": s.maintenance_rate * s.capital,
        },
        # The price is given in whole cents, and every unit held repeats the cent it is rounded by.
        tolerance=0.005 * s.quantity,
    )


def _call_25() -> Numeric:
    initial = 0.5
    s = allowed(changed(BARE, leverage=1 / initial, maintenance_rate=0.25))
    fall = room(s)
    return numeric(
        "call_25",
        {"initial_rate": percent(initial)} | known(s, "rate", "leverage"),
        percent(fall),
        {
            "one_over_leverage": 1 - s.bankruptcy_price / s.entry_price,
            "requirement_at_entry": 1 - frozen_trigger(s) / s.entry_price,
            "falls_to": s.liquidation_price / s.entry_price,
            "wrong_way": -fall,
        },
        tolerance=0.001,
    )


def _at_entry() -> Numeric:
    rate = CUSHIONED.maintenance_rate
    most = float(risk.largest_leverage(0.0, rate))
    return numeric(
        "at_entry",
        known(CUSHIONED, "rate"),
        multiple(most),
        {
            "leverage_as_percent": rate * 100,
            "borrowed_only": most + 1,
            "decimal_slip": float(risk.largest_leverage(0.0, rate * 10)),
        },
    )


def _prose(s: Scenario) -> dict[str, Amount]:
    trigger = s.liquidation_price
    return known(s, "borrowed", "position", "bankruptcy", "distance", "cushion") | {
        "requirement": money(float(risk.maintenance_margin(s.quantity, trigger, s.maintenance_rate))),
        "position_at_trigger": money(float(risk.notional(s.quantity, trigger))),
        "lost": money(s.capital - equity(s, trigger)),
    }


# --- picture -------------------------------------------------------------------------------------


def picture(scenario: Scenario, guess: float = nan) -> Picture:
    """Equity and requirement while the price goes the wrong way, and the lender's cushion.

    Parameters
    ----------
    guess : guessed liquidation price
    """
    fall = _Fall(scenario)
    marks = _marks(fall, guess)
    tops = _tops(fall, marks)
    axes = {
        "xaxis": fixed(WORDS["axis_price"], range=[fall.entry, fall.far], showgrid=False),
        "yaxis": fixed(WORDS["axis_money"], range=fall.extent, zeroline=True, zerolinecolor=theme.AXIS),
    }

    def words(narrow: bool) -> list[Dict]:
        width = WIDTH if narrow else WIDTH_WIDE
        return [*_mark_words(fall, marks, tops, width), *_line_words(fall, marks, narrow), *_end_words(fall)]

    traces = [*_areas(fall), *_lines(fall), *_mark_lines(fall, marks, tops)]
    return compose(traces, axes, words, margin=MARGIN)


class _Mark(NamedTuple):
    """A vertical line: how far on the way of the price, from 0 to 1, its words and their colour."""

    place: float
    told: str
    ink: str


class _Fall:
    """A price on its way from the entry past the bankruptcy price, or to zero if there is none."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario, self.entry = scenario, scenario.entry_price
        self.bankrupt = scenario.bankruptcy_price
        beyond = self.bankrupt + 0.15 * (self.bankrupt - self.entry)
        self.far = max(beyond, 0.0) if isfinite(self.bankrupt) else 0.0
        self.is_at_once = bool(risk.is_liquidatable(scenario.backing, scenario.requirement))
        self.trigger = self.entry if self.is_at_once else scenario.liquidation_price
        self.ends = np.array([self.entry, self.far])
        self.top = float(max(self.own(self.ends).max(), self.asked(self.ends).max()))
        # Below the lines two rows of words, above them two more.
        self.extent = (-0.25 * self.top, 1.3 * self.top)
        self.pixel = (self.extent[1] - self.extent[0]) / (HEIGHT - MARGIN["t"] - MARGIN["b"])

    def own(self, at: Any) -> Any:
        """Equity at a price."""
        return risk.equity(self.scenario.quantity, self.entry, self.scenario.backing, at)

    def asked(self, at: Any) -> Any:
        """Requirement at a price."""
        s = self.scenario
        return s.requirements(s.quantity, at)

    def place(self, at: float) -> float:
        """How far on the way, from 0 to 1."""
        return (at - self.entry) / (self.far - self.entry)

    def price(self, place: float) -> float:
        """The price so far on the way."""
        return self.entry + place * (self.far - self.entry)

    def under(self, start: float, end: float, fill: str) -> Dict:
        """What is one's own between two prices, filled."""
        prices = np.array([start, end])
        return area_trace(prices, self.own(prices), fill, "y", "tozeroy")

    @property
    def free_place(self) -> tuple[float, float]:
        """Where words above the requirement are far from the equity: before the trigger or after it."""
        span = 0.36 * (self.far - self.entry)
        is_late = isfinite(self.trigger) and self.asked(self.entry + span) > 0.4 * self.own(self.entry)
        start = self.trigger if is_late else self.entry
        return start, float(self.asked(np.array([start, start + span])).max())


def _areas(fall: _Fall) -> list[Dict]:
    """What is one's own until the trigger, the cushion after it, and what is owed after that."""
    trigger, bankrupt = fall.trigger, fall.bankrupt
    traces = [fall.under(fall.entry, trigger if isfinite(trigger) else fall.far, theme.EQUITY_FILL)]
    if isfinite(bankrupt):
        hatch = {"shape": "\\", "size": 7, "solidity": 0.15, "fgcolor": theme.LIQUIDATION, "fgopacity": 0.6}
        below = [-4 * fall.pixel] * 2
        traces += [
            fall.under(trigger, bankrupt, theme.CUSHION_FILL) | {"name": "cushion", "fillpattern": hatch},
            fall.under(bankrupt, fall.far, theme.LOSS_FILL),
            line_trace([bankrupt] * 2, [fall.extent[0], fall.top], theme.BANKRUPTCY, name="bankruptcy"),
            line_trace([trigger, bankrupt], below, theme.LIQUIDATION),
        ]
    return traces


def _lines(fall: _Fall) -> list[Dict]:
    traces = [
        line_trace(fall.ends, fall.asked(fall.ends), theme.REQUIREMENT, name="requirement"),
        line_trace(fall.ends, fall.own(fall.ends), theme.EQUITY, name="equity"),
    ]
    if isfinite(fall.trigger):
        traces.append(dot(fall.trigger, float(fall.own(fall.trigger)), theme.LIQUIDATION, is_open=True))
    return traces


def _marks(fall: _Fall, guess: float) -> dict[str, _Mark]:
    """The trigger and the guess, each if there is one."""
    marks = {}
    if isfinite(fall.trigger):
        key = "picture_at_once" if fall.is_at_once else "picture_trigger"
        told = WORDS[key].format(price=formats.trigger(fall.trigger))
        marks["liquidation"] = _Mark(fall.place(fall.trigger), told, theme.LIQUIDATION_TEXT)
    if isfinite(guess):
        place = fall.place(guess)
        told = WORDS["picture_guess"].format(price=formats.trigger(guess))
        told = f"{'← ' * (place < 0)}{told}{' →' * (place > 1)}"
        marks["guess"] = _Mark(min(max(place, 0.0), 1.0), told, theme.INK)
    return marks


def _tops(fall: _Fall, marks: dict[str, _Mark]) -> dict[str, float]:
    """How high each vertical line goes."""
    rows = _rows({name: mark.place for name, mark in marks.items()})
    return {name: fall.extent[1] - LABEL_GAP * (row + 1) * fall.pixel for name, row in rows.items()}


def _mark_lines(fall: _Fall, marks: dict[str, _Mark], tops: dict[str, float]) -> list[Dict]:
    looks = {"guess": (theme.INK, 1.5), "liquidation": (theme.LIQUIDATION, 3)}
    traces = []
    for name, mark in marks.items():
        colour, width = looks[name]
        at = [fall.price(mark.place)] * 2
        traces.append(line_trace(at, [0.0, tops[name]], colour, name=name, line={"width": width}))
    return traces


def _mark_words(fall: _Fall, marks: dict[str, _Mark], tops: dict[str, float], width: float) -> list[Dict]:
    """The words on top of the vertical lines."""
    labels, places = [], [mark.place for mark in marks.values()]
    for name, mark in marks.items():
        side = _side(mark.place, places, width)
        x = fall.entry if side == "edge" else fall.price(mark.place)
        anchor = "left" if side == "edge" else side
        labels.append(text_label(mark.told, x, tops[name], mark.ink, yanchor="bottom", xanchor=anchor))
    return labels


def _line_words(fall: _Fall, marks: dict[str, _Mark], narrow: bool) -> list[Dict]:
    """What the two lines are."""
    labels, s = [], fall.scenario
    if min((mark.place for mark in marks.values()), default=1.0) > 0.35:
        own = WORDS["picture_yours"].format(own=formats.money(s.backing))
        above = {"yanchor": "bottom", "xshift": 3, "yshift": 2}
        labels.append(text_label(own, fall.entry, s.backing, theme.EQUITY_TEXT, **above))
    if s.requirement > 0:
        asks = WORDS["picture_asks_narrow" if narrow else "picture_asks"]
        start, level = fall.free_place
        above = {"yanchor": "bottom", "xshift": 6, "bgcolor": theme.PAPER_FILL, "borderpad": 0}
        labels.append(text_label(asks, start, level + fall.pixel, theme.REQUIREMENT_TEXT, **above))
    return labels


def _end_words(fall: _Fall) -> list[Dict]:
    """The cushion and the end of the money, or that there is neither."""
    labels, bankrupt = [], fall.bankrupt
    if isnan(fall.trigger):
        none, corner = f"<b>{formats.no_trigger()}</b>", {"yanchor": "top", "xanchor": "right"}
        labels.append(text_label(none, fall.far, fall.extent[1], theme.LIQUIDATION_TEXT, **corner))
    if isfinite(bankrupt):
        kept = WORDS["picture_cushion"].format(cushion=formats.money(float(fall.own(fall.trigger))))
        gone = WORDS["picture_bankrupt"].format(price=formats.trigger(bankrupt))
        below = {"xanchor": "right", "yanchor": "top", "xshift": -5}
        labels += [
            text_label(kept, bankrupt, 0.0, theme.LIQUIDATION_TEXT, **below, yshift=-7),
            text_label(gone, bankrupt, 0.0, theme.BANKRUPTCY_TEXT, **below, yshift=-9 - LABEL_GAP),
        ]
    return labels


def _rows(places: Mapping[str, float]) -> dict[str, int]:
    """Row of the words on top of each vertical line, 0 the upper: no line may cross another's words."""
    names = sorted(places, key=places.__getitem__)
    if len(names) == 2 and places[names[1]] >= WIDTH:
        names.reverse()
    return {name: row for row, name in enumerate(names)}


def _side(place: float, places: list[float], width: float) -> str:
    """Where the words on top of a vertical line are anchored; at the left edge if the line is near it."""
    if len(places) == 1:
        return "left" if place < 0.5 else "right"
    if max(places) < WIDTH:
        return "left"
    return "right" if place >= width else "edge"
