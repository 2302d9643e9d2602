"""Situations worth a guess, each a link into the simulator: what differs from the defaults."""

from engine.margin.scenario import Rules, Side, rule_values
from engine.market.history import crash_move
from engine.market.prices import Shape
from engine.quiz import HORIZON_DAYS, VOLATILITY

CLASSROOM = rule_values(Rules.CLASSROOM)
# The price stands still, and waiting costs what it often does.
WAIT = {"shape": Shape.SIDEWAYS, "how_far": 0.0, "steps": 180, **CLASSROOM, "funding_rate": 0.0001}
GAP = {"shape": Shape.GAP, "how_far": -0.12, **CLASSROOM}
LUCK = {"shape": Shape.RANDOM, "steps": HORIZON_DAYS, "step_hours": 24.0, "volatility": VOLATILITY}
# Nothing is asked for, so every leverage can be held until its money is gone.
NO_RULE = {"maintenance_rate": 0.0}
SIGNATURE = {"shape": Shape.SIGNATURE, "how_far": -0.06, **CLASSROOM}
RESCUES = {
    "none": {},
    "add": {"top_up": 50.0},
    "sell": {"reduce_fraction": 0.5},
    "stop": {"stop_price": 96.0},
    "share": {"wallet": 200.0},
}
# One day of October 1987, with nobody who sells on the way.
CRASH = {**NO_RULE, "how_far": crash_move()}
PRESETS = {
    "try_signature": SIGNATURE,
    "try_gap": GAP,
    "try_short": {"side": Side.SHORT, "how_far": 0.12},
    "try_wait": WAIT,
    "try_real": {"shape": Shape.REAL, "leverage": 4.0},
}
