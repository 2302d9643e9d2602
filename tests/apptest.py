"""What a visitor does and sees, without a browser."""

import base64
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import numpy as np
import plotly.graph_objects as go
from streamlit.testing.v1 import AppTest

from pages.shared.dials import FOLDS

ROOT = Path(__file__).parents[1]
# Texts of elements; components bring their own.
TEXTS = ("title", "header", "subheader", "markdown", "caption", "info", "success", "error", "warning", "code")
# A number that is none, one with an exponent or a minus zero, or a value of Python where words were due.
BROKEN = re.compile(
    r"\b(?:nan|NaN|NaT|inf|Infinity|None(?! of)|null|undefined|Traceback)\b|\{\w*\}"
    r"|\b[\d.]+e[+-]?\d+\b|(?<![\w.,])[−-]\$?0(?:\.0+)?(?![\d.,])"
)
QUOTED = re.compile(r"“[^”]*”")  # what the learner or a link said


def visit(page: str = "simulator", query: str = "", *, unfolded: bool = True) -> AppTest:
    """A new visitor opens a page with a link, and every fold on it."""
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    if page != "home":
        at.switch_page(f"pages/{page}.py")
    for fold in (*FOLDS, "share", "download") if unfolded else ():
        at.session_state[f"{page}.{fold}"] = True
    given: dict[str, list[str]] = {}
    for name, text in parse_qsl(query, keep_blank_values=True):
        given.setdefault(name, []).append(text)
    for name, parts in given.items():
        at.query_params[name] = parts
    return at.run()


def page_of(at: AppTest) -> str:
    return at.session_state["page"]


def fields(at: AppTest) -> dict[str, Any]:
    """What is set on the page, by field name."""
    return at.session_state[f"{page_of(at)} fields"]


def typed(at: AppTest, name: str, text: str) -> AppTest:
    """Type into a number's field and leave it."""
    at.session_state[f"{page_of(at)}.{name}"] = {"edit": text}
    return at.run()


def message(at: AppTest, name: str) -> dict[str, Any]:
    """What a component of this page was given: a number's data, or ``{"page", "figure"}`` of a figure."""
    endings = (f".{name}", f"-{name}")
    for element in at.get("bidi_component"):
        if element.proto.id.endswith(endings):
            return _arrays(json.loads(element.proto.bytes or element.proto.json))
    raise LookupError(f"no component {name} on the page")


def _arrays(value: Any) -> Any:
    """Plotly's packed numbers as lists."""
    if isinstance(value, dict):
        if {"dtype", "bdata"} <= value.keys():
            return np.frombuffer(base64.b64decode(value["bdata"]), np.dtype(value["dtype"])).tolist()
        return {name: _arrays(part) for name, part in value.items()}
    return [_arrays(part) for part in value] if isinstance(value, list) else value


def has(at: AppTest, name: str) -> bool:
    return any(element.proto.id.endswith(f".{name}") for element in at.get("bidi_component"))


def figure(at: AppTest, name: str = "linked") -> go.Figure:
    """The figure as the browser gets it, every property checked by plotly."""
    return go.Figure(message(at, name)["figure"])


def query(at: AppTest) -> str:
    """What the address bar shows."""
    return message(at, "address")["query"]


def playback(at: AppTest) -> dict[str, Any]:
    return message(at, "linked")["page"]["playback"]


def figures(at: AppTest) -> dict[str, str]:
    """The figures beside the sentence, at rest."""
    return {item["label"]: item["rest"] for item in playback(at)["figures"]}


def headline(at: AppTest) -> str:
    """The sentence above the figure, without markdown, as its alt text repeats it."""
    return plain(next(m.value for m in at.markdown if plain(m.value) in message(at, "linked")["page"]["alt"]))


def plain(markdown: str) -> str:
    return markdown.replace("**", "").replace("\\$", "$")


def open_tab(at: AppTest, label: str) -> AppTest:
    at.session_state[f"{page_of(at)}.tabs"] = label
    return at.run()


def texts(at: AppTest) -> list[str]:
    """Every text a visitor can read or hear: elements, controls, sentences of every step, tables, labels."""
    found = [str(element.value) for kind in TEXTS for element in at.get(kind)]
    found = [re.sub(r"^None(\?|$)", "", text) for text in found]  # a test has no address of its own
    for table in at.table:
        found += [*map(str, table.value.columns), *table.value.astype(str).to_numpy().ravel()]
    for element in at.get("bidi_component"):
        if element.proto.component_name == "number":
            data = json.loads(element.proto.json)
            found += [data[name] for name in ("label", "help", "problem")]
            found += [] if data["problem"] else [data["text"]]  # bad text stays as it was typed
        elif element.proto.component_name == "figure":
            page, drawn = json.loads(element.proto.bytes).values()
            found += figure_texts(page, drawn)
    return found


def figure_texts(page: dict[str, Any], drawn: dict[str, Any]) -> list[str]:
    """The alt text, the sentences of the playback, the words in the picture."""
    found = [page["alt"]]
    steps = page["playback"]
    if steps:
        found += [text for column in steps["rows"] for text in column]
        found += [item["rest"] for item in steps["figures"]]
    layouts = [drawn["layout"], page["narrow"] or {}]
    found += [label["text"] for layout in layouts for label in layout.get("annotations", [])]
    found += [text for trace in drawn["data"] for text in trace.get("text", ())]
    return found


def broken(at: AppTest) -> list[str]:
    """Texts with an undefined number, an unfilled blank or a value of Python; numbers JSON cannot hold."""
    found = [text for text in texts(at) if BROKEN.search(QUOTED.sub("", text))]
    for element in at.get("bidi_component"):
        data = element.proto.json or element.proto.bytes.decode()
        found += [
            data[max(0, m.start() - 60) :][:120] for m in re.finditer(r"[:,\[ ]-?(NaN|Infinity)\b", data)
        ]
    return found
