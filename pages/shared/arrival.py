"""What a link says on arrival, and what is said of the parts of it that are dropped."""

from typing import Any

import pandas as pd
import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from engine.market.prices import PathError
from pages.shared import link, problems
from pages.shared.words import literal, read

WORDS = read("controls")


def arrived() -> tuple[dict[str, str], list[str]]:
    """What the link says, by name, and a sentence for each name that stands in it more than once."""
    params, context = st.query_params, get_script_run_ctx()
    if context and not params and link.names_in(context.query_string):
        return {}, [problems.say("too_many_settings")]  # Streamlit reads no link with so many
    twice = [name for name in params if len(params.get_all(name)) > 1]
    return params.to_dict(), link.given_twice(twice)


def too_late(values: dict[str, Any], real: pd.DataFrame | None) -> list[str]:
    """What is said of a start behind the end of the prices at hand, if there are any; it is put back."""
    if real is None or values["start"] <= len(real) - 2:
        return []
    told = {"given": values["start"], "bars": len(real), "latest": len(real) - 2}
    values["start"] = link.DEFAULT.path.start
    return [problems.sentence(PathError("start_too_late", "start", **told))]


def say_dropped(notes: list[str]) -> None:
    """What the link asked for in vain."""
    if notes:
        st.info(WORDS["link_dropped"].format(notes=literal(" ".join(notes))))


def nothing_to_set() -> None:
    """On a page without controls a link asks for everything in vain."""
    query, notes = arrived()
    say_dropped(notes + link.decode(query, only=())[1])
