"""Values in order of time, checked: what is wrong with them, and how far apart they lie."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from pvtools.stats._arguments import Array, floats, sentences, some

Moment = str | dt.date | pd.Timestamp | pd.Period | int

_APART = 2.0  # times as large: differences of such counts are those of the larger one


@dataclass(frozen=True, slots=True)
class Points:
    """Known values, and when they were: missing ones leave a gap in time, and are not filled.

    ``ordinals`` count months (or what the index counts) from an origin of their own; ``step`` is
    how many of them lie between neighbours. ``periods`` is None where the series has no dates.
    """

    observed: Array
    ordinals: NDArray[np.int64]
    step: int
    periods: pd.PeriodIndex | None
    caveat: str

    @property
    def time(self) -> NDArray[np.int64]:
        """Steps since the first value."""
        return (self.ordinals - self.ordinals[0]) // self.step

    @property
    def gaps(self) -> NDArray[np.int64]:
        """Steps from each value to the next."""
        return np.diff(self.time)

    def phases(self, season: int) -> Array:
        """Return a column of ones and zeros for each place in the season but the first."""
        present, phase = np.unique(self.time % season, return_inverse=True)
        return (phase[:, None] == np.arange(1, len(present))).astype(float)

    def minus(self, control: Points) -> Points:
        """Return the difference where both are known."""
        _, own, others = np.intersect1d(
            self.ordinals, control.ordinals, assume_unique=True, return_indices=True
        )
        lost = len(self.observed) - len(own)
        notes = [
            self.caveat,
            f"{lost} values are left out, for the control has none there." if lost else "",
            "Series and control are counts of different size: give logarithms of both."
            if _apart(self.observed, control.observed)
            else "",
        ]
        return Points(
            self.observed[own] - control.observed[others],
            self.ordinals[own],
            self.step,
            None if self.periods is None else self.periods[own],
            sentences(*notes),
        )

    def place(self, moment: Moment) -> int | str:
        """Return how many values lie before a moment, or what is wrong with it."""
        if self.periods is None:
            if not isinstance(moment, int | np.integer) or isinstance(moment, bool):
                return (
                    f"start is a position, for the series has no dates, not {moment!r}; or give "
                    "the series an index of dates"
                )
            first, last, ordinal = self.ordinals[0], self.ordinals[-1], int(moment)
        else:
            first, last = self.periods[0], self.periods[-1]
            try:
                if isinstance(moment, int | np.integer):
                    raise ValueError("a number is no date")
                ordinal = pd.Period(moment, freq=self.periods.freq)
            except (ValueError, TypeError):
                return f"start is a date, such as '{last}', for the series has dates: {moment!r}"
        if not first < ordinal <= last:
            return f"start lies in the series, after {first} and up to {last}, not at {moment}"
        if self.periods is not None:
            ordinal = ordinal.ordinal
        return int(np.searchsorted(self.ordinals, ordinal))

    def moments(self, places: ArrayLike) -> pd.DatetimeIndex | NDArray[np.int64]:
        """Return when values were: first days of their months, or positions."""
        if self.periods is None:
            return self.ordinals[np.asarray(places)]
        return self.periods[np.asarray(places)].to_timestamp()


def points(series: ArrayLike, name: str) -> tuple[Points | None, list[str]]:
    """Return the known values of a series, or everything wrong with it."""
    values = floats(series)
    if values is None:
        return None, [f"{name} holds numbers, and NaN where one is missing"]
    if values.ndim != 1:
        return None, [f"{name} is a list of numbers, not of shape {values.shape}"]
    faults = []
    if np.isinf(values).any():
        faults.append(f"{name} holds an infinite value (a logarithm of zero?)")
    dates = periods(series)
    if dates is not None:
        if dates.isna().any():
            faults.append(f"{name} holds a value without a date")
        twice = dates[dates.duplicated()].unique()
        if len(twice):
            faults.append(f"{name} holds more than one value for {some(twice)}; add them up")
    if faults:
        return None, faults
    return _known(values, dates), []


def periods(series: object) -> pd.PeriodIndex | None:
    """Return the periods that index a series, months where it is indexed by dates."""
    index = getattr(series, "index", None)
    if isinstance(index, pd.DatetimeIndex):
        return index.tz_localize(None).to_period("M")
    return index if isinstance(index, pd.PeriodIndex) else None


def _known(values: Array, periods: pd.PeriodIndex | None) -> Points:
    ordinals = np.arange(len(values)) if periods is None else periods.asi8
    order = np.argsort(ordinals)
    order = order[~np.isnan(values[order])]
    ordinals = ordinals[order].astype(np.int64)
    between = np.diff(ordinals)
    step = int(np.gcd.reduce(between)) if len(between) else 1
    missing = int((between // step - 1).sum())
    times = "value is" if missing == 1 else "values are"
    caveat = (
        f"{missing} {times} missing in the middle: left out, not filled; autocorrelation fades "
        "with the time between them."
        if missing
        else ""
    )
    return Points(
        values[order], ordinals, step, None if periods is None else periods[order], caveat
    )


def mismatch(first: Points, second: Points, names: tuple[str, str], sizes: tuple) -> list[str]:
    """Return what keeps two series, of these names and lengths, from being compared."""
    if (first.periods is None) != (second.periods is None):
        return [f"{names[0]} and {names[1]} both have an index of dates, or neither has"]
    if first.periods is None:
        if sizes[0] != sizes[1]:
            return [f"{names[0]} and {names[1]} are of one length, found {sizes[0]} and {sizes[1]}"]
    elif first.periods.freqstr != second.periods.freqstr:
        return [
            f"the {names[0]} counts in {first.periods.freqstr}, the {names[1]} in "
            f"{second.periods.freqstr}: bring both to one"
        ]
    if not np.isin(first.ordinals, second.ordinals).any():
        return [f"{names[0]} and {names[1]} share no date: give the {names[1]} of the same months"]
    return []


def is_constant(values: Array) -> bool:
    """Return whether values differ by no more than rounding."""
    return bool(np.ptp(values) <= 1e-12 * np.abs(values).max())


def side_faults(before: int, after: int, *, fewest: int, what: str) -> list[str]:
    """Return what is wrong where too few values lie before a start or from it on."""
    if min(before, after) >= fewest:
        return []
    return [
        f"{fewest} {what} or more are needed before the start and from it on, found {before} and "
        f"{after}"
    ]


def _apart(first: Array, second: Array) -> bool:
    """Return whether these are counts, one twice as large as the other or more."""
    both = np.r_[first, second]
    if (both < 0).any() or (both != np.round(both)).any():
        return False
    small, large = sorted([first.mean(), second.mean()])
    return bool(large >= _APART * small)
