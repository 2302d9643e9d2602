"""Which language a visitor reads: what the address says, what was chosen before, what the browser speaks."""

import threading
from urllib.parse import parse_qsl

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from pages.shared import language

PARAMETER = "lang"
_CHOSEN = "language"
_known = threading.local()


def language_in_force() -> str:
    """The visitor's language; English where nobody visits."""
    context = get_script_run_ctx(suppress_warning=True)
    if context is None:
        return language.ENGLISH
    # Asked at every word and number of a run, while session and address stay the same.
    asked = (context.session_id, context.query_string)
    if getattr(_known, "asked", None) != asked:
        _known.answer = _choose(context.query_string)
        _known.asked = asked
    return _known.answer


def _choose(query: str) -> str:
    wanted = language.offered(dict(parse_qsl(query)).get(PARAMETER, ""))
    if wanted:
        st.session_state[_CHOSEN] = wanted  # the links between pages do not carry it
    return chosen() or language.offered(st.context.locale or "") or language.ENGLISH


def chosen() -> str:
    """The language chosen by an address of this visit, or nothing if it is the browser's."""
    return st.session_state.get(_CHOSEN, "")


def with_language(query: str) -> str:
    """`query` and the language, if it was chosen by an address: so that copying the address shares it too."""
    return "&".join(filter(None, (f"{PARAMETER}={chosen()}" if chosen() else "", query)))
