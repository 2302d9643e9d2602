"""What was read of a price file, and what is asked about it, in sentences. No Streamlit."""

from collections.abc import Iterator, Mapping
from typing import Any

from engine.market.file_problem import FileQuestion
from engine.market.file_reading import Reading
from pages.shared import formats
from pages.shared.words import literal, read

WORDS = read("price_file")
MOST_HEADINGS = 8
LONG_PAUSE = 1.5  # times the usual step


def told(name: str, reading: Reading) -> list[str]:
    """What was read of a file, as markdown: one paragraph what it is, one which columns, one what to know."""
    return [
        " ".join(part) for part in (_span(name, reading), _columns(reading), list(_notes(reading))) if part
    ]


def _span(name: str, reading: Reading) -> list[str]:
    said = [
        WORDS["in_use"].format(
            name=literal(name),
            rows=formats.plain(reading.rows),
            step=formats.duration(reading.step_hours),
            first=formats.date(reading.first),
            last=formats.date(reading.last),
        )
    ]
    if reading.longest_hours > LONG_PAUSE * reading.step_hours:
        said.append(WORDS["longest"].format(longest=formats.duration(reading.longest_hours)))
    zones = {"none": WORDS["zone_none"], "offset": WORDS["zone_offset"]}
    return [*said, zones.get(reading.zone, WORDS["zone_utc"])]


def _columns(reading: Reading) -> list[str]:
    parts = [_column(role, names, reading.has_headings) for role, names in reading.names.items()]
    kind = "columns" if reading.has_headings else "columns_unnamed"
    said = [WORDS[kind].format(columns=", ".join(parts))]
    if reading.bars == "closes":
        said.append(WORDS["only_closes"])
        if reading.left:
            left = ", ".join(_role(role) for role in reading.left)
            said.append(WORDS["only_closes_left"].format(left=left))
    elif reading.bars != "bars":
        said.append({"no_open": WORDS["only_no_open"], "open_close": WORDS["only_open_close"]}[reading.bars])
    if reading.unread and reading.has_headings:
        shown = ", ".join(_quoted(heading) for heading in reading.unread[:MOST_HEADINGS])
        more = " …" if len(reading.unread) > MOST_HEADINGS else ""
        said.append(WORDS["unread"].format(headings=f"{shown}{more}"))
    return said


def _column(role: str, names: tuple[str, ...], has_headings: bool) -> str:
    shown = [_quoted(name) if has_headings else name for name in names]
    one = shown[0]
    for name in shown[1:]:
        one = WORDS["and"].format(first=one, second=name)
    if has_headings:
        return WORDS["column"].format(role=_role(role), heading=one)
    return WORDS["column_unnamed"].format(role=_role(role), number=one)


def _role(role: str) -> str:
    return {
        "time": WORDS["role_time"],
        "open": WORDS["role_open"],
        "high": WORDS["role_high"],
        "low": WORDS["role_low"],
        "close": WORDS["role_close"],
    }[role]


def _notes(reading: Reading) -> Iterator[str]:
    """What was left out, put together or moved."""
    gaps = reading.gaps
    if gaps.rows:
        yield WORDS.counted("gaps", gaps.rows, formats.plain(gaps.rows))
        yield WORDS["gaps_line"].format(line=formats.plain(gaps.line))
    if reading.mark == ",":
        yield WORDS["decimal_commas"]
    if reading.joined:
        yield WORDS["joined"]
    if reading.footer:
        yield WORDS["footer"].format(line=formats.plain(reading.footer))
    if reading.set_back:
        yield WORDS["set_back"].format(line=formats.plain(reading.set_back))


def _quoted(text: str) -> str:
    return f"“{literal(text[:30])}”"


# --- questions -----------------------------------------------------------------------------------


def question(name: str, asked: FileQuestion) -> str:
    """What is asked about a file, as markdown."""
    values = asked.values
    texts = {
        "which_mark": WORDS["ask_mark"],
        "day_or_month": WORDS["ask_day"],
        "which_price": WORDS["ask_price"],
        "which_order": WORDS["ask_order"],
    }
    return texts[asked.code].format(
        name=literal(name),
        cell=_quoted(values.get("cell", "")),
        columns=formats.plain(values.get("columns", 0)),
    )


def option(asked: FileQuestion, answer: str) -> str:
    """One of the answers, as markdown: what the file would say then."""
    meaning: Mapping[str, Any] = asked.options[answer]
    match asked.code:
        case "which_mark":
            cell, number = _quoted(asked.values["cell"]), formats.field_text(meaning["number"], "price")
            return WORDS["ask_mark_option"].format(cell=cell, number=number)
        case "day_or_month":
            cell = _quoted(asked.values["cell"])
            return WORDS["ask_day_option"].format(cell=cell, date=formats.date(meaning["date"]))
        case "which_price":
            number, cell = formats.plain(meaning["column"]), _quoted(meaning["cell"])
            return WORDS["ask_price_option"].format(number=number, cell=cell)
    order = ", ".join(_role(role) for role in answer.split(",") if role)
    prices = {role: literal(cell) for role, cell in meaning.items()}
    return WORDS["ask_order_option"].format(order=order, open=prices["open"], close=prices["close"])
