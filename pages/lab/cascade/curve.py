"""The amplification curve: the whole fall against the fall that the news alone makes. No Streamlit."""

from collections.abc import Mapping

import numpy as np

from engine import cascade
from pages.lab.cascade.chains import ENTRY, Chain, beside, dot, percent, room_blanks
from pages.shared import formats
from pages.shared.drawing import theme
from pages.shared.drawing.charts import base_axis, base_layout, line_trace
from pages.shared.drawing.labels import SMALL, Dict, text_label
from pages.shared.words import plain, read, say

WORDS = read("cascade")

HEIGHT = 320
SHOCKS = 1000


def picture(numbers: Mapping[str, float], chain: Chain) -> tuple[Dict, Dict, int]:
    """The whole fall against the fall the news alone makes, with the threshold marked."""
    first, everybody = thresholds(chain)
    farthest = 1 - chain.triggers[-1] / ENTRY
    reach = max(1.15 * farthest, 1.1 * numbers["fall"], 0.02)
    falls = np.linspace(0.0, reach, SHOCKS)
    whole = 1 - cascade.last_prices(chain.line, ENTRY * (1 - falls))["last_price"].to_numpy() / ENTRY
    now = 1 - chain.result.last_price / ENTRY
    top = 1.18 * max(float(whole[-1]), now)
    traces = [
        line_trace([0.0, min(reach, top)], [0.0, min(reach, top)], theme.MUTED, name="alone"),
        line_trace([everybody] * 2, [0.0, top], theme.LIQUIDATION, name="threshold", line={"dash": "dash"}),
        line_trace(falls, whole, theme.INK, name="whole", line={"width": 2.5}),
        dot(numbers["fall"], now, theme.LIQUIDATION, "now"),
    ]
    layout = {
        **base_layout(HEIGHT, {"l": 62, "r": 14, "t": 10, "b": 44}),
        "hovermode": False,
        "dragmode": False,
        "xaxis": _axis(WORDS["axis_news"], reach) | {"ticklabelstandoff": 6},  # two zeros meet in the corner
        "yaxis": _axis(WORDS["axis_whole"], top),
    }
    here = numbers["fall"], now
    wide = {"data": traces, "layout": layout | {"annotations": _words_on(here, everybody, reach, top, False)}}
    return wide, {"annotations": _words_on(here, everybody, reach, top, True)}, HEIGHT


def _axis(title: str, end: float) -> Dict:
    return {**base_axis(title), "range": [0, end], "tickformat": ".3~p", "fixedrange": True}


def _words_on(
    here: tuple[float, float], everybody: float, reach: float, top: float, small: bool
) -> list[Dict]:
    """The threshold, the fall of the news alone, and where the room stands: its news and its whole fall."""
    late = everybody > 0.55 * reach
    mark = text_label(
        WORDS["curve_all"].format(fall=formats.percent(everybody)).replace(", ", ",<br>" if small else ", "),
        everybody,
        top,
        theme.LIQUIDATION_TEXT,
        xanchor="right" if late else "left",
        align="right" if late else "left",
        xshift=-6 if late else 6,
        yanchor="top",
    )
    level = (0.2 if small else 0.6) * reach
    alone = text_label(WORDS["curve_alone"], reach, level, theme.MUTED, xanchor="right", yanchor="top")
    fall, now = here
    stands = beside(f"<b>{percent(now)}</b>", fall, now, True, theme.LIQUIDATION_TEXT)
    stands |= {"xshift": 8, "xanchor": "left"}
    if fall > 0.75 * reach:
        stands |= {"xanchor": "right", "xshift": -8, "yanchor": "bottom", "yshift": 5}
    labels = [mark, alone | {"bgcolor": theme.PAPER_FILL, "borderpad": 0}, stands]
    for label in labels:
        label["font"]["size"] = SMALL if small else SMALL + 1
    return labels


def thresholds(chain: Chain) -> tuple[float, float]:
    """Falls from which on the first trader is sold, and all of them."""
    return 1 - float(chain.line.reach[0]) / ENTRY, 1 - float(chain.line.reach[-1]) / ENTRY


def alt(numbers: Mapping[str, float], chain: Chain) -> str:
    """The curve in words, with where the room stands on it."""
    return plain(WORDS["curve_alt"], **_blanks(numbers, chain))


def sentence(numbers: Mapping[str, float], chain: Chain) -> str:
    """The curve in a sentence."""
    first, everybody = thresholds(chain)
    key = "curve_one" if everybody - first < 1e-9 else "curve_some"
    return say(WORDS[key], **_blanks(numbers, chain))


def _blanks(numbers: Mapping[str, float], chain: Chain) -> dict[str, str]:
    first, everybody = (percent(fall) for fall in thresholds(chain))
    return room_blanks(numbers, chain) | {"first": first, "everybody": everybody}
