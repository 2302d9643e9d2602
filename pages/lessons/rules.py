"""History and the rules: what the lesson asks, its picture and its table."""

from functools import reduce
from math import nan

from engine.facts import Amount
from engine.margin import risk
from engine.margin.derived import with_leverage
from engine.margin.scenario import LIMITS, Scenario
from engine.market.history import crash_closes, crash_move, left_after_crash
from engine.questions import (
    Choice,
    Numeric,
    Quiz,
    choice,
    known,
    money,
    moved,
    multiple,
    numeric,
    percent,
    plain,
)
from engine.venues.caps import LOSING, US_SHARES, house_calls, legal_caps
from engine.venues.records import VENUES
from pages.lessons.example import BARE, equity, room
from pages.shared import formats
from pages.shared.drawing import theme
from pages.shared.drawing.charts import line_trace
from pages.shared.drawing.labels import Dict, text_label
from pages.shared.drawing.sketch import Picture, block, compose, fixed, hidden
from pages.shared.drawing.still import Ground
from pages.shared.presets import NO_RULE
from pages.shared.words import read

WORDS = read("rules")

# One day of October 1987, with nobody who sells on the way.
CRASH = {**NO_RULE, "how_far": crash_move()}
NEAR_LEVERAGE = 0.4

# --- questions -----------------------------------------------------------------------------------


def quiz() -> Quiz:
    """What one day did, and what the caps that followed leave of the money."""
    s, move = BARE, crash_move()
    asked = known(s, "capital") | _closes()
    checks = (
        _day(move),
        _wiped_out(moved(move), None),
        _after(move, "left_2", with_leverage(s, 2.0)),
        _after(move, "left_5", with_leverage(s, 5.0)),
        _closeout("closeout_30", "eu_currencies"),
        _closeout("closeout_2", "eu_crypto"),
        _losing(),
    )
    given = asked | moved(move)
    for name, cap in legal_caps().items():
        given |= {f"{name}_cap": multiple(cap.leverage), f"{name}_room": percent(cap.closeout)}
    for name, rate, cap in zip(("low", "high"), VENUES[US_SHARES].house_rates, house_calls(), strict=True):
        given |= {f"house_{name}": percent(rate), f"house_{name}_room": percent(cap.closeout)}
    return Quiz((_wiped_out(asked, NEAR_LEVERAGE),), checks, given)


def ground(quiz: Quiz) -> Ground:
    """A scale of leverages; the one that was just wiped out is a level to be drawn."""
    return Ground("multiple", 1.0, 21.0, 0.1, start=1.0, title=WORDS["still_leverage"])


def _closes() -> dict[str, Amount]:
    before, after = crash_closes()
    return {"before": plain(before), "after": plain(after)}


def _wiped_out(asked: dict[str, Amount], near: float | None) -> Numeric:
    """The leverage at which the day took all of the money."""
    move, rate = crash_move(), BARE.maintenance_rate
    most = float(risk.largest_leverage(move, rate))
    thinking = {
        "leverage_as_percent": -move * 100,
        "falls_to": float(risk.largest_leverage(-(1 + move), rate)),
        "borrowed_only": most + 1,
    }
    return numeric("wiped_out", asked, multiple(most), thinking, near)


def _day(move: float) -> Numeric:
    before, after = crash_closes()
    return numeric(
        "move",
        _closes(),
        percent(move),
        {
            "wrong_way": -move,
            "points_for_percent": (after - before) / 100,
            "of_the_end": 1 - before / after,
            "falls_to": after / before,
        },
    )


def _after(move: float, name: str, s: Scenario) -> Numeric:
    price = s.entry_price * (1 + move)
    left = equity(s, price)
    return numeric(
        name,
        known(s, "capital", "leverage") | moved(move),
        money(left),
        {
            "no_leverage": equity(with_leverage(s, 1.0), price),
            "change_only": s.capital - left,
            "all_lost": 0.0,
        },
    )


def _closeout(name: str, cap: str) -> Numeric:
    """The fall after which who uses all of a cap is closed at half the margin."""
    leverage, fall = legal_caps()[cap]
    s = with_leverage(BARE, leverage)
    return numeric(
        name,
        known(s, "capital", "leverage", "position"),
        percent(fall),
        {
            "one_over_leverage": room(s),
            "wrong_way": -fall,
            "leverage_as_percent": leverage / 100,
        },
    )


def _losing() -> Choice:
    """How many retail accounts lose money."""
    least, most = LOSING
    return choice(
        "losing",
        {"least": plain(float(least)), "most": plain(float(most))},
        {"few": most < 40, "half": most < 60, "most": True},
    )


# --- picture -------------------------------------------------------------------------------------


def picture(scenario: Scenario, guess: float = nan) -> Picture:
    """What 19 October 1987 left of the money under each cap in law, and under the learner's own."""
    found = _caps(scenario)
    if 1 <= guess <= LIMITS["leverage"].high:
        found.append((guess, WORDS["picture_guess"].format(leverage=formats.multiple(guess))))
    found.sort(key=lambda row: row[0])
    left = left_after_crash(scenario.capital, [leverage for leverage, _ in found])
    reach = max(scenario.capital, -float(left.min()))
    traces = []
    for row, own in enumerate(left.tolist()):
        looks = (theme.EQUITY_FILL, theme.EQUITY) if own >= 0 else (theme.LOSS_FILL, theme.BANKRUPTCY)
        traces.append(block((0.0, own), (row - 0.06, row + 0.24), *looks) | {"name": found[row][1]})
    traces.append(line_trace([0.0, 0.0], [-0.5, len(found) - 0.6], theme.INK, line={"width": 1.5}))
    axes = {
        "xaxis": fixed(WORDS["axis_left"], range=[-1.04 * reach, 1.04 * scenario.capital], nticks=5),
        "yaxis": hidden(range=[len(found) - 0.6, -0.6]),
    }

    def words(narrow: bool) -> list[Dict]:
        labels = []
        for row, ((_, name), own) in enumerate(zip(found, left.tolist(), strict=True)):
            over = {"xref": "paper", "yanchor": "bottom", "yshift": 5}
            labels.append(text_label(name, 0, row, theme.INK, **over))
            ink = theme.EQUITY_TEXT if own >= 0 else theme.BANKRUPTCY_TEXT
            amount = f"<b>{formats.money(own)}</b>"
            labels.append(text_label(amount, 1, row, ink, **over | {"xanchor": "right"}))
        return labels

    margin = {"l": 8, "r": 8, "t": 4, "b": 44}
    return compose(traces, axes, words, margin=margin, height=60 + 48 * len(found))


def _caps(scenario: Scenario) -> list[tuple[float, str]]:
    """Leverage and name of the caps in law, those of the same leverage together, and of one's own."""
    named: dict[float, list[str]] = {}
    for name, cap in legal_caps().items():
        named.setdefault(cap.leverage, []).append(WORDS[f"cap_{name}"])
    found = []
    for leverage, names in named.items():
        pair = reduce(lambda first, second: WORDS["cap_pair"].format(first=first, second=second), names)
        found.append((leverage, WORDS["picture_cap"].format(name=pair, leverage=formats.multiple(leverage))))
    own = WORDS["picture_own"].format(leverage=formats.multiple(scenario.leverage))
    return [*found, (scenario.leverage, own)]


def cap_rows(scenario: Scenario) -> list[tuple[str, ...]]:
    """The caps in law as a table: name, cap, the fall that closes, and what that day left."""
    return [
        (
            WORDS[f"cap_{name}"],
            formats.multiple(cap.leverage),
            formats.percent(cap.closeout),
            # A word joiner: a narrow column must not part a minus from its number.
            formats.money(float(left_after_crash(scenario.capital, cap.leverage))).replace(
                formats.MINUS, f"{formats.MINUS}\u2060"
            ),
        )
        for name, cap in legal_caps().items()
    ]
