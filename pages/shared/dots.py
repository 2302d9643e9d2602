"""A hundred people as marks to count: who is liquidated, who is not, drawn one by one. No Streamlit."""

from math import isfinite, nan
from typing import Any

import numpy as np

from engine import chance
from engine.scenario import Scenario, with_leverage
from pages.shared import theme
from pages.shared.charts import base_layout
from pages.shared.labels import SMALL, Dict, text_label
from pages.shared.pictures import Picture
from pages.shared.words import read

WORDS = read("how_likely")
ACROSS = 10
HEIGHT = 320
LEVERAGES = (2.0, 3.0, 5.0, 10.0, 20.0, 50.0)


class Hundred:
    """A hundred people in the same position, each with a price of their own."""

    def __init__(self, scenario: Scenario, days: float, volatility: float) -> None:
        self.scenario, self.days, self.volatility = scenario, days, volatility
        self.ends = chance.days_of_liquidation(scenario, days, volatility)
        self.is_ended = np.isfinite(self.ends)

    @property
    def told(self) -> dict[str, str]:
        """Blanks for the words of the lesson."""
        return {
            "days": theme.field_text(self.days, "plain"),
            "daily": theme.field_text(round(float(chance.daily(self.volatility)), 3), "percent"),
            "alive": str(int((~self.is_ended).sum())),
        } | self._counts(self.scenario)

    def _counts(self, scenario: Scenario) -> dict[str, str]:
        ways = {
            "ended": chance.touched,
            "at_closes": chance.touched_at_closes,
            "at_end": chance.beyond_at_end,
        }
        return {name: people(float(way(scenario, self.days, self.volatility))) for name, way in ways.items()}

    def rows(self) -> list[tuple[str, ...]]:
        """A row a leverage: of a hundred how many are liquidated, by when somebody looks."""
        found = []
        for leverage in LEVERAGES:
            s = with_leverage(self.scenario, leverage)
            counts = self._counts(s)
            found.append((theme.multiple(leverage), *(counts[n] for n in ("ended", "at_closes", "at_end"))))
        return found

    def picture(self, guess: float = nan) -> Picture:
        """A cross for each who is liquidated, a ring for each who is not; ten rows of ten.

        Each mark stands a little to the right of the one before, so that a line that moves to the
        right uncovers one after the other.
        """
        places = np.arange(chance.PATHS)
        marks = [
            _marks(places[self.is_ended], "x", theme.LIQUIDATION, "ended"),
            _marks(places[~self.is_ended], "circle-open", theme.EQUITY, "alive"),
        ]
        layout = {
            **base_layout(HEIGHT, {"l": 12, "r": 12, "t": 30, "b": 8}),
            "xaxis": {"visible": False, "range": [-2.5, chance.PATHS + 1.5], "fixedrange": True},
            "yaxis": {"visible": False, "range": [ACROSS - 0.4, -0.6], "fixedrange": True},
            "hovermode": False,
            "dragmode": False,
        }

        def words(size: int) -> list[Dict]:
            over = {"xref": "paper", "yref": "paper", "yanchor": "bottom", "yshift": 5}
            ended, alive = int(self.is_ended.sum()), int((~self.is_ended).sum())
            said = [
                (f"✕ <b>{ended}</b> {WORDS['dots_ended']}", 0, "left", theme.LIQUIDATION_TEXT),
                (f"○ <b>{alive}</b> {WORDS['dots_alive']}", 1, "right", theme.EQUITY_TEXT),
            ]
            if isfinite(guess):
                shown = theme.field_text(guess, "plain")
                said.append((f"{WORDS['dots_guess']} <b>{shown}</b>", 0.5, "center", theme.INK))
            labels = [text_label(text, x, 1, ink, xanchor=side, **over) for text, x, side, ink in said]
            for label in labels:
                label["font"]["size"] = size
                label["name"] = "moment"  # the whole count, hidden until all are drawn
            return labels

        wide = {"data": marks, "layout": layout | {"annotations": words(SMALL + 1)}}
        return wide, {"annotations": words(SMALL)}

    def playback(self) -> dict[str, Any]:
        """The steps: one person after the other, and the count so far."""
        so_far = np.cumsum(self.is_ended)
        days = theme.field_text(self.days, "plain")
        fates = [
            WORDS["fate_ended"].format(day=int(np.ceil(end)) or 1)
            if isfinite(end)
            else WORDS["fate_alive"].format(days=days)
            for end in self.ends
        ]
        people_so_far = np.arange(1, chance.PATHS + 1)
        counts = [f"{count} of {seen}" for count, seen in zip(so_far, people_so_far, strict=True)]
        alive = [f"{seen - count} of {seen}" for count, seen in zip(so_far, people_so_far, strict=True)]
        return {
            # Where the mark is whole.
            "x": np.arange(chance.PATHS) + 1.0,
            "rows": [[str(seen) for seen in people_so_far], fates, [str(c) for c in so_far], counts, alive],
            "template": WORDS["dots_step"].format(person="{0}", fate="{1}", count="{2}"),
            "figures": [
                {"label": WORDS["count_ended"], "rest": counts[-1], "column": 3},
                {"label": WORDS["count_alive"], "rest": alive[-1], "column": 4},
            ],
            "closed": chance.PATHS - 1,
        }


def people(probability: float) -> str:
    """Of a hundred people, so many; a few are not nobody."""
    whole = int(chance.PATHS * probability + 0.5)
    return str(whole) if whole or probability < 1e-6 else WORDS["few"]


def _marks(places: Any, symbol: str, colour: str, name: str) -> Dict:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": places,
        "y": places % ACROSS,
        "marker": {"symbol": symbol, "size": 12, "color": colour, "line": {"width": 2, "color": colour}},
        "cliponaxis": False,
        "hoverinfo": "skip",
    }
