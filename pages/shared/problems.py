"""Problems as sentences: the reasons that the engine, a link or a typed number gives, in words."""

from collections.abc import Callable, Mapping
from math import ceil, floor
from types import MappingProxyType
from typing import Any

from engine.market.file_problem import PriceFileError
from engine.problem import Problem
from pages.shared import formats
from pages.shared.dials import DIALS
from pages.shared.words import read

WORDS = read("problems")
LABELS = read("controls")


def sentence(problem: Problem) -> str:
    """The sentence that says what is wrong; those of a file one below the other. It is no markdown.

    >>> sentence(Problem("waypoint_count", "points", count=1, low=2, high=201))
    'points has 1 waypoints; a path has 2 to 201. Add or delete waypoints.'
    """
    if isinstance(problem, PriceFileError):
        shown = [sentence(each) for each in problem.problems]
        rest = problem.count - len(shown)
        return "\n".join([*shown, say("more", more=formats.plain(rest))] if rest else shown)
    section, blanks = problem.code, blanks_of(problem)
    if section == "wrong_number_of_values" and problem.values["found"] == 1:
        section = "one_value"
    said = say(section, **blanks)
    return (
        say("line", line=formats.plain(problem.values["line"]), sentence=said)
        if "line" in problem.values
        else said
    )


def say(section: str, **blanks: str) -> str:
    """A section of problems.md with its blanks filled."""
    return WORDS[section].format(**blanks)


def blanks_of(problem: Problem) -> dict[str, str]:
    """The values of a problem as they stand in its sentence."""
    values = dict(problem.values)
    forms = _FORMS.get(problem.code, {})
    blanks = {name: forms.get(name, str)(value) for name, value in values.items()}
    return blanks | (_MORE[problem.code](values) if problem.code in _MORE else {})


# --- numbers -------------------------------------------------------------------------------------


def _percent(fraction: object) -> str:
    return _given(fraction, "percent")


def _given(value: object, style: formats.Style = "plain") -> str:
    """What was given; it may be no number at all."""
    return formats.exact(value, style) if isinstance(value, int | float) else formats.brief(str(value))


# --- words of a file -----------------------------------------------------------------------------


def _quoted(cell: object) -> str:
    text = str(cell)
    text = text if len(text) <= 30 else text[:29] + "…"
    return "“" + "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text) + "”"


def _listed(headings: tuple[str, ...]) -> str:
    return ", ".join(map(_quoted, headings[:12])) + (" …" if len(headings) > 12 else "")


# --- blanks that several values make --------------------------------------------------------------


def _limits(values: Mapping[str, Any]) -> dict[str, str]:
    style = DIALS[values["name"]].style
    return _label(values) | {key: formats.exact(values[key], style) for key in ("given", "low", "high")}


def _label(values: Mapping[str, Any]) -> dict[str, str]:
    return {"label": LABELS[values["name"]].partition("\n")[0]}


def _nearest_above(values: Mapping[str, Any]) -> dict[str, str]:
    # Rounded towards the entry price, here and below, so that what is named is itself allowed.
    return {"nearest": formats.price_towards(values["trigger"], ceil)}


def _nearest_below(values: Mapping[str, Any]) -> dict[str, str]:
    return {"nearest": formats.price_towards(values["trigger"], floor)}


def _model(values: Mapping[str, Any]) -> dict[str, str]:
    """How a time is best written: like the first that could be read, if there is one."""
    if "like" not in values:
        return {"model": WORDS["model"]}
    return {
        "model": say("model_like", like=_quoted(values["like"]), like_line=formats.plain(values["like_line"]))
    }


def _holds(values: Mapping[str, Any]) -> dict[str, str]:
    return {"holds": WORDS[f"holds_{values['kind']}"]}


_number, _money, _count = formats.exact, formats.price, formats.plain
_PRICE = dict.fromkeys(("stop", "entry", "trigger"), formats.price_towards)
_ROOM = {"leverage": _number, "backing": _money, "notional": _money, "required": _money, "most": _number}
_CELL = {"cell": _quoted, "price": lambda name: WORDS[f"price_{name}"]}
_HEADINGS = {"headings": _listed}
_ORDER = {"before": _count}
_FORMS: Mapping[str, Mapping[str, Callable[[Any], str]]] = MappingProxyType(
    {
        "not_whole": {"given": _number},
        "leverage_beyond_tier": {"leverage": _number, "notional": _money, "limit": _number},
        "closed_at_once": _ROOM,
        "closed_at_once_by_venue": _ROOM,
        "closed_at_once_at_any_leverage": _ROOM,
        "stop_above_long": _PRICE,
        "stop_below_short": _PRICE,
        "stop_beyond_trigger_long": _PRICE,
        "stop_beyond_trigger_short": _PRICE,
        "position_beyond_table": {"notional": _money, "limit": _money},
        "share_too_cheap": {"minimum": _money, "price": _money},
        "unknown_shape": {"given": repr, "choices": ", ".join},
        "move_outside": {"given": _percent, "low": _percent, "high": _percent},
        "step_hours_outside": {"given": _given, "high": _number},
        "volatility_outside": {"given": _percent, "high": _percent},
        "waypoint_outside": {"given": _given, "low": _number, "high": _number},
        "not_a_whole_number_within": {"given": _given, "low": _number, "high": _number},
        "start_too_late": {"given": _given, "bars": _count, "latest": _count},
        "waypoint_count": {"count": _count, "low": _count, "high": _count},
        "headings_only": _HEADINGS,
        "no_time_column": _HEADINGS,
        "no_price_column": _HEADINGS,
        "several_assets": _HEADINGS,
        "heading_twice": {"heading": _quoted},
        "no_prices": {"heading": _quoted},
        "no_price_at_all": {"heading": _quoted},
        "which_mark": _CELL,
        "footer_row": _CELL,
        "price_below_zero": _CELL,
        "too_many_bytes": {
            "given": lambda size: _count(size / 1e6),
            "limit": lambda size: _count(size / 1e6),
        },
        "too_many_lines": {"given": _count, "limit": _count},
        "not_text": {"kind": lambda kind: WORDS[f"kind_{kind}"]},
        "too_many_columns": {"found": _count},
        "day_or_month": _CELL,
        "not_a_time": _CELL,
        "time_changed_by_spreadsheet": _CELL,
        "same_time": _ORDER,
        "earlier_than_row_above": _ORDER,
        "later_than_row_above": _ORDER,
        "price_missing": _CELL,
        "price_not_a_number": _CELL,
        "price_not_above_zero": _CELL,
        "price_infinite": _CELL,
        "price_out_of_range": {**_CELL, "low": _number, "high": _number},
        "high_below_low": {"high": _number, "low": _number},
        "price_outside_bar": {**_CELL, **dict.fromkeys(("value", "low", "high"), _number)},
    }
)
_MORE: Mapping[str, Callable[[Mapping[str, Any]], dict[str, str]]] = MappingProxyType(
    {
        "outside_limits": _limits,
        "not_whole": _label,
        "stop_beyond_trigger_long": _nearest_above,
        "stop_beyond_trigger_short": _nearest_below,
        "time_missing": _model,
        "not_a_time": _model,
        "time_changed_by_spreadsheet": _model,
        "no_prices": _holds,
    }
)
