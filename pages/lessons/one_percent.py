"""How big is one percent? What the lesson asks, and its picture."""

from math import isfinite, nan

from engine.facts import facts
from engine.margin.derived import with_leverage
from engine.margin.scenario import Scenario
from engine.questions import Numeric, Quiz, known, money, moved, numeric, percent
from pages.lessons.example import BARE, equity, with_less_leverage
from pages.lessons.survey import item, shares
from pages.shared import formats
from pages.shared.drawing import theme
from pages.shared.drawing.charts import line_trace
from pages.shared.drawing.labels import Dict, text_label
from pages.shared.drawing.sketch import Picture, block, compose, fixed, gap, round_percent, round_up
from pages.shared.drawing.still import Ground, Stack
from pages.shared.words import amount, read

WORDS = read("one_percent")


def quiz() -> Quiz:
    """What a small move of the price is to one's own money."""
    guess, small = _left("left", -0.04), 0.01
    checks = (_left("up_3", 0.03), _left("down_7", -0.07), _percent_5x(), item("start"))
    given = {
        "lost": money(BARE.capital - guess.answer.value),
        "equity_change": percent(_equity_change(BARE, guess.given["move"].value)),
        "small_move": percent(small),
        "small_change": percent(_equity_change(BARE, small)),
        "small_money": money(BARE.capital * _equity_change(BARE, small)),
    }
    return Quiz((guess,), checks, known(BARE, "borrowed", "position") | given | shares())


def ground(quiz: Quiz) -> Ground:
    """One's own money before the fall; what is left of it is a bar to be drawn."""
    own = quiz.guesses[0].given["capital"]
    stack = Stack(own.value, 0.0, WORDS["still_before"].format(own=amount(own)))
    return Ground(
        "money", 0.0, 120.0, 1.0, start=own.value, kind="bar", stack=stack, title=WORDS["still_left"]
    )


def _percent_5x() -> Numeric:
    slow, move = with_leverage(BARE, 5.0), -0.12
    return numeric(
        "percent_5x",
        known(slow, "leverage") | moved(move),
        percent(_equity_change(slow, move)),
        {
            "no_leverage": _equity_change(with_leverage(slow, 1.0), move),
            "wrong_way": _equity_change(slow, -move),
            "borrowed_only": _equity_change(with_less_leverage(slow), move),
            "divided": move / slow.leverage,
        },
    )


def _equity_change(s: Scenario, move: float) -> float:
    return facts(s, move)["equity_change"].value


def _left(name: str, move: float) -> Numeric:
    s = BARE
    price = s.entry_price * (1 + move)
    left = equity(s, price)
    return numeric(
        name,
        known(s, "capital", "leverage") | moved(move),
        money(left),
        {
            "no_leverage": equity(with_leverage(s, 1.0), price),
            "wrong_way": equity(s, s.entry_price * (1 - move)),
            "change_only": abs(left - s.capital),
            "borrowed_only": equity(with_less_leverage(s), price),
        },
    )


# --- picture -------------------------------------------------------------------------------------


def picture(scenario: Scenario, move: float, guess: float = nan) -> Picture:
    """What a price move is to the price and to the learner's money, both in percent.

    Parameters
    ----------
    move : change of the price, a fraction
    guess : the money guessed to be left, quote
    """
    now, entry, own = facts(scenario, move), scenario.entry_price, scenario.backing
    truth, guessed = now["equity_change"].value, guess / own - 1
    reach = round_up(max(abs(change) for change in (move, truth, guessed, 0.1) if isfinite(change)))
    names = [
        WORDS["picture_price"].format(price=formats.trigger(entry)),
        WORDS["picture_money"].format(money=formats.money(own)),
    ]
    traces = _bars(move, truth)
    if isfinite(guess):
        names.append(WORDS["picture_guess"])
        traces += [line_trace([1.3, 2.0], [truth, truth], theme.MUTED)]
        traces += gap(2.0, guessed, truth, theme.EQUITY)
    left = formats.money(now["equity"].value)

    def words(narrow: bool) -> list[Dict]:
        labels = [
            _beyond(
                0,
                move,
                WORDS["picture_now"].format(now=formats.trigger(entry * (1 + move))),
                move,
                move >= 0,
                theme.INK,
            ),
            _beyond(1, truth, WORDS["picture_now"].format(now=left), truth, truth >= 0, theme.EQUITY_TEXT),
        ]
        if isfinite(guess):
            labels.append(_beyond(2, guessed, formats.money(guess), guessed, guessed >= truth, theme.INK))
        return labels

    return compose(traces, _axes(names, reach), words, margin={"l": 72, "r": 8, "t": 8, "b": 46})


def _bars(move: float, truth: float) -> list[Dict]:
    traces = [
        block((-0.3, 0.3), (0.0, move), theme.GRID, theme.INK) | {"name": "price"},
        block((0.7, 1.3), (0.0, max(truth, -1.0)), theme.EQUITY_FILL, theme.EQUITY) | {"name": "money"},
    ]
    if truth < -1:
        # More than all of it: somebody else's loss.
        lost = block((0.7, 1.3), (-1.0, truth), theme.LOSS_FILL, theme.BANKRUPTCY)
        traces.append(lost | {"name": "lost"})
    return traces


def _axes(names: list[str], reach: float) -> Dict:
    ticks = [reach * share for share in (-1, -0.5, 0, 0.5, 1)]
    return {
        "xaxis": fixed(
            "", range=[-0.55, len(names) - 0.45], tickvals=[0, 1, 2], ticktext=names, showgrid=False
        ),
        "yaxis": fixed(
            WORDS["axis_change"],
            range=[-1.45 * reach, 1.45 * reach],
            tickvals=ticks,
            ticktext=[round_percent(tick, signed=True) for tick in ticks],
            zeroline=True,
            zerolinecolor=theme.AXIS,
        ),
    }


def _beyond(x: float, y: float, amount: str, change: float, above: bool, ink: str) -> Dict:
    """A change and what it leaves, past the end of a bar."""
    side = {"yanchor": "bottom", "yshift": 8} if above else {"yanchor": "top", "yshift": -8}
    text = f"<b>{formats.percent(change, signed=True)}</b><br>{amount}"
    ground = {"bgcolor": theme.PAPER_FILL, "borderpad": 0}
    return text_label(text, x, y, ink, xanchor="center", align="center") | side | ground
