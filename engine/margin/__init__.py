"""What a position needs.

Notional, equity and margin of one position and of a whole account; the price at which equity meets
the requirement (the liquidation price) and the price at which nothing is left; what holding costs
on the way. Everything here is arithmetic on numbers and arrays, in one sign: a short has a negative
quantity.
"""

from engine.margin.account import Leg, Account
from engine.margin.costs import HOURS_PER_YEAR, trading_fee, funding_cost, interest_cost, cost_per_hour, hours_to_liquidation
from engine.margin.inverse import inverse_profit, inverse_equity, inverse_maintenance_margin, inverse_liquidation_price, inverse_bankruptcy_price
from engine.margin.lending import HALF, ALL_BELOW, Liquidated, health_factor, close_factor, largest_repayment, seize, toxic_health_factor, liquidate
from engine.margin.loan import spot_cover, debt, loan_requirement, loan_liquidation_price
from engine.margin.risk import NOISE, notional, equity, initial_margin, maintenance_margin, margin_ratio, effective_leverage, is_liquidatable, liquidation_price, bankruptcy_price, collateral_for_trigger, largest_leverage, largest_leverage_on_path, gain_to_recover, trigger_fraction
from engine.margin.scenario import Side, ScenarioError, Limits, LIMITS, Scenario, Rules, RULE_FIELDS, rule_values, rules_of, with_leverage, FIELDS, useful_stops
from engine.margin.tiers import MarginTier, TierTable, deductions, tier_at, tiered_maintenance, tiered_liquidation_price
