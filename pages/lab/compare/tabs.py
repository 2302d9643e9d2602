"""The tables of the compare page; only the open one is worked out."""

from collections.abc import Sequence

import streamlit as st

from engine.facts import facts
from engine.margin.scenario import Scenario, Side
from engine.venues.quotes import VenueQuote
from engine.venues.records import VENUES
from engine.venues.terms import Status
from pages.lab.compare import venues
from pages.shared import formats, link
from pages.shared.controls import Desk
from pages.shared.link import REPLAYED
from pages.shared.nav import simulator_link
from pages.shared.words import amounts, plain, read, say, table

WORDS = read("compare")
# The position of the published formulas.
PUBLISHED = {"capital": 2_000.0, "leverage": 10.0, "entry_price": 20_000.0, "side": Side.LONG}


def draw(desk: Desk, found: Sequence[VenueQuote]) -> None:
    """All tabs."""
    names = ("numbers", "card", "leverage", "formulas")
    tabs = st.tabs([WORDS[f"tab_{name}"] for name in names], on_change="rerun", key=f"{desk.page}.tabs")
    show = {"numbers": _numbers, "card": _card, "leverage": _leverage, "formulas": _formulas}
    for name, tab in zip(names, tabs, strict=True):
        if tab.open:
            with tab:
                show[name](desk, found)


def _numbers(desk: Desk, found: Sequence[VenueQuote]) -> None:
    columns = ("venue", "trigger", "move", "left", "keeps", "gauge", "opening", "closing")
    st.markdown(table([WORDS[f"column_{name}"] for name in columns], venues.triggers(found)))
    st.caption(say(WORDS["terms"]))
    st.caption(say(WORDS["changes"]))


def _card(desk: Desk, found: Sequence[VenueQuote]) -> None:
    slug = _which(f"{desk.page}.card")
    with st.container(key="reading"):
        st.markdown(venues.card(VENUES[slug]))
    asked = next(q for q in found if q.venue.slug == slug)
    if slug not in REPLAYED or asked.venue.status is not Status.LIVE:
        return
    if asked.is_offered:
        simulator_link(WORDS["replay"], link.flat(desk.choices) | {"venue": slug})
    else:
        reason = venues.refusal(asked)
        st.caption(say(WORDS["not_replayed"], venue=asked.venue.name, reason=reason))


def _leverage(desk: Desk, found: Sequence[VenueQuote]) -> None:
    slug, s = _which(f"{desk.page}.by_leverage"), desk.choices.scenario
    columns = [WORDS[f"column_{name}"] for name in ("leverage", "long", "short", "share")]
    rows = venues.by_leverage(VENUES[slug], s.notional, s.entry_price)
    if not rows:
        st.caption(WORDS["no_leverage"])
        return
    st.markdown(table(columns, rows))
    st.caption(f"{venues.short_against_long(VENUES[slug])} {WORDS['share_left']}")


def _formulas(desk: Desk, found: Sequence[VenueQuote]) -> None:
    st.markdown(say(WORDS["formulas"], rate=formats.percent(desk.choices.scenario.maintenance_rate)))
    columns = [WORDS[f"column_{name}"] for name in ("formula", "assumption", "trigger")]
    st.markdown(table(columns, venues.conventions(desk.choices.scenario)))
    example = amounts(facts(Scenario(**PUBLISHED), 0.0))
    label = plain(WORDS["published"], **example)
    st.button(label, on_click=desk.set, args=(PUBLISHED,), key=f"{desk.page}.published")


def _which(key: str) -> str:
    return st.selectbox(WORDS["which"], list(VENUES), key=key, format_func=lambda slug: VENUES[slug].name)
