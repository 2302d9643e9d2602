"""How much each rule sells of a position that is due, and what that leaves."""

from collections.abc import Iterable
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from engine.loss import closeout
from engine.loss.closeout import Closed, close_fraction, close_part, first_fraction, tiers_down_fraction
from engine.margin import risk
from engine.margin.scenario import Scenario
from engine.venues.records import VENUES
from engine.venues.terms import Status, Step

# Equity aimed at when only a part is sold, as a multiple of the requirement.
BUFFER: Final = 1.2
# A broker's margin call may sell a multiple of what is missing, so that the next call is further away.
MULTIPLE: Final = 4.0
# Several venues may step down; the example does it in the tables of these two.
TWO_TIERS_OF: Final = "bitget"
TIER_OF: Final = "bybit"
_WHOLE: Final = {Step.CANCEL_ORDERS, Step.NET_HEDGED, Step.WHOLE}


class Way(NamedTuple):
    """One rule about how much is sold.

    Attributes
    ----------
    name : str
    fraction : float
        Share sold; ``nan`` = each part sold makes it worse.
    closed : Closed
        What it takes and leaves.
    steps : tuple of Step
        The names of this rule in the venues' records.
    """

    name: str
    fraction: float
    closed: Closed
    steps: tuple[Step, ...]


def past_trigger(scenario: Scenario, beyond: float) -> float:
    """The trigger moved further the wrong way.

    Parameters
    ----------
    scenario : Scenario
    beyond : float
        Fraction of the trigger.

    Returns
    -------
    float
        Quote per unit; ``nan`` without a liquidation price.

    Examples
    --------
    >>> round(past_trigger(Scenario(), 0.01), 3)
    89.548
    """
    return scenario.liquidation_price * (1 - scenario.side.sign * beyond)


def standing(scenario: Scenario, price: float) -> tuple[float, float, float]:
    """What a position is worth at a price, what of it is the trader's, and what is required.

    Parameters
    ----------
    scenario : Scenario
    price : float
        Quote per unit.

    Returns
    -------
    tuple of float
        Notional, equity, requirement, quote.

    Examples
    --------
    >>> standing(Scenario(), 91.0)
    (910.0, 10.0, 4.55)
    """
    s = scenario
    return (
        float(risk.notional(s.quantity, price)),
        float(risk.equity(s.quantity, s.entry_price, s.backing, price)),
        float(s.requirements(s.quantity, price)),
    )


def ratio(scenario: Scenario, price: float) -> float:
    """Margin ratio of a position at a price.

    Parameters
    ----------
    scenario : Scenario
    price : float
        Quote per unit.

    Returns
    -------
    float
        Fraction of the notional.

    Examples
    --------
    >>> ratio(Scenario(), 90.9) < 0.01 < ratio(Scenario(), 91.0)
    True
    """
    size, own, _ = standing(scenario, price)
    return float(risk.margin_ratio(own, size))


def freed(scenario: Scenario) -> float:
    """What a dollar sold frees of :data:`BUFFER` times the requirement.

    Parameters
    ----------
    scenario : Scenario

    Returns
    -------
    float
        Fraction; where selling costs as much, each part sold makes it worse.

    Examples
    --------
    >>> freed(Scenario(maintenance_rate=0.005))
    0.006
    """
    return BUFFER * scenario.required_rate


def ways(scenario: Scenario, price: float, cost: float) -> tuple[Way, ...]:
    """How much each rule sells of a position that is due, and what that leaves.

    Just enough for :data:`BUFFER` times the requirement; :data:`MULTIPLE` times what would just do, as a
    broker's margin call may; a fifth of a large one; so many steps down in
    the tables of :data:`TWO_TIERS_OF` and :data:`TIER_OF`; all of it.

    Parameters
    ----------
    scenario : Scenario
    price : float
        Quote per unit, at the trigger or beyond.
    cost : float
        Fee and slippage together, fraction of what is sold.

    Returns
    -------
    tuple of Way

    Examples
    --------
    57,000 with 250 of one's own, half a percent required:

    >>> s = Scenario(capital=3250.0, leverage=60_000 / 3250, entry_price=60_000.0)
    >>> {way.name: round(way.fraction, 4) for way in ways(s, 57_000.0, 0.001)}
    {'enough': 0.3228, 'multiple': 0.614, 'fifth': 1.0, 'two_tiers': 1.0, 'tier': 1.0, 'whole': 1.0}
    """
    size, own, _ = standing(scenario, price)
    rate, side = scenario.required_rate, scenario.side
    two, one = ([tier.floor for tier in VENUES[slug].tiers_for(side)] for slug in (TWO_TIERS_OF, TIER_OF))
    rules: tuple[tuple[str, ArrayLike, tuple[Step, ...]], ...] = (
        (
            "enough",
            close_fraction(size, own, rate, cost, BUFFER),
            (Step.ORDER_BACK_UNDER, Step.PER_BLOCK, Step.OVER_SLOTS, Step.SMALL_PARTS),
        ),
        ("multiple", several_times_fraction(size, own, rate, cost), ()),
        ("fifth", first_fraction(size), (Step.TWENTY_PERCENT,)),
        (
            "two_tiers",
            tiers_down_fraction(size, two, 2),
            (Step.TWO_TIERS_DOWN, Step.TWO_TIERS_DOWN_CROSS),
        ),
        ("tier", tiers_down_fraction(size, one, 1), (Step.TIER_DOWN,)),
        ("whole", 1.0, (Step.WHOLE,)),
    )
    return tuple(
        Way(name, float(np.asarray(fraction)), close_part(size, own, fraction, cost), steps)
        for name, fraction, steps in rules
    )


def several_times_fraction(
    notional: ArrayLike,
    equity: ArrayLike,
    maintenance_rate: ArrayLike,
    cost: ArrayLike,
    multiple: float = MULTIPLE,
) -> risk.Floats:
    """Share of a position that a broker sells who sells a multiple of what would just be enough.

    Parameters
    ----------
    notional, equity, maintenance_rate, cost : array_like
        As in :func:`~engine.loss.closeout.close_fraction`.
    multiple : float, default 4
        At least 1.

    Returns
    -------
    ndarray
        Fraction in [0, 1]; 0 when equity is enough already, ``nan`` when each part sold makes it worse.
        Afterwards equity is the requirement or more, or nothing is held.

    References
    ----------
    TradingView, help centre, "How is a margin call calculated in the strategy tester?" (four times the
    amount needed).

    Examples
    --------
    Of a requirement of 500 there are 437.50. To sell an eighth would do; half of it goes. With 250 left
    half of it would have to go, and all of it does.

    >>> several_times_fraction(10_000.0, [437.5, 250.0], 0.05, 0.0).tolist()
    [0.5, 1.0]
    """
    return np.minimum(multiple * close_fraction(notional, equity, maintenance_rate, cost), 1.0)


def vault_takes(scenario: Scenario, price: float) -> float:
    """What a vault that takes over the position keeps of the trader's money, as on Hyperliquid.

    Parameters
    ----------
    scenario : Scenario
    price : float
        Quote per unit.

    Returns
    -------
    float
        Quote; 0 while the order book still closes it, negative when it is bankrupt.

    Examples
    --------
    >>> vault_takes(Scenario(), 90.2), vault_takes(Scenario(), 90.4)
    (2.0, 0.0)
    """
    _, own, required = standing(scenario, price)
    return round(float(closeout.backstop_take(own, required)), 10)


def who(steps: Iterable[Step]) -> list[str]:
    """Names of live venues that do one of these; of :attr:`Step.WHOLE`, those that do nothing else before.

    Parameters
    ----------
    steps : iterable of Step

    Returns
    -------
    list of str

    Examples
    --------
    >>> who([Step.TWENTY_PERCENT]), who([Step.CLOSE_FACTOR])
    (['Hyperliquid'], ['Aave v3'])
    """
    asked = set(steps)
    live = [venue for venue in VENUES.values() if venue.status is Status.LIVE]
    if asked == {Step.WHOLE}:
        return [venue.name for venue in live if _WHOLE.issuperset(venue.closeout)]
    return [venue.name for venue in live if asked & set(venue.closeout)]
