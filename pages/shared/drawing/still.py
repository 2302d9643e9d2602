"""The still picture of a lesson: what is known before the guess, and a mark to put the guess with.

Nothing of the answer is in it: a lesson gives the ends of its scale and what its question says.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from typing import Literal, NamedTuple

from engine.facts import Amount
from pages.shared.drawing import theme
from pages.shared.drawing.charts import line_trace
from pages.shared.drawing.labels import Dict, text_label
from pages.shared.drawing.sketch import Picture, block, compose, fixed, hidden
from pages.shared.words import amount, read

WORDS = read("drawing")
STILL_HEIGHT = 380
# Where the mark of a kind stands on the axis across its way.
PLACES = {"dots": 10.2, "split": 0.5}
KNOWN_BAR = (0.06, 0.42)
NOW = 0.5  # a path that is known ends here


class Line(NamedTuple):
    """A level that the question names: where it is, what it is called, and in which colour it is written."""

    value: float
    words: str
    colour: str = theme.MUTED


class Stack(NamedTuple):
    """A bar that is known: one part on the other, from zero."""

    own: float
    borrowed: float
    words: str


@dataclass(frozen=True)
class Ground:
    """What is known before the guess, and the scale the guess is put on.

    Attributes
    ----------
    style : str
        In what the scale is counted, as the answer is.
    low, high, step : float
        Ends of the scale and how finely it is guessed; percent are whole here, as on the screen.
    start : float
        Where the mark waits for its first move.
    kind : {"line", "bar", "split", "dots", "when"}
        The mark is a level, the end of a bar, the border between the lender's part of a whole and one's own,
        a number of a hundred dots, or a step on the way of `path`.
    path : sequence of float
        Prices that are known; of a level they lead to it, of a step it is one of them.
    lines : sequence of Line
        Of a level only.
    stack : Stack, optional
        The bar beside the guess.
    title : str
        What the scale measures.
    marks : int
        How many marks there are: one a question.
    """

    style: str
    low: float
    high: float
    step: float
    start: float
    kind: Literal["line", "bar", "split", "dots", "when"] = "line"
    path: Sequence[float] = ()
    lines: Sequence[Line] = ()
    stack: Stack | None = None
    title: str = ""
    marks: int = 1

    @property
    def known(self) -> list[str]:
        """What the picture shows before the guess, in words."""
        path = [amount(Amount(price, "price")) for price in self.path]
        stack = [self.stack.words] if self.stack else []
        return [*(line.words for line in self.lines), *stack, *([" → ".join(path)] if path else [])]

    def written(self, place: float) -> str:
        """A place of the scale in the words of the answer."""
        return amount(Amount(self.answer(place), self.style))

    def answer(self, place: float) -> float:
        """The answer that a place of the scale stands for."""
        return place / 100 if self.style == "percent" else place

    def place(self, answer: float) -> float:
        """Where an answer stands; it may lie beyond the scale."""
        return answer * 100 if self.style == "percent" else answer


def handle_places(ground: Ground) -> list[float]:
    """Where the marks stand across the way they move: one in the middle of its bar, several side by side."""
    if ground.kind == "when":
        return [_range(ground.path)[0]]
    if ground.kind in PLACES:
        return [PLACES[ground.kind]]
    return [0.8] if ground.marks == 1 else [0.64 + i * 0.24 for i in range(ground.marks)]


def places(ground: Ground, guesses: Sequence[float]) -> list[float]:
    """Where the marks stand: at an end of the scale for a guess beyond it, at the start without one, nan."""
    return [ground.start if isnan(guess) else min(max(guess, ground.low), ground.high) for guess in guesses]


def still(ground: Ground, guesses: Sequence[float]) -> Picture:
    """The picture with the marks where they stand; a guess of nan has not been made."""
    kinds = {"line": _level, "bar": _bars, "split": _split, "dots": _dots, "when": _when}
    traces, axes = kinds[ground.kind](ground, places(ground, guesses))
    named = [text_label(line.words, 0.0, line.value, line.colour, yanchor="bottom") for line in ground.lines]

    def words(narrow: bool) -> list[Dict]:
        labels = [*named, *_stack_words(ground), *_guess_words(ground, guesses)]
        return [dict(label, font=dict(label["font"])) for label in labels]

    return compose(traces, axes, words, margin={"l": 64, "r": 28, "t": 24, "b": 44}, height=STILL_HEIGHT)


def _ticks(ground: Ground, count: int = 5) -> Mapping[str, list[object]]:
    """Round places of the scale, in the words of the answer."""
    at = [ground.low + i * (ground.high - ground.low) / (count - 1) for i in range(count)]
    return {"tickvals": at, "ticktext": [ground.written(value) for value in at]}


def _scale(ground: Ground) -> Dict:
    pad = 0.02 * (ground.high - ground.low)
    return fixed(ground.title, range=[ground.low - pad, ground.high + pad], **_ticks(ground))


def _level(ground: Ground, guesses: Sequence[float]) -> tuple[list[Dict], Dict]:
    """The prices so far, and the level that is guessed."""
    traces = [line_trace([0.0, 1.0], [line.value] * 2, line.colour, name="known") for line in ground.lines]
    if ground.path:
        x = [NOW * i / (len(ground.path) - 1) for i in range(len(ground.path))]
        traces.append(line_trace(x, list(ground.path), theme.INK, name="price"))
    for guess in guesses:
        dashed = {"width": 3, "dash": "dash"}
        traces.append(line_trace([0.0, 1.0], [guess, guess], theme.INK, name="guess", line=dashed))
    return traces, {"xaxis": hidden(range=[0, 1]), "yaxis": _scale(ground)}


def _bars(ground: Ground, guesses: Sequence[float]) -> tuple[list[Dict], Dict]:
    """The bar that is known, and beside it those whose ends are guessed."""
    traces = [line_trace([0.0, 1.0], [0.0, 0.0], theme.AXIS, name="zero")]
    if ground.stack:
        own, borrowed = ground.stack.own, ground.stack.borrowed
        if borrowed:
            traces.append(block(KNOWN_BAR, (0.0, borrowed), theme.BORROWED_FILL, theme.BORROWED))
        traces.append(block(KNOWN_BAR, (borrowed, borrowed + own), theme.EQUITY_FILL, theme.EQUITY))
    width = 0.18 if len(guesses) == 1 else 0.09
    for place, guess in zip(handle_places(ground), guesses, strict=True):
        traces.append(block((place - width, place + width), (0.0, guess), theme.EQUITY_FILL, theme.EQUITY))
    return traces, {"xaxis": hidden(range=[0, 1]), "yaxis": _scale(ground)}


def _split(ground: Ground, guesses: Sequence[float]) -> tuple[list[Dict], Dict]:
    """The whole as one bar: the lender's part up to the mark, one's own above it."""
    (guess,), bar = guesses, (0.3, 0.7)
    traces = [
        block(bar, (ground.low, guess), theme.BORROWED_FILL, theme.BORROWED),
        block(bar, (guess, ground.high), theme.EQUITY_FILL, theme.EQUITY),
    ]
    return traces, {"xaxis": hidden(range=[0, 1]), "yaxis": _scale(ground)}


def _dots(ground: Ground, guesses: Sequence[float]) -> tuple[list[Dict], Dict]:
    """A hundred people, from below as many crossed as were guessed."""
    x, y = [i % 10 for i in range(100)], [10 * (i // 10) + 5 for i in range(100)]
    count = round(guesses[0])
    drawn = {"type": "scatter", "mode": "markers", "hoverinfo": "skip", "cliponaxis": False}
    safe = {"symbol": "circle-open", "size": 12, "color": theme.EQUITY, "line": {"width": 2}}
    crossed = {"symbol": "x", "size": 11, "color": theme.INK}
    traces = [
        {**drawn, "x": x[count:], "y": y[count:], "marker": safe, "name": "people"},
        {**drawn, "x": x[:count], "y": y[:count], "marker": crossed, "name": "guess"},
    ]
    return traces, {"xaxis": hidden(range=[-0.6, 10.8]), "yaxis": _scale(ground)}


def _when(ground: Ground, guesses: Sequence[float]) -> tuple[list[Dict], Dict]:
    """The prices one after the other, and the step that is guessed."""
    low, high = _range(ground.path)
    way = (ground.high - ground.low) / (len(ground.path) - 1)
    x = [ground.low + i * way for i in range(len(ground.path))]
    marked = {"mode": "lines+markers", "marker": {"size": 9, "color": theme.INK}}
    traces = [line_trace(x, list(ground.path), theme.INK, name="price", **marked)]
    dashed = {"width": 3, "dash": "dash"}
    for guess in guesses:
        traces.append(line_trace([guess, guess], [low, high], theme.INK, name="guess", line=dashed))
    pad = 0.02 * (ground.high - ground.low)
    across = fixed(ground.title, range=[ground.low - pad, ground.high + pad], tickvals=x)
    return traces, {"xaxis": across, "yaxis": fixed(WORDS["panel_price"], range=[low, high])}


def _range(path: Sequence[float]) -> tuple[float, float]:
    """What a panel of prices shows: the path with room below and above."""
    low, high = min(path), max(path)
    pad = 0.4 * (high - low) or 0.08 * high
    return low - pad, high + pad


def _stack_words(ground: Ground) -> list[Dict]:
    """What the known bar is, above it."""
    if not ground.stack:
        return []
    middle, top = sum(KNOWN_BAR) / 2, ground.stack.own + ground.stack.borrowed
    return [
        text_label(ground.stack.words, middle, top, theme.INK, xanchor="center", yanchor="bottom", yshift=3)
    ]


def _guess_words(ground: Ground, guesses: Sequence[float]) -> list[Dict]:
    """Each guess in words, beside its mark."""
    labels = []
    for across, guess, given in zip(handle_places(ground), places(ground, guesses), guesses, strict=False):
        told = WORDS["drag"] if isnan(given) else WORDS["guessed"].format(amount=ground.written(given))
        if ground.kind == "when":
            place = {"yref": "paper", "yanchor": "bottom", "xanchor": "left", "yshift": 3}
            labels.append(text_label(told, guess, 1, theme.INK, **place))
        elif ground.kind == "dots":
            place = {"xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "bottom", "yshift": 3}
            labels.append(text_label(told, 0, 1, theme.INK, **place))
        else:
            low = guess < (ground.low + ground.high) / 2
            lift = {"yanchor": "bottom" if low else "top", "yshift": 16 if low else -16}
            labels.append(text_label(told, across, guess, theme.INK, xanchor="center", **lift))
            if ground.kind == "split":
                labels += _part_words(across)
    return labels


def _part_words(across: float) -> list[Dict]:
    """Whose the two parts of a whole are, at its ends."""
    place = {"xanchor": "center", "yref": "paper"}
    lender = text_label(
        WORDS["part_lender"], across, 0, theme.BORROWED_TEXT, yanchor="bottom", yshift=8, **place
    )
    yours = text_label(WORDS["part_yours"], across, 1, theme.EQUITY_TEXT, yanchor="top", yshift=-8, **place)
    return [lender, yours]
