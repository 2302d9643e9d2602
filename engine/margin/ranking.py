"""Who comes first where the largest number does, and what counts as equal."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.margin.risk import NOISE, Floats


def highest_first(values: ArrayLike) -> tuple[NDArray[np.int64], Floats]:
    """From the highest number down; numbers equal on paper stay in the order given.

    The same number worked out in two ways can differ in its last digits. Neighbours that differ by no more
    than one part in a trillion are one group: its members stand in the order given and all get the highest
    number of the group.

    Parameters
    ----------
    values : array_like of shape (n,)
        Without ``nan``.

    Returns
    -------
    order : ndarray of int, shape (n,)
        Indices, the highest first.
    levelled : ndarray of shape (n,)
        The numbers in that order, never rising.

    Examples
    --------
    0.1 + 0.2 comes out a little above 0.3, and is no reason to go first:

    >>> order, levelled = highest_first([2.0, 0.3, 0.1 + 0.2, 5.0])
    >>> order.tolist(), len(set(levelled.tolist()))
    ([3, 0, 1, 2], 3)
    """
    numbers = np.asarray(values, dtype=float)
    order = np.argsort(-numbers, kind="stable")
    falling = numbers[order]
    with np.errstate(invalid="ignore"):  # infinity less infinity
        same = falling[1:] >= falling[:-1] - NOISE * np.abs(falling[:-1])
    if not same.any():
        return order, falling
    begins = np.concatenate([[True], ~same])
    group = np.cumsum(begins) - 1
    if (same & (order[1:] < order[:-1])).any():
        order = np.sort(group * order.size + order) % order.size
    return order, falling[begins][group]
