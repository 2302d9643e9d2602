"""Choosing a venue whose requirement replaces the maintenance rate and the closing fee."""

from collections.abc import Iterator

import streamlit as st

from engine.venues.records import VENUES
from engine.venues.terms import Status
from pages.shared import formats
from pages.shared.link import REPLAYED, Choices
from pages.shared.words import read, say

WORDS = read("controls")


def choose(key: str, choices: Choices) -> None:
    """The control, and what the venue of the present choices asks."""
    label, _, help_text = WORDS["venue"].partition("\n")
    st.selectbox(
        label,
        offered(choices),
        key=key,
        format_func=lambda slug: VENUES[slug].name if slug else WORDS["venue_none"],
        help=help_text,
    )
    if choices.venue:
        st.caption(asked(choices))


def offered(choices: Choices) -> list[str]:
    """Venues that can be used today; one that cannot is there only if a link has brought it."""
    return ["", *(slug for slug in REPLAYED if _is_live(slug) or slug == choices.venue)]


def _is_live(slug: str) -> bool:
    return VENUES[slug].status is Status.LIVE


def _unlike(choices: Choices) -> Iterator[tuple[str, dict[str, str]]]:
    """What the venue would say that the replay does not, and the blanks of the sentence."""
    venue, s = VENUES[choices.venue], choices.scenario
    if s.capital < venue.minimum_equity:
        yield "minimum", {"equity": formats.short_money(venue.minimum_equity)}
    if s.notional > venue.known_notional:
        yield "unread", {"size": formats.short_money(venue.known_notional)}


def asked(choices: Choices) -> str:
    """What the chosen venue asks of the position, from where that is known and how old it is."""
    venue, tier = VENUES[choices.venue], choices.scenario.tier
    ended = venue.status_since
    kind = "venue_less" if tier.amount > 0 else "venue_more"
    return say(
        WORDS["venue_hint"],
        venue=venue.name,
        rate=formats.percent(tier.rate),
        less=WORDS[kind].format(amount=formats.money(abs(tier.amount))) if tier.amount else "",
        fee=WORDS["venue_fee"].format(fee=formats.percent(venue.closing_fee)) if venue.closing_fee else "",
        source=venue.source,
        date=formats.date(venue.seen_on),
        refused="".join(f"{WORDS[f'venue_{reason}'].format(**said)} " for reason, said in _unlike(choices)),
        ended=f"{WORDS[f'venue_{venue.status}'].format(since=formats.date(ended))} " if ended else "",
    )
