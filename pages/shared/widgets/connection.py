"""What a visitor sees while the server is away, and what the page shows when it is back."""

from pathlib import Path

from pages.shared.widgets.unseen import unseen
from pages.shared.words import read

WORDS = read("widgets")
_component = unseen("connection", Path(__file__).with_name("connection.js").read_text(encoding="utf-8"))


def watch_connection() -> None:
    """Mount the watch, once in a run of every page.

    The page comes back as its address describes it, also in a session that is new: after a restart of
    the server, or when a laptop slept longer than a session is kept.
    """
    _component(key="connection", data={"words": WORDS["away"]})
