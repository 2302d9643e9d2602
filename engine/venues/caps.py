"""Caps on leverage that stand in law, and what becomes of who uses all of them."""

from typing import Final, NamedTuple

from engine.margin import risk
from engine.margin.scenario import Side
from engine.venues.quotes import quote
from engine.venues.records import CFD_CLOSEOUT, VENUES


class Cap(NamedTuple):
    """The largest leverage a law allows, and what becomes of who uses all of it.

    Attributes
    ----------
    leverage : float
        Multiple of one's own money.
    closeout : float
        Fall of the price after which a long is closed, or called, a positive fraction.
    """

    leverage: float
    closeout: float


# Retail clients of CFD brokers in the EU, by what the contract follows: ESMA, Decision (EU) 2018/796 of
# 22 May 2018, annex I; kept since by the national authorities.
ESMA_CAPS: Final = {
    "eu_currencies": 30.0,
    "eu_indices": 20.0,
    "eu_commodities": 10.0,
    "eu_shares": 5.0,
    "eu_crypto": 2.0,
}
# Of 100 retail CFD accounts, how many typically lose money, least and most, as found by national
# authorities: ESMA, press release of 27 March 2018, "ESMA agrees to prohibit binary options and restrict
# CFDs to protect retail investors".
LOSING: Final = (74, 89)
# The record that follows the law for US shares and adds no rule of a broker's own.
US_SHARES: Final = "us-stock"


def house_calls() -> tuple[Cap, ...]:
    """What becomes of who uses all of the cap for US shares under the stricter rules many brokers have.

    Returns
    -------
    tuple of Cap
        From the mildest of these rules to the strictest.

    Examples
    --------
    >>> [round(cap.closeout, 4) for cap in house_calls()]
    [0.2857, 0.1667]
    """
    most = VENUES[US_SHARES].max_leverage
    rates = VENUES[US_SHARES].house_rates
    return tuple(Cap(most, 1 - float(risk.liquidation_price(most, 1.0, 1.0, rate))) for rate in rates)


def legal_caps() -> dict[str, Cap]:
    """Every cap by the name of what it is for, the highest first.

    Of an EU contract the close-out is at half the margin required to open it, and of US shares it is
    the maintenance call: Federal Reserve, Regulation T, and FINRA rule 4210. That is the least a broker
    must ask; the record's `house_rates` are what many ask, and call sooner.

    Returns
    -------
    dict of Cap

    Examples
    --------
    >>> {name: (cap.leverage, round(cap.closeout, 4)) for name, cap in legal_caps().items()}["us_shares"]
    (2.0, 0.3333)
    >>> round(legal_caps()["eu_currencies"].closeout, 4)
    0.0167
    """
    found = {name: Cap(leverage, _cfd_closeout(leverage)) for name, leverage in ESMA_CAPS.items()}
    most = VENUES[US_SHARES].max_leverage
    called = quote(VENUES[US_SHARES], Side.LONG, 1.0, most, 1.0)
    return found | {"us_shares": Cap(most, -called.move)}


def _cfd_closeout(leverage: float) -> float:
    """Fall that takes half of the margin required to open, the requirement of the whole time."""
    trigger = risk.liquidation_price(leverage, 1.0, 1.0, CFD_CLOSEOUT / leverage, basis="entry")
    return 1 - float(trigger)
