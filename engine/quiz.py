"""The questions of the course: every answer, and what each likely misunderstanding leads to, is computed.

A mistake is named after the thinking behind it; the lessons' texts answer it under that name. Those that
come up more than once or do not speak for themselves:

* no_leverage: only one's own money follows the price · wrong_way: the sign or the side is turned
* borrowed_only: the borrowed money works, one's own does not, as if 10x were 9x
* change_only: the gain or loss instead of what is left · all_lost: a forced sale leaves nothing
* loan_forgotten: all the money of the sale is one's own
* ten_percent_debt, percent_debt: 10x means that 10 % of one's own money is borrowed
* leverage_as_percent: 10x means 10 % · falls_to: the loss is taken for what remains
* one_over_leverage: the bankruptcy price instead of the trigger
* requirement_at_entry: the requirement stays what it was at the entry price
* rate_of_bankruptcy: the trigger is the bankruptcy price and its maintenance rate on top
* cushion_below: the platform waits until the money is gone, and then some
* mirror: a short's trigger is as far from the entry price as a long's
* not_moved: the rescue leaves the trigger where it was · at_trigger: every forced sale is filled there
* shifted: money added moves the trigger by as much as the price may fall more until it is used up
* without_protection: the trader owes what is missing · all_used_up: the platform waits for the last dollar
* lone_wallet: the wallet stands behind one position only · requirement_forgotten: the other position may
  lose, but needs nothing itself · alone: each position has only its own money behind it
* of_the_end: a change is counted on the price it leads to
* rate_on_own: costs are charged on one's own money · one_way: a fee is paid once
* end_only: only where the price ends counts · room_as_chance: the room in percent is the chance
* adds_up: the moves of all days go the same way · in_proportion: twice the leverage, twice the danger
* one_day: a usual day does not reach the trigger, so nothing does
* nobody: a fall sells nobody · first_only: a forced sale has no consequence, or counts once for all
* from_trigger: the sales are counted down from the trigger · to_trigger, at_next: the price falls that far
"""

from dataclasses import dataclass, replace
from functools import partial
from math import ceil, floor, isnan
from typing import Final

from engine import cascade, challenges
from engine.facts import Amount, facts, in_one_wallet, outcome
from engine.loss.settlement import fund_share
from engine.margin import costs, risk
from engine.margin.account import Account, Leg
from engine.margin.scenario import Rules, Scenario, Side, rule_values, with_leverage
from engine.market.history import crash_closes, crash_move
from engine.market.prices import PathChoice, Shape, price_frame
from engine.market.replay import Run, replay
from engine.odds import counted
from engine.venues.caps import LOSING, legal_caps

MINUTES: Final = {
    "start_question": 1,
    "whose_money": 4,
    "one_percent": 5,
    "where_it_ends": 5,
    "why_early": 5,
    "watch": 6,
    "short": 4,
    "saved": 6,
    "cross": 5,
    "jump": 5,
    "waiting": 5,
    "how_likely": 6,
    "together": 5,
    "rules": 5,
    "finish": 6,
}
SLUGS: Final = tuple(MINUTES)
# The whole course in its order: the puzzles, which are no lesson, stand before the last one.
PARTS: Final = {slug: MINUTES[slug] for slug in SLUGS[:-1]} | {
    "challenges": challenges.MINUTES,
    SLUGS[-1]: MINUTES[SLUGS[-1]],
}

# Share of US investors who got the item of `start_question` right, those who have bought on margin and
# the others: Ko and Rapkin, "The Financial Illiteracy and Overconfidence of Margin Traders", white paper
# of the US SEC's Division of Economic and Risk Analysis, March 2018 (survey of 2015).
BENCHMARK: Final = {"margin": 0.15, "others": 0.31}

# What the insurance fund of the lesson on jumps can give, quote: too little, so that one sees who is next.
FUND: Final = 5.0

# The lesson on chance: a usual day moves the price by 3 %, as with a large coin in a lively month.
HORIZON_DAYS: Final = 10
VOLATILITY: Final = 0.5732
# Wallet and positions of a venue's own example of cross margin, ether first, then bitcoin: Binance,
# FAQ b3c689c1f50a44cabb3a84e663b81d93.
PUBLISHED: Final = Account(
    1_535_443.01,
    (
        Leg(3683.979, 1456.84, 1335.18, 0.10, 135_365.0, name="ETH"),
        Leg(109.488, 32_481.98, 31_967.27, 0.025, 16_300.0, name="BTC"),
    ),
)
# Where the longs of the lesson on crowds are sold, where bad news brings the price, and by how much each
# sale lowers it, quote.
TRIGGERS: Final = (95.0, 93.0, 91.0)
SHOCK: Final = 94.5
IMPACT: Final = 2.0


@dataclass(frozen=True, slots=True)
class Numeric:
    """A question whose answer is a number.

    Attributes
    ----------
    name : str
    given : dict of Amount
        The numbers the question is asked with, by the name of their blank.
    answer : Amount
    tolerance : float
        How far from the answer still counts as right.
    mistakes : dict of float
        The number a likely thinking leads to, by the name of that thinking.
    """

    name: str
    given: dict[str, Amount]
    answer: Amount
    tolerance: float
    mistakes: dict[str, float]


@dataclass(frozen=True, slots=True)
class Choice:
    """A question with a few answers to choose from; every option but the answer is a mistake."""

    name: str
    given: dict[str, Amount]
    answer: str
    options: tuple[str, ...]


Question = Numeric | Choice


@dataclass(frozen=True, slots=True)
class Quiz:
    """What one lesson asks: guesses before the play, checks after it; `given` is for its prose."""

    guesses: tuple[Question, ...]
    checks: tuple[Question, ...]
    given: dict[str, Amount]


@dataclass(frozen=True, slots=True)
class Grade:
    """Whether an answer is right, and else the name of the mistake, empty if it is not a known one."""

    is_right: bool
    mistake: str


def quiz(slug: str) -> Quiz:
    """The questions of one lesson.

    Parameters
    ----------
    slug : str
        One of :data:`SLUGS`.

    Returns
    -------
    Quiz

    Raises
    ------
    KeyError
        If there is no such lesson.

    Examples
    --------
    >>> [question.name for question in quiz("why_early").checks]
    ['trigger', 'equity_at_trigger', 'call_25', 'at_entry']
    """
    return _LESSONS[slug]()


def grade(question: Question, answer: float | str) -> Grade:
    """Judge an answer, and recognise the thinking behind a wrong one.

    Parameters
    ----------
    question : Numeric or Choice
    answer : float or str
        A number in the unit of the question's answer, percent as a fraction; of a choice the option.

    Returns
    -------
    Grade

    Examples
    --------
    >>> trigger = quiz("why_early").checks[0]
    >>> grade(trigger, 94.74).is_right, grade(trigger, 90.0).mistake
    (True, 'one_over_leverage')
    """
    if isinstance(question, Choice):
        is_right = answer == question.answer
        is_known = answer in question.options and not is_right
        return Grade(is_right, str(answer) if is_known else "")
    if isinstance(answer, str):
        return Grade(False, "")
    # Typed decimals that stand exactly at the tolerance must not fail by float dust.
    near = question.tolerance + 1e-9
    if abs(answer - question.answer.value) <= near:
        return Grade(True, "")
    found = (name for name, value in question.mistakes.items() if abs(answer - value) <= near)
    return Grade(False, next(found, ""))


# The default of `tolerance` by style; predictions made before the lesson are near within more.
_TOLERANCE: Final = {"money": 0.01, "price": 0.01, "percent": 0.0005, "multiple": 0.01, "plain": 0.0}
_NEAR_PRICE: Final = 0.5
_NEAR_SHARE: Final = 0.01
_NEAR_LEVERAGE: Final = 0.4

_money = partial(Amount, style="money")
_price = partial(Amount, style="price")
_percent = partial(Amount, style="percent")
_multiple = partial(Amount, style="multiple")
_plain = partial(Amount, style="plain")

# Until the lesson that asks why the platform acts early, it acts when nothing is left.
_BARE: Final = Scenario(maintenance_rate=0.0)
_CUSHIONED: Final = replace(_BARE, maintenance_rate=rule_values(Rules.CLASSROOM)["maintenance_rate"])
_LIGHT: Final = replace(_BARE, maintenance_rate=rule_values(Rules.SIMPLE)["maintenance_rate"])


def _numeric(
    name: str,
    given: dict[str, Amount],
    answer: Amount,
    mistakes: dict[str, float],
    tolerance: float | None = None,
) -> Numeric:
    near = _TOLERANCE[answer.style] if tolerance is None else tolerance
    return Numeric(name, given, answer, near, mistakes)


def _given(s: Scenario, *names: str) -> dict[str, Amount]:
    known = facts(s, 0.0)
    return {name: known[name] for name in names}


def _move(move: float) -> dict[str, Amount]:
    return {"move": _percent(move), "fall" if move < 0 else "rise": _percent(abs(move))}


def _equity(s: Scenario, price: float) -> float:
    return float(risk.equity(s.quantity, s.entry_price, s.backing, price))


def _room(s: Scenario) -> float:
    return facts(s, 0.0)["distance"].value


def _lender_share(s: Scenario) -> float:
    return facts(s, 0.0)["lender_share"].value


def _frozen_trigger(s: Scenario) -> float:
    """Where the trigger were if the requirement stayed what it is at the entry price."""
    trigger = risk.liquidation_price(s.quantity, s.entry_price, s.backing, s.maintenance_rate, basis="entry")
    return float(trigger)


def _with_less_leverage(s: Scenario) -> Scenario:
    return with_leverage(s, s.leverage - 1)


def _start_question() -> Quiz:
    return Quiz((_start_item("left"),), (), {})


def _start_item(name: str) -> Numeric:
    return _sold_off(name, replace(_BARE, capital=500.0, leverage=2.0), -0.5, {})


def _sold_off(name: str, s: Scenario, move: float, more: dict[str, float]) -> Numeric:
    """The item of the survey: what is left once everything is sold and the loan is repaid."""
    price = s.entry_price * (1 + move)
    return _numeric(
        name,
        {"own": _money(s.capital)} | _given(s, "borrowed", "position") | _move(move),
        _money(_equity(s, price)),
        {
            "no_leverage": _equity(with_leverage(s, 1.0), price),
            "loan_forgotten": float(risk.notional(s.quantity, price)),
        }
        | more,
    )


def _whose_money() -> Quiz:
    s = _BARE
    guess = _numeric(
        "lender_share",
        _given(s, "capital", "leverage"),
        _percent(_lender_share(s)),
        {
            "ten_percent_debt": _percent_debt(s) / s.capital,
            "half_and_half": _lender_share(with_leverage(s, 2.0)),
            "whole_position": 1.0,
        },
        _NEAR_SHARE,
    )
    high = with_leverage(s, 25.0)
    share_25 = _numeric(
        "share_25",
        _given(high, "capital", "leverage"),
        _percent(_lender_share(high)),
        {
            "percent_debt": _percent_debt(high) / high.capital,
            "own_share": high.capital / high.notional,
            "as_at_ten": _lender_share(s),
            "whole_position": 1.0,
        },
    )
    checks = (
        _borrowed("borrowed_10", s, "ten_percent_debt"),
        _borrowed("borrowed_250", replace(s, capital=250.0, leverage=4.0), "percent_debt"),
        share_25,
    )
    shares = {
        f"share_{leverage}": _percent(_lender_share(with_leverage(s, float(leverage))))
        for leverage in (2, 5, 10, 20, 50)
    }
    own_share = _percent(s.capital / s.notional)
    return Quiz((guess,), checks, _given(s, "borrowed", "position") | {"own_share": own_share} | shares)


def _percent_debt(s: Scenario) -> float:
    return s.capital * s.leverage / 100


def _borrowed(name: str, s: Scenario, percent_debt: str) -> Numeric:
    return _numeric(
        name,
        _given(s, "capital", "leverage"),
        _money(s.borrowed),
        {
            "whole_position": s.notional,
            "own_money": s.capital,
            percent_debt: _percent_debt(s),
            "share_of_own": s.capital * _lender_share(s),
        },
    )


def _one_percent() -> Quiz:
    guess = _left("left", -0.04)
    slow, move = with_leverage(_BARE, 5.0), -0.12
    percent_5x = _numeric(
        "percent_5x",
        _given(slow, "leverage") | _move(move),
        _percent(_equity_change(slow, move)),
        {
            "no_leverage": _equity_change(with_leverage(slow, 1.0), move),
            "wrong_way": _equity_change(slow, -move),
            "borrowed_only": _equity_change(_with_less_leverage(slow), move),
            "divided": move / slow.leverage,
        },
    )
    checks = (_left("up_3", 0.03), _left("down_7", -0.07), percent_5x, _start_item("start"))
    small = 0.01
    given = {
        "lost": _money(_BARE.capital - guess.answer.value),
        "equity_change": _percent(_equity_change(_BARE, guess.given["move"].value)),
        "small_move": _percent(small),
        "small_change": _percent(_equity_change(_BARE, small)),
        "small_money": _money(_BARE.capital * _equity_change(_BARE, small)),
    }
    return Quiz((guess,), checks, _given(_BARE, "borrowed", "position") | given | _benchmark())


def _equity_change(s: Scenario, move: float) -> float:
    return facts(s, move)["equity_change"].value


def _left(name: str, move: float) -> Numeric:
    s = _BARE
    price = s.entry_price * (1 + move)
    left = _equity(s, price)
    return _numeric(
        name,
        _given(s, "capital", "leverage") | _move(move),
        _money(left),
        {
            "no_leverage": _equity(with_leverage(s, 1.0), price),
            "wrong_way": _equity(s, s.entry_price * (1 - move)),
            "change_only": abs(left - s.capital),
            "borrowed_only": _equity(_with_less_leverage(s), price),
        },
    )


def _benchmark() -> dict[str, Amount]:
    return {f"benchmark_{who}": _percent(share) for who, share in BENCHMARK.items()}


def _where_it_ends() -> Quiz:
    s = _BARE
    fall_10 = _numeric(
        "fall_10",
        _given(s, "leverage"),
        _percent(_room(s)),
        {
            "no_leverage": 1.0,
            "wrong_way": s.bankruptcy_price / s.entry_price - 1,
            "falls_to": s.bankruptcy_price / s.entry_price,
            "borrowed_only": _room(_with_less_leverage(s)),
        },
    )
    dear = replace(s, entry_price=200.0, leverage=4.0)
    room = dear.entry_price - dear.bankruptcy_price
    end_200 = _numeric(
        "end_200",
        _given(dear, "entry", "leverage"),
        _price(dear.bankruptcy_price),
        {
            "wrong_way": dear.entry_price + room,
            "falls_to": room,
            "points_for_percent": dear.entry_price - 100 * _room(dear),
            "leverage_as_percent": _fallen_by_leverage(dear),
        },
    )
    move = -0.2
    most = float(risk.largest_leverage(move, s.maintenance_rate))
    survives_20 = _numeric(
        "survives_20",
        _move(move),
        _multiple(most),
        {
            "leverage_as_percent": -move * 100,
            "falls_to": float(risk.largest_leverage(-(1 + move), s.maintenance_rate)),
            "borrowed_only": most + 1,
        },
    )
    rooms = {leverage: _room(with_leverage(s, float(leverage))) for leverage in (2, 3, 5, 10, 20, 30, 50)}
    given = {f"room_{leverage}": _percent(share) for leverage, share in rooms.items()}
    given["cost_2_to_3"] = _percent(rooms[2] - rooms[3])
    given["cost_20_to_30"] = _percent(rooms[20] - rooms[30])
    guesses = tuple(_end(leverage) for leverage in (2, 5, 10, 50))
    return Quiz(guesses, (fall_10, end_200, survives_20), _given(s, "capital") | given)


def _fallen_by_leverage(s: Scenario) -> float:
    return s.entry_price * (1 - s.leverage / 100)


def _end(leverage: int) -> Numeric:
    s = with_leverage(_BARE, float(leverage))
    end = s.bankruptcy_price
    mistakes = {"no_leverage": 0.0, "wrong_way": 2 * s.entry_price - end}
    by_leverage = _fallen_by_leverage(s)
    if abs(by_leverage - end) > 2 * _NEAR_PRICE:  # at 10x this thinking happens to be right
        mistakes["leverage_as_percent"] = by_leverage
    return _numeric(
        f"end_{leverage}", _given(s, "capital", "leverage", "entry"), _price(end), mistakes, _NEAR_PRICE
    )


def _why_early() -> Quiz:
    s = _CUSHIONED
    trigger, end = s.liquidation_price, s.bankruptcy_price
    asked = _given(s, "capital", "leverage", "entry", "rate")
    too_late = {"one_over_leverage": end, "cushion_below": end / (1 + s.maintenance_rate)}
    guess = _numeric(
        "trigger",
        asked,
        _price(trigger),
        too_late | {"wrong_way": 2 * s.entry_price - trigger},
        _NEAR_PRICE,
    )
    check = _numeric(
        "trigger",
        asked,
        _price(trigger),
        too_late
        | {
            "requirement_at_entry": _frozen_trigger(s),
            "rate_of_bankruptcy": end * (1 + s.maintenance_rate),
        },
    )
    cushion = _equity(s, trigger)
    equity_at_trigger = _numeric(
        "equity_at_trigger",
        asked | _given(s, "trigger"),
        _money(cushion),
        {
            "all_lost": 0.0,
            "requirement_at_entry": s.requirement,
            "change_only": s.capital - cushion,
            "rate_of_own": s.maintenance_rate * s.capital,
        },
        # The price is given in whole cents, and every unit held repeats the cent it is rounded by.
        tolerance=0.005 * s.quantity,
    )
    given = _given(s, "borrowed", "position", "bankruptcy", "distance", "cushion") | {
        "requirement": _money(float(risk.maintenance_margin(s.quantity, trigger, s.maintenance_rate))),
        "position_at_trigger": _money(float(risk.notional(s.quantity, trigger))),
        "lost": _money(s.capital - cushion),
    }
    return Quiz((guess,), (check, equity_at_trigger, _call_25(), _at_entry()), given)


def _call_25() -> Numeric:
    initial = 0.5
    s = replace(_BARE, leverage=1 / initial, maintenance_rate=0.25)
    fall = _room(s)
    return _numeric(
        "call_25",
        {"initial_rate": _percent(initial)} | _given(s, "rate", "leverage"),
        _percent(fall),
        {
            "one_over_leverage": 1 - s.bankruptcy_price / s.entry_price,
            "requirement_at_entry": 1 - _frozen_trigger(s) / s.entry_price,
            "falls_to": s.liquidation_price / s.entry_price,
            "wrong_way": -fall,
        },
        tolerance=0.001,
    )


def _at_entry() -> Numeric:
    rate = _CUSHIONED.maintenance_rate
    most = float(risk.largest_leverage(0.0, rate))
    return _numeric(
        "at_entry",
        _given(_CUSHIONED, "rate"),
        _multiple(most),
        {
            "leverage_as_percent": rate * 100,
            "borrowed_only": most + 1,
            "decimal_slip": float(risk.largest_leverage(0.0, rate * 10)),
        },
    )


def _watch() -> Quiz:
    s = _CUSHIONED
    run = _signature_run(s)
    close = run.columns["close"]
    sold_at, last = run.settlement.fill_price, float(close[-1])
    left, held = run.settlement.equity_at_fill, float(run.columns["equity_if_held"][-1])
    seen = dict(zip(run.events["kind"], run.events["step"], strict=True))
    path = {f"price_{i}": _price(float(value)) for i, value in enumerate(close)}
    rules = _given(s, "capital", "leverage", "entry", "rate")
    step = _numeric(
        "step",
        rules | path,
        _plain(float(run.settlement.step)),
        {
            "warning": float(seen["warning"]),
            "margin_call": float(seen["margin_call"]),
            "counted_from_one": float(run.settlement.step + 1),
            "last_step": float(len(close) - 1),
        },
    )
    fall, rise = sold_at / s.entry_price - 1, last / s.entry_price - 1
    equity_94 = _numeric(
        "equity_94",
        _given(s, "capital", "leverage", "entry") | {"price": _price(sold_at)} | _move(fall),
        _money(left),
        {
            "no_leverage": _equity(with_leverage(s, 1.0), sold_at),
            "change_only": s.capital - left,
            "at_trigger": _equity(s, s.liquidation_price),
            "all_lost": 0.0,
        },
    )
    if_held = _numeric(
        "if_held",
        _given(s, "capital", "leverage", "entry") | {"price": _price(last)} | _move(rise),
        _money(held),
        {
            "no_leverage": _equity(with_leverage(s, 1.0), last),
            "change_only": held - s.capital,
            "borrowed_only": _equity(_with_less_leverage(s), last),
            "still_closed": left,
        },
    )
    gain = float(risk.gain_to_recover(left, s.capital))
    needed_gain = _numeric(
        "needed_gain",
        _given(s, "capital") | {"equity": _money(left)},
        _percent(gain),
        {
            "same_percent": 1 - left / s.capital,
            "whole_multiple": s.capital / left,
            "price_gain": s.entry_price / sold_at - 1,
        },
    )
    given = _given(s, "borrowed", "position", "trigger", "cushion", "bankruptcy") | {
        "equity": _money(left),
        "lost": _money(s.capital - left),
        "price": _price(sold_at),
        "requirement": _money(float(run.columns["maintenance_margin"][run.settlement.step])),
        "final_price": _price(last),
        "final_move": _percent(rise),
        "if_held": _money(held),
        "warning_step": _plain(float(seen["warning"])),
        "call_step": _plain(float(seen["margin_call"])),
        "last_step": _plain(float(len(close) - 1)),
    }
    return Quiz((step,), (step, equity_94, _after_fee(), if_held, needed_gain), given)


def _signature_run(s: Scenario) -> Run:
    return _run(s, PathChoice(shape=Shape.SIGNATURE, how_far=-0.06))


def _run(s: Scenario, path: PathChoice) -> Run:
    return replay(s, price_frame(path, s.entry_price))


def _after_fee() -> Numeric:
    s = replace(_CUSHIONED, liquidation_fee=0.005)
    end = _signature_run(s).settlement
    return _numeric(
        "after_fee",
        {
            "equity": _money(end.equity_at_fill),
            "fee_rate": _percent(s.liquidation_fee),
            "sold": _money(end.notional),
            "price": _price(end.fill_price),
        }
        | _given(s, "position"),
        _money(end.returned),
        {
            "fee_on_own": end.equity_at_fill - _fee(s, end.equity_at_fill),
            "fee_on_entry": end.equity_at_fill - _fee(s, s.notional),
            "fee_only": end.liquidation_fee,
            "no_fee": end.equity_at_fill,
        },
    )


def _fee(s: Scenario, amount: float) -> float:
    return float(costs.trading_fee(amount, s.liquidation_fee))


def _short() -> Quiz:
    long, short = _CUSHIONED, replace(_CUSHIONED, side=Side.SHORT)
    asked = _given(long, "capital", "leverage", "entry", "rate")
    room_long, room_short = _room(long), _room(short)
    more_room = _choice(
        "more_room",
        asked,
        {"long": room_long > room_short, "short": room_long < room_short, "same": room_long == room_short},
    )
    unborrowed = with_leverage(long, 1.0)
    trigger = unborrowed.liquidation_price
    long_1 = _choice(
        "long_1",
        _given(unborrowed, "capital", "leverage", "entry", "rate"),
        {"none": isnan(trigger), "zero": trigger == 0, "fifty": trigger == unborrowed.entry_price / 2},
    )
    mirrored = {"mirror": short.entry_price * (1 + room_long), "wrong_way": long.liquidation_price}
    single = with_leverage(short, 1.0)
    near_end = {"rate_of_bankruptcy": single.bankruptcy_price * (1 - single.maintenance_rate)}
    checks = (
        _short_trigger("short_10", short, mirrored),
        _short_trigger("short_1", single, near_end),
        long_1,
    )
    given = {
        "trigger_long": _price(long.liquidation_price),
        "trigger_short": _price(short.liquidation_price),
        "room_long": _percent(room_long),
        "room_short": _percent(room_short),
        "bankruptcy_long": _price(long.bankruptcy_price),
        "bankruptcy_short": _price(short.bankruptcy_price),
    }
    return Quiz((more_room,), checks, _given(long, "position") | given)


def _choice(name: str, given: dict[str, Amount], options: dict[str, bool]) -> Choice:
    """A choice of statements, the first true one of which is the answer."""
    return Choice(name, given, next(option for option, is_true in options.items() if is_true), tuple(options))


def _short_trigger(name: str, s: Scenario, more: dict[str, float]) -> Numeric:
    return _numeric(
        name,
        _given(s, "capital", "leverage", "entry", "rate"),
        _price(s.liquidation_price),
        {"one_over_leverage": s.bankruptcy_price, "requirement_at_entry": _frozen_trigger(s)} | more,
    )


def _saved() -> Quiz:
    s, added, wallet, stop = _CUSHIONED, 50.0, 300.0, 96.0
    topped_up, shared = replace(s, top_up=added), replace(s, wallet=wallet - s.capital)
    half, stopped = replace(s, reduce_fraction=0.5), replace(s, stop_price=stop)
    rescues = {"add": topped_up, "sell": half, "stop": stopped, "share": shared}
    ends = {name: outcome(_signature_run(rescued)) for name, rescued in rescues.items()}
    plain = _signature_run(s)
    asked = _given(s, "capital", "leverage", "entry", "rate")
    not_moved = {"not_moved": s.liquidation_price}
    with_added = asked | {"added": _money(added)}
    guess = _numeric(
        "add_trigger",
        with_added,
        _price(topped_up.liquidation_price),
        not_moved | {"one_over_leverage": topped_up.bankruptcy_price},
        _NEAR_PRICE,
    )
    add_trigger = _numeric(
        "add_trigger",
        with_added | _given(topped_up, "bankruptcy"),
        _price(topped_up.liquidation_price),
        not_moved
        | {
            "one_over_leverage": topped_up.bankruptcy_price,
            "requirement_at_entry": _frozen_trigger(topped_up),
            "shifted": s.liquidation_price + topped_up.bankruptcy_price - s.bankruptcy_price,
        },
    )
    sold = _signature_run(half).columns
    sold_at = float(sold["close"][half.reduce_step])
    sell_trigger = _numeric(
        "sell_trigger",
        asked | {"share": _percent(half.reduce_fraction), "price": _price(sold_at)},
        ends["sell"]["line"],
        not_moved
        | {
            "one_over_leverage": float(sold["bankruptcy_price"][-1]),
            "loss_forgotten": with_leverage(s, s.leverage * (1 - half.reduce_fraction)).liquidation_price,
        },
    )
    joint = asked | {"wallet": _money(wallet)}
    cross_trigger = _numeric(
        "cross_trigger",
        joint | _given(shared, "bankruptcy"),
        _price(shared.liquidation_price),
        not_moved
        | {
            "one_over_leverage": shared.bankruptcy_price,
            "requirement_at_entry": _frozen_trigger(shared),
            "counted_twice": replace(s, wallet=wallet).liquidation_price,
        },
    )
    at_risk = ends["share"]["lost_there"]
    isolated_loss = outcome(plain)["lost_there"]
    cross_lost = _numeric(
        "cross_lost",
        joint | {"trigger": _price(shared.liquidation_price)},
        at_risk,
        {
            "isolated_loss": isolated_loss.value,
            "capital_only": s.capital,
            "all_lost": wallet,
            "left_over": wallet - at_risk.value,
        },
        # As in the lesson on the cushion: every unit repeats the cent the price is rounded by.
        tolerance=0.005 * s.quantity,
    )
    next_price = ends["stop"]["fill"].value
    checks = (
        add_trigger,
        sell_trigger,
        _kept("stop_filled", s, stop, {}),
        _kept("stop_next", s, next_price, {"stop": stop}),
        cross_trigger,
        cross_lost,
    )
    given = _given(s, "position", "trigger") | {
        "price": _price(plain.settlement.fill_price),
        "stop": _price(stop),
        "next_price": _price(next_price),
        "wallet": _money(wallet),
        "final_price": _price(float(plain.columns["close"][-1])),
        "left": _money(plain.settlement.returned),
        "lost": isolated_loss,
        "if_held": _money(float(plain.columns["equity_if_held"][-1])),
    }
    for name, end in ends.items():
        given |= {f"{name}_{part}": end[part] for part in ("paid_in", "returned", "line", "lost_there")}
    return Quiz((guess,), checks, given)


def _kept(name: str, s: Scenario, price: float, stop: dict[str, float]) -> Numeric:
    """What a position closed at a price leaves; `stop` is where the order stood, if elsewhere."""
    left = _equity(s, price)
    at_stop = {f"at_{line}": _equity(s, value) for line, value in stop.items()}
    return _numeric(
        name,
        _given(s, "capital", "leverage", "entry")
        | {line: _price(value) for line, value in stop.items()}
        | {"price": _price(price)}
        | _move(price / s.entry_price - 1),
        _money(left),
        {
            "no_leverage": _equity(with_leverage(s, 1.0), price),
            "change_only": abs(left - s.capital),
            "at_trigger": _equity(s, s.liquidation_price),
        }
        | (at_stop or {"all_lost": 0.0}),
    )


def _cross() -> Quiz:
    s = replace(_CUSHIONED, wallet=100.0)
    known = in_one_wallet(s, 0.0)
    asked = _given(s, "capital", "leverage", "entry", "rate") | {"in_wallet": known["in_wallet"]}
    flat, alone = known["flat_trigger"].value, known["alone_trigger"].value
    lone = replace(s, wallet=s.wallet + s.capital)
    guess = _pulled("pulled_12", s, asked, -0.12, _NEAR_PRICE)
    pulled = _pulled("pulled_8", s, asked, -0.08, None)
    fallen = in_one_wallet(s, guess.given["move"].value)
    fall = 1 - flat / s.entry_price
    taken_along = _numeric(
        "taken_along",
        asked,
        _percent(fall),
        {
            "alone": 1 - alone / s.entry_price,
            "lone_wallet": _room(lone),
            "one_over_leverage": lone.backing / s.notional,
            "requirement_at_entry": (lone.backing - known["wallet_asked"].value) / s.notional,
        },
    )
    at_end = in_one_wallet(s, -fall)
    left = at_end["wallet_left"].value
    lost_in_all = _numeric(
        "lost_in_all",
        asked | {"price": _price(flat)},
        _money(lone.backing - left),
        {
            "alone": known["alone_lost"].value,
            "capital_only": 2 * s.capital,
            "all_lost": lone.backing,
            "left_over": left,
        },
        tolerance=0.005 * s.quantity,
    )
    coin, rate = s.entry_price, s.maintenance_rate
    both_ways = tuple(Leg(units, coin, coin, rate, name="A") for units in (s.quantity, -s.quantity))
    hedge_trigger = Account(lone.backing, both_ways).liquidation_price(0)
    hedge = _choice(
        "hedge",
        asked | {"hedge_trigger": _price(hedge_trigger)},
        {"never": hedge_trigger > coin, "alone": hedge_trigger == alone, "later": hedge_trigger < alone},
    )
    given = _given(s, "position") | {
        "flat": known["flat_trigger"],
        "alone": known["alone_trigger"],
        "alone_lost": known["alone_lost"],
        "other_lost": _money(known["in_wallet"].value - fallen["wallet_left"].value),
        "real_wallet": _money(PUBLISHED.wallet),
        "real_alone": _price(Account(PUBLISHED.wallet, PUBLISHED.legs[:1]).liquidation_price(0)),
        "real_beside": _price(PUBLISHED.liquidation_price(0)),
    }
    return Quiz((guess,), (pulled, taken_along, lost_in_all, hedge), given)


def _pulled(name: str, s: Scenario, asked: dict[str, Amount], move: float, near: float | None) -> Numeric:
    """Coin A's trigger after coin B has moved."""
    said = in_one_wallet(s, move)
    other_lost = said["in_wallet"].value - said["wallet_left"].value
    return _numeric(
        name,
        asked | {"price": said["other_price"]} | _move(move),
        said["cross_trigger"],
        {
            "not_moved": said["flat_trigger"].value,
            "wrong_way": in_one_wallet(s, -move)["cross_trigger"].value,
            "alone": said["alone_trigger"].value,
            "requirement_forgotten": replace(s, wallet=s.collateral - other_lost).liquidation_price,
        },
        near,
    )


def _jump() -> Quiz:
    s = _CUSHIONED
    run = _run(s, PathChoice(shape=Shape.GAP, how_far=-0.12))
    price, left, missing = run.settlement.fill_price, run.settlement.equity_at_fill, run.settlement.shortfall
    asked = _given(s, "capital", "leverage", "entry") | {"price": _price(price)}
    likely = {
        "at_trigger": _equity(s, s.liquidation_price),
        "no_leverage": _equity(with_leverage(s, 1.0), price),
    }
    equity_88 = _numeric(
        "equity_88",
        asked | _move(price / s.entry_price - 1),
        _money(left),
        {"all_lost": 0.0, "change_only": s.capital - left} | likely,
    )
    owe = _numeric(
        "owe",
        asked | {"equity": _money(left)},
        _money(0.0),
        {"without_protection": missing, "all_of_the_loss": s.capital - left, "the_loan": s.borrowed},
    )
    paid = float(fund_share(missing, FUND))
    others_pay = _numeric(
        "others_pay",
        {"shortfall": _money(missing), "fund": _money(FUND)},
        _money(missing - paid),
        {"fund_forgotten": missing, "fund_only": paid, "fund_added": missing + paid},
    )
    given = _given(s, "borrowed", "position", "trigger", "bankruptcy", "cushion") | {
        "lost": _money(s.capital - left),
        "sale": _money(run.settlement.notional),
        "shortfall": _money(missing),
        "fund": _money(FUND),
        "others_pay": _money(missing - paid),
    }
    return Quiz((equity_88,), (equity_88, owe, others_pay, _kept("filled_91", s, 91.0, {})), given)


def _waiting() -> Quiz:
    s = replace(_CUSHIONED, funding_rate=rule_values(Rules.REALISTIC)["funding_rate"])
    known, month = facts(s, 0.0), 30
    per_day = known["cost_per_day"].value
    charged = _given(s, "capital", "leverage", "position", "cost_per_day") | {
        "funding_rate": _percent(s.funding_rate),
        "hours": _plain(s.funding_interval_hours),
    }
    day = _day(charged, s, near=5.0)
    month_cost = _numeric(
        "month",
        charged | {"days": _plain(float(month))},
        _money(month * per_day),
        {
            "rate_on_own": month * per_day * s.capital / s.notional,
            "once_a_day": month * s.funding_rate * s.notional,
            "one_day": per_day,
        },
    )
    dear = replace(s, funding_rate=5 * s.funding_rate)
    low, high = _fees("fees_10", s), _fees("fees_50", with_leverage(_BARE, 50.0))
    given = (
        charged
        | _given(s, "requirement", "rate")
        | {
            "room": _money(s.capital - s.requirement),
            "month_share": _percent(month * per_day / s.capital),
            "dear_cost": facts(dear, 0.0)["cost_per_day"],
            "dear_day": facts(dear, 0.0)["day"],
            "half": _multiple(s.leverage / 2),
            "half_day": facts(with_leverage(s, s.leverage / 2), 0.0)["day"],
        }
    )
    return Quiz((day,), (month_cost, _day(charged, s, near=1.0), low, high), given)


def _day(charged: dict[str, Amount], s: Scenario, near: float) -> Numeric:
    """The day on which costs have brought what is one's own down to the requirement."""
    per_day = facts(s, 0.0)["cost_per_day"].value
    room = s.capital - s.requirement
    return _numeric(
        "day",
        charged | _given(s, "rate", "requirement"),
        facts(s, 0.0)["day"],
        {
            "all_used_up": float(ceil(s.capital / per_day)),
            "once_a_day": float(ceil(room / (s.funding_rate * s.notional))),
            "rate_on_own": float(ceil(room / (per_day * s.capital / s.notional))),
        },
        near,
    )


def _fees(name: str, s: Scenario) -> Numeric:
    """What opening and closing at the same price cost, as a share of one's own money."""
    fee_rate = 0.0005
    once = float(costs.trading_fee(s.notional, fee_rate)) / s.capital
    return _numeric(
        name,
        _given(s, "capital", "leverage", "position") | {"fee_rate": _percent(fee_rate)},
        _percent(2 * once),
        {"one_way": once, "rate_on_own": 2 * fee_rate},
    )


def _how_likely() -> Quiz:
    slow, s, fast = (with_leverage(_LIGHT, leverage) for leverage in (5.0, 10.0, 20.0))
    paths_10, paths_5, paths_20 = (_paths(rules) for rules in (s, slow, fast))
    at_end, at_end_fast = (
        float(round(counted.PATHS * float(counted.beyond_at_end(rules, HORIZON_DAYS, VOLATILITY))))
        for rules in (s, fast)
    )
    all_paths = float(counted.PATHS)
    asked = _given(s, "leverage", "entry", "trigger", "distance") | _horizon()
    likely = {"end_only": at_end, "adds_up": all_paths, "one_day": 0.0}
    check_5 = _numeric(
        "paths_5",
        _given(slow, "leverage", "trigger", "distance")
        | _horizon()
        | {"faster": _multiple(s.leverage), "paths_10": paths_10},
        paths_5,
        {
            "in_proportion": paths_10.value * slow.leverage / s.leverage,
            "room_as_chance": float(round(counted.PATHS * _room(slow))),
            "adds_up": all_paths,
        },
        1.0,
    )
    check_20 = _numeric(
        "paths_20",
        _given(fast, "leverage", "trigger", "distance") | _horizon(),
        paths_20,
        {
            "end_only": at_end_fast,
            "leverage_as_chance": fast.leverage,
            "adds_up": all_paths,
            "one_day": 0.0,
        },
        5.0,
    )
    at_closes = float(counted.touched_at_closes(s, HORIZON_DAYS, VOLATILITY))
    always = float(counted.touched(s, HORIZON_DAYS, VOLATILITY))
    closes = _choice(
        "closes",
        asked | {"paths_10": paths_10},
        {"same": at_closes == always, "fewer": at_closes < always, "more": at_closes > always},
    )
    crash = -0.1
    given = asked | {
        "paths_5": paths_5,
        "paths_10": paths_10,
        "paths_20": paths_20,
        "alive_10": _plain(all_paths - paths_10.value),
        "at_end": _plain(float(round(at_end))),
        "at_closes": _plain(float(round(counted.PATHS * at_closes))),
        "slow": _multiple(slow.leverage),
        "fast": _multiple(fast.leverage),
        "times": _plain(float(floor(_paths_exactly(s) / _paths_exactly(slow)))),
        "room_5": _percent(_room(slow)),
        "crash": _percent(-crash),
        "crash_normal": _one_in(float(counted.day_beyond(crash, VOLATILITY))),
        "crash_tails": _one_in(float(counted.day_beyond(crash, VOLATILITY, counted.TAILS))),
    }
    guess = _numeric("paths_10", asked, paths_10, likely, 4.0)
    check_10 = _numeric("paths_10", asked, paths_10, likely, 4.0)
    return Quiz((guess,), (check_10, check_5, check_20, closes), given)


def _horizon() -> dict[str, Amount]:
    return {
        "days": _plain(float(HORIZON_DAYS)),
        "daily": _percent(round(float(counted.daily(VOLATILITY)), 3)),
    }


def _paths_exactly(s: Scenario) -> float:
    return counted.PATHS * float(counted.touched(s, HORIZON_DAYS, VOLATILITY))


def _paths(s: Scenario) -> Amount:
    """Of a hundred paths, how many are liquidated; watched at every moment."""
    return _plain(float(round(_paths_exactly(s))))


def _one_in(probability: float) -> Amount:
    """Of so many days one, with the two digits that such a number has."""
    return _plain(float(f"{1 / probability:.2g}"))


def _rules() -> Quiz:
    s, (before, after) = _BARE, crash_closes()
    move, caps = crash_move(), legal_caps()
    closes = {"before": _plain(before), "after": _plain(after)}
    most = float(risk.largest_leverage(move, s.maintenance_rate))
    thinking = {
        "leverage_as_percent": -move * 100,
        "falls_to": float(risk.largest_leverage(-(1 + move), s.maintenance_rate)),
        "borrowed_only": most + 1,
    }
    asked = _given(s, "capital") | closes
    guess = _numeric("wiped_out", asked, _multiple(most), thinking, _NEAR_LEVERAGE)
    day = _numeric(
        "move",
        closes,
        _percent(move),
        {
            "wrong_way": -move,
            "points_for_percent": (after - before) / 100,
            "of_the_end": 1 - before / after,
            "falls_to": after / before,
        },
    )
    wiped_out = _numeric("wiped_out", _move(move), _multiple(most), thinking)
    losing = _choice(
        "losing",
        {"least": _plain(float(LOSING[0])), "most": _plain(float(LOSING[1]))},
        {"few": LOSING[1] < 40, "half": LOSING[1] < 60, "most": True},
    )
    checks = (
        day,
        wiped_out,
        _after(move, "left_2", with_leverage(s, 2.0)),
        _after(move, "left_5", with_leverage(s, 5.0)),
        _closeout("closeout_30", "eu_currencies"),
        _closeout("closeout_2", "eu_crypto"),
        losing,
    )
    given = asked | _move(move)
    for name, cap in caps.items():
        given |= {f"{name}_cap": _multiple(cap.leverage), f"{name}_room": _percent(cap.closeout)}
    return Quiz((guess,), checks, given)


def _after(move: float, name: str, s: Scenario) -> Numeric:
    price = s.entry_price * (1 + move)
    left = _equity(s, price)
    return _numeric(
        name,
        _given(s, "capital", "leverage") | _move(move),
        _money(left),
        {
            "no_leverage": _equity(with_leverage(s, 1.0), price),
            "change_only": s.capital - left,
            "all_lost": 0.0,
        },
    )


def _closeout(name: str, cap: str) -> Numeric:
    """The fall after which who uses all of a cap is closed at half the margin."""
    leverage, fall = legal_caps()[cap]
    s = with_leverage(_BARE, leverage)
    return _numeric(
        name,
        _given(s, "capital", "leverage", "position"),
        _percent(fall),
        {
            "one_over_leverage": _room(s),
            "wrong_way": -fall,
            "leverage_as_percent": leverage / 100,
        },
    )


def _together() -> Quiz:
    count, (first, second, _) = len(TRIGGERS), TRIGGERS
    half, calm = IMPACT / 2, SHOCK + 1
    ends, ends_half, ends_calm = _prices(SHOCK, IMPACT), _prices(SHOCK, half), _prices(calm, IMPACT)
    from_trigger, from_trigger_half = _prices(first, IMPACT), _prices(first, half)
    impact_2 = _chain(
        "impact_2",
        SHOCK,
        IMPACT,
        {
            "nobody": ends[0],
            "first_only": ends[1],
            "two_only": ends[2],
            "from_trigger": from_trigger[count],
        },
    )
    impact_1 = _chain(
        "impact_1",
        SHOCK,
        half,
        {
            "nobody": ends_half[0],
            "all_go": ends_half[count],
            "from_trigger": from_trigger_half[1],
            "at_next": second,
        },
    )
    no_sale = _chain(
        "no_sale",
        calm,
        IMPACT,
        {"first_goes": ends_calm[1], "all_go": ends_calm[count], "to_trigger": first},
    )
    entry = _BARE.entry_price
    given = {
        "entry": _price(entry),
        "news": _price(entry - SHOCK),
        "forced": _price(SHOCK - ends[count]),
        "all": _plain(float(count)),
        "after_1": _price(ends[1]),
        "after_2": _price(ends[2]),
        "half": _price(half),
        "end_half": impact_1.answer,
        "calm": _price(calm),
        "tip": _price(max((SHOCK - trigger) / sold for sold, trigger in enumerate(TRIGGERS) if sold)),
    }
    return Quiz((impact_2,), (impact_2, impact_1, no_sale), given)


def _prices(start: float, impact: float) -> list[float]:
    """The price after each number of sales of one unit."""
    depth = cascade.Depth(float(cascade.depth_of_impact(impact)))
    prices: list[float] = depth.after(start, range(len(TRIGGERS) + 1)).tolist()
    return prices


def _chain(name: str, shock: float, impact: float, mistakes: dict[str, float]) -> Numeric:
    """Where the price ends once everybody has been sold whose turn has come."""
    depth = cascade.Depth(float(cascade.depth_of_impact(impact)))
    line = cascade.queue(cascade.one_unit_each(TRIGGERS), depth)
    end = float(cascade.last_prices(line, [shock])["last_price"].iloc[0])
    triggers = {f"trigger_{i}": _price(trigger) for i, trigger in enumerate(TRIGGERS, 1)}
    asked = triggers | {"shock": _price(shock), "impact": _price(impact)}
    return _numeric(name, asked, _price(end), mistakes)


def _finish() -> Quiz:
    s = replace(_BARE, capital=400.0, leverage=4.0)
    none_lost = {"none_lost": s.capital}
    guesses = _sold_off("left_25", s, -0.25, none_lost), _sold_off("left_10", s, -0.10, none_lost)
    sale_25, sale_10 = (_money(guess.mistakes["loan_forgotten"]) for guess in guesses)
    return Quiz(guesses, (), {"sale_25": sale_25, "sale_10": sale_10} | _benchmark())


_LESSONS: Final = {
    "start_question": _start_question,
    "whose_money": _whose_money,
    "one_percent": _one_percent,
    "where_it_ends": _where_it_ends,
    "why_early": _why_early,
    "watch": _watch,
    "short": _short,
    "saved": _saved,
    "cross": _cross,
    "jump": _jump,
    "waiting": _waiting,
    "how_likely": _how_likely,
    "together": _together,
    "rules": _rules,
    "finish": _finish,
}
