"""The main figure of start page and simulator, and the lines, areas and axes that other pictures share.

No formula and no Streamlit here; colours come from theme.

Figures are dictionaries in plotly's own words: making and validating `go.Figure` objects at every move
of a slider cost more than the whole engine. The tests validate each kind of figure.
"""

from math import isfinite, nan
from typing import Any

import numpy as np

from engine.market.replay import Run
from engine.market.thinning import thin
from pages.shared import formats
from pages.shared.drawing import theme
from pages.shared.drawing.labels import (
    FONT,
    GUESS,
    NARROW,
    SMALL,
    WIDE,
    Columns,
    Dict,
    Panels,
    Scene,
    connectors,
    labels,
    text_label,
)
from pages.shared.drawing.ranges import named_levels, nice_up, price_panel, yours_panel
from pages.shared.words import read

WORDS = read("drawing")
MOST_POINTS = 1000
_STEPS = np.arange(MOST_POINTS)


def linked(
    run: Run,
    *,
    ghost: Run | None = None,
    ghost_name: str = "",
    moment: str = "",
    time_title: str = "",
    guess: float = nan,
    price_guess: float = nan,
    money_guess: float = nan,
) -> tuple[Dict, Dict]:
    """Price, whose money it is, and what is yours, sharing time.

    Parameters
    ----------
    run : Run
        What is drawn. Paths longer than :data:`MOST_POINTS` are thinned; extremes stay.
    ghost : Run, optional
        Another position on the same path: a second equity line.
    ghost_name : str
        What the second line is called, by default its leverage.
    moment : str
        The callout at the closing step.
    time_title : str
        Title of the time axis; empty for dates.
    guess : float
        The step at which a learner expects the close; nan = none.
    price_guess, money_guess : float
        The price, or the money left, that a learner expects; nan = none.

    Returns
    -------
    figure : dict
        For a wide page, as plotly spells a figure.
    narrow : dict
        Layout that replaces the figure's on a phone, with ``hidden_traces``.
    """
    guesses = {"price": price_guess, "yours": money_guess}
    scene = _scene(
        run, ghost, ghost_name, {name: value for name, value in guesses.items() if isfinite(value)}
    )
    traces = [*_price_traces(scene), *_whose_traces(scene), *_yours_traces(scene), *_closed_ground(scene)]
    wide, narrow = (_layout(scene, moment, time_title, panels) for panels in (WIDE, NARROW))
    if isfinite(guess):
        for layout in (wide, narrow):
            layout["shapes"].append(_guess_line(guess))
            layout["annotations"].append(_guess_word(guess))
    narrow["hidden_traces"] = [i for i, trace in enumerate(traces) if trace.get("yaxis") == "y2"]
    return {"data": traces, "layout": wide}, narrow


def _guess_line(step: float) -> Dict:
    line = {"color": theme.INK, "width": 2, "dash": "dot"}
    return {"type": "line", "x0": step, "x1": step, "yref": "paper", "y0": 0, "y1": 1, "line": line}


def _guess_word(step: float) -> Dict:
    above = {"yref": "paper", "yanchor": "bottom", "xanchor": "right", "xshift": -3, "yshift": -16}
    return text_label(WORDS["guess"], step, 1, theme.INK) | above | {"bgcolor": theme.PAPER_FILL}


def drawn_steps(run: Run, ghost: Run | None = None) -> Columns:
    """The columns of a run as far as they are drawn, and ``step``; the closing steps are among them."""
    ends = [end.settlement.step for end in (run, ghost) if end is not None]
    columns, n = run.columns, len(run.columns["low"])
    if n <= MOST_POINTS:
        return columns | {"step": _STEPS[:n]}
    step = thin(columns["low"], columns["high"], MOST_POINTS, keep=ends)
    return {name: values[step] for name, values in columns.items()} | {"step": step}


def _x(time: Any) -> list[Any]:
    return list(time.strftime("%Y-%m-%d %H:%M:%S")) if time.dtype.kind == "M" else time.tolist()


def line_trace(x: Any, y: Any, colour: str, axis: str = "y", **more: Any) -> Dict:
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


def area_trace(x: Any, y: Any, fill: str, axis: str, to: str) -> Dict:
    trace = line_trace(x, y, fill, axis, fill=to, fillcolor=fill, line={"width": 0, "dash": "solid"})
    if shape := theme.PATTERN.get(fill):
        trace["fillpattern"] = {
            "shape": shape,
            "size": 7,
            "solidity": 0.12,
            "fgopacity": 0.35,
            "fillmode": "overlay",
        }
    return trace


def _level(x: list[Any], array: Any) -> tuple[list[Any], Any]:
    """A line that stands still needs two points."""
    if np.ptp(array) == 0:
        return [x[0], x[-1]], [array[0], array[-1]]
    return x, array


def _price_traces(scene: Scene) -> list[Dict]:
    run, steps, x = scene.run, scene.steps, scene.x
    traces = _extremes(scene)
    # What has a name at its end is drawn, with gaps where there is no such price yet.
    if "liquidation" in scene.levels:
        traces += _trigger_traces(scene)
    entry, stop = run.scenario.entry_price, run.scenario.stop_price
    if not np.isnan(stop):
        traces.append(
            line_trace([x[0], x[-1]], [stop, stop], theme.INK, line={"width": 1.5, "dash": "dashdot"})
        )
    traces.append(line_trace([x[0], x[-1]], [entry, entry], theme.MUTED))
    traces += _guess_level(scene, "price", "y")
    traces.append(line_trace(x, steps["close"], theme.INK, name="price", hoverinfo="none"))
    if run.is_closed:
        traces.append(_close_out(scene))
    return traces


def _extremes(scene: Scene) -> list[Dict]:
    """How far the price went within each step."""
    x, low, high = scene.x, scene.steps["low"], scene.steps["high"]
    if not np.any(low < high):
        return []
    return [
        area_trace(x, low, theme.CLOSED_FILL, "y", "none"),
        line_trace(
            x, high, theme.CLOSED_FILL, fill="tonexty", fillcolor=theme.CLOSED_FILL, line={"width": 0}
        ),
    ]


def _trigger_traces(scene: Scene) -> list[Dict]:
    """The warning and the trigger, and beyond it the cushion and the loss of others."""
    run, steps, x, extent = scene.run, scene.steps, scene.x, scene.price
    traces = []
    trigger = _level(x, steps["liquidation_price"])
    # A 1x short has a trigger and a bankruptcy price, a 1x long neither.
    if "bankruptcy" in scene.levels:
        bankrupt = _level(x, steps["bankruptcy_price"])
        outside = extent[0] if run.scenario.side.sign > 0 else extent[1]
        traces += [
            line_trace(*trigger, theme.CUSHION_FILL, line={"width": 0}),
            area_trace(*bankrupt, theme.CUSHION_FILL, "y", "tonexty"),
            area_trace([x[0], x[-1]], [outside, outside], theme.LOSS_FILL, "y", "tonexty"),
            line_trace(*bankrupt, theme.BANKRUPTCY),
        ]
    return [
        *traces,
        line_trace(*_level(x, steps["warning_price"]), theme.WARNING),
        line_trace(*trigger, theme.LIQUIDATION),
    ]


def _close_out(scene: Scene) -> Dict:
    """The ring where the position was closed."""
    run = scene.run
    colour = theme.LIQUIDATION if run.is_liquidated else theme.INK
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [scene.x[scene.lived - 1]],
        "y": [run.settlement.fill_price],
        "marker": {
            "symbol": "circle-open",
            "size": 17,
            "color": colour,
            "line": {"width": 4, "color": colour},
        },
        "hoverinfo": "skip",
        "name": "close-out",
    }


def _whose_traces(scene: Scene) -> list[Dict]:
    x, lived = scene.x, scene.lived
    debt, assets = (scene.steps[name][:lived] for name in ("debt", "assets"))
    return [
        area_trace(x[:lived], debt, theme.BORROWED_FILL, "y2", "tozeroy"),
        line_trace(x[:lived], debt, theme.BORROWED, "y2", name="owed"),
        line_trace(
            x[:lived], assets, theme.EQUITY, "y2", name="held", fill="tonexty", fillcolor=theme.EQUITY_FILL
        ),
    ]


def _yours_traces(scene: Scene) -> list[Dict]:
    steps, x, lived = scene.steps, scene.x, scene.lived
    own, required = (steps[name][:lived] for name in ("equity", "maintenance_margin"))
    above, below = (x[:lived], own), None
    if scene.run.settlement.shortfall:
        crossing = _crossing(steps["time"][:lived], own) if lived > 1 else x[0]
        above = [*x[: lived - 1], crossing], [*own[:-1], 0.0]
        below = [crossing, x[lived - 1]], [0.0, own[-1]]
    traces = [
        area_trace(*above, theme.EQUITY_FILL, "y3", "tozeroy"),
        line_trace(x[:lived], own, theme.EQUITY, "y3", name="yours"),
        line_trace(x[:lived], required, theme.REQUIREMENT, "y3", name="requirement"),
    ]
    if below:
        traces.append(area_trace(*below, theme.LOSS_FILL, "y3", "tozeroy"))
    if scene.run.is_closed and lived < len(x):
        after = steps["equity_if_held"][lived - 1 :].copy()
        after[0] = own[-1]
        traces.append(line_trace(x[lived - 1 :], after, theme.MUTED, "y3", name="if held"))
    if scene.ghost is not None:
        other = scene.ghost.columns["equity"][steps["step"]]
        traces.append(line_trace(x, other, theme.GHOST, "y3", name="other leverage"))
    return traces + _guess_level(scene, "yours", "y3")


def _guess_level(scene: Scene, panel: str, axis: str) -> list[Dict]:
    """A level that a learner guessed."""
    if panel not in scene.guesses:
        return []
    ends, level = [scene.x[0], scene.x[-1]], scene.guesses[panel]
    return [line_trace(ends, [level, level], theme.INK, axis, name="guess", line={"width": 2, "dash": "dot"})]


def _crossing(time: Any, own: Any) -> Any:
    """When the equity passed zero on its way from the step before the last to the last."""
    moment = time[-2] + own[-2] / (own[-2] - own[-1]) * (time[-1] - time[-2])
    return f"{moment:%Y-%m-%d %H:%M:%S}" if time.dtype.kind == "M" else float(moment)


def _closed_ground(scene: Scene) -> list[Dict]:
    x, lived = scene.x, scene.lived
    if not scene.run.is_closed or lived >= len(x):
        return []
    left, right = x[lived - 1], x[-1]
    ground = []
    for axis, (low, high) in (("y", scene.price), ("y2", scene.whose), ("y3", scene.yours)):
        corners = [left, right, right, left], [low, low, high, high]
        ground.append(area_trace(*corners, theme.CLOSED_FILL, axis, "toself"))
    return ground


# --- what is drawn and how far the axes reach ----------------------------------------------------


def _scene(run: Run, ghost: Run | None, ghost_name: str, guesses: dict[str, float]) -> Scene:
    steps = drawn_steps(run, ghost)
    lived = int(np.searchsorted(steps["step"], run.settlement.step)) + 1
    levels = named_levels(run) | ({GUESS: guesses["price"]} if "price" in guesses else {})
    price, edges = price_panel(run, steps, levels)
    top = float(np.nanmax(np.maximum(steps["assets"], steps["debt"])))
    return Scene(
        run=run,
        ghost=ghost,
        ghost_name=ghost_name or (formats.multiple(ghost.scenario.leverage) if ghost else ""),
        guesses=guesses,
        steps=steps,
        x=_x(steps["time"]),
        lived=lived,
        levels=levels,
        edges=edges,
        price=price,
        whose=(0.0, nice_up(1.12 * top)),
        yours=yours_panel(run, steps, lived, ghost),
    )


# --- layout --------------------------------------------------------------------------------------


def base_layout(height: int, margin: Dict) -> Dict:
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


def base_axis(title: str) -> Dict:
    return {
        "title": {"text": title, "standoff": 8, "font": {"size": SMALL, "color": theme.MUTED}},
        "gridcolor": theme.GRID,
        "linecolor": theme.AXIS,
        "zeroline": False,
        "tickfont": {"size": SMALL, "color": theme.MUTED},
        "nticks": 6,
    }


def _layout(scene: Scene, moment: str, time_title: str, panels: Panels) -> Dict:
    layout = base_layout(panels.height, panels.margin)
    layout["xaxis"] = {
        **base_axis(time_title),
        "range": [scene.x[0], scene.x[-1]],
        "anchor": "y3",
        "showgrid": False,
    }
    for name, axis in (("price", "yaxis"), ("whose", "yaxis2"), ("yours", "yaxis3")):
        domain, extent = getattr(panels, name), getattr(scene, name)
        layout[axis] = (
            {**base_axis(""), "domain": domain, "range": extent, "nticks": 3 if name == "whose" else 6}
            if domain
            else {"visible": False, "domain": [0.36, 0.361], "range": extent}
        )
    if scene.price[1] < 1:
        layout["yaxis"]["exponentformat"] = "none"  # 0.0001 is a price, 100µ is not
    layout["yaxis3"] |= {"zeroline": True, "zerolinecolor": theme.AXIS}
    layout["annotations"] = labels(scene, panels, moment)
    layout["shapes"] = connectors(layout["annotations"])
    if scene.run.is_closed:
        at = scene.x[scene.lived - 1]
        line = {"color": theme.LIQUIDATION if scene.run.is_liquidated else theme.INK, "width": 2.5}
        through_all = {"x0": at, "x1": at, "yref": "paper", "y0": 0, "y1": 1}
        # "moment": playback shows it when it gets there.
        layout["shapes"].append({"name": "moment", "type": "line", "line": line, **through_all})
    return layout
