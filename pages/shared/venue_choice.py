"""Choosing a venue whose requirement replaces the maintenance rate and the closing fee."""

import streamlit as st

from engine.venues.records import VENUES
from pages.shared import formats
from pages.shared.link import REPLAYED, Choices
from pages.shared.words import read, say

WORDS = read("controls")


def choose(key: str, choices: Choices) -> None:
    """The control, and what the venue of the present choices asks."""
    label, _, help_text = WORDS["venue"].partition("\n")
    st.selectbox(
        label,
        ["", *REPLAYED],
        key=key,
        format_func=lambda slug: VENUES[slug].name if slug else WORDS["venue_none"],
        help=help_text,
    )
    if choices.venue:
        st.caption(asked(choices))


def asked(choices: Choices) -> str:
    """What the chosen venue asks of the position, from where that is known and how old it is."""
    venue, tier = VENUES[choices.venue], choices.scenario.tier
    kind = "venue_less" if tier.amount > 0 else "venue_more"
    return say(
        WORDS["venue_hint"],
        venue=venue.name,
        rate=formats.percent(tier.rate),
        less=WORDS[kind].format(amount=formats.money(abs(tier.amount))) if tier.amount else "",
        fee=WORDS["venue_fee"].format(fee=formats.percent(venue.closing_fee)) if venue.closing_fee else "",
        source=venue.source,
        date=venue.date,
    )
