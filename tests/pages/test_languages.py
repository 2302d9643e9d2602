"""Every page in a language nobody speaks: what is still English there stands in the code, not in the texts.

Nobody has translated three things, and nobody should: the names of venues and what they published, as the
engine's records have them; the model document, which is the engine's own; what a visitor typed or uploaded.
"""

import json
import re

import pytest
import streamlit as st

from engine.questions import Choice
from engine.venues.records import VENUES
from pages.shared import formats, language, texts
from pages.shared.contents import MENU, SLUGS
from pages.shared.lesson.course import questions
from pages.shared.visitor import language_in_force
from pages.shared.words import model_document
from tests import pseudo
from tests.apptest import open_tab, visit

# Dollars and decimals as English writes them.
NUMBER = re.compile(r"\$\d|\d\.\d\d?(?![\d.])")
# A blank that nobody filled; those of the playback are filled by the browser.
BLANK = re.compile(r"\{\w*\}")
# No room between two sentences, or between a sentence and a word.
JOINED = re.compile(r"⟧[⟦\w]|\w⟦(?!,)")
CODE = "de"  # writes 1.234,50 $, unlike English
PLAIN = re.compile(r"[aeioucnsy]", re.IGNORECASE)  # the made-up language has none of these without an accent
# Fields that hold no words.
SILENT = {
    *("id", "element_id", "form_id", "icon", "url", "url_path", "anchor", "page", "query_string", "language"),
    *("component_name", "js_content", "css_content", "json", "bytes", "type", "deferred_file_id"),
    *("autocomplete", "code_text", "page_script_hash"),
}
# Words that are the same in every language.
SAME = {
    "PNG": "a format of pictures",
    "SVG": "a format of pictures",
    "CSV": "a format of files",
    "None": "the address of a page that has none in a test",
    **dict.fromkeys(
        ("Jan", "Apr", "Okt", "Dez", "Nov", "Aug", "Juni", "Juli", "Sept"), "months in German, from Babel"
    ),
}
RECORDS = sorted(
    {text for venue in VENUES.values() for text in (venue.name, venue.source)},
    key=len,
    reverse=True,
)


@pytest.fixture(scope="module", autouse=True)
def made_up(tmp_path_factory):
    """The texts in English and in the made-up language, in the place of the app's own."""
    patch = pytest.MonkeyPatch()
    patch.setattr(language, "TEXT", pseudo.texts(tmp_path_factory.mktemp("words") / "text", CODE))
    _forget()
    # Also outside of a visit, where AppTest asks for the labels of options.
    language.choose_with(lambda: CODE)
    yield
    language.choose_with(language_in_force)
    patch.undo()
    _forget()


def _forget():
    for known in (language.languages, texts.sections, formats._counted_in):
        known.cache_clear()
    st.cache_data.clear()


# --- everything a visitor can read or hear --------------------------------------------------------


def said(at):
    """Every text of the page with the place it comes from, out of every field of every element."""
    found = []
    for element in at._tree:
        found += _fields(getattr(element, "proto", None), element.type)
    for table in at.table:
        found += [("table", str(cell)) for cell in (*table.value.columns, *table.value.to_numpy().ravel())]
    return found


def _fields(message, place):
    if isinstance(message, str):
        return [(place, message)]
    if not hasattr(message, "ListFields"):  # a number, a flag, nothing
        return []
    kind, found = message.DESCRIPTOR.name, []
    if kind == "BidiComponent":
        found += _component(message)
    for field, value in message.ListFields():
        if field.name == "html_content":
            found += [(f"{kind}.html", text) for text in _markup(value)]
        elif field.name not in SILENT:
            for each in value if field.is_repeated else [value]:
                found += _fields(each, f"{kind}.{field.name}")
    return found


def _markup(text):
    """The words of a component's frame, also those in attributes."""
    return re.findall(r'(?:aria-label|title|placeholder|alt)="([^"]*)"', text) + re.split(r"<[^>]*>", text)


def _component(message):
    """What Python tells a component, and what the words in its frame are."""
    name = message.component_name
    data = json.loads(message.bytes or message.json or "{}")
    if name == "figure":
        return _figure(data["page"], data["figure"])
    if name == "number":
        texts = [data[key] for key in ("label", "help", "problem", "about")]
        return [("number", text) for text in texts + [data["text"]] * (not data["problem"])]
    return []


def _figure(page, drawn):
    found = [("figure.alt", page["alt"])]
    for key, part in page.items():
        if key in ("playback", "handles", "words"):
            found += _values(part, f"figure.{key}")
    for layout in (drawn["layout"], page["narrow"] or {}):
        found += [("figure.annotation", label["text"]) for label in layout.get("annotations", [])]
        for name, axis in layout.items():
            if re.fullmatch(r"[xy]axis\d*", name):
                title = axis.get("title", "")
                found.append(("figure.title", title if isinstance(title, str) else title.get("text", "")))
                found += [("figure.tick", str(text)) for text in axis.get("ticktext", ())]
    for trace in drawn["data"]:
        shown = [trace.get("text", []), trace.get("hovertext", [])]
        shown += [trace[axis] for axis in "xy" if trace["type"] == "bar" or trace.get("mode") == "text"]
        shown += [[trace["colorbar"].get("title", {}).get("text", "")]] if "colorbar" in trace else []
        shown += [trace.get("colorbar", {}).get("ticktext", [])]
        for part in shown:
            found += _values(part, "figure.trace")
    return found


def _values(part, place):
    """Every string in a nest of lists and dictionaries."""
    match part:
        case str():
            return [(place, part)]
        case dict():
            quiet = ("x", "states", "bdata", "dtype", "column", "shape")
            parts = [
                value
                for name, value in part.items()
                if name not in quiet and not (name == "rest" and part.get("column") == "state")
            ]
        case list():
            parts = part
        case _:
            return []
    return [text for each in parts for text in _values(each, place)]


# --- what is English of it ------------------------------------------------------------------------


def english(text):
    """The words of a text that nobody has translated."""
    words = re.findall(r"[^\W\d_]{2,}", pseudo.KEPT.sub(" ", text))
    return [word for word in words if PLAIN.search(word) and word not in SAME]


def ours(text, typed=()):
    """What is left of a text without the words of records, of the model document, and of the visitor."""
    if text.startswith("<style") or text.strip() == model_document().strip():
        return ""
    text = text.replace("\\", "")
    for part in (*RECORDS, *typed):
        text = text.replace(part, " ")
    return text


def mistakes(at, typed=""):
    """Texts with English words or numbers, with an open blank, or with parts that run into each other.

    Complaints may repeat what was `typed`.
    """
    found, parts = set(), sorted(filter(None, re.split(r"[&=,\n]", typed)), key=len, reverse=True)
    for place, text in said(at):
        left = ours(text, parts if place in ("Alert.body", "number") else ())
        is_open = BLANK.search(left) and not place.startswith(("figure.playback", "figure.handles"))
        if english(left) or NUMBER.search(left) or JOINED.search(left) or is_open:
            found.add((place, text))
    return found


def opened(at):
    """The page with each of its tabs open, one after the other."""
    yield at
    for label in [tab.label for tab in at.tabs][1:]:
        yield open_tab(at, label)


def guessed(slug, off):
    """What the browser remembers of a learner who guessed wrong by `off`, or right."""
    guesses = {}
    for question in questions(slug).guesses:
        if isinstance(question, Choice):
            wrong = [option for option in question.options if option != question.answer]
            guesses[question.name] = wrong[0] if off else question.answer
        else:
            guesses[question.name] = question.answer.value * (1 + off)
    return {"stored": {"records": {slug: {"guesses": guesses, "stage": "reveal", "sure": 70}}}}


VISITS = [(slug, "") for pages in MENU.values() for slug in pages]
VISITS += [(slug, query) for slug in SLUGS for query in ("stage=play", "stage=reveal")]
VISITS += [(slug, f"view=presenter&step={step}") for slug in SLUGS for step in range(1, 5)]
VISITS += [
    ("simulator", "side=short&how_far=0.12&compare=5&wallet=50&stop_price=104&top_up=10&top_up_step=3"),
    ("simulator", "shape=real&leverage=4&start=300&opening_fee=0.001&reduce_fraction=0.5&reduce_step=5"),
    ("simulator", "shape=drawn&leverage=1"),
    ("simulator", "shape=gap&maintenance_rate=0.01&funding_rate=0.001&trading_fee=0.001&interest_rate=0.1"),
    ("simulator", "venue=bitget&capital=5000&entry_price=50000"),
    ("simulator", "shape=file"),
    ("simulator", "leverage=ten&capital=-5&colour=red&points=1&steps=2.5&side=up&stop_price=200"),
    ("compare", "venue=okx&side=short&leverage=400"),
    ("after", "side=short"),
    ("challenges", "puzzle=path"),
    ("short", "leverage=1"),
    ("cross", "leverage=1"),
    ("why_early", "leverage=1"),
    ("where_it_ends", "leverage=1"),
]


@pytest.mark.parametrize(("slug", "query"), VISITS)
def test_no_page_says_anything_in_english(slug, query):
    at = visit(slug, f"lang={CODE}&{query}")
    assert not at.exception
    assert set().union(*(mistakes(page, query) for page in opened(at))) == set()


@pytest.mark.parametrize("off", [0, 0.3, -0.3])
@pytest.mark.parametrize("slug", SLUGS)
def test_no_answer_to_a_guess_is_in_english(slug, off):
    at = visit(slug, f"lang={CODE}", unfolded=False)
    at.session_state["memory"] = guessed(slug, off)
    at.run()
    assert mistakes(at) == set()


@pytest.mark.parametrize("data", [b"Date,Close\n2024-01-01,abc\n2024-01-02,5\n", b"x", b"a,b\n1,2\n"])
def test_no_problem_of_a_file_is_told_in_english(data):
    at = visit("simulator", f"lang={CODE}&shape=file")
    at.file_uploader[0].set_value(("ab.csv", data, "text/csv"))
    at.run()
    assert mistakes(at, data.decode()) == set()


@pytest.mark.parametrize("text", ["", "ten", "5 €", "1e99", "-3"])
def test_no_problem_of_a_number_is_told_in_english(text):
    at = visit("simulator", f"lang={CODE}", unfolded=False)
    at.session_state["simulator.leverage"] = {"edit": text}
    at.run()
    assert mistakes(at, text) == set()


def test_the_frame_of_the_page_says_nothing_in_english(monkeypatch):
    heard = []
    frame, menu = st.set_page_config, st.navigation
    monkeypatch.setattr(
        st, "set_page_config", lambda **said: heard.append(said["page_title"]) or frame(**said)
    )
    monkeypatch.setattr(
        st,
        "navigation",
        lambda pages, **said: (
            heard.extend([*pages, *(page.title for part in pages.values() for page in part)])
            or menu(pages, **said)
        ),
    )
    visit("home", f"lang={CODE}", unfolded=False)
    assert len(heard) > 20
    assert [text for text in heard if english(text)] == []
