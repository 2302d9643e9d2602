"""Every slider of every lesson from end to end, in every view: the page stays.

A position that can be opened says nothing about its neighbours: the same without its wallet, at another
leverage, on the other side. Here a learner goes through all of them.
"""

import json

import pytest

from pages.lessons.saved import RESCUES
from pages.shared.contents import SLUGS
from tests.apptest import broken, has, visit

POINTS = 20  # between the two ends of a slider
PICTURES = ("picture", "linked")
WAYS = {"saved": tuple(RESCUES)}  # named ways to play a lesson, each with sliders of its own
ASKS_ONLY = ("start_question", "finish")


def sliders(at):
    """What the control of each number on the page was given, by its name."""
    numbers = (e.proto for e in at.get("bidi_component") if e.proto.component_name == "number")
    return {proto.id.rpartition(".")[2]: json.loads(proto.json) for proto in numbers}


def along(data, points):
    """Both ends of a slider and so many points between them, as its field would show them."""
    low, high, field = data["low"], data["high"], data["field"]
    for place in (i / (points + 1) for i in range(points + 2)):
        value = low * (high / low) ** place if data["log"] else low + (high - low) * place
        yield f"{value * field['factor']:.{field['decimals']}f}"


def move_every_slider(at, slug, points):
    """Each slider of each way goes along and back to where it stood; says how many steps that took."""
    pictures, steps = [name for name in PICTURES if has(at, name)], 0
    for way in WAYS.get(slug, [""]) if sliders(at) else []:
        if way:
            at.button_group(f"{slug}.way").set_value(way).run()
        for name, data in sliders(at).items():
            for text in (*along(data, points), data["text"]):
                at.session_state[f"{slug}.{name}"] = {"edit": text}
                at.run()
                assert not at.exception, (slug, name, text, at.exception)
                assert broken(at) == [], (slug, name, text)
                assert all(has(at, picture) for picture in pictures), (slug, name, text)
                steps += 1
    return steps


@pytest.mark.parametrize("slug", SLUGS)
def test_both_ends_of_every_slider_keep_the_page(slug):
    steps = move_every_slider(visit(slug, "stage=play", unfolded=False), slug, 0)
    assert steps >= (0 if slug in ASKS_ONLY else 3)


@pytest.mark.slow
@pytest.mark.parametrize("stage", ["play", "reveal"])
@pytest.mark.parametrize("slug", SLUGS)
def test_every_slider_keeps_the_page_from_end_to_end(slug, stage):
    move_every_slider(visit(slug, f"stage={stage}", unfolded=False), slug, POINTS)


@pytest.mark.slow
@pytest.mark.parametrize("slug", SLUGS)
def test_every_slider_keeps_every_page_of_a_presenter(slug):
    last = -1
    while True:
        at = visit(slug, f"view=presenter&step={last + 1}", unfolded=False)
        assert not at.exception
        if at.session_state[f"{slug} slide"] == last:  # beyond the end there is the last page again
            return
        last += 1
        move_every_slider(at, slug, POINTS)
