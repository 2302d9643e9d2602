"""Frames and numbers → plotly figures. Knows no finance and no Streamlit; colours come from theme.

Figures are plain dictionaries until the last line: validating every property of a figure costs more
than the whole engine, and the tests validate each kind of figure once.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from engine.replay import Run, thin
from pages.shared import theme

MOST_POINTS = 1000
HEIGHT = 452
NARROW_HEIGHT = 520
LABEL_GAP = 17
FONT = 13
SMALL = 12

Dict = dict[str, Any]


@dataclass(frozen=True)
class Panels:
    """Where the three panels stand: shares of the plot height and the margins around it, px."""

    price: tuple[float, float]
    whose: tuple[float, float] | None
    yours: tuple[float, float]
    height: int
    margin: Dict

    def pixels(self, domain: tuple[float, float]) -> float:
        inside = self.height - self.margin["t"] - self.margin["b"]
        return inside * (domain[1] - domain[0])


WIDE = Panels((0.55, 1.0), (0.36, 0.485), (0.0, 0.28), HEIGHT, {"l": 50, "r": 208, "t": 22, "b": 40})
NARROW = Panels((0.42, 1.0), None, (0.0, 0.34), NARROW_HEIGHT, {"l": 42, "r": 8, "t": 22, "b": 40})


def linked(
    run: Run, *, ghost: Run | None = None, moment: str = "", time_title: str = "step"
) -> tuple[go.Figure, Dict]:
    """Price, whose money it is, and what is yours, sharing time.

    Parameters
    ----------
    run : Run
        What is drawn. Paths longer than :data:`MOST_POINTS` are thinned; extremes stay.
    ghost : Run, optional
        Another leverage on the same path: a second equity line.
    moment : str
        The callout at the closing step.
    time_title : str
        Title of the time axis; empty for dates.

    Returns
    -------
    figure : go.Figure
        For a wide page.
    narrow : dict
        Layout that replaces the figure's on a phone, with ``hidden_traces``.
    """
    steps = drawn_steps(run)
    x = _x(steps)
    end = run.settlement.step if run.is_closed else int(steps.index[-1])
    lived = int(np.searchsorted(steps.index.to_numpy(), end)) + 1
    price_range, edges = _price_range(run, steps)
    yours_range = _yours_range(run, steps, lived, ghost)
    traces = [
        *_price_traces(run, steps, x, price_range, lived),
        *_whose_traces(steps, x, lived),
        *_yours_traces(run, steps, x, lived, ghost),
    ]
    top = float(np.nanmax(np.maximum(steps["assets"], steps["debt"]))) * 1.12
    ranges = {"price": price_range, "whose": (0.0, _nice_up(top)), "yours": yours_range}
    if run.is_closed:
        traces += _closed_ground(x, lived, ranges)
    wide = _layout(run, steps, x, lived, ranges, edges, ghost, moment, time_title, WIDE)
    narrow = _layout(run, steps, x, lived, ranges, edges, ghost, moment, time_title, NARROW)
    narrow["hidden_traces"] = [i for i, trace in enumerate(traces) if trace.get("yaxis") == "y2"]
    return go.Figure({"data": traces, "layout": wide}, _validate=False), narrow


def drawn_steps(run: Run) -> pd.DataFrame:
    """The rows of a run that are drawn and played, the closing step among them."""
    return thin(run.steps, MOST_POINTS, keep=run.settlement.step)


def waterfall(names: Iterable[str], amounts: Iterable[float], kinds: Iterable[str]) -> go.Figure:
    """Where the money went, as bars that hang on each other, from top to bottom.

    Parameters
    ----------
    names : labels of the bars
    amounts : signed changes, quote; the last is the remaining total
    kinds : ``start``, ``change``, ``others`` (paid by somebody else) or ``end`` for each bar
    """
    names, amounts, kinds = list(names), list(amounts), list(kinds)
    running, bases = 0.0, []
    for amount, kind in zip(amounts, kinds, strict=True):
        bases.append(0.0 if kind in ("start", "end") else running)
        running = running + amount if kind != "end" else running
    colours = {
        "start": theme.EQUITY,
        "change": theme.LIQUIDATION,
        "others": theme.BANKRUPTCY,
        "end": theme.EQUITY,
    }
    patterns = {"start": "", "change": "/", "others": "x", "end": ""}
    signed = [
        theme.money(a, cents=True) if k in ("start", "end") else _signed(a)
        for a, k in zip(amounts, kinds, strict=True)
    ]
    ends = np.array(bases) + np.array(amounts)
    low, high = min(0.0, *bases, *ends), max(0.0, *bases, *ends)
    # To the right of each bar: beside a bar that hangs left of zero the words would meet its name.
    labels = {
        "type": "scatter",
        "mode": "text",
        "x": np.maximum(bases, ends),
        "y": names,
        "text": [f" {text}" for text in signed],
        "textposition": "middle right",
        "textfont": {"size": FONT, "color": theme.INK},
        "cliponaxis": False,
        "hoverinfo": "skip",
    }
    bar = {
        "type": "bar",
        "orientation": "h",
        "y": names,
        "x": amounts,
        "base": bases,
        "marker": {
            "color": [colours[k] for k in kinds],
            "pattern": {"shape": [patterns[k] for k in kinds], "fillmode": "replace", "size": 6},
        },
        "hoverinfo": "skip",
        "width": 0.62,
    }
    layout = {
        **_frame(waterfall_height(len(names)), {"l": 10, "r": 16, "t": 6, "b": 40}),
        "xaxis": {
            **_axis("dollars"),
            "range": [low, high + 0.3 * (high - low)],
            "zeroline": True,
            "zerolinecolor": theme.AXIS,
            "tickprefix": "$",
        },
        "yaxis": {
            **_axis(""),
            "autorange": "reversed",
            "automargin": True,
            "showgrid": False,
            "fixedrange": True,
        },
    }
    return go.Figure({"data": [bar, labels], "layout": layout}, _validate=False)


def waterfall_height(bars: int) -> int:
    """Pixels a waterfall of so many bars needs."""
    return 60 + 46 * bars


def _signed(amount: float) -> str:
    return ("+" if amount > 0 else "") + theme.money(amount, cents=True)


def _x(steps: pd.DataFrame) -> list[Any]:
    time = steps["time"]
    return time.dt.strftime("%Y-%m-%d %H:%M:%S").tolist() if time.dtype.kind == "M" else time.tolist()


def _line(x: Any, y: Any, colour: str, axis: str = "y", **more: Any) -> Dict:
    line = {"color": colour, "width": theme.WIDTH.get(colour, 1.5), "dash": theme.DASH.get(colour, "solid")}
    return {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "y": y,
        "yaxis": axis,
        "hoverinfo": "skip",
        "showlegend": False,
        **more,
        "line": {**line, **more.get("line", {})},
    }


def _area(x: Any, y: Any, fill: str, axis: str, to: str) -> Dict:
    trace = _line(x, y, fill, axis, fill=to, fillcolor=fill, line={"width": 0, "dash": "solid"})
    if shape := theme.PATTERN.get(fill):
        trace["fillpattern"] = {
            "shape": shape,
            "size": 7,
            "solidity": 0.12,
            "fgopacity": 0.35,
            "fillmode": "overlay",
        }
    return trace


def _level(x: list[Any], values: pd.Series) -> tuple[list[Any], Any]:
    """A line that stands still needs two points."""
    array = values.to_numpy()
    if np.ptp(array) == 0:
        return [x[0], x[-1]], [array[0], array[-1]]
    return x, array


def _price_traces(
    run: Run, steps: pd.DataFrame, x: list[Any], extent: tuple[float, float], lived: int
) -> list[Dict]:
    traces = []
    low, high = steps["low"].to_numpy(), steps["high"].to_numpy()
    if np.any(low < high):
        traces += [
            _area(x, low, theme.CLOSED_FILL, "y", "none"),
            _line(x, high, theme.CLOSED_FILL, fill="tonexty", fillcolor=theme.CLOSED_FILL, line={"width": 0}),
        ]
    if not np.isnan(steps["liquidation_price"]).any():
        trigger = _level(x, steps["liquidation_price"])
        # A 1x short has a trigger and a bankruptcy price, a 1x long neither.
        if not np.isnan(steps["bankruptcy_price"]).any():
            bankrupt = _level(x, steps["bankruptcy_price"])
            outside = extent[0] if run.scenario.side.sign > 0 else extent[1]
            traces += [
                _line(*trigger, theme.CUSHION_FILL, line={"width": 0}),
                _area(*bankrupt, theme.CUSHION_FILL, "y", "tonexty"),
                _area([x[0], x[-1]], [outside, outside], theme.LOSS_FILL, "y", "tonexty"),
                _line(*bankrupt, theme.BANKRUPTCY),
            ]
        traces += [
            _line(*_level(x, steps["warning_price"]), theme.WARNING),
            _line(*trigger, theme.LIQUIDATION),
        ]
    entry = run.scenario.entry_price
    traces.append(_line([x[0], x[-1]], [entry, entry], theme.MUTED))
    traces.append(_line(x, steps["close"].to_numpy(), theme.INK, name="price", hoverinfo="none"))
    if run.is_closed:
        colour = theme.LIQUIDATION if run.is_liquidated else theme.INK
        marker = {"symbol": "circle-open", "size": 17, "color": colour, "line": {"width": 4, "color": colour}}
        at = {"x": [x[lived - 1]], "y": [run.settlement.fill_price]}
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                **at,
                "marker": marker,
                "hoverinfo": "skip",
                "name": "close-out",
            }
        )
    return traces


def _whose_traces(steps: pd.DataFrame, x: list[Any], lived: int) -> list[Dict]:
    debt, assets = (steps[name].to_numpy()[:lived] for name in ("debt", "assets"))
    return [
        _area(x[:lived], debt, theme.BORROWED_FILL, "y2", "tozeroy"),
        _line(x[:lived], debt, theme.BORROWED, "y2", name="owed"),
        _line(
            x[:lived], assets, theme.EQUITY, "y2", name="held", fill="tonexty", fillcolor=theme.EQUITY_FILL
        ),
    ]


def _yours_traces(run: Run, steps: pd.DataFrame, x: list[Any], lived: int, ghost: Run | None) -> list[Dict]:
    own, required = (steps[name].to_numpy()[:lived] for name in ("equity", "maintenance_margin"))
    above, below = (x[:lived], own), None
    if own[-1] < 0:
        times = steps["time"].to_numpy()[:lived]
        share = own[-2] / (own[-2] - own[-1]) if lived > 1 else 0.0
        crossing = (
            _x(pd.DataFrame({"time": [times[-2] + share * (times[-1] - times[-2])]}))[0]
            if lived > 1
            else x[0]
        )
        above = [*x[: lived - 1], crossing], [*own[:-1], 0.0]
        below = [crossing, x[lived - 1]], [0.0, own[-1]]
    traces = [
        _area(*above, theme.EQUITY_FILL, "y3", "tozeroy"),
        _line(x[:lived], own, theme.EQUITY, "y3", name="yours"),
        _line(x[:lived], required, theme.REQUIREMENT, "y3", name="requirement"),
    ]
    if below:
        traces.append(_area(*below, theme.LOSS_FILL, "y3", "tozeroy"))
    if run.is_closed and lived < len(x):
        after = steps["equity_if_held"].to_numpy()[lived - 1 :].copy()
        after[0] = own[-1]
        traces.append(_line(x[lived - 1 :], after, theme.MUTED, "y3", name="if held"))
    if ghost is not None:
        other = ghost.steps["equity"].reindex(steps.index).to_numpy()
        traces.append(_line(x, other, theme.GHOST, "y3", name="other leverage"))
    return traces


def _closed_ground(x: list[Any], lived: int, ranges: dict[str, tuple[float, float]]) -> list[Dict]:
    if lived >= len(x):
        return []
    left, right = x[lived - 1], x[-1]
    ground = []
    for axis, (low, high) in zip(("y", "y2", "y3"), ranges.values(), strict=True):
        corners = [left, right, right, left], [low, low, high, high]
        ground.append(_area(*corners, theme.CLOSED_FILL, axis, "toself"))
    return ground


# --- ranges --------------------------------------------------------------------------------------


def _nice(span: float) -> float:
    """A round step, about a tenth of `span`."""
    power = 10.0 ** np.floor(np.log10(span / 10))
    return float(power * min((1, 2, 2.5, 5, 10), key=lambda m: abs(m * power - span / 10)))


def _nice_up(value: float) -> float:
    step = _nice(value)
    return float(np.ceil(value / step) * step)


def _round_out(low: float, high: float) -> tuple[float, float]:
    """Round limits outward, so that a small change of a slider leaves the axis where it is."""
    step = _nice(high - low)
    return float(np.floor(low / step) * step), float(np.ceil(high / step) * step)


def _levels(run: Run, steps: pd.DataFrame) -> dict[str, float]:
    """Where each labelled line of the price panel ends while the position lives."""
    row = run.steps.iloc[run.settlement.step]
    names = ("warning_price", "liquidation_price", "bankruptcy_price")
    levels = {name.removesuffix("_price"): float(row[name]) for name in names}
    return {"entry": run.scenario.entry_price} | {k: v for k, v in levels.items() if np.isfinite(v)}


def _price_range(run: Run, steps: pd.DataFrame) -> tuple[tuple[float, float], dict[str, int]]:
    """Limits of the price axis, and the lines too far away to fit: -1 below, +1 above."""
    entry = run.scenario.entry_price
    low, high = float(steps["low"].min()), float(steps["high"].max())
    low, high = min(low, entry), max(high, entry)
    reach = max(5 * (high - entry), 5 * (entry - low), 0.12 * entry)
    edges = {}
    for name, level in _levels(run, steps).items():
        if abs(level - entry) <= reach:
            low, high = min(low, level), max(high, level)
        else:
            edges[name] = 1 if level > entry else -1
    pad = 0.06 * max(high - low, 0.02 * entry)
    low, high = _round_out(low - pad, high + pad)
    return (max(low, 0.0), high), edges


def _yours_range(run: Run, steps: pd.DataFrame, lived: int, ghost: Run | None) -> tuple[float, float]:
    own = steps["equity"].to_numpy()[:lived]
    high = max(float(np.max(own)), float(steps["maintenance_margin"].max()), run.settlement.paid_in)
    low = min(float(np.min(own)), 0.0)
    for other in (steps["equity_if_held"], ghost.steps["equity"] if ghost else None):
        if other is not None:
            # What might have been must not flatten what was.
            high = max(high, min(float(other.max()), 2.5 * high))
            low = min(low, max(float(other.min()), -0.5 * high))
    return _round_out(low - (0.04 * (high - low) if low < 0 else 0), high + 0.08 * (high - low))


# --- layout and labels ---------------------------------------------------------------------------


def _frame(height: int, margin: Dict) -> Dict:
    return {
        "height": height,
        "margin": margin,
        "font": {"size": FONT, "color": theme.INK},
        "paper_bgcolor": theme.PAPER,
        "plot_bgcolor": theme.PAPER,
        "showlegend": False,
        "hovermode": "x",
        "hoverdistance": -1,
        "dragmode": "zoom",
        "uirevision": "keep",
        "template": {},
    }


def _axis(title: str) -> Dict:
    return {
        "title": {"text": title, "standoff": 8, "font": {"size": SMALL, "color": theme.MUTED}},
        "gridcolor": theme.GRID,
        "linecolor": theme.AXIS,
        "zeroline": False,
        "tickfont": {"size": SMALL, "color": theme.MUTED},
        "nticks": 6,
    }


def _layout(
    run: Run,
    steps: pd.DataFrame,
    x: list[Any],
    lived: int,
    ranges: dict[str, tuple[float, float]],
    edges: dict[str, int],
    ghost: Run | None,
    moment: str,
    time_title: str,
    panels: Panels,
) -> Dict:
    layout = _frame(panels.height, panels.margin)
    layout["xaxis"] = {**_axis(time_title), "range": [x[0], x[-1]], "anchor": "y3", "showgrid": False}
    titles = {"price": "price, $", "whose": "whose money, $", "yours": "yours, $"}
    labels = []
    for name, axis in (("price", "yaxis"), ("whose", "yaxis2"), ("yours", "yaxis3")):
        domain = getattr(panels, name)
        layout[axis] = (
            {**_axis(""), "domain": domain, "range": ranges[name], "nticks": 4 if name == "whose" else 6}
            if domain
            else {"visible": False, "domain": [0.36, 0.361], "range": ranges[name]}
        )
        if domain:
            above = {"xref": "paper", "yref": "paper", "yanchor": "bottom", "xshift": 8 - panels.margin["l"]}
            labels.append(_text(titles[name], 0, domain[1], theme.MUTED, **above, yshift=4))
    layout["yaxis3"] |= {"zeroline": True, "zerolinecolor": theme.AXIS}
    labels += _price_labels(run, steps, ranges["price"], edges, panels)
    labels += _yours_labels(run, steps, x, lived, ranges["yours"], ghost, panels)
    if panels.whose:
        labels += _whose_labels(run)
    shapes = []
    if run.is_closed:
        at, colour = x[lived - 1], theme.LIQUIDATION if run.is_liquidated else theme.INK
        shapes.append(
            {
                "name": "moment",
                "type": "line",
                "x0": at,
                "x1": at,
                "yref": "paper",
                "y0": 0,
                "y1": 1,
                "line": {"color": colour, "width": 2.5},
            }
        )
        labels.append(_callout(run, x, lived, moment, colour, panels, ranges["price"]))
    return layout | {"annotations": labels, "shapes": shapes}


def _text(text: str, x: Any, y: Any, colour: str, **more: Any) -> Dict:
    return {
        "text": text,
        "x": x,
        "y": y,
        "showarrow": False,
        "font": {"size": FONT, "color": colour},
        "xanchor": "left",
        "align": "left",
        **more,
    }


def spread(wanted: list[float], gap: float, low: float, high: float) -> list[float]:
    """Positions near the wanted ones, at least `gap` apart, within [low, high] if they fit.

    >>> spread([10.0, 12.0, 50.0], 15.0, 0.0, 100.0)
    [10.0, 25.0, 50.0]
    """
    order = np.argsort(wanted, kind="stable")
    placed = np.clip(np.array(wanted, dtype=float)[order], low, high)
    for i in range(1, len(placed)):
        placed[i] = max(placed[i], placed[i - 1] + gap)
    placed[-1:] = np.minimum(placed[-1:], high)
    for i in range(len(placed) - 2, -1, -1):
        placed[i] = min(placed[i], placed[i + 1] - gap)
    result = np.empty_like(placed)
    result[order] = placed
    return result.tolist()


def _price_labels(
    run: Run, steps: pd.DataFrame, extent: tuple[float, float], edges: dict[str, int], panels: Panels
) -> list[Dict]:
    entry = run.scenario.entry_price
    colours = {
        "entry": theme.MUTED,
        "warning": theme.WARNING_TEXT,
        "liquidation": theme.LIQUIDATION_TEXT,
        "bankruptcy": theme.BANKRUPTCY_TEXT,
    }
    entries = []
    for name, level in _levels(run, steps).items():
        text = f"{name} {theme.price(level)}"
        if name == "liquidation":
            text = f"<b>{text}</b> ({theme.percent(level / entry - 1, signed=True)})"
        if name in edges:
            text += " ↑" if edges[name] > 0 else " ↓"
        entries.append((text, min(max(level, extent[0]), extent[1]), colours[name]))
    if "liquidation" not in _levels(run, steps):
        entries.append((f"<b>{theme.NO_TRIGGER}</b>", extent[0], theme.LIQUIDATION_TEXT))
    if panels.whose and {"liquidation", "bankruptcy"} <= _levels(run, steps).keys() and not edges:
        levels = _levels(run, steps)
        middle = (levels["liquidation"] + levels["bankruptcy"]) / 2
        entries.append(("the lender’s cushion", middle, theme.LIQUIDATION_TEXT))
        outside = extent[0] if run.scenario.side.sign > 0 else extent[1]
        entries.append(("someone else’s loss", (levels["bankruptcy"] + outside) / 2, theme.BANKRUPTCY_TEXT))
    early = run.is_closed and run.settlement.step < steps.index[-1] / 2
    pixels = panels.pixels(panels.price)
    scale = pixels / (extent[1] - extent[0])
    wanted = [(level - extent[0]) * scale + (0 if panels.whose else 9) for _, level, _ in entries]
    placed = spread(wanted, LABEL_GAP, 8, pixels - 8)
    labels = []
    for (text, level, colour), at in zip(entries, placed, strict=True):
        shift = at - (level - extent[0]) * scale
        if panels.whose:
            where = {"x": 1, "xref": "paper", "ax": 14, "ay": -shift, "showarrow": True, "arrowhead": 0}
            where |= {"arrowwidth": 1, "arrowcolor": colour, "standoff": 0}
        else:
            # A phone has no room beside the panel: the words stand where the story is not.
            side = {"x": 1, "xanchor": "right", "xshift": -3} if early else {"x": 0, "xshift": 3}
            where = {"xref": "paper", "yshift": shift, "bgcolor": theme.PAPER, "borderpad": 0} | side
        label = _text(text, 1, level, colour) | where
        label["font"] = {"size": SMALL if not panels.whose or "’s " in text else FONT, "color": colour}
        labels.append(label)
    return labels


def _whose_labels(run: Run) -> list[Dict]:
    owed, own = run.scenario.borrowed, run.scenario.backing
    labels = []
    if owed > 0:
        word = "owed" if run.scenario.side.sign < 0 else "borrowed"
        text = f"<b>{theme.money(owed)}</b> {word}, the lender’s"
        labels.append(_text(text, 1, owed / 2, theme.BORROWED_TEXT, xref="paper", yref="y2", xshift=14))
    text = f"<b>{theme.money(own)}</b> yours at the start"
    labels.append(_text(text, 1, owed + own / 2, theme.EQUITY_TEXT, xref="paper", yref="y2", xshift=14))
    for label in labels:
        label["font"]["size"] = SMALL
    return labels


def _yours_labels(
    run: Run,
    steps: pd.DataFrame,
    x: list[Any],
    lived: int,
    extent: tuple[float, float],
    ghost: Run | None,
    panels: Panels,
) -> list[Dict]:
    row = steps.iloc[lived - 1]
    # What carries the name "moment" is shown once playback has got there: it gives the ending away.
    entries = [("the platform’s requirement", float(row["maintenance_margin"]), theme.REQUIREMENT_TEXT, "")]
    if run.is_closed and lived < len(x):
        held = float(steps["equity_if_held"].iloc[-1])
        entries.append((f"if nobody had closed it: {theme.money(held)}", held, theme.MUTED, "moment"))
    elif not run.is_closed:
        text = f"<b>{theme.money(run.settlement.returned)}</b> yours at the end"
        entries.append((text, float(row["equity"]), theme.EQUITY_TEXT, ""))
    if ghost is not None:
        end = ghost.settlement
        verb = "closed with" if ghost.is_closed else "ends with"
        text = f"{theme.multiple(ghost.scenario.leverage)} {verb} {theme.money(end.returned)}"
        entries.append((text, end.equity_at_fill, theme.EQUITY_TEXT, ""))
    pixels = panels.pixels(panels.yours)
    scale = pixels / (extent[1] - extent[0])
    clipped = [min(max(level, extent[0]), extent[1]) for _, level, _, _ in entries]
    placed = spread([(level - extent[0]) * scale for level in clipped], LABEL_GAP, 8, pixels - 8)
    labels = []
    for (text, _, colour, name), level, at in zip(entries, clipped, placed, strict=True):
        shift = at - (level - extent[0]) * scale
        where = (
            {"xanchor": "left", "xshift": 14}
            if panels.whose
            else {"xanchor": "right", "xshift": -4, "bgcolor": theme.PAPER, "borderpad": 0}
        )
        label = _text(text, 1, level, colour, name=name, xref="paper", yref="y3", yshift=shift) | where
        label["font"] = {"size": SMALL, "color": colour}
        labels.append(label)
    return labels


def _callout(
    run: Run, x: list[Any], lived: int, moment: str, colour: str, panels: Panels, extent: tuple[float, float]
) -> Dict:
    """The sentence at the moment of closing, where the price has least to say."""
    fill, sign = run.settlement.fill_price, run.scenario.side.sign
    if not panels.whose:
        # No box fits beside the line labels of a phone: the words stand on top of the vertical line.
        side = "right" if lived > len(x) / 2 else "left"
        above = {"yref": "paper", "yanchor": "bottom", "yshift": 4, "xanchor": side}
        return (
            _text(moment.partition("<br>")[0], x[lived - 1], 1, theme.LIQUIDATION_TEXT, name="moment") | above
        )
    share = (fill - extent[0]) / (extent[1] - extent[0])
    beyond = (share if sign > 0 else 1 - share) * panels.pixels(panels.price)
    # A late close has room on its left, beyond the trigger if there is any. After an early one the
    # price goes on beyond the trigger: the words keep to the other end of the panel.
    late = lived / len(x) > 0.44
    ay = sign * (34 if beyond > 56 else 0) if late else -sign * (panels.pixels(panels.price) - beyond - 40)
    return _text(moment, x[lived - 1], fill, theme.INK, name="moment") | {
        "showarrow": True,
        "arrowhead": 0,
        "arrowwidth": 2,
        "arrowcolor": colour,
        "standoff": 9,
        "ax": -24 if late else 40,
        "ay": ay,
        "xanchor": "right" if late else "left",
        "bordercolor": colour,
        "borderwidth": 1.5,
        "borderpad": 5,
        "bgcolor": theme.PAPER,
    }
