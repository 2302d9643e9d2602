"""One position after its trigger: who pays if it is sold at some price, and how much is sold."""

from typing import Final, NamedTuple

import numpy as np

from engine.loss.settlement import Outcome, settle
from engine.loss.waterfall import Counterparty, Waterfall, adl_score, rank_winners, waterfall
from engine.margin import risk
from engine.margin.scenario import Scenario

# The trader's fee for a forced sale, fraction of what is sold.
SALE_FEE: Final = 0.0005
# How far beyond the bankruptcy price sales go, in distances between trigger and bankruptcy price: one
# that comes too late to start from, and one that is very late.
BEYOND: Final = 0.7
REACH: Final = 4.0
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


def sold(scenario: Scenario, price: float, *, fund: float) -> Waterfall:
    """Sell a position at a price after its trigger, and divide what is left or missing.

    The platform takes :data:`SALE_FEE` out of what is left; :func:`winners` stand on the other side.

    Parameters
    ----------
    scenario : Scenario
        With a liquidation price; it says who keeps what is left.
    price : float
        At which it is really sold, quote per unit.
    fund : float
        What the insurance fund holds before, quote.

    Returns
    -------
    Waterfall

    Examples
    --------
    >>> s = Scenario(capital=3000.0, leverage=20.0, entry_price=60_000.0)
    >>> done = sold(s, 56_500.0, fund=250.0)
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
        leftover=scenario.leftover,
    )
    return waterfall(closed, scenario.side, fund=fund, others=winners(scenario))
