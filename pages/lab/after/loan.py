"""A loan on chain and its ladder, in sentences and rows. No formula, no Streamlit."""

from math import isnan

from engine.loss import loan_on_chain
from engine.loss.loan_on_chain import LOAN
from engine.margin import lending
from pages.shared import formats
from pages.shared.words import read, say

WORDS = read("after")


def sentence() -> str:
    """The loan of the example, and who may do what when."""
    marks = loan_on_chain.loan_marks()
    return say(
        WORDS["loan_rule"],
        units=f"{LOAN.units:g}",
        debt=formats.short_money(LOAN.debt),
        threshold=formats.percent(LOAN.liquidation_threshold),
        trigger=formats.trigger(marks["trigger"]),
        half=formats.percent(lending.HALF).replace(".00", ""),
        all_below=f"{lending.ALL_BELOW:g}",
        bonus=formats.percent(LOAN.bonus).replace(".00", ""),
    )


def rows() -> list[tuple[str, ...]]:
    """The ladder: a row a price."""
    prices, health_factors, done = loan_on_chain.loan_ladder()
    return [
        (
            formats.trigger(price),
            f"{health:.3f}",
            formats.money(repaid),
            formats.money(seized),
            WORDS["no_debt"] if isnan(after) else f"{after:.3f}",
            formats.money(left),
            formats.money(bad),
        )
        for price, health, repaid, seized, after, left, bad in zip(prices, health_factors, *done, strict=True)
    ]


def toxic_sentence() -> str:
    """Where every liquidation makes the loan worse."""
    marks = loan_on_chain.loan_marks()
    return say(
        WORDS["toxic"],
        health=f"{marks['toxic_health']:.3f}",
        toxic=formats.trigger(marks["toxic"]),
        insolvent=formats.trigger(marks["insolvent"]),
        bonus=formats.percent(LOAN.bonus).replace(".00", ""),
    )
