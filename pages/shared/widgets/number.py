"""One control for one number: a slider and a typed field that cannot drift apart.

The browser sends text, for the slider as for the keyboard, and `formats.parse_number` is the only
reader. What the field shows, read back, is exactly the number that is returned.
"""

import math
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.errors import StreamlitAPIException

from pages.shared import formats
from pages.shared.dials import Scale
from pages.shared.formats import Style
from pages.shared.problems import say
from pages.shared.words import read

WORDS = read("widgets")

_HERE = Path(__file__).parent
_HTML = """
<div class="number">
  <div class="head">
    <label for="text" id="label"></label>
    <button type="button" aria-expanded="false" aria-controls="help" hidden>?</button>
    <input id="text" type="text" inputmode="decimal" autocomplete="off" spellcheck="false"
      aria-describedby="problem help">
  </div>
  <p id="help" hidden></p>
  <input id="slider" type="range" step="any" aria-describedby="problem">
  <p id="problem" role="alert"></p>
</div>
"""
_component = st.components.v2.component(
    "number",
    html=_HTML,
    css=(_HERE / "number.css").read_text(encoding="utf-8"),
    js=(_HERE / "number.js").read_text(encoding="utf-8"),
)


@dataclass
class _Kept:
    """What one control remembers between runs and page switches."""

    value: float
    known: set[float]  # what the caller was last given and gave: any other `value` is a wish
    text: str = ""  # what the field shows; what was typed when that cannot be used
    problem: str = ""
    seen: dict[str, Any] | None = None  # the browser's last edit
    writes: int = 0  # by Python; an edit made before the last of them is stale
    label: str = ""
    style: Style = "plain"
    low: float = -math.inf
    high: float = math.inf


def number(
    label: str,
    *,
    key: str,
    value: float,
    low: float,
    high: float,
    step: float,
    style: Style = "plain",
    scale: Scale = "linear",
    hard_low: float | None = None,
    hard_high: float | None = None,
    help: str = "",
    error: str = "",
) -> float:
    """Draw the control and return its number, always a usable one.

    Text that cannot be used stays in the field with a sentence below it, and the last usable number
    is returned. Percent is a fraction here and a percentage in the field.

    Parameters
    ----------
    key : str
        Also the session-state key of the browser's edits. In AppTest, type with
        ``at.session_state[key] = {"edit": "7.5x"}`` and run.
    value : float
        The number to start with. Later a *changed* `value` is taken over, so a caller may pass a
        constant or keep the number itself.
    low, high, step : float
        Ends of the slider and one press of an arrow key (page keys: ten).
    scale : {"linear", "log"}
        ``"log"`` gives every factor the same way on the slider, `step` the least of its steps.
    hard_low, hard_high : float, optional
        Limits of what may be typed, by default the slider's ends. What Python gives is clipped to
        them, also when they change.
    help : str
        A description behind the "?" button.
    error : str
        The caller's own complaint, shown at the control while what is typed can be read.
    """
    kept = _kept(key, value)
    if value not in kept.known:
        set_number(key, value)
    is_new = not kept.label or kept.style != style
    kept.label, kept.style = label, style
    kept.low = low if hard_low is None else hard_low
    kept.high = high if hard_high is None else hard_high
    inside = min(max(kept.value, kept.low), kept.high)
    if is_new or inside != kept.value:
        _show(kept, inside)
    _take(kept, st.session_state.get(key))
    kept.known = {value, kept.value}

    state = _component(
        key=key,
        data={
            "label": label,
            "help": help,
            "about": WORDS["about"].format(label=label),
            "text": kept.text,
            "value": kept.value,
            "low": low,
            "high": high,
            "step": step,
            "log": scale == "log",
            "field": formats.field(style)._asdict(),
            "problem": kept.problem or error,
            "echo": (kept.seen or {}).get("count", 0),
            "writes": kept.writes,
        },
        on_edit_change=lambda: None,
    )
    # After a restart of the server the browser's edit is known only once the control is mounted.
    if _take(kept, state):
        st.rerun()
    return kept.value


def number_value(key: str, value: float) -> float:
    """The number that `number` with this key will return in this run, before it is drawn.

    For a caller who must judge several numbers together and give each control its `error`.
    """
    kept = _kept(key, value)
    if kept.label:
        _take(kept, st.session_state.get(key))
        kept.known.add(kept.value)  # handed back as `value` it is this number, not a wish
    return kept.value


def set_number(key: str, value: float) -> None:
    """Make the control show `value`; for callbacks, presets and links, before the control is drawn."""
    kept = _kept(key, value)
    kept.writes += 1
    kept.problem = ""
    kept.value = value
    if kept.label:
        _show(kept, min(max(value, kept.low), kept.high))
    with suppress(StreamlitAPIException):  # already drawn in this run: then the old edit stays, seen
        st.session_state[key] = {}
        kept.seen = None


def _kept(key: str, value: float) -> _Kept:
    # One entry for all controls: Streamlit walks over every entry several times in a run.
    return st.session_state.setdefault("numbers", {}).setdefault(key, _Kept(value, known={value}))


def _show(kept: _Kept, value: float) -> None:
    kept.text = formats.field_text(value, kept.style)
    kept.value = formats.parse_number(kept.text, kept.style)


def _take(kept: _Kept, state: Any) -> bool:
    """Take over the browser's edit if it is a new one; say whether it was."""
    edit = (state or {}).get("edit")
    if isinstance(edit, str):  # a test types without a browser
        edit = {"text": edit}
    if not edit or edit == kept.seen or edit.get("writes", kept.writes) < kept.writes:
        return False
    kept.seen = dict(edit)
    kept.writes = max(kept.writes, edit.get("writes", 0))
    text = str(edit.get("text", ""))
    try:
        value = _within(kept, text)
    except ValueError as problem:
        if not edit.get("draft"):
            kept.text = text
            in_use = formats.field_text(kept.value, kept.style)
            kept.problem = say("stays", label=kept.label, problem=str(problem), in_use=in_use)
        return True
    kept.problem = ""
    _show(kept, value)
    return True


def _within(kept: _Kept, text: str) -> float:
    value = formats.parse_number(text, kept.style)
    inside = formats.inside(value, kept.low, kept.high)
    if not math.isnan(inside):
        return inside
    code = "below_limit" if value < kept.low else "above_limit"
    limit = kept.low if value < kept.low else kept.high
    given = formats.exact(value, kept.style)
    if len(given) > formats.LONGEST:  # 1e99, said in full, runs over the edge of a phone
        given = f"“{formats.brief(text)}”"
    raise ValueError(say(code, given=given, limit=formats.field_text(limit, kept.style)))
