"""Which categories are targets, which their neighbours and controls; and what is wrong."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pvtools.errors import did_you_mean
from pvtools.stats._arguments import Array, level_faults, refuse
from pvtools.stats._before_after import Parted, part
from pvtools.stats._series import Moment

_CANNOT = "Cannot look for moved cases"


@dataclass(frozen=True, slots=True)
class Cases:
    """Cases of m targets and of the neighbour of each (n, m), and of all controls together (n,)."""

    targets: Array
    neighbours: Array
    control: Array


def cases(
    counts: pd.DataFrame,
    targets: Sequence[Hashable],
    neighbours: Sequence[Hashable],
    start: Moment,
    controls: Sequence[Hashable] | None,
    level: float,
) -> tuple[Parted, Cases]:
    """Return the months and the cases in them by role, or name every fault.

    Each of ``neighbours`` has its target at the same place of ``targets``.
    """
    refuse(_CANNOT, level_faults(level) + _role_faults(counts, neighbours, controls))
    compared = list(dict.fromkeys([*targets, *neighbours]))
    if controls is None:
        controls = [name for name in counts.columns if name not in compared]
    faults = []
    for target in dict.fromkeys(targets):
        own = [name for of, name in zip(targets, neighbours, strict=True) if of == target]
        faults += _name_faults([target, *own, *controls], counts.columns)
    faults = list(dict.fromkeys(faults))
    named = [*compared, *controls]
    months = None
    if not faults:
        months, faults = part(counts[named], start=start, what="counts")
    if months is not None:
        faults += _value_faults(months, named, compared, targets)
    refuse(_CANNOT, faults)
    ours, near = (
        months.series[:, [compared.index(name) for name in role]] for role in (targets, neighbours)
    )
    return months, Cases(ours, near, months.series[:, len(compared) :].sum(axis=1))


def _role_faults(counts: object, neighbours: object, controls: object) -> list[str]:
    faults = []
    if not isinstance(counts, pd.DataFrame) or not counts.columns.is_unique:
        faults.append("counts is a DataFrame with one column a category, each named once")
    for name, given in (("neighbours", neighbours), ("controls", controls)):
        if isinstance(given, str):
            faults.append(f"{name} is a list of categories: [{given!r}], not {given!r}")
    if isinstance(neighbours, Sequence) and not neighbours:
        faults.append("at least one neighbour is needed, found none")
    return faults


def _name_faults(named: list[Hashable], known: pd.Index) -> list[str]:
    faults = []
    twice = dict.fromkeys(name for name in named if named.count(name) > 1)
    if twice:
        faults.append(f"a category has one role, found in two: {', '.join(map(repr, twice))}")
    allowed = [str(name) for name in known]
    unknown = dict.fromkeys(name for name in named if name not in known)
    for name in unknown:
        hint = did_you_mean(str(name), allowed) or f" There are: {', '.join(allowed)}"
        faults.append(f"there is no category {name!r}.{hint}")
    return faults


def _value_faults(
    months: Parted, names: list[Hashable], compared: list[Hashable], targets: Sequence[Hashable]
) -> list[str]:
    columns = dict(zip(names, months.series.T, strict=True))
    faults = [
        f"counts are zero or more, found {column.min():g} for {name!r}"
        for name, column in columns.items()
        if column.min() < 0
    ]
    still = [repr(name) for name in compared if np.ptp(columns[name]) == 0]
    if still:
        faults.append(f"counts that never vary show no change: {', '.join(still)}")
        return faults
    return faults + [
        f"{target!r} has no case before the start, so none could move"
        for target in dict.fromkeys(targets)
        if not columns[target][: months.place].any()
    ]
