"""Tables that scroll sideways, for the keyboard."""

from pathlib import Path

from pages.shared.widgets.unseen import unseen
from pages.shared.words import read

WORDS = read("widgets")
_component = unseen("reach", Path(__file__).with_name("reach.js").read_text(encoding="utf-8"))


def reach_tables() -> None:
    """Mount the watch, once in a run of every page: a table that scrolls becomes a stop of the Tab key."""
    _component(key="reach", data={"label": WORDS["table"]})
