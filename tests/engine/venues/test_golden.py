"""Published cases of the venues, each put to the engine in the venue's own terms.

An adapter a formula: it hands the inputs of a row to the engine and names the answers as the row does.
"""

import json
from dataclasses import replace
from math import floor, isnan
from pathlib import Path

import pytest

from engine.margin import costs, risk
from engine.margin.account import Account, Leg
from engine.margin.inverse import (
    inverse_bankruptcy_price,
    inverse_equity,
    inverse_liquidation_price,
    inverse_maintenance_margin,
    inverse_profit,
)
from engine.margin.loan import loan_liquidation_price, loan_requirement, spot_cover
from engine.margin.scenario import Side
from engine.margin.tiers import MarginTier, deductions, tier_at, tiered_liquidation_price, tiered_maintenance
from engine.venues.quotes import quote
from engine.venues.records import VENUES

ROWS = json.loads((Path(__file__).parents[2] / "golden" / "venues.json").read_text())


def side_of(sign):
    return Side.LONG if sign > 0 else Side.SHORT


def leg(side, amount, entry, mmr, cum=0.0, mark=None):
    return Leg(side * amount, entry, entry if mark is None else mark, mmr, cum)


def towards_entry(price, entry, buffer):
    """A trading bot stops itself this share of the way before the venue would."""
    return price + (entry - price) * buffer


def linear_cum_buffer(side, amount, entry, wallet_balance, mmr, cum, buffer, **_):
    price = Account(wallet_balance, (leg(side, amount, entry, mmr, cum),)).liquidation_price(0)
    return {"liq_price": towards_entry(price, entry, buffer)}


def linear_fee_buffer(side, amount, entry, margin, mmr, fee, offset, buffer, **_):
    price = risk.liquidation_price(
        side * amount, entry, margin, mmr, maintenance_amount=offset, closing_fee=fee
    )
    return {"liq_price": towards_entry(price, entry, buffer)}


def linear_cum_cross(side, wallet_balance, amount, entry, mmr, cum, others):
    legs = (leg(side, amount, entry, mmr, cum), *(leg(**other) for other in others))
    return {"liq_price": Account(wallet_balance, legs).liquidation_price(0)}


def cross_from_ratio(side, amount, mark, leverage, mmr, fee, margin_ratio):
    quantity = side * amount
    own = margin_ratio * risk.maintenance_margin(quantity, mark, mmr, closing_fee=fee)
    account = Account(own, (Leg(quantity, mark, mark, mmr, closing_fee=fee),))
    return {
        "liq_price": account.liquidation_price(0),
        "mm": risk.maintenance_margin(quantity, mark, mmr),
        "imr": risk.initial_margin(quantity, mark, leverage),
    }


def cross_equity(side, amount, mark, equity, mmf):
    return {"liq_price": Account(equity, (leg(side, amount, mark, mmf),)).liquidation_price(0)}


def isolated_margin_balance(side, amount, entry, mark, wallet_balance):
    own = risk.equity(side * amount, entry, wallet_balance, mark)
    return {"isolated_margin": own, "unrealised_pnl": own - wallet_balance}


def equity_at(size, entry, deposit, price):
    own = risk.equity(size, entry, deposit, price)
    return {"equity": own, "pnl": own - deposit}


def dydx_is_liquidatable(usdc, positions):
    # Cash as the venue books it: the whole price of what is held has been paid from it.
    legs = tuple(Leg(size, 0.0, price, rate) for size, price, rate in positions)
    return {"liquidatable": Account(usdc, legs).is_liquidatable}


def table_of(brackets):
    floors, rates = zip(*brackets, strict=True)
    return tuple(map(MarginTier, floors, rates, deductions(floors, rates)))


def tier_mm(brackets, notional):
    table = table_of(brackets)
    return {"mmr": table[tier_at(notional, table)].rate, "mm": tiered_maintenance(notional, table)}


def tier_step(floor, mmr, mmr_prev, cum_prev):
    # The table that leads to the given deduction: nothing is asked until the tier before begins.
    return {"cum": deductions([0.0, cum_prev / mmr_prev, floor], [0.0, mmr_prev, mmr])[-1]}


def tier_deduction_caps(tiers):
    caps, rates = zip(*tiers, strict=True)
    return {"cum": deductions([0.0, *caps[:-1]], rates)}


def hl_tier_deductions(tiers):
    floors, leverages = zip(*tiers, strict=True)
    return {"deduction": deductions(floors, [0.5 / leverage for leverage in leverages])}


def bitget_mm_flat(notional, mmr, fee):
    return {"mm": tiered_maintenance(notional, (MarginTier(0.0, mmr),), closing_fee=fee)}


def bitget_cross_frozen_mm(side, amount, mark, keep_margin_rate, fee, margin_ratio):
    rules = {"maintenance_rate": keep_margin_rate, "closing_fee": fee}
    own = risk.maintenance_margin(side * amount, mark, **rules) / margin_ratio
    return {"liq_price": risk.liquidation_price(side * amount, mark, own, **rules, basis="entry")}


def bitget_worst_price(side, entry, amount, margin, fee):
    return {"worst_price": risk.liquidation_price(side * amount, entry, margin, 0.0, closing_fee=fee)}


def frozen(side, entry, amount, leverage, mmr, fee=0.0, **_):
    """Bybit and its kin: both margins at the entry, the fee to close at bankruptcy inside both."""
    quantity = side * amount
    margin = risk.initial_margin(quantity, entry, leverage)
    bankrupt = risk.bankruptcy_price(quantity, entry, margin)
    to_close = costs.trading_fee(risk.notional(quantity, bankrupt), fee)
    return {
        "im": margin + to_close,
        "mm": risk.maintenance_margin(quantity, entry, mmr) + to_close,
        "bankruptcy_price": bankrupt,
        "liq_price": risk.liquidation_price(quantity, entry, margin, mmr, basis="entry"),
    }


def phemex_linear(side, amount, entry, leverage, mmr, mm_amount, fee):
    assigned = frozen(side, entry, amount, leverage, mmr, fee)["im"]
    price = risk.liquidation_price(
        side * amount, entry, assigned, mmr, maintenance_amount=mm_amount, closing_fee=fee
    )
    return {"assigned_balance": assigned, "liq_price": price}


def delta_linear(side, amount, entry, margin, mmr):
    own = side * amount, entry, margin
    return {
        "bankruptcy_price": risk.bankruptcy_price(*own),
        "liq_price": risk.liquidation_price(*own, mmr, basis="entry"),
    }


def gmx_v1(side, size_usd, collateral, avg_price, funding_fee, margin_fee, liq_fee, max_leverage):
    # Fees and funding, or the share of the size that the leverage limit leaves: the larger counts.
    table = (MarginTier(0.0, margin_fee, -(funding_fee + liq_fee)), MarginTier(0.0, 1 / max_leverage))
    quantity = side * size_usd / avg_price
    return {"liq_price": tiered_liquidation_price(quantity, avg_price, collateral, table, basis="entry")}


def inverse_fee(side, qty_usd, entry, margin_coin, mmr, fee, cum_coin, **_):
    price = inverse_liquidation_price(
        side * qty_usd, entry, margin_coin, mmr, maintenance_amount=cum_coin, closing_fee=fee
    )
    return {"liq_price": price}


def inverse_mm_ratio(side, qty_usd, entry, margin_coin, upl_coin, mm_coin, mmr, fee):
    mark = qty_usd * mmr / mm_coin
    own = inverse_equity(side * qty_usd, entry, margin_coin, mark)
    assert own == pytest.approx(margin_coin + upl_coin, rel=1e-6)
    return {"margin_ratio": own / inverse_maintenance_margin(side * qty_usd, mark, mmr, closing_fee=fee)}


def bybit_inverse_cross(qty_usd, entry, balance_coin, mmr, fee, **_):
    own = qty_usd, entry, balance_coin
    frozen_at_entry = -inverse_maintenance_margin(qty_usd, entry, mmr)
    return {
        "bankruptcy_price": inverse_liquidation_price(*own, 0.0, closing_fee=fee),
        "liq_price": inverse_liquidation_price(
            *own, 0.0, maintenance_amount=frozen_at_entry, closing_fee=fee
        ),
    }


def bybit_inverse_iso(side, qty_usd, entry, leverage, mmr):
    # One dollar contract is worth 1 / price coins.
    margin = risk.initial_margin(qty_usd, 1 / entry, leverage)
    frozen_at_entry = -inverse_maintenance_margin(qty_usd, entry, mmr)
    price = inverse_liquidation_price(side * qty_usd, entry, margin, 0.0, maintenance_amount=frozen_at_entry)
    return {"value_coin": risk.notional(qty_usd, 1 / entry), "im_coin": margin, "liq_price": price}


def bankruptcy_inverse(side, entry, leverage):
    margin = risk.initial_margin(1.0, 1 / entry, leverage)
    return {"bankruptcy_price": inverse_bankruptcy_price(side, entry, margin)}


def inverse_pl_sats(side, start, end, qty_usd):
    # A hundred million satoshis a coin, rounded down as the venue does.
    return {"sats": floor(inverse_profit(side * qty_usd, start, end) * 1e8)}


def borrowed(liability, interest, assets):
    return assets, 1.0, assets - liability - interest


def borrow_long(liability, interest, assets, mmr, fee):
    position = borrowed(liability, interest, assets)
    return {"liq_price": loan_liquidation_price(*position, spot_cover(mmr, fee))}


def borrow_long_ratio(liability, interest, assets, mark, mmr, fee):
    position = borrowed(liability, interest, assets)
    required = loan_requirement(*position, mark, spot_cover(mmr, fee))
    return {
        "margin_ratio": risk.equity(*position, mark) / required,
        "mm_coin": loan_requirement(*position, mark, spot_cover(mmr, 0.0)) / mark,
    }


def regt_call_price(side, entry, initial_margin, maintenance):
    venue = replace(VENUES["us-stock"], tiers=(MarginTier(0.0, maintenance),))
    price = quote(venue, side_of(side), initial_margin * entry, 1 / initial_margin, entry)
    return {"call_price": price.liquidation_price}


def regt_status(loan, value, maintenance):
    own, required = risk.equity(1.0, loan, 0.0, value), risk.maintenance_margin(1.0, value, maintenance)
    return {
        "equity": own,
        "required": required,
        "shortfall": max(required - own, 0.0),
        "call": risk.is_liquidatable(own, required),
    }


def regt_equity_change(own, loan, move):
    after = risk.equity(own + loan, 1.0, own, 1.0 + move)
    return {"pnl": after - own, "return_on_equity": after / own - 1}


def lean_margin(qty, price, leverage, **_):
    return {"used": risk.initial_margin(qty, price, leverage)}


def lean_call(qty, price, leverage, cash):
    own, used = risk.equity(qty, 0.0, cash, price), risk.initial_margin(qty, price, leverage)
    return {"tpv": own, "used": used, "remaining": own - used}


def lean_crypto_im(qty, multiplier, price, leverage, **_):
    return {"im": risk.initial_margin(qty * multiplier, price, leverage)}


def esma_im(leverage):
    return {"margin_rate": risk.initial_margin(1.0, 1.0, leverage)}


def esma_closeout(required_margin, ratio):
    venue = VENUES["cfd-fx"]
    assert venue.tiers[0].rate * venue.max_leverage == pytest.approx(ratio)
    return {"closeout_equity": tiered_maintenance(required_margin * venue.max_leverage, venue.tiers)}


def esma_liq_price(side, entry, leverage, **_):
    price = quote(VENUES["cfd-fx"], side_of(side), entry / leverage, leverage, entry)
    return {"liq_price": price.liquidation_price}


ADAPTERS = {
    adapter.__name__: adapter
    for adapter in (
        *(linear_cum_buffer, linear_fee_buffer, linear_cum_cross, cross_from_ratio, cross_equity),
        *(isolated_margin_balance, equity_at, dydx_is_liquidatable, tier_mm, tier_step),
        *(tier_deduction_caps, hl_tier_deductions, bitget_mm_flat, bitget_cross_frozen_mm),
        *(bitget_worst_price, phemex_linear, delta_linear, gmx_v1, inverse_fee, inverse_mm_ratio),
        *(bybit_inverse_cross, bybit_inverse_iso, bankruptcy_inverse, inverse_pl_sats, borrow_long),
        *(borrow_long_ratio, regt_call_price, regt_status, regt_equity_change, lean_margin, lean_call),
        *(lean_crypto_im, esma_im, esma_closeout, esma_liq_price),
    )
} | dict.fromkeys(("bybit_linear", "bybit_im_with_fee", "mexc_linear"), frozen)

CLOSED = "what happens after the trigger: tests/engine/loss/test_closeout_golden.py"
LEFT_OUT = dict.fromkeys(
    [
        *("dydx_fillable", "dydx_bankruptcy_quote", "dydx_insurance_delta", "insurance_delta"),
        *("bankruptcy_equity", "drift_base_to_cover", "drift_bankrupt_quote"),
        *("aave_hf", "aave_close_factor", "aave_seize", "aave33_max_repay"),
    ],
    CLOSED,
)
# Lean's own rule for writing to a customer, 5 % and 110 %, is not one of the venues'.
ANSWERS_LEFT_OUT = {"lean_call": {"warning", "orders"}}

# A long at 1x whose tier deduction exceeds its debt: the bot shifts a price below zero; here it has none.
WITHOUT_PRICE = ("binance-ft-adjust-1x-100", "binance-ft-adjust-1x-200")

CLAIMED = [row for row in ROWS if row["formula"] in ADAPTERS and row["id"] not in WITHOUT_PRICE]


@pytest.mark.parametrize("row", [pytest.param(row, id=row["id"]) for row in CLAIMED])
def test_the_engine_gives_the_published_numbers(row):
    answers = ADAPTERS[row["formula"]](**row["inputs"])
    expected = row["expected"]
    for name in set(expected) - ANSWERS_LEFT_OUT.get(row["formula"], set()):
        value = float("nan") if expected[name] is None else expected[name]
        tolerance = {"rel": 0.0, "abs": 0.0} | row["tol"]
        assert answers[name] == pytest.approx(value, nan_ok=True, **tolerance), name


def test_every_case_is_claimed_or_left_out_for_a_reason():
    formulas = {row["formula"] for row in ROWS}
    assert formulas == set(ADAPTERS) | set(LEFT_OUT)
    assert not set(ADAPTERS) & set(LEFT_OUT)


def test_a_price_below_zero_is_no_price():
    left = [row for row in ROWS if row["id"] in WITHOUT_PRICE]
    assert len(left) == len(WITHOUT_PRICE)
    for row in left:
        assert isnan(ADAPTERS[row["formula"]](**row["inputs"])["liq_price"])


def test_no_case_has_two_homes():
    golden = Path(__file__).parents[2] / "golden"
    ids = [row["id"] for path in golden.glob("*.json") for row in json.loads(path.read_text())]
    assert sorted(set(ids)) == sorted(ids)
