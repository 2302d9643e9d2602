"""Situations worth a guess, each a link into the simulator, and figures that a lesson and the lab share."""

from engine.margin.rules import Rules, rule_values
from engine.margin.scenario import Side
from engine.market.prices import Shape

CLASSROOM = rule_values(Rules.CLASSROOM)
# Ten days, of which a usual one moves the price by 3 %, as with a large coin in a lively month.
HORIZON_DAYS = 10
VOLATILITY = 0.5732
# The price stands still, and waiting costs what it often does.
WAIT = {"shape": Shape.SIDEWAYS, "how_far": 0.0, "steps": 180, **CLASSROOM, "funding_rate": 0.0001}
GAP = {"shape": Shape.GAP, "how_far": -0.12, **CLASSROOM}
# Nothing is asked for, so every leverage can be held until its money is gone.
NO_RULE = {"maintenance_rate": 0.0}
SIGNATURE = {"shape": Shape.SIGNATURE, "how_far": -0.06, **CLASSROOM}
# Where three longs of the same entry price are sold, one after the other, quote.
TRIGGERS = (95.0, 93.0, 91.0)
PRESETS = {
    "try_signature": SIGNATURE,
    "try_gap": GAP,
    "try_short": {"side": Side.SHORT, "how_far": 0.12},
    "try_wait": WAIT,
    "try_real": {"shape": Shape.REAL, "leverage": 4.0},
}
