"""Where each venue closes one position: drawn and told."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import isnan
from statistics import median
from typing import NamedTuple

from engine.loss.settlement import to_cents
from engine.margin.scenario import Scenario
from engine.venues.quotes import VenueQuote, quote
from engine.venues.records import VENUES
from engine.venues.terms import Status, Venue
from pages.shared import formats
from pages.shared.drawing import theme
from pages.shared.drawing.charts import base_axis, base_layout
from pages.shared.drawing.labels import SMALL, Dict, text_label
from pages.shared.words import plain, read, say

WORDS = read("compare")
# One bitcoin.
ONE_COIN = {"capital": 5_000.0, "leverage": 10.0, "entry_price": 50_000.0}
ROW, HEADING = 50, 0.62  # pixels a row, and rows a heading takes


@dataclass(frozen=True)
class Compared:
    """One position at every venue, the first to close it first.

    live : where it can be opened today under a rule that is in hand
    unknown : where it can be opened, but what is asked of this size was not read
    past : what a rule would do that is not today's, or of a venue that cannot be used
    refused : the rest
    """

    live: list[VenueQuote]
    unknown: list[VenueQuote]
    past: list[VenueQuote]
    refused: list[VenueQuote]

    def at(self, slug: str) -> VenueQuote:
        """The position at one venue."""
        everywhere = (*self.live, *self.unknown, *self.past, *self.refused)
        return next(q for q in everywhere if q.venue.slug == slug)

    @property
    def closing(self) -> list[VenueQuote]:
        """Those live venues that close it at some price."""
        return [q for q in self.live if not isnan(q.move)]


def compare(scenario: Scenario, today: date | None = None) -> Compared:
    """The position of a scenario at every venue, as things are today."""
    groups: dict[str, list[VenueQuote]] = {"live": [], "unknown": [], "past": [], "refused": []}
    for venue in VENUES.values():
        q = _at(venue, scenario)
        if venue.is_current(today or date.today()):
            group = "refused" if not q.is_offered else "live" if q.is_known else "unknown"
        else:
            as_it_was = _at(replace(venue, status=Status.LIVE, status_since=None), scenario)
            group = "past" if as_it_was.is_offered and q.is_known else "refused"
        groups[group].append(q)
    for found in groups.values():
        found.sort(key=lambda q: (isnan(q.move), abs(q.move)))
    return Compared(**groups)


def _at(venue: Venue, s: Scenario) -> VenueQuote:
    return quote(venue, s.side, s.capital, s.leverage, s.entry_price)


# --- the picture ---------------------------------------------------------------------------------


class Row(NamedTuple):
    """A venue in the picture: which group it is of, and how far down it stands, in rows."""

    group: str
    quote: VenueQuote
    at: float

    @property
    def move(self) -> float:
        return 0.0 if isnan(self.quote.move) else abs(self.quote.move)

    @property
    def end(self) -> float:
        """Move at which nothing is left, a fraction; 0 = none."""
        q = self.quote
        if isnan(q.move) or not q.bankruptcy_price > 0:
            return 0.0
        return abs(q.bankruptcy_price * (1 + q.move) / q.liquidation_price - 1)


def rows(found: Compared) -> tuple[list[Row], dict[str, float]]:
    """The venues from top to bottom, and where the headings of the groups below the first stand."""
    placed, headings, at = [], {}, 0.0
    for group in ("live", "unknown", "past"):
        quotes = getattr(found, group)
        if quotes and group != "live":
            headings[group] = at
            at += HEADING
        for q in quotes:
            placed.append(Row(group, q, at))
            at += 1
    return placed, headings


def picture(found: Compared) -> tuple[Dict, Dict, int]:
    """How far the price may move at each venue, the height, and what differs on a phone.

    Up to the trigger the position lives; from there to the bankruptcy price is what is left. A venue whose
    rule for the size is not known has a hatched bar without an end; one that is past is grey.
    """
    placed, headings = rows(found)
    known = [row for row in placed if row.group != "unknown"]
    # One that reaches many times as far as the others, as a coin's own contract can, leaves the picture.
    usual = 3 * median([*filter(None, (row.move for row in known)), 1.0])
    far = min(max([*(max(row.end, row.move) for row in known), 0.001]), usual) * 1.02
    live = [row for row in placed if row.group == "live"]
    past = [row for row in placed if row.group == "past"]
    bars = _lives(live, theme.EQUITY_FILL, theme.EQUITY, theme.CUSHION_FILL, theme.LIQUIDATION)
    if past:
        bars += _lives(past, theme.CLOSED_FILL, theme.AXIS, theme.CLOSED_FILL, theme.AXIS, "past ")
    if found.unknown:
        bars.append(_hatched([row.at for row in placed if row.group == "unknown"], far))
    height = round(64 + ROW * (len(placed) + HEADING * len(headings)))
    layout = _layout(len(placed) + HEADING * len(headings), height, far)
    wide, narrow = (_words(placed, headings, size) for size in (SMALL + 1, SMALL))
    return {"data": bars, "layout": layout | {"annotations": wide}}, {"annotations": narrow}, height


def _lives(
    placed: Sequence[Row], room: str, edge: str, cushion: str, line: str, prefix: str = ""
) -> list[Dict]:
    """The room to the trigger, what is left beyond it, and a stroke at the trigger."""
    at, moves = [row.at for row in placed], [row.move for row in placed]
    cushions = [max(row.end - row.move, 0.0) if row.move else 0.0 for row in placed]
    marks = {
        "type": "scatter",
        "mode": "markers",
        "name": f"{prefix}trigger",
        "x": [row.move for row in placed if row.move],
        "y": [row.at for row in placed if row.move],
        "marker": {"symbol": "line-ns", "size": 16, "line": {"width": 4, "color": line}},
        "hoverinfo": "skip",
    }
    return [
        _bar(at, moves, [0.0] * len(at), room, edge, f"{prefix}room"),
        _bar(at, cushions, moves, cushion, line, f"{prefix}cushion"),
        marks,
    ]


def _hatched(at: list[float], far: float) -> Dict:
    """Bars without an end, for nobody here knows it."""
    bar = _bar(at, [2 * far] * len(at), [0.0] * len(at), theme.AXIS, theme.AXIS, "unknown")
    hatch = {"shape": "/", "fillmode": "replace", "bgcolor": theme.CLOSED_FILL, "size": 6, "solidity": 0.25}
    bar["marker"] |= {"line": {"width": 0}, "pattern": hatch}
    return bar


def _bar(at: list[float], lengths: list[float], bases: list[float], fill: str, edge: str, name: str) -> Dict:
    return {
        "type": "bar",
        "orientation": "h",
        "name": name,
        "y": at,
        "x": lengths,
        "base": bases,
        "width": 0.2,
        "marker": {"color": fill, "line": {"color": edge, "width": 1}},
        "hoverinfo": "skip",
    }


def _layout(span: float, height: int, far: float) -> Dict:
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
            "range": [span - 0.45, -0.75],
            "fixedrange": True,
            "visible": False,
        },
    }


def _words(placed: Sequence[Row], headings: dict[str, float], size: int) -> list[Dict]:
    """Over each bar the venue at the left edge, and its trigger at the right one; over a group what it is."""
    labels = []
    for row in placed:
        over = {"yanchor": "bottom", "yshift": 9}
        names, numbers = (
            (theme.INK, theme.LIQUIDATION_TEXT) if row.group == "live" else (theme.MUTED, theme.MUTED)
        )
        labels.append(text_label(f"<b>{name(row.group, row.quote)}</b>", 0, row.at, names, **over))
        place = {"xref": "paper", "xanchor": "right"}
        labels.append(text_label(_told(row), 1, row.at, numbers, **over | place))
    for group, at in headings.items():
        labels.append(text_label(WORDS[f"heading_{group}"], 0, at - 0.2, theme.MUTED, yanchor="middle"))
    for label in labels:
        label["font"]["size"] = size
    return labels


def _told(row: Row) -> str:
    """What stands at the right end of a bar."""
    if row.group == "unknown":
        return unknown_above(row.quote.venue)
    if isnan(row.quote.move):
        return formats.no_trigger()
    price = formats.trigger(row.quote.liquidation_price)
    return f"{price if row.group == 'past' else f'<b>{price}</b>'}  {move(row.quote)}"


def name(group: str, q: VenueQuote) -> str:
    """The venue, with the reason if its rule is not today's."""
    if group != "past":
        return q.venue.name
    status, since = q.venue.status, q.venue.status_since or q.venue.valid_from or q.venue.seen_on
    key = "past_dated" if status is Status.LIVE else f"past_{status}"
    return WORDS[key].format(venue=q.venue.name, since=formats.date(since))


# --- the sentences -------------------------------------------------------------------------------


def sentence(scenario: Scenario, found: Compared) -> str:
    """Who closes the position first and last, and what comes back of it then."""
    s, closing = scenario, found.closing
    position = {
        "capital": formats.short_money(s.capital),
        "leverage": formats.multiple(s.leverage),
        "entry": formats.short_trigger(s.entry_price),
        "side": WORDS[f"side_{s.side}"],
    }
    if not closing:
        if found.live:
            return say(WORDS["nobody_closes"], **position)
        return say(WORDS["nobody_known" if rows(found)[0] else "nobody"], **position)
    first, last = closing[0], closing[-1]
    told = say(
        WORDS["sentence" if len(closing) > 1 else "sentence_one"],
        **position,
        first=first.venue.name,
        first_price=formats.trigger(first.liquidation_price),
        first_move=move(first),
        last=last.venue.name,
        last_price=formats.trigger(last.liquidation_price),
        last_move=move(last),
    )
    return f"{told} {_comes_back(closing)}".rstrip()


def _comes_back(closing: Sequence[VenueQuote]) -> str:
    """Where most of the money comes back, and how often nothing does; empty if no fee was read."""
    read_ = [q for q in closing if not isnan(q.comes_back)]
    nothing = [q for q in read_ if not to_cents(q.comes_back)]
    if not read_:
        return ""
    if len(nothing) == len(read_):
        return WORDS["back_all_nothing"]
    best = max(read_, key=lambda q: q.comes_back)
    told = say(WORDS["back"], best=best.venue.name, most=formats.money(best.comes_back))
    if not nothing:
        return told
    counts = {"nothing": formats.plain(len(nothing)), "count": formats.plain(len(read_))}
    return f"{told} {say(WORDS['back_nothing'], **counts)}"


def alt(scenario: Scenario, found: Compared) -> str:
    """The picture in words."""
    placed, _ = rows(found)
    if not placed:
        return WORDS["alt_nobody"]

    def told(group: str) -> str:
        return "; ".join(
            f"{name(group, q)} {formats.trigger(q.liquidation_price)}" for q in getattr(found, group)
        )

    parts = [plain(WORDS["alt"], entry=formats.trigger(scenario.entry_price), venues=told("live"))]
    if not found.live:
        parts = [WORDS["alt_nobody_known"]]
    if found.unknown:
        parts.append(_unknown(found))
    if found.past:
        parts.append(plain(WORDS["alt_past"], venues=told("past")))
    return " ".join(parts)


def missing(found: Compared) -> str:
    """Who does not offer the position, and why; empty if everybody does."""
    if not found.refused:
        return ""
    told = ", ".join(f"{q.venue.name} ({refusal(q)})" for q in found.refused)
    return say(WORDS["missing"], venues=told)


def _unknown(found: Compared) -> str:
    told = ", ".join(f"{q.venue.name} ({unknown_above(q.venue)})" for q in found.unknown)
    return plain(WORDS["unknown"], venues=told)


def unknown_above(venue: Venue) -> str:
    """From which size on nothing is known of the venue's rule."""
    if not venue.known_notional:
        return WORDS["unknown_all"]
    return WORDS["unknown_above"].format(size=formats.short_money(venue.known_notional))


def refusal(q: VenueQuote) -> str:
    """Why the venue does not offer the position; empty if it does."""
    if q.is_offered:
        return WORDS["refusal_dated"]
    return WORDS[f"refusal_{q.refusal}"].format(
        leverage=formats.multiple(round(q.max_leverage, 1)),
        equity=formats.short_money(q.venue.minimum_equity),
        since=formats.date(q.venue.status_since) if q.venue.status_since else "",
    )


def move(q: VenueQuote) -> str:
    """How far the price may go, signed."""
    return formats.UNKNOWN if isnan(q.move) else formats.percent(q.move, signed=True)
