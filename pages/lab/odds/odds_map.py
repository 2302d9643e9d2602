"""The odds page in sentences, pictures and rows: how likely, when, and what is left. No Streamlit."""

from dataclasses import dataclass
from functools import cached_property
from math import ceil, isnan, log, nan

import numpy as np

from engine.margin.derived import changed
from engine.margin.scenario import Scenario
from engine.odds import counted, tails
from engine.odds.outlook import final_equity
from engine.odds.simulate import Estimate
from engine.odds.touch_times import median_touch_time, survival_curve
from pages.shared import formats
from pages.shared.drawing import theme
from pages.shared.drawing.charts import base_axis, base_layout, line_trace
from pages.shared.drawing.labels import SMALL, Dict, text_label
from pages.shared.drawing.sketch import Picture
from pages.shared.presets import HORIZON_DAYS, VOLATILITY
from pages.shared.words import plain, read, say

WORDS = read("odds")
LEVERAGES = (2.0, 3.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0)
DAYS = (1, 3, 7, 14, 30, 90, 365)
FEWEST_DAYS = 2  # that can be set
HEIGHT = 400
LOW_HEIGHT = 260
LONGEST_DAYS = 3_650.0
SOON_DAYS = 1 / 1440  # a minute
FAIR = 0.0  # the expected price stays where it is
CLEAR = 0.35  # of a row: the ring and its word stand beside the numbers, not on them
LEAST_VOLATILITY = 0.001  # a price that stands still has no odds


@dataclass(frozen=True)
class Outlook:
    """A position, how long it is held and how wildly its price moves."""

    scenario: Scenario
    days: int
    volatility: float

    @property
    def _market(self) -> Dict:
        return {"drift": FAIR, "volatility": self.volatility}

    @cached_property
    def map(self) -> np.ndarray:
        """Probability of a liquidation by leverage and days; nan = closed at once."""
        return counted.by_leverage(self.scenario, LEVERAGES, DAYS, self.volatility, FAIR)

    @cached_property
    def half_days(self) -> float:
        """Days after which half of the positions are gone; ``inf`` = never."""
        s = self.scenario
        years = median_touch_time(s.entry_price, s.liquidation_price, **self._market)
        return float(years) * counted.DAYS_PER_YEAR

    # --- sentences -------------------------------------------------------------------------------

    def sentence(self) -> str:
        """How likely, and by when."""
        s = self.scenario
        if isnan(s.liquidation_price):
            return say(WORDS["none"])
        if self.volatility <= LEAST_VOLATILITY:
            return say(WORDS["still"])
        ask = (s, self.days, self.volatility, FAIR)
        return say(
            WORDS["sentence"],
            side=WORDS[f"side_{s.side}"],
            leverage=formats.multiple(s.leverage),
            volatility=formats.field_text(round(self.volatility, 4), "percent"),
            daily=formats.field_text(round(float(counted.daily(self.volatility)), 3), "percent"),
            days=formats.duration(24 * self.days),
            ended=people(float(counted.touched(*ask))),
            at_closes=people(float(counted.touched_at_closes(*ask))),
            half=self.half(),
        )

    def half(self) -> str:
        """When half are gone."""
        if isnan(self.scenario.liquidation_price):
            return plain(WORDS["none"])
        if self.half_days < SOON_DAYS:
            return WORDS["half_soon"]
        if self.half_days > LONGEST_DAYS:
            return WORDS["half_late"]
        return WORDS["half"].format(time=formats.duration(24 * self.half_days))

    def alt(self) -> str:
        """The map in words."""
        rows = [
            WORDS["alt_row"].format(leverage=name, counts=", ".join(cells)) for name, *cells in self.table()
        ]
        leverage = self.scenario.leverage
        is_off = leverage < LEVERAGES[0] or self.days > DAYS[-1]
        place = WORDS["alt_off" if is_off else "alt_place"].format(
            leverage=formats.multiple(leverage), days=formats.duration(24 * self.days)
        )
        return plain(WORDS["alt"], rows=" ".join(rows), place=place)

    # --- rows ------------------------------------------------------------------------------------

    def table(self) -> list[tuple[str, ...]]:
        """The map as rows."""
        rows = zip(LEVERAGES, self.map, strict=True)
        return [(formats.multiple(leverage), *(people(float(p)) for p in cells)) for leverage, cells in rows]

    def looks(self) -> list[tuple[str, str, str]]:
        """A row a leverage: watched always, and only at each close."""
        found = []
        for s in self._others():
            ask = (s, self.days, self.volatility, FAIR)
            counts = people(float(counted.touched(*ask))), people(float(counted.touched_at_closes(*ask)))
            found.append((formats.multiple(s.leverage), *counts))
        return found

    def money(self) -> list[tuple[str, ...]]:
        """A row a leverage: who is still in, what they have, what all have, what the middle one has."""
        found = []
        for s in self._others():
            end = final_equity(
                s.entry_price,
                s.liquidation_price,
                s.quantity,
                s.backing,
                years=self.days / counted.DAYS_PER_YEAR,
                **self._market,
            )
            amounts = (end.mean_if_survived, end.mean, end.median)
            shown = [formats.UNKNOWN if isnan(x) else formats.short_money(float(round(x))) for x in amounts]
            found.append((formats.multiple(s.leverage), people(1 - float(end.liquidated)), *shown))
        return found

    def rough(self) -> list[tuple[str, str, str]]:
        """A row a kind of price: how many are liquidated, and how many past the end of their money."""
        s = self.scenario
        small = float(counted.touched(s, self.days, self.volatility, FAIR))
        jumps = tails.with_jumps(s, self.days, self.volatility)
        fat = tails.fat_tails(s, self.days, self.volatility)
        return [
            (WORDS["rough_small"], people(small), people(0.0)),
            (WORDS["rough_jumps"], people(float(jumps.touched)), people(float(jumps.past_bankruptcy))),
            (WORDS["rough_tails"], about(fat.liquidated), about(fat.past_end)),
        ]

    def _others(self) -> list[Scenario]:
        others = (changed(self.scenario, leverage=leverage, stop_price=nan) for leverage in LEVERAGES)
        return [other for other in others if isinstance(other, Scenario)]

    # --- pictures --------------------------------------------------------------------------------

    def picture(self) -> Picture:
        """The map: how many of a hundred, by leverage and days; what is closed at once is hatched.

        A ring is where the position itself stands.
        """
        rows, columns = len(LEVERAGES), len(DAYS)
        cells = {
            "type": "heatmap",
            "x": list(range(columns)),
            "y": list(range(rows)),
            "z": [[None if isnan(p) else p for p in row] for row in self.map.tolist()],
            "zmin": 0,
            "zmax": 1,
            "colorscale": [[0, theme.PAPER], [1, theme.HEAT_FILL]],
            "showscale": False,
            "hoverinfo": "skip",
            "xgap": 2,
            "ygap": 2,
        }
        closed = [row for row in range(rows) if isnan(self.map[row, 0])]
        hatched = [_hatched(row, columns) for row in closed]
        open_ = [place for place in np.ndindex(rows, columns) if place[0] not in closed]
        counts = _counts(open_, [short(float(self.map[place])) for place in open_])
        ground = {"yanchor": "middle", "bgcolor": theme.PAPER_FILL, "borderpad": 2}
        labels = [
            text_label(WORDS["at_once"], (columns - 1) / 2, row, theme.INK, **ground | {"xanchor": "center"})
            for row in closed
        ]
        ring, word = _yours(self.scenario.leverage, self.days, min(closed, default=rows))
        layout = {
            **base_layout(HEIGHT, {"l": 64, "r": 8, "t": 8, "b": 44}),
            "xaxis": _named(WORDS["axis_days"], [str(day) for day in DAYS])
            | {"range": [-0.5, columns - 0.5]},
            "yaxis": _named(WORDS["axis_leverage"], [formats.multiple(x) for x in LEVERAGES])
            | {"range": [-0.5, rows - 0.5]},
            "hovermode": False,
            "dragmode": False,
            "annotations": [*labels, word],
        }
        wide = {"data": [cells, *hatched, counts, ring], "layout": layout}
        return wide, {"margin": {"l": 58, "r": 2, "t": 4, "b": 44}}

    def survival(self) -> tuple[Dict, str]:
        """How many are still open, day by day, and the same in words."""
        s, years = self.scenario, counted.DAYS_PER_YEAR
        days = np.linspace(0.0, self.days, 121)
        curve = survival_curve(s.entry_price, s.liquidation_price, days / years, **self._market)
        still_open = counted.PATHS * curve["survived"].to_numpy()
        traces = [
            line_trace(
                days,
                still_open,
                theme.EQUITY,
                name="open",
                fill="tozeroy",
                fillcolor=theme.EQUITY_FILL,
                line={"width": 2.5},
            )
        ]
        labels = []
        if self.half_days <= self.days:
            traces.append(line_trace([self.half_days] * 2, [0.0, 50.0], theme.LIQUIDATION, name="half"))
            labels.append(_half_mark(self.half_days, self.days))
        layout = {
            **base_layout(LOW_HEIGHT, {"l": 56, "r": 12, "t": 12, "b": 44}),
            "xaxis": {**base_axis(WORDS["axis_days"]), "range": [0, self.days], "fixedrange": True},
            "yaxis": {**base_axis(WORDS["axis_open"]), "range": [0, 108], "fixedrange": True},
            "annotations": labels,
            "hovermode": False,
            "dragmode": False,
        }
        told = [
            WORDS["time_point"].format(
                days=formats.field_text(round(float(days[i]), 1), "plain"), open=people(open_)
            )
            for i, open_ in ((i, float(still_open[i]) / counted.PATHS) for i in (30, 60, 90, 120))
        ]
        return {"data": traces, "layout": layout}, WORDS["time_alt"].format(points=", ".join(told))


def people(probability: float) -> str:
    """Of a hundred so many; a few are not nobody, and nearly all are not all."""
    if isnan(probability):
        return WORDS["at_once"]
    whole = int(counted.PATHS * probability + 0.5)
    if whole == 0 and probability > 1e-6:
        return WORDS["few"]
    if whole == counted.PATHS and probability < 1 - 1e-6:
        return WORDS["many"]
    return str(whole)


def short(probability: float) -> str:
    """The same for a small cell."""
    words = {"few": "<1", "many": f">{counted.PATHS - 1}"}
    told = people(probability)
    return next((mark for name, mark in words.items() if told == WORDS[name]), told)


def about(estimate: Estimate) -> str:
    """A count of draws and how well it is known: twice the standard error, at least one of a hundred."""
    error = max(1, ceil(2 * counted.PATHS * estimate.standard_error))
    count = people(estimate.value)
    return WORDS["give"].format(count=count, error=error) if count.isdecimal() else count


def hint() -> str:
    """What a click on the map does."""
    return WORDS["hint"].format(fewest=FEWEST_DAYS)


def legend() -> str:
    """What the numbers on the map are, and why the lesson's are a little smaller."""
    s = Scenario()
    ask = (s, HORIZON_DAYS, VOLATILITY)
    return say(
        WORDS["legend"],
        leverage=formats.multiple(s.leverage),
        daily=formats.field_text(round(float(counted.daily(VOLATILITY)), 3), "percent"),
        days=formats.duration(24 * HORIZON_DAYS),
        lesson=people(float(counted.touched(*ask))),
        here=people(float(counted.touched(*ask, FAIR))),
    )


def source() -> str:
    """What the rough prices are made of."""
    return say(
        WORDS["rough_source"],
        jumps=formats.plain(tails.JUMPS["jumps_per_year"]),
        size=formats.field_text(tails.JUMP_SIZES["mean_down"], "percent"),
        volatility=formats.field_text(tails.JUMP_SIZES["volatility"], "percent"),
        freedom=formats.plain(counted.TAILS),
        paths=formats.plain(tails.PATHS),
    )


def _named(title: str, names: list[str]) -> Dict:
    ticks = {"tickvals": list(range(len(names))), "ticktext": names}
    return {**base_axis(title), **ticks, "fixedrange": True, "showgrid": False}


def clicked(column: int, row: int) -> Dict:
    """The fields of a cell of the map."""
    return {"leverage": LEVERAGES[row], "steps": max(DAYS[column], FEWEST_DAYS)}


def _yours(leverage: float, days: int, closed: int) -> tuple[Dict, Dict]:
    """The ring at a leverage and a time, and its word; beyond the map an arrow says which way.

    It is the place of an open position: below the first row whose positions are `closed` at once.
    """
    x, y = _along(days, DAYS), _along(leverage, LEVERAGES)
    row = round(y)
    if abs(y - row) < CLEAR:
        y = row + (CLEAR if y > row else -CLEAR)
    y = min(y, closed - 1 + CLEAR)
    arrows = ("→" if days > DAYS[-1] else "") + ("↓" if leverage < LEVERAGES[0] else "")
    ring = {
        "type": "scatter",
        "name": "yours",
        "mode": "markers",
        "x": [x],
        "y": [y],
        "marker": {"symbol": "circle-open", "size": 9, "color": theme.INK, "line": {"width": 2.5}},
        "hoverinfo": "skip",
    }
    side = {"xanchor": "right", "xshift": -7} if x > len(DAYS) - 2 else {"xanchor": "left", "xshift": 7}
    word = text_label(f"<b>{WORDS['yours']} {arrows}</b>", x, y, theme.INK, yanchor="middle", **side)
    word["font"]["size"] = SMALL
    return ring, word


def _half_mark(half: float, days: int) -> Dict:
    """When half are gone, beside the line that marks it."""
    told = f"{WORDS['half_mark']}: <b>{formats.duration(half * 24)}</b>"
    # The curve falls: after the line there is room above it, before the line below it.
    place = (
        {"xanchor": "left", "xshift": 6, "yanchor": "bottom"}
        if half < 0.6 * days
        else {"xanchor": "right", "xshift": -6, "yanchor": "top", "yshift": -12}
    )
    return text_label(told, half, 50, theme.LIQUIDATION_TEXT, **place, bgcolor=theme.PAPER_FILL)


def _counts(places: list[tuple[int, ...]], told: list[str]) -> Dict:
    """A number in each of these cells."""
    return {
        "type": "scatter",
        "mode": "text",
        "x": [column for _, column in places],
        "y": [row for row, _ in places],
        "text": told,
        "textfont": {"size": SMALL + 1, "color": theme.INK},
        "hoverinfo": "skip",
    }


def _along(value: float, names: tuple[float, ...]) -> float:
    """The place among the categories of an axis, by ratio between two of them, within the ends."""
    return float(np.interp(log(value), np.log(names), range(len(names))))


def _hatched(row: int, columns: int) -> Dict:
    """A whole row that is a category of its own."""
    left, right, low, high = -0.48, columns - 0.52, row - 0.46, row + 0.46
    return line_trace(
        [left, right, right, left, left],
        [low, low, high, high, low],
        theme.AXIS,
        name="at once",
        fill="toself",
        fillcolor=theme.CLOSED_FILL,
        fillpattern={"shape": "/", "size": 8, "solidity": 0.25, "fgcolor": theme.AXIS, "fgopacity": 0.7},
        line={"width": 1},
    )
