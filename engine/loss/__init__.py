"""Who pays.

How much of a position is sold once its trigger is met, what the sale brings, and who bears what is
missing: trader, insurance fund, winners, lender. Every settlement sums to zero, to the cent.
"""

from engine.loss.after import SALE_FEE, BUFFER, BEYOND, REACH, TWO_TIERS_OF, TIER_OF, SalePrices, InQueue, Way, Loan, LOAN, LOAN_PRICES, sale_prices, winners, queue, sold, past_trigger, standing, ratio, freed, ways, vault_takes, who, loan_ladder, loan_marks
from engine.loss.closeout import LARGE_POSITION, FIRST_SHARE, BACKSTOP_LEVEL, Closed, closing_helps, close_fraction, tiers_down_fraction, first_fraction, backstop_take, close_part, insurance_fund_change, part_bankruptcy_price, fillable_price, liquidation_penalty, units_to_cover
from engine.loss.settlement import Outcome, Settlement, settle, ledger, fund_share, statement, ledger_in_cents, in_cents, to_cents
from engine.loss.waterfall import Counterparty, Waterfall, adl_quantity, adl_score, rank_winners, haircuts, waterfall, full_ledger, full_ledger_in_cents
