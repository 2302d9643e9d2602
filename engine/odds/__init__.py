"""How likely it is.

The chance that a trigger is touched, and when: closed forms for a price that moves in small steps
or jumps, simulation where no formula reaches, fits to a price series. `counted` says the same as so
many of a hundred.
"""

from engine.odds.counted import DAYS_PER_YEAR, PATHS, TAILS, RANKS, daily, touched, touched_at_closes, by_leverage, beyond_at_end, price_below, days_of_liquidation, day_beyond
from engine.odds.first_passage import HUGE, Road, reflected, falling_root, arrays
from engine.odds.fit import FEWEST_MOVES, FEWEST_FOR_STORMS, NormalFit, StudentTFit, GarchFit, log_moves, fit_normal, deviation_error, beyond, once_in, count_beyond, has_storms, fit_student_t, fit_garch
from engine.odds.hundred import STEPS, Hundred, hundred
from engine.odds.jumps import STRONG_DRIFT, JumpOdds, jump_odds, mean_jump
from engine.odds.outlook import Outlook, final_equity
from engine.odds.simulate import Estimate, BarPaths, normal_moves, student_t_moves, garch_moves, kou_moves, bootstrap_steps, bootstrap_paths, price_paths, touch_steps, touch_estimate, bridged_estimate, bad_debt_estimate, estimate
from engine.odds.tails import JUMPS, JUMP_SIZES, FEWEST_TO_DRAW, LONGEST_BLOCK, Ending, NOT_MEASURED, Measured, with_jumps, fat_tails, steps_together, measure, steps_of, paths_of, small_steps, measured_tails, measured_storms, own_moves
from engine.odds.touch import OVERSHOOT, Bracket, barrier_ahead, touch_probability, touch_probability_moving, barrier_at_looks, touch_probability_at_looks, bridge_probability, touched_before, survival_curve, median_touch_time, mean_touch_time, mean_time_open
