"""Every sentence is used and complete: no missing section, no forgotten one, no blank left open."""

import ast
import re
import string
import tomllib
from pathlib import Path
from typing import get_args

import pytest

from engine import cascade
from engine.loss.settlement import Outcome
from engine.margin.rules import Rules, rule_values
from engine.margin.scenario import Keeper, Side
from engine.market.prices import PathChoice, Shape, price_frame
from engine.market.replay import KINDS
from engine.venues.quotes import Refusal
from engine.venues.terms import Contract, Fact, FeeBasis, Gauge, Leftover, Shortfall, Status, Step
from pages.lab.cascade.chains import room
from pages.lab.cascade.tabs import ROOM
from pages.lab.compare.card import OF_WHAT
from pages.lab.compare.tables import CONVENTIONS
from pages.lab.odds.growth import BESIDE
from pages.shared import dials, language
from pages.shared.contents import HOME, MENU
from pages.shared.drawing.labels import LINE_COLOURS
from pages.shared.presets import PRESETS
from pages.shared.story import ICONS
from pages.shared.texts import sections
from pages.shared.words import literal, read, say

PAGES = Path(__file__).parents[2] / "pages"
# The words of the course are held by test_course_texts.py.
SLUGS = (
    *("after", "cascade", "compare", "leverage_map", "odds"),
    *("controls", "drawing", "home", "nav", "price_file", "report", "simulator", "story", "widgets"),
)
SOURCES = sorted(PAGES.rglob("*.py"))
# What a name inside an f-string or a variable key may hold, by the text file it is used with.
DIALS = set(dials.DIALS)
ANY = {
    "name": DIALS
    | {
        "side",
        "shape",
        "leftover",
        *dials.FOLDS,
        *PRESETS,
        "money",
        "events",
        "formula",
        "assumptions",
        "table",
    }
    | {*LINE_COLOURS, "fee"},
    "key": {"when", "at", "row"},
    "state": set(ICONS),
    "SWITCHES[name]": set(dials.SWITCHES.values()),
    "option": {*Side, *Shape, *Keeper},
    "_keeper(run)": {"trader", "fund", "nothing"},
    "rules": set(Rules),
    "field": {"entry_price", "steps", "step_hours"},
    "s.side": set(Side),
    "scenario.side": set(Side),
    "_fate(seen, chosen)": {"alive", "closed", "at_once"},
    "run.scenario.side": set(Side),
    "s.basis": {"mark", "entry"},
    "of_what": {"mark", "entry", *OF_WHAT.values()},
    "venue.trigger": {"mark", "oracle", "last", "quote"},
    "venue.contract": set(Contract),
    "fact": set(get_args(Fact)),
    "venue.gauge": set(Gauge),
    "kind": {*KINDS, "csv", "html", *Gauge},
    "step": set(Step),
    "venue.leftover": set(Leftover),
    "reason": {"minimum", "unread"},
    "charged_on": set(FeeBasis),
    "group": {"unknown", "past"},
    "status": {Status.CLOSED, Status.SUSPENDED},
    "q.venue.leftover": set(Leftover),
    "venue.shortfall": set(Shortfall),
    "venue.status": set(Status) - {Status.LIVE},
    "q.refusal": set(Refusal),
    "mark": {"trigger", "closed", "bankrupt"},
    "way.name": {"enough", "multiple", "fifth", "two_tiers", "tier", "whole"},
    "end.outcome": {Outcome.LIQUIDATED, Outcome.STOPPED},
    "party": {"trader", "market", "platform", "other_traders", "lender", "insurance_fund"},
    "item": {
        "paid_in",
        "price_result",
        "trading_fees",
        "funding",
        "interest",
        "liquidation_fee",
        "kept",
        "shortfall",
        "fund",
        "others",
        "returned",
    },
}
STARTS = {name: own.start for name, own in ROOM.items()}
PARTIES = cascade.ledger(room(STARTS).result)
# Numbers that belong to the words themselves; every other number in a sentence is computed.
WRITTEN = {
    ("compare", "formula_nothing"): "1: stands for itself",
    ("controls", "leverage"): "10x: the meaning of a multiple, by example",
    ("controls", "rules"): "0.5 %, 5 %: what the presets hold; held to the engine below",
    ("controls", "volatility"): "20 %, 60 %: figures from markets, not from this lab",
    ("controls", "wallet"): "0: the end of the slider",
    ("controls", "top_up_step"): "0: the first step",
    ("controls", "file"): "5 MB: the server's limit; held to its configuration below",
    ("controls", "real_hint"): "1987 and the name of an index",
    ("controls", "shape_real"): "1987",
    ("odds", "real_real"): "1987",
    ("home", "try_signature"): "5 %: held to the path below",
    ("home", "try_real"): "1987, 4x and the name of an index: held to the preset below",
}


def names(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def keys(node, assigned):
    """Section names a subscript may mean: a constant, an f-string, an if, a sum, a variable."""
    match node:
        case ast.Constant(str(text)):
            return {text}
        case ast.Tuple(parts):
            return set().union(*(keys(part, assigned) for part in parts))
        case ast.JoinedStr(values):
            found = {""}
            for part in values:
                texts = {part.value} if isinstance(part, ast.Constant) else keys(part.value, assigned)
                found = {a + b for a in found for b in texts}
            return found
        case ast.IfExp(_, body, other):
            return keys(body, assigned) | keys(other, assigned)
        case ast.BinOp(left, ast.Add(), right):
            return {a + b for a in keys(left, assigned) for b in keys(right, assigned)}
        case ast.Subscript(ast.Dict(_, values)):
            return {text for value in values for text in keys(value, assigned)}
    source = ast.unparse(node)
    return assigned.get(source, set()) | ANY.get(source, set())


def used(path):
    """Slug → section names that a module reads."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    slugs, found = {}, {}
    for node in ast.walk(tree):
        match node:
            case ast.Assign([ast.Name(variable)], ast.Call(ast.Name("read"), [ast.Constant(slug)])):
                slugs[variable] = slug
    for function in [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.Module)]:
        assigned = {}
        for node in ast.walk(function):
            match node:
                case ast.Assign([ast.Name(variable)], value) | ast.AugAssign(ast.Name(variable), _, value):
                    options = keys(value, assigned)
                    if isinstance(node, ast.AugAssign):
                        options |= {a + b for a in assigned.get(variable, ()) for b in options}
                    assigned[variable] = assigned.get(variable, set()) | options
        for node in ast.walk(function):
            match node:
                case ast.comprehension(ast.Name(variable), over) | ast.For(ast.Name(variable), over):
                    assigned[variable] = assigned.get(variable, set()) | keys(over, assigned)
        for node in ast.walk(function):
            match node:
                case ast.Subscript(ast.Name(variable), key) if variable in slugs or variable == "titles":
                    slug = slugs.get(variable, "simulator")
                    found.setdefault(slug, set()).update(keys(key, assigned))
    return found


READ = {slug: set().union(*(used(path).get(slug, set()) for path in SOURCES)) for slug in SLUGS}
READ["compare"] |= {f"{part}_{name}" for part in ("formula", "assumes") for name, _, _ in CONVENTIONS}
READ["nav"] |= {heading for heading in MENU if heading} | {HOME}
READ["cascade"] |= {f"dial_{name}" for name in ROOM} | {f"party_{party}" for party in PARTIES}
READ["odds"] |= {f"growth_{mark}" for mark in BESIDE}
# texts.items(): the playback's sentence of each closing state.
READ["story"] |= {"step_liquidated", "step_stopped", "step_closed"}
# Keys put together from the outcome, the side and the kind of trigger.
# The headings of the menu.
READ["nav"] |= {HOME, *MENU} - {""}
# A plural each.
READ["price_file"] |= {"gaps_one", "gaps_other", "missing", "waiting", "unreadable"}
READ["story"] |= {f"money_{outcome}" for outcome in Outcome}
READ["story"] |= {"trigger_long", "trigger_short", "no_trigger_long", "late_trigger_long"}


@pytest.mark.parametrize("slug", SLUGS)
def test_every_section_is_used(slug):
    assert set(read(slug)) - READ[slug] == set()


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_no_section_asked_for_by_name_is_missing(path):
    """Those asked for by a computed name are families, below."""
    source = path.read_text(encoding="utf-8")
    for variable, slug in re.findall(r"(\w+) = read\(\"(\w+)\"\)", source):
        assert set(re.findall(rf"\b{variable}\[\"(\w+)\"\]", source)) <= set(read(slug))


def test_every_family_of_sections_is_complete():
    labels, told = read("controls"), read("story")
    for name in (*DIALS, "side", "shape", "leftover", "rules", "file"):
        label, _, help_text = labels[name].partition("\n")
        assert label, name
        assert len(help_text) > 15, f"{name} has no help"
        assert "\n" not in help_text
    for family, members in (("side", Side), ("leftover", Keeper), ("shape", Shape), ("rules", Rules)):
        assert {f"{family}_{member}" for member in members} <= set(labels)
    assert set(dials.SWITCHES.values()) <= set(labels)
    assert {f"event_{kind}" for kind in KINDS} <= set(told)
    assert {f"party_{party}" for party in ANY["party"]} <= set(told)
    assert set(dials.FOLDS) <= set(read("simulator"))
    assert set(PRESETS) <= set(read("home"))
    for name in ("money", "events", "formula", "assumptions", "table"):
        assert read("report")[f"tab_{name}"]


@pytest.mark.slow
def test_every_blank_is_named_and_filled_by_its_name():
    """A blank that no caller knows would raise in use; here it is found without a run."""
    source = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)
    for slug in SLUGS:
        for section, text in read(slug).items():
            for name in names(text):
                assert name.isidentifier(), f"{slug}.md {section}: {{{name}}}"
                assert re.search(rf"\b{name}=|\"{name}\":", source), (
                    f"{slug}.md {section}: nobody fills {{{name}}}"
                )


@pytest.mark.parametrize("slug", SLUGS)
def test_numbers_in_prose_are_computed(slug):
    for section, text in read(slug).items():
        prose = re.sub(r"\{[^}]*\}", "", text)
        prose = re.sub(r"^\d\. ", "", prose, flags=re.MULTILINE)
        assert (
            not re.search(r"\d", prose) or (slug, section) in WRITTEN or _is_formula(slug, section, prose)
        ), f"{slug}.md {section}: {prose}"


def _is_formula(slug, section, prose):
    """0 and 1 stand in a formula for themselves."""
    return slug == "story" and section.startswith("formula_") and set(re.findall(r"\d+", prose)) <= {"0", "1"}


def test_the_numbers_that_are_written_are_true():
    config = tomllib.loads((PAGES.parent / ".streamlit/config.toml").read_text())
    assert f"{config['server']['maxUploadSize']} MB" in read("controls")["file"]
    rules = read("controls")["rules"]
    assert "0.5 %" in rules
    assert "5 %" in rules
    assert (
        rule_values(Rules.SIMPLE)["maintenance_rate"]
        == rule_values(Rules.REALISTIC)["maintenance_rate"]
        == 0.005
    )
    assert rule_values(Rules.CLASSROOM)["maintenance_rate"] == 0.05
    signature = {k: v for k, v in PRESETS["try_signature"].items() if k in ("shape", "how_far")}
    close = price_frame(PathChoice(**signature), 100.0)["close"]
    assert f"ends {round(close.iloc[-1]) - 100} % higher" in read("home")["try_signature"]
    assert f"{PRESETS['try_real']['leverage']:g}x" in read("home")["try_real"]
    assert PRESETS["try_wait"]["steps"] == 180  # "half a year"
    assert "half a year" in read("home")["try_wait"]


def test_sections_are_read_by_name_and_doubles_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(language, "TEXT", tmp_path)
    tmp_path = tmp_path / "en"
    tmp_path.mkdir()
    (tmp_path / "a.md").write_text(
        "# Title\n\nA note.\n\n## one\nFirst\nsecond\n\n## two\n**x**\n", encoding="utf-8"
    )
    (tmp_path / "b.md").write_text("\n## one\na\n\n## one\nb\n", encoding="utf-8")
    assert dict(sections.__wrapped__("en", "a")) == {"one": "First\nsecond", "two": "**x**"}
    with pytest.raises(ValueError, match="two sections named one"):
        sections.__wrapped__("en", "b")


def test_dollars_are_escaped_and_text_from_outside_is_literal():
    assert say("{a} and $5", a="$10") == "\\$10 and \\$5"
    assert literal("<b>*x*</b> [a](b) $1 `c`") == r"\<b\>\*x\*\</b\> \[a\]\(b\) \$1 \`c\`"
