"""What the price does.

Price paths, made, drawn, random or real, all as one tidy frame; price files of people's own, read
and checked. `replay` walks a scenario along such a path, step by step, and settles it.
"""

from engine.market.file_numbers import plain_numbers, price_problems, read_prices
from engine.market.file_problem import NAMED_PROBLEMS, PriceFileError, refusal
from engine.market.file_table import Table, read_table
from engine.market.file_times import read_times, time_problems
from engine.market.history import CRASH_DAY, black_monday, crash_closes, crash_move, left_after_crash, sp500
from engine.market.holding import Costs, Held, costs_along, held_along
from engine.market.price_file import longer_steps, parse_csv
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
from engine.market.replay import KINDS, MARGIN_CALL_ROOM_USED, STATES, WARNING_ROOM_USED, Run, replay
from engine.market.thinning import thin
