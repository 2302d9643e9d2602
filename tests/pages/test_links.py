"""Links that people have shared: each opens what it opened when it was made.

``tests/pages/links.json`` holds, for each address, the fields that were set and short digests of the texts
on the page, in their order, as the version of commit cb09a93 showed them. A sentence that is rewritten on
purpose changes digests and no field: ``python -m tests.pages.test_links`` writes the file anew, and the
diff must then show texts only, or the default of a field that is new. Addresses behind the command are added.
"""

import json
import re
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from tests.apptest import TEXTS, message, texts, visit

RECORD = Path(__file__).with_name("links.json")
LINKS = json.loads(RECORD.read_text(encoding="utf-8"))
LABELLED = ("button", "checkbox", "radio", "selectbox", "toggle", "button_group", "tab", "expander")
LONG_FRACTION = re.compile(r"(\d\.\d{6})\d+")


def shown(address):
    """What a visitor with this address sees: the fields that are set, and every text."""
    page, _, query = address.partition("?")
    at = visit(page, query)
    assert not at.exception, at.exception
    return {
        "title": [element.value for element in at.title],
        "query": address_bar(at),
        "fields": kept(at, f"{page} fields") | kept(at, f"{page} numbers"),
        "texts": {kind: digest(found) for kind, found in said(at).items() if found},
    }


def address_bar(at):
    """What stands behind the page's name in the address bar, where the page minds it."""
    return message(at, "address")["query"] if has_address(at) else None


def has_address(at):
    return any(element.proto.id.endswith("-address") for element in at.get("bidi_component"))


def kept(at, key):
    """Fields or numbers a page keeps; a page without controls keeps none."""
    try:
        return {name: plain(value) for name, value in at.session_state[key].items()}
    except KeyError:
        return {}


def said(at):
    """Texts of each kind, in their order; last all of them with what controls and pictures say."""
    found = {kind: [str(element.value) for element in at.get(kind)] for kind in TEXTS if kind != "code"}
    found |= {kind: [str(element.label) for element in at.get(kind)] for kind in LABELLED}
    found["links"] = [f"{link.proto.label} {link.proto.query_string}" for link in at.get("page_link")]
    return found | {"all": texts(at)}


def plain(value):
    """A value as text that is the same on every machine."""
    if isinstance(value, tuple | list):
        return ",".join(map(plain, value))
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def digest(found):
    """How many texts, and twelve digits for all of them; beyond the sixth decimal two machines may differ."""
    together = LONG_FRACTION.sub(r"\1", json.dumps(found))
    return f"{len(found)} {sha256(together.encode()).hexdigest()[:12]}"


def test_the_links_go_everywhere():
    pages = {path.stem for path in (Path(__file__).parents[2] / "pages").glob("*.py")} - {"__init__"}
    assert {address.partition("?")[0] for address in LINKS} == pages
    assert len(LINKS) >= 40


@pytest.mark.parametrize("address", LINKS)
def test_a_shared_link_opens_the_view_it_opened(address):
    then, now = LINKS[address], shown(address)
    for part in ("title", "query", "fields", "texts"):
        assert now[part] == then[part], part


if __name__ == "__main__":
    seen = {address: shown(address) for address in [*LINKS, *sys.argv[1:]]}
    RECORD.write_text(json.dumps(seen, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
