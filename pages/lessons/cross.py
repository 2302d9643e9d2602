"""One wallet, two positions: what the lesson asks, and its picture."""

from math import isfinite, isnan, nan
from typing import NamedTuple

from engine.facts import Amount, in_one_wallet
from engine.margin import risk
from engine.margin.account import Account, Leg
from engine.margin.derived import allowed, changed
from engine.margin.scenario import Scenario
from engine.questions import Choice, Numeric, Quiz, choice, known, money, moved, numeric, percent, price
from pages.lessons.example import CUSHIONED, NEAR_PRICE, room
from pages.shared import formats
from pages.shared.drawing import theme
from pages.shared.drawing.charts import line_trace
from pages.shared.drawing.labels import Dict, Range, text_label
from pages.shared.drawing.sketch import Picture, block, compose, dot, fixed, hidden
from pages.shared.drawing.still import Ground, Line
from pages.shared.words import amount, read

WORDS = read("cross")

# Wallet and positions of a venue's own example of cross margin, ether first, then bitcoin: Binance,
# FAQ b3c689c1f50a44cabb3a84e663b81d93.
PUBLISHED = Account(
    1_535_443.01,
    (
        Leg(3683.979, 1456.84, 1335.18, 0.10, 135_365.0, name="ETH"),
        Leg(109.488, 32_481.98, 31_967.27, 0.025, 16_300.0, name="BTC"),
    ),
)
SHARED = allowed(changed(CUSHIONED, wallet=100.0))
# With the wallet and the capital of both behind one position.
LONE = allowed(changed(SHARED, wallet=SHARED.wallet + SHARED.capital))
ROOMS, BAR = (0, 0.7), (0.8, 0.92)  # the two panels, of the height

# --- questions -----------------------------------------------------------------------------------


def quiz() -> Quiz:
    """What the fall of one coin does to the position in the other."""
    flat = in_one_wallet(SHARED, 0.0)
    asked = known(SHARED, "capital", "leverage", "entry", "rate") | {"in_wallet": flat["in_wallet"]}
    guess = _pulled("pulled_12", asked, -0.12, NEAR_PRICE)
    checks = (
        _pulled("pulled_8", asked, -0.08, None),
        _taken_along(asked, flat),
        _lost_in_all(asked, flat),
        _hedge(asked, flat["alone_trigger"].value),
    )
    return Quiz((guess,), checks, _prose(flat, guess.given["move"].value))


def ground(quiz: Quiz) -> Ground:
    """Where coin A stands and to where coin B fell; the trigger of A is a level to be drawn."""
    given = quiz.guesses[0].given
    entry = Line(given["entry"].value, WORDS["still_a"].format(price=amount(given["entry"])))
    fallen = Line(given["price"].value, WORDS["still_b"].format(price=amount(given["price"])))
    return Ground(
        "price", 70.0, 110.0, 0.5, start=entry.value, lines=(entry, fallen), title=WORDS["axis_price"]
    )


def _pulled(name: str, asked: dict[str, Amount], move: float, near: float | None) -> Numeric:
    """Coin A's trigger after coin B has moved."""
    said = in_one_wallet(SHARED, move)
    other_lost = said["in_wallet"].value - said["wallet_left"].value
    needless = allowed(changed(SHARED, wallet=SHARED.collateral - other_lost))
    return numeric(
        name,
        asked | {"price": said["other_price"]} | moved(move),
        said["cross_trigger"],
        {
            "not_moved": said["flat_trigger"].value,
            "wrong_way": in_one_wallet(SHARED, -move)["cross_trigger"].value,
            "alone": said["alone_trigger"].value,
            "requirement_forgotten": needless.liquidation_price,
        },
        near,
    )


def _fall(at: float) -> float:
    return 1 - at / SHARED.entry_price


def _taken_along(asked: dict[str, Amount], flat: dict[str, Amount]) -> Numeric:
    return numeric(
        "taken_along",
        asked,
        percent(_fall(flat["flat_trigger"].value)),
        {
            "alone": _fall(flat["alone_trigger"].value),
            "lone_wallet": room(LONE),
            "one_over_leverage": LONE.backing / SHARED.notional,
            "requirement_at_entry": (LONE.backing - flat["wallet_asked"].value) / SHARED.notional,
        },
    )


def _lost_in_all(asked: dict[str, Amount], flat: dict[str, Amount]) -> Numeric:
    at = flat["flat_trigger"].value
    left = in_one_wallet(SHARED, -_fall(at))["wallet_left"].value
    return numeric(
        "lost_in_all",
        asked | {"price": price(at)},
        money(LONE.backing - left),
        {
            "alone": flat["alone_lost"].value,
            "capital_only": 2 * SHARED.capital,
            "all_lost": LONE.backing,
            "left_over": left,
        },
        tolerance=0.005 * SHARED.quantity,
    )


def _hedge(asked: dict[str, Amount], alone: float) -> Choice:
    """Long and short of the same coin in one wallet."""
    coin, rate = SHARED.entry_price, SHARED.maintenance_rate
    both_ways = tuple(Leg(units, coin, coin, rate, name="A") for units in (SHARED.quantity, -SHARED.quantity))
    trigger = Account(LONE.backing, both_ways).liquidation_price(0)
    return choice(
        "hedge",
        asked | {"hedge_trigger": price(trigger)},
        {"never": trigger > coin, "alone": trigger == alone, "later": trigger < alone},
    )


def _prose(flat: dict[str, Amount], move: float) -> dict[str, Amount]:
    fallen = in_one_wallet(SHARED, move)
    return known(SHARED, "position") | {
        "flat": flat["flat_trigger"],
        "alone": flat["alone_trigger"],
        "alone_lost": flat["alone_lost"],
        "other_lost": money(flat["in_wallet"].value - fallen["wallet_left"].value),
        "real_wallet": money(PUBLISHED.wallet),
        "real_alone": price(Account(PUBLISHED.wallet, PUBLISHED.legs[:1]).liquidation_price(0)),
        "real_beside": price(PUBLISHED.liquidation_price(0)),
    }


def told(scenario: Scenario, move: float) -> dict[str, str]:
    """A sentence in place of the trigger alone, where the capital alone could not open the position."""
    said = in_one_wallet(scenario, move)
    is_over = said["alone_trigger"].value == said["entry"].value
    return {"alone_trigger": WORDS["alone_at_once"]} if is_over else {}


# --- picture -------------------------------------------------------------------------------------


class _Row(NamedTuple):
    """A position: height of its bar, its trigger, the price now, and whether it is closed."""

    low: float
    trigger: float
    price: float
    is_closed: bool


class _Wallet(NamedTuple):
    """Money paid in, what is left of it, and what is asked for, quote."""

    paid_in: float
    left: float
    asked: float


def picture(scenario: Scenario, move: float, guess: float = nan) -> Picture:
    """Two longs in one wallet: what is left and asked for, and what room each has, cross beside isolated.

    Parameters
    ----------
    move : price change of coin B, a fraction; coin A stands at its entry
    guess : guessed liquidation price of coin A
    """
    said = {name: number.value for name, number in in_one_wallet(scenario, move).items()}
    wallet = _Wallet(*(said[name] for name in ("in_wallet", "wallet_left", "wallet_asked")))
    rows, extent = _rows(said, wallet), _extent(said)
    far, near = extent
    traces = [*_wallet_bar(wallet), *(mark for name, row in rows.items() for mark in _room(name, row, far))]
    traces += _taken(said, far)
    if isfinite(guess):
        traces.append(dot(min(max(guess, far), near), 3.18, theme.INK, is_open=True, name="guess"))
    axes = {
        "xaxis": fixed(WORDS["axis_price"], range=[far, near]),
        "yaxis": hidden(range=[-0.12, 3.85], domain=list(ROOMS)),
        "xaxis2": hidden(range=_reach(wallet), anchor="y2"),
        "yaxis2": hidden(range=[-0.3, 1.3], anchor="x2", domain=BAR),
    }

    def words(narrow: bool) -> list[Dict]:
        labels = _wallet_words(wallet, bool(move)) + [_told(name, row, narrow) for name, row in rows.items()]
        if isfinite(guess):
            told = WORDS["picture_guess"].format(price=formats.trigger(guess))
            labels.append(text_label(told, 1, 3.4, theme.INK, **_edge(), xanchor="right"))
        return labels

    return compose(traces, axes, words, margin={"l": 12, "r": 12, "t": 12, "b": 44})


def _rows(said: dict[str, float], wallet: _Wallet) -> dict[str, _Row]:
    entry, other = said["entry"], said["other_price"]
    cross, flat, alone = (said[f"{name}_trigger"] for name in ("cross", "flat", "alone"))
    at_once = alone == entry
    if at_once:
        alone = nan
    is_over = bool(risk.is_liquidatable(wallet.left, wallet.asked))
    return {
        "a_together": _Row(3.0, cross, entry, is_over),
        "a_alone": _Row(2.0, alone, entry, at_once),
        "b_together": _Row(1.0, flat, other, is_over),
        "b_alone": _Row(0.0, alone, other, at_once or other <= alone),
    }


def _extent(said: dict[str, float]) -> Range:
    """The lowest and the highest price that is shown."""
    names = ("entry", "other_price", "cross_trigger", "flat_trigger", "alone_trigger")
    # Without a trigger there is room down to zero.
    shown = [said[name] if isfinite(said[name]) else 0.0 for name in names]
    pad = max(0.06 * (max(shown) - min(shown)), 0.01 * said["entry"])
    return max(min(shown) - pad, 0.0), max(shown) + pad


def _reach(wallet: _Wallet) -> Range:
    return min(wallet.left, 0.0), max(wallet.left, wallet.asked, wallet.paid_in)


def _wallet_bar(wallet: _Wallet) -> list[Dict]:
    """What is left in the wallet, what is lost, and what is asked for."""
    traces, (paid_in, left, asked) = [], wallet
    if left > 0:
        traces.append(block((0.0, left), (0.0, 1.0), theme.EQUITY_FILL, theme.EQUITY) | {"name": "left"})
    if left < paid_in:
        lost = block((left, paid_in), (0.0, 1.0), theme.LOSS_FILL, theme.BANKRUPTCY)
        traces.append(lost | {"name": "lost"})
    if left < 0:
        # More than all of it: what is beyond this line is somebody else's loss.
        traces.append(line_trace([0.0, 0.0], [-0.3, 1.3], theme.BANKRUPTCY, name="nothing"))
    look = {"width": 4, "dash": "solid"}
    traces.append(line_trace([asked, asked], [-0.3, 1.3], theme.REQUIREMENT, name="asked", line=look))
    return [trace | {"xaxis": "x2", "yaxis": "y2"} for trace in traces]


def _room(name: str, row: _Row, far: float) -> list[Dict]:
    """The way from the price to the trigger, if the position is still open."""
    traces, (low, trigger, at, is_closed) = [], row
    start = trigger if isfinite(trigger) else far
    if not is_closed:
        way = block((start, at), (low, low + 0.36), theme.EQUITY_FILL, theme.EQUITY)
        if isnan(trigger):
            way["line"]["dash"] = "dash"
        traces.append(way | {"name": name})
    if isfinite(trigger):
        tall = [low - 0.06, low + 0.42]
        mark = line_trace([start, start], tall, theme.LIQUIDATION, line={"width": 4})
        traces.append(mark | {"name": f"{name} trigger"})
    return [*traces, dot(at, low + 0.18, theme.INK, name=f"{name} now", marker={"symbol": "diamond"})]


def _taken(said: dict[str, float], far: float) -> list[Dict]:
    """The room of coin A that coin B has taken."""
    flat, cross = said["flat_trigger"], said["cross_trigger"]
    untaken = flat if isfinite(flat) else far
    if not cross > untaken:
        return []
    taken = block((untaken, min(cross, said["entry"])), (3.0, 3.36), theme.LOSS_FILL, theme.BANKRUPTCY)
    return [taken | {"name": "taken"}]


def _edge() -> Dict:
    return {"xref": "paper", "yanchor": "bottom", "yshift": 3}


def _wallet_words(wallet: _Wallet, has_moved: bool) -> list[Dict]:
    paid_in, left, asked = wallet
    key = ("wallet_lost" if left < paid_in else "wallet_gained") if has_moved else "wallet_same"
    has = WORDS[key].format(left=formats.short_money(left), change=formats.short_money(abs(paid_in - left)))
    is_early = asked < sum(_reach(wallet)) / 2
    needs = WORDS["picture_asked"].format(amount=formats.short_money(asked))
    needs = f"{'▲ ' * is_early}{needs}{' ▲' * (not is_early)}"
    under = {
        "xref": "x2",
        "yref": "paper",
        "yanchor": "top",
        "yshift": -1,
        "xanchor": "left" if is_early else "right",
        "xshift": -6 if is_early else 6,
    }
    return [
        text_label(has, 0, BAR[1], theme.EQUITY_TEXT, **_edge(), yref="paper"),
        text_label(needs, asked, BAR[0], theme.REQUIREMENT_TEXT, **under),
    ]


def _told(name: str, row: _Row, narrow: bool) -> Dict:
    trigger = formats.trigger(row.trigger)
    key = "row_open" if isfinite(row.trigger) else "row_safe"
    if row.is_closed:
        at = "row_closed_at" if isfinite(row.trigger) else "row_closed_at_once"
        key = at if name.endswith("alone") else "row_closed"
    named = WORDS[f"{name}_narrow" if narrow else name]
    ink = theme.LIQUIDATION_TEXT if row.is_closed else theme.INK
    return text_label(WORDS[key].format(name=named, price=trigger), 0, row.low + 0.4, ink, **_edge())
