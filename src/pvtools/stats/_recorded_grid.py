"""Values as they were recorded: which are there, and on what grid of minutes or seconds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pvtools.stats._arguments import Array, numbers

_FAR = 0.01  # share of the values beyond a threshold below which its unit is questioned
#: how many of one unit of time make another, and which they may be
_UNITS = (
    (60, "seconds", "minutes"),
    (1 / 60, "minutes", "seconds"),
    (3600, "seconds", "hours"),
    (1 / 3600, "hours", "seconds"),
)
_TIED = 0.1  # share of values that repeat another, below which ties are chance


@dataclass(frozen=True, slots=True)
class Grid:
    """Values are ``origin`` plus whole steps; multiples mean something only from zero."""

    step: float
    origin: float

    def cells(self, values: Array) -> NDArray[np.int64]:
        """Return the number of steps from the origin, one a value."""
        return np.rint((values - self.origin) / self.step).astype(np.int64)

    def multiples(self, round_numbers: tuple[float, ...]) -> tuple[int, ...]:
        """Return how many steps each of these round numbers is, where it is two or more."""
        if self.origin:
            return ()
        steps = [number / self.step for number in round_numbers]
        return tuple(round(s) for s in steps if s > 1.5 and abs(s - round(s)) < 1e-6 * s)


def present(values: ArrayLike, cannot: str) -> tuple[Array, int]:
    """Return the values that are there, and how many are missing."""
    (given,) = numbers(cannot, values)
    held = given[~np.isnan(given)]
    return held, given.size - held.size


def unit_question(values: Array, threshold: float) -> str:
    """Return a question where a threshold far out would lie within the values in another unit."""
    if not _within(values, threshold):
        for factor, given, meant in _UNITS:
            if _within(values, threshold * factor):
                return (
                    f"are the values in {given} and the threshold in {meant}? Give both in one "
                    f"unit, for example threshold={threshold * factor:g}"
                )
    return ""


def _within(values: Array, threshold: float) -> bool:
    return bool(np.mean(values <= threshold) >= _FAR and np.mean(values >= threshold) >= _FAR)


def left_out(missing: int, held: int) -> list[str]:
    """Return a caveat on missing values, where there are any."""
    if not missing:
        return []
    return [f"{missing:,} of {missing + held:,} values are missing and left out."]


def find(values: Array) -> Grid | None:
    """Return the grid of values many of which are equal, or None where they are continuous."""
    distinct = np.unique(values)
    if distinct.size > (1 - _TIED) * values.size or not (step := _step(distinct)):
        return None
    step = (distinct[-1] - distinct[0]) / np.rint((distinct[-1] - distinct[0]) / step)
    origin = distinct[0] - step * np.floor(distinct[0] / step + 0.5)
    return Grid(float(step), 0.0 if abs(origin) < 1e-6 * step else float(origin))


def recording_step(values: ArrayLike) -> float:
    """Return the step in which values are recorded, or zero where there is none.

    Parameters
    ----------
    values
        Numbers; missing and infinite ones are left out. Whole numbers are taken to be multiples of
        their step; others lie whole steps apart, wherever they begin.

    Returns
    -------
    float
        Such as 5 where all are multiples of five, and 0 where they are continuous, or recorded
        in less than a millionth of their range.

    Raises
    ------
    InputError
        Values that are not numbers.

    Examples
    --------
    >>> recording_step([3, 5, 15]), recording_step([0.1, 0.25, 3.14159])
    (1.0, 0.0)
    """
    (given,) = numbers("Cannot find a recording step", values)
    distinct = np.unique(given[np.isfinite(given)])
    whole = np.all(distinct == np.rint(distinct))
    return _step(np.union1d(distinct, 0.0) if whole else distinct)


def _step(distinct: Array) -> float:
    """Return how far apart ordered values lie, in whole steps; zero where no step fits them all."""
    gaps = np.diff(distinct)
    if not gaps.size:
        return 0.0
    if np.all(distinct == np.rint(distinct)):
        return float(np.gcd.reduce(gaps.astype(np.int64)))
    extent = distinct[-1] - distinct[0]
    step = gaps[gaps > 1e-9 * extent].min()
    steps = gaps / step
    fits = np.abs(steps - np.rint(steps)) < 1e-4 * np.maximum(1, steps)
    return float(step) if extent <= 1e6 * step and fits.all() else 0.0


def spread(values: Array, grid: Grid) -> Array:
    """Return ordered values, those that are equal spread evenly over their own step."""
    cells, counts = np.unique(grid.cells(values), return_counts=True)
    place = np.arange(values.size) - np.repeat(np.cumsum(counts) - counts, counts)
    within = (place + 0.5) / np.repeat(counts, counts) - 0.5
    return grid.origin + grid.step * (np.repeat(cells, counts) + within)
