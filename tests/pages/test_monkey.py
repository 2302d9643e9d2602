"""A monkey at every control of every page: no crash, no broken number, and no money lost.

The chance is the same in every run; ``make fuzz SEED=7`` tries much more, and something else.
"""

import json
import re

import pytest

from pages.shared import formats
from pages.shared.words import read
from tests.apptest import broken, has, message, visit
from tests.fuzz import ODD, OPTIONS, PLAYED, chance, times, view

ACTIONS = {"simulator": 14, "cascade": 12, "after": 12, "compare": 10, "odds": 8, "leverage_map": 8}
SESSION = 12  # actions of one visitor; then there comes another
GAINS = {read(page)["gained"].strip() for page in ("report", "after", "cascade")}


# --- what a visitor can do -----------------------------------------------------------------------


def numbers(at):
    """What each number's control was given, by its key."""
    found = (e.proto for e in at.get("bidi_component") if e.proto.component_name == "number")
    return {proto.id.rpartition("-")[2]: json.loads(proto.json) for proto in found}


def typed_text(rng, data):
    """Often a number inside the slider's ends, sometimes an end or beyond, sometimes something odd."""
    kind = rng.random()
    if kind < 0.2:
        return rng.choice(ODD)
    low, high, factor = data["low"], data["high"], data["field"]["factor"]
    if kind < 0.4:
        return repr(rng.choice([low, high, low - 1, high * 2, low / 2, high * 1e9, -high]) * factor)
    way = rng.random() ** rng.choice([1, 3])
    return f"{(low + (high - low) * way) * factor:.{rng.choice([0, 2, 5])}f}"


def any_action(at, rng, page):
    """Something a visitor does, in words; the run follows."""
    doable = [
        *(("type", key) for key in numbers(at)),
        *(("pick", group) for group in at.button_group),
        *(("select", box) for box in at.selectbox),
        *(("tick", box) for box in at.checkbox),
        *(("say", field) for field in at.text_input),
        *(("choose", radio) for radio in at.radio),
        *(("press", button) for button in at.button if not button.disabled),
        *(("open", tab.label) for tab in at.tabs),
    ]
    if not doable:
        return "look"
    kind, what = rng.choice(doable)
    match kind:
        case "type":
            text = typed_text(rng, numbers(at)[what])
            at.session_state[what] = {"edit": text}
            return f"type {text[:40]!r} into {what}"
        case "pick":
            option = rng.choice(OPTIONS[what.key.rpartition(".")[2]])
            what.set_value(option)
            return f"pick {option!r} of {what.key}"
        case "select":
            what.select_index(place := rng.randrange(len(what.options)))
            return f"select {what.options[place]!r} of {what.key}"
        case "tick":
            what.set_value(not what.value)
        case "say":
            what.set_value(text := rng.choice([*ODD, "94.74", "10 %", "$ 1,000"]))
            return f"say {text[:40]!r} at {what.key}"
        case "choose":
            what.set_value(what.options[rng.randrange(len(what.options))])
        case "press":
            what.click()
        case "open":
            at.session_state[f"{page}.tabs"] = what
            return f"open {what}"
    return f"{kind} {what.key or what.label}"


# --- what must hold ------------------------------------------------------------------------------


def sound(at, said):
    assert not at.exception, (said, at.exception)
    assert broken(at) == [], said
    for shown in off_balance(at):
        raise AssertionError((said, shown))


def off_balance(at):
    """Sums on the page that do not add up."""
    for table in gains(at):
        cents = max(map(abs, table)) < formats.WHOLE_DOLLARS_FROM
        if abs(sum(table)) > (0.006 if cents else 0.5) * len(table):
            yield table
    if has(at, "linked"):
        rows = (message(at, "linked")["page"]["playback"] or {"rows": [[]] * 7})["rows"]
        for assets, debt, own in zip(*rows[2:5], strict=True):
            try:
                a, b, c = (formats.parse_number(text, "money") for text in (assets, debt, own))
            except ValueError:  # after the close there is nothing left to count
                continue
            if abs(a - b - c) > (1.6 if max(abs(a), abs(b), abs(c)) >= 1e4 else 0.016):
                yield assets, debt, own


def gains(at):
    """The columns that say who gained and who lost."""
    for element in at.markdown:
        lines = str(element.value).replace("\\", "").splitlines()
        if lines and lines[0].startswith("|") and lines[0].strip("| ").split(" | ")[-1] in GAINS:
            cells = [line.strip("| ").split(" | ")[-1] for line in lines[2:]]
            yield [formats.parse_number(re.sub(r"^\+", "", cell), "money") for cell in cells]


@pytest.mark.parametrize("page", PLAYED)
def test_nothing_a_stranger_does_breaks_a_page(page):
    rng, left = chance("monkey", page), times(ACTIONS.get(page, 5))
    while left > 0:
        query = view(rng, page)
        at, done = visit(page, query), [f"/{page}?{query}"]
        sound(at, done)
        for _ in range(min(SESSION, left)):
            done.append(any_action(at, rng, page))
            sound(at.run(), done)
        left -= SESSION


def test_the_balance_is_watched():
    at = visit("simulator", "shape=gap&maintenance_rate=0.05")
    assert len([*gains(at)]) == 1 and not [*off_balance(at)]
    table = next(m for m in at.markdown if m.value.startswith("|") and "Gained, or" in m.value)
    table.proto.body = table.proto.body.replace("100.00", "100.02")
    assert [*off_balance(at)]
