"""Which languages there are and which is in force. What is drawn and written asks here, without a web."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

from babel import Locale, UnknownLocaleError

TEXT = Path(__file__).parents[1] / "text"
ENGLISH = "en"

Chooser = Callable[[], str]
_chooser: list[Chooser] = []


@cache
def languages() -> tuple[str, ...]:
    """Locale codes of the folders with texts; a folder that bears no locale's name is none."""
    return tuple(
        folder.name for folder in sorted(TEXT.iterdir()) if folder.is_dir() and _is_locale(folder.name)
    )


def _is_locale(code: str) -> bool:
    try:
        Locale.parse(code)
    except (ValueError, UnknownLocaleError):
        return False
    return True


def offered(tag: str) -> str:
    """The language that serves a browser's ``de-AT``: ``de_AT`` or ``de`` if there is one, else nothing."""
    exact = tag.strip().replace("-", "_")
    by_code = {code.lower(): code for code in languages()}
    return by_code.get(exact.lower()) or by_code.get(exact.partition("_")[0].lower(), "")


def choose_with(chooser: Chooser) -> None:
    """From now on `chooser` says which language is in force. The web layer calls this once."""
    _chooser[:] = [chooser]


def current() -> str:
    """The language in force; English where nobody visits, as in a plain test."""
    # Asked at every word and number: as long as there is one language only, there is nothing to choose.
    if len(languages()) == 1 or not _chooser:
        return ENGLISH
    return _chooser[0]()


@cache
def locale(code: str) -> Locale:
    """What CLDR knows about a language."""
    return Locale.parse(code)


@cache
def plural(code: str, count: int) -> str:
    """Which of its plural forms a language uses for a whole number: ``one``, ``few``, ``other`` …

    >>> plural("en", 1), plural("en", 0), plural("pl", 3)
    ('one', 'other', 'few')
    """
    return locale(code).plural_form(count)


def tag(code: str) -> str:
    """A language as HTML names it: ``pt-BR``."""
    return code.replace("_", "-")


def direction(code: str) -> str:
    """``ltr`` or ``rtl``."""
    return locale(code).text_direction
