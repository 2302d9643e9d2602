"""Laws of the made-up paths and of the frame that every path becomes."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.market import prices
from engine.market.history import black_monday
from engine.market.prices import (
    DEFAULT_POINTS,
    PathChoice,
    PathError,
    Shape,
    bars,
    named_path,
    price_frame,
    random_path,
    waypoint_path,
)

patient = settings(deadline=None)  # a busy machine is not a broken law

NAMED = [*list(Shape)[:8]]
MADE_UP = [*NAMED, Shape.RANDOM, Shape.DRAWN]

shapes = st.sampled_from(NAMED)
entries = st.floats(1e-6, 1e6)
moves = st.floats(-0.949, 1.0)
steps_taken = st.integers(2, 1000)


@patient
@given(shapes, entries, moves, steps_taken)
@example(Shape.GAP, 100.0, -0.5, 3)
@example(Shape.CRASH, 100.0, -0.5, 2)
def test_a_named_path_starts_at_entry_and_goes_exactly_as_far_as_asked(shape, entry, how_far, steps):
    path = named_path(shape, entry, how_far, steps)
    farthest = path[np.abs(path - entry).argmax()]
    assert path[0] == entry
    assert len(path) == (7 if shape is Shape.SIGNATURE else steps + 1)
    assert farthest == pytest.approx(entry * (1 + how_far), rel=1e-12)


@patient
@given(shapes, moves, steps_taken, st.floats(-0.9, 0.9))
def test_a_named_path_moves_in_proportion_to_how_far_and_to_entry(shape, how_far, steps, factor):
    whole = named_path(shape, 100.0, how_far, steps) - 100
    part = named_path(shape, 200.0, how_far * factor, steps) - 200
    np.testing.assert_allclose(part, 2 * factor * whole, atol=1e-10)


@pytest.mark.parametrize("shape", NAMED)
@pytest.mark.parametrize("how_far", [-0.9499, prices.HIGHEST])
def test_every_path_stays_above_zero_at_the_limits(shape, how_far):
    if shape is Shape.SIGNATURE:
        how_far = min(how_far, prices.SIGNATURE_HIGHEST)
    for steps in range(2, 1001):
        assert named_path(shape, 100.0, how_far, steps).min() > 0


@pytest.mark.parametrize("shape", NAMED)
def test_a_move_of_nothing_is_a_flat_line(shape):
    assert (named_path(shape, 100.0, 0.0, 60) == 100).all()


def test_the_shapes_are_all_different():
    paths = [named_path(shape, 100.0, -0.12, 6) for shape in NAMED]
    for place, path in enumerate(paths):
        assert all(np.abs(path - other).max() > 0.5 for other in paths[:place])


def test_the_signature_is_the_path_on_the_card():
    path = named_path(Shape.SIGNATURE, 100.0, -0.06, 60)
    np.testing.assert_allclose(path, [100, 97, 95.5, 96, 94, 97, 105], rtol=1e-14)


@patient
@given(st.integers(2, 1000))
def test_a_gap_is_one_step_with_nothing_in_between(steps):
    path = named_path(Shape.GAP, 100.0, -0.5, steps)
    jump = np.diff(path).argmin()
    assert jump + 1 == path.argmin() == round(steps / 2)
    assert path[: jump + 1].min() > 90
    assert path[jump + 1 :].max() < 65


@pytest.mark.parametrize("steps", [20, 60, 61, 1000])
def test_a_crash_is_calm_then_falls_within_a_tenth_of_the_time_and_stays_low(steps):
    path = named_path(Shape.CRASH, 100.0, -0.5, steps)
    lowest = path.argmin()
    assert path[: int(0.6 * steps)].min() > 90
    assert path[lowest - max(1, round(steps / 10))] > 85
    assert path[lowest:].max() < 65


@pytest.mark.parametrize("steps", [2, 3, 60, 61])
def test_a_v_bottoms_in_the_middle_and_ends_where_it_began(steps):
    path = named_path(Shape.V_SHAPE, 100.0, -0.12, steps)
    assert path.argmin() == round(steps / 2)
    assert path[-1] == 100


@pytest.mark.parametrize("shape", [Shape.CALM, Shape.SLIDE])
def test_calm_and_slide_end_at_their_lowest(shape):
    path = named_path(shape, 100.0, -0.12, 60)
    assert path.argmin() == 60
    assert np.abs(np.diff(path)).max() < 2


def test_a_slide_rests_on_the_way_and_a_calm_path_hardly_does():
    slide, calm = (np.diff(named_path(shape, 100.0, -0.12, 60)) for shape in (Shape.SLIDE, Shape.CALM))
    assert slide.max() > 2 * calm.max()


def test_a_whipsaw_swings_wider_each_time_on_both_sides():
    path = named_path(Shape.WHIPSAW, 100.0, -0.5, 200)
    down = [path[left:right].min() for left, right in [(0, 30), (30, 68), (68, 114), (114, 180)]]
    up = [path[left:right].max() for left, right in [(16, 50), (50, 92), (92, 148), (148, 201)]]
    assert down == sorted(down, reverse=True) and down[-1] == 50
    assert up == sorted(up) and up[0] > 100


def test_a_sideways_path_crosses_the_entry_price_again_and_again_and_ends_near_it():
    path = named_path(Shape.SIDEWAYS, 100.0, -0.05, 60)
    assert (np.diff(np.sign(path[1:] - 100)) != 0).sum() >= 6
    assert abs(path[-1] - 100) < 1


def test_a_random_path_has_the_mean_and_spread_of_geometric_brownian_motion():
    volatility, years, drift = 0.6, 0.5, 0.3
    rng = np.random.default_rng(3)
    ends = np.array([random_path(100.0, volatility, years, 4, rng, drift) for _ in range(20_000)])
    logs = np.log(ends / 100)
    for step in (1, 4):
        time = years * step / 4
        mean_error = volatility * np.sqrt(time / len(logs))
        variance = volatility**2 * time
        assert abs(logs[:, step].mean() - (drift - volatility**2 / 2) * time) < 4 * mean_error
        assert abs(logs[:, step].var() - variance) < 4 * variance * np.sqrt(2 / len(logs))
    assert abs(ends[:, -1].mean() - 100 * np.exp(drift * years)) < 4 * ends[:, -1].std() / len(ends) ** 0.5
    moves = np.diff(logs, axis=1)
    assert abs(np.corrcoef(moves[:, 0], moves[:, 1])[0, 1]) < 4 / len(logs) ** 0.5


@patient
@given(st.floats(0, 5), st.floats(1e-6, 1000), st.integers(1, 1000), st.integers(0, 2**32 - 1))
@example(5.0, 1000.0, 1000, 7)
def test_a_random_path_starts_at_entry_and_stays_finite_and_above_zero(volatility, years, steps, seed):
    path = random_path(100.0, volatility, years, steps, np.random.default_rng(seed))
    assert path[0] == 100
    assert len(path) == steps + 1
    assert np.isfinite(path).all() and path.min() > 0


def test_without_volatility_and_drift_a_random_path_stands_still():
    assert (random_path(100.0, 0.0, 1.0, 10, np.random.default_rng(0)) == 100).all()


def test_the_seed_alone_decides_a_random_frame():
    choice = PathChoice(shape=Shape.RANDOM, seed=11)
    pd.testing.assert_frame_equal(price_frame(choice, 100.0), price_frame(choice, 100.0))
    other = price_frame(dataclasses.replace(choice, seed=12), 100.0)
    assert (price_frame(choice, 100.0)["close"] != other["close"]).iloc[1:].all()


def test_longer_steps_make_a_random_frame_wilder_by_the_square_root_of_time():
    hourly, daily = (
        np.log(price_frame(PathChoice(shape=Shape.RANDOM, step_hours=hours, volatility=0.01), 1.0)["close"])
        for hours in (1.0, 24.0)
    )
    np.testing.assert_allclose(daily, hourly * 24**0.5, atol=1e-4)


@patient
@given(st.lists(st.floats(0.06, 4), min_size=2, max_size=30), st.integers(1, 30), entries)
def test_a_drawn_path_hits_every_waypoint_and_is_straight_between(points, between, entry):
    steps = between * (len(points) - 1)
    path = waypoint_path(tuple(points), entry, steps)
    assert len(path) == steps + 1
    np.testing.assert_allclose(path[::between], entry * np.array(points), rtol=1e-12)
    legs = np.diff(path).reshape(-1, between)
    np.testing.assert_allclose(legs, legs[:, :1].repeat(between, axis=1), atol=1e-9 * entry)


def test_a_drawn_frame_without_points_takes_the_default_ones():
    frame = price_frame(PathChoice(shape=Shape.DRAWN), 200.0)
    assert len(DEFAULT_POINTS) == 13
    np.testing.assert_allclose(frame["close"][::5], 200 * np.array(DEFAULT_POINTS))


@pytest.mark.parametrize("shape", MADE_UP)
def test_every_made_up_frame_is_tidy(shape):
    frame = price_frame(PathChoice(shape=shape, step_hours=8.0), 50.0)
    assert list(frame) == ["time", "hours", "open", "high", "low", "close"]
    assert isinstance(frame.index, pd.RangeIndex) and frame.index.name == "step"
    assert list(frame["time"]) == list(range(len(frame)))
    np.testing.assert_array_equal(frame["hours"], 8.0 * frame["time"])
    assert frame["close"].iloc[0] == 50
    for name in ("open", "high", "low"):
        np.testing.assert_array_equal(frame[name], frame["close"])
    assert set(map(str, frame.dtypes.iloc[1:])) == {"float64"}


def test_bars_take_whole_numbers_too():
    assert bars(np.array([100, 98]), 1.0)["low"].dtype == float


def test_real_prices_start_at_the_chosen_bar_and_keep_their_values():
    whole = black_monday()
    pd.testing.assert_frame_equal(price_frame(PathChoice(shape=Shape.REAL), 100.0), whole)
    cut = price_frame(PathChoice(shape=Shape.REAL, start=11), 100.0)
    assert isinstance(cut.index, pd.RangeIndex) and cut.index.name == "step" and cut.index[0] == 0
    assert cut["time"][0] == pd.Timestamp("1987-10-16")
    assert list(cut["hours"][:3]) == [0.0, 72.0, 96.0]
    np.testing.assert_array_equal(cut["close"], whole["close"][11:])


def test_a_learners_file_is_used_and_not_changed():
    file = bars(np.array([10.0, 11.0, 12.0, 13.0]), 4.0)
    before = file.copy()
    for shape in (Shape.FILE, Shape.REAL):
        frame = price_frame(PathChoice(shape=shape, start=2), 100.0, file)
        assert list(frame["close"]) == [12.0, 13.0] and list(frame["hours"]) == [0.0, 4.0]
    pd.testing.assert_frame_equal(file, before)


def test_a_start_needs_one_more_bar_after_it():
    assert len(price_frame(PathChoice(shape=Shape.REAL, start=20), 100.0)) == 2
    with pytest.raises(PathError, match="start: start_too_late .given=21, bars=22, latest=20") as error:
        price_frame(PathChoice(shape=Shape.REAL, start=21), 100.0)
    assert error.value.field == "start"


def test_a_file_path_without_a_file_says_so():
    with pytest.raises(PathError, match="shape: no_price_file") as error:
        price_frame(PathChoice(shape=Shape.FILE), 100.0)
    assert error.value.field == "shape"


@pytest.mark.parametrize("shape", [Shape.RANDOM, Shape.REAL])
def test_only_named_shapes_have_a_named_path(shape):
    with pytest.raises(PathError, match="shape: not_a_named_shape"):
        named_path(shape, 100.0, -0.1, 60)


GOOD = dict(
    shape=list(Shape),
    how_far=[-0.9499, 0.0, 0, 3.0],
    steps=[2, 1000],
    step_hours=[0.001, 1, 8760.0],
    volatility=[0, 5.0],
    seed=[0, 2**32 - 1],
    points=[(), (1.0, 4.0), (0.051,) * 201],
    start=[0, 10**9],
)
BAD = dict(
    shape=["zigzag", "", None],
    how_far=[-0.95, 3.01, np.nan, np.inf, -np.inf, "-0.1", None],
    steps=[1, 1001, 60.5, -3, np.nan, "60"],
    step_hours=[0, -1.0, 8760.1, np.nan, np.inf, "24"],
    volatility=[-0.01, 5.01, np.nan, np.inf, None],
    seed=[-1, 2**32, 0.5, 10**400],
    points=[(1.0,), (1.0,) * 202, (1.0, 0.05), (1.0, 4.01), (1.0, np.nan), (1.0, "2"), (1.0, np.inf)],
    start=[-1, 0.5, 10**9 + 1],
)


@pytest.mark.parametrize("field, value", [(field, value) for field in GOOD for value in GOOD[field]])
def test_a_value_at_its_limit_is_accepted(field, value):
    assert getattr(PathChoice(**{field: value}), field) == value


@pytest.mark.parametrize("field, value", [(field, value) for field in BAD for value in BAD[field]])
def test_a_bad_value_is_blamed_on_its_field_with_a_limit_and_a_mend(field, value):
    with pytest.raises(PathError, match=f"^{field}: [a-z_]+ .*(high|choices)=") as error:
        PathChoice(**{field: value})
    assert error.value.field == field
    blamed = value if field != "points" else error.value.values.get("given", value)
    given = error.value.values.get("given", blamed)
    assert given is blamed or given == blamed


def test_the_signature_has_a_lower_limit_upwards():
    assert PathChoice(shape=Shape.SIGNATURE, how_far=1.0).how_far == 1
    with pytest.raises(PathError, match="move_outside .*high=1.0"):
        PathChoice(shape=Shape.SIGNATURE, how_far=1.01)


def test_a_choice_cannot_be_changed_and_its_defaults_are_valid():
    with pytest.raises(dataclasses.FrozenInstanceError):
        PathChoice().steps = 3
    assert price_frame(PathChoice(), 100.0)["close"].min() == pytest.approx(88.0, rel=1e-12)
