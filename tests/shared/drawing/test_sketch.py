"""What the pictures of the lessons are put together from."""

from math import inf

import pytest

from pages.shared.drawing import sketch


@pytest.mark.parametrize("value", [0.1, 0.11, 0.2, 0.4, 0.5, 62.5, 99.9])
def test_scales_are_round_and_large_enough(value):
    rounded = sketch.round_up(value)
    assert value <= rounded < 2.5 * value
    assert f"{rounded:e}"[0] in "125"
    assert rounded < inf
