"""Where the money is gone: the curve, and guesses joined to it once they are made."""

from dataclasses import replace
from math import isfinite, isnan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.margin.derived import with_leverage
from engine.margin.scenario import Scenario
from pages.lessons import where_it_ends
from pages.shared import formats
from tests.lessons.drawn import check, fewer, guesses, longs, silent, told, traces

GUESSES = {2.0: 60.0, 5.0: 70.5, 10.0: 92.0, 50.0: 98.0}


@given(longs, st.dictionaries(st.sampled_from([1.0, 2.0, 5.0, 10.0, 50.0]), guesses.filter(isfinite)))
@fewer
def test_the_curve_goes_through_every_bankruptcy_price(s, guessed):
    picture = where_it_ends.picture(s, guessed, True)
    check(picture)
    curve = traces(picture[0])["bankruptcy"]
    bare = replace(s, maintenance_rate=0.0)
    for leverage, price in list(zip(curve["x"], curve["y"], strict=True))[::20]:
        assert price == pytest.approx(with_leverage(bare, float(leverage)).bankruptcy_price)
    if isnan(s.bankruptcy_price):
        told(picture, "never")
    else:
        told(picture, formats.trigger(s.bankruptcy_price))
        now = traces(picture[0])["now"]
        assert (now["x"], now["y"]) == ([s.leverage], [s.bankruptcy_price])


def test_guesses_are_joined_to_the_truth_only_once_it_is_shown():
    before, after = (where_it_ends.picture(Scenario(), GUESSES, shown) for shown in (False, True))
    check(before)
    marks = [t for t in before[0]["data"] if t.get("name") == "guess"]
    assert {t["x"][0]: t["y"][0] for t in marks} == GUESSES
    assert not {"truth", "gap", "bankruptcy", "now"} & traces(before[0]).keys()
    silent(before, "90")
    truths = {t["x"][0]: t["y"][0] for t in after[0]["data"] if t.get("name") == "truth"}
    assert truths == pytest.approx({2.0: 50.0, 5.0: 80.0, 10.0: 90.0, 50.0: 98.0})
    gaps = {t["x"][0]: tuple(t["y"]) for t in after[0]["data"] if t.get("name") == "gap"}
    assert gaps == {leverage: (guess, truths[leverage]) for leverage, guess in GUESSES.items()}
    told(after, "60", "70.50", "92", "50", "80", "90", "98")


@given(longs)
def test_the_reveal_leaves_the_axes_where_they_were(s):
    layouts = [where_it_ends.picture(s, GUESSES, shown)[0]["layout"] for shown in (False, True)]
    for axis in ("xaxis", "yaxis"):
        first, second = ({k: v for k, v in layout[axis].items() if k != "title"} for layout in layouts)
        assert first == second
    assert layouts[0]["margin"] == layouts[1]["margin"]


def test_the_words_of_a_guess_and_of_the_truth_stand_on_the_sides_that_are_away_from_each_other():
    wide, narrow = where_it_ends.picture(Scenario(), GUESSES, True)
    for layout in (wide["layout"], narrow):
        labels = layout["annotations"][: 2 * len(GUESSES)]
        for guess, truth in zip(labels[::2], labels[1::2], strict=True):
            if guess["y"] != truth["y"]:
                sides = ("bottom", "top") if guess["y"] > truth["y"] else ("top", "bottom")
                assert (guess["yanchor"], truth["yanchor"]) == sides
