"""How one venue does it: its record in words, with the fees, the dates and the source."""

from math import isclose

from engine.margin.lending import DUST
from engine.margin.scenario import Side
from engine.margin.short_stock import CHEAP_MINIMUM, MINIMUM
from engine.venues.quotes import VenueQuote, quote
from engine.venues.terms import Contract, Step, Venue
from pages.lab.compare.tables import back, reading
from pages.lab.compare.triggers import ONE_COIN
from pages.shared import formats
from pages.shared.words import read, say

WORDS = read("compare")
# What a rate is a share of, where that is not the value of the position.
OF_WHAT = {Contract.SPOT: "debt", Contract.LENDING: "collateral"}


def card(asked: VenueQuote) -> str:
    """How the venue of a quote does it, and what comes back of the position asked about."""
    venue = asked.venue
    example = quote(venue, Side.LONG, **ONE_COIN | {"leverage": min(2.0, venue.max_leverage)})
    unread = ", ".join(WORDS[f"unread_{fact}"] for fact in venue.unread)
    return say(
        WORDS["card"],
        name=venue.name,
        contract=WORDS[f"contract_{venue.contract}"],
        leverage=formats.multiple(round(venue.max_leverage, 2)),
        minimum=_minimum(venue),
        date=dates(venue),
        required=_required(venue),
        tiers=_tiers(venue),
        fee=formats.field_text(venue.closing_fee, "percent") if venue.closing_fee else WORDS["fee_none"],
        taker=_rate(venue.fees.taker),
        forced=_forced(venue),
        back=_back(asked),
        trigger=WORDS[f"trigger_{venue.trigger}"],
        gauge=WORDS[f"gauge_{venue.gauge}"],
        sense=WORDS[f"sense_{venue.gauge}"].format(end=reading(venue.gauge, example.gauge_at_trigger)),
        steps=_steps(venue),
        leftover=WORDS[f"leftover_{venue.leftover}"],
        shortfall=WORDS[f"shortfall_{venue.shortfall}"],
        source=venue.source,
        unread=f"{WORDS['unread'].format(facts=unread)} " if unread else "",
    )


def _minimum(venue: Venue) -> str:
    if not venue.minimum_equity:
        return ""
    return " " + WORDS["minimum"].format(equity=formats.short_money(venue.minimum_equity))


def _rate(rate: float | None) -> str:
    """A rate of the fee schedule, which may not have been read."""
    if rate is None:
        return WORDS["not_read"]
    return formats.field_text(rate, "percent") if rate else WORDS["fee_none"]


def _forced(venue: Venue) -> str:
    """What a forced close costs beyond the ordinary fee, and what that is a share of."""
    rate, charged_on = venue.fees.liquidation, venue.fees.charged_on
    if not rate:
        return _rate(rate)
    return WORDS[f"forced_{charged_on}"].format(rate=_rate(rate))


def _back(asked: VenueQuote) -> str:
    """What comes back of the position above, if the venue takes it at all."""
    return back(asked) if asked.is_offered and asked.is_known else WORDS["back_unknown"]


def _steps(venue: Venue) -> str:
    if venue.closeout == (Step.WHOLE,):
        return WORDS["step_all"]
    return " ".join(_step(i, step) for i, step in enumerate(venue.closeout, 1))


def _step(number: int, step: Step) -> str:
    return f"{number}. {WORDS[f'step_{step}'].format(dust=formats.short_money(DUST))}"


def dates(venue: Venue) -> str:
    """Since when the rule holds, when it was read, and whether the venue can still be used."""
    since, told = venue.valid_from, []
    if since:
        told.append(WORDS["date_valid"].format(since=formats.date(since)))
    elif not venue.status_since:
        told.append(WORDS["date_unknown"])
    told.append(WORDS["date_seen"].format(seen=formats.date(venue.seen_on)))
    if "today" in venue.unread:
        told.append(WORDS["date_today"])
    if venue.status_since:
        told.append(WORDS[f"status_{venue.status}"].format(since=formats.date(venue.status_since)))
    return " ".join(told)


def _required(venue: Venue) -> str:
    """What the venue asks of the smallest position."""
    first = venue.tiers[0]
    of_what = OF_WHAT.get(venue.contract, venue.basis)
    key = "required"
    if venue.short_tiers:
        key = "required_sides"
    elif first.amount < 0:
        key = "required_fixed" if first.rate else "required_least"
    return WORDS[key].format(
        rate=formats.percent(first.rate),
        short_rate=formats.percent(venue.tiers_for(Side.SHORT)[0].rate),
        of=WORDS[f"basis_{of_what}"],
        amount=formats.short_money(-first.amount),
    )


def _tiers(venue: Venue) -> str:
    """How that changes with the size."""
    last, least = venue.tiers[-1], venue.tiers[0].amount
    key = "tiers_many" if len(venue.tiers) > 1 else "tiers_one"
    if least < 0:
        key = "tiers_fixed"
    told = [
        WORDS[key].format(
            count=len(venue.tiers), rate=formats.percent(last.rate), floor=formats.short_money(last.floor)
        )
    ]
    if venue.rate_per_unit:
        told = [WORDS["tiers_unit"].format(rate=formats.field_text(venue.rate_per_unit, "percent"))]
    if venue.has_share_minimum:
        minimum, cheap = map(formats.short_money, (MINIMUM, CHEAP_MINIMUM))
        told.append(WORDS["share_minimum"].format(minimum=minimum, cheap=cheap))
    if venue.house_rates:
        low, high = map(formats.short_percent, venue.house_rates)
        told.append(WORDS["house"].format(low=low, high=high))
    return " ".join(told)


def short_against_long(venue: Venue) -> str:
    """Whether the venue closes a short after a smaller move than a long, and why."""
    long, short = (abs(quote(venue, side, **ONE_COIN | {"leverage": 2.0}).move) for side in Side)
    key = "short_alike" if isclose(long, short) else "short_sooner" if short < long else "short_later"
    return WORDS[key]
