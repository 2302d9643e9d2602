"""The picture is the frame: every line its column, every axis its unit, no label on another."""

import re
from dataclasses import replace
from math import isfinite, isnan

import numpy as np
import plotly.graph_objects as go
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.margin.derived import with_leverage
from engine.margin.scenario import Scenario, Side
from engine.market.prices import PathChoice, Shape, bars, price_frame
from engine.market.replay import replay
from pages.shared import formats, story
from pages.shared.drawing import charts, hanging_bars, ranges, theme
from pages.shared.drawing.labels import NARROW, WIDE, spread
from tests.runs import SIGNATURE, at_most, dated, on, run, runs

fewer = at_most(60)
KINDS = {
    "long": run(SIGNATURE, maintenance_rate=0.05),
    "short": run(SIGNATURE, maintenance_rate=0.05, side=Side.SHORT),
    "short closed": run(PathChoice(how_far=0.12), maintenance_rate=0.05, side=Side.SHORT),
    "one times": run(leverage=1.0),
    "one times short": run(leverage=1.0, side=Side.SHORT),
    "gap": run(PathChoice(shape=Shape.GAP), maintenance_rate=0.05),
    "gap in the first step": on([100, 50]),
    "gap before the first step": on([80, 100, 90]),
    "stop": run(stop_price=96.0),
    "top-up": run(SIGNATURE, top_up=50.0, top_up_step=1, maintenance_rate=0.05),
    "reduced": run(SIGNATURE, reduce_fraction=0.5, maintenance_rate=0.05),
    "wallet": run(PathChoice(how_far=-0.4), wallet=200.0, maintenance_rate=0.05),
    "costs": run(PathChoice(how_far=-0.01), funding_rate=0.003, trading_fee=0.001, interest_rate=0.1),
    "rich": run(PathChoice(how_far=3.0)),
    "two steps": on([100, 99]),
    "flat": on([100] * 30),
    "bars": replay(Scenario(), dated(price_frame(PathChoice(), 100.0), 60)),
    "real": replay(
        Scenario(entry_price=321.83, leverage=4.0), price_frame(PathChoice(shape=Shape.REAL), 321.83)
    ),
    "tiny price": run(entry_price=1e-6),
    "huge price": run(entry_price=1e9, capital=1e9),
    "hardly any": run(PathChoice(how_far=-0.94), leverage=1.01),
    "long file": replay(Scenario(), dated(price_frame(PathChoice(shape=Shape.RANDOM, steps=1000), 100.0), 1)),
}
LONG = replay(
    Scenario(maintenance_rate=0.05),
    price_frame(PathChoice(shape=Shape.RANDOM, steps=1000, step_hours=1.0), 100.0),
)
KINDS["1001 steps"] = LONG
LINE_HEIGHT = 16  # px, of the 13 px font
LINES = {"warning": theme.WARNING, "liquidation": theme.LIQUIDATION, "bankruptcy": theme.BANKRUPTCY}


def linked(r, **more):
    figure, narrow = charts.linked(r, **more)
    # Beside the moment, shapes only join a line to its words.
    for layout in (figure["layout"], narrow):
        layout["shapes"] = [shape for shape in layout.get("shapes", ()) if shape.get("name") == "moment"]
    return go.Figure(figure, _validate=False), narrow


def waterfall(*bars):
    return go.Figure(hanging_bars.draw(*bars), _validate=False)


def draw(r, ghost=None):
    figure, narrow = linked(r, ghost=ghost, moment=story.moment(r))
    return figure, narrow, {trace.name: trace for trace in figure.data if trace.name}


def limits(figure, axis):
    return figure.to_dict()["layout"][axis]["range"]


def colours_in(value, key=""):
    """Every colour of a figure, named ones too."""
    if isinstance(value, dict):
        for name, part in value.items():
            yield from colours_in(part, name)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from colours_in(part, key)
    elif isinstance(value, str) and key.endswith("color"):
        yield value


# --- whole figures -------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("compared", [False, True], ids=["alone", "compared"])
def test_plotly_accepts_every_property_of_every_kind_of_figure(kind, compared):
    r = KINDS[kind]
    ghost = replay(with_leverage(r.scenario, 3.0), r.steps) if compared else None
    figure, narrow, _ = draw(r, ghost)
    checked = go.Figure(figure.to_dict())
    hidden = narrow["hidden_traces"]
    go.Figure({"layout": {k: v for k, v in narrow.items() if k != "hidden_traces"}})
    assert {checked.data[i].yaxis for i in hidden} == {"y2"}
    assert [i for i, t in enumerate(checked.data) if t.yaxis == "y2"] == hidden
    for trace in figure.data:
        assert len(trace.x) == len(trace.y) > 0
    for layout in (figure.to_dict()["layout"], narrow):
        for axis in ("yaxis", "yaxis2", "yaxis3"):
            low, high = layout[axis]["range"]
            assert isfinite(low) and isfinite(high) and low < high


@pytest.mark.parametrize("kind", KINDS)
def test_every_colour_has_a_dark_one(kind):
    figure, narrow, _ = draw(KINDS[kind], KINDS["one times"] if kind == "flat" else None)
    bars = story.account(KINDS[kind])
    money = waterfall(bars.names, bars.amounts, bars.kinds)
    colours = {colour for part in (figure.to_dict(), narrow, money.to_dict()) for colour in colours_in(part)}
    assert colours <= set(theme.DARK)
    assert {
        theme.INK,
        theme.EQUITY,
        theme.REQUIREMENT,
        theme.BORROWED,
        theme.PAPER,
        theme.GRID,
    } - colours <= {theme.BORROWED}


@pytest.mark.parametrize("panels", ["wide", "narrow"])
def test_every_panel_and_axis_names_its_unit(panels):
    figure, narrow, _ = draw(KINDS["long"])
    layout = figure.to_dict()["layout"] if panels == "wide" else narrow
    titles = [label["text"] for label in layout["annotations"]]
    for title in ("price, $", "yours, $", *(["whose money, $"] if panels == "wide" else [])):
        assert titles.count(title) == 1
    drawn = linked(KINDS["long"], time_title="step, 1 day each")
    titled = drawn[0].layout if panels == "wide" else go.Layout(xaxis=drawn[1]["xaxis"])
    assert titled.xaxis.title.text == "step, 1 day each"
    assert linked(KINDS["real"], time_title="")[0].layout.xaxis.title.text in ("", None)
    bars = story.account(KINDS["long"])
    money = waterfall(bars.names, bars.amounts, bars.kinds)
    assert money.layout.xaxis.title.text == "dollars"


@fewer
@given(runs())
def test_the_lines_are_the_columns_of_the_frame(r):
    figure, _, named = draw(r)
    steps, lived = r.steps, r.settlement.step + 1
    np.testing.assert_array_equal(named["price"].y, steps["close"])
    assert named["price"].line.color == theme.INK
    for name, column, axis in (
        ("owed", "debt", "y2"),
        ("held", "assets", "y2"),
        ("yours", "equity", "y3"),
        ("requirement", "maintenance_margin", "y3"),
    ):
        np.testing.assert_array_equal(named[name].y, steps[column].iloc[:lived])
        assert len(named[name].x) == lived
        assert named[name].yaxis == axis
    for column, colour in LINES.items():
        drawn = [t for t in figure.data if t.yaxis == "y" and t.line.color == colour and t.line.width]
        values = steps[f"{column}_price"].to_numpy()
        if np.isnan(values).any():
            continue
        assert len(drawn) == 1, column
        y = np.asarray(drawn[0].y)
        if len(y) == len(values) and len(values) > 2:
            np.testing.assert_array_equal(y, values)
        else:
            assert {values[0], values[-1]} == set(y)
            assert np.ptp(values) == 0 or len(values) == 2
    assert ("close-out" in named) == r.is_closed
    if r.is_closed:
        assert (named["close-out"].x[0], named["close-out"].y[0]) == (
            named["price"].x[lived - 1],
            r.settlement.fill_price,
        )
        if lived < len(steps):
            np.testing.assert_array_equal(named["if held"].y[1:], steps["equity_if_held"].iloc[lived:])
            assert named["if held"].y[0] == steps["equity"].iloc[lived - 1]
    assert ("if held" in named) == (r.is_closed and lived < len(steps))


@given(runs())
def test_a_line_that_is_named_is_drawn(r):
    figure, _, _ = draw(r)
    for column, colour in LINES.items():
        named = [label for label in figure.layout.annotations if re.match(rf"(<b>)?{column} ", label.text)]
        drawn = [t for t in figure.data if t.yaxis == "y" and t.line.color == colour and t.line.width]
        assert len(named) == len(drawn), column


def test_a_line_that_begins_or_ends_on_the_way_is_drawn_while_it_stands():
    r = on([100, 99, 98, 50, 98], leverage=2.0, top_up=120.0, top_up_step=1)
    figure, _, _ = draw(r)
    lines = [t for t in figure.data if t.line.color == theme.LIQUIDATION]
    assert lines
    assert 50 < lines[0].y[0] < 51


@fewer
@given(runs())
def test_negative_equity_hangs_below_zero_as_somebody_elses_loss(r):
    figure, _, _ = draw(r)
    below = [t for t in figure.data if t.yaxis == "y3" and t.fillcolor == theme.LOSS_FILL]
    assert bool(below) == (r.settlement.shortfall > 0)
    if below:
        assert below[0].y[-1] == pytest.approx(r.settlement.equity_at_fill)
        assert below[0].x[-1] == linked(r)[1]["shapes"][0]["x0"]
        assert limits(figure, "yaxis3")[0] < r.settlement.equity_at_fill


@pytest.mark.parametrize("side", Side)
def test_the_lenders_cushion_lies_between_the_lines_and_the_loss_beyond(side):
    r = run(PathChoice(how_far=0.0), side=side, maintenance_rate=0.05)
    figure, _, _ = draw(r)
    fills = [t for t in figure.data if t.fill == "tonexty" and t.yaxis == "y"]
    cushion = next(t for t in fills if t.fillcolor == theme.CUSHION_FILL)
    loss = next(t for t in fills if t.fillcolor == theme.LOSS_FILL)
    before = figure.data[[t is cushion for t in figure.data].index(True) - 1]
    assert set(before.y) == {r.steps["liquidation_price"].iloc[0]}
    assert set(cushion.y) == {r.steps["bankruptcy_price"].iloc[0]}
    low, high = limits(figure, "yaxis")
    assert set(loss.y) == {low if side is Side.LONG else high}
    texts = [label.text for label in figure.layout.annotations]
    assert {"the lender’s cushion", "someone else’s loss"} <= set(texts)
    words = next(label for label in figure.layout.annotations if label.text == "someone else’s loss")
    outer = r.steps["bankruptcy_price"].iloc[0]
    assert low < words.y < outer if side is Side.LONG else outer < words.y < high


def test_both_sides_are_drawn_as_mirror_images():
    long = run(PathChoice(how_far=-0.03), maintenance_rate=0.0, side=Side.LONG)
    short = run(PathChoice(how_far=0.03), maintenance_rate=0.0, side=Side.SHORT)
    one, two = (draw(r) for r in (long, short))
    assert [t.name for t in one[0].data] == [t.name for t in two[0].data]
    for a, b in zip(one[0].data, two[0].data, strict=True):
        assert (a.line.color, a.fillcolor, a.yaxis) == (b.line.color, b.fillcolor, b.yaxis)
        if a.yaxis == "y" and a.fillcolor is None:
            np.testing.assert_allclose(np.asarray(a.y) - 100, 100 - np.asarray(b.y), atol=1e-9)
    np.testing.assert_allclose(one[2]["yours"].y, two[2]["yours"].y)
    ranges = limits(one[0], "yaxis"), limits(two[0], "yaxis")
    assert ranges[0] == pytest.approx([200 - x for x in reversed(ranges[1])])


# --- ranges --------------------------------------------------------------------------------------


def labels(layout, word):
    return [a for a in layout["annotations"] if re.match(rf"(<b>)?{word}\b", a["text"])]


@given(runs())
@example(run(PathChoice(how_far=-0.001), leverage=1.05))
@example(run(PathChoice(how_far=0.001), leverage=1.0, side=Side.SHORT))
def test_the_price_panel_holds_the_path_the_entry_and_the_lines_or_points_at_them(r):
    figure, narrow, _ = draw(r)
    for layout in (figure.to_dict()["layout"], narrow):
        low, high = layout["yaxis"]["range"]
        assert low <= r.steps["low"].min() and r.steps["high"].max() <= high
        assert low < r.scenario.entry_price < high
        lived = r.steps.iloc[: r.settlement.step + 1]
        for name in LINES:
            stood = lived[f"{name}_price"].dropna()
            level = stood.iloc[-1] if len(stood) else float("nan")
            if isnan(level):
                assert not labels(layout, name)
                continue
            (label,) = labels(layout, name)
            if layout is narrow and "→" in labels(layout, "liquidation")[0]["text"]:
                level = stood.iloc[0]  # creeping lines are named on a phone where they begin
            assert formats.price(level) in label["text"].partition("→")[0]
            inside = low - 1e-9 <= level <= high + 1e-9
            arrow = "↑" if level > r.scenario.entry_price else "↓"
            assert (arrow in label["text"]) == (not inside) or inside
            assert low <= label["y"] <= high
            assert label["y"] == pytest.approx(level) if inside else label["y"] in (low, high)
        (entry,) = labels(layout, "entry")
        assert entry["y"] == r.scenario.entry_price
        assert ("no liquidation price" in str(layout["annotations"])) == (
            lived["liquidation_price"].isna().all()
        )
        below, above = layout["yaxis3"]["range"]
        own = r.steps["equity"].iloc[: r.settlement.step + 1]
        assert below <= min(own.min(), 0) and own.max() <= above
        assert r.settlement.paid_in <= above
        assert r.steps["maintenance_margin"].max() <= above
    top = np.nanmax(np.maximum(r.steps["assets"], r.steps["debt"]))
    assert limits(figure, "yaxis2")[0] == 0 < top < limits(figure, "yaxis2")[1]


@fewer
@example(1.9, 1.0625)  # 190 steps of 0.01 are a little more than 1.9
@given(st.floats(1, 1e6), st.floats(1.001, 1e4))
def test_limits_are_round_and_lie_outside(low, factor):
    high = low * factor
    below, above = ranges.round_out(low, high)
    step = ranges.nice(high - low)
    assert below <= low and high <= above
    assert above - below <= high - low + 2 * step
    assert 4 < (high - low) / step < 21
    assert float(f"{step:.3g}") == pytest.approx(step, rel=1e-12)


def test_a_small_move_of_a_slider_leaves_the_axis_alone():
    ranges = {
        limits(draw(run(PathChoice(how_far=h), leverage=20.0))[0], "yaxis") for h in (-0.1, -0.1005, -0.101)
    }
    assert len(ranges) == 1


# --- labels --------------------------------------------------------------------------------------


@given(st.lists(st.floats(-50, 450), max_size=7), st.floats(1, 40))
def test_spread_keeps_the_gap_and_the_order_and_stays_inside_if_it_can(wanted, gap):
    low, high = 0.0, 400.0
    got = spread(wanted, gap, low, high)
    assert len(got) == len(wanted)
    order = np.argsort(wanted, kind="stable")
    placed = np.array(got)[order]
    assert (np.diff(placed) >= gap - 1e-6).all()
    if (len(wanted) - 1) * gap <= high - low:
        assert all(low - 1e-6 <= x <= high + 1e-6 for x in got)
    clipped = np.clip(np.array(wanted)[order], low, high)
    if len(wanted) and (np.diff(clipped) >= gap).all():
        np.testing.assert_allclose(placed, clipped, atol=1e-9)


@given(st.lists(st.floats(100, 300), min_size=1, max_size=5))
def test_spread_moves_nothing_that_has_room(wanted):
    gap = 0.9 * min(np.diff(sorted(wanted)), default=1.0)
    assert spread(wanted, gap, 0, 400) == pytest.approx(wanted)


def heights(layout, panels, axis, domain):
    """Centres of the labels of one panel in pixels above its lower end, as the browser places them."""
    low, high = layout[axis]["range"]
    yref = axis.replace("axis", "")
    found = {}
    for label in layout["annotations"]:
        if (
            label.get("yref", "y") == yref
            and label.get("xref") == "paper"
            and "Liquidated" not in label["text"]
        ):
            at = (label["y"] - low) / (high - low) * panels.pixels(domain)
            found[label["text"]] = at + label.get("yshift", 0) - label.get("ay", 0)
    return found


@given(runs(), st.booleans())
@example(run(maintenance_rate=0.0), True)
@example(run(leverage=125.0), False)
@example(run(leverage=1.0), True)
def test_no_label_lies_on_another_or_outside_its_panel(r, compared):
    ghost = replay(replace(with_leverage(r.scenario, 1.5), top_up=0.0), r.steps) if compared else None
    figure, narrow, _ = draw(r, ghost)
    for layout, panels in ((figure.to_dict()["layout"], WIDE), (narrow, NARROW)):
        for axis, domain in (("yaxis", panels.price), ("yaxis3", panels.yours)):
            at = heights(layout, panels, axis, domain)
            if axis == "yaxis":
                assert len(at) >= 2
            assert all(0 <= y <= panels.pixels(domain) for y in at.values()), at
            assert (np.diff(sorted(at.values())) >= LINE_HEIGHT).all(), at


@fewer
@given(runs())
def test_the_labels_of_the_lines_stand_in_the_order_of_their_prices(r):
    figure, narrow, _ = draw(r)
    for layout, panels in ((figure.to_dict()["layout"], WIDE), (narrow, NARROW)):
        at = heights(layout, panels, "yaxis", panels.price)
        words = re.compile(r"(?:<b>)?(?:entry|warning|liquidation|bankruptcy) ([\d,.]+)")
        levels = {text: float(m[1].replace(",", "")) for text in at if (m := words.match(text))}
        by_level, by_place = sorted(levels, key=levels.get), sorted(levels, key=at.get)
        assert [levels[t] for t in by_place] == [levels[t] for t in by_level]


def test_words_tell_the_liquidation_line_with_its_distance():
    figure, narrow, _ = draw(run(maintenance_rate=0.05))
    for layout in (figure.to_dict()["layout"], narrow):
        texts = [a["text"] for a in layout["annotations"]]
        assert "<b>liquidation 94.74</b> (−5.26\xa0%)" in texts
        assert {"entry 100.00", "bankruptcy 90.00"} <= set(texts)


def test_on_a_phone_words_keep_out_of_the_way_of_a_line_that_creeps():
    r = run(PathChoice(steps=200, how_far=0.0), maintenance_rate=0.05, funding_rate=0.0001)
    _, narrow, _ = draw(r)
    label = {name: labels(narrow, name)[0] for name in ("warning", "liquidation", "the platform")}
    assert label["liquidation"]["text"] == "<b>liquidation 94.74 → 100.01</b>"
    assert label["warning"]["text"] == "warning 97.37"
    at = heights(narrow, NARROW, "yaxis", NARROW.price) | heights(narrow, NARROW, "yaxis3", NARROW.yours)
    low, high = narrow["yaxis"]["range"]
    scale = NARROW.pixels(NARROW.price) / (high - low)
    assert at["warning 97.37"] < (97.37 - low) * scale
    assert label["warning"]["x"] == label["the platform"]["x"] == 0
    below, above = narrow["yaxis3"]["range"]
    line = (r.steps["maintenance_margin"].iloc[0] - below) / (above - below) * NARROW.pixels(NARROW.yours)
    assert 8 <= at["the platform’s requirement"] - line <= 12
    # A line that jumps is named where it is from then on.
    r = run(PathChoice(steps=200, how_far=0.0), maintenance_rate=0.05, reduce_fraction=0.5, reduce_step=3)
    assert "→" not in str(draw(r)[1]["annotations"])


def test_words_keep_the_same_distance_from_either_edge_of_a_phone():
    beginning = labels(draw(KINDS["flat"])[1], "liquidation")[0]
    end = labels(draw(on([100, 50, 50, 50, 50]))[1], "liquidation")[0]
    assert (beginning["x"], end["x"]) == (0, 1)
    assert beginning["xshift"] == -end["xshift"] > 0


@pytest.mark.parametrize("kind", ["flat", "long", "two steps"])
def test_money_begins_at_zero_where_nothing_falls_below_it(kind):
    low, high = draw(KINDS[kind])[0].layout.yaxis3.range
    assert low == 0 < high


@pytest.mark.parametrize("kind", ["long", "short closed", "stop", "gap", "real"])
def test_the_moment_is_one_line_through_all_panels_a_ring_and_a_callout(kind):
    r = KINDS[kind]
    figure, narrow, named = draw(r)
    for layout in (figure.to_dict()["layout"], narrow):
        (line,) = layout["shapes"]
        at = named["price"].x[r.settlement.step]
        assert (line["x0"], line["x1"], line["y0"], line["y1"], line["yref"]) == (at, at, 0, 1, "paper")
        assert line["line"]["color"] == (theme.LIQUIDATION if r.is_liquidated else theme.INK)
        told = [a for a in layout["annotations"] if a["x"] == at and a["text"].startswith("<b>")]
        assert len(told) == 1
        assert told[0]["text"] in (story.moment(r), story.moment(r).partition("<br>")[0])
        assert {part.get("name") for part in (line, told[0])} == {"moment"}
    ring = named["close-out"].marker
    assert ring.symbol == "circle-open"
    assert ring.color == ring.line.color == (theme.LIQUIDATION if r.is_liquidated else theme.INK)
    ground = [t for t in figure.data if t.fill == "toself"]
    assert {t.yaxis for t in ground} == {"y", "y2", "y3"}
    for trace in ground:
        assert (trace.x[0], trace.x[1]) == (at, named["price"].x[-1])


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("step", [1, 8, 15])
def test_the_words_of_the_moment_stay_in_the_price_panel_and_leave_room_for_what_follows(side, step):
    # It is closed at the step, and the price goes on beyond the trigger.
    beyond = 94.0 if side is Side.LONG else 106.0
    r = on([100] * step + [beyond] + [2 * beyond - 100] * 20, maintenance_rate=0.05, side=side)
    assert r.is_liquidated and r.settlement.step == step
    layout = draw(r)[0].to_dict()["layout"]
    (told,) = [label for label in layout["annotations"] if label.get("showarrow")]
    (low, high), panel = layout["yaxis"]["range"], WIDE.pixels(WIDE.price)
    at = (told["y"] - low) / (high - low) * panel - told["ay"]
    assert LINE_HEIGHT <= at <= panel - LINE_HEIGHT
    if told["xanchor"] == "left":
        assert (at > panel / 2) == (side is Side.LONG)


def test_an_open_position_has_no_moment():
    figure, narrow, _ = draw(KINDS["flat"])
    assert not figure.layout.shapes
    assert not narrow.get("shapes")
    assert "yours at the end" in str(narrow["annotations"])


def test_a_second_leverage_is_a_second_line_with_its_name_at_its_end():
    r = KINDS["long"]
    ghost = replay(with_leverage(r.scenario, 3.0), r.steps)
    figure, narrow, named = draw(r, ghost)
    np.testing.assert_array_equal(named["other leverage"].y, ghost.steps["equity"])
    assert named["other leverage"].line.color == theme.GHOST
    assert named["other leverage"].line.dash == theme.DASH[theme.GHOST]
    for layout in (figure.to_dict()["layout"], narrow):
        (label,) = [a for a in layout["annotations"] if a["text"].startswith("3x ")]
        assert formats.money(ghost.settlement.returned) in label["text"]


def test_a_second_line_can_have_a_name_of_its_own():
    r = KINDS["top-up"]
    ghost = replay(replace(r.scenario, top_up=0.0), r.steps)
    for layout in words_of(r, ghost=ghost, ghost_name="without it"):
        assert any(text.startswith("without it closed with $40.00") for text in layout)
        assert not any(text.startswith("10x ") for text in layout)


@pytest.mark.parametrize(
    ("guess", "axis", "told"),
    [
        ({"price_guess": 92.0}, "y", "your guess 92.00"),
        ({"price_guess": -3.0}, "y", "your guess −3.00 ↓"),
        ({"money_guess": 30.0}, "y3", "your guess $30.00"),
        ({"money_guess": 1e6}, "y3", "your guess $1,000,000 ↑"),
    ],
)
def test_a_guessed_level_is_a_line_with_its_name(guess, axis, told):
    r = KINDS["long"]
    (line,) = [trace for trace in charts.linked(r, **guess)[0]["data"] if trace.get("name") == "guess"]
    assert line["yaxis"] == axis and set(line["y"]) == set(guess.values())
    assert all(told in layout for layout in words_of(r, **guess))
    assert not any("your guess" in text for layout in words_of(r) for text in layout)


def words_of(r, **more):
    return [[a["text"] for a in layout["annotations"]] for layout in narrow_too(charts.linked(r, **more))]


def narrow_too(pair):
    return pair[0]["layout"], pair[1]


def test_the_words_at_the_money_panel_are_the_split_at_the_start():
    texts = [a.text for a in draw(KINDS["long"])[0].layout.annotations]
    assert "<b>$900.00</b> borrowed, the lender’s" in texts
    assert "<b>$100.00</b> yours at the start" in texts
    texts = [a.text for a in draw(KINDS["short"])[0].layout.annotations]
    assert "<b>$1,000.00</b> owed, the lender’s" in texts
    assert not any(
        "borrowed" in t or "owed" in t
        for t in (a.text for a in draw(KINDS["one times"])[0].layout.annotations)
    )


# --- long paths ----------------------------------------------------------------------------------


@pytest.mark.parametrize("leverage", [2.0, 10.0, 19.0])
def test_a_long_path_is_thinned_but_keeps_its_ends_extremes_and_the_closing_step(leverage):
    prices = dated(price_frame(PathChoice(shape=Shape.RANDOM, steps=1000), 100.0), 1)
    prices = replay(Scenario(), prices.loc[prices.index.repeat(5)].reset_index(drop=True)).steps
    r = replay(Scenario(leverage=leverage, maintenance_rate=0.05), prices)
    drawn = charts.drawn_steps(r)
    assert len(drawn["step"]) <= charts.MOST_POINTS < len(r.steps)
    assert {0, r.settlement.step, len(r.steps) - 1} <= set(drawn["step"])
    assert drawn["low"].min() == r.steps["low"].min()
    assert drawn["high"].max() == r.steps["high"].max()
    figure, _, named = draw(r)
    np.testing.assert_array_equal(named["price"].y, drawn["close"])
    np.testing.assert_array_equal(
        named["yours"].y, r.steps["equity"][drawn["step"][drawn["step"] <= r.settlement.step]]
    )
    told = story.playback(r)
    assert len(told["states"]) == len(drawn["step"])
    if r.is_closed:
        assert told["states"][told["closed"]] == str(r.settlement.outcome)
        assert figure.layout.shapes[0].x0 == named["price"].x[told["closed"]]


def test_a_closing_step_that_is_no_extreme_of_the_path_is_drawn_all_the_same():
    close = 100 - np.cumsum(np.full(4001, 0.003))
    close[1::4] -= 0.5  # in every stretch some other step is lower
    for step in (1300, 1302, 1303, 1307, 1310, 1311):
        prices = bars(close, 1.0)
        prices.loc[step, "open"] = prices.loc[step, "low"] = 70.0
        prices.loc[step + 1 : step + 30 : 2, "low"] = 60.0
        r = replay(Scenario(leverage=4.0, maintenance_rate=0.05), prices)
        assert r.settlement.step == step
        assert step in charts.drawn_steps(r)["step"]


def test_lines_are_told_apart_without_colour():
    figure, _, named = draw(KINDS["costs"], ghost=KINDS["costs"])
    lines = {t.line.color: t.line for t in figure.data if t.mode == "lines" and t.line.width}
    for colour, dash in theme.DASH.items():
        if colour in lines:
            assert lines[colour].dash == dash
            assert lines[colour].width == theme.WIDTH[colour]
    drawn = {theme.INK, theme.EQUITY, theme.REQUIREMENT, theme.WARNING, theme.LIQUIDATION, theme.BANKRUPTCY}
    assert drawn | {theme.GHOST} <= set(lines)
    price = [lines[c] for c in (theme.WARNING, theme.LIQUIDATION, theme.BANKRUPTCY)]
    assert len({(line.dash, line.width) for line in price}) == 3


@pytest.mark.parametrize("kind", KINDS)
def test_the_playback_stands_on_the_same_times_as_the_picture(kind):
    r = KINDS[kind]
    _, _, named = draw(r)
    times = np.array(story.playback(r)["x"]).astype(
        np.array(named["price"].x).dtype if kind not in ("bars", "real", "long file") else "datetime64[s]"
    )
    drawn = np.array(named["price"].x)
    assert (times == (drawn.astype("datetime64[s]") if times.dtype.kind == "M" else drawn)).all()


# --- the waterfall -------------------------------------------------------------------------------


@given(runs())
def test_the_bars_of_the_waterfall_hang_on_each_other(r):
    bars = story.account(r)
    figure = waterfall(bars.names, bars.amounts, bars.kinds)
    bar, words = figure.data
    base, amount = np.asarray(bar.base), np.asarray(bar.x)
    np.testing.assert_array_equal(amount, bars.amounts)
    assert base[0] == base[-1] == 0
    np.testing.assert_allclose((base + amount)[:-2], base[1:-1], atol=1e-9 * r.settlement.paid_in)
    if len(bars.names) > 2:
        assert (base + amount)[-2] == pytest.approx(amount[-1], abs=1e-6 + 1e-9 * abs(base).max())
    low, high = limits(figure, "xaxis")
    assert low <= min(*base, *(base + amount)) and max(*base, *(base + amount)) < high
    for text, value, kind in zip(words.text, bars.amounts, bars.kinds, strict=True):
        shown = text.strip()
        assert shown.lstrip("+") == formats.money(value, cents=True)
        assert shown.startswith("+") == (value > 0 and kind not in ("start", "end"))
    np.testing.assert_array_equal(words.x, np.maximum(base, base + amount))
    assert list(words.y) == list(bar.y) == bars.names
    assert figure.layout.height == hanging_bars.height_of(len(bars.names))
    assert figure.layout.yaxis.autorange == "reversed"
    colours = dict(zip(bars.kinds, bar.marker.color, strict=True))
    assert colours["start"] == colours["end"] == theme.EQUITY
    assert colours.get("others", theme.BANKRUPTCY) == theme.BANKRUPTCY
    assert colours.get("change", theme.LIQUIDATION) == theme.LIQUIDATION
    assert len({(c, p) for c, p in zip(bar.marker.color, bar.marker.pattern.shape, strict=True)}) == len(
        set(bars.kinds) - {"end"}
    )


@pytest.mark.parametrize("kind", ["long", "gap", "flat", "costs"])
def test_plotly_accepts_the_waterfall(kind):
    bars = story.account(KINDS[kind])
    go.Figure(waterfall(bars.names, bars.amounts, bars.kinds).to_dict())


def test_a_bar_of_the_waterfall_is_equally_high_however_many_there_are():
    for kind in ("long", "gap", "flat", "costs"):
        bars = story.account(KINDS[kind])
        layout = waterfall(bars.names, bars.amounts, bars.kinds).layout
        assert layout.height - layout.margin.t - layout.margin.b == 14 + 46 * len(bars.names)
