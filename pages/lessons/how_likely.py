"""How likely is it? What the lesson asks; and its picture, a hundred people drawn one by one."""

from functools import cached_property, lru_cache
from math import floor, isfinite, nan
from typing import Any

import numpy as np

from engine.facts import Amount
from engine.margin.derived import allowed, changed, with_leverage
from engine.margin.rules import Rules, rule_values
from engine.margin.scenario import Scenario
from engine.market.prices import Shape
from engine.odds import counted
from engine.odds.hundred import hundred
from engine.questions import Choice, Numeric, Quiz, choice, known, multiple, numeric, percent, plain
from pages.lessons.example import BARE, room
from pages.shared import formats, language
from pages.shared.drawing import theme
from pages.shared.drawing.charts import base_layout, line_trace
from pages.shared.drawing.labels import SMALL, Dict, Range, price_range, text_label, trigger_label
from pages.shared.drawing.sketch import Picture, fixed, hidden
from pages.shared.drawing.still import Ground
from pages.shared.presets import HORIZON_DAYS, VOLATILITY
from pages.shared.words import read

WORDS = read("how_likely")
HEIGHT = 500
ROWS = 5
MARKS, PRICES = (0.0, 0.25), (0.46, 1.0)  # the two panels, of the height
OVER = {"xref": "paper", "yref": "paper", "yanchor": "bottom", "yshift": 5}
SIZES = (SMALL + 1, SMALL)  # of words: on a wide page, on a phone
LEVERAGES = (2.0, 3.0, 5.0, 10.0, 20.0, 50.0)
LUCK = {"shape": Shape.RANDOM, "steps": HORIZON_DAYS, "step_hours": 24.0, "volatility": VOLATILITY}
LIGHT = allowed(changed(BARE, maintenance_rate=rule_values(Rules.SIMPLE)["maintenance_rate"]))
SLOW, USUAL, FAST = (with_leverage(LIGHT, leverage) for leverage in (5.0, 10.0, 20.0))
CRASH = -0.1  # of a day
ALL_PATHS = float(counted.PATHS)

# --- questions -----------------------------------------------------------------------------------


def quiz() -> Quiz:
    """Of a hundred people, how many are liquidated."""
    asked = known(USUAL, "leverage", "entry", "trigger", "distance") | _horizon()
    paths_10 = _paths_10(asked)
    return Quiz((paths_10,), (paths_10, _paths_5(), _paths_20(), _closes(asked)), asked | _prose())


def ground(quiz: Quiz) -> Ground:
    """A hundred people; as many are crossed as are guessed."""
    return Ground("plain", 0.0, 100.0, 1.0, start=0.0, kind="dots", title=WORDS["still_people"])


def _horizon() -> dict[str, Amount]:
    return {
        "days": plain(float(HORIZON_DAYS)),
        "daily": percent(round(float(counted.daily(VOLATILITY)), 3)),
    }


def _paths_exactly(s: Scenario) -> float:
    return counted.PATHS * float(counted.touched(s, HORIZON_DAYS, VOLATILITY))


def _paths(s: Scenario) -> Amount:
    """Of a hundred paths, how many are liquidated; watched at every moment."""
    return plain(float(round(_paths_exactly(s))))


def _at_end(s: Scenario) -> float:
    """The same, if only the end counts."""
    return float(round(counted.PATHS * float(counted.beyond_at_end(s, HORIZON_DAYS, VOLATILITY))))


def _at_closes() -> float:
    """The chance of the usual position, if only the closing prices count."""
    return float(counted.touched_at_closes(USUAL, HORIZON_DAYS, VOLATILITY))


def _paths_10(asked: dict[str, Amount]) -> Numeric:
    likely = {"end_only": _at_end(USUAL), "adds_up": ALL_PATHS, "one_day": 0.0}
    return numeric("paths_10", asked, _paths(USUAL), likely, 4.0)


def _paths_5() -> Numeric:
    paths_10 = _paths(USUAL)
    return numeric(
        "paths_5",
        known(SLOW, "leverage", "trigger", "distance")
        | _horizon()
        | {"faster": multiple(USUAL.leverage), "paths_10": paths_10},
        _paths(SLOW),
        {
            "in_proportion": paths_10.value * SLOW.leverage / USUAL.leverage,
            "room_as_chance": float(round(counted.PATHS * room(SLOW))),
            "adds_up": ALL_PATHS,
        },
        1.0,
    )


def _paths_20() -> Numeric:
    return numeric(
        "paths_20",
        known(FAST, "leverage", "trigger", "distance") | _horizon(),
        _paths(FAST),
        {
            "end_only": _at_end(FAST),
            "leverage_as_chance": FAST.leverage,
            "adds_up": ALL_PATHS,
            "one_day": 0.0,
        },
        5.0,
    )


def _closes(asked: dict[str, Amount]) -> Choice:
    at_closes, always = _at_closes(), float(counted.touched(USUAL, HORIZON_DAYS, VOLATILITY))
    return choice(
        "closes",
        asked | {"paths_10": _paths(USUAL)},
        {"same": at_closes == always, "fewer": at_closes < always, "more": at_closes > always},
    )


def _prose() -> dict[str, Amount]:
    paths_10 = _paths(USUAL)
    return {
        "paths_5": _paths(SLOW),
        "paths_10": paths_10,
        "paths_20": _paths(FAST),
        "alive_10": plain(ALL_PATHS - paths_10.value),
        "at_end": plain(_at_end(USUAL)),
        "at_closes": plain(float(round(counted.PATHS * _at_closes()))),
        "slow": multiple(SLOW.leverage),
        "fast": multiple(FAST.leverage),
        "times": plain(float(floor(_paths_exactly(USUAL) / _paths_exactly(SLOW)))),
        "room_5": percent(room(SLOW)),
        "crash": percent(-CRASH),
        "crash_normal": _one_in(float(counted.day_beyond(CRASH, VOLATILITY))),
        "crash_tails": _one_in(float(counted.day_beyond(CRASH, VOLATILITY, counted.TAILS))),
    }


def _one_in(probability: float) -> Amount:
    """Of so many days one, with the two digits that such a number has."""
    return plain(float(f"{1 / probability:.2g}"))


# --- picture -------------------------------------------------------------------------------------


@lru_cache(maxsize=32)
def _people_of(code: str, scenario: Scenario, days: float, volatility: float) -> "Hundred":
    return Hundred(scenario, days, volatility)


def people_of(scenario: Scenario, days: float, volatility: float) -> "Hundred":
    """The hundred people of a position: asked for several times while a page is drawn."""
    return _people_of(language.current(), scenario, days, volatility)  # they tell of themselves


class Hundred:
    """A hundred people in the same long position, each with a price of their own."""

    def __init__(self, scenario: Scenario, days: float, volatility: float) -> None:
        self.scenario, self.days, self.volatility = scenario, days, volatility
        self.times, self.prices, self.ends = hundred(scenario, days, volatility)
        self.is_ended = np.isfinite(self.ends)

    @cached_property
    def told(self) -> dict[str, str]:
        """Blanks for the words of the lesson."""
        return {
            "days": formats.field_text(self.days, "plain"),
            "daily": formats.field_text(round(float(counted.daily(self.volatility)), 3), "percent"),
            "alive": str(int((~self.is_ended).sum())),
        } | _counts(self.scenario, self.days, self.volatility)

    def rows(self) -> list[tuple[str, ...]]:
        """A row a leverage: of a hundred how many are liquidated, by when somebody looks."""
        # Moving the leverage, which is most of what is done here, changes no row.
        first = changed(self.scenario, leverage=LEVERAGES[0])
        alike = first if isinstance(first, Scenario) else self.scenario
        return _rows(language.current(), alike, self.days, self.volatility)

    def picture(self, guess: float = nan) -> Picture:
        """Their prices, and below a cross for each who is liquidated, a ring for each who is not.

        Each mark stands a little to the right of the one before, so that a line that moves to the
        right uncovers one after the other. A path appears with its mark.
        """
        people = np.arange(counted.PATHS)
        ended, alive = people[self.is_ended], people[~self.is_ended]
        trigger, over = self.scenario.liquidation_price, {"yaxis": "y2", "xaxis": "x2"}
        extent = price_range(float(self.prices.min()), float(self.prices.max()), trigger)
        traces = [
            self._paths(alive, theme.EQUITY_FILL, "paths_alive"),
            self._paths(ended, theme.LIQUIDATION_FILL, "paths_ended"),
            _marks(ended, ended % ROWS, "x", theme.LIQUIDATION, "ended"),
            _marks(alive, alive % ROWS, "circle-open", theme.EQUITY, "alive"),
        ]
        if extent[0] <= trigger <= extent[1]:
            crosses = _marks(self.ends[ended].round(2), np.full(len(ended), trigger), "x", theme.LIQUIDATION)
            crosses["marker"] |= {"size": 9, "line": {"width": 0}}
            thin = {"name": "trigger", "line": {"width": 1.5}}  # the crosses on it are what counts
            traces += [
                line_trace([0, self.days], [trigger, trigger], theme.LIQUIDATION, **over, **thin),
                crosses | over | {"meta": {"steps": ended.tolist()}, "name": "touched"},
            ]
        told = [*self._counts_over(guess), text_label(WORDS["axis_price"], 0, PRICES[1], theme.MUTED, **OVER)]
        if isfinite(trigger):
            upper = {"xref": "x2", "yref": "y2"}
            told.append(trigger_label(WORDS["trigger"], trigger, extent, below=True, **upper))
        wide, narrow = (
            [label | {"font": label["font"] | {"size": size}} for label in told] for size in SIZES
        )
        layout = self._layout(extent) | {"annotations": wide}
        return {"data": traces, "layout": layout}, {"annotations": narrow}

    def _layout(self, extent: Range) -> Dict:
        """The marks below, the prices above, and the prices between which they are shown."""
        return {
            **base_layout(HEIGHT, {"l": 46, "r": 12, "t": 26, "b": 8}),
            "xaxis": hidden(range=[-2.5, counted.PATHS + 1.5]),
            "yaxis": hidden(range=[ROWS - 0.4, -0.6], domain=MARKS),
            "xaxis2": fixed(WORDS["axis_days"], range=[0, self.days], anchor="y2"),
            # With an x axis of its own: the steps of the marks do not run along it.
            "yaxis2": fixed("", range=extent, anchor="x2", domain=PRICES, nticks=5),
            "hovermode": False,
            "dragmode": False,
        }

    def _counts_over(self, guess: float) -> list[Dict]:
        """The whole count, hidden until all are drawn."""
        ended = int(self.is_ended.sum())
        said = [
            (f"✕ <b>{ended}</b> {WORDS['dots_ended']}", 0, "left", theme.LIQUIDATION_TEXT),
            (f"○ <b>{counted.PATHS - ended}</b> {WORDS['dots_alive']}", 1, "right", theme.EQUITY_TEXT),
        ]
        if isfinite(guess):
            shown = formats.field_text(guess, "plain")
            said.append((f"{WORDS['dots_guess']} <b>{shown}</b>", 0.5, "center", theme.INK))
        return [
            text_label(text, x, MARKS[1], ink, xanchor=side, name="moment", **OVER)
            for text, x, side, ink in said
        ]

    def _paths(self, people: Any, fill: str, name: str) -> Dict:
        """One line for many, with a gap after each."""
        gap = np.full((len(people), 1), nan)
        x = np.hstack([self.times[people].round(3), gap]).ravel()
        y = np.hstack([self.prices[people].round(2), gap]).ravel()
        return line_trace(x, y, fill, "y2", xaxis="x2", name=name, line={"width": 1.25}) | {
            "meta": {"steps": people.tolist()}
        }

    def playback(self) -> dict[str, Any]:
        """The steps: one person after the other, and the count so far."""
        so_far = np.cumsum(self.is_ended)
        days = formats.field_text(self.days, "plain")
        fates = [
            WORDS["fate_ended"].format(day=int(np.ceil(end)))
            if isfinite(end)
            else WORDS["fate_alive"].format(days=days)
            for end in self.ends
        ]
        people_so_far = np.arange(1, counted.PATHS + 1)
        counts = [count_of(count, seen) for count, seen in zip(so_far, people_so_far, strict=True)]
        alive = [count_of(seen - count, seen) for count, seen in zip(so_far, people_so_far, strict=True)]
        return {
            # Where the mark is whole.
            "x": np.arange(counted.PATHS) + 1.0,
            "rows": [[str(seen) for seen in people_so_far], fates, [str(c) for c in so_far], counts, alive],
            "template": WORDS["dots_step"].format(person="{0}", fate="{1}", count="{2}"),
            "figures": [
                {"label": WORDS["count_ended"], "rest": counts[-1], "column": 3},
                {"label": WORDS["count_alive"], "rest": alive[-1], "column": 4},
            ],
            "closed": counted.PATHS - 1,
            "from_start": True,
        }


def _counts(scenario: Scenario, days: float, volatility: float) -> dict[str, str]:
    ways = {
        "ended": counted.touched,
        "at_closes": counted.touched_at_closes,
        "at_end": counted.beyond_at_end,
    }
    return {name: people(float(way(scenario, days, volatility))) for name, way in ways.items()}


@lru_cache(maxsize=32)
def _rows(code: str, scenario: Scenario, days: float, volatility: float) -> list[tuple[str, ...]]:
    others = (changed(scenario, leverage=leverage) for leverage in LEVERAGES)
    return [
        (formats.multiple(s.leverage), *_counts(s, days, volatility).values())
        for s in others
        if isinstance(s, Scenario)
    ]


def people(probability: float) -> str:
    """Of a hundred people, so many; a few are not nobody."""
    whole = int(counted.PATHS * probability + 0.5)
    return str(whole) if whole or probability < 1e-6 else WORDS["few"]


def count_of(count: int, seen: int) -> str:
    return WORDS["count_of"].format(count=str(count), seen=str(seen))


def _marks(x: Any, y: Any, symbol: str, colour: str, name: str = "") -> Dict:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": x,
        "y": y,
        "marker": {"symbol": symbol, "size": 11, "color": colour, "line": {"width": 2, "color": colour}},
        "cliponaxis": False,
        "hoverinfo": "skip",
    }
