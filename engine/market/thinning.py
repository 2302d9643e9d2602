"""Long runs, drawn: fewer steps, none of the extremes lost."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from engine.margin import risk


def thin(low: risk.Floats, high: risk.Floats, most: int, keep: Sequence[int]) -> NDArray[np.int_]:
    """Fewer steps for drawing: of each stretch the lowest low and the highest high stay.

    Parameters
    ----------
    low, high : ndarray of shape (n_steps,)
        Quote per unit.
    most : int
        About how many steps to keep, at least 4.
    keep : sequence of int
        Steps that must stay, the closing steps.

    Returns
    -------
    ndarray of int
        The steps that stay, in order; all of them if there are no more than `most`.

    Examples
    --------
    >>> price = np.full(1000, 100.0)
    >>> len(thin(price, price, 100, keep=[999])) <= 100
    True
    """
    n = len(low)
    if n <= most:
        return np.arange(n)
    edges = np.linspace(0, n, max((most - 3) // 2, 1) + 1).astype(int)
    stretches = list(pairwise(edges))
    lowest = [start + int(np.argmin(low[start:end])) for start, end in stretches]
    highest = [start + int(np.argmax(high[start:end])) for start, end in stretches]
    return np.unique([0, *lowest, *highest, *keep, n - 1])
