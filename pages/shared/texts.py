"""The sentences of a page, in the language in force at the moment they are said."""

from collections.abc import Iterator, Mapping
from functools import cache
from types import MappingProxyType

from pages.shared import language


class Texts(Mapping[str, str]):
    """Sections of ``pages/text/<language>/<slug>.md`` by their ``## name``.

    The language is asked at each access, so one of these may stand in a module as a constant, while
    visitors in two languages are served at the same time.
    """

    def __init__(self, slug: str) -> None:
        self.slug = slug

    def _now(self) -> Mapping[str, str]:
        return sections(language.current(), self.slug)

    def __getitem__(self, name: str) -> str:
        return self._now()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._now())

    def __len__(self) -> int:
        return len(self._now())

    def counted(self, name: str, count: int, shown: str) -> str:
        """``<name>_one``, ``<name>_other`` …, whichever goes with a whole number, filled with `shown`."""
        now, form = self._now(), language.plural(language.current(), count)
        return now.get(f"{name}_{form}", now[f"{name}_other"]).format(count=shown)


@cache
def read(slug: str) -> Texts:
    """The words of ``<slug>.md``. Nothing is read before the first of them is wanted."""
    return Texts(slug)


@cache
def sections(code: str, slug: str) -> Mapping[str, str]:
    """What one file says by section; what a translation lacks is said in English.

    What stands before the first section is a note.

    Raises
    ------
    ValueError
        If two sections share a name.
    """
    path = language.TEXT / code / f"{slug}.md"
    if code == language.ENGLISH:
        return MappingProxyType(_split(path.read_text(encoding="utf-8"), path.name))
    english = sections(language.ENGLISH, slug)
    own = _split(path.read_text(encoding="utf-8"), path.name) if path.exists() else {}
    return MappingProxyType(own | {name: text for name, text in english.items() if name not in own})


def _split(text: str, file: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in f"\n{text}".split("\n## ")[1:]:
        name, _, said = part.partition("\n")
        if name.strip() in found:
            raise ValueError(f"{file} has two sections named {name.strip()}: rename one.")
        found[name.strip()] = said.strip()
    return found
