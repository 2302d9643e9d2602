"""Words are data: a page's sentences live in one text file with named blanks."""

import re
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from types import MappingProxyType

_TEXT = Path(__file__).parents[1] / "text" / "en"


@cache
def read(slug: str) -> MappingProxyType[str, str]:
    """Sections of ``pages/text/en/<slug>.md`` by their ``## name``; what stands before the first is a note.

    Raises
    ------
    ValueError
        If two sections share a name.
    """
    sections: dict[str, str] = {}
    for part in _TEXT.joinpath(f"{slug}.md").read_text(encoding="utf-8").split("\n## ")[1:]:
        name, _, text = part.partition("\n")
        if name.strip() in sections:
            raise ValueError(f"{slug}.md has two sections named {name.strip()}: rename one.")
        sections[name.strip()] = text.strip()
    return MappingProxyType(sections)


def say(text: str, **blanks: str) -> str:
    """Fill the blanks. Dollar signs are escaped, for two of them would start a formula in markdown."""
    return text.format(**blanks).replace("$", "\\$")


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A markdown table of plain texts."""
    lines = [header, ["---"] * len(header), *([literal(cell) for cell in row] for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def literal(text: str) -> str:
    """Text from outside, such as a link or a file, made harmless for markdown: shown as it is."""
    # A word joiner keeps an address from becoming a link by itself.
    text = re.sub(r"(www|:/|@)", "\\1\u2060", " ".join(text.split()), flags=re.IGNORECASE)
    return re.sub(r"([\\`*_{}\[\]()#+\-!$~<>|:&])", r"\\\1", text)
