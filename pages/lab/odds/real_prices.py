"""What a real series tells about the odds: in sentences, rows and a picture. No Streamlit."""

from math import ceil, floor, isnan, log10
from typing import Final

import numpy as np
import pandas as pd

from engine.margin.scenario import Scenario
from engine.odds import fit, tails
from engine.odds.tails import Ending, Measured
from pages.lab.odds.odds_map import about, people
from pages.shared import formats
from pages.shared.drawing import theme
from pages.shared.drawing.charts import base_axis, base_layout, line_trace
from pages.shared.drawing.labels import Dict, text_label
from pages.shared.words import plain, read, say

WORDS = read("odds")
HEIGHT: Final = 260
BARS: Final = 300
WILD: Final = 4.0  # usual moves: rare in small steps, and still counted in a series of some hundred
STORMY, CALM = 1.25, 0.8  # times the usual move
LEAST_KEPT = 0.5  # from step to step: below it half of a storm is over within one


def sentences(prices: pd.DataFrame, measured: Measured, together: int, days: float) -> list[str]:
    """What was measured, one sentence or two a part; `together` steps of the file are one here."""
    return [
        _span(prices, measured, together, days),
        _usual(measured),
        _tails(prices, measured),
        _storms(prices, measured),
    ]


def rows(
    scenario: Scenario, prices: pd.DataFrame, measured: Measured, days: float, has_lows: bool = True
) -> list[tuple[str, ...]]:
    """A row a kind of price: how many are liquidated, and how many past the end of their money.

    Of prices without lows and highs nothing is said to be seen there.
    """
    small = tails.small_steps(scenario, measured, days)
    own = WORDS["real_row_own" if has_lows else "real_row_own_closes"]
    return [
        (WORDS["real_row_small"], people(small.liquidated.value), people(small.past_end.value)),
        (WORDS["real_row_fat"], *_counts(tails.measured_tails(scenario, measured, days))),
        (WORDS["real_row_storms"], *_counts(tails.measured_storms(scenario, measured, days))),
        (own, *_counts(tails.own_moves(scenario, prices, measured, days))),
    ]


def note(measured: Measured, days: float) -> str:
    """How the rows were counted, and what they do not say."""
    paths = tails.paths_of(tails.steps_of(measured, days))
    return say(WORDS["real_note"], paths=formats.plain(paths), step=formats.duration(measured.step_hours))


def picture(prices: pd.DataFrame, measured: Measured) -> tuple[Dict, str]:
    """Move after move, the largest of its neighbours where there are too many, and the same in words."""
    moves = _moves(prices)
    width = ceil(len(moves) / BARS)
    starts = range(0, len(moves), width)
    largest = [start + int(np.argmax(np.abs(moves[start : start + width]))) for start in starts]
    times = prices["time"].iloc[1:]
    shares, ends = np.expm1(moves), [str(times.iloc[0]), str(times.iloc[-1])]
    wild = np.expm1(np.array([-WILD, WILD]) * measured.step)
    bottom, top = min(shares.min(), wild[0]), max(shares.max(), wild[1])
    room, edge = (share * (top - bottom) for share in (0.14, 0.04))  # beyond the lines for words, and bars
    bars = {
        "type": "bar",
        "x": [str(times.iloc[place]) for place in largest],
        "y": shares[largest],
        "marker": {"color": theme.INK, "line": {"color": theme.INK, "width": 1}},
        "hoverinfo": "skip",
        "showlegend": False,
    }
    lines = [line_trace(ends, [y, y], theme.MUTED, name="wild", line={"dash": "dash"}) for y in wild]
    layout = {
        **base_layout(HEIGHT, {"l": 56, "r": 12, "t": 12, "b": 36}),
        "xaxis": {**base_axis(""), "type": "date", "fixedrange": True, "showgrid": False, "nticks": 5},
        "yaxis": {
            **base_axis(WORDS["real_axis"]),
            "range": [min(bottom - edge, wild[0] - room), max(top + edge, wild[1] + room)],
            "fixedrange": True,
            "tickformat": "~%",
        },
        "annotations": _wild_marks(wild),
        "bargap": 0.2,
        "hovermode": False,
        "dragmode": False,
    }
    return {"data": [bars, *lines], "layout": layout}, _alt(measured, times, moves)


def _wild_marks(wild: np.ndarray) -> list[Dict]:
    """From where on a move is wild, downwards and upwards."""
    return [
        text_label(
            WORDS["real_mark"].format(size=formats.field_text(WILD, "plain")),
            0,
            y,
            theme.MUTED,
            xref="x domain",
            xanchor="left",
            yanchor=anchor,
            bgcolor=theme.PAPER_FILL,
        )
        for y, anchor in zip(wild, ("top", "bottom"), strict=True)
    ]


def _alt(measured: Measured, times: pd.Series, moves: np.ndarray) -> str:
    """The picture in words: how many moves are wild, and the worst and the best one."""
    shares = np.expm1(moves)
    down, up = int(np.argmin(shares)), int(np.argmax(shares))
    return plain(
        WORDS["real_alt"],
        moves=formats.plain(measured.moves),
        size=formats.field_text(WILD, "plain"),
        beyond=formats.plain(fit.count_beyond(moves, WILD)),
        down=formats.percent(float(shares[down]), signed=True),
        down_time=formats.date(times.iloc[down]),
        up=formats.percent(float(shares[up]), signed=True),
        up_time=formats.date(times.iloc[up]),
    )


# --- parts of the measurement ----------------------------------------------------------------------


def _span(prices: pd.DataFrame, measured: Measured, together: int, days: float) -> str:
    step, hours = formats.duration(measured.step_hours), float(prices["hours"].iloc[-1])
    first, last = (formats.date(prices["time"].iloc[place]) for place in (0, -1))
    known = {"moves": formats.plain(measured.moves), "step": step, "first": first, "last": last}
    told = [say(WORDS["real_span"], **known)]
    if together > 1:
        told.append(say(WORDS["real_together"], together=formats.plain(together)))
    steps = tails.steps_of(measured, days)
    told.append(say(WORDS["real_steps"], days=formats.duration(24 * days), steps=formats.plain(steps)))
    if steps > measured.moves:
        told.append(WORDS["real_beyond"])
    if hours > 1.1 * measured.moves * measured.step_hours:
        told.append(WORDS["real_gaps"])
    return " ".join(told)


def _usual(measured: Measured) -> str:
    # Twice the error, rounded up; no digit of the rest that it does not leave.
    error = _rounded_up(max(2 * measured.error, measured.volatility / 100))
    share = measured.step / measured.volatility
    return say(
        WORDS["real_usual"],
        step=_rounded(measured.step, error * share),
        year=_rounded(measured.volatility, error),
        error=_rounded(error, error),
        low=_rounded(max(measured.volatility - error, 0.0), error),
        high=_rounded(measured.volatility + error, error),
    )


def _tails(prices: pd.DataFrame, measured: Measured) -> str:
    if measured.tails is None:
        return say(
            WORDS["real_tails_few"],
            moves=formats.plain(measured.moves),
            fewest=formats.plain(fit.FEWEST_MOVES),
        )
    freedom = measured.tails.degrees_of_freedom
    is_thin = measured.tails.is_held and freedom > fit.LEAST_FREEDOM * 2
    told = say(
        WORDS["real_tails_thin" if is_thin else "real_tails"],
        size=formats.field_text(WILD, "plain"),
        small=_two_digits(fit.once_in(WILD)),
        fat=_two_digits(fit.once_in(WILD, freedom)),
        seen=formats.plain(fit.count_beyond(_moves(prices), WILD)),
    )
    return f"{told} {WORDS['real_tails_held']}" if measured.tails.is_held and not is_thin else told


def _storms(prices: pd.DataFrame, measured: Measured) -> str:
    storms = measured.storms
    if storms is None:
        few = {"moves": formats.plain(measured.moves), "fewest": formats.plain(fit.FEWEST_FOR_STORMS)}
        return say(WORDS["real_storms_few"], **few)
    kept = storms.persistence
    if kept < LEAST_KEPT or not fit.has_storms(_moves(prices)):
        return WORDS["real_storms_none"]
    kind = "real_storms" if kept < fit.MOST_PERSISTENCE - 1e-9 else "real_storms_held"
    steps = formats.plain(_one_digit(storms.half_life))  # hardly more is known of it
    time, now = _coarse(measured.half_life_hours), measured.now
    end = "real_end_storm" if now > STORMY else "real_end_calm" if now < CALM else "real_end_usual"
    ending = say(
        WORDS[end], times=formats.field_text(float(f"{now:.1g}" if now < 1 else f"{now:.2g}"), "plain")
    )
    return f"{say(WORDS[kind], steps=steps, time=time)} {ending}"


def _moves(prices: pd.DataFrame) -> np.ndarray:
    return fit.log_moves(prices["close"], fewest=tails.FEWEST_TO_DRAW)


def _counts(ending: Ending) -> tuple[str, str]:
    if isnan(ending.liquidated.value):
        return WORDS["real_unknown"], WORDS["real_unknown"]
    return about(ending.liquidated), about(ending.past_end)


def _decimals(error: float) -> int:
    """One digit, or two if the first is a 1: 0.3, but 0.12."""
    return -floor(log10(error / 2))


def _rounded_up(error: float) -> float:
    unit = 10.0 ** -_decimals(error)
    return ceil(error / unit) * unit


def _rounded(value: float, error: float) -> str:
    return formats.field_text(round(value, _decimals(error)), "percent")


def _coarse(hours: float) -> str:
    """One digit of days, hours or minutes: no more digits than there are."""
    unit = next((unit for unit in (24, 1) if hours >= unit), 1 / 60)
    return formats.duration(unit * max(1.0, _one_digit(hours / unit)))


def _one_digit(value: float) -> float:
    return float(f"{value:.1g}")


def _two_digits(value: float) -> str:
    return formats.plain(float(f"{value:.2g}"))
