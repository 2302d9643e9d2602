"""How far the axes of the linked figure reach: round, and as still as possible while a slider moves."""

import numpy as np

from engine.market.replay import Run
from pages.shared.drawing.labels import (
    Columns,
    Range,
)


def nice(span: float) -> float:
    """A round step, about a tenth of `span`."""
    power = 10.0 ** np.floor(np.log10(span / 10))
    return float(power * min((1, 2, 2.5, 5, 10), key=lambda m: abs(m * power - span / 10)))


def nice_up(value: float) -> float:
    step = nice(value)
    return float(np.ceil(value / step) * step)


def round_out(low: float, high: float) -> Range:
    """Round limits outward, so that a small change of a slider leaves the axis where it is."""
    step = nice(high - low)
    # Float noise may put a round limit just inside.
    return min(low, float(np.floor(low / step) * step)), max(high, float(np.ceil(high / step) * step))


def named_levels(run: Run) -> dict[str, float]:
    """Where each labelled line of the price panel stands at the end, or stood last if it ended before."""
    end = run.settlement.step + 1
    levels = {"entry": run.scenario.entry_price, "stop": run.scenario.stop_price}
    for name in ("warning", "liquidation", "bankruptcy"):
        line = run.columns[f"{name}_price"][:end]
        levels[name] = float(line[np.isfinite(line)][-1]) if np.isfinite(line).any() else np.nan
    return {name: level for name, level in levels.items() if np.isfinite(level)}


def price_panel(run: Run, steps: Columns, levels: dict[str, float]) -> tuple[Range, dict[str, int]]:
    """Limits of the price axis, and the lines too far away to fit: -1 below, +1 above."""
    entry = run.scenario.entry_price
    low, high = float(steps["low"].min()), float(steps["high"].max())
    reach = max(5 * (high - entry), 5 * (entry - low), 0.12 * entry)
    edges = {}
    for name, level in levels.items():
        if abs(level - entry) <= reach:
            low, high = min(low, level), max(high, level)
        else:
            edges[name] = 1 if level > entry else -1
    pad = 0.06 * max(high - low, 0.02 * entry)
    low, high = round_out(low - pad, high + pad)
    return (max(low, 0.0), high), edges


def yours_panel(run: Run, steps: Columns, lived: int, ghost: Run | None) -> Range:
    own = steps["equity"][:lived]
    high = max(float(np.max(own)), float(steps["maintenance_margin"][:lived].max()), run.settlement.paid_in)
    low = min(float(np.min(own)), 0.0)
    others = [steps["equity_if_held"]]
    if ghost:
        others.append(ghost.columns["equity"][: ghost.settlement.step + 1])
    for other in others:
        # What might have been must not flatten what was.
        high = max(high, min(float(other.max()), 2.5 * high))
        low = min(low, max(float(other.min()), -0.5 * high))
    return round_out(low - (0.04 * (high - low) if low < 0 else 0), high + 0.08 * (high - low))
