"""How much is sold, rule by rule, in a picture, sentences and a table. No formula, no Streamlit."""

from dataclasses import dataclass
from math import isnan
from typing import Any

from engine.loss import closeout, part_sale
from engine.loss.part_sale import Way
from engine.margin.scenario import Scenario
from engine.venues.records import VENUES
from pages.lab.after.rows import ROW, Picture, row_words, rows_axis, sized
from pages.shared import formats
from pages.shared.drawing import theme
from pages.shared.drawing.charts import base_axis, base_layout
from pages.shared.drawing.labels import Dict
from pages.shared.words import plain, read, say

WORDS = read("after")


@dataclass(frozen=True)
class PartSale:
    """A position that is due, and what each rule sells of it."""

    scenario: Scenario
    beyond: float
    cost: float
    price: float
    ways: tuple[Way, ...]


def position_due(scenario: Scenario, beyond: float, cost: float) -> PartSale:
    """The position a little past its trigger, under every rule."""
    price = part_sale.past_trigger(scenario, beyond)
    return PartSale(scenario, beyond, cost, price, part_sale.ways(scenario, price, cost))


def sentence(story: PartSale) -> str:
    """What is yours and required, and whether selling just enough helps."""
    size, own, required = part_sale.standing(story.scenario, story.price)
    enough = story.ways[0]
    blanks = {
        "price": formats.trigger(story.price),
        "past": WORDS["past"].format(beyond=formats.percent(story.beyond)) if story.beyond else WORDS["at"],
        "size": formats.short_money(size),
        "own": formats.money(own),
        "owed": formats.money(-own),
        "required": formats.money(required),
        "buffer": formats.plain(part_sale.BUFFER, 6),
        "sold": formats.short_money(enough.closed.sold),
        "share": formats.percent(enough.fraction),
        "paid": formats.money(enough.closed.paid),
        "cost": formats.percent(story.cost),
        "freed": formats.percent(part_sale.freed(story.scenario)),
    }
    if own <= 0:
        return say(WORDS["bankrupt"], **blanks)
    key = "worse" if isnan(enough.fraction) else "enough" if enough.fraction < 1 else "all_needed"
    return " ".join(say(WORDS[part], **blanks) for part in ("due", key))


def picture(story: PartSale) -> Picture:
    """The position before, and what each rule leaves of it."""
    fractions = [0.0, *(way.fraction for way in story.ways)]
    rows = list(range(len(fractions)))
    held = [1.0 if isnan(fraction) else 1 - fraction for fraction in fractions]
    gone = [0.0 if isnan(fraction) else fraction for fraction in fractions]
    hatch = {
        "shape": "/",
        "fillmode": "overlay",
        "fgcolor": theme.LIQUIDATION,
        "size": 6,
        "solidity": 0.25,
    }
    bars = [
        _part(rows, held, [0.0] * len(rows), theme.GRID, theme.INK, "held"),
        _part(rows, gone, held, theme.CUSHION_FILL, theme.LIQUIDATION, "sold", pattern=hatch),
    ]
    height = 64 + ROW * len(rows)
    ticks = [0, 0.25, 0.5, 0.75, 1]
    layout = {
        **base_layout(height, {"l": 14, "r": 22, "t": 4, "b": 44}),
        "barmode": "overlay",
        "hovermode": False,
        "dragmode": False,
        "xaxis": {
            **base_axis(WORDS["axis_share"]),
            "range": [0, 1],
            "tickvals": ticks,
            "ticktext": [formats.short_percent(tick) for tick in ticks],
            "fixedrange": True,
        },
        "yaxis": rows_axis(len(rows)),
    }
    return sized(bars, layout, lambda narrow: row_words(_named_parts(story, narrow)), height)


def _part(
    rows: list[int], lengths: list[float], bases: list[float], fill: str, edge: str, name: str, **marker: Any
) -> Dict:
    return {
        "type": "bar",
        "orientation": "h",
        "name": name,
        "y": rows,
        "x": lengths,
        "base": bases,
        "width": 0.34,
        "marker": {"color": fill, "line": {"color": edge, "width": [1.5 if x else 0 for x in lengths]}}
        | marker,
        "hoverinfo": "skip",
    }


def _named_parts(story: PartSale, narrow: bool) -> list[tuple[str, str, str]]:
    """Name, result and colour of each bar's words."""
    ratio = formats.percent(part_sale.ratio(story.scenario, story.price))
    rows = [(WORDS["row_before"], WORDS["row_ratio"].format(ratio=ratio), theme.INK)]
    for way in story.ways:
        if isnan(way.fraction):
            told = WORDS["row_worse"]
        elif way.fraction == 1:
            told = WORDS["row_all"]
        else:
            told = WORDS["row_part_narrow" if narrow else "row_part"].format(
                share=formats.percent(way.fraction), ratio=formats.percent(way.closed.margin_ratio)
            )
        rows.append((_named(way), told, theme.LIQUIDATION_TEXT))
    return rows


def _named(way: Way) -> str:
    """What a way to sell is called."""
    return WORDS[f"way_{way.name}"].format(multiple=formats.plain(part_sale.MULTIPLE))


def alt(story: PartSale) -> str:
    """The picture in words."""
    told = "; ".join(f"{name}: {result}" for name, result, _ in _named_parts(story, False))
    return plain(WORDS["alt_part"], price=formats.trigger(story.price), parts=told)


def rows(story: PartSale) -> list[tuple[str, ...]]:
    """A row a rule: sold, cost, yours then, margin ratio then, who does it."""
    rows = []
    for way in story.ways:
        share = formats.percent(way.fraction)
        ratio = way.closed.margin_ratio
        rows.append(
            (
                _named(way),
                WORDS["row_worse"]
                if isnan(way.fraction)
                else f"{formats.short_money(way.closed.sold)} ({share})",
                formats.money(way.closed.paid),
                formats.money(way.closed.equity),
                WORDS["row_closed"] if way.fraction == 1 else formats.percent(ratio),
                ", ".join(part_sale.who(way.steps)) or formats.UNKNOWN,
            )
        )
    return rows


def note(story: PartSale) -> str:
    """What the rules of the table take for granted, and when a vault steps in."""
    taken = part_sale.vault_takes(story.scenario, story.price)
    return say(
        WORDS["part_note"],
        multiple=formats.plain(part_sale.MULTIPLE),
        multiple_name=_named(next(way for way in story.ways if way.name == "multiple")),
        rate=formats.percent(story.scenario.required_rate),
        large=formats.short_money(closeout.LARGE_POSITION),
        two=VENUES[part_sale.TWO_TIERS_OF].name,
        one=VENUES[part_sale.TIER_OF].name,
        vault=WORDS["vault"].format(taken=formats.money(taken)) if taken > 0 else "",
    )
