"""Values as they were recorded: which are there, and on what grid of minutes or seconds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pvtools.errors import InputError

Array = NDArray[np.float64]

_TIED = 0.1  # share of values that repeat another, below which ties are chance


@dataclass(frozen=True, slots=True)
class Grid:
    """Values are ``origin`` plus whole steps; multiples mean something only from nought."""

    step: float
    origin: float

    def cells(self, values: Array) -> NDArray[np.int64]:
        """Return the number of steps from the origin, one a value."""
        return np.rint((values - self.origin) / self.step).astype(np.int64)

    def multiples(self, numbers: tuple[float, ...]) -> tuple[int, ...]:
        """Return how many steps each of these round numbers is, where it is two or more."""
        if self.origin:
            return ()
        steps = [number / self.step for number in numbers]
        return tuple(round(s) for s in steps if s > 1.5 and abs(s - round(s)) < 1e-6 * s)


def present(values: ArrayLike, cannot: str) -> tuple[Array, int]:
    """Return the values that are there, and how many are missing."""
    try:
        numbers = np.asarray(values, dtype=float).ravel()
    except (TypeError, ValueError):
        raise InputError(f"{cannot}: expected numbers. Missing ones are NaN.") from None
    held = numbers[~np.isnan(numbers)]
    return held, numbers.size - held.size


def left_out(missing: int, held: int) -> list[str]:
    """Return a caveat on missing values, where there are any."""
    if not missing:
        return []
    return [f"{missing:,} of {missing + held:,} values are missing and left out."]


def find(values: Array) -> Grid | None:
    """Return the grid of values many of which are equal, or None where they are continuous."""
    distinct = np.unique(values)
    if distinct.size > (1 - _TIED) * values.size or distinct.size < 2:
        return None
    gaps = np.diff(distinct)
    step = gaps[gaps > 1e-9 * np.abs(distinct).max()].min()
    if not _whole(gaps / step):
        return None
    step = (distinct[-1] - distinct[0]) / np.rint((distinct[-1] - distinct[0]) / step)
    origin = distinct[0] - step * np.floor(distinct[0] / step + 0.5)
    return Grid(float(step), 0.0 if abs(origin) < 1e-6 * step else float(origin))


def spread(values: Array, grid: Grid) -> Array:
    """Return ordered values, those that are equal spread evenly over their own step."""
    cells, counts = np.unique(grid.cells(values), return_counts=True)
    place = np.arange(values.size) - np.repeat(np.cumsum(counts) - counts, counts)
    within = (place + 0.5) / np.repeat(counts, counts) - 0.5
    return grid.origin + grid.step * (np.repeat(cells, counts) + within)


def _whole(numbers: Array) -> bool:
    return bool(np.all(np.abs(numbers - np.rint(numbers)) < 1e-4 * np.maximum(1, numbers)))
