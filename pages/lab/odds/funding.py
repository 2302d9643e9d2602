"""The odds page: what funding does to the odds of a position. No Streamlit."""

from math import isnan
from typing import Final

from engine.margin.rules import Rules, rule_values
from engine.odds import counted
from pages.lab.odds.odds_map import FAIR, Outlook, people
from pages.shared import formats
from pages.shared.words import read, say

WORDS = read("odds")
USUAL: Final = rule_values(Rules.REALISTIC)["funding_rate"]  # of the position at each interval
HIGH: Final = 0.001


def sentence(outlook: Outlook) -> str:
    """How many of a hundred are liquidated with funding paid, and how well that is known."""
    s = outlook.scenario
    if isnan(s.liquidation_price):
        return ""
    ask = (s, outlook.days, outlook.volatility)
    usual, high = (counted.touched_with_funding(*ask, rate, FAIR) for rate in (USUAL, HIGH))
    told = say(
        WORDS["funding"],
        usual_rate=formats.field_text(USUAL, "percent"),
        high_rate=formats.field_text(HIGH, "percent"),
        hours=formats.duration(s.funding_interval_hours),
        days=formats.duration(24 * outlook.days),
        without=people(float(counted.touched(*ask, FAIR))),
        usual=people(float(usual.value)),
        high=people(float(high.value)),
    )
    low, end = (formats.plain(counted.PATHS * float(bound), 1) for bound in (high.low, high.high))
    return told if low == end else f"{told} {say(WORDS['funding_bounds'], low=low, high_end=end)}"
