"""What the price does.

Price paths, made, drawn, random or real, all as one tidy frame; price files of people's own, read
and checked. `replay` walks a scenario along such a path, step by step, and settles it.
"""

from engine.market.file_clock import plain_clock, set_forward
from engine.market.file_columns import Columns, find_columns
from engine.market.file_commas import joined_row
from engine.market.file_numbers import (
    find_mark,
    is_missing,
    likely_mark,
    plain_numbers,
    price_problems,
    to_numbers,
)
from engine.market.file_order import without_headings
from engine.market.file_problem import NAMED_PROBLEMS, FileQuestion, Findings, PriceFileError, refusal
from engine.market.file_reading import NO_ANSWERS, Gaps, Reading
from engine.market.file_table import Table, read_table
from engine.market.file_times import Clock, read_times, time_problems
from engine.market.file_words import heading_key, heading_words, is_foreign, other_kind
from engine.market.history import CRASH_DAY, black_monday, crash_closes, crash_move, left_after_crash, sp500
from engine.market.holding import Costs, Held, costs_along, held_along
from engine.market.price_file import PriceFile, longer_steps, parse_csv, read_file
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
