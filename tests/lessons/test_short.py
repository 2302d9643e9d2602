"""Both directions: a bar from the entry to each trigger."""

from dataclasses import replace
from math import isfinite, isnan

import pytest
from hypothesis import given

from engine.margin.scenario import Side
from pages.lessons import short
from pages.shared import formats
from tests.lessons.drawn import check, fewer, positions, told, traces, values


@given(positions)
@fewer
def test_each_direction_has_a_bar_from_the_entry_to_its_trigger(s):
    picture = short.picture(s)
    check(picture)
    drawn = traces(picture[0])
    low, high = picture[0]["layout"]["xaxis"]["range"]
    assert (low + high) / 2 == pytest.approx(s.entry_price)
    for side in Side:
        trigger = replace(s, side=side).liquidation_price
        bar = drawn[str(side)]
        edge = 0.0 if isnan(trigger) else trigger
        assert sorted(set(values(bar, "x"))) == pytest.approx(sorted({edge, s.entry_price}))
        assert (bar["line"].get("dash") == "dash") == isnan(trigger)
        assert low <= edge <= high
        told(picture, f"{side}, {formats.multiple(s.leverage)}", formats.trigger(trigger))
        if isfinite(trigger):
            told(picture, formats.percent(trigger / s.entry_price - 1, signed=True))
