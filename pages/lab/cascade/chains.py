"""One forced sale after another: the picture of a chain of sales, its playback and its sentences.

Traders stand in the order in which a falling price reaches them. Each has a column: where the trigger lies
on or above the price, the trader is sold, and the price takes a step down into the next column.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf, isfinite, nan
from typing import Any

from engine import cascade
from engine.cascade import Avalanche, Book, Depth, Queue
from pages.shared import formats
from pages.shared.drawing import theme
from pages.shared.drawing.charts import base_axis, base_layout, line_trace
from pages.shared.drawing.labels import SMALL, Dict, text_label
from pages.shared.presets import TRIGGERS
from pages.shared.words import plain, read, say

WORDS = read("cascade")
HEIGHT = 380
FEW = 6
ENTRY = 100.0


@dataclass(frozen=True)
class Chain:
    """A line of traders and what one shock does to it."""

    book: Book
    line: Queue
    result: Avalanche

    @property
    def count(self) -> int:
        """How many traders there are."""
        return len(self.line.account)

    @property
    def sold(self) -> int:
        """How many of them are sold."""
        return len(self.result.sales)

    @property
    def prices(self) -> list[float]:
        """The price after the news and after each sale."""
        return [self.result.shock_price, *self.result.sales["price_after"].tolist()]

    @property
    def triggers(self) -> list[float]:
        """Where each trader is sold, the first first."""
        return self.line.trigger_price.tolist()

    @property
    def is_over(self) -> bool:
        """Whether nobody is left who could be sold."""
        return self.sold == self.count


def three(numbers: Mapping[str, float]) -> Chain:
    """The three traders of the lesson."""
    depth = Depth(float(cascade.depth_of_impact(numbers["impact"], ENTRY)), ENTRY)
    return _chain(cascade.one_unit_each(TRIGGERS, ENTRY), depth, numbers["shock"])


def room(numbers: Mapping[str, float]) -> Chain:
    """A class, its leverages spread evenly in 1/leverage."""
    low, high = leverages(numbers)
    book = cascade.crowd(round(numbers["traders"]), numbers["held"], low, high, entry_price=ENTRY)
    return _chain(book, Depth(numbers["depth"], ENTRY), ENTRY * (1 - numbers["fall"]))


def leverages(numbers: Mapping[str, float]) -> tuple[float, float]:
    """Lowest and highest, whichever control holds which."""
    low, high = sorted((numbers["lowest"], numbers["highest"]))
    return low, high


def _chain(book: Book, depth: Depth, shock_price: float) -> Chain:
    return Chain(book, cascade.queue(book, depth), cascade.avalanche(book, depth, shock_price))


# --- the chain as a picture ----------------------------------------------------------------------


def picture(chain: Chain, guess: float = nan) -> tuple[Dict, Dict, int]:
    """The price stepping down past the triggers, what differs on a phone, and the height.

    Parameters
    ----------
    guess : guessed last price; nan = none
    """
    shown = _near(chain, guess)
    few = chain.count <= FEW
    wide, narrow = (_few_words(chain, guess, small) if few else _words(chain) for small in (False, True))
    for label in narrow:
        label["font"]["size"] = SMALL
    layout = _layout(chain, shown, few) | {"annotations": wide}
    return {"data": _traces(chain, shown), "layout": layout}, {"annotations": narrow}, HEIGHT


def _traces(chain: Chain, shown: float) -> list[Dict]:
    """The triggers, the price as stairs past them, and a guess if one is shown."""
    n, sold, prices, triggers = chain.count, chain.sold, chain.prices, chain.triggers
    last = prices[-1]
    steps = [ENTRY, *prices, *[last] * (n + 2 - len(prices))]
    lines = {
        "sold": _segments(triggers[:sold], 1, theme.LIQUIDATION, {"width": 4}),
        "holds": _segments(triggers[sold:], 1 + sold, theme.REQUIREMENT, {"width": 2, "dash": "solid"}),
    }
    traces = [trace | {"name": name} for name, trace in lines.items()]
    stairs = line_trace(
        list(range(n + 3)), steps, theme.INK, name="price", line={"width": 2.5, "shape": "hv"}
    )
    traces += [stairs, dot(n + 1.5, last, theme.INK, "end")]
    if isfinite(shown):
        way = line_trace(
            [n + 1.5] * 2, [shown, last], theme.INK, name="gap", line={"width": 2, "dash": "dot"}
        )
        traces += [way, dot(n + 1.5, shown, theme.INK, "guess", "circle-open")]
    return traces


def _layout(chain: Chain, shown: float, few: bool) -> Dict:
    n = chain.count
    bottom = min(chain.prices[-1], chain.triggers[-1], shown if isfinite(shown) else inf)
    reach = _nice(ENTRY - max(bottom, 0.0))
    return {
        **base_layout(HEIGHT, {"l": 52, "r": 10, "t": 10, "b": 44}),
        "hovermode": False,
        "dragmode": False,
        "xaxis": {
            **base_axis(WORDS["axis_few"] if few else WORDS["axis"]),
            "range": [0, n + 2],
            "tickvals": [k + 0.5 for k in ([0, *range(1, n + 2)] if few else _every(n))],
            "ticktext": [WORDS["before"], *map(str, range(1, n + 1)), WORDS["end"]] if few else _every(n),
            "showgrid": False,
            "fixedrange": True,
        },
        "yaxis": {
            **base_axis(WORDS["axis_price"]),
            "range": [ENTRY - (1.25 if few else 1.12) * reach, ENTRY + 0.16 * reach],
            "fixedrange": True,
        },
    }


def _near(chain: Chain, guess: float) -> float:
    """Where a guess is drawn: one far away must not make the steps too small to see."""
    lowest = min(chain.prices[-1], chain.triggers[-1])
    return min(max(guess, lowest - 0.5 * (ENTRY - lowest)), ENTRY) if isfinite(guess) else guess


def _every(n: int) -> list[int]:
    step = next(step for step in (1, 2, 5, 10, 20) if n / step <= 10)
    return [1, *range(step, n + 1, step)] if step > 1 else list(range(1, n + 1))


def _few_words(chain: Chain, guess: float, small: bool) -> list[Dict]:
    """A label for every price and every trigger."""
    prices, last = chain.prices, chain.prices[-1]
    middle = {"xanchor": "center", "align": "center"}
    labels = [
        beside(short(ENTRY), 0.5, ENTRY, below=False) | middle,
        text_label(
            WORDS["news_short" if small else "news"],
            1,
            (ENTRY + prices[0]) / 2,
            theme.INK,
            xanchor="right",
            xshift=-5,
        ),
    ]
    for k, trigger in enumerate(chain.triggers):
        is_sold, now = k < chain.sold, prices[min(k, chain.sold)]
        told = WORDS["sold"] if is_sold else WORDS["holds"]
        line = short(trigger) if small else f"{WORDS['trigger']} {short(trigger)}"
        ink = theme.LIQUIDATION_TEXT if is_sold else theme.REQUIREMENT_TEXT
        labels.append(beside(f"{line}<br><b>{told}</b>", k + 1.5, trigger, not is_sold, ink) | middle)
        if k <= chain.sold:
            labels.append(beside(short(now), k + 1.5, now, is_sold) | middle)
    end = chain.count + 1.5
    above = isfinite(guess) and guess < last
    labels.append(beside(f"<b>{short(last)}</b>", end, last, not above) | middle)
    if isfinite(guess):
        shown = _near(chain, guess)
        beyond = " ↓" if guess < shown else " ↑" if guess > shown else ""
        told = f"{WORDS['guess']}<br>{short(guess)}{beyond}"
        labels.append(beside(told, end, shown, guess < last) | middle)
    return labels


def _words(chain: Chain) -> list[Dict]:
    """Labels for a long line: the news, the end, and what the marks are."""
    n, sold, prices, triggers = chain.count, chain.sold, chain.prices, chain.triggers
    last = prices[-1]
    labels = []
    if prices[0] < ENTRY:
        step = WORDS["news_step"].format(entry=short(ENTRY), price=short(prices[0]))
        labels.append(text_label(step, 0, 1, theme.INK, yref="paper", yanchor="top", xshift=4))
    over = chain.is_over
    # What carries the name "moment" is shown once playback has got to the end.
    late = {"name": "moment"}
    right = {"xanchor": "right", "align": "right", "xshift": -4, **late}
    ends = WORDS["ends_at"].format(price=short(last))
    labels.append(beside(f"<b>{ends}</b>", n + 2, last, over) | right)
    if sold < n:
        named = WORDS["marks_hold"].format(count=n - sold)
        labels.append(beside(named, n + 1, triggers[-1], True, theme.REQUIREMENT_TEXT) | right)
    if sold:
        # The line of triggers goes down: words that begin on it stand clear of what follows.
        named, k = WORDS["marks_sold"].format(count=sold), sold // 2
        labels.append(
            beside(named, k + 1, triggers[k], False, theme.LIQUIDATION_TEXT) | {"xshift": 2, **late}
        )
    return labels


def beside(text: str, x: float, y: float, below: bool, ink: str = theme.INK) -> Dict:
    side = {"yanchor": "top", "yshift": -5} if below else {"yanchor": "bottom", "yshift": 5}
    return text_label(text, x, y, ink, bgcolor=theme.PAPER_FILL, borderpad=0) | side


def _segments(levels: list[float], first: int, colour: str, line: Dict) -> Dict:
    """A short line in each column."""
    x: list[float | None] = []
    y: list[float | None] = []
    for k, level in enumerate(levels, first):
        x += [k, k + 1, None]
        y += [level, level, None]
    return line_trace(x, y, colour, line=line)


def dot(x: float, y: float, colour: str, name: str, symbol: str = "circle") -> Dict:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": [x],
        "y": [y],
        "marker": {"symbol": symbol, "size": 10, "color": colour, "line": {"width": 2, "color": colour}},
        "cliponaxis": False,
        "hoverinfo": "skip",
    }


def _nice(span: float) -> float:
    """A round length that holds the span: a slider changes the scale seldom."""
    return next((s for s in (2, 5, 8, 10, 12, 15, 20, 25, 30, 40, 50, 75) if s >= span), ENTRY)


# --- words ---------------------------------------------------------------------------------------


def told(chain: Chain, **more: str) -> dict[str, str]:
    """The blanks of a sentence about a chain."""
    shock, last = chain.result.shock_price, chain.result.last_price
    return {
        "entry": short(ENTRY),
        "shock": short(shock),
        "last": short(last),
        "news_fall": short(ENTRY - shock),
        "forced_fall": short(shock - last),
        "sold": str(chain.sold),
        "all": str(chain.count),
        **more,
    }


def tell_three(numbers: Mapping[str, float]) -> dict[str, str]:
    """The lesson's numbers and what comes of them."""
    return told(three(numbers), impact=short(numbers["impact"]))


def sentence(numbers: Mapping[str, float], chain: Chain) -> str:
    """Who the class is, and what the news does to it."""
    key = "nobody" if not chain.sold else "everybody" if chain.is_over else "some"
    return say(f"{WORDS['class']} {WORDS[key]}", **room_blanks(numbers, chain))


def growth(numbers: Mapping[str, float], chain: Chain) -> str:
    """Whether a chain gets smaller as it goes, and from which size of the class on it does not."""
    ratio, (low, high) = branching_ratio(numbers), leverages(numbers)
    if not isfinite(ratio):
        return WORDS["ratio_same"]
    held = float(cascade.critical_open_interest(numbers["depth"], low, high))
    key = "ratio_low" if ratio < 1 else "ratio_high"
    return say(
        f"{WORDS[key]} {WORDS['critical']}", **room_blanks(numbers, chain), critical=_plain(round(held))
    )


def alt(numbers: Mapping[str, float], chain: Chain) -> str:
    """The picture in words."""
    return plain(WORDS["alt"], **room_blanks(numbers, chain))


def branching_ratio(numbers: Mapping[str, float]) -> float:
    """Coins made due by each coin sold; infinite if all have one trigger."""
    low, high = leverages(numbers)
    return float(cascade.branching_ratio(numbers["held"], numbers["depth"], low, high)) if low < high else inf


def room_blanks(numbers: Mapping[str, float], chain: Chain) -> dict[str, str]:
    boldest, *_, careful = chain.book.leverage[chain.line.account].tolist()
    ratio = branching_ratio(numbers)
    return told(
        chain,
        held=_plain(numbers["held"]),
        depth=_plain(numbers["depth"]),
        careful=formats.multiple(careful),
        boldest=formats.multiple(boldest),
        rate=formats.percent(chain.book.maintenance_rate),
        fall=percent(numbers["fall"]),
        total=percent(1 - chain.result.last_price / ENTRY),
        ratio=formats.fixed(ratio, 2) if isfinite(ratio) else "",
    )


def playback(chain: Chain) -> dict[str, Any]:
    """What is said at each step, the news first and then sale by sale."""
    prices, triggers = [short(price) for price in chain.prices], chain.triggers
    said = [WORDS["step_before"].format(price=short(ENTRY)), WORDS["step_news"].format(price=prices[0])]
    for k in range(chain.sold):
        blanks = {"number": str(k + 1), "trigger": short(triggers[k]), "price": prices[k + 1]}
        said.append(WORDS["step_sale"].format(**blanks, before=prices[k]))
    if chain.is_over:
        said.append(WORDS["step_over"].format(price=prices[-1]))
    else:
        said.append(WORDS["step_stop"].format(price=prices[-1], trigger=short(triggers[chain.sold])))
    sold = ["0", "0", *map(str, range(1, chain.sold + 1)), str(chain.sold)]
    now = [short(ENTRY), *prices, prices[-1]]
    return {
        # The last step stands where the picture ends.
        "x": [*range(chain.sold + 2), chain.count + 2],
        "rows": [said, now, sold],
        "template": "{0}",
        "closed": len(said) - 1,
        "rest": WORDS["at_rest"],
        "figures": [
            {"label": WORDS["figure_price"], "rest": now[-1], "column": 1},
            {"label": WORDS["figure_sold"], "rest": f"{chain.sold}", "column": 2},
        ],
    }


def short(price: float) -> str:
    return formats.short_trigger(price)


def percent(share: float) -> str:
    return formats.short_percent(share)


def _plain(number: float) -> str:
    return formats.field_text(number, "plain")
