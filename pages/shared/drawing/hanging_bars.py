"""Where the money went, as bars that hang on each other. No formula and no Streamlit here."""

from collections.abc import Iterable
from textwrap import wrap

import numpy as np

from pages.shared import formats
from pages.shared.drawing import theme
from pages.shared.drawing.charts import base_axis, base_layout
from pages.shared.drawing.labels import (
    FONT,
    Dict,
)
from pages.shared.words import read

WORDS = read("drawing")
COLOURS = {
    "start": theme.EQUITY,
    "gain": theme.EQUITY,
    "change": theme.LIQUIDATION,
    "others": theme.BANKRUPTCY,
    "end": theme.EQUITY,
}
PATTERNS = {"start": "", "gain": "/", "change": "/", "others": "x", "end": ""}

LONGEST_NAME, FOLDED = 30, 20  # letters: in one line, and in each line of a longer name


def draw(names: Iterable[str], amounts: Iterable[float], kinds: Iterable[str]) -> Dict:
    """Where the money went, as bars that hang on each other, from top to bottom.

    Parameters
    ----------
    names : labels of the bars
    amounts : signed changes, quote; the last is the remaining total
    kinds : ``start``, ``gain``, ``change``, ``others`` (paid by somebody else) or ``end`` for each bar
    """
    names, amounts, kinds = [_folded(name) for name in names], list(amounts), list(kinds)
    running, bases = 0.0, []
    for amount, kind in zip(amounts, kinds, strict=True):
        bases.append(0.0 if kind in ("start", "end") else running)
        running = running + amount if kind != "end" else running
    ends = np.array(bases) + np.array(amounts)
    low, high = min(0.0, *bases, *ends), max(0.0, *bases, *ends)
    layout = {
        **base_layout(height_of(len(names)), {"l": 10, "r": 16, "t": 6, "b": 40}),
        "xaxis": {
            **base_axis(WORDS["dollars"]),
            "range": [low, high + 0.55 * (high - low)],
            "zeroline": True,
            "zerolinecolor": theme.AXIS,
        },
        "yaxis": {
            **base_axis(""),
            "autorange": "reversed",
            "automargin": True,
            "showgrid": False,
            "fixedrange": True,
        },
    }
    bar = _hanging(names, amounts, bases, kinds)
    return {"data": [bar, _amounts_beside(names, amounts, np.maximum(bases, ends), kinds)], "layout": layout}


def _folded(name: str) -> str:
    """A long name takes another line, not the room of the amounts."""
    lines = wrap(name, FOLDED, break_long_words=False) if len(name) > LONGEST_NAME else [name]
    return "<br>".join(lines)


def _hanging(names: list[str], amounts: list[float], bases: list[float], kinds: list[str]) -> Dict:
    return {
        "type": "bar",
        "orientation": "h",
        "y": names,
        "x": amounts,
        "base": bases,
        "marker": {
            "color": [COLOURS[k] for k in kinds],
            "pattern": {"shape": [PATTERNS[k] for k in kinds], "fillmode": "replace", "size": 6},
        },
        "hoverinfo": "skip",
        "width": 0.62,
    }


def _amounts_beside(names: list[str], amounts: list[float], at: np.ndarray, kinds: list[str]) -> Dict:
    """To the right of each bar: beside a bar that hangs left of zero the words would meet its name."""
    signed = [
        formats.money(a, cents=True) if k in ("start", "end") else _signed(a)
        for a, k in zip(amounts, kinds, strict=True)
    ]
    return {
        "type": "scatter",
        "mode": "text",
        "x": at,
        "y": names,
        "text": [f" {text}" for text in signed],
        "textposition": "middle right",
        "textfont": {"size": FONT, "color": theme.INK},
        "cliponaxis": False,
        "hoverinfo": "skip",
    }


def height_of(bars: int) -> int:
    """Pixels a waterfall of so many bars needs."""
    return 60 + 46 * bars


def _signed(amount: float) -> str:
    return ("+" if amount > 0 else "") + formats.money(amount, cents=True)
