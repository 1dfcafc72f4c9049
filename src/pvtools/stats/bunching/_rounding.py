"""Rounding: which bins a habit of round numbers takes cases from, and where it puts them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from pvtools.stats._arguments import Array
from pvtools.stats.bunching._bins import Bins


@dataclass(frozen=True, slots=True)
class Heap:
    """The multiples of one round number.

    ``at`` is the bin of each multiple, ``takes`` (multiples by bins) the share of each bin that
    is nearest to it, and ``cut`` the bins of multiples that also draw from beyond the bins.
    """

    number: float
    at: NDArray[np.int64] = field(repr=False)
    takes: Array = field(repr=False)
    cut: NDArray[np.int64] = field(repr=False)


def heaps(bins: Bins, numbers: tuple[float, ...]) -> tuple[Heap, ...]:
    """Return the heaps that bins of this width can show.

    Where each bin holds the same number of multiples, rounding changes nothing that can be seen.
    """
    found = []
    for number in numbers:
        per_bin = bins.width / number
        if per_bin > 0.999 and abs(per_bin - round(per_bin)) < 1e-6:
            continue
        if bins.grid and abs(bins.grid / number - round(bins.grid / number)) < 1e-6 < bins.grid:
            continue  # every value is such a multiple
        heap = _heap(bins, number)
        if heap.at.size > 1:
            found.append(heap)
    return tuple(found)


def _heap(bins: Bins, number: float) -> Heap:
    first, last = bins.edges[0] / number, bins.edges[-1] / number
    multiples = number * np.arange(np.ceil(first - 1e-9), np.floor(last + 1e-9) + 1)
    place = bins.place(multiples)
    inside = (place >= 0) & (place < bins.counts.size)
    multiples, place = multiples[inside], place[inside]
    lower, upper = bins.edges[:-1] + bins.shift, bins.edges[1:] + bins.shift
    left, right = multiples[:, None] - number / 2, multiples[:, None] + number / 2
    shared = np.minimum(upper, right) - np.maximum(lower, left)
    beyond = (left[:, 0] < lower[0] - 1e-9) | (right[:, 0] > upper[-1] + 1e-9)
    return Heap(number, place, np.clip(shared, 0, None) / bins.width, place[beyond])
