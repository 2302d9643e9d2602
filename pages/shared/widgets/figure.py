"""Show a figure on the page: no blink, zoom kept, theme followed, steps played in the browser.

Streamlit's own chart is mounted anew whenever its figure changes. This component instead calls
``Plotly.react`` on one lasting element, with the plotly.js that Streamlit already serves.
What depends on that undocumented neighbour is here and in ``figure.js``; should it ever be
missing, the learner gets a plain ``st.plotly_chart``.
"""

import html
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st
from plotly.io.json import to_json_plotly

from pages.shared import formats, language
from pages.shared.drawing import theme
from pages.shared.words import read

STATES = {
    "safe": theme.EQUITY,
    "warning": theme.WARNING,
    "margin_call": theme.REQUIREMENT,
    "liquidated": theme.LIQUIDATION,
    "stopped": theme.BORROWED,
    "closed": theme.MUTED,
}
CONFIG = {
    "displaylogo": False,
    "displayModeBar": False,
    "typesetMath": False,
    "showTips": False,
}  # a dollar is money
WORDS = read("widgets")
# What the parts of the frame are called.
NAMES = (
    "step",
    "playback",
    "restart",
    "back",
    "play",
    "pause",
    "forward",
    "picture",
    "unzoom",
    "png",
    "png_title",
    "svg",
    "svg_title",
)
_FAILED = "_figure_failed"  # missing once is missing for every figure of the session
# Longest first, and never the head of a longer hexadecimal colour.
_LIGHT = f"(?:{'|'.join(re.escape(c) for c in sorted(theme.DARK, key=len, reverse=True))})(?![0-9a-fA-F])"


@dataclass(frozen=True, slots=True)
class FigureState:
    """What came back from the browser.

    points : values to which the learner last dragged the handles, None before
    failed : True when the plain chart stands in for this component
    """

    points: list[float] | None = None
    failed: bool = False


def _asset(name: str) -> str:
    """A file beside this one, without indentation and comment lines: it travels at every rerun."""
    text = Path(__file__).with_name(name).read_text(encoding="utf-8")
    return re.sub(r"^[ \t]*//.*\n|^[ \t]+", "", text, flags=re.MULTILINE)


def _constants() -> str:
    scripts = Path(st.__file__).with_name("static").joinpath("static", "js")
    chunk = next((path.name for path in scripts.glob("PlotlyChart.*.js")), "")
    values = {"CHUNK": chunk, "CONFIG": CONFIG, "DARK": theme.DARK, "LIGHT": _LIGHT, "STATES": STATES}
    return "".join(f"const {name} = {json.dumps(value)};\n" for name, value in values.items())


_COMPONENT = st.components.v2.component(
    "figure",
    html=_asset("figure.html"),
    css=_asset("figure.css"),
    js=_constants() + _asset("handles.js") + _asset("figure.js"),
    isolate_styles=False,  # plotly.js puts its own style sheet into the page
)


def show(
    figure: go.Figure | dict[str, Any],
    *,
    key: str,
    alt: str,
    narrow: dict[str, Any] | None = None,
    playback: dict[str, Any] | None = None,
    handles: dict[str, Any] | None = None,
    height: int = 500,
    file_name: str = "liquidation",
    on_points: Callable[[list[float]], None] | None = None,
    on_cell: Callable[[int, int], None] | None = None,
) -> FigureState:
    """Draw `figure`, given in light colours, and return what the learner did to it.

    Parameters
    ----------
    alt : str
        What the picture shows, in a sentence, for those who do not see it.
    narrow : dict, optional
        Layout merged over the figure's below 560 px, and ``hidden_traces``, a list of trace indices.
    playback : dict, optional
        ``x`` times of the steps on the x axis; ``rows`` one list of texts per column, a text per
        step; ``template`` the sentence of a step, ``"Step {0}: price {1}"``; ``figures`` up to four
        ``{"label", "rest", "column"}`` where column "state" shows ``states`` (a key per step, and
        rest is a key too) in the words of ``state_labels`` ``{key: (icon, word)}``; ``closed`` the
        step to dwell on, or -1: shapes and annotations named "moment" stay hidden until then.
        Optionally ``templates``, other sentences by state, ``rest``, the sentence while nothing is
        stepped, and ``from_start``, to open at the first step and show nothing of the later ones.
    handles : dict, optional
        ``x``, ``y``, ``low``, ``high``, ``step`` of draggable points over the first panel, ``label``
        such as ``"Price at {x}"``, optionally ``fixed``, indices that cannot be dragged.
    height : int
        In pixels at the usual text size; it grows with the text on a projector.
    on_points : callable, optional
        Called with the dragged values before the page runs again, to be stored by the page.
    on_cell : callable, optional
        The figure is a map whose cells stand at the ticks of its axes. Called with the place (x, y) of
        a clicked one before the page runs again. The same must be within reach of the keyboard.
    """
    if st.session_state.get(_FAILED):
        return _plain(figure, key, alt, height, playback)

    def dragged() -> None:
        if on_points and (points := _points(st.session_state[key])) is not None:
            on_points(points)

    def clicked() -> None:
        if on_cell and (cell := st.session_state[key].get("cell")):
            on_cell(*map(int, cell))

    # The browser ignores an answer that is older than what it sent last.
    seen = (st.session_state.get(key) or {}).get("points") or {}
    page = {
        "alt": alt,
        "words": {name: WORDS[name] for name in NAMES},
        "narrow": narrow,
        "playback": playback and {**playback, "x": _plain_list(playback["x"])},
        "handles": handles and _handles(handles),
        "cells": on_cell is not None,
        "height": height,
        "file": file_name,
        "seen": seen.get("n", 0),
    }
    # As bytes Streamlit passes it on untouched; as a dict it would be serialised twice.
    drawn = to_json_plotly(_in_language(figure))
    message = f'{{"page":{json.dumps(page, ensure_ascii=False)},"figure":{drawn}}}'
    state = _COMPONENT(
        key=key,
        data=message.encode(),
        on_points_change=dragged,
        on_cell_change=clicked,
        on_failed_change=_fall_back,
    )
    return FigureState(points=_points(state))


def _fall_back() -> None:
    st.session_state[_FAILED] = True


def _points(state: Mapping[str, Any]) -> list[float] | None:
    points = state.get("points")
    return points and [float(y) for y in points["y"]]


def _handles(given: dict[str, Any]) -> dict[str, Any]:
    """The draggable points as the browser takes them."""
    places = {axis: _plain_list(given[axis]) for axis in "xy"}
    return {**given, **places, "decimal": formats.marks().decimal}


def _plain_list(values: Any) -> list[Any]:
    """Numbers as they are, times as text: what JSON can hold."""
    array = np.asarray(values)
    return (array.astype(str) if array.dtype.kind in "MO" else array).tolist()


def _in_language(figure: go.Figure | dict[str, Any]) -> go.Figure | dict[str, Any]:
    """The figure with the marks of the language for those numbers that plotly.js writes by itself."""
    now = formats.marks()
    if not now.swap:
        return figure  # plotly.js writes English by itself
    drawn = dict(figure if isinstance(figure, dict) else figure.to_plotly_json())
    return drawn | {"layout": {**drawn.get("layout", {}), "separators": now.decimal + now.group}}


def _plain(
    figure: go.Figure | dict[str, Any],
    key: str,
    alt: str,
    height: int,
    playback: dict[str, Any] | None,
) -> FigureState:
    """The chart without this component: still the picture and its figures at rest."""
    figures = (playback or {}).get("figures", [])
    words = {state: word for state, (_, word) in (playback or {}).get("state_labels", {}).items()}
    for place, item in zip(st.columns(len(figures) or 1), figures, strict=False):
        place.metric(item["label"], words[item["rest"]] if item["column"] == "state" else item["rest"])
    shown = themed(figure, st.context.theme.type == "dark").update_layout(height=height)
    st.plotly_chart(shown, key=f"{key}_plain", theme=None, config=CONFIG, alt=alt)
    return FigureState(failed=True)


def themed(figure: go.Figure | dict[str, Any], dark: bool) -> go.Figure:
    """A copy of `figure` on the paper of a light or dark page."""
    text = to_json_plotly(_in_language(figure))
    if dark:
        text = re.sub(_LIGHT, lambda match: theme.DARK[match[0]], text)
    paper, ink = (theme.DARK[c] if dark else c for c in (theme.PAPER, theme.INK))
    copy = go.Figure(json.loads(text))
    return copy.update_layout(paper_bgcolor=paper, plot_bgcolor=paper, font_color=ink)


def html_file(figure: go.Figure | dict[str, Any], title: str, lines: Sequence[str]) -> str:
    """One self-contained page that opens without a network: title, settings, interactive figure."""
    words = "".join(f"<p>{html.escape(line)}</p>" for line in lines)
    name = html.escape(title)
    code = language.current()
    way = ' dir="rtl"' if language.direction(code) == "rtl" else ""
    return (
        f'<!doctype html><html lang="{language.tag(code)}"{way}><meta charset="utf-8"><title>{name}</title>'
        "<style>body{font:16px/1.5 sans-serif;max-width:75rem;margin:2rem auto;padding:0 1rem}</style>"
        f"<h1>{name}</h1>{words}"
        f"{themed(figure, dark=False).to_html(full_html=False, include_plotlyjs=True, config=CONFIG)}</html>"
    )
