"""What stands in pages/shared is used by two: what one alone uses stands with that one."""

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
TOPICS, LESSONS, SHARED = "pages.lab", "pages.lessons", "pages.shared"


def module(path):
    """The dotted name of a file: pages.shared.link; a package has the name of its folder."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


FILES = {module(path): path for path in sorted((ROOT / "pages").rglob("*.py"))}


@cache
def imported(name):
    """The modules of ours that a module imports; a package brings its front page with it."""
    found = set()
    for node in ast.walk(ast.parse(FILES[name].read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found & FILES.keys()


def reached(start):
    """Every shared module that these modules come to, by way of shared ones only."""
    seen, rest = set(), [found for name in start for found in imported(name)]
    while rest:
        name = rest.pop()
        if name.startswith(SHARED) and name not in seen:
            seen.add(name)
            rest += imported(name)
    return seen


def user(name):
    """Who a module belongs to: a page, a topic of the lab, a lesson; None for what is shared."""
    if name.startswith(SHARED):
        return None
    for folder in (TOPICS, LESSONS):
        if name.startswith(f"{folder}."):
            return ".".join(name.split(".")[:3])
    return name


def users():
    """Shared module → who comes to it."""
    own = {}
    for name in FILES:
        own.setdefault(user(name), []).append(name)
    found = {}
    for one, names in own.items():
        for shared in reached(names) if one else ():
            found.setdefault(shared, set()).add(one)
    return found


def way_in():
    """What app.py and `make run` name: it serves every page, and no page knows it."""
    words = "".join((ROOT / name).read_text() for name in ("app.py", "Makefile"))
    return {name for name in FILES if re.search(rf"{re.escape(name)}\b", words)}


def test_what_is_shared_is_used_by_two():
    found, serving = users(), way_in()
    alone = {
        name: sorted(found.get(name, ()))
        for name, path in FILES.items()
        if name.startswith(SHARED) and path.name != "__init__.py" and name not in serving
        if len(found.get(name, ())) < 2
    }
    assert not alone, "these stand in pages/shared for one alone: " + "; ".join(
        f"{name} (used by {', '.join(by) or 'nobody'})" for name, by in alone.items()
    )


def test_the_look_around_finds_what_it_looks_for():
    found = users()
    assert "pages.simulator" in found["pages.shared.story"]
    assert {"pages.shared.door", "pages.shared.board"} <= way_in()
    assert {"pages.lab.odds", "pages.lab.after"} <= found["pages.shared.formats"]
