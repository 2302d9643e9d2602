"""One position under everybody's rules: the picture, the sentence and the tables of the compare page."""

from collections.abc import Sequence
from dataclasses import replace
from math import isclose, isnan
from statistics import median

from engine.margin.lending import DUST
from engine.margin.risk import Basis
from engine.margin.scenario import Scenario, Side
from engine.margin.short_stock import CHEAP_MINIMUM, MINIMUM
from engine.venues.quotes import VenueQuote, quote, quotes_by_leverage
from engine.venues.records import VENUES
from engine.venues.terms import Contract, Gauge, Step, Venue
from pages.shared import formats
from pages.shared.drawing import theme
from pages.shared.drawing.charts import base_axis, base_layout
from pages.shared.drawing.labels import SMALL, Dict, text_label
from pages.shared.words import plain, read, say

WORDS = read("compare")
# One bitcoin.
ONE_COIN = {"capital": 5_000.0, "leverage": 10.0, "entry_price": 50_000.0}
ROW = 50
LEVERAGES = (2.0, 3.0, 5.0, 10.0, 20.0, 50.0, 100.0, 125.0, 150.0)
# What a rate is a share of, where that is not the value of the position.
OF_WHAT = {Contract.SPOT: "debt", Contract.LENDING: "collateral"}
CONVENTIONS: tuple[tuple[str, float | None, Basis], ...] = (
    ("nothing", 0.0, "mark"),
    ("entry", None, "entry"),
    ("mark", None, "mark"),
)


def quotes(scenario: Scenario) -> list[VenueQuote]:
    """The position at every venue, the first to close it first; those that do not offer it at the end."""
    s = scenario
    found = [quote(venue, s.side, s.capital, s.leverage, s.entry_price) for venue in VENUES.values()]
    return sorted(found, key=lambda q: (not q.is_offered, not q.is_known, isnan(q.move), abs(q.move)))


def offered(found: Sequence[VenueQuote]) -> list[VenueQuote]:
    """Those at which the position can be opened and whose rule for its size is in hand."""
    return [q for q in found if q.is_offered and q.is_known]


def picture(found: Sequence[VenueQuote]) -> tuple[Dict, Dict, int]:
    """How far the price may move at each venue, the height, and what differs on a phone.

    Up to the trigger the position lives; from there to the bankruptcy price is what is left.
    """
    shown = offered(found)
    rows = list(range(len(shown)))
    ends = [abs(q.bankruptcy_price / _entry(q) - 1) if q.bankruptcy_price > 0 else 0.0 for q in shown]
    moves = [0.0 if isnan(q.move) else abs(q.move) for q in shown]
    # One that reaches many times as far as the others, as a coin's own contract can, leaves the picture.
    far = min(max([*ends, *moves, 0.001]), 3 * median([*filter(None, moves), 1.0])) * 1.02
    cushions = [max(end - move, 0.0) if move else 0.0 for end, move in zip(ends, moves, strict=True)]
    bars = [
        _bar(rows, moves, [0.0] * len(rows), theme.EQUITY_FILL, theme.EQUITY, "room"),
        _bar(rows, cushions, moves, theme.CUSHION_FILL, theme.LIQUIDATION, "cushion"),
    ]
    height = 64 + ROW * len(rows)
    layout = _layout(len(rows), height, far)
    wide = {"data": [*bars, _marks(moves)], "layout": layout | {"annotations": _words(shown, SMALL + 1)}}
    return wide, {"annotations": _words(shown, SMALL)}, height


def _marks(moves: Sequence[float]) -> Dict:
    """A stroke at each trigger."""
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "trigger",
        "x": [move for move in moves if move],
        "y": [row for row, move in enumerate(moves) if move],
        "marker": {"symbol": "line-ns", "size": 16, "line": {"width": 4, "color": theme.LIQUIDATION}},
        "hoverinfo": "skip",
    }


def _layout(rows: int, height: int, far: float) -> Dict:
    return {
        **base_layout(height, {"l": 12, "r": 12, "t": 26, "b": 40}),
        "barmode": "overlay",
        "hovermode": False,
        "dragmode": False,
        "xaxis": {
            **base_axis(WORDS["axis"]),
            "range": [0, far],
            "tickformat": ".3~p",
            "fixedrange": True,
            "nticks": 6,
        },
        "yaxis": {
            **base_axis(""),
            "range": [rows - 0.45, -0.75],
            "fixedrange": True,
            "visible": False,
        },
    }


def _words(shown: Sequence[VenueQuote], size: int) -> list[Dict]:
    """Over each bar the venue at the left edge, and its trigger at the right one."""
    labels = []
    for row, q in enumerate(shown):
        over = {"yanchor": "bottom", "yshift": 9}
        labels.append(text_label(f"<b>{q.venue.name}</b>", 0, row, theme.INK, **over))
        closes = f"<b>{formats.trigger(q.liquidation_price)}</b>"
        told = formats.no_trigger() if isnan(q.move) else f"{closes}  {_move(q)}"
        place = {"xref": "paper", "xanchor": "right"}
        labels.append(text_label(told, 1, row, theme.LIQUIDATION_TEXT, **over | place))
    for label in labels:
        label["font"]["size"] = size
    return labels


def sentence(scenario: Scenario, found: Sequence[VenueQuote]) -> str:
    """Who closes the position first and last, and what is left of it then."""
    s, closing = scenario, [q for q in offered(found) if not isnan(q.move)]
    position = {
        "capital": formats.short_money(s.capital),
        "leverage": formats.multiple(s.leverage),
        "entry": formats.short_trigger(s.entry_price),
        "side": WORDS[f"side_{s.side}"],
    }
    if not closing:
        return say(WORDS["nobody"], **position)
    first, last = closing[0], closing[-1]
    shares = sorted(q.left_share for q in closing)
    return say(
        WORDS["sentence"],
        **position,
        first=first.venue.name,
        first_price=formats.trigger(first.liquidation_price),
        first_move=_move(first),
        last=last.venue.name,
        last_price=formats.trigger(last.liquidation_price),
        last_move=_move(last),
        least=formats.percent(shares[0]),
        most=formats.percent(shares[-1]),
    )


def alt(scenario: Scenario, found: Sequence[VenueQuote]) -> str:
    """The picture in words."""
    if not offered(found):
        return WORDS["alt_nobody"]
    told = "; ".join(f"{q.venue.name} {formats.trigger(q.liquidation_price)}" for q in offered(found))
    return plain(WORDS["alt"], entry=formats.trigger(scenario.entry_price), venues=told)


def missing(scenario: Scenario, found: Sequence[VenueQuote]) -> str:
    """Who does not offer the position, and why; empty if everybody does."""
    absent = [q for q in found if not q.is_offered]
    unknown = [q for q in found if q.is_offered and not q.is_known]
    told = ", ".join(f"{q.venue.name} ({refusal(q)})" for q in absent)
    above = ", ".join(f"{q.venue.name} ({unknown_above(q.venue)})" for q in unknown)
    sentences = [say(WORDS["missing"], venues=told)] if absent else []
    sentences += [say(WORDS["unknown"], venues=above)] if unknown else []
    return " ".join(sentences)


def unknown_above(venue: Venue) -> str:
    """From which size on nothing is known of the venue's rule."""
    if not venue.known_notional:
        return WORDS["unknown_all"]
    return WORDS["unknown_above"].format(size=formats.short_money(venue.known_notional))


def refusal(q: VenueQuote) -> str:
    """Why the venue does not offer the position."""
    return WORDS[f"refusal_{q.refusal}"].format(
        leverage=formats.multiple(round(q.max_leverage, 1)),
        equity=formats.short_money(q.venue.minimum_equity),
        since=formats.date(q.venue.status_since) if q.venue.status_since else "",
    )


def triggers(found: Sequence[VenueQuote]) -> list[tuple[str, ...]]:
    """A row a venue: trigger, move, what is left, what its own screen says."""
    return [
        (
            q.venue.name,
            formats.trigger(q.liquidation_price),
            _move(q),
            formats.UNKNOWN
            if isnan(q.left)
            else f"{formats.money(q.left)} ({formats.percent(q.left_share)})",
            WORDS[f"keeps_{q.venue.leftover}"],
            *screen(q),
        )
        for q in offered(found)
    ]


def screen(q: VenueQuote) -> tuple[str, str, str]:
    """What the venue calls its number and which way is safe, its first reading, and its last."""
    kind = q.venue.gauge
    sense = WORDS[f"sense_{kind}"].partition(":")[0].lower()
    return (
        f"{WORDS[f'gauge_{kind}']} ({sense})",
        _reading(kind, q.gauge_at_open),
        _reading(kind, q.gauge_at_trigger),
    )


def _reading(kind: Gauge, value: float) -> str:
    if isnan(value) or value > 1e9:
        return formats.UNKNOWN
    if kind is Gauge.HEALTH_FACTOR:
        return formats.fixed(value, 2)
    if kind is Gauge.LEVERAGE:
        return formats.multiple(round(value, 1))
    return formats.short_percent(value)


def card(venue: Venue) -> str:
    """How one venue does it, with the source."""
    example = quote(venue, Side.LONG, **ONE_COIN | {"leverage": min(2.0, venue.max_leverage)})
    steps = " ".join(_step(i, step) for i, step in enumerate(venue.closeout, 1))
    if venue.closeout == (Step.WHOLE,):
        steps = WORDS["step_all"]
    unread = ", ".join(WORDS[f"unread_{fact}"] for fact in venue.unread)
    return say(
        WORDS["card"],
        name=venue.name,
        contract=WORDS[f"contract_{venue.contract}"],
        required=_required(venue),
        tiers=_tiers(venue),
        fee=formats.field_text(venue.closing_fee, "percent") if venue.closing_fee else WORDS["fee_none"],
        trigger=WORDS[f"trigger_{venue.trigger}"],
        gauge=WORDS[f"gauge_{venue.gauge}"],
        sense=WORDS[f"sense_{venue.gauge}"].format(end=_reading(venue.gauge, example.gauge_at_trigger)),
        steps=steps,
        leftover=WORDS[f"leftover_{venue.leftover}"],
        shortfall=WORDS[f"shortfall_{venue.shortfall}"],
        leverage=formats.multiple(round(venue.max_leverage, 2)),
        source=venue.source,
        date=dates(venue),
        unread=f"{WORDS['unread'].format(facts=unread)} " if unread else "",
    )


def _step(number: int, step: Step) -> str:
    return f"{number}. {WORDS[f'step_{step}'].format(dust=formats.short_money(DUST))}"


def dates(venue: Venue) -> str:
    """Since when the rule holds, when it was read, and whether the venue can still be used."""
    since = venue.valid_from
    told = [
        WORDS["date_valid"].format(since=formats.date(since)) if since else WORDS["date_unknown"],
        WORDS["date_seen"].format(seen=formats.date(venue.seen_on)),
    ]
    if venue.status_since:
        told.append(WORDS[f"status_{venue.status}"].format(since=formats.date(venue.status_since)))
    return " ".join(told)


def _required(venue: Venue) -> str:
    """What the venue asks of the smallest position."""
    first = venue.tiers[0]
    of_what = OF_WHAT.get(venue.contract, venue.basis)
    key = "required"
    if venue.short_tiers:
        key = "required_sides"
    elif first.amount < 0:
        key = "required_fixed" if first.rate else "required_least"
    return WORDS[key].format(
        rate=formats.percent(first.rate),
        short_rate=formats.percent(venue.tiers_for(Side.SHORT)[0].rate),
        of=WORDS[f"basis_{of_what}"],
        amount=formats.short_money(-first.amount),
    )


def _tiers(venue: Venue) -> str:
    """How that changes with the size."""
    last, least = venue.tiers[-1], venue.tiers[0].amount
    key = "tiers_many" if len(venue.tiers) > 1 else "tiers_one"
    if least < 0:
        key = "tiers_fixed"
    told = [
        WORDS[key].format(
            count=len(venue.tiers), rate=formats.percent(last.rate), floor=formats.short_money(last.floor)
        )
    ]
    if venue.rate_per_unit:
        told = [WORDS["tiers_unit"].format(rate=formats.field_text(venue.rate_per_unit, "percent"))]
    if venue.has_share_minimum:
        minimum, cheap = map(formats.short_money, (MINIMUM, CHEAP_MINIMUM))
        told.append(WORDS["share_minimum"].format(minimum=minimum, cheap=cheap))
    if venue.house_rates:
        low, high = map(formats.short_percent, venue.house_rates)
        told.append(WORDS["house"].format(low=low, high=high))
    return " ".join(told)


def by_leverage(venue: Venue, notional: float, entry_price: float) -> list[tuple[str, ...]]:
    """A row a leverage for the same size: how far a long and a short may go, and what is left then."""
    rows = []
    both = (quotes_by_leverage(venue, side, notional, LEVERAGES, entry_price) for side in Side)
    for leverage, long, short in zip(LEVERAGES, *both, strict=True):
        if long.is_offered and short.is_offered:
            left = formats.UNKNOWN if isnan(long.left_share) else formats.percent(long.left_share)
            rows.append((formats.multiple(leverage), _move(long), _move(short), left))
    return rows


def short_against_long(venue: Venue) -> str:
    """Whether the venue closes a short after a smaller move than a long, and why."""
    long, short = (abs(quote(venue, side, **ONE_COIN | {"leverage": 2.0}).move) for side in Side)
    key = "short_alike" if isclose(long, short) else "short_sooner" if short < long else "short_later"
    return WORDS[key]


def conventions(scenario: Scenario) -> list[tuple[str, str, str]]:
    """The three published formulas for one position: name, assumption, result."""
    rows = []
    for name, rate, basis in CONVENTIONS:
        asked = scenario.maintenance_rate if rate is None else rate
        price = replace(scenario, maintenance_rate=asked, basis=basis).liquidation_price
        rows.append((WORDS[f"formula_{name}"], WORDS[f"assumes_{name}"], formats.trigger(price)))
    return rows


def _entry(q: VenueQuote) -> float:
    return q.liquidation_price / (1 + q.move) if not isnan(q.move) else float("inf")


def _move(q: VenueQuote) -> str:
    return formats.UNKNOWN if isnan(q.move) else formats.percent(q.move, signed=True)


def _bar(rows: list[int], lengths: list[float], bases: list[float], fill: str, edge: str, name: str) -> Dict:
    return {
        "type": "bar",
        "orientation": "h",
        "name": name,
        "y": rows,
        "x": lengths,
        "base": bases,
        "width": 0.2,
        "marker": {"color": fill, "line": {"color": edge, "width": 1}},
        "hoverinfo": "skip",
    }
