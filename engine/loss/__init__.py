"""Who pays.

How much of a position is sold once its trigger is met, what the sale brings, and who bears what is
missing: trader, insurance fund, winners, lender. Every settlement sums to zero, to the cent.
"""

from engine.loss.after import BEYOND, REACH, SALE_FEE, InQueue, SalePrices, queue, sale_prices, sold, winners
from engine.loss.closeout import (
    BACKSTOP_LEVEL,
    FIRST_SHARE,
    LARGE_POSITION,
    Closed,
    backstop_take,
    close_fraction,
    close_part,
    closing_helps,
    fillable_price,
    first_fraction,
    insurance_fund_change,
    liquidation_penalty,
    part_bankruptcy_price,
    tiers_down_fraction,
    units_to_cover,
)
from engine.loss.loan_on_chain import LOAN, LOAN_PRICES, Loan, loan_ladder, loan_marks
from engine.loss.part_sale import (
    BUFFER,
    TIER_OF,
    TWO_TIERS_OF,
    Way,
    freed,
    past_trigger,
    ratio,
    several_times_fraction,
    standing,
    vault_takes,
    ways,
    who,
)
from engine.loss.settlement import (
    Outcome,
    Settlement,
    fund_share,
    in_cents,
    ledger,
    ledger_in_cents,
    settle,
    statement,
    to_cents,
)
from engine.loss.waterfall import (
    Counterparty,
    Waterfall,
    adl_quantity,
    adl_score,
    full_ledger,
    full_ledger_in_cents,
    haircuts,
    rank_winners,
    waterfall,
)
