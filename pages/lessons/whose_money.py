"""Whose money is it? What the lesson asks, and its picture."""

from math import isfinite, isnan, log10, nan

from engine.facts import Amount, by_leverage, facts
from engine.margin.derived import allowed, changed, with_leverage
from engine.margin.scenario import Scenario
from engine.questions import Numeric, Quiz, known, money, numeric, percent
from pages.lessons.example import BARE
from pages.shared import formats
from pages.shared.drawing import theme
from pages.shared.drawing.charts import area_trace, line_trace
from pages.shared.drawing.labels import Dict, text_label
from pages.shared.drawing.sketch import (
    LEVERAGES,
    Picture,
    block,
    compose,
    dot,
    fixed,
    gap,
    hidden,
    leverages,
    over,
    plumb,
    round_percent,
)
from pages.shared.drawing.still import Ground
from pages.shared.words import read

WORDS = read("whose_money")

ASKED = Scenario().leverage  # the lesson asks about the position everybody starts with
NEAR_SHARE = 0.01
CURVE, BAR = (0.0, 0.64), (0.86, 1.0)  # the two panels, of the height


# --- questions -----------------------------------------------------------------------------------


def quiz() -> Quiz:
    """How much of a position is borrowed."""
    s = BARE
    guess = numeric(
        "lender_share",
        known(s, "capital", "leverage"),
        percent(_lender_share(s)),
        {
            "ten_percent_debt": _percent_debt(s) / s.capital,
            "half_and_half": _lender_share(with_leverage(s, 2.0)),
            "whole_position": 1.0,
        },
        NEAR_SHARE,
    )
    checks = (
        _borrowed("borrowed_10", s, "ten_percent_debt"),
        _borrowed("borrowed_250", allowed(changed(s, capital=250.0, leverage=4.0)), "percent_debt"),
        _share_25(s),
    )
    return Quiz((guess,), checks, _prose(s))


def ground(quiz: Quiz) -> Ground:
    """The whole position, and a mark for the lender's part of it."""
    return Ground("percent", 0.0, 100.0, 1.0, start=50.0, kind="split", title=WORDS["axis_share"])


def _share_25(s: Scenario) -> Numeric:
    high = with_leverage(s, 25.0)
    return numeric(
        "share_25",
        known(high, "capital", "leverage"),
        percent(_lender_share(high)),
        {
            "percent_debt": _percent_debt(high) / high.capital,
            "own_share": high.capital / high.notional,
            "as_at_ten": _lender_share(s),
            "whole_position": 1.0,
        },
    )


def _borrowed(name: str, s: Scenario, percent_debt: str) -> Numeric:
    return numeric(
        name,
        known(s, "capital", "leverage"),
        money(s.borrowed),
        {
            "whole_position": s.notional,
            "own_money": s.capital,
            percent_debt: _percent_debt(s),
            "share_of_own": s.capital * _lender_share(s),
        },
    )


def _prose(s: Scenario) -> dict[str, Amount]:
    shares = {
        f"share_{leverage}": percent(_lender_share(with_leverage(s, float(leverage))))
        for leverage in (2, 5, 10, 20, 50)
    }
    return known(s, "borrowed", "position") | {"own_share": percent(s.capital / s.notional)} | shares


def _lender_share(s: Scenario) -> float:
    return facts(s, 0.0)["lender_share"].value


def _percent_debt(s: Scenario) -> float:
    return s.capital * s.leverage / 100


# --- picture -------------------------------------------------------------------------------------


def picture(scenario: Scenario, guess: float = nan, at: float = ASKED) -> Picture:
    """Whose money a long position is, and the lender's share of it at every leverage.

    Parameters
    ----------
    guess : the guessed share of the lender, a fraction
    at : leverage the guess is about
    """
    lent = _lender_share(scenario)
    truth = by_leverage(scenario, at)["lender_share"]
    traces = [*_split(lent), *_curve(scenario, lent)]
    if isfinite(guess):
        traces += gap(at, min(max(guess, 0.0), 1.0), truth, theme.INK)
    axes = {
        "xaxis": leverages(WORDS["axis_leverage"]),
        "yaxis": fixed(
            WORDS["axis_share"],
            domain=CURVE,
            range=[0, 1],
            tickvals=[0, 0.5, 1],
            ticktext=[round_percent(tick) for tick in (0, 0.5, 1)],
        ),
        "xaxis2": hidden(range=[0, 1], anchor="y2"),
        "yaxis2": hidden(range=[0, 1], anchor="x2", domain=BAR),
    }

    def words(narrow: bool) -> list[Dict]:
        return _parts(scenario, lent, narrow) + _guess_and_truth(guess, truth, at)

    return compose(traces, axes, words, margin={"l": 64, "r": 12, "t": 24, "b": 44})


def _split(lent: float) -> list[Dict]:
    """The position as one bar, the lender's part first."""
    bars = (
        block((0.0, lent), (0.0, 1.0), theme.BORROWED_FILL, theme.BORROWED),
        block((lent, 1.0), (0.0, 1.0), theme.EQUITY_FILL, theme.EQUITY),
    )
    return [bar | {"xaxis": "x2", "yaxis": "y2"} for bar in bars]


def _curve(scenario: Scenario, lent: float) -> list[Dict]:
    """The lender's share by leverage, what is one's own above it, and where the learner stands."""
    lender = by_leverage(scenario, LEVERAGES)["lender_share"]
    return [
        area_trace(LEVERAGES, lender, theme.BORROWED_FILL, "y", "tozeroy"),
        line_trace(LEVERAGES, lender, theme.BORROWED, name="lender", line={"width": 2}),
        line_trace(
            LEVERAGES[[0, -1]],
            [1.0, 1.0],
            theme.EQUITY_FILL,
            fill="tonexty",
            fillcolor=theme.EQUITY_FILL,
            line={"width": 0},
        ),
        plumb(scenario.leverage, (0.0, 1.0)),
        dot(scenario.leverage, lent, theme.INK, name="now"),
    ]


def _parts(scenario: Scenario, lent: float, narrow: bool) -> list[Dict]:
    """The position and its two parts in words."""
    now = facts(scenario, 0.0)
    position, borrowed, own = formats.moneys(*(now[n].value for n in ("position", "borrowed", "capital")))
    size = "_narrow" if narrow else ""
    under = {"xref": "paper", "yref": "paper", "yanchor": "top", "yshift": -3}
    above = under | {"yanchor": "bottom", "yshift": 3}
    return [
        text_label(WORDS["picture_position"].format(position=position), 0, 1, theme.INK, **above),
        text_label(
            WORDS[f"picture_borrowed{size}"].format(borrowed=borrowed),
            0,
            BAR[0],
            theme.BORROWED_TEXT,
            **under,
        ),
        text_label(
            WORDS["picture_yours"].format(own=own), 1, BAR[0], theme.EQUITY_TEXT, **under, xanchor="right"
        ),
        over(
            WORDS[f"picture_share{size}"].format(
                leverage=formats.multiple(scenario.leverage), share=formats.percent(lent)
            ),
            scenario.leverage,
            CURVE[1],
        ),
    ]


def _guess_and_truth(guess: float, truth: float, at: float) -> list[Dict]:
    """The lender's share as it is, on the side above the curve, and as it was guessed, on the other."""
    if isnan(guess):
        return []
    ground = {"bgcolor": theme.PAPER_FILL, "borderpad": 0}
    told = WORDS["picture_guess"].format(guess=round_percent(guess))
    known = WORDS["picture_truth"].format(truth=round_percent(truth))
    right = {"xshift": 12, "yanchor": "top" if guess > 0.9 else "bottom" if guess < 0.1 else "middle"}
    left = {"xanchor": "right", "xshift": -12, "yanchor": "bottom" if truth < 0.9 else "middle"}
    return [
        text_label(told, log10(at), min(max(guess, 0.0), 1.0), theme.INK, **right, **ground),
        text_label(known, log10(at), truth, theme.INK, **left, **ground),
    ]
