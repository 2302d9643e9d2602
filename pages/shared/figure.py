"""Show a figure on the page: no blink, zoom kept, theme followed, steps played in the browser.

Streamlit's own chart is mounted anew whenever its figure changes. This component calls
``Plotly.react`` on one lasting element instead, with the plotly.js that Streamlit already serves.
Everything that depends on that undocumented neighbour is in this file and in ``figure.js``;
should it ever be missing, the learner gets a plain ``st.plotly_chart``.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from pages.shared import theme

STATE_COLORS = {
    "safe": theme.EQUITY,
    "warning": theme.REQUIREMENT,
    "margin_call": theme.REQUIREMENT,
    "liquidated": theme.LIQUIDATION,
    "stopped": theme.BANKRUPTCY,
    "closed": theme.MUTED,
}
_FAILED = "_figure_failed"  # one missing plotly.js is missing for every figure of the session
# Longest first, and never the head of a longer hexadecimal colour.
_LIGHT = "(?:%s)(?![0-9a-fA-F])" % "|".join(map(re.escape, sorted(theme.DARK, key=len, reverse=True)))


@dataclass(frozen=True, slots=True)
class FigureState:
    """What the learner did to a figure: dragged handle values (None before), and whether it fell back."""

    points: list[float] | None = None
    failed: bool = False


def _beside(suffix: str) -> str:
    """Text of the file beside this one, without indentation and comment lines: it travels at every rerun."""
    text = Path(__file__).with_suffix(suffix).read_text(encoding="utf-8")
    return re.sub(r"^\s+(//.*\n)?|^//.*\n", "", text, flags=re.MULTILINE)
