"""Watch it happen: what the lesson asks."""

from engine.facts import Amount
from engine.margin import costs, risk
from engine.margin.derived import allowed, changed, with_leverage
from engine.margin.scenario import Scenario
from engine.market.replay import Run
from engine.questions import Numeric, Quiz, known, money, moved, numeric, percent, plain, price
from pages.lessons.example import CUSHIONED, equity, signature_run, with_less_leverage
from pages.shared.drawing.still import Ground
from pages.shared.words import read

WORDS = read("watch")


def quiz() -> Quiz:
    """When the position of the course is closed, what that leaves, and what it would have become."""
    run = signature_run(CUSHIONED)
    step = _step(run)
    checks = (step, _equity_94(run), _after_fee(), _if_held(run), _needed_gain(run))
    return Quiz((step,), checks, _prose(run))


def ground(quiz: Quiz) -> Ground:
    """The prices one after the other; the step of the sale is to be pointed at."""
    given = quiz.guesses[0].given
    path = tuple(amount.value for name, amount in given.items() if name.startswith("price_"))
    return Ground(
        "plain", 0.0, len(path) - 1.0, 1.0, start=0.0, kind="when", path=path, title=WORDS["still_step"]
    )


def _seen(run: Run) -> dict[str, float]:
    """The step of each event."""
    return {kind: float(step) for kind, step in zip(run.events["kind"], run.events["step"], strict=True)}


def _last_step(run: Run) -> float:
    return float(len(run.columns["close"]) - 1)


def _step(run: Run) -> Numeric:
    seen, closed = _seen(run), run.settlement.step
    path = {f"price_{i}": price(float(value)) for i, value in enumerate(run.columns["close"])}
    return numeric(
        "step",
        known(run.scenario, "capital", "leverage", "entry", "rate") | path,
        plain(float(closed)),
        {
            "warning": seen["warning"],
            "margin_call": seen["margin_call"],
            "counted_from_one": float(closed + 1),
            "last_step": _last_step(run),
        },
    )


def _asked(s: Scenario, at: float) -> dict[str, Amount]:
    return known(s, "capital", "leverage", "entry") | {"price": price(at)} | moved(at / s.entry_price - 1)


def _equity_94(run: Run) -> Numeric:
    s, sold_at, left = run.scenario, run.settlement.fill_price, run.settlement.equity_at_fill
    return numeric(
        "equity_94",
        _asked(s, sold_at),
        money(left),
        {
            "no_leverage": equity(with_leverage(s, 1.0), sold_at),
            "change_only": s.capital - left,
            "at_trigger": equity(s, s.liquidation_price),
            "all_lost": 0.0,
        },
    )


def _if_held(run: Run) -> Numeric:
    s, last = run.scenario, float(run.columns["close"][-1])
    held = float(run.columns["equity_if_held"][-1])
    return numeric(
        "if_held",
        _asked(s, last),
        money(held),
        {
            "no_leverage": equity(with_leverage(s, 1.0), last),
            "change_only": held - s.capital,
            "borrowed_only": equity(with_less_leverage(s), last),
            "still_closed": run.settlement.equity_at_fill,
        },
    )


def _needed_gain(run: Run) -> Numeric:
    s, left = run.scenario, run.settlement.equity_at_fill
    return numeric(
        "needed_gain",
        known(s, "capital") | {"equity": money(left)},
        percent(float(risk.gain_to_recover(left, s.capital))),
        {
            "same_percent": 1 - left / s.capital,
            "whole_multiple": s.capital / left,
            "price_gain": s.entry_price / run.settlement.fill_price - 1,
        },
    )


def _after_fee() -> Numeric:
    s = allowed(changed(CUSHIONED, liquidation_fee=0.005))
    end = signature_run(s).settlement
    return numeric(
        "after_fee",
        {
            "equity": money(end.equity_at_fill),
            "fee_rate": percent(s.liquidation_fee),
            "sold": money(end.notional),
            "price": price(end.fill_price),
        }
        | known(s, "position"),
        money(end.returned),
        {
            "fee_on_own": end.equity_at_fill - _fee(s, end.equity_at_fill),
            "fee_on_entry": end.equity_at_fill - _fee(s, s.notional),
            "fee_only": end.liquidation_fee,
            "no_fee": end.equity_at_fill,
        },
    )


def _fee(s: Scenario, amount: float) -> float:
    return float(costs.trading_fee(amount, s.liquidation_fee))


def _prose(run: Run) -> dict[str, Amount]:
    s, seen, left = run.scenario, _seen(run), run.settlement.equity_at_fill
    last = float(run.columns["close"][-1])
    return known(s, "borrowed", "position", "trigger", "cushion", "bankruptcy") | {
        "equity": money(left),
        "lost": money(s.capital - left),
        "price": price(run.settlement.fill_price),
        "requirement": money(float(run.columns["maintenance_margin"][run.settlement.step])),
        "final_price": price(last),
        "final_move": percent(last / s.entry_price - 1),
        "if_held": money(float(run.columns["equity_if_held"][-1])),
        "warning_step": plain(seen["warning"]),
        "call_step": plain(seen["margin_call"]),
        "last_step": plain(_last_step(run)),
    }
