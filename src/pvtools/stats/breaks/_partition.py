"""Dynamic programming: the best places for any number of shifts of the mean (Bai and Perron)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pvtools.stats._arguments import Array

Places = tuple[int, ...]


def partitions(
    values: Array, *, rho: float, gaps: NDArray[np.int64], most: int, least: int
) -> list[Places]:
    """Return for one to ``most`` breaks the places with the least squares left over.

    Parameters
    ----------
    values
        Values in order of time.
    rho, gaps
        Autocorrelation from one step to the next, and steps between values. The first value
        of a segment owes nothing to the one before: squares of segments can then be added up.
    most, least
        Most breaks, and least values in a segment.

    Returns
    -------
    list of tuple of int
        First places of the second segment, the third and so on; shorter than ``most`` where no
        more breaks find room.

    Notes
    -----
    Bai and Perron (2003), Journal of Applied Econometrics 18:1–22: the best partition that ends
    at a place holds the best one that ends at its last break, so that n²/2 segments are examined
    once instead of every combination of them.
    """
    cost = segment_costs(values, rho=rho, gaps=gaps, least=least)
    n = len(values)
    best = cost[0]  # of the first j values, j = 0 … n, in one segment
    came_from: list[NDArray[np.int64]] = []
    found: list[Places] = []
    for _ in range(most):
        total = best[:-1, None] + cost
        came_from.append(total.argmin(axis=0))
        best = np.take_along_axis(total, came_from[-1][None], axis=0)[0]
        if not np.isfinite(best[n]):
            break
        places, end = [], n
        for origin in reversed(came_from):
            end = int(origin[end])
            places.append(end)
        found.append(tuple(reversed(places)))
    return found


def segment_costs(values: Array, *, rho: float, gaps: NDArray[np.int64], least: int) -> Array:
    """Return squares left about the mean of ``values[i:j]``, shape (n, n + 1), inf if too short."""
    n = len(values)
    carried = np.r_[0.0, np.power(rho, gaps)]
    fresh = np.sqrt(1 - carried**2)
    level = (1 - carried) / fresh
    own = (values - carried * np.r_[0.0, values[:-1]]) / fresh
    first, last = np.arange(n)[:, None], np.arange(n + 1)

    def over(later: Array, at_first: Array) -> Array:
        summed = np.r_[0.0, np.cumsum(later)]
        return at_first[:, None] + summed[last] - summed[first + 1]

    weight = over(level**2, np.ones(n))
    total = over(level * own, values)
    long_enough = last - first >= least
    squares = over(own**2, values**2) - total**2 / np.where(long_enough, weight, 1.0)
    return np.where(long_enough, np.maximum(squares, 0.0), np.inf)
