"""Links made up by chance: each opens its page, says what it drops, and shows what it takes.

``make fuzz SEED=7`` tries much more of them.
"""

from urllib.parse import urlencode

import pytest

from pages.shared import formats, link
from pages.shared.dials import DIALS
from tests.apptest import broken, fields, has, message, visit
from tests.fuzz import ODD, OPTIONS, PAGES, chance, times, view

OWN = ("fall", "depth", "held", "lowest", "traders", "impact", "shock", "puzzle", "lang")
NAMES = [*link.FIELDS, *OWN, "foo", "<b>"]


def any_link(rng, page):
    """A query string with up to six parts, usable or not."""
    parts = []
    for name in rng.sample(NAMES, rng.randint(1, 6)):
        kind = rng.random()
        if kind < 0.35:
            text = rng.choice(ODD)
        elif name in OPTIONS:
            text = str(rng.choice(OPTIONS[name]))
        elif name == "points":
            text = ",".join(f"{rng.uniform(0.04, 4.1):.3f}" for _ in range(rng.randint(1, 9)))
        else:
            dial = DIALS.get(name, DIALS["leverage"])
            text = f"{dial.low + (dial.high - dial.low) * rng.random() ** 3:.{rng.choice([0, 3, 9])}f}"
        parts.append((name, text))
    return parts


def as_query(page, parts, rng):
    return "&".join(filter(None, (view(rng, page), urlencode(parts))))


@pytest.mark.parametrize("page", PAGES)
def test_whatever_a_link_says_the_page_opens_and_its_fields_show_what_is_used(page):
    rng = chance("links", page)
    for _ in range(times(1)):
        query = as_query(page, any_link(rng, page), rng)
        at = visit(page, query)
        assert not at.exception, (page, query, at.exception)
        assert broken(at) == [], (page, query)
        for name in DIALS:
            if has(at, name):
                shown = formats.parse_number(message(at, name)["text"], DIALS[name].style)
                assert shown == fields(at)[name], (page, query, name)


def dropped(at):
    assert not at.exception
    return [note.value for note in at.info if "was left out" in note.value]


@pytest.mark.parametrize("page", PAGES)
def test_what_a_page_does_not_know_is_said_in_one_note(page):
    (note,) = dropped(visit(page, "nobody=1&view=presenter"))
    assert "“nobody”" in note


def test_a_link_of_very_many_parts_is_said_to_be_left_out():
    (note,) = dropped(visit("watch", "&".join(f"n{i}=1" for i in range(3000))))
    assert "more settings than can be read" in note


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("cascade?fall=99&traders=5000&depth=-4&held=1e300", ("9,900", "5,000 is", "−4 is", "more than")),
        ("watch?leverage=lots", ("“lots”",)),
        ("watch?view=presenter&leverage=lots&step=nan", ("“lots”", "step “nan”")),
        ("challenges?puzzle=nosuch", ("puzzle “nosuch”",)),
        ("rules?stage=bogus&view=room", ("stage “bogus”", "view “room”")),
        ("course?leverage=5", ("“leverage”",)),
        ("simulator?leverage=10&leverage=20", ("more than once",)),
        ("simulator?leverage=1_0&wallet=١٠", ("leverage “1", "wallet “١٠”")),
        ("simulator?shape=real&start=9999", ("start 9,999",)),
    ],
)
def test_every_part_that_is_dropped_is_named(address, said):
    page, _, query = address.partition("?")
    (note,) = dropped(visit(page, query))
    assert all(part in note for part in said), note
