"""How likely it is.

The chance that a trigger is touched, and when: closed forms for a price that moves in small steps
or jumps, simulation where no formula reaches, fits to a price series. `counted` says the same as so
many of a hundred, `growth` how fast money grows that is bet so again and again.
"""

from engine.odds.counted import (
    DAYS_PER_YEAR,
    PATHS,
    RANKS,
    TAILS,
    beyond_at_end,
    by_leverage,
    daily,
    day_beyond,
    days_of_liquidation,
    price_below,
    touched,
    touched_at_closes,
    touched_with_funding,
)
from engine.odds.first_passage import HUGE, Road, arrays, falling_root, reflected
from engine.odds.fit import (
    FEWEST_FOR_STORMS,
    FEWEST_MOVES,
    GarchFit,
    NormalFit,
    StudentTFit,
    beyond,
    count_beyond,
    deviation_error,
    fit_garch,
    fit_normal,
    fit_student_t,
    has_storms,
    log_moves,
    once_in,
)
from engine.odds.growth import (
    Sensible,
    best_steady_leverage,
    ever_falls_to,
    growth_by_leverage,
    growth_once,
    sensible_leverage,
    steady_growth,
)
from engine.odds.hundred import STEPS, Hundred, hundred
from engine.odds.jumps import STRONG_DRIFT, JumpOdds, jump_odds, mean_jump
from engine.odds.moves import (
    BarPaths,
    bootstrap_paths,
    bootstrap_steps,
    garch_moves,
    kou_moves,
    normal_moves,
    price_paths,
    student_t_moves,
)
from engine.odds.outlook import Outlook, final_equity
from engine.odds.simulate import (
    Estimate,
    bad_debt_estimate,
    bridged_estimate,
    estimate,
    touch_estimate,
    touch_steps,
)
from engine.odds.tails import (
    FEWEST_TO_DRAW,
    JUMP_SIZES,
    JUMPS,
    LONGEST_BLOCK,
    NOT_MEASURED,
    Ending,
    Measured,
    fat_tails,
    measure,
    measured_storms,
    measured_tails,
    own_moves,
    paths_of,
    small_steps,
    steps_of,
    steps_together,
    with_jumps,
)
from engine.odds.touch import (
    OVERSHOOT,
    Bracket,
    barrier_ahead,
    barrier_at_looks,
    bridge_probability,
    touch_probability,
    touch_probability_at_looks,
    touch_probability_moving,
)
from engine.odds.touch_times import (
    mean_time_open,
    mean_touch_time,
    median_touch_time,
    survival_curve,
    touched_before,
)
