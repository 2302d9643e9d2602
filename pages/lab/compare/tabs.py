"""The tables of the compare page; only the open one is worked out."""

import streamlit as st

from engine.facts import facts
from engine.margin.scenario import Scenario, Side
from engine.venues.records import VENUES
from engine.venues.terms import Status
from pages.lab.compare import card, tables, triggers
from pages.lab.compare.triggers import Compared
from pages.shared import formats, link
from pages.shared.controls import Desk
from pages.shared.link import REPLAYED
from pages.shared.nav import simulator_link
from pages.shared.words import amounts, plain, read, say, table

WORDS = read("compare")
# The position of the published formulas.
PUBLISHED = {"capital": 2_000.0, "leverage": 10.0, "entry_price": 20_000.0, "side": Side.LONG}


def draw(desk: Desk, found: Compared) -> None:
    """All tabs."""
    names = ("numbers", "card", "leverage", "formulas")
    tabs = st.tabs([WORDS[f"tab_{name}"] for name in names], on_change="rerun", key=f"{desk.page}.tabs")
    show = {"numbers": _numbers, "card": _card, "leverage": _leverage, "formulas": _formulas}
    for name, tab in zip(names, tabs, strict=True):
        if tab.open:
            with tab:
                show[name](desk, found)


def _numbers(desk: Desk, found: Compared) -> None:
    columns = ("venue", "trigger", "move", "fee", "back", "gauge", "opening", "closing")
    st.markdown(table([WORDS[f"column_{name}"] for name in columns], tables.venues(found)))
    st.caption(say(WORDS["terms"]))
    st.caption(say(WORDS["changes"]))


def _card(desk: Desk, found: Compared) -> None:
    slug = _which(f"{desk.page}.card")
    asked = found.at(slug)
    with st.container(key="reading"):
        st.markdown(card.card(asked))
    if slug not in REPLAYED or asked.venue.status is not Status.LIVE:
        return
    if asked.is_offered:
        simulator_link(WORDS["replay"], link.flat(desk.choices) | {"venue": slug})
    else:
        reason = triggers.refusal(asked)
        st.caption(say(WORDS["not_replayed"], venue=asked.venue.name, reason=reason))


def _leverage(desk: Desk, found: Compared) -> None:
    slug, s = _which(f"{desk.page}.by_leverage"), desk.choices.scenario
    columns = [WORDS[f"column_{name}"] for name in ("leverage", "long", "short", "share", "back")]
    rows = tables.by_leverage(VENUES[slug], s.notional, s.entry_price)
    if not rows:
        st.caption(WORDS["no_leverage"])
        return
    st.markdown(table(columns, rows))
    st.caption(f"{card.short_against_long(VENUES[slug])} {WORDS['share_left']}")
    if not found.at(slug).is_known:
        above = triggers.unknown_above(VENUES[slug])
        st.caption(say(WORDS["leverage_unknown"], venue=VENUES[slug].name, above=above))


def _formulas(desk: Desk, found: Compared) -> None:
    st.markdown(say(WORDS["formulas"], rate=formats.percent(desk.choices.scenario.maintenance_rate)))
    columns = [WORDS[f"column_{name}"] for name in ("formula", "assumption", "trigger")]
    st.markdown(table(columns, tables.conventions(desk.choices.scenario)))
    example = amounts(facts(Scenario(**PUBLISHED), 0.0))
    label = plain(WORDS["published"], **example)
    st.button(label, on_click=desk.set, args=(PUBLISHED,), key=f"{desk.page}.published")


def _which(key: str) -> str:
    return st.selectbox(WORDS["which"], list(VENUES), key=key, format_func=lambda slug: VENUES[slug].name)
