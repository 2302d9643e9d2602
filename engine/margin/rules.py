"""Sets of rules with a name: the fields of a scenario that a platform decides."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from engine.margin.scenario import Keeper, Scenario


class Rules(StrEnum):
    """Named sets of rules to start from."""

    SIMPLE = "simple"
    CLASSROOM = "classroom"
    REALISTIC = "realistic"


# Simple: what a large exchange asks of a small position, nothing else counted. Classroom: the
# cushion drawn large enough to see, an exaggeration. Realistic: a taker's fee and usual funding.
_RULES: Final[dict[Rules, Scenario]] = {
    Rules.SIMPLE: Scenario(),
    Rules.CLASSROOM: Scenario(maintenance_rate=0.05),
    Rules.REALISTIC: Scenario(trading_fee=0.0006, funding_rate=0.0001),
}
RULE_FIELDS: Final = (
    "maintenance_rate",
    "closing_fee",
    "trading_fee",
    "liquidation_fee",
    "leftover",
    "funding_rate",
    "funding_interval_hours",
    "interest_rate",
)


def rule_values(rules: Rules) -> dict[str, float | Keeper]:
    """Values a named set of rules gives to :data:`RULE_FIELDS`.

    Parameters
    ----------
    rules : Rules

    Returns
    -------
    dict of field name to value

    Examples
    --------
    >>> rule_values(Rules.CLASSROOM)["maintenance_rate"]
    0.05
    """
    return {name: getattr(_RULES[rules], name) for name in RULE_FIELDS}


def rules_of(values: Mapping[str, float | Keeper]) -> Rules | None:
    """Named set of rules that has these values; None when they are a mixture of its own.

    Parameters
    ----------
    values : mapping
        A value for each of :data:`RULE_FIELDS`.

    Returns
    -------
    Rules or None

    Examples
    --------
    >>> rules_of(rule_values(Rules.SIMPLE))
    <Rules.SIMPLE: 'simple'>
    """
    own = {name: values[name] for name in RULE_FIELDS}
    return next((rules for rules in Rules if rule_values(rules) == own), None)
