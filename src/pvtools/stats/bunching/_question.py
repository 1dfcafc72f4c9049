"""What is asked of bunching, checked: values, threshold, and how a case meets the target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from pvtools.stats._arguments import Array, floats, level_faults, met_faults, refuse, whole_faults
from pvtools.stats._recorded_grid import unit_question

_FEWEST = 50  # values below which no distribution can be estimated


@dataclass(frozen=True, slots=True)
class Question:
    """The known values in order, and what is asked of them; made by :func:`checked`."""

    sample: Array = field(repr=False)
    threshold: float
    met: str
    comparison: Array | None = field(repr=False)
    missing: int
    bin_width: float | None
    window: tuple[float, float] | None
    degree: int | None
    round_numbers: tuple[float, ...]
    n_boot: int
    seed: int
    level: float
    thresholds: Sequence[float] | None


def checked(
    *,
    values: ArrayLike,
    threshold: float,
    met: str,
    bin_width: float | None,
    window: tuple[float, float] | None,
    degree: int | None,
    round_numbers: Sequence[float],
    comparison: ArrayLike | None,
    n_boot: int,
    seed: int,
    level: float,
    thresholds: Sequence[float] | None = None,
) -> Question:
    """Return the question with its values in order, or every fault in it."""
    faults: list[str] = []
    ordered, missing = _numbers("values", values, faults)
    other = None if comparison is None else _numbers("comparison", comparison, faults)[0]
    faults += met_faults(met) + level_faults(level) + whole_faults(100, n_boot=n_boot)
    if bin_width is not None and not (np.isfinite(bin_width) and bin_width > 0):
        faults.append(f"a bin is wider than nothing, found bin_width={bin_width:g}")
    if window is not None and not (len(window) == 2 and window[0] < threshold < window[1]):
        faults.append(f"the window holds the threshold {threshold:g}, found {window}")
    if degree is not None and not (isinstance(degree, int | np.integer) and 0 <= degree <= 10):
        faults.append(f"the degree is a whole number from 0 to 10, found {degree}")
    if any(not (np.isfinite(r) and r > 0) for r in round_numbers):
        faults.append(f"round numbers are above zero, found {tuple(round_numbers)}")
    if not faults:
        _in_reach(ordered, threshold, faults)
        if other is not None:
            _same_unit(ordered, other, faults)
    refuse("Cannot look for bunching", faults)
    numbers = tuple(sorted({float(r) for r in round_numbers}))
    return Question(
        ordered, float(threshold), met, other, missing, bin_width, window, degree, numbers,
        int(n_boot), seed, level, thresholds,
    )  # fmt: skip


def _numbers(name: str, values: ArrayLike, faults: list[str]) -> tuple[Array, int]:
    """Return the known values in order, and how many are missing."""
    found = floats(values)
    if found is None:
        faults.append(f"{name} are numbers, found text or a mixture; missing ones are NaN")
        return np.empty(0), 0
    if found.ndim != 1:
        faults.append(f"{name} are a list of numbers, found the shape {found.shape}")
        return np.empty(0), 0
    known = found[~np.isnan(found)]
    if np.isinf(known).any():
        faults.append(f"{name} are finite, found {np.isinf(known).sum():,} that are not")
    elif known.size < _FEWEST:
        faults.append(f"{_FEWEST} or more {name} are needed, found {known.size}")
    elif known.min() == known.max():
        faults.append(f"all {known.size:,} {name} are {known[0]:g}: there is no distribution")
    known.sort()
    return known, found.size - known.size


def _in_reach(values: Array, threshold: float, faults: list[str]) -> None:
    """Ask whether units were mixed up, or say that the threshold lies outside the data."""
    low, middle, high = values[0], np.median(values), values[-1]
    if question := unit_question(values, threshold):
        faults.append(
            f"values lie between {low:g} and {high:g}, half of them above {middle:g}, and the "
            f"threshold is {threshold:g}: {question}"
        )
    elif not low < threshold < high:
        faults.append(
            f"the threshold lies within the values, which go from {low:g} to {high:g}, found "
            f"{threshold:g}"
        )


def _same_unit(values: Array, comparison: Array, faults: list[str]) -> None:
    low, high = sorted((float(np.median(values)), float(np.median(comparison))))
    if low > 0 and 20 < high / low < 180:
        faults.append(
            f"half of the values lie above {np.median(values):g} and half of the comparison above "
            f"{np.median(comparison):g}: is one in seconds and the other in minutes? Give both in "
            "one unit"
        )
