"""Sets of rules with a name."""

import dataclasses

import pytest

from engine.margin.rules import RULE_FIELDS, Rules, rule_values, rules_of
from engine.margin.scenario import FIELDS, Scenario


@pytest.mark.parametrize("rules", Rules)
def test_named_rules_are_recognised_again(rules):
    assert rules_of(dataclasses.asdict(Scenario(**rule_values(rules)))) is rules
    assert set(rule_values(rules)) == set(RULE_FIELDS) <= set(FIELDS)


def test_the_presets():
    assert rules_of(dataclasses.asdict(Scenario())) is Rules.SIMPLE
    assert rule_values(Rules.CLASSROOM)["maintenance_rate"] == 0.05
    realistic = rule_values(Rules.REALISTIC)
    assert (realistic["trading_fee"], realistic["funding_rate"]) == (0.0006, 0.0001)
    assert rules_of(dataclasses.asdict(Scenario(maintenance_rate=0.01))) is None
    # What is not a rule does not count.
    assert (
        rules_of(dataclasses.asdict(Scenario(capital=5.0, leverage=3.0, wallet=7.0, stop_price=90.0)))
        is Rules.SIMPLE
    )
