"""The rules of a process chart, for one series or for thousands of simulated ones at once.

Series are rows, points are columns; a missing point is NaN and breaks every run across it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pvtools.stats._arguments import Array

Flags = NDArray[np.bool_]
Signs = NDArray[np.int8]

#: in the order in which they decide whether a point is above or below what is usual
OUTSIDE, RUN, NEAR, TREND = "outside limits", "run on one side", "two of three near limit", "trend"
SCREEN = 3.267  # times the mean moving range: its own upper limit
USUAL_RANGE = 2 / np.sqrt(np.pi)  # mean moving range of points with standard deviation 1
FEWEST_RANGES = 3  # moving ranges without which no limits are drawn


@dataclass(frozen=True, slots=True)
class Rules:
    """What counts as a special cause.

    ``reach`` is the distance of the limits from the centre in mean moving ranges (2.66 is three
    standard deviations), ``run`` how many points on one side of the centre make a run; ``shapes``
    adds trends of seven points and two of three near a limit.
    """

    reach: float = 2.66
    run: int = 7
    shapes: bool = True


@dataclass(frozen=True, slots=True)
class Chart:
    """Centre and mean moving range that hold at each point, NaN where there can be none."""

    centre: Array
    spread: Array
    moving_range: Array


def chart(values: Array, starts: Sequence[int], baseline: int | None) -> Chart:
    """Return the chart of each series; a phase begins at each of ``starts`` (the first is 0)."""
    centre, spread, ranges = (np.full(values.shape, np.nan) for _ in range(3))
    for phase in phases(starts, values.shape[1]):
        ranges[:, phase][:, 1:] = np.abs(np.diff(values[:, phase], axis=1))
        basis = slice(phase.start, min(phase.stop, phase.start + (baseline or values.shape[1])))
        moving = ranges[:, basis]
        usual = _mean(moving, ~np.isnan(moving))
        # One wild point makes two wild ranges; they would hide it behind wide limits.
        calmer = _mean(moving, moving <= SCREEN * usual[:, None])
        usual = np.where(calmer > 0, calmer, usual)
        enough = np.count_nonzero(~np.isnan(moving), axis=1) >= FEWEST_RANGES
        enough &= varies(moving, values[:, basis])
        middle = _mean(values[:, basis], ~np.isnan(values[:, basis]))
        centre[:, phase] = np.where(enough, middle, np.nan)[:, None]
        spread[:, phase] = np.where(enough, usual, np.nan)[:, None]
    return Chart(centre, spread, ranges)


def signals(values: Array, drawn: Chart, rules: Rules, starts: Sequence[int]) -> dict[str, Signs]:
    """Return for each rule where it holds: 1 upward, −1 downward, 0 not."""
    away = values - drawn.centre
    limit = rules.reach * drawn.spread
    found = {name: np.zeros(values.shape, dtype=np.int8) for name in (OUTSIDE, RUN, NEAR, TREND)}
    for side in (1, -1):
        beyond = side * away > limit
        found[OUTSIDE][beyond] = side
        for phase in phases(starts, values.shape[1]):
            own, out = side * away[:, phase], beyond[:, phase]
            found[RUN][:, phase][_runs(own > 0, rules.run)] = side
            if rules.shapes:
                near = (own > 2 / 3 * limit[:, phase]) & ~out
                found[NEAR][:, phase][_two_of_three(near, own > 0)] = side
                # A trend needs no limits, but where there are none there is no verdict either.
                drawable = ~np.isnan(limit[:, phase])
                found[TREND][:, phase][_trends(side * values[:, phase], 7) & drawable] = side
    return found


def varies(moving: Array, values: Array) -> Flags:
    """Return which series vary by more than the last digits of a float."""
    largest = np.where(np.isnan(values), 0.0, np.abs(values)).max(axis=1)
    return np.where(np.isnan(moving), 0.0, moving).max(axis=1) > 1e-12 * largest


def phases(starts: Sequence[int], points: int) -> list[slice]:
    """Return the phases of a chart as slices of its points."""
    ends = [*starts[1:], points]
    return [slice(start, end) for start, end in zip(starts, ends, strict=True)]


def _mean(values: Array, keep: Flags) -> Array:
    count = np.count_nonzero(keep, axis=1)
    total = np.where(keep, values, 0.0).sum(axis=1)
    return np.divide(total, count, out=np.full(len(values), np.nan), where=count > 0)


def _runs(flags: Flags, length: int) -> Flags:
    """Return which points belong to an unbroken run of at least ``length``."""
    return _spread(np.all(_windows(flags, length), axis=0), length, flags.shape)


def _trends(values: Array, points: int) -> Flags:
    rising = _runs(np.diff(values, axis=1) > 0, points - 1)
    within = np.zeros(values.shape, dtype=bool)
    within[:, 1:] |= rising
    within[:, :-1] |= rising
    return within


def _two_of_three(near: Flags, same_side: Flags) -> Flags:
    both = (np.sum(_windows(near, 3), axis=0) >= 2) & np.all(_windows(same_side, 3), axis=0)
    return _spread(both, 3, near.shape) & near


def _windows(flags: Flags, length: int) -> list[Flags]:
    """Return the first, second, … point of every window of this length."""
    count = max(0, flags.shape[1] - length + 1)
    return [flags[:, step : step + count] for step in range(length)]


def _spread(found: Flags, length: int, shape: tuple[int, ...]) -> Flags:
    """Return which points lie in any of the windows found."""
    points = np.zeros(shape, dtype=bool)
    for step in range(length):
        points[:, step : step + found.shape[1]] |= found
    return points
