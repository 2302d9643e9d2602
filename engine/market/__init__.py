"""What the price does.

Price paths, made, drawn, random or real, all as one tidy frame; price files of people's own, read
and checked. `replay` walks a scenario along such a path, step by step, and settles it.
"""

from engine.market.file_numbers import read_prices, price_problems, plain_numbers
from engine.market.file_problem import NAMED_PROBLEMS, PriceFileError, refusal
from engine.market.file_table import Table, read_table
from engine.market.file_times import read_times, time_problems
from engine.market.history import CRASH_DAY, sp500, black_monday, crash_closes, crash_move, left_after_crash
from engine.market.price_file import parse_csv, longer_steps
from engine.market.prices import Shape, PathError, PathChoice, price_frame, named_path, random_path, waypoint_path, bars
from engine.market.replay import WARNING_ROOM_USED, MARGIN_CALL_ROOM_USED, KINDS, STATES, Run, replay, thin
