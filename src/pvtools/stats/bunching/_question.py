"""The arguments of every function on bunching, stated once and checked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import KW_ONLY, dataclass, field, replace
from functools import wraps
from inspect import signature
from numbers import Real
from typing import ParamSpec, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from pvtools.stats._arguments import (
    Array,
    floats,
    is_whole,
    level_faults,
    met_faults,
    refuse,
    whole_faults,
)
from pvtools.stats._recorded_grid import unit_question

_FEWEST = 50  # values below which no distribution can be estimated

P = ParamSpec("P")
Q = TypeVar("Q", bound="Question")


@dataclass(frozen=True, slots=True)
class Question:
    """Values, a threshold and how to look; :func:`excess_mass` says what each argument means."""

    values: ArrayLike = field(repr=False)
    _: KW_ONLY
    threshold: float
    met: str = "<="
    bin_width: float | None = None
    window: tuple[float, float] | None = None
    degree: int | None = None
    round_numbers: Sequence[float] = (5, 10, 15)
    comparison: ArrayLike | None = field(default=None, repr=False)
    n_boot: int = 1000
    seed: int = 1
    level: float = 0.95

    @property
    def sample(self) -> Array:
        """Return the known values in order."""
        return self.values[: self.values.size - self.missing]

    @property
    def missing(self) -> int:
        """Return how many values are missing; once checked they come last."""
        return int(np.isnan(self.values).sum())


def from_arguments(
    question: Callable[P, Q],
) -> Callable[[Callable[[Q], pd.DataFrame]], Callable[P, pd.DataFrame]]:
    """Return a decorator: a function of a question becomes one of the question's arguments."""
    own = signature(question)

    def of(answer: Callable[[Q], pd.DataFrame]) -> Callable[P, pd.DataFrame]:
        @wraps(answer)
        def answered(*args: P.args, **kwargs: P.kwargs) -> pd.DataFrame:
            given = own.bind(*args, **kwargs)  # names what is unknown or lacking
            return answer(checked(question(*given.args, **given.kwargs)))

        answered.__signature__ = own.replace(return_annotation=pd.DataFrame)
        return answered

    return of


def checked(question: Q) -> Q:
    """Return the question with its values in order, or every fault in it."""
    faults: list[str] = []
    values = _in_order("values", question.values, faults)
    other = question.comparison
    if other is not None:
        other = _in_order("comparison", other, faults)
        other = other[~np.isnan(other)]
    threshold, width, window = question.threshold, question.bin_width, question.window
    degree, round_numbers = question.degree, floats(question.round_numbers)
    faults += met_faults(question.met) + level_faults(question.level)
    faults += whole_faults(100, n_boot=question.n_boot)
    if not isinstance(threshold, Real):
        faults.append(f"the threshold is a number, found {threshold!r}")
    elif window is not None and not _holds(window, threshold):
        faults.append(f"the window holds the threshold {threshold:g}, found {window!r}")
    if width is not None and not (isinstance(width, Real) and 0 < width < np.inf):
        faults.append(f"a bin is wider than zero, found bin_width={width!r}")
    if degree is not None and not (is_whole(degree) and 0 <= degree <= 10):
        faults.append(f"the degree is a whole number from 0 to 10, found {degree!r}")
    if round_numbers is None or not ((round_numbers > 0) & np.isfinite(round_numbers)).all():
        faults.append(f"round numbers are above zero, found {question.round_numbers!r}")
    if not faults:
        _in_reach(values[~np.isnan(values)], threshold, faults)
        if other is not None:
            _same_unit(values[~np.isnan(values)], other, faults)
    refuse("Cannot look for bunching", faults)
    return replace(
        question,
        values=values,
        threshold=float(threshold),
        comparison=other,
        round_numbers=tuple(np.unique(round_numbers).tolist()),
        n_boot=int(question.n_boot),
    )


def _in_order(name: str, values: ArrayLike, faults: list[str]) -> Array:
    """Return the values in order, missing ones last."""
    found = floats(values)
    if found is None:
        faults.append(f"{name} are numbers, found text or a mixture; missing ones are NaN")
        return np.empty(0)
    if found.ndim != 1:
        faults.append(f"{name} are a list of numbers, found the shape {found.shape}")
        return np.empty(0)
    known = found[~np.isnan(found)]
    if np.isinf(known).any():
        faults.append(f"{name} are finite, found {np.isinf(known).sum():,} that are not")
    elif known.size < _FEWEST:
        faults.append(f"{_FEWEST} or more {name} are needed, found {known.size}")
    elif known.min() == known.max():
        faults.append(f"all {known.size:,} {name} are {known[0]:g}: there is no distribution")
    return np.sort(found)


def _holds(window: object, threshold: float) -> bool:
    ends = floats(window)
    return ends is not None and ends.shape == (2,) and bool(ends[0] < threshold < ends[1])


def _in_reach(values: Array, threshold: float, faults: list[str]) -> None:
    """Add a fault where units seem mixed up or the threshold lies outside the data."""
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
