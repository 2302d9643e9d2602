"""Positions to draw, and what is looked at in the picture of a lesson."""

import re
from math import isfinite, nan

import numpy as np
import plotly.graph_objects as go
from hypothesis import strategies as st

from engine.margin.scenario import Scenario, ScenarioError, Side
from pages.shared.drawing import theme
from tests.runs import at_most


def scenario(**fields):
    """A position of a lesson, or None where the engine refuses it."""
    try:
        return Scenario(**fields)
    except ScenarioError:
        return None


positions = st.builds(
    scenario,
    side=st.sampled_from(Side),
    capital=st.sampled_from([10.0, 100.0, 1234.56, 100_000.0]),
    leverage=st.sampled_from([1.0, 1.1, 2.0, 7.5, 10.0, 19.99, 125.0, 200.0]),
    maintenance_rate=st.sampled_from([0.0, 0.005, 0.05, 0.3]),
).filter(bool)
longs = positions.filter(lambda s: s.side is Side.LONG)
guesses = st.sampled_from([nan, 0.0, 0.5, 50.0, 95.0, 100.0, 250.0])
moves = st.sampled_from([-0.5, -0.04, 0.0, 0.005, 0.5])
fewer = at_most(80)


def traces(figure):
    return {trace["name"]: trace for trace in figure["data"] if "name" in trace}


def words(picture):
    """The words of a picture, on a wide page and on a phone, without their tags."""
    figure, narrow = picture
    return [
        [re.sub("<.*?>", "", label["text"]) for label in layout["annotations"]]
        for layout in (figure["layout"], narrow)
    ]


def told(picture, *texts):
    """On both widths each of these is said by some label."""
    for labels in words(picture):
        for text in texts:
            assert any(text in label for label in labels), (text, labels)


def silent(picture, text):
    assert not any(text in label for labels in words(picture) for label in labels)


def values(trace, axis="y"):
    return np.asarray(trace[axis], dtype=float)


def check(picture):
    """What holds for every picture."""
    figure, narrow = picture
    go.Figure(figure)
    go.Figure({"layout": narrow})
    layout = figure["layout"]
    for name in ("xaxis", "yaxis"):
        assert all(isfinite(limit) for limit in layout[name]["range"])
        assert layout[name]["fixedrange"]
    for label in [*layout["annotations"], *narrow["annotations"]]:
        assert isfinite(label["x"]) and isfinite(label["y"])
        assert not re.search(r"nan|inf|–", label["text"]), label["text"]
    for text in re.findall(r"'(#\w{6}|rgba\([^']*\))'", str(picture)):
        assert text in theme.DARK
