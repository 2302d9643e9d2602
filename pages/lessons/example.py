"""The position all lessons speak of, and what several of them ask about it.

Each lesson has a module beside this one, named like its page and its words: ``quiz()`` is what it asks,
``picture()`` what it draws. The kit finds the questions by that name. A mistake is named after the thinking
behind it; the lessons' texts answer it under that name. Those that come up more than once or do not speak for
themselves:

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

from engine.facts import facts
from engine.margin import risk
from engine.margin.derived import allowed, changed, with_leverage
from engine.margin.rules import Rules, rule_values
from engine.margin.scenario import Scenario
from engine.market.prices import PathChoice, Shape, price_frame
from engine.market.replay import Run, replay
from engine.questions import Numeric, known, money, moved, numeric, price

# Until the lesson that asks why the platform acts early, it acts when nothing is left.
BARE = Scenario(maintenance_rate=0.0)
CUSHIONED = allowed(changed(BARE, maintenance_rate=rule_values(Rules.CLASSROOM)["maintenance_rate"]))
# A prediction made before the lesson is near within more than an answer after it: quote per unit.
NEAR_PRICE = 0.5


def equity(s: Scenario, at: float) -> float:
    """What is one's own at a price, if nobody has closed the position."""
    return float(risk.equity(s.quantity, s.entry_price, s.backing, at))


def room(s: Scenario) -> float:
    """How far the price may move the wrong way, a fraction of the entry price."""
    return facts(s, 0.0)["distance"].value


def frozen_trigger(s: Scenario) -> float:
    """Where the trigger were if the requirement stayed what it is at the entry price."""
    trigger = risk.liquidation_price(s.quantity, s.entry_price, s.backing, s.maintenance_rate, basis="entry")
    return float(trigger)


def with_less_leverage(s: Scenario) -> Scenario:
    """As if only what is borrowed worked: 9x for 10x."""
    return with_leverage(s, s.leverage - 1)


def run_of(s: Scenario, path: PathChoice) -> Run:
    """What becomes of the position on a path."""
    return replay(s, price_frame(path, s.entry_price))


def signature_run(s: Scenario) -> Run:
    """The same on the path of the course: down below the trigger, then up above the entry."""
    return run_of(s, PathChoice(shape=Shape.SIGNATURE, how_far=-0.06))


def kept(name: str, s: Scenario, at: float, stop: dict[str, float]) -> Numeric:
    """What a position closed at a price leaves; `stop` is where the order stood, if elsewhere."""
    left = equity(s, at)
    at_stop = {f"at_{line}": equity(s, value) for line, value in stop.items()}
    return numeric(
        name,
        known(s, "capital", "leverage", "entry")
        | {line: price(value) for line, value in stop.items()}
        | {"price": price(at)}
        | moved(at / s.entry_price - 1),
        money(left),
        {
            "no_leverage": equity(with_leverage(s, 1.0), at),
            "change_only": abs(left - s.capital),
            "at_trigger": equity(s, s.liquidation_price),
        }
        | (at_stop or {"all_lost": 0.0}),
    )
