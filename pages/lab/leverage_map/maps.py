"""The leverage map: what a move against a position leaves, for many leverages at once. No Streamlit."""

from math import isnan
from typing import Any, NamedTuple

import numpy as np

from engine.facts import LeverageMap, leverage_map
from engine.margin.scenario import Scenario
from engine.market.prices import Shape
from pages.shared import formats
from pages.shared.drawing import theme
from pages.shared.drawing.charts import area_trace, base_axis, base_layout
from pages.shared.drawing.labels import SMALL, Dict, text_label
from pages.shared.words import plain, read, say

WORDS = read("leverage_map")
LEVERAGES = (1.0, 2.0, 3.0, 5.0, 10.0, 20.0, 50.0, 100.0)
MOVES = (0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.3, 0.5)
HEIGHT = 430
# How strongly a cell is coloured, from nothing left to everything left: words stay readable on it.
FAINT, STRONG = 0.06, 0.48
GAP = 0.03
ENDED = "✕"
# What the word in the corner needs on a phone: px a letter, and to the map.
CORNER_LETTER, CORNER_SHIFT = 6, 8


class Cell(NamedTuple):
    """One cell of the map, by its place."""

    row: int
    column: int

    @property
    def leverage(self) -> float:
        """Its leverage."""
        return LEVERAGES[self.column]

    @property
    def move(self) -> float:
        """Its move against the position, a fraction."""
        return MOVES[self.row]


def survey(scenario: Scenario) -> LeverageMap:
    """The numbers of the whole map."""
    return leverage_map(scenario, LEVERAGES, MOVES)


def leverage_name(leverage: float) -> str:
    """The head of a column."""
    return formats.multiple(leverage)


def move_name(scenario: Scenario, move: float) -> str:
    """The head of a row: the way that hurts the position."""
    return formats.short_percent(-scenario.side.sign * move, signed=True)


def picture(scenario: Scenario, seen: LeverageMap, chosen: Cell) -> tuple[Dict, Dict]:
    """The map, and what differs on a phone: a hatched cell has ended, the outlined one is chosen."""
    layout = _layout(scenario, chosen) | {"annotations": [_corner()]}
    left = max(56, CORNER_LETTER * len(WORDS["corner"]) + CORNER_SHIFT)
    return {"data": _cells(seen), "layout": layout}, {"margin": {"l": left, "r": 2, "t": 30, "b": 4}}


def _cells(seen: LeverageMap) -> list[Dict]:
    """What is left in each cell, as a shade and a number; those that have ended are hatched."""
    alive = np.argwhere(~seen.is_ended)
    ended = np.argwhere(seen.is_ended)
    shades = [FAINT + (STRONG - FAINT) * max(float(seen.share[row, column]), 0.0) for row, column in alive]
    return [
        {
            "type": "bar",
            "name": "left",
            "x": alive[:, 1],
            "y": [1 - 2 * GAP] * len(alive),
            "base": alive[:, 0] - 0.5 + GAP,
            "width": 1 - 2 * GAP,
            "marker": {"color": theme.EQUITY, "opacity": shades, "line": {"width": 0}},
            "hoverinfo": "skip",
        },
        area_trace(*_outlines(ended), theme.CLOSED_FILL, "y", "toself") | {"name": "ended"},
        _texts(alive, [short(seen.equity[row, column]) for row, column in alive], theme.INK),
        _texts(ended, [ENDED] * len(ended), theme.MUTED),
    ]


def _layout(scenario: Scenario, chosen: Cell) -> Dict:
    reach = 0.5 - GAP / 2
    return {
        **base_layout(HEIGHT, {"l": 62, "r": 8, "t": 30, "b": 8}),
        "hovermode": False,
        "dragmode": False,
        "xaxis": {
            **_axis([leverage_name(leverage) for leverage in LEVERAGES]),
            "side": "top",
            "range": [-0.5, len(LEVERAGES) - 0.5],
        },
        "yaxis": {
            **_axis([move_name(scenario, move) for move in MOVES]),
            "range": [len(MOVES) - 0.5, -0.5],
        },
        "shapes": [
            {
                "type": "rect",
                "x0": chosen.column - reach,
                "x1": chosen.column + reach,
                "y0": chosen.row - reach,
                "y1": chosen.row + reach,
                "line": {"color": theme.INK, "width": 3},
            }
        ],
    }


def _corner() -> Dict:
    """What the heads of the rows are."""
    corner = text_label(WORDS["corner"], 0, 1, theme.MUTED, xref="paper", yref="paper")
    corner |= {"xshift": -CORNER_SHIFT, "yshift": 5, "xanchor": "right", "yanchor": "bottom"}
    corner["font"]["size"] = SMALL
    return corner


def sentence(scenario: Scenario, seen: LeverageMap, chosen: Cell) -> str:
    """What happens in the chosen cell."""
    return say(WORDS[_fate(seen, chosen)], **_blanks(scenario, seen, chosen))


def alt(scenario: Scenario, seen: LeverageMap, chosen: Cell) -> str:
    """The picture in words: the chosen cell, and where each leverage ends."""
    ends = [
        f"{leverage_name(leverage)} {_end(scenario, float(end))}"
        for leverage, end in zip(LEVERAGES, seen.end_move, strict=True)
    ]
    return plain(
        WORDS["alt"],
        cell=plain(WORDS[_fate(seen, chosen)], **_blanks(scenario, seen, chosen)),
        ends=", ".join(ends),
    )


def rows(scenario: Scenario, seen: LeverageMap) -> list[tuple[str, ...]]:
    """The map as a table, a row a move, and below it where each leverage ends and with what."""
    cells = [
        (
            move_name(scenario, move),
            *(WORDS["ended"] if over else short(own) for own, over in zip(owns, overs, strict=True)),
        )
        for move, owns, overs in zip(MOVES, seen.equity, seen.is_ended, strict=True)
    ]
    ends = (WORDS["row_end"], *(_end(scenario, float(end)) for end in seen.end_move))
    left = (WORDS["row_left"], *(formats.money(float(own)) for own in seen.left))
    return [*cells, ends, left]


def fields(scenario: Scenario, chosen: Cell) -> dict[str, Any]:
    """What the simulator needs to play the chosen cell."""
    return {
        "side": scenario.side,
        "leverage": chosen.leverage,
        "maintenance_rate": scenario.maintenance_rate,
        "shape": Shape.SLIDE,
        "how_far": -scenario.side.sign * chosen.move,
    }


def can_open(seen: LeverageMap, chosen: Cell) -> bool:
    """Whether there is such a position at all: not if it is closed at once."""
    return not seen.end_move[chosen.column] <= 0


def short(own: float) -> str:
    """Money for a cell: whole dollars without cents."""
    return formats.short_money(float(own))


def _fate(seen: LeverageMap, chosen: Cell) -> str:
    if not can_open(seen, chosen):
        return "at_once"
    return "closed" if seen.is_ended[chosen] else "alive"


def _blanks(scenario: Scenario, seen: LeverageMap, chosen: Cell) -> dict[str, str]:
    end = float(seen.end_move[chosen.column])
    return {
        "capital": formats.short_money(scenario.backing),
        "leverage": leverage_name(chosen.leverage),
        "side": WORDS[f"side_{scenario.side}"],
        "way": WORDS[f"way_{scenario.side}"],
        "move": formats.short_percent(chosen.move),
        "left": short(seen.equity[chosen]),
        "rate": formats.percent(scenario.maintenance_rate),
        "end": _end(scenario, end),
        "left_then": formats.money(float(seen.left[chosen.column])),
    }


def _end(scenario: Scenario, end: float) -> str:
    if isnan(end):
        return WORDS["never"]
    return WORDS["entry"] if end <= 0 else formats.percent(-scenario.side.sign * end, signed=True)


def _outlines(cells: np.ndarray) -> tuple[list[float | None], list[float | None]]:
    """The edges of many cells, one after the other with a gap in the line between them."""
    reach = 0.5 - GAP
    x: list[float | None] = []
    y: list[float | None] = []
    for row, column in cells.tolist():
        x += [column - reach, column + reach, column + reach, column - reach, column - reach, None]
        y += [row - reach, row - reach, row + reach, row + reach, row - reach, None]
    return x, y


def _texts(cells: np.ndarray, texts: list[str], colour: str) -> Dict:
    return {
        "type": "scatter",
        "mode": "text",
        "x": cells[:, 1],
        "y": cells[:, 0],
        "text": texts,
        "textfont": {"size": SMALL + 1, "color": colour},
        "hoverinfo": "skip",
    }


def _axis(names: list[str]) -> Dict:
    return {
        **base_axis(""),
        "tickvals": list(range(len(names))),
        "ticktext": names,
        "showgrid": False,
        "fixedrange": True,
    }
