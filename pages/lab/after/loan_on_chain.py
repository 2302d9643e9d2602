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
        units=formats.plain(LOAN.units, 6),
        debt=formats.short_money(LOAN.debt),
        threshold=formats.percent(LOAN.liquidation_threshold),
        trigger=formats.trigger(marks["trigger"]),
        half=formats.short_percent(lending.HALF),
        all_below=formats.plain(lending.ALL_BELOW, 6),
        bonus=formats.short_percent(LOAN.bonus),
    )


def rows() -> list[tuple[str, ...]]:
    """The ladder: a row a price."""
    prices, health_factors, done = loan_on_chain.loan_ladder()
    return [
        (
            formats.trigger(price),
            formats.fixed(health, 3),
            formats.money(repaid),
            formats.money(seized),
            WORDS["no_debt"] if isnan(after) else formats.fixed(after, 3),
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
        health=formats.fixed(marks["toxic_health"], 3),
        toxic=formats.trigger(marks["toxic"]),
        insolvent=formats.trigger(marks["insolvent"]),
        bonus=formats.short_percent(LOAN.bonus),
    )
