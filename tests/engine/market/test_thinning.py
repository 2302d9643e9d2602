"""A long run is drawn with all its extremes."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engine.margin.scenario import Scenario
from engine.market.prices import bars
from engine.market.replay import replay
from engine.market.thinning import thin


@given(st.integers(1, 3000), st.integers(5, 300), st.integers(0, 2**32 - 1))
def test_thin_keeps_the_extremes_the_ends_and_the_close(n, most, seed):
    rng = np.random.default_rng(seed)
    prices = bars(100 * np.exp(np.cumsum(rng.normal(0, 0.001, n))), 1.0)
    keep = int(rng.integers(n))
    steps = replay(Scenario(leverage=1.0), prices).steps
    low, high = (steps[name].to_numpy() for name in ("low", "high"))
    drawn = thin(low, high, most, [keep])
    assert len(drawn) <= most
    assert {0, keep, n - 1} <= set(drawn)
    assert np.all(np.diff(drawn) > 0)
    assert (low[drawn].min(), high[drawn].max()) == (low.min(), high.max())


def test_thin_keeps_the_extremes_of_every_stretch():
    spikes = np.full(1000, 100.0)
    spikes[[123, 456, 789]] = [90.0, 110.0, 95.0]
    assert {123, 456, 789} <= set(thin(spikes, spikes, 60, keep=[999]))
    assert thin(spikes, spikes, 1000, keep=[0]).tolist() == list(range(1000))
