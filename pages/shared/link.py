"""Choices ⇄ the query string of a link. Names are field names and so public: renaming breaks links."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from math import isnan, nan
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl, urlencode

from engine.margin.derived import with_leverage
from engine.margin.rules import RULE_FIELDS
from engine.margin.scenario import FIELDS as ALL_SCENARIO_FIELDS
from engine.margin.scenario import Keeper, Scenario, ScenarioError, Side
from engine.margin.short_stock import MINIMUM, NO_MINIMUM_FROM
from engine.market.prices import PathChoice, PathError, Shape
from engine.problem import Problem
from engine.venues.records import VENUES
from engine.venues.terms import Contract, Venue
from pages.shared import formats, language, problems
from pages.shared.dials import DIALS, Own, held, typed_ends

Value = Any  # float, int, str, Side, Shape or a tuple of floats: whatever the field of that name holds
EMBEDDING = ("embed", "embed_options")  # Streamlit's own
# Parameters that are no settings: besides these the language, how far a lesson is shown, which puzzle.
NO_SETTINGS = (*EMBEDDING, "lang", "view", "step", "stage", "puzzle")
NAMED = 3  # of many names that no page knows


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
    query: Mapping[str, str],
    only: Iterable[str] = FIELDS,
    start: Mapping[str, Value] = NOTHING,
    also: Mapping[str, Collection[str]] = NOTHING,
) -> tuple[dict[str, Value], list[str]]:
    """Choices in a link, and a sentence for each part of it that was dropped.

    Never raises: what cannot be used falls back to its default. A number is what its control shows.

    Parameters
    ----------
    also : what the page reads besides, by name: the words that each may be

    >>> decode({"leverage": "7.5"})[0]["leverage"]
    7.5
    >>> decode({"leverage": "lots"})[1]
    ['leverage “lots” is not a number.']
    """
    defaults, allowed = flat(DEFAULT) | dict(start), set(only)
    values, notes = dict(defaults), []
    for name, text in query.items():
        if name in allowed:
            try:
                values[name] = _value(name, text, defaults[name])
            except Problem as problem:
                notes.append(problems.sentence(problem))
            except ValueError:
                unreadable = _UNREADABLE.get(name, "not_a_number")
                notes.append(problems.say(unreadable, name=name, text=_shown(text)))
    notes += _not_among(query, allowed, also)
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
    query: Mapping[str, str], own: Mapping[str, Own], labels: Mapping[str, str] = NOTHING
) -> tuple[dict[str, float], list[str]]:
    """A page's own numbers in a link, and a sentence for each that was dropped; `labels` name them in it.

    >>> shock = Own(94.5, Dial(90, 100, 0.1, "price"))
    >>> decode_numbers({"shock": "lots"}, {"shock": shock})
    ({'shock': 94.5}, ['shock “lots” is not a number.'])
    """
    values, notes = {name: number.start for name, number in own.items()}, []
    for name in (name for name in own if name in query):
        dial, label = own[name].dial, labels.get(name, name)
        try:
            given = formats.parse_plain(query[name])
        except ValueError:
            notes.append(problems.say("not_a_number", name=name, text=_shown(query[name])))
            continue
        low, high, shown = (formats.exact(number, dial.style) for number in (*typed_ends(dial), given))
        if isnan(value := held(given, dial)):
            notes.append(problems.say("outside_limits", label=label, given=shown, low=low, high=high))
        elif dial.whole and value != round(value):
            notes.append(problems.say("not_whole", label=label, given=shown))
        else:
            values[name] = value
    return values, notes


def names_in(query: str) -> set[str]:
    """The names in a query string, but for Streamlit's own."""
    return {name for name, _ in parse_qsl(query, keep_blank_values=True)} - set(EMBEDDING)


def given_twice(names: Iterable[str]) -> list[str]:
    """A sentence for each part of a link that was given more than once."""
    return [problems.say("given_twice", name=f"“{name[:40]}”") for name in list(names)[:NAMED]]


def _not_among(
    query: Mapping[str, str], allowed: Collection[str], also: Mapping[str, Collection[str]]
) -> list[str]:
    """A sentence for the words a page does not know, and one for all names it does not know."""
    notes, unknown = [], []
    for name, text in query.items():
        if name == "lang":
            known = bool(language.offered(text))
        elif name in also:
            known = text in also[name]
        elif name in allowed or name in EMBEDDING:
            continue
        else:
            unknown.append(f"“{name[:40]}”")
            continue
        if not known:
            notes.append(problems.say("not_a_choice", name=name, text=_shown(text)))
    if len(unknown) == 1:
        notes.append(problems.say("unknown_setting", name=unknown[0].strip("“”")))
    elif len(unknown) <= NAMED and unknown:
        notes.append(problems.say("unknown_settings", names=", ".join(unknown)))
    elif unknown:
        more = formats.plain(len(unknown) - NAMED)
        notes.append(problems.say("unknown_settings_more", names=", ".join(unknown[:NAMED]), more=more))
    return notes


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
            return tuple(formats.parse_plain(part) for part in text.split(","))
    given = formats.parse_plain(text)
    if isinstance(default, int) and given != int(given):
        raise ValueError
    value, dial = held(given, DIALS[name], name), DIALS[name]
    if isnan(value):
        low, high = typed_ends(dial, name)
        raise Problem("outside_limits", name, name=name, given=given, low=low, high=high)
    return int(value) if isinstance(default, int) else value


def _text(value: Value) -> str:
    if isinstance(value, tuple):
        return ",".join(_text(part) for part in value)
    if not isinstance(value, float):
        return str(value)
    text = f"{value:.15g}" if float(f"{value:.15g}") == value else repr(value)
    return f"{Decimal(text):f}" if "e" in text else text


def _shown(text: str) -> str:
    return text if len(text) <= 40 else text[:40] + "…"


def same(a: Value, b: Value) -> bool:
    """Equal, or both absent."""
    return a == b or (isinstance(a, float) and isinstance(b, float) and isnan(a) and isnan(b))
