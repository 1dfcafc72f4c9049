"""Columns of months, checked, and split where something started."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pvtools.stats._arguments import Array
from pvtools.stats._series import Moment, points, side_faults

FEWEST = 12  # months on each side of the start
_YEAR = 12
_YEARS = 2  # whole years on each side from which months of the year have terms of their own


@dataclass(frozen=True, slots=True)
class Parted:
    """Months in order, ``series`` one column each; ``place`` of them lie before the start.

    ``time`` counts months since the first: one that is missing leaves a gap.
    """

    series: Array
    time: NDArray[np.int64]
    place: int
    caveat: str

    @property
    def after(self) -> Array:
        """One in months from the start on, zero before."""
        return (np.arange(len(self.time)) >= self.place).astype(float)

    @property
    def since(self) -> Array:
        """Months since the start, zero before."""
        return np.maximum(self.time - self.time[self.place], 0).astype(float)

    @property
    def seasons(self) -> Array:
        """Columns for months of the year but the first; none with less than two years a side."""
        if min(self.place, len(self.time) - self.place) < _YEARS * _YEAR:
            return np.empty((len(self.time), 0))
        return (self.time[:, None] % _YEAR == np.arange(1, _YEAR)).astype(float)


def part(frame: pd.DataFrame, *, start: Moment, what: str) -> tuple[Parted | None, list[str]]:
    """Return the months in which every column is known, or everything wrong with them.

    ``frame`` is indexed by dates or monthly periods, or by nothing in particular: then rows are
    months in order and ``start`` is a position. ``what`` names the frame in faults.
    """
    try:
        numbers = frame.astype(float)
    except (TypeError, ValueError):
        return None, [f"{what} holds numbers, and NaN where one is missing"]
    here = ~numbers.isna().any(axis=1)
    infinite = np.isinf(numbers.to_numpy()[here]).any(axis=0)  # the first is told, or none is
    _, faults = points(numbers.iloc[:, int(infinite.argmax())].where(here), what)
    row = pd.Series(np.arange(len(numbers), dtype=float), numbers.index)
    known, _ = points(row.where(here), what)
    if faults or known is None:
        return None, faults
    if len(known.observed) == 0:
        return None, ["there is no month in which all are known"]
    if known.periods is not None and (known.periods.freqstr != "M" or known.step != 1):
        return None, [f"{what} has one row a month: add up shorter periods, and leave out none"]
    place = known.place(start)
    if isinstance(place, str):
        faults.append(place)
    else:
        after = len(known.observed) - place
        faults += side_faults(place, after, fewest=FEWEST, what="months")
    if faults or isinstance(place, str):
        return None, faults
    values = numbers.to_numpy()[known.observed.astype(int)]
    return Parted(values, known.time, place, known.caveat), []
