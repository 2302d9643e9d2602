"""What the pictures of the page have in common: bars below one another with words over them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pages.shared.drawing import theme
from pages.shared.drawing.labels import SMALL, Dict, text_label

ROW = 44
Picture = tuple[Dict, Dict, int]


def rows_axis(rows: int) -> Dict:
    return {"visible": False, "range": [rows - 0.45, -0.75], "fixedrange": True}


def row_words(rows: Sequence[tuple[str, str, str]]) -> list[Dict]:
    """Over each bar its name at the left edge and what it says at the right one."""
    labels = []
    for row, (name, told, ink) in enumerate(rows):
        over = {"xref": "paper", "yanchor": "bottom", "yshift": 8}
        labels.append(text_label(name, 0, row, theme.INK, **over))
        labels.append(text_label(f"<b>{told}</b>", 1, row, ink, **over | {"xanchor": "right"}))
    return labels


def sized(
    traces: list[Dict], layout: Mapping[str, Any], words: Callable[[bool], list[Dict]], height: int
) -> Picture:
    wide, narrow = words(False), words(True)
    for label in narrow:
        label["font"]["size"] = SMALL
    figure = {"data": traces, "layout": {**layout, "annotations": wide}}
    return figure, {"annotations": narrow}, height
