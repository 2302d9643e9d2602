"""What small pictures are put together from: bars, marks, axes and their words. No formula, no Streamlit.

A picture is a plotly dictionary in light colours and the layout that replaces parts of it on a phone, for
:func:`pages.shared.widgets.figure.show`. A guess of ``nan``, or no guesses at all, is not drawn.
"""

from collections.abc import Callable
from math import isnan, log10
from typing import Any

import numpy as np

from engine.margin import risk
from engine.margin.scenario import LIMITS
from pages.shared import formats
from pages.shared.drawing import theme
from pages.shared.drawing.charts import area_trace, base_axis, base_layout, line_trace
from pages.shared.drawing.labels import SMALL, Dict, Range, text_label

HEIGHT = 340
LEVERAGES = 1 + np.geomspace(0.001, LIMITS["leverage"].high - 1, 120)
TICKS = (1, 2, 5, 10, 20, 50, 100)

Picture = tuple[Dict, Dict]


def compose(
    traces: list[Dict], axes: Dict, words: Callable[[bool], list[Dict]], *, margin: Dict, height: int = HEIGHT
) -> Picture:
    """A picture of its marks, its axes, and its words on a wide page (False) and on a phone (True)."""
    layout = {**base_layout(height, margin), **axes, "hovermode": False, "dragmode": False}
    wide, narrow = words(False), words(True)
    for label in narrow:
        label["font"]["size"] = SMALL
    return {"data": traces, "layout": layout | {"annotations": wide}}, {"annotations": narrow}


# --- marks ---------------------------------------------------------------------------------------


def block(across: Range, up: Range, fill: str, edge: str) -> Dict:
    """A rectangle."""
    (left, right), (low, high) = across, up
    corners = [left, right, right, left, left], [low, low, high, high, low]
    return area_trace(*corners, fill, "y", "toself") | {"line": {"color": edge, "width": 1.5}}


def dot(x: float, y: float, colour: str, *, is_open: bool = False, **more: Any) -> Dict:
    """A point."""
    symbol = "circle-open" if is_open else "circle"
    marker = {"symbol": symbol, "size": 11, "color": colour, "line": {"width": 2.5, "color": colour}}
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [x],
        "y": [y],
        "cliponaxis": False,
        "hoverinfo": "skip",
        **more,
        "marker": marker | more.get("marker", {}),
    }


def gap(x: float, guess: float, truth: float, colour: str) -> list[Dict]:
    """A guess, and the way from it to the truth if that is known."""
    mark = dot(x, guess, theme.INK, is_open=True, name="guess")
    if isnan(truth):
        return [mark]
    way = line_trace([x, x], [guess, truth], theme.INK, name="gap", line={"width": 3})
    return [way, dot(x, truth, colour, name="truth"), mark]


def plumb(leverage: float, extent: Range) -> Dict:
    """Where the learner's own leverage is."""
    return line_trace([leverage, leverage], extent, theme.MUTED, name="own leverage")


# --- words ---------------------------------------------------------------------------------------


def round_percent(share: float, signed: bool = False) -> str:
    """For round percentages: no decimals where there are none."""
    return formats.short_percent(share, signed)


def over(text: str, leverage: float, y: float) -> Dict:
    """Words on top of a vertical line at a leverage."""
    place = log10(leverage) / log10(LEVERAGES[-1])  # how far along the axis, from 0 to 1
    anchor = "left" if place < 0.33 else "right" if place > 0.67 else "center"
    # On a logarithmic axis plotly wants words at the logarithm.
    return text_label(
        text, log10(leverage), y, theme.INK, xanchor=anchor, yref="paper", yanchor="bottom", yshift=3
    )


# --- axes ----------------------------------------------------------------------------------------


def round_up(value: float) -> float:
    """1, 2 or 5 times a power of ten: a slider changes the scale seldom."""
    power = 10.0 ** np.floor(np.log10(value))
    return float(next(m * power for m in (1, 2, 5, 10) if m * power >= value * (1 - risk.NOISE)))


def fixed(title: str, **more: Any) -> Dict:
    """An axis without zoom: there is nothing more to see."""
    return {**base_axis(title), "fixedrange": True, **more}


def hidden(**more: Any) -> Dict:
    """An axis that only gives the marks their places."""
    return {"visible": False, "fixedrange": True, **more}


def leverages(title: str) -> Dict:
    """The logarithmic axis of leverages."""
    return fixed(
        title,
        type="log",
        range=[-0.05, log10(LEVERAGES[-1]) + 0.05],
        tickvals=TICKS,
        ticktext=[formats.multiple(tick) for tick in TICKS],
        showgrid=False,
        anchor="y",
    )
