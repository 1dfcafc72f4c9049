"""Values counted once in bins that begin and end at the threshold."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from pvtools.errors import InputError
from pvtools.stats._arguments import Array
from pvtools.stats._recorded_grid import recording_step
from pvtools.stats.bunching._question import Question

FEWEST = 5  # bins on either side
_TAIL = 0.001  # share of values at either end that no curve is fitted to
_MOST = 300  # bins that a rule of thumb may choose
_STEPS = (1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1800, 3600)


@dataclass(frozen=True, slots=True)
class Bins:
    """Counts in bins, in the order of the values.

    ``distance`` counts bins from the threshold: 0, −1, … meet the target, 1, 2, … do not. ``grid``
    is the step in which values are recorded, zero where there is none. ``middle`` is that of
    the bin, ``held`` that of the values it can hold.
    """

    edges: Array = field(repr=False)
    counts: Array = field(repr=False)
    comparison: Array | None = field(repr=False)
    distance: NDArray[np.int64] = field(repr=False)
    width: float
    grid: float
    quartiles_apart: float
    at_upper_edge: bool  # a value on an edge belongs to the bin below it

    @property
    def middle(self) -> Array:
        """Return the middle of each bin."""
        return (self.edges[:-1] + self.edges[1:]) / 2

    @property
    def shift(self) -> float:
        """Return how far the values a bin can hold lie above its middle."""
        return self.grid / 2 if self.at_upper_edge else -self.grid / 2

    @property
    def held(self) -> Array:
        """Return the middle of the values each bin can hold: at whole minutes, the minute."""
        return self.middle + self.shift

    @property
    def one_sided(self) -> bool:
        """Return whether all bins lie on one side of zero, so that logarithms can be taken."""
        return bool(self.beyond_zero.min() > 0)

    @property
    def beyond_zero(self) -> Array:
        """Return how far each bin lies from zero, or from a first bin that holds it."""
        middle, first, last = self.middle, self.edges[0], self.edges[-1]
        if last <= self.width * 1e-6:
            return -middle
        return middle - first if -1.001 * self.width < first < 0 else middle

    def place(self, values: Array) -> NDArray[np.int64]:
        """Return in which bin each value falls; −1 below the first, their number above the last."""
        side = "left" if self.at_upper_edge else "right"
        return np.searchsorted(_nudged(self.edges, self.at_upper_edge), values, side=side) - 1


def binned(question: Question) -> Bins:
    """Return the values counted in bins.

    Raises
    ------
    InputError
        Bins that no whole number of recording steps fills, or fewer than five bins with values
        on a side of the threshold.
    """
    values, threshold = question.sample, question.threshold
    grid = recording_step(values)
    apart = float(np.subtract(*np.quantile(values, [0.75, 0.25])))
    low, high = np.quantile(values, [_TAIL, 1 - _TAIL])
    width = float(question.bin_width or _width(values.size, grid, apart, high - low))
    steps = width / grid if grid else 1.0
    if abs(steps - round(steps)) > 1e-6 or steps < 0.5:
        raise InputError(
            f"Cannot look for bunching: values are recorded in steps of {grid:g}, and bins hold a "
            f"whole number of steps, found bin_width={width:g}. Give a multiple of {grid:g}."
        )
    first = int(np.floor((low - threshold) / width - 1e-9))
    last = int(np.ceil((high - threshold) / width + 1e-9))
    below, above = max(0, -first), max(0, last)
    if min(below, above) < FEWEST:
        raise InputError(
            f"Cannot look for bunching: {FEWEST} bins or more are needed on either side of the "
            f"threshold {threshold:g}, found {below} below and {above} above, {width:g} wide. "
            "Narrower bins may help where values are not recorded in steps as wide."
        )
    edges = threshold + width * np.arange(first, last + 1)
    at_upper = question.met in {"<=", ">"}
    number = np.arange(first + 1, last + 1)
    return Bins(
        edges,
        _count(values, edges, at_upper),
        None if question.comparison is None else _count(question.comparison, edges, at_upper),
        number if question.met.startswith("<") else 1 - number,
        width,
        grid,
        apart,
        at_upper,
    )


def _width(n: int, grid: float, apart: float, extent: float) -> float:
    """Return half of what Freedman and Diaconis (1981) advise, rounded down to a round width."""
    wanted = max(apart / n ** (1 / 3), extent / _MOST)
    if grid:
        return grid * max((s for s in _STEPS if s <= wanted / grid), default=1)
    power = 10.0 ** np.floor(np.log10(wanted))
    return float(max(c * power for c in (1, 2, 2.5, 5) if c * power <= wanted * (1 + 1e-9)))


def _count(values: Array, edges: Array, at_upper: bool) -> Array:
    side = "right" if at_upper else "left"
    return np.diff(np.searchsorted(values, _nudged(edges, at_upper), side=side)).astype(float)


def _nudged(edges: Array, at_upper: bool) -> Array:
    # so that 4.1 minutes recorded as 246 / 60 lie on the edge they belong to
    nudge = 1e-9 * max(np.abs(edges).max(), edges[1] - edges[0])
    return edges + nudge if at_upper else edges - nudge
