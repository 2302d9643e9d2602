"""The lesson on chance: a hundred marks that can be counted, drawn one by one, and the dials."""

import re

import numpy as np
import pytest

from pages.shared.words import read
from tests.apptest import broken, figure, message, query, typed, visit

WORDS = read("how_likely")


def play(query=""):
    at = visit("how_likely", f"stage=play&{query}", unfolded=False)
    assert not at.exception and broken(at) == []
    return at


def now(at):
    return next(m.value for m in at.markdown if "of a hundred**" in m.value).replace("\xa0", " ")


def counted(at):
    """Crosses and rings."""
    drawn = {trace.name: trace for trace in figure(at, "picture").data}
    assert drawn["ended"].marker.symbol != drawn["alive"].marker.symbol
    assert sorted([*drawn["ended"].x, *drawn["alive"].x]) == list(range(100))
    return len(drawn["ended"].x), len(drawn["alive"].x)


@pytest.mark.parametrize(("leverage", "ended"), [(1, 0), (5, 2), (10, 29), (20, 63)])
def test_the_marks_are_as_many_as_the_sentence_says(leverage, ended):
    at = play(f"leverage={leverage}")
    assert counted(at) == (ended, 100 - ended)
    assert f"**{ended} of a hundred**" in now(at)
    alt = message(at, "picture")["page"]["alt"]
    assert f"{ended} of them are crosses" in alt and f"{100 - ended} are rings" in alt


def test_they_are_drawn_one_by_one_and_counted():
    at = play()
    page = message(at, "picture")["page"]["playback"]
    drawn = {trace.name: set(trace.x) for trace in figure(at, "picture").data}
    persons, fates, so_far, ended, alive = page["rows"]
    assert len(page["x"]) == 100 and page["closed"] == 99
    for i in range(100):
        assert page["x"][i] > i
        assert persons[i] == str(i + 1)
        assert int(so_far[i]) == sum(x <= i for x in drawn["ended"])
        assert ended[i] == f"{so_far[i]} of {i + 1}"
        assert alive[i] == f"{i + 1 - int(so_far[i])} of {i + 1}"
        is_ended = i in drawn["ended"]
        day = re.fullmatch(r"liquidated on day (\d+)", fates[i])
        assert bool(day) == is_ended
        assert not day or 1 <= int(day[1]) <= 10
        assert is_ended or fates[i] == "still open after 10 days"
    counts = [label for label in figure(at, "picture").layout.annotations if label.name == "moment"]
    assert [re.sub("<.*?>", "", label.text) for label in counts] == ["✕ 29 liquidated", "○ 71 still open"]
    assert [item["rest"] for item in page["figures"]] == ["29 of 100", "71 of 100"]


@pytest.mark.parametrize("query", ["", "leverage=20"])
def test_each_mark_has_a_path_that_appears_with_it(query):
    """A cross's path ends on the line at the price of the trigger, a ring's at the end of the days."""
    at = play(query)
    drawn = {trace.name: trace for trace in figure(at, "picture").data}
    trigger = drawn["trigger"].y[0]
    for fate in ("ended", "alive"):
        paths = drawn[f"paths_{fate}"]
        assert list(paths.meta["steps"]) == list(drawn[fate].x)
        gaps = np.flatnonzero(np.isnan(np.array(paths.y, dtype=float)))
        assert len(gaps) == len(drawn[fate].x)
        last_times, last_prices = np.array(paths.x)[gaps - 1], np.array(paths.y)[gaps - 1]
        if fate == "ended":
            assert last_prices == pytest.approx(trigger, abs=0.005)
            assert list(drawn["touched"].meta["steps"]) == list(drawn["ended"].x)
            assert drawn["touched"].x == pytest.approx(last_times, abs=0.01)
        else:
            assert last_times == pytest.approx(10)
            assert (last_prices > trigger).all()


@pytest.mark.parametrize(
    ("query", "arrow"), [("leverage=2&volatility=0.1", "↓"), ("leverage=10", ""), ("leverage=1", None)]
)
def test_a_trigger_that_is_too_far_away_is_named_at_the_edge(query, arrow):
    drawn = figure(play(query), "picture")
    told = [label for label in drawn.layout.annotations if "liquidation price" in label.text]
    assert [label.text.startswith("↓") for label in told] == ([] if arrow is None else [bool(arrow)])
    assert ("trigger" in {trace.name for trace in drawn.data}) == (arrow == "")
    low, high = drawn.layout.yaxis2.range
    assert all(low <= label.y <= high for label in told)


def test_days_and_volatility_are_dials_and_travel_in_the_link():
    at = play()
    assert message(at, "steps")["label"] == "Days"
    assert (message(at, "steps")["low"], message(at, "steps")["high"]) == (2, 60)
    calm = typed(at, "volatility", "20")
    assert "1 % on a usual day" in now(calm) and "**hardly any of a hundred**" in now(calm)
    longer = typed(calm, "steps", "60")
    assert "over 60 days: **22 of a hundred**" in now(longer)
    again = play(query(longer))
    assert now(again) == now(longer) and counted(again) == counted(longer)


def test_the_table_has_the_same_counts():
    text = next(m.value for m in play().markdown if m.value.startswith("| "))
    for row in ("5x | 2 | 1 | 1", "10x | 29 | 22 | 15", "20x | 63 | 51 | 31", "2x | 0 | 0 | 0"):
        assert f"| {row} |" in text


def test_the_guess_stands_above_the_marks_while_it_is_the_same_question():
    at = visit("how_likely", unfolded=False)
    at.session_state["memory"] = {
        "stored": {"records": {"how_likely": {"stage": "reveal", "guesses": {"paths_10": 50}}}}
    }
    at.run()
    said = f"{WORDS['dots_guess']} <b>50</b>"
    assert said in [label.text for label in figure(at, "picture").layout.annotations]
    at = typed(at, "steps", "20")
    assert said not in [label.text for label in figure(at, "picture").layout.annotations]


def test_a_price_that_stands_still_hurts_nobody():
    assert counted(typed(play(), "volatility", "0")) == (0, 100)
