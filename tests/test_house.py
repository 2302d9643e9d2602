"""The arrows between the folders, and other rules that nobody remembers for long unless a test does."""

import ast
import doctest
import importlib
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TEXT = {".py", ".md", ".json", ".js", ".css", ".html", ".toml", ".txt", ".csv", ".yml", ".yaml"}

# No os, random, time or sqlite3: what an engine function answers depends on its arguments only.
PURE = {"collections", "csv", "dataclasses", "datetime", "enum", "functools", "importlib", "io", "itertools"}
PURE |= {"json", "math", "operator", "re", "statistics", "typing"}
MAY_IMPORT = {
    "engine": PURE | {"numpy", "pandas", "scipy", "engine"},
    "pages": PURE | {"streamlit", "engine", "pages"},
    "pages/shared": sys.stdlib_module_names
    | {"numpy", "pandas", "plotly", "streamlit", "sqlalchemy", "engine", "pages"},
}
WITHOUT_STREAMLIT = (
    *("after.py", "chances.py", "charts.py", "fans.py", "labels.py", "maps.py", "sketch.py"),
    *("real_prices.py", "theme.py", "venues.py"),
)
# Formulas first, then stories told with them, then what is told with stories.
TIERS = (
    {"scenario", "prices", "price_file", "risk", "costs", "tiers", "outlook"}
    | {"first_passage", "odds", "jumps", "simulate", "fit"},
    {"inverse", "loan", "closeout", "lending"},
    {"terms", "venue"},
    {"account", "settlement", "waterfall", "replay", "facts", "caps", "aftermath", "chance", "tails"},
    {"cascade", "episodes", "hundred", "questions"},
)
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


def modules(folder):
    return sorted((ROOT / folder).glob("*.py"))


def name(path):
    return str(path.relative_to(ROOT))


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


def every(*folders):
    return pytest.mark.parametrize("path", [p for f in folders for p in modules(f)], ids=name)


@every(*MAY_IMPORT)
def test_imports_point_one_way(path):
    allowed = MAY_IMPORT[str(path.parent.relative_to(ROOT))]
    strangers = {module for module in imported(path) if module.split(".")[0] not in allowed}
    assert not strangers, f"{name(path)} may not import {sorted(strangers)}"


@every("pages", "pages/shared")
def test_nobody_imports_a_page(path):
    ours = [module for module in imported(path) if module.split(".")[0] == "pages"]
    assert all(module.startswith("pages.shared.") for module in ours), ours


@every("engine")
def test_the_engine_is_a_line_not_a_web(path):
    def tier(module):
        return next((i for i, names in enumerate(TIERS) if module in names), None)

    mine = tier(path.stem)
    if path.stem == "__init__":
        return
    assert mine is not None, f"{path.stem}: give it a place in TIERS"
    for module in imported(path):
        parts = module.split(".")
        if parts[0] == "engine" and parts[1] != "data":
            assert tier(parts[1]) <= mine, f"{name(path)} may not import {module}"


def test_the_drawing_modules_know_no_streamlit():
    for path in modules("pages/shared"):
        if path.name in WITHOUT_STREAMLIT:
            assert not any(module.startswith("streamlit") for module in imported(path)), path.name


def test_the_table_of_contents_holds_no_logic():
    path = ROOT / "app.py"
    if path.exists():
        for module in imported(path):
            assert module == "streamlit" or module.startswith("pages.shared"), module


@every("pages")
def test_pages_stay_thin(path):
    lines = len(path.read_text().splitlines())
    assert lines <= 60, f"{name(path)} has {lines} lines: move work to engine/ or pages/shared/"


@every("pages")
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


@every("pages", "pages/shared")
def test_colours_live_in_the_theme(path):
    if path.name != "theme.py":
        found = [f"line {line}: {text[:40]}" for text, line in strings(path) if COLOUR.search(text)]
        assert not found, f"{name(path)} writes colours: {found}"


@every("engine")
def test_public_functions_say_what_they_do_and_show_it(path):
    for node in tree(path).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            words = ast.get_docstring(node)
            assert words, f"{name(path)}: {node.name} has no docstring"
            if isinstance(node, ast.FunctionDef):
                for section in ("Parameters", "Returns", "Examples"):
                    assert re.search(rf"^{section}\n-+$", words, re.M) or not needs(section, node), (
                        f"{name(path)}: {node.name} has no section {section}"
                    )


def needs(section, function):
    return section != "Parameters" or bool(function.args.args or function.args.kwonlyargs)


@every("engine")
def test_examples_in_the_engine_are_true(path):
    if path.stem != "__init__":
        result = doctest.testmod(importlib.import_module(f"engine.{path.stem}"))
        assert result.failed == 0


@every("engine")
def test_chance_comes_from_a_seed_or_a_generator_that_is_given(path):
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) in ("np.random", "numpy.random"):
            assert node.attr in ("Generator", "default_rng"), (
                f"{name(path)}:{node.lineno} draws from a global"
            )
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("default_rng"):
            assert node.args, f"{name(path)}:{node.lineno} starts a generator without a seed"


@every("engine")
def test_every_engine_module_has_its_tests(path):
    if path.stem != "__init__":
        assert (ROOT / "tests" / "engine" / f"test_{path.stem}.py").exists()
