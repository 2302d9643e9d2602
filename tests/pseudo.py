"""A language nobody speaks, made from English: longer, accented, marked. What is unmarked is not translated.

What a translator must leave alone stays: blanks, the terms behind ``[[…|``, markdown, tags, formulas, links,
icons, the names of sections.
"""

import re
import shutil
from pathlib import Path

ROOT = Path(__file__).parents[1]
OPEN, CLOSE = "⟦", "⟧"
ACCENTED = str.maketrans("aeioucnsyAEIOUCNSY", "áéíóúçñšýÁÉÍÓÚÇÑŠÝ")
LONGER = 0.4
KEPT = re.compile(
    r"""
      \{[^{}]*\}                      # a blank
    | \{\{\d+\}\}                     # a blank of the playback
    | \[\[[^\]|]*(?:\||(?=\]\]))      # a term, up to the words it is shown with
    | \]\]
    | \]\([^)]*\)                     # where a link leads
    | \$\$.*?\$\$ | \$[^$\n]+\$(?!\d) # a formula
    | `[^`]*`                         # code
    | <[^<>]+>                        # a tag
    | :material/\w+: | :[a-z]+(?=\[)  # an icon, a colour
    | https?://\S+
    | &\w+;
    | \\.
    """,
    re.VERBOSE | re.DOTALL,
)
# What stands before the words of a line: bullets, numbers, headings, quotes, cells.
LEAD = re.compile(r"^(\s*(?:[-*+]\s+|\d+\.\s+|#{1,6}\s+|>\s+)?)(.*?)(\s*)$", re.DOTALL)


def translated(text: str) -> str:
    """Every paragraph, bullet and cell of a section as a sentence of its own."""
    return "\n".join(_line(line) for line in text.split("\n"))


def _line(line: str) -> str:
    if line.strip().startswith("|"):
        return "|".join(_sentence(cell) for cell in line.split("|"))
    return _sentence(line)


def _sentence(line: str) -> str:
    lead, words, tail = LEAD.fullmatch(line).groups()
    if not re.search(r"[^\W\d_]", KEPT.sub("", words)):
        return line
    pieces, at = [], 0
    for kept in KEPT.finditer(words):
        pieces += [_accented(words[at : kept.start()]), kept[0]]
        at = kept.end()
    pieces.append(_accented(words[at:]))
    letters = len(re.findall(r"\w", KEPT.sub("", words)))
    more = "ó" * round(LONGER * letters)
    more = " ".join(more[i : i + 7] for i in range(0, len(more), 7))
    return f"{lead}{OPEN}{''.join(pieces)}{' ' * bool(more)}{more}{CLOSE}{tail}"


def _accented(words: str) -> str:
    """Words with accents, and the few numbers among them with a decimal comma."""
    return re.sub(r"(\d)\.(\d)", r"\1,\2", words.translate(ACCENTED))


def file(text: str, terms: bool = False) -> str:
    """A text file in the pseudo-language: the names of its sections stay.

    With `terms`, in the glossary, the sections are terms and say how they are called.
    """
    head, *parts = f"\n{text}".split("\n## ")
    told = [head]
    for part in parts:
        name, _, words = part.partition("\n")
        called = f"# {translated(name)}\n" if terms and name not in ("title", "intro") else ""
        told.append(f"{name}\n{called}{translated(words)}")
    return "\n## ".join(told).removeprefix("\n")


def app(folder: Path, code: str = "de") -> Path:
    """A copy of the app that also speaks the pseudo-language, under the code of a real one."""
    for name in ("engine", "pages"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("app.py", ".streamlit"):
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name)
        elif source.exists():
            shutil.copy(source, folder / name)
    texts = folder / "pages" / "text"
    _translate(texts, code)
    return folder


def texts(folder: Path, code: str = "de") -> Path:
    """The app's texts and their pseudo-translation, in place of ``pages/text``."""
    shutil.copytree(ROOT / "pages" / "text" / "en", folder / "en")
    _translate(folder, code)
    return folder


def _translate(texts: Path, code: str) -> None:
    (texts / code).mkdir()
    for path in sorted((texts / "en").glob("*.md")):
        told = file(path.read_text(encoding="utf-8"), terms=path.stem == "glossary")
        (texts / code / path.name).write_text(told, encoding="utf-8")
