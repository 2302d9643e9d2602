"""Odds: how likely a liquidation is, when it comes, and what is left."""

import streamlit as st

from engine.margin.scenario import Side
from pages.lab.odds import odds_map, tabs
from pages.shared.controls import Desk
from pages.shared.nav import guard
from pages.shared.page import body
from pages.shared.widgets import figure
from pages.shared.widgets.address import address
from pages.shared.words import literal, read

guard()
words = read("odds")
st.title(words["title"])


@st.fragment
def odds() -> None:
    """The controls, the map and what stands below it."""
    only = ("side", "capital", "leverage", "steps", "volatility", "maintenance_rate")
    desk = Desk("odds", only=only, start=tabs.MONTH)
    address(desk.query)
    path = desk.choices.path
    volatility = max(path.volatility, odds_map.LEAST_VOLATILITY)
    outlook = odds_map.Outlook(desk.choices.scenario, path.steps, volatility)
    with body(desk.page) as parts:
        with parts.main:
            with st.container(key="now"):
                st.markdown(outlook.sentence())
            wide, narrow = outlook.picture()
            told = {"alt": outlook.alt(), "narrow": narrow, "height": odds_map.HEIGHT}
            figure.show(wide, key="odds.map", on_cell=lambda *at: desk.set(odds_map.clicked(*at)), **told)
            st.caption(literal(desk.complaint("leverage")) or odds_map.hint())
            st.caption(odds_map.legend())
        with parts.basics:
            desk.notes()
            st.markdown(words["intro"])
            desk.dial("leverage")
            desk.dial("steps", ends=(odds_map.FEWEST_DAYS, odds_map.DAYS[-1]), words=words["dial_steps"])
            desk.dial("volatility")
            desk.dial("maintenance_rate")
            desk.dial("capital")
            desk.pick("side", st.segmented_control, Side)
        with parts.details:
            tabs.draw(desk, outlook)


odds()
