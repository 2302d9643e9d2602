"""One position at every venue in numbers: where it is closed, what that costs, what comes back."""

from math import isnan

from engine.margin import risk
from engine.margin.risk import Basis
from engine.margin.scenario import Scenario, Side
from engine.venues.quotes import VenueQuote, quotes_by_leverage
from engine.venues.terms import Gauge, Leftover, Venue
from pages.lab.compare.triggers import Compared, move, name, rows, unknown_above
from pages.shared import formats
from pages.shared.words import read

WORDS = read("compare")
LEVERAGES = (2.0, 3.0, 5.0, 10.0, 20.0, 50.0, 100.0, 125.0, 150.0)
CONVENTIONS: tuple[tuple[str, float | None, Basis], ...] = (
    ("nothing", 0.0, "mark"),
    ("entry", None, "entry"),
    ("mark", None, "mark"),
)


def venues(found: Compared) -> list[tuple[str, ...]]:
    """A row a venue: trigger, move, what the close costs and gives back, what its own screen says."""
    told = []
    for row in rows(found)[0]:
        q = row.quote
        if row.group == "unknown":
            told.append((q.venue.name, unknown_above(q.venue), *[formats.UNKNOWN] * 6))
            continue
        price = formats.trigger(q.liquidation_price)
        told.append((name(row.group, q), price, move(q), fee(q), back(q), *screen(q)))
    return told


def fee(q: VenueQuote) -> str:
    """What the forced close of the whole position costs at the trigger."""
    if isnan(q.move):
        return formats.UNKNOWN
    if isnan(q.fee):
        return WORDS["not_read"]
    return formats.money(q.fee)


def back(q: VenueQuote) -> str:
    """What comes back to the trader of a position closed at its trigger, after the fee."""
    if isnan(q.left):
        return formats.UNKNOWN
    if q.venue.leftover is Leftover.FUND:
        kept = q.left if isnan(q.left_after_fee) else q.left_after_fee
        return WORDS["back_fund"].format(kept=formats.money(kept))
    if isnan(q.fee):
        return WORDS["back_at_most"].format(amount=formats.money(q.left))
    return formats.money(q.comes_back)


def screen(q: VenueQuote) -> tuple[str, str, str]:
    """What the venue calls its number and which way is safe, its first reading, and its last."""
    kind = q.venue.gauge
    sense = WORDS[f"sense_{kind}"].partition(":")[0].lower()
    return (
        f"{WORDS[f'gauge_{kind}']} ({sense})",
        reading(kind, q.gauge_at_open),
        reading(kind, q.gauge_at_trigger),
    )


def reading(kind: Gauge, value: float) -> str:
    """A number of the venue's own screen as it is written there."""
    if isnan(value) or value > 1e9:
        return formats.UNKNOWN
    if kind is Gauge.HEALTH_FACTOR:
        return formats.fixed(value, 2)
    if kind is Gauge.LEVERAGE:
        return formats.multiple(round(value, 1))
    return formats.short_percent(value)


def by_leverage(venue: Venue, notional: float, entry_price: float) -> list[tuple[str, ...]]:
    """A row a leverage for the same size: how far a long and a short may go, what a long leaves and gets."""
    told = []
    both = (quotes_by_leverage(venue, side, notional, LEVERAGES, entry_price) for side in Side)
    for leverage, long, short in zip(LEVERAGES, *both, strict=True):
        if long.is_offered and short.is_offered:
            left = formats.UNKNOWN if isnan(long.left_share) else formats.percent(long.left_share)
            told.append((formats.multiple(leverage), move(long), move(short), left, back(long)))
    return told


def conventions(scenario: Scenario) -> list[tuple[str, str, str]]:
    """The three published formulas for one position: name, assumption, result."""
    told = []
    for formula, rate, basis in CONVENTIONS:
        asked = scenario.maintenance_rate if rate is None else rate
        own = scenario.quantity, scenario.entry_price, scenario.backing
        price = float(risk.liquidation_price(*own, asked, basis=basis))
        told.append((WORDS[f"formula_{formula}"], WORDS[f"assumes_{formula}"], formats.trigger(price)))
    return told
