"""What is withheld, so that no figure, nor a difference of two, rests on a few people's answers.

Boroughs, Basic Command Units and London are taken together, whichever is asked for: what is
withheld must not be found by asking twice. The same holds for the groups of a column, and for
groups that are made of whole boroughs. What is not guarded against each other: two minimums on
one file, tables of parts of it, and groups of two columns that cross.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from pvtools import areas
from pvtools.stats import suppression, survey
from pvtools.stats.suppression import Minimum

_NOWHERE = ""


def answered(data: pd.DataFrame, measure: str, design: survey.Design) -> pd.DataFrame:
    """Return the rows of those who answered and count in the estimate."""
    here = data[measure].notna().to_numpy()
    if design.weight is not None:
        here = here & (data[design.weight].to_numpy(dtype=float, na_value=np.nan) > 0)
    return data[here]


def of_areas(people: pd.DataFrame, minimum: Minimum) -> dict[tuple[str, str], str]:
    """Return which areas of which wave are withheld and why: (area, period) and the reason.

    ``people`` are those who answered.
    """
    found = {}
    where = people.borough.astype("str").map(_units()).fillna(_NOWHERE)
    counts = pd.DataFrame({"borough": where, "period": people.period.astype("str")})
    for period, wave in counts.groupby("period"):
        parts = wave.borough.value_counts().to_dict()
        cells = _areas({name: [name] for name in parts})
        why = _withheld(parts, cells, minimum, kept=[areas.LONDON])
        found |= {(area, period): reason for area, reason in why.items()}
    return found


def of_groups(people: pd.DataFrame, group: str, minimum: Minimum) -> dict[str, str]:
    """Return which groups are withheld and why; ``people`` are those who answered in one wave."""
    name = people[group].astype("str").fillna(_NOWHERE)
    if "borough" in people.columns:
        where = people.borough.astype("str").map(_units()).fillna(_NOWHERE)
    else:
        where = pd.Series(_NOWHERE, index=people.index)
    parts = pd.Series(list(zip(where, name, strict=True)), dtype="object").value_counts().to_dict()
    within = _inside(parts, 0)
    whole_boroughs = all(len(inside) == 1 for area, inside in within.items() if area)
    larger = _areas(within) if whole_boroughs else {areas.LONDON: list(parts)}
    apart = set(_withheld(parts, larger, minimum, kept=[areas.LONDON]))
    # What is known of areas is known; only groups can still be withheld.
    known = {("area", area): inside for area, inside in larger.items() if area not in apart}
    groups = {("group", one): inside for one, inside in _inside(parts, 1).items() if one}
    why = _withheld(parts, known | groups, minimum, kept=list(known))
    return {one: reason for (kind, one), reason in why.items() if kind == "group"}


def _withheld(parts, cells, minimum: Minimum, *, kept) -> dict:
    return suppression.withheld(parts, cells, minimum=minimum.respondents, kept=kept)


def _units() -> dict[str, str]:
    return {b.name: b.name for b in areas.boroughs()}


def _inside(parts: Mapping[tuple, int], place: int) -> dict[str, list[tuple]]:
    found: dict[str, list[tuple]] = {}
    for part in parts:
        found.setdefault(part[place], []).append(part)
    return found


def _areas(within: Mapping[str, list]) -> dict[str, list]:
    """Return the parts of every area that can be asked for: boroughs, command units, London."""
    bcu = {b.name: b.bcu for b in areas.boroughs()}
    found = {name: list(inside) for name, inside in within.items() if name != _NOWHERE}
    for name, inside in list(found.items()):
        found.setdefault(bcu[name], []).extend(inside)
    found[areas.LONDON] = [part for inside in within.values() for part in inside]
    return found
