"""The rules of the house that nobody remembers for long unless a test does.

A rule names a folder, never a module: what is added there tomorrow stands under it. Which part may
know which other part is written in pyproject.toml and checked by import-linter.
"""

import ast
import doctest
import importlib
import re
import sys
from pathlib import Path

import pytest

from engine.margin.scenario import FIELDS
from pages.shared import nav

ROOT = Path(__file__).parents[1]

# No os, random, time or sqlite3: what an engine function answers depends on its arguments only.
PURE = {"collections", "csv", "dataclasses", "datetime", "enum", "functools", "importlib", "io", "itertools"}
PURE |= {"json", "math", "operator", "re", "statistics", "types", "typing", "unicodedata"}
MAY_IMPORT = {
    "engine": PURE | {"numpy", "pandas", "scipy", "engine"},
    "pages/*.py": PURE | {"streamlit", "engine", "pages"},
    "pages/*/": sys.stdlib_module_names
    | {"babel", "numpy", "pandas", "plotly", "streamlit", "sqlalchemy", "engine", "pages"},
}
LONGEST_PAGE, LONGEST_MODULE, LONGEST_FUNCTION = 60, 400, 40
# Arithmetic on these belongs in the engine.
QUANTITIES = {
    *("capital", "leverage", "borrowed", "collateral", "wallet", "backing", "top_up", "reduce_fraction"),
    *("quantity", "notional", "equity", "assets", "debt", "margin_ratio", "equity_if_held"),
    *("maintenance_rate", "maintenance_margin", "requirement", "closing_fee", "trading_fee"),
    *("liquidation_fee", "funding_rate", "interest_rate", "funding", "interest", "costs", "trading_fees"),
    *("entry_price", "mark_price", "fill_price", "trigger_price", "stop_price", "price", "warning_price"),
    *("liquidation_price", "bankruptcy_price", "returned", "shortfall", "price_result", "paid_in"),
}
COLOUR = re.compile(r"#(?:[0-9a-f]{8}|[0-9a-f]{6})\b|^#[0-9a-f]{3,4}$|\b(?:rgb|hsl)a?\(", re.IGNORECASE)


def modules(place):
    """Every module below a folder, however deep; ``folder/*.py``: only its top, ``folder/*/``: the rest."""
    folder = ROOT / place.split("/*")[0]
    top, below = place.endswith("*.py"), place.endswith("*/")
    return sorted(
        path
        for path in folder.rglob("*.py")
        if not (top and path.parent != folder) and not (below and path.parent == folder)
    )


def name(path):
    return str(path.relative_to(ROOT))


def dotted(path):
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def tree(path):
    return ast.parse(path.read_text())


def imported(path):
    """Full dotted names; ``from a import b`` gives a.b."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name(path)}: write imports from the root, not relative ones"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def strings(path):
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value, node.lineno


def every(*places, but_front_pages=False):
    found = [path for place in places for path in modules(place)]
    if but_front_pages:
        found = [path for path in found if path.stem != "__init__"]
    return pytest.mark.parametrize("path", found, ids=name)


# --- who may know what ---------------------------------------------------------------------------


def test_the_rules_see_the_modules_they_speak_of():
    for place in MAY_IMPORT:
        assert len(modules(place)) > 10, place
    assert {name(path) for place in MAY_IMPORT for path in modules(place)} == {
        name(path) for folder in ("engine", "pages") for path in (ROOT / folder).rglob("*.py")
    }


@pytest.mark.parametrize(
    ("place", "path"), [(place, path) for place in MAY_IMPORT for path in modules(place)], ids=str
)
def test_imports_are_of_what_the_folder_may_use(place, path):
    strangers = {module for module in imported(path) if module.split(".")[0] not in MAY_IMPORT[place]}
    assert not strangers, f"{name(path)} may not import {sorted(strangers)}"


@every("pages")
def test_nobody_imports_a_page(path):
    for module in imported(path):
        first, *rest = module.split(".")
        assert first != "pages" or (ROOT / "pages" / rest[0]).is_dir(), f"{name(path)} imports {module}"


@every("pages/lab", "pages/lessons")
def test_who_draws_for_a_topic_knows_no_streamlit(path):
    found = list(imported(path))
    if any(module.startswith("pages.shared.drawing") for module in found):
        assert not any(module.split(".")[0] == "streamlit" for module in found), name(path)


def test_the_table_of_contents_holds_no_logic():
    for module in imported(ROOT / "app.py"):
        assert module == "streamlit" or module.startswith("pages.shared"), module


@every("pages")
def test_a_cache_fills_without_the_name_of_a_function_on_the_screen(path):
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("st.cache"):
            shown = {word.arg: ast.literal_eval(word.value) for word in node.keywords}
            assert shown.get("show_spinner") is False, name(path)


# --- size ----------------------------------------------------------------------------------------


@every("pages/*.py")
def test_pages_stay_thin(path):
    lines = len(path.read_text().splitlines())
    assert lines <= LONGEST_PAGE, f"{name(path)} has {lines} lines: move work to engine/ or below pages/"


@every("engine", "pages")
def test_a_module_is_short_or_says_why_it_is_long(path):
    lines = len(path.read_text().splitlines())
    words = ast.get_docstring(tree(path)) or ""
    has_reason = re.search(r"(?:^|[.!?:]\s+|\n)Long because ", words)
    assert lines <= LONGEST_MODULE or has_reason, f"{name(path)} has {lines} lines: split it, or say why"


@every("engine", "pages")
def test_a_function_fits_on_a_screen(path):
    long = {node.name: length(node) for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef)}
    long = {function: lines for function, lines in long.items() if lines > LONGEST_FUNCTION}
    assert not long, f"{name(path)}: more than {LONGEST_FUNCTION} lines in {long}"


def length(function):
    """Lines of the body; what it says of itself does not count."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0


# --- pages ---------------------------------------------------------------------------------------


def test_only_pages_of_the_menu_stand_at_the_top(monkeypatch):
    monkeypatch.setattr(nav.st, "Page", lambda path, **_: path)
    listed = {path for group in nav.pages().values() for path in group}
    assert listed == {name(path) for path in modules("pages/*.py") if path.stem != "__init__"}


@every("pages/*.py", but_front_pages=True)
def test_a_page_has_its_words_and_its_way_in(path):
    assert (ROOT / "pages/text/en" / f"{path.stem}.md").exists()
    assert any(ast.unparse(node) == "guard()" for node in tree(path).body), f"{name(path)}: no guard()"


@every("pages/*.py")
def test_pages_contain_no_formula(path):
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.BinOp | ast.AugAssign):
            sides = (node.left, node.right) if isinstance(node, ast.BinOp) else (node.target, node.value)
            found = {word for side in sides for word in words_of(side)} & QUANTITIES
            assert not found, f"{name(path)}:{node.lineno} calculates with {sorted(found)}: ask the engine"


def words_of(node):
    """Quantities an operand is made of; what a called function is given is its own business."""
    if isinstance(node, ast.Name):
        yield node.id
    elif isinstance(node, ast.Attribute):
        yield node.attr
    elif isinstance(node, ast.Subscript):
        if isinstance(node.slice, ast.Constant):
            yield node.slice.value
        yield from words_of(node.value)
    elif isinstance(node, ast.BinOp | ast.UnaryOp):
        for child in ast.iter_child_nodes(node):
            yield from words_of(child)


def test_the_formula_check_sees_formulas():
    for formula in ("leverage * 2", "1 - s.equity", "x / steps['equity']", "-(a + run.wallet) * 3"):
        node = ast.parse(formula, mode="eval").body
        assert {word for side in (node.left, node.right) for word in words_of(side)} & QUANTITIES
    node = ast.parse("'a' + money(equity)", mode="eval").body
    assert not {word for side in (node.left, node.right) for word in words_of(side)} & QUANTITIES


@every("pages")
def test_colours_live_in_the_theme(path):
    if name(path) != "pages/shared/drawing/theme.py":
        found = [f"line {line}: {text[:40]}" for text, line in strings(path) if COLOUR.search(text)]
        assert not found, f"{name(path)} writes colours: {found}"


# --- engine --------------------------------------------------------------------------------------


@every("engine")
def test_public_functions_say_what_they_do_and_show_it(path):
    for node in public(path):
        words = ast.get_docstring(node)
        assert words, f"{name(path)}: {node.name} has no docstring"
        if isinstance(node, ast.FunctionDef):
            for section in ("Parameters", "Returns", "Examples"):
                assert re.search(rf"^{section}\n-+$", words, re.M) or not needs(section, node), (
                    f"{name(path)}: {node.name} has no section {section}"
                )


def public(path):
    """Functions and classes a module offers."""
    return [
        node
        for node in tree(path).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
    ]


def needs(section, function):
    return section != "Parameters" or bool(function.args.args or function.args.kwonlyargs)


@every("engine", but_front_pages=True)
def test_examples_in_the_engine_are_true(path):
    assert doctest.testmod(importlib.import_module(dotted(path))).failed == 0


@every("engine")
def test_chance_comes_from_a_seed_or_a_generator_that_is_given(path):
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) in ("np.random", "numpy.random"):
            assert node.attr in ("Generator", "default_rng"), (
                f"{name(path)}:{node.lineno} draws from a global"
            )
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("default_rng"):
            assert node.args, f"{name(path)}:{node.lineno} starts a generator without a seed"


@every("engine", but_front_pages=True)
def test_every_engine_module_has_its_tests(path):
    expected = ROOT / "tests" / path.relative_to(ROOT).with_name(f"test_{path.name}")
    assert expected.exists(), f"{name(path)}: write {name(expected)}"


families = pytest.mark.parametrize(
    "front",
    [path for path in modules("engine/*/") if path.stem == "__init__" and path.parent.name != "data"],
    ids=name,
)


@families
def test_a_family_says_in_a_few_sentences_what_it_is_for(front):
    heading, _, body = (ast.get_docstring(tree(front)) or "").partition("\n\n")
    assert heading.endswith(".") and "\n" not in heading and len(heading) < 60, heading
    sentences = re.findall(r"\.(?=\s|$)", body)
    assert 2 <= len(sentences) <= 4, f"{name(front)}: about three sentences, not {len(sentences)}"


@families
def test_a_family_offers_all_that_is_public_in_it(front):
    family = importlib.import_module(dotted(front))
    for path in sorted(front.parent.glob("*.py")):
        module = importlib.import_module(dotted(path))
        for node in public(path):
            offered = getattr(family, node.name, None)
            assert offered is getattr(module, node.name), f"{name(front)} does not offer {node.name}"


# --- derived positions ---------------------------------------------------------------------------

DOOR = "engine/margin/derived.py"


def called(source, *names):
    """Every call of a function of these names."""
    calls = (node for node in ast.walk(source) if isinstance(node, ast.Call))
    return [node for node in calls if ast.unparse(node.func) in names]


def by_hand(source):
    """Lines that make a position of another one without asking whether it can be opened."""
    for node in called(source, "replace", "dataclasses.replace"):
        if {word.arg for word in node.keywords} <= {*FIELDS, None} and node.keywords:
            yield node.lineno


def of_a_learner(source):
    """Lines that take for granted that a position near the learner's own can be opened."""
    for node in called(source, "allowed", "with_leverage"):
        of = node.args[0]
        of = of.args[0] if isinstance(of, ast.Call) and of.args else of
        if ast.unparse(of).split(".")[-1] == "scenario":
            yield node.lineno


@every("engine", "pages")
def test_a_position_made_of_another_goes_through_the_one_door(path):
    lines = [] if name(path) == DOOR else [*by_hand(tree(path))]
    assert not lines, f"{name(path)}:{lines} makes a position nobody checked: ask changed() for it"


@every("pages")
def test_what_a_learner_set_is_never_taken_for_granted(path):
    lines = [] if name(path) == "pages/shared/link.py" else [*of_a_learner(tree(path))]
    assert not lines, f"{name(path)}:{lines}: changed() says whether this position can be opened"


def test_the_door_is_watched():
    for bad in ("replace(s, wallet=0.0)", "dataclasses.replace(s, **new)", "replace(s, side=a, leverage=2)"):
        assert [*by_hand(ast.parse(bad))]
    assert not [*by_hand(ast.parse("replace(run, scenario=s); text.replace('a', 'b'); changed(s, wallet=0)"))]
    for bad in ("allowed(changed(scenario, wallet=0))", "with_leverage(scene.scenario, 2.0)"):
        assert [*of_a_learner(ast.parse(bad))]
    assert not [*of_a_learner(ast.parse("allowed(changed(BARE, wallet=0)); with_leverage(s, 2)"))]


# --- numbers on the screen -----------------------------------------------------------------------

# They write addresses, which no language changes.
ADDRESSES = ("pages/shared/link.py", "pages/shared/nav.py")


def written_by_hand(source):
    """Lines that write a number in a format of their own; one that is read again is only rounded."""
    rounded = {id(part) for call in called(source, "float", "Decimal") for part in ast.walk(call)}
    for node in ast.walk(source):
        spec = ast.unparse(node.format_spec) if getattr(node, "format_spec", None) else ""
        if re.search(r"[^%][feEgG%]['\"]?$", spec) and id(node) not in rounded:
            yield node.lineno


@every("pages")
def test_numbers_are_written_by_the_formats_alone(path):
    is_home = name(path) in ("pages/shared/formats.py", *ADDRESSES)
    lines = [] if is_home else [*written_by_hand(tree(path))]
    assert not lines, f"{name(path)}:{lines} writes numbers: ask pages/shared/formats.py"


def test_a_number_written_by_hand_is_seen():
    assert [*written_by_hand(ast.parse("x = f'{a:,.2f} and {b:g}'"))] == [1, 1]
    assert not [*written_by_hand(ast.parse("x = float(f'{a:.1g}'); y = f'{count:04}'; z = f'{time:%H}'"))]
