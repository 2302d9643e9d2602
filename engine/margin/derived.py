"""Positions made of another one: the one door to them."""

from dataclasses import replace
from math import nan
from typing import Any

from engine.margin.scenario import Scenario, ScenarioError


def changed(scenario: Scenario, **choices: Any) -> Scenario | ScenarioError:
    """The same position with other choices, or why there is none: the one door to a derived position.

    Parameters
    ----------
    scenario : Scenario
    **choices
        Fields of a scenario that change, in their units.

    Returns
    -------
    Scenario or ScenarioError
        The refusal is returned, not raised: what is shown of such a position has to say it.

    Examples
    --------
    >>> beside = Scenario(leverage=25.0, maintenance_rate=0.05, wallet=100.0)
    >>> changed(beside, wallet=50.0).backing
    150.0
    >>> changed(beside, wallet=0.0).code
    'closed_at_once'
    """
    try:
        return replace(scenario, **choices)
    except ScenarioError as refusal:
        return refusal


def allowed(position: Scenario | ScenarioError) -> Scenario:
    """A position of which its author knows that it can be opened, such as a lesson's; raises if not.

    Parameters
    ----------
    position : Scenario or ScenarioError
        As of :func:`changed`.

    Returns
    -------
    Scenario

    Examples
    --------
    >>> allowed(changed(Scenario(), wallet=100.0)).collateral
    200.0
    """
    if isinstance(position, ScenarioError):
        raise position
    return position


def with_leverage(scenario: Scenario, leverage: float) -> Scenario:
    """The same position at another leverage, without a stop that may no longer fit.

    Parameters
    ----------
    scenario : Scenario
    leverage : float
        Multiple of the capital.

    Returns
    -------
    Scenario

    Raises
    ------
    ScenarioError
        If that leverage is refused.

    Examples
    --------
    >>> with_leverage(Scenario(), 5.0).notional
    500.0
    """
    return allowed(changed(scenario, leverage=leverage, stop_price=nan))
