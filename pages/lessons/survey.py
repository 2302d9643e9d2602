"""The question asked first and last, from a survey of investors, and how many of them got it right.

Ko and Rapkin, "The Financial Illiteracy and Overconfidence of Margin Traders", white paper of the US SEC's
Division of Economic and Risk Analysis, March 2018 (survey of 2015).
"""

from engine.facts import Amount
from engine.margin import risk
from engine.margin.derived import allowed, changed, with_leverage
from engine.margin.scenario import Scenario
from engine.questions import Numeric, Quiz, known, money, moved, numeric, percent
from pages.lessons.example import BARE, equity
from pages.shared.drawing import theme
from pages.shared.drawing.labels import Dict, text_label
from pages.shared.drawing.sketch import Picture, block, compose, fixed, hidden, round_percent
from pages.shared.drawing.still import Ground, Stack
from pages.shared.words import amount, read

WORDS = read("finish")
# Share of US investors who got the item right: those who have bought on margin, and the others.
BENCHMARK = {"margin": 0.15, "others": 0.31}
ROWS = {"margin": (0.54, 0.78), "others": (0.04, 0.28)}
LOOKS = {"margin": (theme.BORROWED_FILL, theme.BORROWED), "others": (theme.GRID, theme.AXIS)}
HEIGHT = 190


def item(name: str) -> Numeric:
    """The item of the survey in its own numbers."""
    return sold_off(name, allowed(changed(BARE, capital=500.0, leverage=2.0)), -0.5, {})


def sold_off(name: str, s: Scenario, move: float, more: dict[str, float]) -> Numeric:
    """What is left once everything is sold and the loan is repaid; `more` adds likely mistakes."""
    price = s.entry_price * (1 + move)
    return numeric(
        name,
        {"own": money(s.capital)} | known(s, "borrowed", "position") | moved(move),
        money(equity(s, price)),
        {
            "no_leverage": equity(with_leverage(s, 1.0), price),
            "loan_forgotten": float(risk.notional(s.quantity, price)),
        }
        | more,
    )


def shares() -> dict[str, Amount]:
    """The shares of those who were right, for prose."""
    return {f"benchmark_{who}": percent(share) for who, share in BENCHMARK.items()}


def picture() -> Picture:
    """How many investors answered the start question correctly."""
    traces = [
        block((0.0, share), ROWS[who], *LOOKS[who]) | {"name": WORDS[f"picture_{who}"]}
        for who, share in BENCHMARK.items()
    ]
    ticks = [0, 0.25, 0.5, 0.75, 1]
    axes = {
        "xaxis": fixed(
            WORDS["axis_share"],
            range=[0, 1],
            tickvals=ticks,
            ticktext=[round_percent(tick) for tick in ticks],
        ),
        "yaxis": hidden(range=[0, 1]),
    }
    return compose(traces, axes, _words, margin={"l": 14, "r": 20, "t": 4, "b": 44}, height=HEIGHT)


def _words(narrow: bool) -> list[Dict]:
    labels = []
    for who, (low, high) in ROWS.items():
        labels.append(text_label(WORDS[f"picture_{who}"], 0, high, theme.INK, yanchor="bottom"))
        share = BENCHMARK[who]
        told = f"<b>{round_percent(share)}</b>"
        labels.append(text_label(told, share, (low + high) / 2, theme.INK, xshift=6))
    return labels


def stock(quiz: Quiz) -> Ground:
    """A position bought with own and borrowed money, and a bar for what is left of one's own."""
    given = quiz.guesses[0].given
    own, borrowed = given["own"].value, given["borrowed"].value
    told = WORDS["still_stock"].format(position=amount(given["position"]))
    return Ground(
        "money",
        0.0,
        own + borrowed,
        10.0,
        start=own,
        kind="bar",
        stack=Stack(own, borrowed, told),
        title=WORDS["still_left"],
        marks=len(quiz.guesses),
    )
