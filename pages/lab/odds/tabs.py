"""The parts below the map of the odds page; only the open one is worked out."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from engine.market.prices import Shape
from pages.lab.odds import fans, funding, growth, odds_map, real_tab
from pages.lab.odds.odds_map import Outlook
from pages.shared import formats
from pages.shared.controls import Desk
from pages.shared.widgets import figure
from pages.shared.words import read, say, table

WORDS = read("odds")
MONTH = {"shape": Shape.RANDOM, "steps": 30, "step_hours": 24.0, "volatility": 0.6}
START = {"belief": 2, "aside": 0}  # places among the choices


def draw(desk: Desk, outlook: Outlook) -> None:
    """All tabs."""
    names = ("price", "time", "looks", "money", "growth", "rough", "real", "numbers")
    tabs = st.tabs([WORDS[f"tab_{name}"] for name in names], on_change="rerun", key=f"{desk.page}.tabs")
    show = {"price": _price, "time": _time, "looks": _looks, "money": _money, "rough": _rough}
    show |= {"growth": _growth, "real": real_tab.draw, "numbers": _numbers}
    for name, tab in zip(names, tabs, strict=True):
        if tab.open:
            with tab:
                show[name](desk, outlook)


def _price(desk: Desk, outlook: Outlook) -> None:
    st.markdown(fans.sentence(outlook))
    picture, alt = fans.fan(outlook)
    figure.show(picture, key=f"{desk.page}.fan", alt=alt, height=fans.HEIGHT, file_name="fan")


def _time(desk: Desk, outlook: Outlook) -> None:
    st.markdown(say(WORDS["time_text"], half=outlook.half()))
    picture, alt = outlook.survival()
    figure.show(picture, key=f"{desk.page}.time", alt=alt, height=odds_map.LOW_HEIGHT, file_name="still-open")


def _looks(desk: Desk, outlook: Outlook) -> None:
    st.markdown(WORDS["looks_text"])
    columns = [WORDS[f"column_{name}"] for name in ("leverage", "ended", "at_closes")]
    st.markdown(table(columns, outlook.looks()))


def _money(desk: Desk, outlook: Outlook) -> None:
    capital = formats.short_money(outlook.scenario.capital)
    st.markdown(say(WORDS["money_text"], capital=capital, days=formats.duration(24 * outlook.days)))
    names = ("leverage", "survivors", "mean_survivors", "mean", "median")
    st.markdown(table([WORDS[f"column_{name}"] for name in names], outlook.money()))
    st.caption(WORDS["money_costs"])
    st.markdown(funding.sentence(outlook))


def _growth(desk: Desk, outlook: Outlook) -> None:
    s = outlook.scenario
    belief = _choice(desk, "belief", WORDS[f"growth_belief_{s.side}"], growth.BELIEFS, growth.belief_name)
    times = _choice(desk, "aside", WORDS["growth_aside"], growth.ASIDE, growth.aside_name)
    found = growth.Growth(outlook, belief, times)
    st.markdown(found.text())
    st.markdown(found.sentence)
    picture, alt = found.picture()
    figure.show(picture, key=f"{desk.page}.growth", alt=alt, height=growth.HEIGHT, file_name="growth")
    st.markdown(table(growth.columns(), found.rows()))
    st.warning(growth.warning())
    st.caption(WORDS["growth_note"])


def _choice(desk: Desk, name: str, label: str, options: tuple, names: Callable[..., str]) -> Any:
    """One of a few numbers that is no part of a position; it stays for the visit."""
    key = f"{desk.page}.{name}"
    st.session_state.setdefault(key, options[START[name]])
    return st.segmented_control(label, options, key=key, format_func=names, required=True)


def _rough(desk: Desk, outlook: Outlook) -> None:
    st.markdown(WORDS["rough_text"])
    columns = [WORDS[f"column_{name}"] for name in ("price", "liquidated", "past")]
    st.markdown(table(columns, outlook.rough()))
    st.markdown(say(WORDS["rough_note"]))
    st.caption(odds_map.source())


def _numbers(desk: Desk, outlook: Outlook) -> None:
    columns = [WORDS["column_map"], *map(str, odds_map.DAYS)]
    st.markdown(table(columns, outlook.table()))
