"""Published cases of how positions are closed and who pays, at the tolerance they state."""

import json
from pathlib import Path

import numpy as np
import pytest

from engine.loss import closeout
from engine.margin import lending, risk

CASES = json.loads((Path(__file__).parents[2] / "golden" / "venues.json").read_text())


def account(given):
    """A dYdX account: the position looked at, then equity and requirement of all of it."""
    positions = np.array(given["positions"], dtype=float)
    quantity, price, rate = positions.T
    total = given["usdc"] + (quantity * price).sum()  # what the account would be worth closed here
    required = risk.maintenance_margin(quantity, price, rate).sum()
    return (*positions[given["index"]], total, required)


def dydx_fillable(given):
    rules = {"spread": given["spread_to_mmr"], "adjustment": given["bankruptcy_adjustment"]}
    return {"fillable_price": closeout.fillable_price(*account(given), **rules)}


def dydx_bankruptcy_quote(given):
    return {"quote": -given["delta"] * closeout.part_bankruptcy_price(*account(given))}


def dydx_insurance_delta(given):
    quantity, *rest = account(given)
    bankrupt = closeout.part_bankruptcy_price(quantity, *rest)
    return {"delta": closeout.liquidation_penalty(quantity, bankrupt, given["fill_price"], given["max_fee"])}


def insurance_delta(given):
    quantity = given["side"] * given["amount"]
    return {"delta": closeout.insurance_fund_change(quantity, given["bankruptcy"], given["executed"])}


def bankruptcy_equity(given):
    return {"bankruptcy_price": risk.bankruptcy_price(given["size"], given["price"], given["equity"])}


def drift_base_to_cover(given):
    units = closeout.units_to_cover(
        given["margin_shortage"],
        given["oracle"],
        given["margin_ratio"],
        liquidator_fee=given["liquidation_fee"],
        fund_fee=given["if_fee"],
        quote_price=given["quote_oracle"],
    )
    return {"base_amount": units}


def drift_bankrupt_quote(given):
    entry = given["cost"] / given["size"]
    return {"quote": risk.equity(given["size"], entry, given["deposit"], given["exit"], given["fees"])}


def aave_hf(given):
    health = lending.health_factor(given["collateral"], given["debt"], given["liq_threshold"])
    return {"hf": -1 if np.isnan(health) else health}  # Aave's code for "no debt"


def aave_close_factor(given):
    return {"close_factor": lending.close_factor(given["hf"])}


def aave_seize(given):
    wanted = given["debt"] * given["close_factor"]
    repaid, seized = lending.seize(wanted, np.inf, given["bonus"])
    return {"repaid": repaid, "seized": seized}


def aave33_max_repay(given):
    repayment = lending.largest_repayment(
        given["hf"],
        given["debts"][given["debt_index"]],
        sum(given["debts"]),
        given["collaterals"][given["collateral_index"]],
        given["threshold"],
    )
    return {"max_repay": repayment}


ADAPTERS = {
    adapter.__name__: adapter
    for adapter in (
        dydx_fillable,
        dydx_bankruptcy_quote,
        dydx_insurance_delta,
        insurance_delta,
        bankruptcy_equity,
        drift_base_to_cover,
        drift_bankrupt_quote,
        aave_hf,
        aave_close_factor,
        aave_seize,
        aave33_max_repay,
    )
}
OURS = [pytest.param(case, id=case["id"]) for case in CASES if case["formula"] in ADAPTERS]


@pytest.mark.parametrize("case", OURS)
def test_reproduces_published_close_outs(case):
    got = ADAPTERS[case["formula"]](case["inputs"])
    tolerance = {"rel": 0, "abs": 0} | case["tol"]
    assert got.keys() == case["expected"].keys()
    for name, expected in case["expected"].items():
        assert got[name] == pytest.approx(expected, **tolerance), name


def test_every_adapter_has_its_cases():
    assert {case["formula"] for case in CASES} >= ADAPTERS.keys()
