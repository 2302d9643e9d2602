"""Numbers to words and words to numbers: money, prices, shares, durations, and how people type them."""

import math
import re
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

import numpy as np

MINUS = "\N{MINUS SIGN}"
NBSP = "\N{NO-BREAK SPACE}"
UNKNOWN = "\N{EN DASH}"
NO_TRIGGER = "no liquidation price"
WHOLE_DOLLARS_FROM = 10_000
# Larger than float noise, smaller than any fraction a learner types: 2.675 is a half, and rounds up.
NOISE = 1e-6


def _rounded(x: float, decimals: int) -> int:
    """`x` in units of its last shown decimal, half away from zero."""
    whole = math.floor(abs(x) * 10**decimals + 0.5 + NOISE)
    return -whole if x < 0 else whole


def _fixed(x: float, decimals: int, before: str = "", after: str = "", plus: str = "") -> str:
    if not math.isfinite(x):
        return UNKNOWN
    whole = _rounded(x, decimals)
    sign = MINUS if whole < 0 else plus if whole > 0 else ""
    return f"{sign}{before}{abs(whole) / 10**decimals:,.{decimals}f}{after}"


def money(x: float, cents: bool = False) -> str:
    """Dollars: ``$1,234.56``, no cents from $10,000 up unless `cents`, ``−$5.00``, ``–`` for nan.

    Halves round away from zero, so capital in whole cents, borrowed and position always add up
    when all three show cents.

    >>> money(1234.5), money(-0.001), money(12345.6)
    ('$1,234.50', '$0.00', '$12,346')
    """
    if not math.isfinite(x):
        return UNKNOWN
    show_cents = cents or abs(_rounded(x, 2)) < WHOLE_DOLLARS_FROM * 100
    return _fixed(x, 2 if show_cents else 0, before="$")


def moneys(*amounts: float) -> list[str]:
    """Amounts that belong together, as one sum: all show cents if any of them has any.

    >>> moneys(1000.5, 9004.5, 10005)
    ['$1,000.50', '$9,004.50', '$10,005.00']
    """
    cents = any(math.isfinite(x) and _rounded(x, 2) % 100 for x in amounts)
    return [money(x, cents) for x in amounts]


def short_money(x: float) -> str:
    """`money` for running text: whole dollars stand without cents, ``$100`` but ``$40.50``."""
    return money(x).removesuffix(".00")


def money_texts(amounts: Iterable[float]) -> list[str]:
    """`money` of every element, fast enough for every step of a path."""
    x = np.asarray(amounts, dtype=float)
    with np.errstate(invalid="ignore"):
        cents = np.floor(np.abs(x) * 100 + 0.5 + NOISE)
        dollars = np.floor(np.abs(x) + 0.5 + NOISE)
    return [
        UNKNOWN
        if not math.isfinite(value)
        else f"{MINUS if value < 0 and c else ''}${c / 100:,.2f}"
        if c < WHOLE_DOLLARS_FROM * 100
        else f"{MINUS if value < 0 else ''}${d:,.0f}"
        for value, c, d in zip(x.tolist(), cents.tolist(), dollars.tolist(), strict=True)
    ]


def price(x: float) -> str:
    """A price without its unit: two decimals, and four significant digits below 1.

    >>> price(90.4523), price(0.001234), price(60000)
    ('90.45', '0.001234', '60,000.00')
    """
    if not math.isfinite(x):
        return UNKNOWN
    if abs(_rounded(x, 2)) >= 100 or x == 0:
        return _fixed(x, 2)
    decimals = 3 - math.floor(math.log10(abs(x)))
    whole, fraction = _fixed(x, decimals).split(".")
    return f"{whole}.{fraction.rstrip('0'):0<2}"


def price_texts(prices: Iterable[float]) -> list[str]:
    """`price` of every element."""
    # Python's own rounding is ten times faster and differs only at halves.
    return [
        f"{x:,.2f}" if 1 <= x < 1e6 and abs(x * 100 % 1 - 0.5) > 1e-3 else price(x)
        for x in np.asarray(prices, dtype=float).tolist()
    ]


def trigger(x: float) -> str:
    """A liquidation, warning or bankruptcy price: ``$90.45``, or in words that there is none."""
    if not math.isfinite(x):
        return NO_TRIGGER
    return f"{MINUS if x < 0 else ''}${price(abs(x))}"


def percent(fraction: float, signed: bool = False) -> str:
    """A fraction as percent with two decimals: ``9.55 %``; with `signed`, ``+9.55 %``."""
    return _fixed(fraction * 100, 2, after=f"{NBSP}%", plus="+" if signed else "")


def multiple(x: float) -> str:
    """A leverage: ``10x``, ``7.5x``, at most two decimals."""
    return _short(x, 2) + ("x" if math.isfinite(x) else "")


def duration(hours: float) -> str:
    """Elapsed time in its two largest useful units: ``1 h 30 min``, ``3 days 4 h``, ``167 days``."""
    if not math.isfinite(hours):
        return UNKNOWN
    sign, hours = (MINUS, -hours) if hours < 0 else ("", hours)
    if _rounded(hours, 0) >= 240:
        return f"{sign}{_rounded(hours / 24, 0):,}{NBSP}days"
    if _rounded(hours, 0) >= 24:
        days, rest = divmod(_rounded(hours, 0), 24)
        large, small = f"{days}{NBSP}day{'s' * (days > 1)}", f"{rest}{NBSP}h"
    else:
        whole, rest = divmod(_rounded(hours * 60, 0), 60)
        large, small = f"{whole}{NBSP}h" * (whole > 0), f"{rest}{NBSP}min"
        sign = sign * (whole + rest > 0)
    return sign + (f"{large} {small}".strip() if rest or not large else large)


def date(time: datetime) -> str:
    """A date of a price series, with its clock time unless it is midnight: ``19 Oct 1987``."""
    clock = f" {time:%H:%M}" if time.hour or time.minute else ""
    return f"{time.day} {time:%b %Y}{clock}"


def _short(x: float, decimals: int) -> str:
    text = _fixed(x, decimals)
    return text.rstrip("0").rstrip(".") if "." in text else text


# --- words to numbers ----------------------------------------------------------------------------


class Field(NamedTuple):
    """How a typed field shows its number; number.js does the same while a handle moves."""

    before: str = ""
    after: str = ""
    factor: int = 1  # from the value to the shown number
    decimals: int = 6  # at most
    fill: bool = False  # all decimals or none: $1,000 or $1,000.50


FIELD = {
    "money": Field(before="$", decimals=2, fill=True),
    "price": Field(decimals=8),
    "percent": Field(after=f"{NBSP}%", factor=100, decimals=4),
    "multiple": Field(after="x", decimals=4),
    "plain": Field(),
}
_UNITS = {
    "money": "$|usd",
    "price": "$|usd",
    "percent": "%|percent",
    "multiple": "x|×|times",
    "plain": "",
}
_PLAIN = re.compile(r"\d+(\.\d*)?(e[+-]?\d+)?|\.\d+(e[+-]?\d+)?")


def field_text(value: float, style: str) -> str:
    """The text a typed field shows for `value`; `parse_number` reads it back.

    >>> field_text(1000.5, "money"), field_text(7.5, "multiple")
    ('$1,000.50', '7.5x')
    """
    field = FIELD[style]
    shown = value * field.factor
    number = _short(shown, field.decimals)
    if field.fill and "." in number:
        number = _fixed(shown, field.decimals)
    sign, digits = (MINUS, number[1:]) if number.startswith(MINUS) else ("", number)
    return f"{sign}{field.before}{digits}{field.after}"


def parse_number(text: str, style: str = "plain") -> float:
    """Read a number the way people type it: ``$1 000.50``, ``1,000``, ``10×``, ``−12 %``, ``12,5``, ``1k``.

    One comma before exactly three digits separates thousands, as on screen; any other single comma
    is a decimal comma. Percent returns a fraction.

    Raises
    ------
    ValueError
        With a sentence that says what was typed and what is expected.
    """
    if not text.strip():
        raise _refusal("nothing_typed", style)
    number, unit, scale = _split_unit(_plain_characters(text))
    if unit and unit not in _UNITS[style].split("|"):
        raise _refusal("wrong_unit", style, text=text.strip(), unit=unit)
    sign, digits = (-1, number[1:]) if number.startswith("-") else (1, number.removeprefix("+"))
    plain = _without_separators(digits)
    if plain is None or not math.isfinite(value := sign * float(plain) * scale):
        raise _refusal("unreadable_number", style, text=text.strip())
    return value / FIELD[style].factor if value else 0.0


def _refusal(code: str, style: str, **blanks: str) -> ValueError:
    from pages.shared.problems import WORDS, say  # only here: words are filled with the formats above

    return ValueError(say(code, expected=WORDS[f"expected_{style}"], **blanks))


def _plain_characters(text: str) -> str:
    text = re.sub(r"[−–—‐‑]\s*", "-", text.strip().lower())
    return re.sub(r"^([+-])\s+", r"\1", re.sub(r"[\s’']+", " ", text))


def _split_unit(text: str) -> tuple[str, str, float]:
    """Number, unit and the factor of a trailing k or m: ``-$1.5k`` is (-1.5, $, 1000)."""
    unit = r"(\$|usd|%|percent|times|x|×)"
    if found := re.fullmatch(rf"([+-]?){unit}\s*(.*)", text):
        text, name = found[1] + found[3], found[2]
    elif found := re.fullmatch(rf"(.*?)\s*{unit}", text):
        text, name = found[1], found[2]
    else:
        name = ""
    scale = {"k": 1e3, "m": 1e6}.get(text[-1:], 1.0)
    return (text if scale == 1 else text[:-1].strip()), name, scale


def _without_separators(digits: str) -> str | None:
    """The digits with a decimal point and nothing else, or None if they are no number."""
    decimal = max(digits.rfind("."), digits.rfind(","))
    marks = [c for c in digits if c in ".,"]
    if marks and (len(marks) > 1 and len(set(marks)) == 1):
        decimal = -1  # 1,000,000: the only mark repeats, so it separates thousands
    elif marks == [","] and re.fullmatch(r"[1-9]\d{0,2},\d{3}", digits):
        decimal = -1
    whole, fraction = (digits, "") if decimal < 0 else (digits[:decimal], digits[decimal + 1 :])
    if re.search(r"[., ]", whole):
        if not re.fullmatch(r"\d{1,3}(?P<mark>[., ])\d{3}(?:(?P=mark)\d{3})*", whole):
            return None
        whole = re.sub(r"[., ]", "", whole)
    plain = f"{whole}.{fraction}" if fraction else whole
    return plain if _PLAIN.fullmatch(plain) else None
