"""What a position needs.

Notional, equity and margin of one position and of a whole account; the price at which equity meets
the requirement (the liquidation price) and the price at which nothing is left; what holding costs
on the way. Everything here is arithmetic on numbers and arrays, in one sign: a short has a negative
quantity.
"""

from engine.margin.account import Account, Leg
from engine.margin.costs import (
    HOURS_PER_YEAR,
    cost_per_hour,
    funding_cost,
    hours_to_liquidation,
    interest_cost,
    trading_fee,
)
from engine.margin.derived import allowed, changed, with_leverage
from engine.margin.inverse import (
    inverse_bankruptcy_price,
    inverse_equity,
    inverse_liquidation_price,
    inverse_maintenance_margin,
    inverse_profit,
)
from engine.margin.lending import (
    ALL_BELOW,
    DUST,
    HALF,
    STEP,
    Liquidated,
    LoanStep,
    close_factor,
    health_factor,
    largest_repayment,
    liquidate,
    seize,
    sell_in_steps,
    toxic_health_factor,
)
from engine.margin.loan import debt, loan_liquidation_price, loan_requirement, spot_cover
from engine.margin.ranking import highest_first
from engine.margin.risk import (
    NOISE,
    bankruptcy_price,
    collateral_for_trigger,
    effective_leverage,
    equity,
    gain_to_recover,
    initial_margin,
    is_liquidatable,
    largest_leverage,
    largest_leverage_on_path,
    liquidation_price,
    maintenance_margin,
    margin_ratio,
    notional,
    trigger_fraction,
)
from engine.margin.rules import RULE_FIELDS, Rules, rule_values, rules_of
from engine.margin.scenario import FIELDS, LIMITS, Keeper, Limits, Scenario, ScenarioError, Side, useful_stops
from engine.margin.short_stock import (
    CHEAP_MINIMUM,
    MINIMUM,
    NO_MINIMUM_FROM,
    short_stock_call_price,
    short_stock_requirement,
)
from engine.margin.tiers import (
    MarginTier,
    TierTable,
    deductions,
    tier_at,
    tiered_liquidation_price,
    tiered_maintenance,
)
