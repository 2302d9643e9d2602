"""A reason is a code with values, and says so by itself."""

import pickle

import pytest

from engine.margin.scenario import Scenario, ScenarioError
from engine.problem import Problem


def test_a_problem_names_its_field_its_reason_and_its_values():
    problem = Problem("above_limit", "leverage", given=300.0, limit=125.0)
    assert str(problem) == "leverage: above_limit (given=300.0, limit=125.0)"
    assert str(Problem("empty")) == "empty"
    assert str(Problem("json", given="x" * 99)) == f"json (given='{'x' * 58}…)"


def test_a_problem_survives_a_copy_to_another_process():
    with pytest.raises(ScenarioError) as caught:
        Scenario(leverage=300.0)
    copy = pickle.loads(pickle.dumps(caught.value))
    assert type(copy) is ScenarioError and str(copy) == str(caught.value)
    assert (copy.code, copy.field, copy.values) == (
        "outside_limits",
        "leverage",
        {"name": "leverage", "given": 300.0, "low": 1.0, "high": 200.0},
    )
