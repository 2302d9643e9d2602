"""Numbers to words and words to numbers: money, prices, shares, durations, and how people type them.

Long because what is written here is read back here: the two have to agree in every language.
"""

import math
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date as day
from datetime import datetime
from decimal import Decimal
from functools import cache, lru_cache, wraps
from typing import Any, Literal, NamedTuple

import numpy as np
from babel.dates import format_skeleton, get_month_names

from pages.shared import language
from pages.shared.texts import read

MINUS = "\N{MINUS SIGN}"
NBSP = "\N{NO-BREAK SPACE}"
UNKNOWN = "\N{EN DASH}"
WORDS, PROBLEMS = read("formats"), read("problems")
WHOLE_DOLLARS_FROM = 10_000
# Beyond it the cents of a number are lost, and nobody reads so many digits.
LARGEST = 1e15
# Nearer to zero than this there is nothing to see.
SMALLEST, FAINTEST_PRICE = 1e-12, 1e-24
LONGEST = 24  # characters of a text that is told again
# Larger than float noise, smaller than any fraction a learner types: 2.675 is a half, and rounds up.
NOISE = 1e-6


class Marks(NamedTuple):
    """How a language writes a number. Digits are the Western ones everywhere, in groups of three.

    swap : from Python's marks to the language's, None if they are the same
    dollar, percent : what stands before and behind an amount and a share
    """

    decimal: str = "."
    group: str = ","
    minus: str = MINUS
    dollar: tuple[str, str] = ("$", "")
    percent: tuple[str, str] = ("", f"{NBSP}%")
    swap: dict[int, str] | None = None

    def write(self, text: str) -> str:
        """``−1,234.5`` as this language writes it."""
        return text.translate(self.swap) if self.swap else text


@cache
def _marks_of(code: str) -> Marks:
    if code == language.ENGLISH:
        return Marks()  # this lab's own: a true minus sign, and room before the percent sign
    locale = language.locale(code)
    symbols = locale.number_symbols["latn"]
    decimal, group, minus = symbols["decimal"], symbols["group"], symbols["minusSign"].replace("-", MINUS)
    return Marks(
        decimal,
        group,
        minus,
        _around(locale.currency_formats["standard"].pattern.replace("¤", "$")),
        _around(locale.percent_formats[None].pattern),
        str.maketrans({".": decimal, ",": group, MINUS: minus}),
    )


def _around(pattern: str) -> tuple[str, str]:
    """What a number pattern of CLDR, such as ``#,##0.00 $``, writes before and behind the digits."""
    before, _, after = re.split(r"([#0.,]+)", pattern.partition(";")[0], maxsplit=1)
    return before, after


def marks() -> Marks:
    """How numbers are written in the language in force."""
    return _marks_of(language.current())


def no_trigger() -> str:
    """In place of a price where there is none."""
    return WORDS["no_trigger"]


def _rounded(x: float, decimals: int) -> int:
    """`x`, at most LARGEST, in units of its last shown decimal, half away from zero."""
    whole = math.floor(abs(x) * 10**decimals + 0.5 + NOISE)
    return -whole if x < 0 else whole


def _reachable(write: Callable[..., str]) -> Callable[..., str]:
    """Let `write` see numbers only that can be written: of any other it is said that it is larger."""

    @wraps(write)
    def written(x: float, *rest: Any, **how: Any) -> str:
        if not LARGEST < abs(x) < math.inf:
            return write(x, *rest, **how)
        limit = write(LARGEST if x > 0 else -LARGEST, *rest, **how)
        return WORDS["more_than" if x > 0 else "less_than"].format(limit=limit)

    return written


def _fixed(x: float, decimals: int) -> tuple[str, str]:
    """Sign and digits of a finite number, in English: ``−`` and ``1,234.50``."""
    whole = _rounded(x, decimals)
    # Where a float hardly holds the last digit, there is no half left to round.
    shown = abs(whole) / 10**decimals if abs(whole) < 2**50 else abs(x)
    return MINUS if whole < 0 else "", f"{shown:,.{decimals}f}"


def money(x: float, cents: bool = False) -> str:
    """Dollars: ``$1,234.56``, no cents from $10,000 up unless `cents`, ``−$5.00``, ``–`` for nan.

    Halves round away from zero, so capital in whole cents, borrowed and position always add up
    when all three show cents.

    >>> money(1234.5), money(-0.001), money(12345.6)
    ('$1,234.50', '$0.00', '$12,346')
    """
    return _money(x, cents, drop="")


def moneys(*amounts: float) -> list[str]:
    """Amounts that belong together, as one sum: all show cents if any of them has any.

    >>> moneys(1000.5, 9004.5, 10005)
    ['$1,000.50', '$9,004.50', '$10,005.00']
    """
    cents = any(_has_cents(x) for x in amounts)
    return [money(x, cents) for x in amounts]


def short_moneys(*amounts: float) -> list[str]:
    """`moneys` for running text: those in whole dollars stand without cents.

    >>> short_moneys(100, 900, 1000), short_moneys(100.5, 904.5, 1005)
    (['$100', '$900', '$1,000'], ['$100.50', '$904.50', '$1,005'])
    """
    cents = any(_has_cents(x) for x in amounts)
    return [_money(x, cents, drop=".00") for x in amounts]


def _has_cents(x: float) -> bool:
    return abs(x) <= LARGEST and _rounded(x, 2) % 100 != 0


def short_money(x: float) -> str:
    """`money` for running text: whole dollars stand without cents, ``$100`` but ``$40.50``."""
    return _money(x, cents=False, drop=".00")


@_reachable
def _money(x: float, cents: bool, drop: str) -> str:
    if not math.isfinite(x):
        return UNKNOWN
    show_cents = cents or abs(_rounded(x, 2)) < WHOLE_DOLLARS_FROM * 100
    sign, digits = _fixed(x, 2 if show_cents else 0)
    now = marks()
    before, after = now.dollar
    return now.write(f"{sign}{before}{digits.removesuffix(drop)}{after}")


def money_texts(amounts: Iterable[float]) -> list[str]:
    """`money` of every element, fast enough for every step of a path."""
    x = np.asarray(amounts, dtype=float)
    with np.errstate(invalid="ignore", over="ignore"):
        cents = np.floor(np.abs(x) * 100 + 0.5 + NOISE)
        dollars = np.floor(np.abs(x) + 0.5 + NOISE)
    now = marks()
    before, after = now.dollar
    texts = [
        _money(value, False, drop="")
        if not abs(value) <= LARGEST
        else f"{MINUS if value < 0 and c else ''}{before}{c / 100:,.2f}{after}"
        if c < WHOLE_DOLLARS_FROM * 100
        else f"{MINUS if value < 0 else ''}{before}{d:,.0f}{after}"
        for value, c, d in zip(x.tolist(), cents.tolist(), dollars.tolist(), strict=True)
    ]
    return [now.write(text) for text in texts] if now.swap else texts


@_reachable
def price(x: float) -> str:
    """A price without its unit: two decimals, and four significant digits below 1.

    >>> price(90.4523), price(0.001234), price(60000)
    ('90.45', '0.001234', '60,000.00')
    """
    return marks().write(_price(x))


def price_towards(x: float, rounded: Callable[[float], int] = round) -> str:
    """A price above zero with two decimals, or four digits below 1, rounded up or down on purpose."""
    decimals = 2 if x >= 1 else 3 - math.floor(math.log10(x))
    return marks().write(f"{rounded(x * 10**decimals) / 10**decimals:,.{decimals}f}")


@_reachable
def short_price(x: float) -> str:
    """`price` for running text: whole numbers stand without decimals.

    >>> short_price(90), short_price(90.45)
    ('90', '90.45')
    """
    return marks().write(_price(x).removesuffix(".00"))


def _price(x: float) -> str:
    if not math.isfinite(x):
        return UNKNOWN
    if abs(x) < FAINTEST_PRICE:
        return "0.00"
    if abs(_rounded(x, 2)) >= 100:
        return "".join(_fixed(x, 2))
    whole, fraction = "".join(_fixed(x, 3 - math.floor(math.log10(abs(x))))).split(".")
    return f"{whole}.{fraction.rstrip('0'):0<2}"


def price_texts(prices: Iterable[float]) -> list[str]:
    """`price` of every element."""
    # Python's own rounding is ten times faster and differs only at halves.
    texts = [
        f"{x:,.2f}" if 1 <= x < 1e6 and abs(x * 100 % 1 - 0.5) > 1e-3 else _any_price(x)
        for x in np.asarray(prices, dtype=float).tolist()
    ]
    now = marks()
    return [now.write(text) for text in texts] if now.swap else texts


@_reachable
def _any_price(x: float) -> str:
    return _price(x)


def trigger(x: float) -> str:
    """A liquidation, warning or bankruptcy price: ``$90.45``, or in words that there is none."""
    return _trigger(x, drop="")


def short_trigger(x: float) -> str:
    """`trigger` for running text: ``$90`` but ``$90.45``."""
    return _trigger(x, drop=".00")


@_reachable
def _trigger(x: float, drop: str) -> str:
    if not math.isfinite(x):
        return no_trigger()
    now = marks()
    before, after = now.dollar
    sign = MINUS if x <= -FAINTEST_PRICE else ""
    return now.write(f"{sign}{before}{_price(abs(x)).removesuffix(drop)}{after}")


def percent(fraction: float, signed: bool = False) -> str:
    """A fraction as percent with two decimals: ``9.55 %``; with `signed`, ``+9.55 %``."""
    return _percent(fraction, signed, drop="")


def short_percent(fraction: float, signed: bool = False) -> str:
    """`percent` for round shares: ``10 %`` but ``9.55 %``."""
    return _percent(fraction, signed, drop=".00")


@_reachable
def _percent(fraction: float, signed: bool, drop: str) -> str:
    if not math.isfinite(fraction):
        return UNKNOWN
    now, whole = marks(), _rounded(fraction * 100, 2)
    sign = MINUS if whole < 0 else "+" if signed and whole else ""
    before, after = now.percent
    return now.write(f"{sign}{before}{f'{abs(whole) / 100:,.2f}'.removesuffix(drop)}{after}")


def multiple(x: float) -> str:
    """A leverage: ``10x``, ``7.5x``, at most two decimals."""
    return plain(x, 2) + ("x" if math.isfinite(x) else "")


@_reachable
def plain(x: float, decimals: int = 0) -> str:
    """A number with at most so many decimals: ``1,234``, ``7.5``."""
    if not math.isfinite(x):
        return UNKNOWN
    return marks().write(_trimmed("".join(_fixed(x, decimals))))


def _trimmed(number: str) -> str:
    return number.rstrip("0").rstrip(".") if "." in number else number


@_reachable
def fixed(x: float, decimals: int) -> str:
    """A number with so many decimals: ``1.250``."""
    return marks().write("".join(_fixed(x, decimals))) if math.isfinite(x) else UNKNOWN


def exact(x: float, style: str = "plain", digits: int = 10) -> str:
    """A number as precise as it was given, for a sentence that refuses it: so many digits, no exponent.

    >>> exact(0.9, "percent"), exact(-0.0), exact(50.1, "multiple"), exact(5e-324)
    ('90\xa0%', '0', '50.1x', 'almost 0')
    """
    shape = field(style)
    if not abs(x) <= LARGEST:
        return field_text(x, style)
    if 0 < abs(x) < SMALLEST:
        return WORDS["almost"].format(number=f"{shape.before}0{shape.after}")
    shown = _trimmed(f"{Decimal(f'{abs(x) * shape.factor:.{digits}g}'):,f}")
    return marks().write(f"{MINUS if x < 0 else ''}{shape.before}{shown}{shape.after}")


@_reachable
def duration(hours: float) -> str:
    """Elapsed time (not negative) in its two largest units: ``1 h 30 min``, ``3 days 4 h``, ``167 days``."""
    if not math.isfinite(hours):
        return UNKNOWN
    if _rounded(hours, 0) >= 240:
        return _counted("days", _rounded(hours / 24, 0))
    if _rounded(hours, 0) >= 24:
        days, rest = divmod(_rounded(hours, 0), 24)
        large, small = _counted("days", days), _counted("hours", rest)
    else:
        whole, rest = divmod(_rounded(hours * 60, 0), 60)
        large, small = _counted("hours", whole) if whole else "", _counted("minutes", rest)
    return f"{large} {small}".strip() if rest or not large else large


def _counted(unit: str, count: int) -> str:
    return _counted_in(language.current(), unit, count)


@lru_cache(maxsize=4096)
def _counted_in(code: str, unit: str, count: int) -> str:
    """A count and its unit, never apart at the end of a line: ``3 days``."""
    return WORDS.counted(unit, count, plain(count)).replace(" ", NBSP)


def date(time: day) -> str:
    """A date, with its clock time if it has one other than midnight: ``19 Oct 1987``."""
    code = language.current()
    clock = f" {time:%H:%M}" if isinstance(time, datetime) and (time.hour or time.minute) else ""
    if code == language.ENGLISH:  # a day first, as most of the world writes it
        return f"{time.day} {_months(code)[time.month]} {time.year:04}{clock}"
    return format_skeleton("yMMMd", time, locale=language.locale(code)) + clock


@cache
def _months(code: str) -> Mapping[int, str]:
    return get_month_names("abbreviated", locale=language.locale(code))


# --- words to numbers ----------------------------------------------------------------------------


Style = Literal["money", "price", "percent", "multiple", "plain"]


class Field(NamedTuple):
    """How a typed field shows its number; number.js does the same while a handle moves."""

    before: str = ""
    after: str = ""
    factor: int = 1  # from the value to the shown number
    decimals: int = 6  # at most
    fill: bool = False  # all decimals or none: $1,000 or $1,000.50
    decimal: str = "."
    group: str = ","
    minus: str = MINUS


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
_PLAIN = re.compile(r"[0-9]+(\.[0-9]*)?(e[+-]?[0-9]+)?|\.[0-9]+(e[+-]?[0-9]+)?")


def field(style: str) -> Field:
    """How a field of this style shows its number in the language in force."""
    return _field_in(language.current(), style)


@cache
def _field_in(code: str, style: str) -> Field:
    now, given = _marks_of(code), FIELD[style]
    before, after = {"money": now.dollar, "percent": now.percent}.get(style, (given.before, given.after))
    return given._replace(before=before, after=after, decimal=now.decimal, group=now.group, minus=now.minus)


@_reachable
def field_text(value: float, style: str) -> str:
    """The text a typed field shows for `value`; `parse_number` reads it back.

    >>> field_text(1000.5, "money"), field_text(7.5, "multiple")
    ('$1,000.50', '7.5x')
    """
    shape = field(style)
    if not math.isfinite(value):
        return f"{shape.before}{UNKNOWN}{shape.after}"
    sign, digits = _fixed(value * shape.factor, shape.decimals)
    short = _trimmed(digits)
    whole_or_short = not shape.fill or "." not in short
    return marks().write(f"{sign}{shape.before}{short if whole_or_short else digits}{shape.after}")


def parse_number(text: str, style: str = "plain") -> float:
    """Read a number the way people type it: ``$1 000.50``, ``1,000``, ``10×``, ``−12 %``, ``12,5``, ``1k``.

    One comma before exactly three digits separates thousands, as on screen; any other single comma
    is a decimal comma. Where the screen separates thousands by points, points are read that way.
    Percent returns a fraction.

    Raises
    ------
    ValueError
        With a sentence that says what was typed and what is expected.
    """
    if not text.strip():
        raise _refusal("nothing_typed", style)
    number, unit, scale = _split_unit(_plain_characters(text))
    if unit and unit not in _UNITS[style].split("|"):
        raise _refusal("wrong_unit", style, text=brief(text), unit=unit)
    sign, digits = (-1, number[1:]) if number.startswith("-") else (1, number.removeprefix("+"))
    plain = _without_separators(digits, marks().group)
    if plain is None or not math.isfinite(value := sign * float(plain) * scale):
        raise _refusal("unreadable_number", style, text=brief(text))
    return value / FIELD[style].factor if value else 0.0


def brief(text: str) -> str:
    """A text from outside, short enough to be told again."""
    text = text.strip()
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"


def parse_plain(text: str) -> float:
    """Read a number as links write it: western digits, a point, perhaps an exponent.

    Raises
    ------
    ValueError
        If it is none, or not finite.
    """
    text = text.strip(" ").lower()
    sign, digits = (-1, text[1:]) if text.startswith("-") else (1, text.removeprefix("+"))
    if not _PLAIN.fullmatch(digits) or not math.isfinite(value := sign * float(digits)):
        raise ValueError(f"{brief(text)!r} is not a number")
    return value + 0.0  # there is no minus zero


def inside(value: float, low: float, high: float) -> float:
    """`value` held within the limits of its field, which may show an end a hair beyond it; nan = outside."""
    held = min(max(value, low), high)
    return held if value == held or math.isclose(value, held, rel_tol=1e-6) else math.nan


def as_shown(value: float, style: str) -> float:
    """The number that a field shows for `value`, which is at most LARGEST."""
    return parse_number(field_text(value, style), style)


def _refusal(code: str, style: str, **blanks: str) -> ValueError:
    return ValueError(PROBLEMS[code].format(expected=PROBLEMS[f"expected_{style}"], **blanks))


def _plain_characters(text: str) -> str:
    text = re.sub(r"[\u200e\u200f\u061c]", "", text)  # which way to read, in languages from right to left
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


def _without_separators(digits: str, group: str) -> str | None:
    """The digits with a decimal point and nothing else, or None if they are no number."""
    decimal = max(digits.rfind("."), digits.rfind(","))
    found = [c for c in digits if c in ".,"]
    if len(found) > 1 and len(set(found)) == 1:
        decimal = -1  # 1,000,000: the only mark repeats, so it separates thousands
    elif found == [group] and re.fullmatch(r"[1-9][0-9]{0,2}[.,][0-9]{3}", digits):
        decimal = -1
    whole, fraction = (digits, "") if decimal < 0 else (digits[:decimal], digits[decimal + 1 :])
    if re.search(r"[., ]", whole):
        if not re.fullmatch(r"[0-9]{1,3}(?P<mark>[., ])[0-9]{3}(?:(?P=mark)[0-9]{3})*", whole):
            return None
        whole = re.sub(r"[., ]", "", whole)
    number = f"{whole}.{fraction}" if fraction else whole
    return number if _PLAIN.fullmatch(number) else None
