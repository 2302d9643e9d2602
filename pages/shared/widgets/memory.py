"""What a learner did stays in the learner's own browser; the server keeps nothing between visits.

The browser sends what it has stored once, at arrival, and again when another tab changed it; Python
sends what was kept or forgotten since. Both count Python's changes, so that neither takes over
what is older than what it has. A browser that does not answer has nothing stored.
"""

import json
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import streamlit as st

from pages.shared.widgets.unseen import unseen

_component = unseen("memory", Path(__file__).with_name("memory.js").read_text(encoding="utf-8"))


@dataclass
class _Kept:
    """Which of the session's records the browser does not have yet."""

    session: str = field(default_factory=lambda: uuid.uuid4().hex)
    count: int = 0  # of the changes made here
    forgotten: int = 0  # the count of the last `forget`
    changed: dict[str, int] = field(default_factory=dict)  # the count of each record's last `keep`
    texts: dict[str, str] = field(default_factory=dict)  # as kept, whatever a caller does to the dict
    message: dict[str, Any] = field(default_factory=dict)  # the browser's last


def remember() -> dict[str, Any]:
    """Mount the memory, once in a run, and return the learner's `records`.

    What is kept or forgotten goes to the browser with this call: keep in a callback or before it,
    and if that happens in a fragment, call it in the same fragment.
    In AppTest, arrive with ``at.session_state["memory"] = {"stored": {"records": {...}}}``.
    """
    found, kept = records(), _kept()
    _component(
        key="memory",
        data={
            "session": kept.session,
            "count": kept.count,
            "forgotten": kept.forgotten,
            "changed": {
                name: {"count": count, "text": kept.texts[name]} for name, count in kept.changed.items()
            },
        },
        on_stored_change=lambda: None,
    )
    return found


def records() -> dict[str, Any]:
    """All records by name; empty until the browser has answered.

    A record set or changed directly, without `keep`, is so for this session only.
    """
    found = st.session_state.setdefault("memory records", {})
    _take(_kept(), found, (st.session_state.get("memory") or {}).get("stored"))
    return found


def keep(name: str, record: dict[str, Any]) -> None:
    """Set a record, which must be what JSON can hold; the same again is no change."""
    found, kept = records(), _kept()
    text = json.dumps(record, allow_nan=False)
    found[name] = json.loads(text)
    if found[name] == _known(kept, name):
        return
    kept.count += 1
    kept.changed[name] = kept.count
    kept.texts[name] = text


def forget() -> None:
    """Delete all records, here, in the browser and in its other tabs."""
    found, kept = records(), _kept()
    kept.count += 1
    kept.forgotten = kept.count
    for each in (found, kept.changed, kept.texts):
        each.clear()


def _kept() -> _Kept:
    return st.session_state.setdefault("memory kept", _Kept())


def _take(kept: _Kept, found: dict[str, Any], message: Any) -> None:
    """Replace the records by what the browser sent, except those changed here since."""
    if not isinstance(message, dict) or message == kept.message:
        return
    # After a restart of the server the browser repeats what it told the session before.
    is_ours = message.get("session", kept.session) == kept.session
    is_older = message.get("count", 1) < kept.message.get("count", 1)
    stored, heard = message.get("records"), message.get("heard", 0)
    if not is_ours or is_older or not isinstance(stored, dict):
        return
    here = {name: record for name, record in found.items() if record != _known(kept, name)}
    kept.message = message
    kept.changed = {name: count for name, count in kept.changed.items() if count > heard}
    texts = {name: kept.texts[name] for name in kept.changed}
    if heard >= kept.forgotten:
        usable = {name: json.dumps(record) for name, record in stored.items() if isinstance(record, dict)}
        texts = usable | texts
    kept.texts = texts
    found.clear()
    found.update({name: _known(kept, name) for name in texts} | here)


def _known(kept: _Kept, name: str) -> Any:
    return json.loads(kept.texts.get(name, "null"))
