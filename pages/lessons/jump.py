"""When the price jumps: what the lesson asks."""

from engine.facts import Amount
from engine.loss.settlement import fund_share
from engine.margin.derived import with_leverage
from engine.market.prices import PathChoice, Shape
from engine.market.replay import Run
from engine.questions import Numeric, Quiz, known, money, moved, numeric, price
from pages.lessons.example import CUSHIONED, equity, kept, run_of
from pages.shared.drawing.still import Ground, Stack
from pages.shared.words import amount, read

WORDS = read("jump")

# What the insurance fund can give, quote: too little, so that one sees who is next.
FUND = 5.0


def quiz() -> Quiz:
    """What a jump over the trigger leaves, and who pays for what is missing."""
    run = run_of(CUSHIONED, PathChoice(shape=Shape.GAP, how_far=-0.12))
    equity_88 = _equity_88(run)
    others_pay = _others_pay(run.settlement.shortfall)
    checks = (equity_88, _owe(run), others_pay, kept("filled_91", CUSHIONED, 91.0, {}))
    return Quiz((equity_88,), checks, _prose(run, others_pay.answer))


def ground(quiz: Quiz) -> Ground:
    """One's own money before the jump; what is left of it is a bar to be drawn, below zero too."""
    own = quiz.guesses[0].given["capital"]
    stack = Stack(own.value, 0.0, WORDS["still_before"].format(own=amount(own)))
    return Ground(
        "money", -100.0, 100.0, 1.0, start=own.value, kind="bar", stack=stack, title=WORDS["still_left"]
    )


def _asked(run: Run) -> dict[str, Amount]:
    at = {"price": price(run.settlement.fill_price)}
    return known(run.scenario, "capital", "leverage", "entry") | at


def _equity_88(run: Run) -> Numeric:
    s, at, left = run.scenario, run.settlement.fill_price, run.settlement.equity_at_fill
    return numeric(
        "equity_88",
        _asked(run) | moved(at / s.entry_price - 1),
        money(left),
        {
            "all_lost": 0.0,
            "change_only": s.capital - left,
            "at_trigger": equity(s, s.liquidation_price),
            "no_leverage": equity(with_leverage(s, 1.0), at),
        },
    )


def _owe(run: Run) -> Numeric:
    s, left = run.scenario, run.settlement.equity_at_fill
    return numeric(
        "owe",
        _asked(run) | {"equity": money(left)},
        money(0.0),
        {
            "without_protection": run.settlement.shortfall,
            "all_of_the_loss": s.capital - left,
            "the_loan": s.borrowed,
        },
    )


def _others_pay(missing: float) -> Numeric:
    paid = float(fund_share(missing, FUND))
    return numeric(
        "others_pay",
        {"shortfall": money(missing), "fund": money(FUND)},
        money(missing - paid),
        {"fund_forgotten": missing, "fund_only": paid, "fund_added": missing + paid},
    )


def _prose(run: Run, others_pay: Amount) -> dict[str, Amount]:
    s, end = run.scenario, run.settlement
    return known(s, "borrowed", "position", "trigger", "bankruptcy", "cushion") | {
        "lost": money(s.capital - end.equity_at_fill),
        "sale": money(end.notional),
        "shortfall": money(end.shortfall),
        "fund": money(FUND),
        "others_pay": others_pay,
    }
