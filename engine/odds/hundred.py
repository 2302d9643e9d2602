"""A hundred price paths that stand for all: as many are liquidated as the closed form says, and when.

Nothing is drawn until it fits. A path is made to meet its end: Brownian motion that first touches a
line at a given time, or that keeps clear of it and ends at a given place, is the distance from zero of
a Brownian bridge in three dimensions.
"""

from functools import cache
from math import isnan
from typing import Final, NamedTuple

import numpy as np
from scipy.special import ndtr

from engine.margin import risk
from engine.margin.scenario import Scenario
from engine.odds import counted

STEPS: Final = 32
_SEED: Final = 4
# So many usual moves away a line is out of sight, and the formulas still have digits.
_FAR: Final = 40.0


class Hundred(NamedTuple):
    """Paths of shape (100, 33), in days and quote per unit; ``ends`` in days, ``inf`` = still open."""

    times: risk.Floats
    prices: risk.Floats
    ends: risk.Floats


def hundred(scenario: Scenario, days: float, volatility: float) -> Hundred:
    """A price for each of a hundred people, until it touches the trigger or the time is over.

    The log price has no drift; somebody watches at every moment.

    Parameters
    ----------
    scenario : Scenario
    days : float
        Time span, above zero.
    volatility : float
        Standard deviation of the log price per square root of a year, not negative.

    Returns
    -------
    Hundred
        The same at every call. A path that is liquidated ends at the trigger, at its own time, as
        :func:`engine.odds.counted.days_of_liquidation` tells it; the others end when the time is over.

    Notes
    -----
    Both motions are three-dimensional Bessel bridges, and such a bridge is the length of a Brownian
    bridge with a given end only if one of its ends is zero: Y. Hariya, arXiv 2503.06813, introduction.
    Else the direction of the end is drawn. Where the survivors end: the reflection principle.

    Examples
    --------
    >>> found = hundred(Scenario(leverage=10.0), 10.0, 0.03 * 365**0.5)
    >>> ended = np.isfinite(found.ends)
    >>> int(ended.sum()), found.prices[ended, -1].round(2).min().item()
    (29, 90.45)
    """
    s = scenario
    ends = counted.days_of_liquidation(s, days, volatility)
    ended = np.isfinite(ends)
    spread = max(volatility, 1e-9) * np.sqrt(days / counted.DAYS_PER_YEAR)
    far = _FAR * spread
    room = far if isnan(s.liquidation_price) else abs(np.log(s.liquidation_price / s.entry_price))
    room = min(room, far)
    lasted = np.where(ended, ends, days)
    last = np.where(ended, 0.0, _last_distances(room, spread))
    noise, turns = _noise()
    along = _towards(turns, np.maximum(room * last / spread**2, 1e-12))
    across = np.sqrt(np.maximum(1 - along**2, 0.0))  # whichever way: the noise is the same all around
    goal = last[:, None] * np.stack([along, across, np.zeros_like(along)], axis=1)
    share = np.linspace(0.0, 1.0, STEPS + 1)
    start = np.array([room, 0.0, 0.0])
    width = spread * np.sqrt(lasted / days)
    places = start + (goal - start)[:, None] * share[:, None] + width[:, None, None] * noise
    moved = s.side.sign * (np.linalg.norm(places, axis=2) - room)
    return Hundred(lasted[:, None] * share, s.entry_price * np.exp(moved), ends)


def _towards(share: risk.Floats, pull: risk.Floats) -> risk.Floats:
    """Cosine of the angle between the two ends of a bridge, below which this share lies: von Mises-Fisher."""
    return 1 + np.log(share + (1 - share) * np.exp(-2 * pull)) / pull


def _last_distances(room: float, spread: float) -> risk.Floats:
    """How far from the trigger each of the hundred ends, if it has never touched it."""
    far = np.linspace(0.0, room + 7 * spread, 600)
    near, mirrored = (far - room) / spread, (far + room) / spread
    below = ndtr(near) - ndtr(-room / spread) - ndtr(mirrored) + ndtr(room / spread)
    touched = 1 - below[-1]
    rank = np.maximum(counted.RANKS - touched, 0.0)
    return np.asarray(np.interp(rank, below, far))


@cache
def _noise() -> tuple[risk.Floats, risk.Floats]:
    """Bridges from zero to zero over one unit of time, and one more chance for each path."""
    random = np.random.default_rng(_SEED)
    walk = np.cumsum(random.standard_normal((counted.PATHS, STEPS, 3)), axis=1) / np.sqrt(STEPS)
    walk = np.concatenate([np.zeros((counted.PATHS, 1, 3)), walk], axis=1)
    bridge = walk - np.linspace(0.0, 1.0, STEPS + 1)[:, None] * walk[:, -1:]
    return bridge, random.uniform(size=counted.PATHS)
