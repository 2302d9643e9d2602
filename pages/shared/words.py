"""Words are data: a page's sentences live in one text file with named blanks."""

import re
from collections.abc import Iterable, Mapping, Sequence
from math import isfinite
from pathlib import Path

from engine.facts import Amount
from pages.shared import formats
from pages.shared.texts import read as read

_TERM = re.compile(r"\[\[([^\]|]+)(?:\|([^\]]+))?\]\]")
_LINK = re.compile(r"\[([^\]]+)\]\([^)\s]+\)")
_MODEL = Path(__file__).parents[2] / "engine" / "MODEL.md"


def say(text: str, **blanks: str) -> str:
    """Fill the blanks and link the terms. Dollar signs are escaped: two of them would start a formula."""
    return _linked(text.format(**blanks).replace("$", "\\$"))


def plain(text: str, **blanks: str) -> str:
    """Fill the blanks for a place that knows no links and no bold type."""
    return unmarked(_TERM.sub(lambda found: found[2] or term_name(found[1]), text.format(**blanks)))


def unmarked(markdown: str) -> str:
    """A filled sentence for alt texts and files: no markdown, and of a link its words."""
    return _LINK.sub(r"\1", markdown).replace("**", "").replace("\\$", "$")


def anchor(term: str) -> str:
    """Where a term stands on the glossary's page."""
    return term.replace(" ", "-")


def _linked(text: str) -> str:
    """``[[term]]`` and ``[[term|other words]]`` as links into the glossary."""

    def link(found: re.Match[str]) -> str:
        return f"[{found[2] or term_name(found[1])}](glossary#{anchor(found[1])})"

    return _TERM.sub(link, text)


def amount(number: Amount) -> str:
    """A number in the words of its style: ``$900``, ``$94.74``, ``9.55 %``, ``10x``."""
    value, style = number
    match style:
        case "money":
            return formats.short_money(value)
        case "price":
            return formats.short_trigger(value)
        case "percent":
            return formats.field_text(round(value, 4), "percent") if isfinite(value) else formats.UNKNOWN
        case "multiple":
            return formats.multiple(value)
    return formats.field_text(value, "plain")


def amounts(numbers: Mapping[str, Amount]) -> dict[str, str]:
    """Blanks for `say`."""
    return {name: amount(number) for name, number in numbers.items()}


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A markdown table of plain texts."""
    lines = [header, ["---"] * len(header), *([literal(cell) for cell in row] for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def literal(text: str) -> str:
    """Text from outside, such as a link or a file, made harmless for markdown: shown as it is."""
    # A word joiner keeps an address from becoming a link by itself.
    text = re.sub(r"[^\S\u00a0]+", " ", text).strip()
    text = re.sub(r"(www|:/|@)", "\\1\u2060", text, flags=re.IGNORECASE)
    return re.sub(r"([\\`*_{}\[\]()#+\-!$~<>|:&])", r"\\\1", text)


def glossary() -> list[str]:
    """The terms, in the order of the glossary."""
    return [name for name in read("glossary") if name not in ("title", "intro")]


def term_name(term: str) -> str:
    """What a term is called in the language in force: the ``# name`` its section begins with, if it does."""
    first = read("glossary").get(term, "").partition("\n")[0]
    return first.removeprefix("# ") if first.startswith("# ") else term


def term_text(term: str) -> str:
    """What the glossary says about a term."""
    return re.sub(r"\A# .*\n", "", read("glossary")[term])


def model_document() -> str:
    """The engine's own document, without its title, as markdown for a page."""
    text = _MODEL.read_text(encoding="utf-8")
    return text.partition("\n")[2].replace("$", "\\$")
