"""A page with one figure, everything switched on, for test_figure.py.

Query parameters: ``steps`` (7 can be dragged), ``dates`` for a time axis, ``root`` for the root font size.
"""

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from pages.shared.drawing import theme
from pages.shared.widgets.figure import html_file, show

START = [100.0, 97.0, 95.5, 96.0, 94.0, 97.0, 105.0]
GAP = [100.0, 99.0, 98.0, 70.0, 72.0, 75.0, 80.0]


def store(points):
    st.session_state["path"] = points


st.set_page_config(page_title="Figure", page_icon="📉", layout="wide")
runs = st.session_state["runs"] = st.session_state.get("runs", 0) + 1
query = st.query_params
steps = int(query.get("steps", len(START)))
if "root" in query:
    st.html(f"<style>html {{ font-size: {int(query['root'])}px }}</style>")

st.title("Figure")
leverage = st.slider("Leverage", 1, 50, 10, key="leverage")
if st.button("Gap"):
    store(GAP)
is_drawn = steps == len(START)
number = np.arange(steps)
x = pd.date_range("2020-03-12", periods=steps, freq="h") if "dates" in query else number
price = np.array(st.session_state.get("path", START)) if is_drawn else 100 + 5 * np.sin(number / 40)
equity = 100 + leverage * (price - 100)
trigger = 100 - 95 / leverage
gone = np.flatnonzero(price <= trigger)
closed = int(gone[0]) if gone.size else -1


def line(y, color, **more):
    return go.Scatter(x=x, y=y, mode="lines", line={"color": color, "width": 2.5}, hoverinfo="skip", **more)


def axis(title, **more):
    return {"title": {"text": title}, "gridcolor": theme.GRID, "zeroline": False, **more}


label = {"text": f"<b>liquidation ${trigger:.2f}</b> of $100", "font": {"color": theme.LIQUIDATION_TEXT}}
place = {"x": 1, "xref": "paper", "xanchor": "left", "xshift": 8, "y": trigger, "showarrow": False}
moment = {"text": "sold here", "name": "moment", "x": x[closed], "y": price[closed], "visible": closed >= 0}
rule = {"type": "line", "name": "moment", "x0": x[closed], "x1": x[closed], "yref": "paper", "y0": 0, "y1": 1}
figure = go.Figure(
    [
        line(price, theme.INK),
        line(np.full(steps, trigger), theme.LIQUIDATION),
        line(np.full(steps, 900), theme.BORROWED, yaxis="y2", fill="tozeroy", fillcolor=theme.BORROWED_FILL),
        line(equity, theme.EQUITY, yaxis="y3", fill="tozeroy", fillcolor=theme.EQUITY_FILL),
    ],
    layout={
        "template": "none",
        "uirevision": "path",
        "showlegend": False,
        "hovermode": False,
        "margin": {"l": 64, "r": 150, "t": 12, "b": 44},
        "xaxis": axis("step", anchor="y3", range=[x[0], x[-1]]),
        "yaxis": axis("price, $", domain=[0.56, 1], range=[60, 110]),
        "yaxis2": axis("lent, $", domain=[0.33, 0.5], range=[0, 1100]),
        "yaxis3": axis("yours, $", domain=[0, 0.27]),
        "shapes": [rule],
        "annotations": [label | place, moment],
    },
)
states = ["safe" if closed < 0 or i < closed else "liquidated" if i == closed else "closed" for i in number]
playback = {
    "x": x,
    "rows": [
        [str(i) for i in number],
        [f"{p:.2f}" for p in price],
        [f"${e:,.2f}" for e in equity],
        ["$900.00"] * steps,
    ],
    "template": "Step {0}: price {1}, {2} of yours left.",
    "templates": {"liquidated": "Step {0}: sold at {1}."},
    "figures": [
        {"label": "Borrowed", "rest": "$900.00", "column": 3},
        {"label": "Price", "rest": f"{price[-1]:.2f}", "column": 1},
        {"label": "Yours", "rest": f"${equity[-1]:,.2f}", "column": 2},
        {"label": "State", "rest": states[-1] if closed < 0 else "liquidated", "column": "state"},
    ],
    "states": states,
    "state_labels": {"safe": ("●", "safe"), "liquidated": ("✕", "liquidated"), "closed": ("○", "closed")},
    "closed": closed,
}
handles = {"x": x, "y": price, "low": 1, "high": 200, "step": 0.5, "label": "Price at step {x}", "fixed": [0]}

points, failed = None, False
if not st.checkbox("Hide"):
    state = show(
        figure,
        key="path_figure",
        alt="Price, whose money it is and what is yours, step by step",
        narrow={"margin": {"l": 44, "r": 12}, "height": 420, "hidden_traces": [2], "annotations": []},
        playback=playback,
        handles=handles if is_drawn else None,
        height=440,
        file_name="harness",
        on_points=store,
    )
    points, failed = state.points, state.failed
st.text(f"runs {runs}")
st.text(f"points {points}")
st.text(f"failed {failed}")
st.text(f"sent {((st.session_state.get('path_figure') or {}).get('points') or {}).get('n', 0)}")


def page() -> str:
    return html_file(figure, "Path <b>", ["Leverage 10x & more"])


st.download_button("Interactive page", page, "path.html", "text/html", on_click="ignore")
