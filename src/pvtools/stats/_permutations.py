"""Who could have been treated when: the same starting dates, dealt out to the units anew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from math import factorial, prod

import numpy as np
from numpy.typing import NDArray

from pvtools.chance import generator
from pvtools.stats._arguments import Array

_TIES = 1e-9  # what reaches the statistic but for rounding, reaches it


@dataclass(frozen=True, slots=True)
class Assignments:
    """Ways of dealing out the dates: ``order`` (b, n) holds which unit takes each unit's place.

    All that differ where they are few (``exact``); else drawn, and the true one among them.
    """

    order: NDArray[np.intp]
    exact: bool

    def p_value(self, found: float, drawn: Array) -> float:
        """Return how often the statistic reaches the one found."""
        reach = np.abs(drawn) >= abs(found) - _TIES * max(1.0, abs(found))
        return float(reach.mean())


def assignments(groups: NDArray[np.intp], *, draws: int, seed: int) -> Assignments:
    """Return how units could have been dealt to groups of the same sizes, as given or otherwise."""
    sizes = np.unique(groups, return_counts=True)[1]
    many = factorial(len(groups)) // prod(factorial(int(n)) for n in sizes)
    if many <= draws + 1:
        places = [np.flatnonzero(groups == g) for g in np.unique(groups)]
        order = np.empty((many, len(groups)), dtype=np.intp)
        for row, dealt in enumerate(_deals(tuple(range(len(groups))), [len(p) for p in places])):
            for place, units in zip(places, dealt, strict=True):
                order[row, place] = units
        return Assignments(order, True)
    rng = generator(seed)
    order = np.array([rng.permutation(len(groups)) for _ in range(draws)])
    return Assignments(np.vstack([np.arange(len(groups)), order]), False)


def _deals(units: tuple[int, ...], sizes: list[int]) -> Iterator[list[tuple[int, ...]]]:
    if not sizes:
        yield []
        return
    for first in combinations(units, sizes[0]):
        rest = tuple(u for u in units if u not in first)
        for others in _deals(rest, sizes[1:]):
            yield [first, *others]
