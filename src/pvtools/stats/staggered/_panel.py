"""A panel of units over periods, the place at which each began, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

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
    def treated(self) -> NDArray[np.bool_]:
        """Which units were under treatment in which periods."""
        return np.arange(self.outcomes.shape[1]) >= self.began[:, None]


@dataclass(frozen=True, slots=True)
class Cell:
    """One group in one period: whom it is compared with, and how it is weighed.

    ``block`` counts stretches of ``base`` periods from the start: 0 is the first, −2 the one before
    the stretch that effects are measured from.
    """

    group: int
    period: int
    block: int
    own: NDArray[np.bool_]
    controls: NDArray[np.bool_]


def cells(panel: Panel, *, base: int, leads: int) -> Iterator[Cell]:
    """Yield every group and period that has controls not treated yet."""
    length = panel.outcomes.shape[1]
    for group in np.unique(panel.began[panel.began < NEVER]):
        own = panel.began == group
        first = group - base * (1 + min(leads, (group - base) // base))
        for period in (*range(first, group - base), *range(group, length)):
            controls = (panel.began > max(period, group - 1)) & ~own
            if controls.any():
                yield Cell(int(group), period, (period - group) // base, own, controls)


def weights(panel: Panel, chosen: Iterable[Cell], *, base: int, by_size: bool = True) -> Array:
    """Return the weight of each value in the mean effect of some cells, each as its group is large.

    Effects are linear in the values, so one table of weights gives them for every assignment.
    """
    found, total = np.zeros(panel.outcomes.shape), 0.0
    for cell in chosen:
        size = cell.own.sum() if by_size else 1.0
        each = size * (cell.own / cell.own.sum() - cell.controls / cell.controls.sum())
        found[:, cell.period] += each
        found[:, cell.group - base : cell.group] -= each[:, None] / base
        total += size
    return found / total


def influence(panel: Panel, chosen: Iterable[Cell], *, base: int) -> Array:
    """Return by how much each unit moves the mean effect of some cells."""
    found, total = np.zeros(len(panel.outcomes)), 0.0
    for cell in chosen:
        size = float(cell.own.sum())
        before = panel.outcomes[:, cell.group - base : cell.group].mean(axis=1)
        gain = panel.outcomes[:, cell.period] - before
        for side, sign in ((cell.own, size), (cell.controls, -size)):
            found[side] += sign * (gain[side] - gain[side].mean()) / side.sum()
        total += size
    return found / total


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
    refuse(_CANNOT, place_faults(outcomes.index, *known[there]))
    began = np.full(len(known), NEVER)
    began[there] = [outcomes.index.searchsorted(start) for start in known[there]]
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
