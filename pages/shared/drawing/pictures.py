"""The small pictures of the lessons, as plotly dictionaries in light colours. No formula, no Streamlit.

Each function returns a figure and the layout that replaces parts of it on a phone, for
:func:`pages.shared.widgets.figure.show`. A guess of ``nan``, or no guesses at all, is not drawn.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from math import isfinite, isnan, log10, nan
from typing import Any

import numpy as np

from engine.facts import by_leverage, facts, in_one_wallet
from engine.margin import risk
from engine.margin.scenario import LIMITS, Scenario, Side
from engine.market.history import left_after_crash
from engine.quiz import BENCHMARK
from engine.venues.caps import legal_caps
from pages.shared import formats
from pages.shared.drawing import theme
from pages.shared.drawing.charts import area_trace, base_axis, base_layout, line_trace
from pages.shared.drawing.labels import LABEL_GAP, SMALL, Dict, Range, text_label

HEIGHT = 340
LOW_HEIGHT = 240
LOWEST_HEIGHT = 190
ASKED = Scenario().leverage  # the lesson asks about the position everybody starts with
LEVERAGES = 1 + np.geomspace(0.001, LIMITS["leverage"].high - 1, 120)
TICKS = (1, 2, 5, 10, 20, 50, 100)
# The longest words on top of a vertical line, of the width of the plot: on a phone, and elsewhere.
WORDS, WORDS_WIDE = 0.46, 0.25

CAP_NAMES = {
    "us_shares": "US shares",
    "eu_currencies": "EU main currencies",
    "eu_indices": "EU main indices and gold",
    "eu_commodities": "EU raw materials",
    "eu_shares": "EU single shares",
    "eu_crypto": "EU crypto",
}

Picture = tuple[Dict, Dict]


def shares(scenario: Scenario, guess: float = nan, at: float = ASKED) -> Picture:
    """Whose money a long position is, and the lender's share of it at every leverage.

    Parameters
    ----------
    guess : the guessed share of the lender, a fraction
    at : leverage the guess is about
    """
    now = facts(scenario, 0.0)
    lent = now["lender_share"].value
    lender, truth = (by_leverage(scenario, leverage)["lender_share"] for leverage in (LEVERAGES, at))
    curve, bar = (0.0, 0.64), (0.86, 1.0)
    split = [
        _block((0.0, lent), (0.0, 1.0), theme.BORROWED_FILL, theme.BORROWED),
        _block((lent, 1.0), (0.0, 1.0), theme.EQUITY_FILL, theme.EQUITY),
    ]
    traces = [trace | {"xaxis": "x2", "yaxis": "y2"} for trace in split]
    traces += [
        area_trace(LEVERAGES, lender, theme.BORROWED_FILL, "y", "tozeroy"),
        line_trace(LEVERAGES, lender, theme.BORROWED, name="lender", line={"width": 2}),
        line_trace(
            LEVERAGES[[0, -1]],
            [1.0, 1.0],
            theme.EQUITY_FILL,
            fill="tonexty",
            fillcolor=theme.EQUITY_FILL,
            line={"width": 0},
        ),
        _plumb(scenario.leverage, (0.0, 1.0)),
        _dot(scenario.leverage, lent, theme.INK, name="now"),
    ]
    if isfinite(guess):
        traces += _gap(at, min(max(guess, 0.0), 1.0), truth, theme.INK)
    position, borrowed, own = formats.moneys(*(now[n].value for n in ("position", "borrowed", "capital")))
    axes = {
        "xaxis": _leverages("leverage"),
        "yaxis": _fixed(
            "the lender’s share, %",
            domain=curve,
            range=[0, 1],
            tickvals=[0, 0.5, 1],
            ticktext=[_percent(tick) for tick in (0, 0.5, 1)],
        ),
        "xaxis2": {"visible": False, "range": [0, 1], "anchor": "y2", "fixedrange": True},
        "yaxis2": {"visible": False, "range": [0, 1], "anchor": "x2", "domain": bar, "fixedrange": True},
    }

    def words(narrow: bool) -> list[Dict]:
        borrower, share = ("", "is the lender’s") if narrow else (", the lender’s", "of it is the lender’s")
        under = {"xref": "paper", "yref": "paper", "yanchor": "top", "yshift": -3}
        over = under | {"yanchor": "bottom", "yshift": 3}
        labels = [
            text_label(f"your position: <b>{position}</b>", 0, 1, theme.INK, **over),
            text_label(f"<b>{borrowed}</b> borrowed{borrower}", 0, bar[0], theme.BORROWED_TEXT, **under),
            text_label(f"<b>{own}</b> yours", 1, bar[0], theme.EQUITY_TEXT, **under, xanchor="right"),
            _over(
                f"<b>{formats.multiple(scenario.leverage)}</b>: {formats.percent(lent)} {share}",
                scenario.leverage,
                curve[1],
            ),
        ]
        return labels + _guess_and_truth(guess, truth, at)

    return _picture(traces, axes, words, margin={"l": 64, "r": 12, "t": 24, "b": 44})


def changes(scenario: Scenario, move: float, guess: float = nan) -> Picture:
    """What a price move is to the price and to the learner's money, both in percent.

    Parameters
    ----------
    move : change of the price, a fraction
    guess : the money guessed to be left, quote
    """
    now, entry, own = facts(scenario, move), scenario.entry_price, scenario.backing
    truth, guessed = now["equity_change"].value, guess / own - 1
    reach = round_up(max(abs(change) for change in (move, truth, guessed, 0.1) if isfinite(change)))
    ticks = [reach * share for share in (-1, -0.5, 0, 0.5, 1)]
    names = [f"the price<br>was {formats.trigger(entry)}", f"your money<br>was {formats.money(own)}"]
    traces = [
        _block((-0.3, 0.3), (0.0, move), theme.GRID, theme.INK) | {"name": "price"},
        _block((0.7, 1.3), (0.0, max(truth, -1.0)), theme.EQUITY_FILL, theme.EQUITY) | {"name": "money"},
    ]
    if truth < -1:
        # More than all of it: somebody else's loss.
        lost = _block((0.7, 1.3), (-1.0, truth), theme.LOSS_FILL, theme.BANKRUPTCY)
        traces.append(lost | {"name": "lost"})
    if isfinite(guess):
        names.append("your guess")
        traces += [line_trace([1.3, 2.0], [truth, truth], theme.MUTED)]
        traces += _gap(2.0, guessed, truth, theme.EQUITY)
    axes = {
        "xaxis": _fixed(
            "", range=[-0.55, len(names) - 0.45], tickvals=[0, 1, 2], ticktext=names, showgrid=False
        ),
        "yaxis": _fixed(
            "change, %",
            range=[-1.45 * reach, 1.45 * reach],
            tickvals=ticks,
            ticktext=[_percent(tick, signed=True) for tick in ticks],
            zeroline=True,
            zerolinecolor=theme.AXIS,
        ),
    }

    def words(narrow: bool) -> list[Dict]:
        labels = [
            _beyond(0, move, f"now {formats.trigger(entry * (1 + move))}", move, move >= 0, theme.INK),
            _beyond(
                1, truth, f"now {formats.money(now['equity'].value)}", truth, truth >= 0, theme.EQUITY_TEXT
            ),
        ]
        if isfinite(guess):
            labels.append(_beyond(2, guessed, formats.money(guess), guessed, guessed >= truth, theme.INK))
        return labels

    return _picture(traces, axes, words, margin={"l": 72, "r": 8, "t": 8, "b": 46})


def ends(scenario: Scenario, guesses: Mapping[float, float], shown: bool) -> Picture:
    """At which price the money of a long is gone, by leverage: the guesses and, if `shown`, the truth.

    Parameters
    ----------
    guesses : guessed price by leverage
    shown : whether the truth is drawn; the axes are the same before and after
    """
    entry = scenario.entry_price
    bare = replace(scenario, maintenance_rate=0.0, closing_fee=0.0)

    def end(leverage: Any) -> Any:
        return by_leverage(bare, leverage)["bankruptcy"]

    now = float(end(scenario.leverage))
    truths = {leverage: float(end(leverage)) if shown else nan for leverage in guesses}
    traces = [line_trace(LEVERAGES[[0, -1]], [entry, entry], theme.MUTED, name="entry")]
    if shown:
        traces += [
            line_trace(LEVERAGES, end(LEVERAGES), theme.BANKRUPTCY, name="bankruptcy", line={"width": 2.5}),
            _plumb(scenario.leverage, (0.0, entry)),
        ]
        if isfinite(now):
            traces.append(_dot(scenario.leverage, now, theme.INK, name="now", marker={"symbol": "diamond"}))
    for leverage, guess in guesses.items():
        traces += _gap(leverage, guess, truths[leverage], theme.BANKRUPTCY)
    legend = "○ your guesses" + "   ● where the money is gone" * shown
    ticks = [entry * fifth / 5 for fifth in range(6)]
    prices = [formats.trigger(tick) for tick in ticks]
    axes = {
        "xaxis": _leverages(f"leverage<br>{legend}" if guesses else "leverage"),
        # Room for words beyond the ends of the scale.
        "yaxis": _fixed(
            "price, $",
            range=[-0.1 * entry, 1.12 * entry],
            tickvals=ticks,
            ticktext=[*prices[:-1], f"entry<br>{prices[-1]}"],
        ),
    }

    def words(narrow: bool) -> list[Dict]:
        labels = []
        for leverage, guess in guesses.items():
            truth = truths[leverage]
            above = guess > truth if isfinite(truth) else guess < 0.1 * entry
            labels.append(_aside(leverage, guess, above, theme.INK))
            if isfinite(truth):
                labels.append(_aside(leverage, truth, not above, theme.BANKRUPTCY_TEXT))
        if shown:
            gone = "gone" if narrow else "your money is gone"
            told = f"{gone} at <b>{formats.trigger(now)}</b>" if isfinite(now) else "never all gone"
            labels.append(
                _over(f"<b>{formats.multiple(scenario.leverage)}</b>: {told}", scenario.leverage, 1)
            )
        return labels

    return _picture(traces, axes, words, margin={"l": 64, "r": 12, "t": 26, "b": 62})


def cushion(scenario: Scenario, guess: float = nan) -> Picture:
    """Equity and requirement while the price goes the wrong way, and the lender's cushion.

    Parameters
    ----------
    guess : guessed liquidation price
    """
    fall = _Fall(scenario)
    entry, far, trigger, bankrupt = fall.entry, fall.far, fall.trigger, scenario.bankruptcy_price
    # Below the lines two rows of words, above them two more.
    extent = (-0.25 * fall.top, 1.3 * fall.top)
    margin = {"l": 56, "r": 12, "t": 6, "b": 44}
    pixel = (extent[1] - extent[0]) / (HEIGHT - margin["t"] - margin["b"])

    def under(start: float, end: float, fill: str) -> Dict:
        prices = np.array([start, end])
        return area_trace(prices, fall.own(prices), fill, "y", "tozeroy")

    traces = [under(entry, trigger if isfinite(trigger) else far, theme.EQUITY_FILL)]
    if isfinite(bankrupt):
        hatch = {"shape": "\\", "size": 7, "solidity": 0.15, "fgcolor": theme.LIQUIDATION, "fgopacity": 0.6}
        traces += [
            under(trigger, bankrupt, theme.CUSHION_FILL) | {"name": "cushion", "fillpattern": hatch},
            under(bankrupt, far, theme.LOSS_FILL),
            line_trace([bankrupt, bankrupt], [extent[0], fall.top], theme.BANKRUPTCY, name="bankruptcy"),
            line_trace([trigger, bankrupt], [-4 * pixel, -4 * pixel], theme.LIQUIDATION),
        ]
    ends = np.array([entry, far])
    traces += [
        line_trace(ends, fall.asked(ends), theme.REQUIREMENT, name="requirement"),
        line_trace(ends, fall.own(ends), theme.EQUITY, name="equity"),
    ]
    marks = {}
    if isfinite(trigger):
        told = "closed at once" if fall.is_at_once else f"liquidation {formats.trigger(trigger)}"
        marks["liquidation"] = (fall.place(trigger), f"<b>{told}</b>", theme.LIQUIDATION_TEXT)
        traces.append(_dot(trigger, float(fall.own(trigger)), theme.LIQUIDATION, is_open=True))
    if isfinite(guess):
        place = fall.place(guess)
        told = f"{'← ' * (place < 0)}your guess {formats.trigger(guess)}{' →' * (place > 1)}"
        marks["guess"] = (min(max(place, 0.0), 1.0), told, theme.INK)
    rows = _rows({name: place for name, (place, _, _) in marks.items()})
    tops = {name: extent[1] - LABEL_GAP * (row + 1) * pixel for name, row in rows.items()}
    for name, (place, _, _) in marks.items():
        colour, width = (theme.INK, 1.5) if name == "guess" else (theme.LIQUIDATION, 3)
        at = [entry + place * (far - entry)] * 2
        traces.append(line_trace(at, [0.0, tops[name]], colour, name=name, line={"width": width}))
    axes = {
        "xaxis": _fixed("price, $", range=[entry, far], showgrid=False),
        "yaxis": _fixed("your money, $", range=extent, zeroline=True, zerolinecolor=theme.AXIS),
    }

    def words(narrow: bool) -> list[Dict]:
        labels = []
        for name, (place, told, ink) in marks.items():
            side = _side(place, [mark[0] for mark in marks.values()], WORDS if narrow else WORDS_WIDE)
            x = entry if side == "edge" else entry + place * (far - entry)
            anchor = "left" if side == "edge" else side
            labels.append(text_label(told, x, tops[name], ink, yanchor="bottom", xanchor=anchor))
        if min((mark[0] for mark in marks.values()), default=1.0) > 0.35:
            own = f"yours {formats.money(scenario.backing)}"
            labels.append(
                text_label(
                    own, entry, scenario.backing, theme.EQUITY_TEXT, yanchor="bottom", xshift=3, yshift=2
                )
            )
        if scenario.requirement > 0:
            asks = "requirement" if narrow else "the requirement"
            start, level = fall.free_place
            above = {"yanchor": "bottom", "xshift": 6, "bgcolor": theme.PAPER_FILL, "borderpad": 0}
            labels.append(text_label(asks, start, level + pixel, theme.REQUIREMENT_TEXT, **above))
        if isnan(trigger):
            none = {"yanchor": "top", "xanchor": "right"}
            labels.append(
                text_label(f"<b>{formats.NO_TRIGGER}</b>", far, extent[1], theme.LIQUIDATION_TEXT, **none)
            )
        if isfinite(bankrupt):
            kept = f"the lender’s cushion <b>{formats.money(float(fall.own(trigger)))}</b>"
            gone = f"bankruptcy {formats.trigger(bankrupt)}"
            below = {"xanchor": "right", "yanchor": "top", "xshift": -5}
            labels += [
                text_label(kept, bankrupt, 0.0, theme.LIQUIDATION_TEXT, **below, yshift=-7),
                text_label(gone, bankrupt, 0.0, theme.BANKRUPTCY_TEXT, **below, yshift=-9 - LABEL_GAP),
            ]
        return labels

    return _picture(traces, axes, words, margin=margin)


def rooms(scenario: Scenario) -> Picture:
    """How far a long and a short of the same leverage are from their triggers."""
    entry = scenario.entry_price
    triggers = {side: replace(scenario, side=side).liquidation_price for side in Side}
    # A long without a trigger has all the room there is.
    edges = {side: trigger if isfinite(trigger) else 0.0 for side, trigger in triggers.items()}
    reach = 1.08 * max(abs(edge - entry) for edge in edges.values())
    bars = {Side.LONG: (0.6, 0.78), Side.SHORT: (0.1, 0.28)}
    traces = [line_trace([entry, entry], [0.0, 1.0], theme.MUTED, name="entry")]
    for side, bar in bars.items():
        room = _block((edges[side], entry), bar, theme.EQUITY_FILL, theme.EQUITY)
        if isnan(triggers[side]):
            room["line"]["dash"] = "dash"
        traces.append(room | {"name": str(side)})
        if isfinite(triggers[side]):
            at, tall = [edges[side]] * 2, [bar[0] - 0.03, bar[1] + 0.03]
            traces.append(line_trace(at, tall, theme.LIQUIDATION, line={"width": 4}))
    axes = {
        "xaxis": _fixed("price, $", range=[entry - reach, entry + reach]),
        "yaxis": {"visible": False, "range": [0, 1], "fixedrange": True},
    }

    def words(narrow: bool) -> list[Dict]:
        top = {"yref": "paper", "yanchor": "bottom", "xanchor": "center"}
        labels = [text_label(f"entry {formats.trigger(entry)}", entry, 1, theme.MUTED, **top)]
        for side, (low, high) in bars.items():
            toward, away = ("right", "left") if side is Side.LONG else ("left", "right")
            told = f"<b>{formats.trigger(triggers[side])}</b>"
            if isfinite(triggers[side]):
                distance = formats.percent(triggers[side] / entry - 1, signed=True)
                told = f"{'' if narrow else 'liquidation '}{told} ({distance})"
            over = {"xanchor": toward, "yanchor": "bottom", "yshift": 8}
            labels.append(text_label(told, entry, high, theme.LIQUIDATION_TEXT, **over) | _apart(toward))
            name = f"<b>{side}</b>, {formats.multiple(scenario.leverage)}"
            labels.append(text_label(name, entry, (low + high) / 2, theme.INK, xanchor=away) | _apart(away))
        return labels

    return _picture(traces, axes, words, margin={"l": 12, "r": 12, "t": 26, "b": 44}, height=LOW_HEIGHT)


def together(scenario: Scenario, move: float, guess: float = nan) -> Picture:
    """Two longs in one wallet: what is left and asked for, and what room each has, cross beside isolated.

    Parameters
    ----------
    move : price change of coin B, a fraction; coin A stands at its entry
    guess : guessed liquidation price of coin A
    """
    said = {name: number.value for name, number in in_one_wallet(scenario, move).items()}
    entry, other, paid_in = (said[name] for name in ("entry", "other_price", "in_wallet"))
    left, asked = (said[f"wallet_{name}"] for name in ("left", "asked"))
    cross, flat, alone = (said[f"{name}_trigger"] for name in ("cross", "flat", "alone"))
    is_over = bool(risk.is_liquidatable(left, asked))
    # Without a trigger there is room down to zero.
    levels = [level if isfinite(level) else 0.0 for level in (entry, other, cross, flat, alone)]
    pad = max(0.06 * (max(levels) - min(levels)), 0.01 * entry)
    far, near = max(min(levels) - pad, 0.0), max(levels) + pad
    # Height of each row, its trigger, the price now, and whether it is closed.
    rows = {
        "A together": (3.0, cross, entry, is_over),
        "A alone": (2.0, alone, entry, False),
        "B together": (1.0, flat, other, is_over),
        "B alone": (0.0, alone, other, other <= alone),
    }
    wallet = []
    if left > 0:
        wallet.append(_block((0.0, left), (0.0, 1.0), theme.EQUITY_FILL, theme.EQUITY) | {"name": "left"})
    if left < paid_in:
        lost = _block((left, paid_in), (0.0, 1.0), theme.LOSS_FILL, theme.BANKRUPTCY)
        wallet.append(lost | {"name": "lost"})
    if left < 0:
        # More than all of it: what is beyond this line is somebody else's loss.
        wallet.append(line_trace([0.0, 0.0], [-0.3, 1.3], theme.BANKRUPTCY, name="nothing"))
    look = {"width": 4, "dash": "solid"}
    wallet.append(line_trace([asked, asked], [-0.3, 1.3], theme.REQUIREMENT, name="asked", line=look))
    traces = [trace | {"xaxis": "x2", "yaxis": "y2"} for trace in wallet]
    for name, (low, trigger, price, is_closed) in rows.items():
        start = trigger if isfinite(trigger) else far
        if not is_closed:
            room = _block((start, price), (low, low + 0.36), theme.EQUITY_FILL, theme.EQUITY)
            if isnan(trigger):
                room["line"]["dash"] = "dash"
            traces.append(room | {"name": name})
        if isfinite(trigger):
            tall = [low - 0.06, low + 0.42]
            mark = line_trace([start, start], tall, theme.LIQUIDATION, line={"width": 4})
            traces.append(mark | {"name": f"{name} trigger"})
        traces.append(_dot(price, low + 0.18, theme.INK, name=f"{name} now", marker={"symbol": "diamond"}))
    untaken = flat if isfinite(flat) else far
    if cross > untaken:
        taken = _block((untaken, min(cross, entry)), (3.0, 3.36), theme.LOSS_FILL, theme.BANKRUPTCY)
        traces.append(taken | {"name": "taken"})
    if isfinite(guess):
        traces.append(_dot(min(max(guess, far), near), 3.18, theme.INK, is_open=True, name="guess"))
    reach = min(left, 0.0), max(left, asked, paid_in)
    bar, hidden = (0.8, 0.92), {"visible": False, "fixedrange": True}
    axes = {
        "xaxis": _fixed("price, $", range=[far, near]),
        "yaxis": hidden | {"range": [-0.12, 3.85], "domain": [0, 0.7]},
        "xaxis2": hidden | {"range": reach, "anchor": "y2"},
        "yaxis2": hidden | {"range": [-0.3, 1.3], "anchor": "x2", "domain": bar},
    }

    def words(narrow: bool) -> list[Dict]:
        edge = {"xref": "paper", "yanchor": "bottom", "yshift": 3}
        change = f", {formats.short_money(abs(paid_in - left))} {'lost' if left < paid_in else 'gained'}"
        has = f"in the wallet <b>{formats.short_money(left)}</b>{change if move else ''}"
        is_early = asked < sum(reach) / 2
        needs = f"{'▲ ' * is_early}asked for <b>{formats.short_money(asked)}</b>{' ▲' * (not is_early)}"
        under = {
            "xref": "x2",
            "yref": "paper",
            "yanchor": "top",
            "yshift": -1,
            "xanchor": "left" if is_early else "right",
            "xshift": -6 if is_early else 6,
        }
        labels = [
            text_label(has, 0, bar[1], theme.EQUITY_TEXT, **edge, yref="paper"),
            text_label(needs, asked, bar[0], theme.REQUIREMENT_TEXT, **under),
        ]
        for name, (low, trigger, _, is_closed) in rows.items():
            told = f"{'liquidation ' * isfinite(trigger)}<b>{formats.trigger(trigger)}</b>"
            if is_closed:
                alone_at = f"closed at {formats.trigger(trigger)}"
                told = f"<b>✕ {alone_at if name == 'B alone' else 'closed'}</b>"
            ink = theme.LIQUIDATION_TEXT if is_closed else theme.INK
            labels.append(text_label(f"{'' if narrow else 'Coin '}{name}: {told}", 0, low + 0.4, ink, **edge))
        if isfinite(guess):
            told = f"○ your guess {formats.trigger(guess)}"
            labels.append(text_label(told, 1, 3.4, theme.INK, **edge, xanchor="right"))
        return labels

    return _picture(traces, axes, words, margin={"l": 12, "r": 12, "t": 12, "b": 44})


def benchmark() -> Picture:
    """How many investors answered the start question correctly."""
    names = {"margin": "people who borrow to trade", "others": "other investors"}
    looks = {
        "margin": (theme.BORROWED_FILL, theme.BORROWED),
        "others": (theme.GRID, theme.AXIS),
    }
    rows = {"margin": (0.54, 0.78), "others": (0.04, 0.28)}
    traces = [
        _block((0.0, BENCHMARK[who]), rows[who], *looks[who]) | {"name": name} for who, name in names.items()
    ]
    ticks = [0, 0.25, 0.5, 0.75, 1]
    axes = {
        "xaxis": _fixed(
            "share who answered correctly",
            range=[0, 1],
            tickvals=ticks,
            ticktext=[_percent(tick) for tick in ticks],
        ),
        "yaxis": {"visible": False, "range": [0, 1], "fixedrange": True},
    }

    def words(narrow: bool) -> list[Dict]:
        labels = []
        for who, (low, high) in rows.items():
            labels.append(text_label(names[who], 0, high, theme.INK, yanchor="bottom"))
            share = BENCHMARK[who]
            labels.append(
                text_label(f"<b>{_percent(share)}</b>", share, (low + high) / 2, theme.INK, xshift=6)
            )
        return labels

    return _picture(traces, axes, words, margin={"l": 14, "r": 20, "t": 4, "b": 44}, height=LOWEST_HEIGHT)


def caps(scenario: Scenario, guess: float = nan) -> Picture:
    """What 19 October 1987 left of the money under each cap in law, and under the learner's own."""
    found = _caps(scenario)
    if 1 <= guess <= LIMITS["leverage"].high:
        found.append((guess, f"your guess {formats.multiple(guess)}"))
    found.sort(key=lambda row: row[0])
    left = left_after_crash(scenario.capital, [leverage for leverage, _ in found])
    reach = max(scenario.capital, -float(left.min()))
    traces = []
    for row, own in enumerate(left.tolist()):
        looks = (theme.EQUITY_FILL, theme.EQUITY) if own >= 0 else (theme.LOSS_FILL, theme.BANKRUPTCY)
        traces.append(_block((0.0, own), (row - 0.06, row + 0.24), *looks) | {"name": found[row][1]})
    traces.append(line_trace([0.0, 0.0], [-0.5, len(found) - 0.6], theme.INK, line={"width": 1.5}))
    axes = {
        "xaxis": _fixed("left of your money, $", range=[-1.04 * reach, 1.04 * scenario.capital], nticks=5),
        "yaxis": {"visible": False, "range": [len(found) - 0.6, -0.6], "fixedrange": True},
    }

    def words(narrow: bool) -> list[Dict]:
        labels = []
        for row, ((_, name), own) in enumerate(zip(found, left.tolist(), strict=True)):
            over = {"xref": "paper", "yanchor": "bottom", "yshift": 5}
            told = f"<b>{name}</b>" if name.startswith("your") else name
            labels.append(text_label(told, 0, row, theme.INK, **over))
            ink = theme.EQUITY_TEXT if own >= 0 else theme.BANKRUPTCY_TEXT
            amount = f"<b>{formats.money(own)}</b>"
            labels.append(text_label(amount, 1, row, ink, **over | {"xanchor": "right"}))
        return labels

    margin = {"l": 8, "r": 8, "t": 4, "b": 44}
    return _picture(traces, axes, words, margin=margin, height=60 + 48 * len(found))


def cap_rows(scenario: Scenario) -> list[tuple[str, ...]]:
    """The caps in law as a table: name, cap, the fall that closes, and what that day left."""
    return [
        (
            CAP_NAMES[name],
            formats.multiple(cap.leverage),
            formats.percent(cap.closeout),
            # A word joiner: a narrow column must not part a minus from its number.
            formats.money(float(left_after_crash(scenario.capital, cap.leverage))).replace(
                formats.MINUS, f"{formats.MINUS}\u2060"
            ),
        )
        for name, cap in legal_caps().items()
    ]


def _caps(scenario: Scenario) -> list[tuple[float, str]]:
    """Leverage and name of the caps in law, those of the same leverage together, and of one's own."""
    named: dict[float, list[str]] = {}
    for name, cap in legal_caps().items():
        named.setdefault(cap.leverage, []).append(CAP_NAMES[name])
    found = [
        (leverage, f"{' and '.join(names)}, {formats.multiple(leverage)}")
        for leverage, names in named.items()
    ]
    return [*found, (scenario.leverage, f"your cap, {formats.multiple(scenario.leverage)}")]


class _Fall:
    """A price on its way from the entry past the bankruptcy price, or to zero if there is none."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario, self.entry = scenario, scenario.entry_price
        bankrupt = scenario.bankruptcy_price
        beyond = bankrupt + 0.15 * (bankrupt - self.entry)
        self.far = max(beyond, 0.0) if isfinite(bankrupt) else 0.0
        self.is_at_once = bool(risk.is_liquidatable(scenario.backing, scenario.requirement))
        self.trigger = self.entry if self.is_at_once else scenario.liquidation_price
        ends = np.array([self.entry, self.far])
        self.top = float(max(self.own(ends).max(), self.asked(ends).max()))

    def own(self, price: Any) -> Any:
        """Equity at a price."""
        return risk.equity(self.scenario.quantity, self.entry, self.scenario.backing, price)

    def asked(self, price: Any) -> Any:
        """Requirement at a price."""
        s = self.scenario
        return s.requirements(s.quantity, price)

    def place(self, price: float) -> float:
        """How far on the way, from 0 to 1."""
        return (price - self.entry) / (self.far - self.entry)

    @property
    def free_place(self) -> tuple[float, float]:
        """Where words above the requirement are far from the equity: before the trigger or after it."""
        span = 0.36 * (self.far - self.entry)
        is_late = isfinite(self.trigger) and self.asked(self.entry + span) > 0.4 * self.own(self.entry)
        start = self.trigger if is_late else self.entry
        return start, float(self.asked(np.array([start, start + span])).max())


# --- marks ---------------------------------------------------------------------------------------


def _block(across: Range, up: Range, fill: str, edge: str) -> Dict:
    """A rectangle."""
    (left, right), (low, high) = across, up
    corners = [left, right, right, left, left], [low, low, high, high, low]
    return area_trace(*corners, fill, "y", "toself") | {"line": {"color": edge, "width": 1.5}}


def _dot(x: float, y: float, colour: str, *, is_open: bool = False, **more: Any) -> Dict:
    symbol = "circle-open" if is_open else "circle"
    marker = {"symbol": symbol, "size": 11, "color": colour, "line": {"width": 2.5, "color": colour}}
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [x],
        "y": [y],
        "cliponaxis": False,
        "hoverinfo": "skip",
        **more,
        "marker": marker | more.get("marker", {}),
    }


def _gap(x: float, guess: float, truth: float, colour: str) -> list[Dict]:
    """A guess, and the way from it to the truth if that is known."""
    mark = _dot(x, guess, theme.INK, is_open=True, name="guess")
    if isnan(truth):
        return [mark]
    way = line_trace([x, x], [guess, truth], theme.INK, name="gap", line={"width": 3})
    return [way, _dot(x, truth, colour, name="truth"), mark]


def _plumb(leverage: float, extent: Range) -> Dict:
    """Where the learner's own leverage is."""
    return line_trace([leverage, leverage], extent, theme.MUTED, name="own leverage")


# --- words ---------------------------------------------------------------------------------------


def _percent(share: float, signed: bool = False) -> str:
    """For round percentages: no decimals where there are none."""
    return formats.percent(share, signed).replace(".00", "")


def _place(leverage: float) -> float:
    """How far along the leverage axis, from 0 to 1."""
    return log10(leverage) / log10(LEVERAGES[-1])


def _over(text: str, leverage: float, y: float) -> Dict:
    """Words on top of a vertical line at a leverage."""
    place = _place(leverage)
    anchor = "left" if place < 0.33 else "right" if place > 0.67 else "center"
    # On a logarithmic axis plotly wants words at the logarithm.
    return text_label(
        text, log10(leverage), y, theme.INK, xanchor=anchor, yref="paper", yanchor="bottom", yshift=3
    )


def _guess_and_truth(guess: float, truth: float, at: float) -> list[Dict]:
    """The lender's share as it is, on the side above the curve, and as it was guessed, on the other."""
    if isnan(guess):
        return []
    ground = {"bgcolor": theme.PAPER_FILL, "borderpad": 0}
    told = f"your guess <b>{_percent(guess)}</b>"
    right = {"xshift": 12, "yanchor": "top" if guess > 0.9 else "bottom" if guess < 0.1 else "middle"}
    left = {"xanchor": "right", "xshift": -12, "yanchor": "bottom" if truth < 0.9 else "middle"}
    return [
        text_label(told, log10(at), min(max(guess, 0.0), 1.0), theme.INK, **right, **ground),
        text_label(f"it is <b>{_percent(truth)}</b>", log10(at), truth, theme.INK, **left, **ground),
    ]


def _beyond(x: float, y: float, amount: str, change: float, above: bool, ink: str) -> Dict:
    """A change and what it leaves, past the end of a bar."""
    side = {"yanchor": "bottom", "yshift": 8} if above else {"yanchor": "top", "yshift": -8}
    text = f"<b>{formats.percent(change, signed=True)}</b><br>{amount}"
    ground = {"bgcolor": theme.PAPER_FILL, "borderpad": 0}
    return text_label(text, x, y, ink, xanchor="center", align="center") | side | ground


def _aside(leverage: float, price: float, above: bool, ink: str) -> Dict:
    """A price above or below its mark, on the side that the curve leaves free."""
    side = (
        {"xanchor": "right", "yanchor": "bottom", "xshift": -1, "yshift": 4}
        if above
        else {"xanchor": "left", "yanchor": "top", "xshift": 1, "yshift": -4}
    )
    text = formats.price(price).removesuffix(".00")
    return text_label(text, log10(leverage), price, ink, bgcolor=theme.PAPER_FILL, borderpad=0) | side


def _rows(places: Mapping[str, float]) -> dict[str, int]:
    """Row of the words on top of each vertical line, 0 the upper: no line may cross another's words."""
    names = sorted(places, key=places.__getitem__)
    if len(names) == 2 and places[names[1]] >= WORDS:
        names.reverse()
    return {name: row for row, name in enumerate(names)}


def _side(place: float, places: list[float], width: float) -> str:
    """Where the words on top of a vertical line are anchored; at the left edge if the line is near it."""
    if len(places) == 1:
        return "left" if place < 0.5 else "right"
    if max(places) < WORDS:
        return "left"
    return "right" if place >= width else "edge"


def _apart(anchor: str) -> Dict:
    return {"xshift": -8 if anchor == "right" else 8}


# --- layout --------------------------------------------------------------------------------------


def round_up(value: float) -> float:
    """1, 2 or 5 times a power of ten: a slider changes the scale seldom."""
    power = 10.0 ** np.floor(np.log10(value))
    return float(next(m * power for m in (1, 2, 5, 10) if m * power >= value * (1 - risk.NOISE)))


def _fixed(title: str, **more: Any) -> Dict:
    """An axis without zoom: there is nothing more to see."""
    return {**base_axis(title), "fixedrange": True, **more}


def _leverages(title: str) -> Dict:
    return _fixed(
        title,
        type="log",
        range=[-0.05, log10(LEVERAGES[-1]) + 0.05],
        tickvals=TICKS,
        ticktext=[formats.multiple(tick) for tick in TICKS],
        showgrid=False,
        anchor="y",
    )


def _picture(
    traces: list[Dict], axes: Dict, words: Callable[[bool], list[Dict]], *, margin: Dict, height: int = HEIGHT
) -> Picture:
    layout = {**base_layout(height, margin), **axes, "hovermode": False, "dragmode": False}
    wide, narrow = words(False), words(True)
    for label in narrow:
        label["font"]["size"] = SMALL
    return {"data": traces, "layout": layout | {"annotations": wide}}, {"annotations": narrow}
