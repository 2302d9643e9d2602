"""A position closed past its trigger, and who pays: drawn and told. No formula, no Streamlit."""

from dataclasses import dataclass
from typing import Any

from engine.loss import after, part_sale
from engine.loss.settlement import to_cents
from engine.loss.waterfall import Waterfall, full_ledger_in_cents
from engine.margin.scenario import Scenario
from pages.lab.after.rows import ROW, Picture, row_words, rows_axis, sized
from pages.shared import formats
from pages.shared.drawing import theme
from pages.shared.drawing.charts import base_axis, base_layout
from pages.shared.drawing.labels import Dict, text_label
from pages.shared.drawing.sketch import round_up
from pages.shared.words import plain, read, say

WORDS = read("after")
STRIP = 118  # the three prices, above the bars


def winners() -> list[str]:
    """The names of those who won, in the order of the account."""
    return WORDS["winners"].split(", ")


PARTIES = ("trader", "platform", "insurance_fund", "winners", "everybody")


@dataclass(frozen=True)
class Sale:
    """A position closed at one price, the fund before it, and what everybody gained, in whole cents."""

    scenario: Scenario
    done: Waterfall
    fund: float

    @property
    def price(self) -> float:
        return self.done.settlement.fill_price

    @property
    def gained(self) -> dict[str, float]:
        """By party, positive = gained; sums to zero."""
        return full_ledger_in_cents(self.done)

    @property
    def shares(self) -> dict[str, float]:
        """Of what is left, what each gets; of what is missing, what each pays, below zero."""
        gained, own = self.gained, float(to_cents(self.scenario.backing))
        winners = sum(amount for party, amount in gained.items() if party.startswith("winner"))
        got = gained | {"trader": gained["trader"] + own, "winners": winners}
        return {party: round(got[party], 2) + 0.0 for party in PARTIES}

    @property
    def left(self) -> float:
        """What is left at the sale before the fee, or missing, below zero."""
        return round(sum(self.shares.values()), 2) + 0.0

    @property
    def fund_after(self) -> float:
        return self.fund + self.gained["insurance_fund"]


def sentence(story: Sale) -> str:
    """Where the position was due and closed, and who gets or pays what: in dollars."""
    s, shares = story.scenario, story.shares
    blanks = {
        "trigger": formats.trigger(s.liquidation_price),
        "price": formats.trigger(story.price),
        "bankrupt": formats.trigger(s.bankruptcy_price),
        "capital": formats.short_money(s.capital),
        "left": formats.money(abs(story.left)),
        "fee": formats.money(shares["platform"]),
        "kept": formats.money(shares["insurance_fund"]),
        "paid": formats.money(-shares["insurance_fund"]),
        "back": formats.money(shares["trader"]),
        "rest": formats.money(-shares["everybody"]),
        "fund_after": formats.money(story.fund_after),
        "given": ", ".join(
            WORDS["gives"].format(winner=winner, amount=formats.money(amount))
            for winner, amount in _given(story)
        ),
    }
    return " ".join(say(part, **blanks) for part in _sale_parts(story))


def _sale_parts(story: Sale) -> list[str]:
    shares = story.shares
    if story.left == 0:
        return [WORDS["even"]]
    if story.left > 0:
        if shares["insurance_fund"] > 0:
            return [WORDS["met"], WORDS["to_fund"]]
        return [WORDS["met"], WORDS["to_you" if shares["trader"] > 0 else "to_fee"]]
    parts = [WORDS["missed"], WORDS["fund_pays" if shares["insurance_fund"] else "fund_empty"]]
    return parts + [WORDS[f"{payer}_pay"] for payer in ("winners", "everybody") if shares[payer]]


def _given(story: Sale) -> list[tuple[str, float]]:
    """Winners who give something up, first in the queue first."""
    gained = story.gained
    ranked = after.queue(story.scenario, story.price)
    given = [(winners()[one.number - 1], -gained[f"winner_{one.number}"]) for one in ranked]
    return [(winner, amount) for winner, amount in given if amount]


def picture(story: Sale) -> Picture:
    """Three prices on one axis, and below it bars: what is left or missing, and who gets or pays it."""
    rows = len(PARTIES) + 1
    height = STRIP + 30 + ROW * rows + 44
    margin = {"l": 14, "r": 14, "t": 6, "b": 44}
    inside = height - margin["t"] - margin["b"]
    layout = {
        **base_layout(height, margin),
        "barmode": "overlay",
        "hovermode": False,
        "dragmode": False,
        "xaxis": _money_axis(story),
        "yaxis": rows_axis(rows) | {"domain": [0, ROW * rows / inside]},
        "xaxis2": {"visible": False, "anchor": "y2", "fixedrange": True, "range": _prices(story)},
        "yaxis2": {
            "visible": False,
            "anchor": "x2",
            "fixedrange": True,
            "range": [0, 1],
            "domain": [1 - STRIP / inside, 1],
        },
    }
    traces = [*_bars(story), *_strip(story)]
    return sized(
        traces,
        layout,
        lambda narrow: [*row_words(_named_shares(story)), *_strip_words(story, narrow)],
        height,
    )


def _prices(story: Sale) -> list[float]:
    """The price axis, in the direction in which it gets worse."""
    s = story.scenario
    cushion = s.bankruptcy_price - s.liquidation_price
    past = (story.price - s.liquidation_price) / cushion
    reach = cushion * (3.0 if past < 2.6 else round_up(1.15 * past))
    return [s.liquidation_price - 0.04 * reach, s.liquidation_price + reach]


def _strip(story: Sale) -> list[Dict]:
    s, price = story.scenario, story.price
    far = _prices(story)[1]
    on = {"xaxis": "x2", "yaxis": "y2", "hoverinfo": "skip"}
    hatch = {"shape": "x", "size": 6, "solidity": 0.2, "fgcolor": theme.BANKRUPTCY, "fgopacity": 0.5}

    def zone(start: float, end: float, fill: str, **more: Any) -> Dict:
        corners = {"x": [start, end, end, start], "y": [0.4, 0.4, 0.58, 0.58]}
        shape = {"type": "scatter", "mode": "lines", "fill": "toself", "fillcolor": fill}
        return {**shape, **corners, "line": {"width": 0}, **on, **more}

    def mark(at: float, ends: tuple[float, float], colour: str, name: str, width: float) -> Dict:
        line = {"color": colour, "width": width, "dash": theme.DASH.get(colour, "solid")}
        return {
            "type": "scatter",
            "mode": "lines",
            "x": [at, at],
            "y": ends,
            "line": line,
            "name": name,
            **on,
        }

    return [
        zone(s.liquidation_price, s.bankruptcy_price, theme.EQUITY_FILL),
        zone(s.bankruptcy_price, far, theme.LOSS_FILL, fillpattern=hatch),
        mark(s.liquidation_price, (0.34, 1.0), theme.LIQUIDATION, "trigger", 4),
        mark(s.bankruptcy_price, (0.04, 0.58), theme.BANKRUPTCY, "bankruptcy", 2.5),
        {
            "type": "scatter",
            "mode": "markers",
            "name": "closed",
            "x": [price],
            "y": [0.49],
            "marker": {"symbol": "diamond", "size": 15, "color": theme.INK},
            "cliponaxis": False,
            **on,
        },
    ]


def _strip_words(story: Sale, narrow: bool) -> list[Dict]:
    s, price = story.scenario, story.price
    start, far = _prices(story)
    place = (price - start) / (far - start)
    anchor = "left" if place < 0.3 else "right" if place > 0.7 else "center"
    on = {"xref": "x2", "yref": "y2"}
    told = {
        "trigger": (s.liquidation_price, 0.9, theme.LIQUIDATION_TEXT, {"xshift": 6}),
        "closed": (
            price,
            0.6,
            theme.INK,
            {"yanchor": "bottom", "xanchor": anchor, "xshift": 6 if anchor == "left" else 0},
        ),
        "bankrupt": (s.bankruptcy_price, 0.16, theme.BANKRUPTCY_TEXT, {"xshift": 6}),
    }
    words = [
        text_label(WORDS[f"mark_{mark}"].format(price=formats.trigger(at)), at, y, ink, **on, **more)
        for mark, (at, y, ink, more) in told.items()
    ]
    if not narrow:
        words.append(
            text_label(
                WORDS[f"worse_{s.side}"], 1, 0.9, theme.MUTED, xref="paper", yref="y2", xanchor="right"
            )
        )
    return words


def _money_axis(story: Sale) -> Dict:
    s = story.scenario
    cushion = part_sale.standing(s, s.liquidation_price)[1]
    reach = round_up(max(-story.left, cushion))
    # Room for the amounts at the right end, also beside a large loss.
    most = max(1.12 * cushion, 1.12 * story.left, 0.3 * reach)
    ticks = [tick for tick in (-reach, -reach / 2, 0.0, reach / 2, reach) if tick <= 0.98 * most]
    return {
        **base_axis(WORDS["axis_money"]),
        "range": [-1.02 * reach, most],
        "tickvals": ticks,
        "ticktext": [formats.short_money(tick) for tick in ticks],
        "zeroline": True,
        "zerolinecolor": theme.AXIS,
        "fixedrange": True,
        "anchor": "y",
    }


def _bars(story: Sale) -> list[Dict]:
    """What is left or missing, then each share of it from where the last one ended."""
    fills = [theme.EQUITY_FILL if story.left > 0 else theme.LOSS_FILL]
    edges = [theme.EQUITY if story.left > 0 else theme.BANKRUPTCY]
    lengths, bases, rest = [story.left], [0.0], story.left
    for party, amount in story.shares.items():
        lengths.append(-amount)
        bases.append(rest)
        rest -= amount
        yours = party == "trader"
        fills.append(theme.LOSS_FILL if amount < 0 else theme.EQUITY_FILL if yours else theme.BORROWED_FILL)
        edges.append(theme.BANKRUPTCY if amount < 0 else theme.EQUITY if yours else theme.BORROWED)
    hatches = ["x" if edge == theme.BANKRUPTCY else "" for edge in edges]
    # The bars without a hatch take their colour whole, the others draw their hatch in it.
    colours = [edge if hatch else fill for fill, edge, hatch in zip(fills, edges, hatches, strict=True)]
    return [
        {
            "type": "bar",
            "orientation": "h",
            "name": "shares",
            "y": list(range(len(lengths))),
            "x": lengths,
            "base": bases,
            "width": 0.34,
            "marker": {
                "color": colours,
                "line": {"color": edges, "width": [1.5 if length else 0 for length in lengths]},
                "pattern": {
                    "fillmode": "replace",
                    "shape": hatches,
                    "bgcolor": fills,
                    "size": 6,
                    "solidity": 0.2,
                },
            },
            "hoverinfo": "skip",
        }
    ]


def _named_shares(story: Sale) -> list[tuple[str, str, str]]:
    """Name, amount and colour of each bar's words."""
    missing = story.left < 0
    head = (WORDS["row_missing" if missing else "row_left"], formats.money(abs(story.left)))
    rows = [(*head, theme.BANKRUPTCY_TEXT if missing else theme.EQUITY_TEXT)]
    for party, amount in story.shares.items():
        told = f"{'+' * (amount > 0)}{formats.money(amount)}" if amount else WORDS["row_nothing"]
        ink = theme.BANKRUPTCY_TEXT if amount < 0 else theme.INK if amount else theme.MUTED
        rows.append((WORDS[f"row_{party}"], told, ink))
    return rows


def alt(story: Sale) -> str:
    """The picture in words."""
    s = story.scenario
    return plain(
        WORDS["alt_sale"],
        trigger=formats.trigger(s.liquidation_price),
        bankrupt=formats.trigger(s.bankruptcy_price),
        price=formats.trigger(story.price),
        shares="; ".join(f"{name}: {told}" for name, told, _ in _named_shares(story)),
    )


def ledger(story: Sale) -> list[tuple[str, str]]:
    """What each party gained or lost, and the sum."""
    gained = story.gained
    rows = [
        (WORDS[f"party_{party}"], formats.money(gained[party], cents=True))
        for party in ("trader", "market", "platform", "insurance_fund")
    ]
    rows += [
        (WORDS["party_winner"].format(winner=winner), formats.money(gained[f"winner_{i}"], cents=True))
        for i, winner in enumerate(winners(), 1)
    ]
    rows.append((WORDS["party_everybody"], formats.money(gained["everybody"], cents=True)))
    return [*rows, (WORDS["sum"], formats.money(sum(gained.values()), cents=True))]


def queue(story: Sale) -> list[tuple[str, ...]]:
    """The winners, first in the queue first: entry, profit, how they are ranked, what they give up."""
    gained = story.gained
    return [
        (
            winners()[one.number - 1],
            formats.trigger(one.entry_price),
            formats.money(one.profit),
            WORDS["score"].format(
                gain=formats.percent(one.gain),
                leverage=formats.multiple(round(one.leverage, 1)),
                score=formats.fixed(one.score, 2),
            ),
            formats.money(-gained[f"winner_{one.number}"], cents=True),
        )
        for one in after.queue(story.scenario, story.price)
    ]
