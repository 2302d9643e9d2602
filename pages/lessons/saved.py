"""What could have saved me? What the lesson asks, and the rescues it lets one try."""

from engine.facts import Amount, outcome
from engine.margin.derived import allowed, changed, with_leverage
from engine.margin.scenario import Scenario
from engine.questions import Numeric, Quiz, known, money, numeric, percent, price
from pages.lessons.example import CUSHIONED, NEAR_PRICE, frozen_trigger, kept, signature_run
from pages.shared.drawing import theme
from pages.shared.drawing.still import Ground, Line
from pages.shared.words import amount, read

WORDS = read("saved")

# What may be done before the trigger; the first is what the others are compared with.
RESCUES = {
    "none": {},
    "add": {"top_up": 50.0},
    "sell": {"reduce_fraction": 0.5},
    "stop": {"stop_price": 96.0},
    "share": {"wallet": 200.0},
}
BY_NAME = {name: allowed(changed(CUSHIONED, **fields)) for name, fields in RESCUES.items()}


def quiz() -> Quiz:
    """Where each rescue leaves the trigger, and what it leaves of the money."""
    s, stop = BY_NAME["none"], BY_NAME["stop"].stop_price
    ends = {name: outcome(signature_run(rescued)) for name, rescued in BY_NAME.items()}
    next_price = ends["stop"]["fill"].value
    checks = (
        _add_trigger(),
        _sell_trigger(ends["sell"]["line"]),
        kept("stop_filled", s, stop, {}),
        kept("stop_next", s, next_price, {"stop": stop}),
        _cross_trigger(),
        _cross_lost(ends["share"]["lost_there"], ends["none"]["lost_there"].value),
    )
    return Quiz((_add_guess(),), checks, _prose(ends))


def ground(quiz: Quiz) -> Ground:
    """The entry and the trigger as it was; where it is now is a level to be drawn."""
    s = CUSHIONED
    before = Line(
        s.liquidation_price,
        WORDS["still_before"].format(price=amount(price(s.liquidation_price))),
        theme.LIQUIDATION_TEXT,
    )
    entry = Line(s.entry_price, WORDS["still_entry"].format(price=amount(price(s.entry_price))))
    return Ground(
        "price", 80.0, 100.0, 0.25, start=s.entry_price, lines=(entry, before), title=WORDS["still_price"]
    )


def _asked() -> dict[str, Amount]:
    return known(BY_NAME["none"], "capital", "leverage", "entry", "rate")


def _not_moved(rescued: Scenario) -> dict[str, float]:
    return {
        "not_moved": BY_NAME["none"].liquidation_price,
        "one_over_leverage": rescued.bankruptcy_price,
    }


def _add_guess() -> Numeric:
    added = BY_NAME["add"]
    asked = _asked() | {"added": money(added.top_up)}
    return numeric("add_trigger", asked, price(added.liquidation_price), _not_moved(added), NEAR_PRICE)


def _add_trigger() -> Numeric:
    s, added = BY_NAME["none"], BY_NAME["add"]
    return numeric(
        "add_trigger",
        _asked() | {"added": money(added.top_up)} | known(added, "bankruptcy"),
        price(added.liquidation_price),
        _not_moved(added)
        | {
            "requirement_at_entry": frozen_trigger(added),
            "shifted": s.liquidation_price + added.bankruptcy_price - s.bankruptcy_price,
        },
    )


def _sell_trigger(trigger: Amount) -> Numeric:
    s, half = BY_NAME["none"], BY_NAME["sell"]
    sold = signature_run(half).columns
    sold_at = float(sold["close"][half.reduce_step])
    return numeric(
        "sell_trigger",
        _asked() | {"share": percent(half.reduce_fraction), "price": price(sold_at)},
        trigger,
        {
            "not_moved": s.liquidation_price,
            "one_over_leverage": float(sold["bankruptcy_price"][-1]),
            "loss_forgotten": with_leverage(s, s.leverage * (1 - half.reduce_fraction)).liquidation_price,
        },
    )


def _wallet() -> float:
    """All that stands behind the position when its wallet is shared."""
    return BY_NAME["share"].backing


def _cross_trigger() -> Numeric:
    shared = BY_NAME["share"]
    return numeric(
        "cross_trigger",
        _asked() | {"wallet": money(_wallet())} | known(shared, "bankruptcy"),
        price(shared.liquidation_price),
        _not_moved(shared)
        | {
            "requirement_at_entry": frozen_trigger(shared),
            "counted_twice": allowed(changed(shared, wallet=_wallet())).liquidation_price,
        },
    )


def _cross_lost(at_risk: Amount, isolated_loss: float) -> Numeric:
    s, shared = BY_NAME["none"], BY_NAME["share"]
    return numeric(
        "cross_lost",
        _asked() | {"wallet": money(_wallet()), "trigger": price(shared.liquidation_price)},
        at_risk,
        {
            "isolated_loss": isolated_loss,
            "capital_only": s.capital,
            "all_lost": _wallet(),
            "left_over": _wallet() - at_risk.value,
        },
        # As in the lesson on the cushion: every unit repeats the cent the price is rounded by.
        tolerance=0.005 * s.quantity,
    )


def _prose(ends: dict[str, dict[str, Amount]]) -> dict[str, Amount]:
    s, plain = BY_NAME["none"], signature_run(BY_NAME["none"])
    given = known(s, "position", "trigger") | {
        "price": price(plain.settlement.fill_price),
        "stop": price(BY_NAME["stop"].stop_price),
        "next_price": ends["stop"]["fill"],
        "wallet": money(_wallet()),
        "final_price": price(float(plain.columns["close"][-1])),
        "left": money(plain.settlement.returned),
        "lost": ends["none"]["lost_there"],
        "if_held": money(float(plain.columns["equity_if_held"][-1])),
    }
    for name, end in ends.items():
        if name != "none":
            given |= {f"{name}_{part}": end[part] for part in ("paid_in", "returned", "line", "lost_there")}
    return given
