"""The odds page: how much leverage is sensible, if the growth of the price were known. No Streamlit."""

from dataclasses import dataclass
from functools import cached_property
from math import isnan
from typing import Any, Final

import numpy as np

from engine.margin.scenario import Scenario
from engine.odds import counted
from engine.odds.growth import (
    Sensible,
    best_steady_leverage,
    ever_falls_to,
    growth_by_leverage,
    sensible_leverage,
)
from pages.lab.odds.odds_map import LOW_HEIGHT, Outlook, people
from pages.shared import formats
from pages.shared.drawing import theme
from pages.shared.drawing.charts import base_axis, base_layout, line_trace
from pages.shared.drawing.labels import SMALL, Dict, text_label
from pages.shared.drawing.sketch import dot
from pages.shared.words import plain, read, say, unmarked

WORDS = read("odds")
BELIEFS: Final = (0.0, 0.1, 0.3, 0.6)  # change of the price in a year, in favour of the position
ASIDE: Final = (1, 4, 9)  # times what is posted
HEIGHT: Final = LOW_HEIGHT + 60
START: Final = 100.0  # dollars
HUGE: Final = 1_000.0  # beyond it no number is told
POINTS: Final = 121
# The picture reaches from the gain at the peak to so many times as much below the start.
DEPTH: Final = 3.0


@dataclass(frozen=True)
class Growth:
    """A position that is opened again and again, by somebody who believes in a growth of its price."""

    outlook: Outlook
    belief: float
    times_aside: int

    @cached_property
    def sensible(self) -> Sensible:
        """Leverages of the peak and of the end of all gain."""
        s, days, volatility = self._position
        return sensible_leverage(s, days, volatility, self._drift, self._aside)

    # --- sentences -------------------------------------------------------------------------------

    def text(self) -> str:
        """What is played."""
        capital, aside = formats.short_moneys(self.outlook.scenario.capital, self._aside)
        days = formats.duration(24 * self.outlook.days)
        return say(WORDS["growth_text"], capital=capital, aside=aside, days=days, start=start())

    @cached_property
    def sentence(self) -> str:
        """The peak, the half of it, the end, and where yours is."""
        leverage = self.outlook.scenario.leverage
        yours = {
            "start": start(),
            "leverage": formats.multiple(leverage),
            "money": _money(self._typical(leverage)),
            "ended": self._ended(leverage),
            "days": formats.duration(24 * self.outlook.days),
        }
        last = say(WORDS["growth_yours"], **yours)
        best, end = self.sensible
        if not best:
            return f"{say(WORDS['growth_none'])} {last}"
        kelly = abs(float(best_steady_leverage(self._drift, self.outlook.volatility)))
        blanks = {
            "start": start(),
            "best": _multiple(best),
            "money": _money(self._typical(best)),
            "market": formats.short_money(round(START * best / (1 + self.times_aside))),
            "half_money": _money(self._typical(best / 2)),
            "kelly": formats.short_money(round(START * kelly)),
        }
        shrinks = "" if isnan(end) else f"{say(WORDS['growth_shrink'], end=_multiple(end))} "
        return f"{say(WORDS['growth_best'], **blanks)} {shrinks}{last}"

    def rows(self) -> list[tuple[str, str, str]]:
        """A row a mark: its leverage, what money becomes there, how many are liquidated."""
        return [
            (f"{WORDS[f'growth_{name}']}: {_multiple(x)}", _money(self._typical(x)), self._ended(x))
            for name, x in self._marks()
        ]

    # --- picture ---------------------------------------------------------------------------------

    def picture(self) -> tuple[Dict, str]:
        """What $100 typically become, by leverage, and the same in words."""
        across, up = self._window()
        x = np.linspace(0.0, across, POINTS)
        y = self._height(x)
        traces = [
            line_trace([0.0, across], [START] * 2, theme.MUTED, name="start", line={"dash": "dot"}),
            line_trace(x, np.where(y < up[0], np.nan, y), theme.EQUITY, name="growth", line={"width": 2.5}),
        ]
        marks = self._marks()[:-1]
        traces += [
            dot(place, self._height(place), theme.EQUITY, is_open=name != "peak", name=name)
            for name, place in marks
        ]
        mine, word = self._yours(across, up)
        shrinking = self._shrinking(across)
        layout = {
            **base_layout(HEIGHT, {"l": 56, "r": 12, "t": 12, "b": 44}),
            "xaxis": {**base_axis(WORDS["axis_growth_leverage"]), "range": [0, across], "fixedrange": True},
            "yaxis": {
                **base_axis(WORDS["axis_growth"].format(start=start())),
                "range": up,
                "fixedrange": True,
            },
            "annotations": [*(told for _, told in shrinking), *(self._named(*m) for m in marks), word],
            "shapes": [ground for ground, _ in shrinking],
            "hovermode": False,
            "dragmode": False,
        }
        points = ", ".join(
            WORDS["growth_point"].format(leverage=_multiple(place), money=_money(self._typical(place)))
            for place in x[15::15]
        )
        told = plain(WORDS["growth_alt"], start=start(), points=points, sentence=unmarked(self.sentence))
        return {"data": [*traces, *mine], "layout": layout}, told

    def _window(self) -> tuple[float, list[float]]:
        """How far the picture reaches to the right, and from where to where up."""
        best, end = self.sensible
        if not best:
            return 1.2 * self.outlook.scenario.leverage, [0.0, 1.2 * START]
        gain = max(min(self._typical(best), HUGE) - START, 0.01)
        return 1.5 * (best if isnan(end) else end), [max(START - DEPTH * gain, 0.0), START + 1.6 * gain]

    def _named(self, name: str, leverage: float) -> Dict:
        """The words of a mark of the curve."""
        told = f"{WORDS[f'growth_{name}']}: <b>{_multiple(leverage)}</b>"
        return _word(told, leverage, self._height(leverage), theme.EQUITY_TEXT, **BESIDE[name])

    def _yours(self, across: float, up: list[float]) -> tuple[list[Dict], Dict]:
        """The reader's own leverage, its words at the bottom; beyond the picture an arrow says which way."""
        leverage = self.outlook.scenario.leverage
        value = self._height(leverage)
        x, y = min(leverage, across), min(max(value, up[0]), up[1])
        arrows = ("→" if leverage > across else "") + ("↓" if value < up[0] else "")
        told = f"{WORDS['growth_mine']}: <b>{_multiple(leverage)}</b> {arrows}".rstrip()
        side = {"xanchor": "left", "xshift": 4} if x < across / 2 else {"xanchor": "right", "xshift": -4}
        plumb = line_trace([x, x], [up[0], y], theme.INK, name="plumb", line={"width": 1, "dash": "dot"})
        ring = dot(x, y, theme.INK, is_open=True, name="mine")
        return [plumb, ring], _word(told, x, up[0], theme.INK, yanchor="bottom", yshift=2, **side)

    def _shrinking(self, across: float) -> list[tuple[Dict, Dict]]:
        """The ground on which money shrinks and its words; none where no open leverage does that."""
        end = self.sensible.end
        if isnan(end):
            return []
        ground = {"type": "rect", "xref": "x", "yref": "paper", "y0": 0, "y1": 1, "layer": "below"}
        ground |= {"x0": end, "x1": across, "fillcolor": theme.CLOSED_FILL, "line": {"width": 0}}
        place = {"yref": "paper", "xanchor": "center", "yanchor": "top"}
        word = _word(WORDS["growth_shrinks"], (end + across) / 2, 1.0, theme.MUTED, **place)
        return [(ground, {key: value for key, value in word.items() if key != "bgcolor"})]

    # --- numbers ---------------------------------------------------------------------------------

    @property
    def _position(self) -> tuple[Scenario, int, float]:
        return self.outlook.scenario, self.outlook.days, self.outlook.volatility

    @property
    def _aside(self) -> float:
        return self.times_aside * self.outlook.scenario.capital

    @property
    def _drift(self) -> float:
        return float(np.log1p(self.outlook.scenario.side.sign * self.belief))

    def _typical(self, leverages: Any) -> Any:
        """Dollars that $100 typically become in a year, at one leverage or many."""
        s, days, volatility = self._position
        many = np.atleast_1d(np.asarray(leverages, dtype=float))
        found = growth_by_leverage(s, many, days, volatility, self._drift, self._aside)
        money = START * np.exp(np.minimum(found, 50.0))
        return money if np.ndim(leverages) else float(money[0])

    def _height(self, leverages: Any) -> Any:
        """The same as far as it is drawn."""
        return np.minimum(self._typical(leverages), HUGE)

    def _ended(self, leverage: float) -> str:
        s, days, volatility = self._position
        return people(float(counted.by_leverage(s, [leverage], [days], volatility, self._drift)[0, 0]))

    def _marks(self) -> list[tuple[str, float]]:
        best, end = self.sensible
        found = [("half", best / 2), ("peak", best)] if best else []
        found += [("end", end)] if best and not isnan(end) else []
        return [*found, ("mine", self.outlook.scenario.leverage)]


def columns() -> list[str]:
    """What stands above the rows."""
    names = ("where", "typical", "liquidated")
    return [WORDS[f"column_{name}"].format(start=start()) for name in names]


def start() -> str:
    """The money that is followed for a year."""
    return formats.short_money(START)


def warning() -> str:
    """Nobody knows the growth, and what a smaller bet spares."""
    half, best = (people(float(ever_falls_to(0.5, of_best))) for of_best in (0.5, 1.0))
    return say(WORDS["growth_warning"], half=half, best=best)


def belief_name(belief: float) -> str:
    """A growth a year, as a choice."""
    return formats.field_text(belief, "percent") if belief else WORDS["growth_nothing"]


def aside_name(times: int) -> str:
    """How much is kept aside, as a choice."""
    return WORDS["growth_as_much"] if times == 1 else WORDS["growth_times"].format(times=times)


# Where the words of a mark stand.
BESIDE: Final = {
    "half": {"xanchor": "left", "yanchor": "top", "yshift": -6},
    "peak": {"xanchor": "center", "yanchor": "bottom", "yshift": 8},
    "end": {"xanchor": "left", "yanchor": "bottom", "yshift": 4},
}


def _word(text: str, x: float, y: float, ink: str, **place: Any) -> Dict:
    """Words on a drawing."""
    word = text_label(text, x, y, ink, bgcolor=theme.PAPER_FILL, borderpad=1, **place)
    word["font"]["size"] = SMALL + 1
    return word


def _multiple(leverage: float) -> str:
    """Two digits: a peak is not known better."""
    return formats.multiple(float(f"{leverage:.2g}")) if leverage < 10 else formats.multiple(round(leverage))


def _money(dollars: float) -> str:
    if dollars > HUGE:
        return WORDS["growth_huge"].format(money=formats.short_money(HUGE))
    return formats.short_money(round(dollars)) if dollars >= 1 else _little()


def _little() -> str:
    return WORDS["growth_little"].format(money=formats.short_money(1.0))
