"""The list of pages, and the way in for a visitor who opens one of them directly."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any
from urllib.parse import parse_qsl, urlencode

import streamlit as st
from streamlit.errors import StreamlitAPIException, StreamlitPageNotFoundError
from streamlit.runtime.scriptrunner import get_script_run_ctx

from pages.shared import language, link
from pages.shared.contents import HOME, MAP, MENU
from pages.shared.page import style
from pages.shared.visitor import language_in_force
from pages.shared.widgets.connection import watch_connection
from pages.shared.widgets.reach import reach_tables
from pages.shared.widgets.unseen import unseen
from pages.shared.words import literal, read, say

WORDS = read("nav")
ROUTED = "routed"
LOST = "lost"
SLUGS = [slug for slugs in MENU.values() for slug in slugs if slug != HOME]
_FOLLOW = """export default function ({ data }) {
  document.querySelector(`.st-key-${data.within} a`).click();
}"""
_follow = unseen("follow", _FOLLOW)
_FRAME = """export default function ({ data }) {
  Object.assign(document.documentElement, data);
}"""
_speak = unseen("speak", _FRAME)
language.choose_with(language_in_force)


def pages() -> dict[str, list[st.Page]]:
    """Every page, by the headings of the menu."""
    return {
        WORDS[heading] if heading else "": [_home() if slug == HOME else page(slug) for slug in slugs]
        for heading, slugs in MENU.items()
    }


def _home() -> st.Page:
    """The front page has no name in its address, and a short one in the menu."""
    return st.Page(f"pages/{HOME}.py", title=WORDS[HOME], default=True)


def page(slug: str) -> st.Page:
    """A page by its name, which is also its address."""
    return st.Page(f"pages/{slug}.py", title=read(slug)["title"])


def _frame() -> st.Page:
    _in_small_letters()
    st.set_page_config(page_title=WORDS["site"], page_icon="📉", layout="wide")
    menu = pages()
    menu[""] = [*menu[""], *_lost()]
    return st.navigation(menu, position="top")


def _lost() -> list[st.Page]:
    """A page of its own for an address that has none, as long as the visit lasts; it is not in the menu."""
    context = get_script_run_ctx()
    asked = (context.pages_manager.intended_page_name if context else "") or ""
    if asked and asked not in SLUGS:
        st.session_state[LOST] = asked
    if LOST not in st.session_state:
        return []
    name = st.session_state[LOST]
    try:
        return [st.Page(lambda: _say_lost(name), title=WORDS["lost"], url_path=name, visibility="hidden")]
    except StreamlitAPIException:  # no name a page could have
        return []


def _say_lost(name: str) -> None:
    """What to do instead, with the settings of the link."""
    st.title(WORDS["lost"])
    st.markdown(say(WORDS["lost_hint"], name=literal(name[:40])))
    for slug in get_close_matches(name, SLUGS, n=1, cutoff=0.7):
        st.page_link(page(slug), icon=":material/arrow_forward:", query_params=st.query_params.to_dict())
    for slug in ("simulator", MAP):
        st.page_link(page(slug))


def route() -> None:
    """Choose the page of this visit and run it. Only app.py calls this."""
    st.session_state[ROUTED] = True
    chosen = _frame()
    style()
    watch_connection()
    reach_tables()
    _tell_language()
    chosen.run()


def _tell_language() -> None:
    """Screen readers and the browser learn the language and its direction; Streamlit's page is English."""
    code = language.current()
    if code != language.ENGLISH:
        _speak(key="speak", data={"lang": language.tag(code), "dir": language.direction(code)})


def _in_small_letters() -> None:
    """An address typed as ``/Simulator`` opens the simulator, with all that stands behind it."""
    context = get_script_run_ctx()
    asked = context.pages_manager.intended_page_name if context else None
    if context and asked and asked != asked.lower():
        context.pages_manager.set_script_intent("", asked.lower())


def guard() -> None:
    """First line of every page: make sure the page was reached through app.py.

    Until some session has run ``st.navigation``, Streamlit serves ``pages/`` by itself, and the
    first visitor who opens a page's address would get the page without its frame.
    """
    _notice()
    if st.session_state.get(ROUTED):
        return
    try:
        _frame()
    except StreamlitPageNotFoundError:  # the page is run by itself, as a test does
        return
    st.rerun()


def _notice() -> None:
    """Whoever comes from another page arrives, also where the last page had no controls."""
    context = get_script_run_ctx()
    here = context.page_script_hash if context else ""
    if st.session_state.get("here") != here:
        st.session_state["here"] = here
        st.session_state.pop("page", None)


def simulator_link(label: str, fields: Mapping[str, Any]) -> None:
    """A link that opens the simulator with these fields."""
    # An empty query would leave the simulator as the visitor left it: name at least one field.
    query = link.encode(fields) or urlencode({"leverage": f"{link.DEFAULT.scenario.leverage:g}"})
    st.page_link(
        page("simulator"), label=label, icon=":material/arrow_forward:", query_params=dict(parse_qsl(query))
    )


def follow(within: str) -> None:
    """Follow the link in the container with this key, as a click on it would.

    ``st.switch_page`` puts a page that never was, this one with the other's query, into the browser's
    history, and the back button leads there.
    """
    _follow(key="follow", data={"within": within})
