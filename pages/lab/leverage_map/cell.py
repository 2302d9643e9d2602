"""The chosen cell of the leverage map: by its row and column, or by a click on the picture."""

from collections.abc import Iterable, Mapping
from typing import Any

import streamlit as st

from engine.margin.scenario import Scenario
from pages.lab.leverage_map import maps
from pages.shared.nav import follow, simulator_link
from pages.shared.words import read

WORDS = read("leverage_map")
_COLUMN, _ROW, _CLICKED = "leverage_map.column", "leverage_map.row", "leverage_map.clicked"


def pick(scenario: Scenario) -> tuple[maps.Cell, bool]:
    """The cell, and whether it was clicked just now."""
    column = _one(WORDS["column"], _COLUMN, map(maps.leverage_name, maps.LEVERAGES), 4)
    row = _one(WORDS["row"], _ROW, (maps.move_name(scenario, move) for move in maps.MOVES), 3)
    return maps.Cell(row, column), st.session_state.pop(_CLICKED, False)


def click(column: int, row: int) -> None:
    """What a click on the picture does, before the page runs again."""
    st.session_state.update({_COLUMN: column, _ROW: row, _CLICKED: True})


def load(fields: Mapping[str, Any], is_clicked: bool) -> None:
    """The link to the simulator; after a click it is followed at once."""
    simulator_link(WORDS["load"], fields)
    if is_clicked:
        follow("load")


def _one(label: str, key: str, texts: Iterable[str], start: int) -> int:
    names = list(texts)
    st.session_state.setdefault(key, start)
    return st.segmented_control(
        label,
        range(len(names)),
        key=key,
        format_func=names.__getitem__,
        required=True,
        persist_state="session",
    )
