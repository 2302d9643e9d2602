"""Who pays.

How much of a position is sold once its trigger is met, what the sale brings, and who bears what is
missing: trader, insurance fund, winners, lender. Every settlement sums to zero, to the cent.
"""

from engine.loss.after import (
    BEYOND,
    BUFFER,
    LOAN,
    LOAN_PRICES,
    REACH,
    SALE_FEE,
    TIER_OF,
    TWO_TIERS_OF,
    InQueue,
    Loan,
    SalePrices,
    Way,
    freed,
    loan_ladder,
    loan_marks,
    past_trigger,
    queue,
    ratio,
    sale_prices,
    sold,
    standing,
    vault_takes,
    ways,
    who,
    winners,
)
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
