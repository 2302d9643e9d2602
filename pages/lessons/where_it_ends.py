"""Where does the money end? What the lesson asks, and its picture."""

from collections.abc import Mapping
from math import isfinite, log10, nan

from engine.facts import Amount, by_leverage
from engine.margin import risk
from engine.margin.derived import allowed, changed, with_leverage
from engine.margin.scenario import Scenario
from engine.questions import Numeric, Quiz, known, moved, multiple, numeric, percent, price
from pages.lessons.example import BARE, NEAR_PRICE, room, with_less_leverage
from pages.shared import formats
from pages.shared.drawing import theme
from pages.shared.drawing.charts import line_trace
from pages.shared.drawing.labels import Dict, text_label
from pages.shared.drawing.sketch import LEVERAGES, Picture, compose, dot, fixed, gap, leverages, over, plumb
from pages.shared.words import read

WORDS = read("where_it_ends")

# --- questions -----------------------------------------------------------------------------------


def quiz() -> Quiz:
    """At which price the money is gone."""
    guesses = tuple(_end(leverage) for leverage in (2, 5, 10, 50))
    return Quiz(guesses, (_fall_10(), _end_200(), _survives_20()), known(BARE, "capital") | _prose())


def _end(leverage: int) -> Numeric:
    s = with_leverage(BARE, float(leverage))
    end = s.bankruptcy_price
    mistakes = {"no_leverage": 0.0, "wrong_way": 2 * s.entry_price - end}
    by_percent = _fallen_by_leverage(s)
    if abs(by_percent - end) > 2 * NEAR_PRICE:  # at 10x this thinking happens to be right
        mistakes["leverage_as_percent"] = by_percent
    return numeric(
        f"end_{leverage}", known(s, "capital", "leverage", "entry"), price(end), mistakes, NEAR_PRICE
    )


def _fall_10() -> Numeric:
    s = BARE
    return numeric(
        "fall_10",
        known(s, "leverage"),
        percent(room(s)),
        {
            "no_leverage": 1.0,
            "wrong_way": s.bankruptcy_price / s.entry_price - 1,
            "falls_to": s.bankruptcy_price / s.entry_price,
            "borrowed_only": room(with_less_leverage(s)),
        },
    )


def _end_200() -> Numeric:
    dear = allowed(changed(BARE, entry_price=200.0, leverage=4.0))
    way = dear.entry_price - dear.bankruptcy_price
    return numeric(
        "end_200",
        known(dear, "entry", "leverage"),
        price(dear.bankruptcy_price),
        {
            "wrong_way": dear.entry_price + way,
            "falls_to": way,
            "points_for_percent": dear.entry_price - 100 * room(dear),
            "leverage_as_percent": _fallen_by_leverage(dear),
        },
    )


def _survives_20() -> Numeric:
    move, rate = -0.2, BARE.maintenance_rate
    most = float(risk.largest_leverage(move, rate))
    return numeric(
        "survives_20",
        moved(move),
        multiple(most),
        {
            "leverage_as_percent": -move * 100,
            "falls_to": float(risk.largest_leverage(-(1 + move), rate)),
            "borrowed_only": most + 1,
        },
    )


def _fallen_by_leverage(s: Scenario) -> float:
    return s.entry_price * (1 - s.leverage / 100)


def _prose() -> dict[str, Amount]:
    rooms = {leverage: room(with_leverage(BARE, float(leverage))) for leverage in (2, 3, 5, 10, 20, 30, 50)}
    given = {f"room_{leverage}": percent(share) for leverage, share in rooms.items()}
    given["cost_2_to_3"] = percent(rooms[2] - rooms[3])
    given["cost_20_to_30"] = percent(rooms[20] - rooms[30])
    return given


# --- picture -------------------------------------------------------------------------------------


def picture(scenario: Scenario, guesses: Mapping[float, float], shown: bool) -> Picture:
    """At which price the money of a long is gone, by leverage: the guesses and, if `shown`, the truth.

    Parameters
    ----------
    guesses : guessed price by leverage
    shown : whether the truth is drawn; the axes are the same before and after
    """
    entry = scenario.entry_price
    now = float(by_leverage(scenario, scenario.leverage)["bankruptcy"])
    truths = {
        leverage: float(by_leverage(scenario, leverage)["bankruptcy"]) if shown else nan
        for leverage in guesses
    }
    traces = [line_trace(LEVERAGES[[0, -1]], [entry, entry], theme.MUTED, name="entry")]
    if shown:
        traces += _curve(scenario, now)
    for leverage, guess in guesses.items():
        traces += gap(leverage, guess, truths[leverage], theme.BANKRUPTCY)
    legend = WORDS["legend_guesses"] + f"   {WORDS['legend_truths']}" * shown

    def words(narrow: bool) -> list[Dict]:
        labels = []
        for leverage, guess in guesses.items():
            truth = truths[leverage]
            above = guess > truth if isfinite(truth) else guess < 0.1 * entry
            labels.append(_aside(leverage, guess, above, theme.INK))
            if isfinite(truth):
                labels.append(_aside(leverage, truth, not above, theme.BANKRUPTCY_TEXT))
        return [*labels, _told(scenario, now, narrow)] if shown else labels

    axes = _axes(entry, WORDS["axis_leverage"] + f"<br>{legend}" * bool(guesses))
    return compose(traces, axes, words, margin={"l": 64, "r": 12, "t": 26, "b": 62})


def _curve(s: Scenario, now: float) -> list[Dict]:
    """The truth at every leverage, and where the learner stands."""
    end = by_leverage(s, LEVERAGES)["bankruptcy"]
    traces = [
        line_trace(LEVERAGES, end, theme.BANKRUPTCY, name="bankruptcy", line={"width": 2.5}),
        plumb(s.leverage, (0.0, s.entry_price)),
    ]
    if isfinite(now):
        traces.append(dot(s.leverage, now, theme.INK, name="now", marker={"symbol": "diamond"}))
    return traces


def _axes(entry: float, title: str) -> Dict:
    ticks = [entry * fifth / 5 for fifth in range(6)]
    prices = [formats.trigger(tick) for tick in ticks]
    return {
        "xaxis": leverages(title),
        # Room for words beyond the ends of the scale.
        "yaxis": fixed(
            WORDS["axis_price"],
            range=[-0.1 * entry, 1.12 * entry],
            tickvals=ticks,
            ticktext=[*prices[:-1], WORDS["tick_entry"].format(price=prices[-1])],
        ),
    }


def _told(scenario: Scenario, now: float, narrow: bool) -> Dict:
    key = ("picture_gone_narrow" if narrow else "picture_gone") if isfinite(now) else "picture_never"
    told = WORDS[key].format(leverage=formats.multiple(scenario.leverage), price=formats.trigger(now))
    return over(told, scenario.leverage, 1)


def _aside(leverage: float, at: float, above: bool, ink: str) -> Dict:
    """A price above or below its mark, on the side that the curve leaves free."""
    side = (
        {"xanchor": "right", "yanchor": "bottom", "xshift": -1, "yshift": 4}
        if above
        else {"xanchor": "left", "yanchor": "top", "xshift": 1, "yshift": -4}
    )
    text = formats.short_price(at)
    return text_label(text, log10(leverage), at, ink, bgcolor=theme.PAPER_FILL, borderpad=0) | side
