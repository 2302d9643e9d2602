"""What the price does.

Price paths, made, drawn, random or real, all as one tidy frame; price files of people's own, read
and checked. `replay` walks a scenario along such a path, step by step, and settles it.
"""

from engine.market.history import CRASH_DAY, black_monday, crash_closes, crash_move, left_after_crash, sp500
from engine.market.price_file import PriceFileError, longer_steps, parse_csv
from engine.market.prices import (
    PathChoice,
    PathError,
    Shape,
    bars,
    named_path,
    price_frame,
    random_path,
    waypoint_path,
)
from engine.market.replay import KINDS, MARGIN_CALL_ROOM_USED, STATES, WARNING_ROOM_USED, Run, replay, thin
