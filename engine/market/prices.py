"""Price paths: named shapes, random, drawn, real; every one as the same tidy frame.

The frame has a RangeIndex named "step" and the columns

* time : int step number, or Timestamp (UTC, no zone) for real prices
* hours : float, hours since step 0, nondecreasing
* open, high, low, close : float above zero, quote per unit; equal where only one price is known
"""

from dataclasses import dataclass
from enum import StrEnum
from math import inf, log
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from engine.margin.costs import HOURS_PER_YEAR
from engine.market.history import black_monday
from engine.problem import Problem

Array = npt.NDArray[np.float64]

DEFAULT_POINTS = (1.0, 0.99, 0.975, 0.985, 0.96, 0.94, 0.95, 0.92, 0.905, 0.93, 0.95, 0.97, 0.98)
SIGNATURE_PRICES = (100.0, 97.0, 95.5, 96.0, 94.0, 97.0, 105.0)
# No shape moves more than 0.3 of `how_far` the other way, which keeps a rise of 300 % above zero;
# the signature rebounds by 5/6 of its fall and must be held lower.
LOWEST, HIGHEST, SIGNATURE_HIGHEST = -0.95, 3.0, 1.0
HIGHEST_VOLATILITY = 5
FEWEST_POINTS, MOST_POINTS = 2, 201
# Ten thousand billion times up or down: beyond it a float path could reach zero or infinity.
FARTHEST = log(1e13)


class Shape(StrEnum):
    """Where a price path comes from: a named shape, chance, the learner's hand, or a market."""

    CALM = "calm"
    SLIDE = "slide"
    CRASH = "crash"
    V_SHAPE = "v-shape"
    GAP = "gap"
    SIDEWAYS = "sideways"
    WHIPSAW = "whipsaw"
    SIGNATURE = "signature"
    RANDOM = "random"
    DRAWN = "drawn"
    REAL = "real"
    FILE = "file"


class PathError(Problem):
    """A choice that makes no price path; ``field`` says which control to blame."""


class _Profile(NamedTuple):
    """A shape as a share of `how_far`: straight between knots, roughened by ripples."""

    at: tuple[float, ...]
    share: tuple[float, ...]
    ripple: float


PROFILES = {
    Shape.CALM: _Profile((0, 0.4, 0.7, 1), (0, 0.3, 0.72, 1), 0.12),
    Shape.SLIDE: _Profile((0, 0.2, 0.3, 0.48, 0.62, 0.85, 1), (0, 0.3, 0.2, 0.62, 0.52, 0.92, 1), 0.25),
    Shape.CRASH: _Profile((0, 0.3, 0.61, 0.68, 0.74, 0.84, 1), (0, -0.08, 0.08, 1, 0.78, 0.92, 0.84), 0.3),
    Shape.V_SHAPE: _Profile((0, 0.2, 0.28, 0.5, 0.7, 0.8, 1), (0, 0.36, 0.3, 1, 0.5, 0.42, 0), 0.35),
    Shape.GAP: _Profile((0, 0.25, 0.5, 0.5, 0.7, 1), (0, -0.05, 0.03, 1, 0.86, 0.92), 0.3),
    Shape.SIDEWAYS: _Profile(
        (0, 0.07, 0.16, 0.22, 0.31, 0.37, 0.45, 0.55, 0.62, 0.7, 0.81, 0.9, 1),
        (0, 0.55, -0.15, 0.25, -0.1, 0.8, 0.1, 0.65, -0.2, 1, 0.05, 0.5, 0.1),
        0.4,
    ),
    Shape.WHIPSAW: _Profile(
        (0, 0.08, 0.15, 0.25, 0.34, 0.46, 0.57, 0.74, 0.9, 1),
        (0, 0.16, -0.07, 0.36, -0.13, 0.62, -0.19, 1, -0.26, -0.05),
        0.08,
    ),
}


@dataclass(frozen=True, slots=True)
class PathChoice:
    """What the learner chose about the price path. These defaults are the only defaults.

    Attributes
    ----------
    shape : Shape
    how_far : float
        Signed fraction of the entry price, the farthest the path goes from it: -0.12 is 12 % down.
        Above -0.95, at most 3 (1 for the signature). For named shapes.
    steps : int
        Steps after the first, 2 to 1000. Not for the signature (6) and for real prices.
    step_hours : float
        Hours from one step to the next, above 0, at most 8760.
    volatility : float
        Standard deviation of the log price per year of 8760 hours, 0 to 5. For the random path.
    seed : int
        0 to 2**32 - 1. The same seed gives the same random path.
    points : tuple of float
        Drawn waypoints at equal distances, as multiples of the entry price (1.0 is the entry
        price), each above 0.05, at most 4; 2 to 201 of them, or none for ``DEFAULT_POINTS``.
    start : int
        Bar of the real prices, counted from 0, at which the position is opened.

    Raises
    ------
    PathError
        If a value is outside its limits; ``field`` is the attribute's name.

    Examples
    --------
    >>> PathChoice(shape=Shape.GAP, how_far=-0.3).steps
    60
    """

    shape: Shape = Shape.V_SHAPE
    how_far: float = -0.12
    steps: int = 60
    step_hours: float = 24.0
    volatility: float = 0.6
    seed: int = 7
    points: tuple[float, ...] = ()
    start: int = 0

    def __post_init__(self) -> None:
        if self.shape not in list(Shape):
            raise PathError("unknown_shape", "shape", given=self.shape, choices=tuple(Shape))
        _check_how_far(self.shape, self.how_far)
        _check_whole("steps", self.steps, 2, 1000)
        if not (_is_number(self.step_hours) and 0 < self.step_hours <= HOURS_PER_YEAR):
            raise PathError("step_hours_outside", "step_hours", given=self.step_hours, high=HOURS_PER_YEAR)
        if not (_is_number(self.volatility) and 0 <= self.volatility <= HIGHEST_VOLATILITY):
            raise PathError(
                "volatility_outside", "volatility", given=self.volatility, high=HIGHEST_VOLATILITY
            )
        _check_whole("seed", self.seed, 0, 2**32 - 1)
        _check_whole("start", self.start, 0, 10**9)
        if self.points and not FEWEST_POINTS <= len(self.points) <= MOST_POINTS:
            raise PathError(
                "waypoint_count", "points", count=len(self.points), low=FEWEST_POINTS, high=MOST_POINTS
            )
        for point in self.points:
            if not (_is_number(point) and 1 + LOWEST < point <= 1 + HIGHEST):
                raise PathError("waypoint_outside", "points", given=point, low=1 + LOWEST, high=1 + HIGHEST)


def price_frame(choice: PathChoice, entry_price: float, real: pd.DataFrame | None = None) -> pd.DataFrame:
    """The chosen path as a tidy frame.

    Parameters
    ----------
    choice : PathChoice
    entry_price : float
        Quote per unit, above zero. Made-up paths start here, except a drawn one whose first
        waypoint is not 1. Real prices stay as they are: a position opened on them is entered at
        a price of their step 0.
    real : DataFrame, optional
        Tidy frame of real prices, needed for ``Shape.FILE``; ``Shape.REAL`` takes
        :func:`engine.market.history.black_monday` without it. Not changed.

    Returns
    -------
    DataFrame of shape (n_steps + 1, 6)
        As described at the top of this module. Real prices are cut before ``choice.start``, with
        step and hours counted from there.

    Raises
    ------
    PathError
        If ``choice.start`` leaves fewer than two bars, or ``Shape.FILE`` comes without `real`.

    Examples
    --------
    >>> price_frame(PathChoice(shape=Shape.SIGNATURE, how_far=-0.06), 100.0)["close"].round(2).to_list()
    [100.0, 97.0, 95.5, 96.0, 94.0, 97.0, 105.0]
    """
    match choice.shape:
        case Shape.REAL | Shape.FILE:
            return _real_frame(choice, real)
        case Shape.RANDOM:
            years = choice.steps * choice.step_hours / HOURS_PER_YEAR
            rng = np.random.default_rng(choice.seed)
            close = random_path(entry_price, choice.volatility, years, choice.steps, rng)
        case Shape.DRAWN:
            close = waypoint_path(choice.points or DEFAULT_POINTS, entry_price, choice.steps)
        case _:
            close = named_path(choice.shape, entry_price, choice.how_far, choice.steps)
    return bars(close, choice.step_hours)


def named_path(shape: Shape, entry_price: float, how_far: float, steps: int) -> Array:
    """A named shape, ``entry_price * (1 + how_far * profile)``, the same at every call.

    The profile belongs to the shape: it starts at 0, reaches 1 once and lies in [-0.3, 1], so the
    path starts at the entry price, goes exactly to ``entry_price * (1 + how_far)`` and no farther,
    and scales in proportion to `how_far`. With ``how_far < 0``:

    * CALM: drifts gently down to the lowest price at the end
    * SLIDE: falls orderly, with pauses, to the lowest price at the end
    * CRASH: calm for six tenths, then falls to the lowest price in a few steps and stays low
    * V_SHAPE: the lowest price in the middle, and back at the entry price at the end
    * GAP: calm for half, then one step to the lowest price with nothing in between; stays low
    * SIDEWAYS: ripples about the entry price, ends near it
    * WHIPSAW: swings of growing size both ways, those against `how_far` about a quarter as large
    * SIGNATURE: 100, 97, 95.5, 96, 94, 97, 105 at ``how_far=-0.06``; 7 prices whatever `steps`; its
      profile goes to -5/6

    Parameters
    ----------
    shape : Shape
        One of those above.
    entry_price : float
        Quote per unit, above zero.
    how_far : float
        Signed fraction of the entry price, above -0.95 and at most 3 (1 for the signature). 0 is a
        flat line; above 0 the path is mirrored.
    steps : int
        2 to 1000.

    Returns
    -------
    ndarray of shape (steps + 1,)
        Quote per unit, all above zero.

    Raises
    ------
    PathError
        If `how_far` or `steps` is outside its limits, or `shape` is none of those above.

    Examples
    --------
    >>> named_path(Shape.V_SHAPE, 100.0, -0.12, 4).round(2).tolist()
    [100.0, 95.63, 88.0, 94.95, 100.0]
    """
    _check_how_far(shape, how_far)
    _check_whole("steps", steps, 2, 1000)
    if shape == Shape.SIGNATURE:
        share = (np.array(SIGNATURE_PRICES) / 100 - 1) / -0.06
    elif shape in PROFILES:
        share = _share(PROFILES[shape], steps)
    else:
        raise PathError("not_a_named_shape", "shape", given=shape)
    return entry_price * (1 + how_far * share)


def random_path(
    entry_price: float,
    volatility: float,
    years: float,
    steps: int,
    rng: np.random.Generator,
    drift: float = 0.0,
) -> Array:
    """Geometric Brownian motion, exact at every step: ``E[price] = entry_price * exp(drift * t)``.

    Parameters
    ----------
    entry_price : float
        Quote per unit, above zero; the first price.
    volatility : float
        Standard deviation of the log price per year, not negative.
    years : float
        Length of the whole path.
    steps : int
        At least 1.
    rng : Generator
    drift : float, default 0
        Growth rate of the expected price per year.

    Returns
    -------
    ndarray of shape (steps + 1,)
        Quote per unit. Held within a factor of 1e13 of `entry_price`, reached only by centuries
        at volatilities of several hundred percent.

    Examples
    --------
    >>> random_path(100.0, 0.6, 1.0, 3, np.random.default_rng(7)).round(2).tolist()
    [100.0, 94.22, 98.4, 84.28]
    """
    step = years / steps
    moves = (drift - volatility**2 / 2) * step + volatility * np.sqrt(step) * rng.standard_normal(steps)
    log_price = np.clip(np.concatenate([[0.0], np.cumsum(moves)]), -FARTHEST, FARTHEST)
    close: Array = entry_price * np.exp(log_price)
    return close


def waypoint_path(points: tuple[float, ...], entry_price: float, steps: int) -> Array:
    """Straight lines through waypoints at equal distances.

    Every waypoint is a price of the path when `steps` is a multiple of ``len(points) - 1``;
    otherwise the lines are exact and a corner may fall between two steps.

    Parameters
    ----------
    points : tuple of float, at least 2
        Multiples of the entry price, above zero.
    entry_price : float
        Quote per unit, above zero.
    steps : int
        At least 1.

    Returns
    -------
    ndarray of shape (steps + 1,)
        Quote per unit.

    Examples
    --------
    >>> waypoint_path((1.0, 0.9, 1.1), 200.0, 4).round(2).tolist()
    [200.0, 190.0, 180.0, 200.0, 220.0]
    """
    last = len(points) - 1
    close: Array = entry_price * np.interp(np.arange(steps + 1) * last / steps, np.arange(last + 1), points)
    return close


def bars(close: Array, step_hours: float) -> pd.DataFrame:
    """A tidy frame from one price a step.

    Parameters
    ----------
    close : ndarray of shape (n,)
        Quote per unit, above zero.
    step_hours : float
        Hours from one step to the next, above zero.

    Returns
    -------
    DataFrame of shape (n, 6)
        As described at the top of this module, with the step number as time.

    Examples
    --------
    >>> bars(np.array([100.0, 98.0]), 8.0).loc[1].to_list()
    [1.0, 8.0, 98.0, 98.0, 98.0, 98.0]
    """
    number = np.arange(len(close))
    columns = {"time": number, "hours": number * step_hours}
    columns |= dict.fromkeys(("open", "high", "low", "close"), np.asarray(close, dtype=float))
    return pd.DataFrame(columns).rename_axis("step")


def _real_frame(choice: PathChoice, real: pd.DataFrame | None) -> pd.DataFrame:
    if real is None:
        if choice.shape == Shape.FILE:
            raise PathError("no_price_file", "shape")
        real = black_monday()
    if choice.start > len(real) - 2:
        raise PathError("start_too_late", "start", given=choice.start, bars=len(real), latest=len(real) - 2)
    frame = real.iloc[choice.start :].reset_index(drop=True).rename_axis("step")
    return frame.assign(hours=frame["hours"] - frame["hours"].iloc[0])


def _share(profile: _Profile, steps: int) -> Array:
    x = np.arange(steps + 1) / steps
    plain = np.interp(x, profile.at, profile.share)
    # Ripples die out at both ends and towards the extreme, so they never move one of the three.
    share: Array = plain + profile.ripple * _ripples(x) * 4 * x * (1 - x) * (1 - np.abs(plain))
    share[round(profile.at[profile.share.index(1)] * steps)] = 1.0
    return share


def _ripples(x: Array) -> Array:
    """A rough, deterministic line within [-1, 1]: sines whose size falls with their pace."""
    pace = np.array([2.3, 3.7, 5.9, 8.3, 11.9, 15.1, 19.3, 23.9, 29.3, 36.7])
    lines: Array = np.sin(2 * np.pi * np.multiply.outer(x, pace) + pace**2)
    ripples: Array = lines @ pace**-0.5 / np.sum(pace**-0.5)
    return ripples


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and -inf < value < inf


def _check_whole(field: str, value: object, low: int, high: int) -> None:
    if not (isinstance(value, int) and low <= value <= high):
        raise PathError("not_a_whole_number_within", field, name=field, given=value, low=low, high=high)


def _check_how_far(shape: Shape, how_far: float) -> None:
    highest = SIGNATURE_HIGHEST if shape == Shape.SIGNATURE else HIGHEST
    if not (_is_number(how_far) and LOWEST < how_far <= highest):
        raise PathError("move_outside", "how_far", given=how_far, low=LOWEST, high=highest)
