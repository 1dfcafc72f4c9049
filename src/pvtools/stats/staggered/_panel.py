"""A panel of units over periods, the place at which each began, and what is wrong with them."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pvtools.stats._arguments import (
    Array,
    floats,
    level_faults,
    place_faults,
    refuse,
    some,
    whole_faults,
)

NEVER = np.iinfo(np.intp).max
_CANNOT = "Cannot estimate effects"


@dataclass(frozen=True, slots=True)
class Panel:
    """Values (n units, t periods), and the place of the period in which each unit began.

    The last of those not treated yet serve as controls, so a unit that never began has ``NEVER``.
    """

    outcomes: Array
    began: NDArray[np.intp]

    @property
    def shape(self) -> tuple[tuple[int, ...], int]:
        """The starts, and how many periods there are: what does not hang on the outcome."""
        return tuple(self.began.tolist()), self.outcomes.shape[1]


@dataclass(frozen=True, slots=True)
class Cells:
    """Groups in periods, a row each: whom each is compared with, and how it is weighed.

    ``block`` counts stretches of ``base`` periods from the start: 0 is the first, −2 the one before
    the stretch that effects are measured from. ``gain`` (c, t) takes the mean of that stretch from
    a period's value; ``own`` and ``controls`` (c, n) take means over units.
    """

    group: NDArray[np.intp]
    period: NDArray[np.intp]
    block: NDArray[np.intp]
    size: Array
    own: Array
    controls: Array
    gain: Array

    def where(self, chosen: NDArray[np.bool_]) -> Cells:
        """Return some of the cells."""
        return Cells(*(getattr(self, part.name)[chosen] for part in fields(self)))

    @property
    def fewest(self) -> int:
        """The fewest units that a cell is compared with."""
        return int((self.controls > 0).sum(axis=1).min())

    @property
    def weights(self) -> Array:
        """The weight of each value (n, t) in the cells' mean effect, each as its group is large.

        Effects are linear in the values, so one table of weights gives them for every assignment.
        """
        share = self.size / self.size.sum()
        return ((self.own - self.controls) * share[:, None]).T @ self.gain

    def stderr(self, outcomes: Array) -> float:
        """Return the standard error of the cells' mean effect, from what each unit moves it by."""
        gains = self.gain @ outcomes.T
        found = np.zeros_like(gains)
        for side, sign in ((self.own, 1.0), (self.controls, -1.0)):
            found += sign * side * (gains - (side * gains).sum(axis=1, keepdims=True))
        influence = self.size / self.size.sum() @ found
        return float(np.sqrt((influence**2).sum()))


@lru_cache(maxsize=8)
def cells(starts: tuple[int, ...], length: int, *, base: int, leads: int) -> Cells:
    """Return every group and period that has controls not treated yet."""
    began = np.array(starts, dtype=np.intp)
    group, period = [], []
    for start in np.unique(began[began < NEVER]):
        first = start - base * (1 + min(leads, (start - base) // base))
        own = [*range(first, start - base), *range(start, length)]
        group += [start] * len(own)
        period += own
    groups, periods = np.array(group, dtype=np.intp), np.array(period, dtype=np.intp)
    own = began == groups[:, None]
    controls = (began > np.maximum(periods, groups - 1)[:, None]) & ~own
    kept = controls.any(axis=1)
    groups, periods, own, controls = groups[kept], periods[kept], own[kept], controls[kept]
    places = np.arange(length)
    since = places - groups[:, None]
    gain = (places == periods[:, None]) - ((since < 0) & (since >= -base)) / base
    return Cells(
        groups,
        periods,
        (periods - groups) // base,
        own.sum(axis=1).astype(float),
        own / own.sum(axis=1, keepdims=True),
        controls / controls.sum(axis=1, keepdims=True),
        gain,
    )


def panel(
    outcomes: pd.DataFrame, starts: pd.Series, *, base: int, draws: int, level: float, leads: int
) -> Panel:
    """Return the panel, or name every fault."""
    faults = [*whole_faults(1, base=base), *whole_faults(99, draws=draws)]
    faults += [*whole_faults(0, leads=leads), *level_faults(level)]
    if not isinstance(outcomes, pd.DataFrame) or not isinstance(starts, pd.Series):
        refuse(_CANNOT, [*faults, "outcomes are a DataFrame, a column a unit, and starts a Series"])
    faults += _shape_faults(outcomes, starts)
    refuse(_CANNOT, faults)
    known = starts.reindex(outcomes.columns)
    there = known.notna().to_numpy()
    given = pd.Index(known[there])
    # Of one type, one speaks for all.
    refuse(_CANNOT, place_faults(outcomes.index, *(given if given.dtype == object else given[:1])))
    began = np.full(len(known), NEVER)
    began[there] = outcomes.index.searchsorted(given)
    values = floats(outcomes)
    length = len(outcomes)
    began = np.where(began >= length, NEVER, began)
    if values is None or not np.isfinite(values).all():
        faults.append("every unit has a finite number in every period")
    early = outcomes.columns[began < base]
    if len(early):
        faults.append(f"{base} periods are needed before each start; too early: {some(early)}")
    held = np.unique(began)
    if (held < NEVER).sum() == 0:
        faults.append("no unit begins within the periods")
    elif len(held) < 2:
        faults.append("all begin at once, and none is left to compare with: see interrupted_series")
    refuse(_CANNOT, faults)
    return Panel(values.T.copy(), began.astype(np.intp))


def _shape_faults(outcomes: pd.DataFrame, starts: pd.Series) -> list[str]:
    faults = []
    if not outcomes.index.is_monotonic_increasing or not outcomes.index.is_unique:
        faults.append("periods are in order, each once")
    for what, names in (("outcomes", outcomes.columns), ("starts", starts.index)):
        if not names.is_unique:
            faults.append(f"a unit stands twice in {what}: {some(names[names.duplicated()])}")
    if without := [name for name in outcomes.columns if name not in starts.index]:
        faults.append(f"no start is given (missing for never) for: {some(without)}")
    if unknown := [name for name in starts.index if name not in outcomes.columns]:
        faults.append(f"no outcomes are given for: {some(unknown)}")
    return faults
