"""One position after its trigger: who pays if it is sold at some price, and how much is sold."""

from collections.abc import Iterable
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from engine.loss import closeout
from engine.loss.closeout import Closed, close_fraction, close_part, first_fraction, tiers_down_fraction
from engine.loss.settlement import Outcome, settle
from engine.loss.waterfall import Counterparty, Waterfall, adl_score, rank_winners, waterfall
from engine.margin import lending, risk
from engine.margin.lending import Liquidated, liquidate
from engine.margin.risk import Floats
from engine.margin.scenario import Scenario
from engine.venues.records import VENUES
from engine.venues.terms import Step

# The trader's fee for a forced sale, fraction of what is sold.
SALE_FEE: Final = 0.0005
# Equity aimed at when only a part is sold, as a multiple of the requirement.
BUFFER: Final = 1.2
# How far beyond the bankruptcy price sales go, in distances between trigger and bankruptcy price: one
# that comes too late to start from, and one that is very late.
BEYOND: Final = 0.7
REACH: Final = 4.0
# Several venues may step down; the example does it in the tables of these two.
TWO_TIERS_OF: Final = "bitget"
TIER_OF: Final = "bybit"
# Traders on the other side: share of the position, entry away from its entry, leverage.
_WINNERS: Final = ((0.2, 0.0, 20.0), (0.3, 0.05, 5.0), (0.25, 0.02, 50.0))


class SalePrices(NamedTuple):
    """Prices at which a forced sale may end, quote per unit, from the best to the worst.

    Attributes
    ----------
    trigger : float
    start : float
        A little beyond the bankruptcy price, four digits.
    usual : float
        Far beyond it.
    least : float
        Half of the bankruptcy price, for a short twice.
    """

    trigger: float
    start: float
    usual: float
    least: float


class InQueue(NamedTuple):
    """A trader on the other side, ranked by :func:`engine.loss.waterfall.adl_score`.

    Attributes
    ----------
    number : int
        From 1, in the order of :func:`winners`.
    units, entry_price, profit : float
        Signed; quote per unit; quote.
    gain, leverage, score : float
        Profit as a fraction of the entry value, effective leverage, and their product.
    """

    number: int
    units: float
    entry_price: float
    profit: float
    gain: float
    leverage: float
    score: float


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


class Loan(NamedTuple):
    """A loan on chain: units of collateral, debt and price in quote, rates as fractions."""

    units: float
    debt: float
    liquidation_threshold: float
    bonus: float


# The prices tell of half, of all, of nothing left, and of bad debt.
LOAN: Final = Loan(units=10.0, debt=15_000.0, liquidation_threshold=0.825, bonus=0.05)
LOAN_PRICES: Final = (1_800.0, 1_700.0, 1_575.0, 1_560.0, 1_500.0, 1_400.0)

_WHOLE: Final = {Step.CANCEL_ORDERS, Step.NET_HEDGED, Step.WHOLE}


def sale_prices(scenario: Scenario) -> SalePrices:
    """Where a forced sale of this position may end.

    Parameters
    ----------
    scenario : Scenario

    Returns
    -------
    SalePrices
        ``nan`` without a liquidation price.

    Examples
    --------
    >>> prices = sale_prices(Scenario(capital=3000.0, leverage=20.0, entry_price=60_000.0))
    >>> prices.start, round(prices.usual, 2), prices.least
    (56800.0, 55854.27, 28500.0)
    """
    trigger, bankrupt = scenario.liquidation_price, scenario.bankruptcy_price
    cushion = bankrupt - trigger
    return SalePrices(
        trigger=trigger,
        start=float(f"{bankrupt + BEYOND * cushion:.4g}"),
        usual=bankrupt + REACH * cushion,
        least=bankrupt * 2.0**-scenario.side.sign,
    )


def winners(scenario: Scenario) -> tuple[Counterparty, ...]:
    """Three traders on the other side of a position, of three quarters of its size together.

    Parameters
    ----------
    scenario : Scenario

    Returns
    -------
    tuple of Counterparty

    Examples
    --------
    >>> [w.entry_price for w in winners(Scenario())]
    [100.0, 105.0, 102.0]
    """
    found = []
    for share, away, leverage in _WINNERS:
        entry = scenario.entry_price * (1 + scenario.side.sign * away)
        units = share * scenario.quantity
        found.append(Counterparty(-units, entry, abs(units) * entry / leverage))
    return tuple(found)


def queue(scenario: Scenario, price: float) -> list[InQueue]:
    """The winners in the order in which they are closed against a bankrupt position.

    Parameters
    ----------
    scenario : Scenario
    price : float
        Quote per unit.

    Returns
    -------
    list of InQueue

    Examples
    --------
    >>> [one.number for one in queue(Scenario(capital=3000.0, leverage=20.0, entry_price=60_000.0), 56_500.0)]
    [3, 1, 2]
    """
    quantity, entry, collateral = np.array(winners(scenario)).T
    profit = risk.equity(quantity, entry, 0.0, price)
    gain = profit / risk.notional(quantity, entry)
    score = adl_score(quantity, entry, collateral, price)
    columns = (quantity, entry, profit, gain, score / gain, score)
    return [
        InQueue(int(i) + 1, *(float(column[i]) for column in columns))
        for i in rank_winners(quantity, entry, collateral, price)
    ]


def sold(scenario: Scenario, price: float, *, fund: float, fund_keeps_rest: bool) -> Waterfall:
    """Sell a position at a price after its trigger, and divide what is left or missing.

    The platform takes :data:`SALE_FEE` out of what is left; :func:`winners` stand on the other side.

    Parameters
    ----------
    scenario : Scenario
        With a liquidation price.
    price : float
        At which it is really sold, quote per unit.
    fund : float
        What the insurance fund holds before, quote.
    fund_keeps_rest : bool
        Whether what is left goes to the fund, not to the trader.

    Returns
    -------
    Waterfall

    Examples
    --------
    >>> s = Scenario(capital=3000.0, leverage=20.0, entry_price=60_000.0)
    >>> done = sold(s, 56_500.0, fund=250.0, fund_keeps_rest=True)
    >>> done.fund_after, round(sum(done.haircuts), 2), done.socialised
    (0.0, 250.0, 0.0)
    """
    closed = settle(
        outcome=Outcome.LIQUIDATED,
        step=0,
        trigger_price=scenario.liquidation_price,
        fill_price=price,
        notional=float(risk.notional(scenario.quantity, price)),
        paid_in=scenario.backing,
        price_result=scenario.quantity * (price - scenario.entry_price),
        trading_fees=0.0,
        funding=0.0,
        interest=0.0,
        trading_fee=SALE_FEE,
        liquidation_fee=0.0,
    )
    return waterfall(
        closed, scenario.side, fund_keeps_rest=fund_keeps_rest, fund=fund, others=winners(scenario)
    )


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

    Just enough for :data:`BUFFER` times the requirement; a fifth of a large one; so many steps down in
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
    {'enough': 0.3228, 'fifth': 1.0, 'two_tiers': 1.0, 'tier': 1.0, 'whole': 1.0}
    """
    size, own, _ = standing(scenario, price)
    rate, side = scenario.required_rate, scenario.side
    two, one = ([tier.floor for tier in VENUES[slug].tiers_for(side)] for slug in (TWO_TIERS_OF, TIER_OF))
    rules: tuple[tuple[str, ArrayLike, tuple[Step, ...]], ...] = (
        (
            "enough",
            close_fraction(size, own, rate, cost, BUFFER),
            (Step.ORDER_BACK_UNDER, Step.PER_BLOCK, Step.OVER_SLOTS),
        ),
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
    """Names of the venues that do one of these; of :attr:`Step.WHOLE`, those that do nothing else before.

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
    if asked == {Step.WHOLE}:
        return [venue.name for venue in VENUES.values() if _WHOLE.issuperset(venue.closeout)]
    return [venue.name for venue in VENUES.values() if asked & set(venue.closeout)]


def loan_ladder() -> tuple[Floats, Floats, Liquidated]:
    """The loan of the example, liquidated once at each of its prices.

    Returns
    -------
    prices : ndarray
        Of a unit of collateral, quote.
    health_factors : ndarray
        Before, multiples.
    liquidated : Liquidated
        Arrays of the same shape.

    Examples
    --------
    >>> prices, before, done = loan_ladder()
    >>> before.round(4).tolist()[:2], done.bad_debt.round(2).tolist()[2:]
    ([0.99, 0.935], [0.0, 142.86, 714.29, 1666.67])
    """
    prices = np.array(LOAN_PRICES)
    collateral = LOAN.units * prices
    before = lending.health_factor(collateral, LOAN.debt, LOAN.liquidation_threshold)
    return prices, before, liquidate(collateral, LOAN.debt, LOAN.liquidation_threshold, LOAN.bonus)


def loan_marks() -> dict[str, float]:
    """Where the loan of the example may be liquidated, turns toxic, and is worth less than its debt.

    Returns
    -------
    dict of float
        ``trigger``, ``toxic`` and ``insolvent``, quote per unit; ``toxic_health``, a multiple.

    Examples
    --------
    >>> {name: round(value, 5) for name, value in loan_marks().items()}
    {'trigger': 1818.18182, 'toxic': 1575.0, 'insolvent': 1500.0, 'toxic_health': 0.86625}
    """
    toxic = float(lending.toxic_health_factor(LOAN.liquidation_threshold, LOAN.bonus))
    per_unit = LOAN.debt / LOAN.units
    return {
        "trigger": per_unit / LOAN.liquidation_threshold,
        "toxic": per_unit * toxic / LOAN.liquidation_threshold,
        "insolvent": per_unit,
        "toxic_health": toxic,
    }
