"""The odds page: where the price may stand, as a fan that opens with time. No Streamlit."""

from math import isfinite

import numpy as np

from engine.odds import counted
from pages.lab.odds.odds_map import FAIR, LOW_HEIGHT, Outlook, people
from pages.shared import formats
from pages.shared.drawing import theme
from pages.shared.drawing.charts import base_axis, base_layout, line_trace
from pages.shared.drawing.labels import SMALL, Dict, price_range, text_label, trigger_label
from pages.shared.words import plain, read, say

WORDS = read("odds")
# Ninety of a hundred stand between the outer two, half between the inner two.
SHARES = (0.05, 0.25, 0.5, 0.75, 0.95)
HEIGHT = LOW_HEIGHT + 60
LAST = 51  # where the words stand, or before, where the fan is open widest


def sentence(outlook: Outlook) -> str:
    """Where the prices stand in the end, and how many of them are beyond the trigger."""
    blanks = _ends(outlook)
    told = [say(WORDS["price_text"], **blanks)]
    if blanks["middle"] != blanks["entry"]:
        told.append(WORDS["price_skew"])
    *_, top = _edges(outlook)
    told.append(WORDS["price_opens" if top[-1] == max(top) else "price_sinks"])
    if isfinite(outlook.scenario.liquidation_price):
        reached = blanks["touched"] not in ("0", WORDS["few"])
        told.append(say(WORDS["price_beyond" if reached else "price_safe"], **blanks))
    return " ".join(told)


def fan(outlook: Outlook) -> tuple[Dict, str]:
    """The fan, and the same in words."""
    s, days = outlook.scenario, _days(outlook)
    outer_low, inner_low, middle, inner_high, outer_high = _edges(outlook)
    thin = {"line": {"width": 0.75, "dash": "solid"}}
    filled = thin | {"fill": "tonexty", "fillcolor": theme.FAN_FILL}
    traces = [
        line_trace(days, outer_low, theme.MUTED, name="5", **thin),
        line_trace(days, outer_high, theme.MUTED, name="95", **filled),
        line_trace(days, inner_low, theme.MUTED, name="25", **thin),
        line_trace(days, inner_high, theme.MUTED, name="75", **filled),
        line_trace(days, middle, theme.INK, name="50"),
    ]
    trigger, below = s.liquidation_price, s.side.sign > 0
    extent = price_range(float(outer_low.min()), float(outer_high.max()), trigger)
    if extent[0] <= trigger <= extent[1]:
        traces.append(line_trace([0, outlook.days], [trigger] * 2, theme.LIQUIDATION, name="trigger"))
    # On the side of the fan away from the trigger.
    inner, outer = (inner_high, outer_high) if below else (inner_low, outer_low)
    at = min(int(np.argmax(outer_high)), LAST)
    told = [
        _named(WORDS["price_half"], days[at], (middle[at] + inner[at]) / 2, theme.INK),
        _named(WORDS["price_ninety"], days[at], (inner[at] + outer[at]) / 2, theme.MUTED),
    ]
    if isfinite(trigger):
        told.append(trigger_label(WORDS["price_trigger"], trigger, extent, below))
    for label in told:
        label["font"]["size"] = SMALL + 1
    layout = {
        **base_layout(HEIGHT, {"l": 56, "r": 12, "t": 12, "b": 44}),
        "xaxis": {**base_axis(WORDS["axis_days"]), "range": [0, outlook.days], "fixedrange": True},
        "yaxis": {**base_axis(WORDS["axis_price"]), "range": extent, "fixedrange": True},
        "annotations": told,
        "hovermode": False,
        "dragmode": False,
    }
    return {"data": traces, "layout": layout}, plain(sentence(outlook))


def _days(outlook: Outlook) -> np.ndarray:
    return outlook.days * np.linspace(0.0, 1.0, 61) ** 2  # it opens fast at first


def _edges(outlook: Outlook) -> np.ndarray:
    """The edges of the fan, from the lowest to the highest, a row each."""
    shares = np.array(SHARES)[:, None]
    return counted.price_below(outlook.scenario, shares, _days(outlook), outlook.volatility, FAIR)


def _named(text: str, x: float, y: float, ink: str) -> Dict:
    ground = {"bgcolor": theme.PAPER_FILL, "borderpad": 1}  # a line may run there
    return text_label(text, x, y, ink, xanchor="center", yanchor="middle", **ground)


def _ends(outlook: Outlook) -> dict[str, str]:
    s = outlook.scenario
    prices = counted.price_below(s, SHARES, outlook.days, outlook.volatility, FAIR)
    low, half_low, middle, half_high, high = formats.price_texts(prices)
    ask = (s, outlook.days, outlook.volatility, FAIR)
    return {
        "days": formats.duration(24 * outlook.days),
        "entry": formats.price(s.entry_price),
        "trigger": formats.price(s.liquidation_price),
        "beyond": people(float(counted.beyond_at_end(*ask))),
        "touched": people(float(counted.touched(*ask))),
        "low": low,
        "half_low": half_low,
        "middle": middle,
        "half_high": half_high,
        "high": high,
    }
