"""Choices ⇄ the query string of a link. Names are field names and so public: renaming breaks links."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from math import isfinite, isnan, nan
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

from engine.margin.rules import RULE_FIELDS
from engine.margin.scenario import FIELDS as ALL_SCENARIO_FIELDS
from engine.margin.scenario import Keeper, Scenario, ScenarioError, Side, with_leverage
from engine.margin.short_stock import MINIMUM, NO_MINIMUM_FROM
from engine.market.prices import PathChoice, PathError, Shape
from engine.venues.records import VENUES
from engine.venues.terms import Contract, Venue
from pages.shared import language, problems

Value = Any  # a number, a text, an enum or a tuple of floats: whatever the field of that name holds
# Parameters that are no settings: Streamlit's own, the language, how far a lesson is shown, which puzzle.
NO_SETTINGS = ("embed", "embed_options", "lang", "view", "step", "stage", "puzzle")


@dataclass(frozen=True, slots=True)
class Choices:
    """Everything a learner chose on a page.

    compare : leverage of a second run on the same path; nan = none
    venue : slug of the venue whose rule holds in place of the maintenance rate, the closing fee and the
        keeper of what is left among the fields; empty = none
    """

    scenario: Scenario = Scenario()
    path: PathChoice = PathChoice()
    compare: float = nan
    venue: str = ""


# One price and one asset that is worth it: what a replay can follow. The rest is on the compare page.
_REPLAYED = (Contract.LINEAR, Contract.STOCK, Contract.CFD)
REPLAYED = tuple(
    slug for slug, venue in VENUES.items() if venue.contract in _REPLAYED and not venue.rate_per_unit
)
# What a venue sets: no field of a link, and fields whose own value then does not count.
BY_VENUE = ("tiers", "basis")
OVERRULED = ("closing_fee", "leftover")
SCENARIO_FIELDS = tuple(name for name in ALL_SCENARIO_FIELDS if name not in BY_VENUE)
DEFAULT = Choices()
PATH_FIELDS = tuple(field.name for field in fields(PathChoice))
FIELDS = (*SCENARIO_FIELDS, *PATH_FIELDS, "compare", "venue")
# What a value that cannot be read is not; of all others: a number.
_UNREADABLE = {
    "side": "not_a_choice",
    "leftover": "not_a_choice",
    "shape": "not_a_choice",
    "venue": "not_a_choice",
    "points": "not_a_list_of_numbers",
}
NOTHING: Mapping[str, Value] = MappingProxyType({})


def flat(choices: Choices) -> dict[str, Value]:
    """Every choice by its name."""
    return {
        **{name: getattr(choices.scenario, name) for name in SCENARIO_FIELDS},
        **{name: getattr(choices.path, name) for name in PATH_FIELDS},
        "compare": choices.compare,
        "venue": choices.venue,
        **({name: getattr(DEFAULT.scenario, name) for name in OVERRULED} if choices.venue else {}),
    }


def build(values: Mapping[str, Value]) -> Choices:
    """Choices from every field by its name.

    Raises
    ------
    ScenarioError, PathError
        With the field to blame.
    """
    given = {name: values[name] for name in SCENARIO_FIELDS}
    if values["venue"]:
        given |= by_venue(values["venue"], given["side"])
    scenario = Scenario(**given)
    if values["venue"]:
        _refuse_beyond_table(VENUES[values["venue"]], scenario)
        _refuse_cheap_short(VENUES[values["venue"]], scenario)
    path = PathChoice(**{name: values[name] for name in PATH_FIELDS})
    compare = float(values["compare"])
    if not isnan(compare):
        try:
            with_leverage(scenario, compare)
        except ScenarioError as error:
            raise ScenarioError(error.code, "compare", **error.values) from error
    return Choices(scenario, path, compare, values["venue"])


def _refuse_beyond_table(venue: Venue, scenario: Scenario) -> None:
    if scenario.notional > venue.largest_notional:
        raise ScenarioError(
            "position_beyond_table",
            "capital",
            notional=scenario.notional,
            venue=venue.name,
            limit=venue.largest_notional,
        )


def _refuse_cheap_short(venue: Venue, scenario: Scenario) -> None:
    """A minimum of dollars a share is no share of the value, which is what a replay can follow."""
    cheap = scenario.entry_price < NO_MINIMUM_FROM
    if venue.has_share_minimum and scenario.side is Side.SHORT and cheap:
        raise ScenarioError(
            "share_too_cheap", "entry_price", venue=venue.name, minimum=MINIMUM, price=NO_MINIMUM_FROM
        )


def by_venue(slug: str, side: Side) -> dict[str, Any]:
    """The fields of a scenario that a venue sets."""
    venue = VENUES[slug]
    return {
        "tiers": venue.tiers_for(side),
        "basis": venue.basis,
        "closing_fee": venue.closing_fee,
        "leftover": venue.leftover.keeper,
    }


def encode(
    values: Mapping[str, Value], only: Iterable[str] = FIELDS, start: Mapping[str, Value] = NOTHING
) -> str:
    """Query string of what differs from the defaults, or from `start`; empty for the default view.

    >>> encode(flat(DEFAULT) | {"leverage": 7.5, "side": Side.SHORT})
    'side=short&leverage=7.5'
    """
    defaults = flat(DEFAULT) | dict(start)
    return urlencode({name: _text(values[name]) for name in only if not same(values[name], defaults[name])})


def decode(
    query: Mapping[str, str], only: Iterable[str] = FIELDS, start: Mapping[str, Value] = NOTHING
) -> tuple[dict[str, Value], list[str]]:
    """Choices in a link, and a sentence for each part of it that was dropped.

    Never raises: what cannot be used falls back to its default.

    >>> decode({"leverage": "7.5"})[0]["leverage"]
    7.5
    >>> decode({"leverage": "lots"})[1]
    ['leverage “lots” is not a number.']
    """
    defaults, allowed = flat(DEFAULT) | dict(start), set(only)
    values, notes = dict(defaults), []
    for name, text in query.items():
        if name in NO_SETTINGS and (name != "lang" or language.offered(text)):
            continue
        shown = _shown(text)
        if name not in allowed:
            notes.append(problems.say("unknown_setting", name=name[:40]))
            continue
        try:
            values[name] = _value(name, text, defaults[name])
        except ValueError:
            notes.append(problems.say(_UNREADABLE.get(name, "not_a_number"), name=name, text=shown))
    if values["venue"]:
        # A venue may allow less than the leverage that everybody starts with.
        defaults["leverage"] = min(defaults["leverage"], VENUES[values["venue"]].max_leverage)
        if "leverage" not in query:
            values["leverage"] = defaults["leverage"]
    return _drop_refused(values, defaults, notes)


def encode_numbers(numbers: Mapping[str, float], start: Mapping[str, float]) -> str:
    """Query string of the numbers that differ from `start`.

    >>> encode_numbers({"impact": 2.5, "shock": 94.5}, {"impact": 2.0, "shock": 94.5})
    'impact=2.5'
    """
    return urlencode({name: _text(value) for name, value in numbers.items() if value != start[name]})


def decode_numbers(
    query: Mapping[str, str], start: Mapping[str, float]
) -> tuple[dict[str, float], list[str]]:
    """Numbers in a link by the names in `start`, and a sentence for each that was dropped.

    >>> decode_numbers({"impact": "lots"}, {"impact": 2.0, "shock": 94.5})
    ({'impact': 2.0, 'shock': 94.5}, ['impact “lots” is not a number.'])
    """
    values, notes = dict(start), []
    for name in (name for name in start if name in query):
        try:
            values[name] = _number(query[name])
        except ValueError:
            notes.append(problems.say("not_a_number", name=name, text=_shown(query[name])))
    return values, notes


def _drop_refused(
    values: dict[str, Value], defaults: Mapping[str, Value], notes: list[str]
) -> tuple[dict[str, Value], list[str]]:
    """Put fields back to their defaults until the choices hold together."""
    for _ in FIELDS:
        try:
            build(values)
            return values, notes
        except (ScenarioError, PathError) as error:
            notes.append(problems.sentence(error))
            blamed = error.field
            if not same(values[blamed], defaults[blamed]):
                values[blamed] = defaults[blamed]
                continue
            # Innocent by itself: it is the rules around it.
            around = (*RULE_FIELDS, "venue")
            rules = {name: defaults[name] for name in around if not same(values[name], defaults[name])}
            if not rules:
                return dict(defaults), notes
            values |= rules
    return dict(defaults), notes


def _value(name: str, text: str, default: Value) -> Value:
    match name:
        case "side":
            return Side(text)
        case "leftover":
            return Keeper(text)
        case "shape":
            return Shape(text)
        case "venue":
            if text and text not in REPLAYED:
                raise ValueError
            return text
        case "points":
            return tuple(_number(part) for part in text.split(","))
        case _ if isinstance(default, int):
            number = _number(text)
            if number != int(number):
                raise ValueError
            return int(number)
        case _:
            return _number(text)


def _number(text: str) -> float:
    number = float(text)
    if not isfinite(number):
        raise ValueError
    return number


def _text(value: Value) -> str:
    if isinstance(value, tuple):
        return ",".join(_text(part) for part in value)
    return f"{value:.15g}" if isinstance(value, float) and float(f"{value:.15g}") == value else str(value)


def _shown(text: str) -> str:
    return text if len(text) <= 40 else text[:40] + "…"


def same(a: Value, b: Value) -> bool:
    """Equal, or both absent."""
    return a == b or (isinstance(a, float) and isinstance(b, float) and isnan(a) and isnan(b))
