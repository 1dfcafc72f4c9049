"""Two tests of a jump in a density: of continuous values, and of counts on a grid."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from pvtools.stats import _local_density, _rounded_counts
from pvtools.stats._arguments import Array
from pvtools.stats._recorded_grid import Grid, spread
from pvtools.stats._rounded_counts import Fitted, Jump

_REACH = 4.0  # cells, at least, over which the density may bend by itself beside a jump
_FEW = 5  # cases within that reach below which a side is thin
_WIDEST = 1_500  # cells examined on either side
_TAIL = 0.001  # of the cases at each end, too few to estimate from
_MULTIPLES = 4  # that must lie in sight for rounding to them to be detected
_SURE, _LIKELY = 3.0, 2.0  # standard errors above zero at which rounding is taken to be there


class Test(NamedTuple):
    """What a test found; the densities are in shares a unit of the values."""

    estimate: float
    lower: float
    upper: float
    stderr: float
    p_value: float
    log_ratio: float
    bandwidth_met: float
    bandwidth_missed: float


class Counts(NamedTuple):
    """Cases a cell near an edge, on what grid, and which multiples may draw records."""

    counts: Array
    first: int
    jump: Jump
    multiples: tuple[int, ...]


def robust_spread(values: Array) -> float:
    """Return the smaller of the standard deviation and that of a normal with these quartiles."""
    low, high = np.quantile(values, [0.25, 0.75])
    deviation = float(values.std())
    return min(deviation, (high - low) / 1.349) if high > low else deviation


def continuous(
    values: Array, below: NDArray[np.bool_], edge: float, *, met_below: bool, level: float
) -> Test:
    """Return the local polynomial density test; ``below`` says which values lie below the edge."""
    scale = robust_spread(values)
    low = _local_density.edge(np.sort(edge - values[below]), values.size, scale)
    high = _local_density.edge(np.sort(values[~below] - edge), values.size, scale)
    met, missed = (low, high) if met_below else (high, low)
    estimate = met.density - missed.density
    stderr = float(np.hypot(met.stderr, missed.stderr))
    half = ndtri(0.5 + level / 2) * stderr
    positive = met.density > 0 and missed.density > 0
    return Test(
        estimate,
        estimate - half,
        estimate + half,
        stderr,
        float(2 * ndtr(-abs(estimate) / stderr)),
        float(np.log(met.density / missed.density)) if positive else np.nan,
        met.bandwidth,
        missed.bandwidth,
    )


def spread_evenly(values: Array, grid: Grid, edge: float) -> tuple[Array, NDArray[np.bool_]]:
    """Return values spread over their steps, and which of them lie below an edge in cells."""
    smooth = spread(values, grid)
    return smooth, smooth < grid.origin + grid.step * edge


def counts_near(
    values: Array, grid: Grid, edge: float, *, met_below: bool, round_numbers: Sequence[float]
) -> Counts:
    """Return the cases a cell on both sides of an edge, which is given in cells."""
    cells = grid.cells(values)
    ends = np.quantile(cells, [_TAIL, 1 - _TAIL])
    few = _REACH + 1
    low = max(cells.min(), edge - _WIDEST, min(ends[0], edge - few))
    high = min(cells.max(), edge + _WIDEST, max(ends[1], edge + few))
    first, last = int(np.ceil(low)), int(np.floor(high))
    held = cells[(cells >= first) & (cells <= last)]
    counts = np.bincount(held - first, minlength=last - first + 1).astype(float)
    reach = max(_REACH, robust_spread(values) / grid.step * values.size**-0.2)
    multiples = grid.multiples(round_numbers)
    seen = tuple(m for m in multiples if (last - first) // m >= _MULTIPLES)
    return Counts(counts, first, Jump(edge, met_below, reach), seen)


def rounded_to(near: Counts) -> tuple[tuple[int, ...], bool]:
    """Return the multiples that records seem rounded to, and whether that is beyond doubt.

    The cells beside the threshold do not count here: cases moved to a threshold of 15 would
    otherwise pass for rounding to 15.
    """
    if not near.multiples:
        return (), False
    jump = replace(near.jump, blind=True)
    found = _rounded_counts.fit(near.counts, near.first, multiples=near.multiples, jump=jump)
    score = found.shares / np.sqrt(np.diag(found.shares_variance))
    likely = tuple(m for m, z in zip(near.multiples, score, strict=True) if z > _LIKELY)
    return likely, bool((score > _SURE).any())


def thin(near: Counts, grid: Grid) -> Iterator[str]:
    """Yield a caveat if hardly a case lies beside the edge on a side."""
    away = near.first + np.arange(near.counts.size) - near.jump.at
    close = np.abs(away) < near.jump.reach
    fewest = min(near.counts[close & (away < 0)].sum(), near.counts[close & (away > 0)].sum())
    if fewest < _FEW:
        yield (
            f"Only {fewest:g} cases lie within {near.jump.reach * grid.step:g} of the threshold "
            "on one side: the ratio of the densities is hardly known."
        )


def counted(
    near: Counts, multiples: Sequence[int], grid: Grid, n: int, *, level: float
) -> tuple[Test, Fitted]:
    """Return the test of a jump in the counts, part of them rounded to these multiples."""
    found = _rounded_counts.fit(near.counts, near.first, multiples=multiples, jump=near.jump)
    error = float(np.sqrt(found.jump_variance))
    half = ndtri(0.5 + level / 2) * error
    middle = found.level / (n * grid.step)

    def difference(log_ratio: float) -> float:
        return float(2 * middle * np.sinh(log_ratio / 2))

    estimate = difference(found.jump)
    tilt = middle * np.cosh(found.jump / 2)
    variance = (
        estimate**2 * found.level_variance
        + tilt**2 * found.jump_variance
        + 2 * estimate * tilt * found.covariance_with_jump
    )
    reach = near.jump.reach * grid.step
    test = Test(
        estimate,
        difference(found.jump - half),
        difference(found.jump + half),
        float(np.sqrt(variance)),
        float(2 * ndtr(-abs(found.jump) / error)),
        found.jump,
        reach,
        reach,
    )
    return test, found
