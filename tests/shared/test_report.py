"""What leaves the page: the CSV and the web page say the same as the screen."""

import html
import io
import re
from types import SimpleNamespace

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from hypothesis import given

from engine.margin.derived import with_leverage
from engine.margin.scenario import Scenario
from engine.market.prices import PathChoice, Shape, price_frame
from engine.market.replay import replay
from engine.venues.records import VENUES
from pages.shared import formats, link, report, story
from pages.shared.words import unmarked
from tests.apptest import BROKEN
from tests.runs import SIGNATURE, at_most, dated, run, runs

PRICES = ["warning_price", "margin_call_price", "liquidation_price", "bankruptcy_price"]


def drawn(r):
    return go.Figure(report._figure(r, None)[0])


@at_most(40)
@given(runs())
def test_the_csv_is_the_run_to_the_last_bit(r):
    text = report.csv(r)
    # To the last bit a number may need an exponent: a file is read by machines.
    assert not BROKEN.search(re.sub(r"(?<=\d)e[+-]\d+", "", text))
    table = pd.read_csv(io.StringIO(text), index_col="step")
    assert list(table.columns) == list(r.steps.columns)
    assert len(table) == len(r.steps)
    for name in set(table.columns) - {"time", "state", "is_open"}:
        column = table[name]
        if name in PRICES:
            assert (column.astype(str) == formats.no_trigger()).tolist() == r.steps[name].isna().tolist()
            column = pd.to_numeric(column, errors="coerce")
        np.testing.assert_array_equal(column.to_numpy(dtype=float), r.steps[name].to_numpy(dtype=float))
    assert table["state"].tolist() == r.steps["state"].astype(str).tolist()


def test_the_csv_reproduces_the_figures_on_the_screen():
    r = run(SIGNATURE, maintenance_rate=0.05, funding_rate=0.0001, trading_fee=0.001)
    table = pd.read_csv(io.StringIO(report.csv(r)), index_col="step")
    end = table[table["state"] == "liquidated"].iloc[0]
    assert f"{end['equity']:.2f}" in story.events(r)[-2][2]
    assert end["assets"] - end["debt"] == pytest.approx(end["equity"])
    own = 100 + table["quantity"] * (table["mark"] - 100) - table["costs"]
    np.testing.assert_allclose(own[: end.name + 1], table["equity"][: end.name + 1])


def test_no_liquidation_price_is_said_in_words_in_the_csv():
    text = report.csv(run(leverage=1.0))
    table = pd.read_csv(io.StringIO(text))
    for name in PRICES:
        assert set(table[name]) == {formats.no_trigger()}
    assert tuple(PRICES) == report.NO_TRIGGER_COLUMNS
    assert formats.no_trigger() not in report.csv(run())


@pytest.mark.parametrize("compared", [False, True])
def test_the_web_page_carries_the_sentence_the_settings_and_the_figure(compared):
    r = run(SIGNATURE, capital=250.0, leverage=7.5, maintenance_rate=0.05)
    ghost = replay(with_leverage(r.scenario, 3.0), r.steps) if compared else None
    page = report.page(r, ghost, link.Choices(r.scenario))
    assert unmarked(story.headline(r)) in page
    for part in ("long", "$250.00", "7.5x", "100.00", "5.00\xa0%", "liquidation"):
        assert part in page
    assert ("other leverage" in page) == compared
    assert "http://" not in re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)
    assert not re.search(r"<(?:script|link|img)[^>]+(?:src|href)=[\"']?http", page)


@pytest.mark.parametrize("slug", link.REPLAYED)
def test_the_web_page_names_the_venue_whose_rule_is_in_force(slug):
    fields = link.flat(link.DEFAULT) | {"venue": slug, "leverage": 2.0, "capital": 100_000.0}
    choices = link.build(fields)
    page = html.unescape(report.page(replay(choices.scenario, run().steps), None, choices))
    venue, tier = VENUES[slug], choices.scenario.tier
    for part in (venue.name, venue.source, formats.date(venue.seen_on), formats.percent(tier.rate)):
        assert part in page
    assert ("closing fee" in page) == (venue.closing_fee > 0)
    assert (f"less {formats.money(tier.amount)}" in page) == (tier.amount > 0)
    assert "maintenance rate" not in page


def test_the_time_axis_says_how_long_a_step_is():
    title = report.WORDS["time_axis"]
    r = run(PathChoice(step_hours=8.0))
    assert drawn(r).layout.xaxis.title.text == title.format(duration=formats.duration(8))
    real = replay(
        Scenario(entry_price=321.83, leverage=4.0), price_frame(PathChoice(shape=Shape.REAL), 321.83)
    )
    assert not drawn(real).layout.xaxis.title.text


def test_the_moment_is_told_in_the_figure():
    r = run(SIGNATURE, maintenance_rate=0.05)
    assert story.moment(r) in [a.text for a in drawn(r).layout.annotations]


def test_a_second_leverage_goes_along_the_same_prices():
    desk = SimpleNamespace(
        choices=SimpleNamespace(scenario=Scenario(stop_price=97.0), compare=3.0),
        prices=dated(price_frame(PathChoice(), 100.0), 60),
    )
    r, ghost = report.runs(desk)
    assert ghost.scenario == Scenario(leverage=3.0)
    assert r.scenario.stop_price == 97
    pd.testing.assert_frame_equal(ghost.steps[["time", "open", "close"]], r.steps[["time", "open", "close"]])
    desk.choices.compare = float("nan")
    assert report.runs(desk)[1] is None


def test_dragged_handles_reach_the_desk(monkeypatch):
    class Desk:
        page, handles, draw = "lab", staticmethod(lambda: None), staticmethod(lambda prices: None)

    given = {}
    monkeypatch.setattr(report.figure, "show", lambda *_, **more: given.update(more))
    report.picture(Desk, run(), None)
    assert given["on_points"] is Desk.draw
    assert given["handles"] is None
    assert given["alt"] == story.alt(run(), story.headline(run()))
