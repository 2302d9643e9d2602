"""A hundred people, each with a price path and a mark to count, drawn one by one. No Streamlit."""

from functools import cached_property, lru_cache
from math import isfinite, nan
from typing import Any

import numpy as np

from engine.margin.scenario import Scenario, with_leverage
from engine.odds import counted
from engine.odds.hundred import hundred
from pages.shared import formats
from pages.shared.drawing import theme
from pages.shared.drawing.charts import base_axis, base_layout, line_trace
from pages.shared.drawing.labels import SMALL, Dict, price_range, text_label, trigger_label
from pages.shared.drawing.pictures import Picture
from pages.shared.words import read

WORDS = read("how_likely")
HEIGHT = 500
ROWS = 5
MARKS, PRICES = (0.0, 0.25), (0.46, 1.0)  # the two panels, of the height
OVER = {"xref": "paper", "yref": "paper", "yanchor": "bottom", "yshift": 5}
SIZES = (SMALL + 1, SMALL)  # of words: on a wide page, on a phone
LEVERAGES = (2.0, 3.0, 5.0, 10.0, 20.0, 50.0)


@lru_cache(maxsize=32)
def people_of(scenario: Scenario, days: float, volatility: float) -> "Hundred":
    """The hundred people of a position: asked for several times while a page is drawn."""
    return Hundred(scenario, days, volatility)


class Hundred:
    """A hundred people in the same long position, each with a price of their own."""

    def __init__(self, scenario: Scenario, days: float, volatility: float) -> None:
        self.scenario, self.days, self.volatility = scenario, days, volatility
        self.times, self.prices, self.ends = hundred(scenario, days, volatility)
        self.is_ended = np.isfinite(self.ends)

    @cached_property
    def told(self) -> dict[str, str]:
        """Blanks for the words of the lesson."""
        return {
            "days": formats.field_text(self.days, "plain"),
            "daily": formats.field_text(round(float(counted.daily(self.volatility)), 3), "percent"),
            "alive": str(int((~self.is_ended).sum())),
        } | _counts(self.scenario, self.days, self.volatility)

    def rows(self) -> list[tuple[str, ...]]:
        """A row a leverage: of a hundred how many are liquidated, by when somebody looks."""
        # Moving the leverage, which is most of what is done here, changes no row.
        return _rows(with_leverage(self.scenario, LEVERAGES[0]), self.days, self.volatility)

    def picture(self, guess: float = nan) -> Picture:
        """Their prices, and below a cross for each who is liquidated, a ring for each who is not.

        Each mark stands a little to the right of the one before, so that a line that moves to the
        right uncovers one after the other. A path appears with its mark.
        """
        people = np.arange(counted.PATHS)
        ended, alive = people[self.is_ended], people[~self.is_ended]
        trigger, over = self.scenario.liquidation_price, {"yaxis": "y2", "xaxis": "x2"}
        extent = price_range(float(self.prices.min()), float(self.prices.max()), trigger)
        traces = [
            self._paths(alive, theme.EQUITY_FILL, "paths_alive"),
            self._paths(ended, theme.LIQUIDATION_FILL, "paths_ended"),
            _marks(ended, ended % ROWS, "x", theme.LIQUIDATION, "ended"),
            _marks(alive, alive % ROWS, "circle-open", theme.EQUITY, "alive"),
        ]
        if extent[0] <= trigger <= extent[1]:
            crosses = _marks(self.ends[ended].round(2), np.full(len(ended), trigger), "x", theme.LIQUIDATION)
            crosses["marker"] |= {"size": 9, "line": {"width": 0}}
            thin = {"name": "trigger", "line": {"width": 1.5}}  # the crosses on it are what counts
            traces += [
                line_trace([0, self.days], [trigger, trigger], theme.LIQUIDATION, **over, **thin),
                crosses | over | {"meta": {"steps": ended.tolist()}, "name": "touched"},
            ]
        layout = {
            **base_layout(HEIGHT, {"l": 46, "r": 12, "t": 26, "b": 8}),
            "xaxis": {"visible": False, "range": [-2.5, counted.PATHS + 1.5], "fixedrange": True},
            "yaxis": {"visible": False, "range": [ROWS - 0.4, -0.6], "fixedrange": True, "domain": MARKS},
            "xaxis2": {
                **base_axis(WORDS["axis_days"]),
                "range": [0, self.days],
                "anchor": "y2",
                "fixedrange": True,
            },
            # With an x axis of its own: the steps of the marks do not run along it.
            "yaxis2": {
                **base_axis(""),
                "range": extent,
                "anchor": "x2",
                "domain": PRICES,
                "fixedrange": True,
                "nticks": 5,
            },
            "hovermode": False,
            "dragmode": False,
        }

        told = [*self._counts_over(guess), text_label(WORDS["axis_price"], 0, PRICES[1], theme.MUTED, **OVER)]
        if isfinite(trigger):
            upper = {"xref": "x2", "yref": "y2"}
            told.append(trigger_label(WORDS["trigger"], trigger, extent, below=True, **upper))
        wide, narrow = (
            [label | {"font": label["font"] | {"size": size}} for label in told] for size in SIZES
        )
        return {"data": traces, "layout": layout | {"annotations": wide}}, {"annotations": narrow}

    def _counts_over(self, guess: float) -> list[Dict]:
        """The whole count, hidden until all are drawn."""
        ended = int(self.is_ended.sum())
        said = [
            (f"✕ <b>{ended}</b> {WORDS['dots_ended']}", 0, "left", theme.LIQUIDATION_TEXT),
            (f"○ <b>{counted.PATHS - ended}</b> {WORDS['dots_alive']}", 1, "right", theme.EQUITY_TEXT),
        ]
        if isfinite(guess):
            shown = formats.field_text(guess, "plain")
            said.append((f"{WORDS['dots_guess']} <b>{shown}</b>", 0.5, "center", theme.INK))
        return [
            text_label(text, x, MARKS[1], ink, xanchor=side, name="moment", **OVER)
            for text, x, side, ink in said
        ]

    def _paths(self, people: Any, fill: str, name: str) -> Dict:
        """One line for many, with a gap after each."""
        gap = np.full((len(people), 1), nan)
        x = np.hstack([self.times[people].round(3), gap]).ravel()
        y = np.hstack([self.prices[people].round(2), gap]).ravel()
        return line_trace(x, y, fill, "y2", xaxis="x2", name=name, line={"width": 1.25}) | {
            "meta": {"steps": people.tolist()}
        }

    def playback(self) -> dict[str, Any]:
        """The steps: one person after the other, and the count so far."""
        so_far = np.cumsum(self.is_ended)
        days = formats.field_text(self.days, "plain")
        fates = [
            WORDS["fate_ended"].format(day=int(np.ceil(end)))
            if isfinite(end)
            else WORDS["fate_alive"].format(days=days)
            for end in self.ends
        ]
        people_so_far = np.arange(1, counted.PATHS + 1)
        counts = [f"{count} of {seen}" for count, seen in zip(so_far, people_so_far, strict=True)]
        alive = [f"{seen - count} of {seen}" for count, seen in zip(so_far, people_so_far, strict=True)]
        return {
            # Where the mark is whole.
            "x": np.arange(counted.PATHS) + 1.0,
            "rows": [[str(seen) for seen in people_so_far], fates, [str(c) for c in so_far], counts, alive],
            "template": WORDS["dots_step"].format(person="{0}", fate="{1}", count="{2}"),
            "figures": [
                {"label": WORDS["count_ended"], "rest": counts[-1], "column": 3},
                {"label": WORDS["count_alive"], "rest": alive[-1], "column": 4},
            ],
            "closed": counted.PATHS - 1,
        }


def _counts(scenario: Scenario, days: float, volatility: float) -> dict[str, str]:
    ways = {
        "ended": counted.touched,
        "at_closes": counted.touched_at_closes,
        "at_end": counted.beyond_at_end,
    }
    return {name: people(float(way(scenario, days, volatility))) for name, way in ways.items()}


@lru_cache(maxsize=32)
def _rows(scenario: Scenario, days: float, volatility: float) -> list[tuple[str, ...]]:
    return [
        (formats.multiple(leverage), *_counts(with_leverage(scenario, leverage), days, volatility).values())
        for leverage in LEVERAGES
    ]


def people(probability: float) -> str:
    """Of a hundred people, so many; a few are not nobody."""
    whole = int(counted.PATHS * probability + 0.5)
    return str(whole) if whole or probability < 1e-6 else WORDS["few"]


def _marks(x: Any, y: Any, symbol: str, colour: str, name: str = "") -> Dict:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": x,
        "y": y,
        "marker": {"symbol": symbol, "size": 11, "color": colour, "line": {"width": 2, "color": colour}},
        "cliponaxis": False,
        "hoverinfo": "skip",
    }
