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

from pvtools import areas, estimates
from pvtools.errors import InputError
from pvtools.stats import suppression, survey
from pvtools.stats.suppression import Minimum

_NUMBERS = ("estimate", "stderr", "lower", "upper", "n_effective", "design_effect")
_COUNTS = ("n", "df")
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


def sentence(reason: str, minimum: Minimum) -> str:
    """Return why a figure is withheld, as a reader is told."""
    if reason == suppression.FEW:
        return f"Withheld: fewer than {minimum.respondents} people answered here."
    return (
        f"Withheld so that the answers of fewer than {minimum.respondents} people cannot be "
        "worked out from the other figures."
    )


def blanked(table: pd.DataFrame, said: Mapping[int, str], minimum: Minimum) -> pd.DataFrame:
    """Return a table of estimates in which rows are blank, for the reasons said by position.

    A base below the minimum is blank in any case.
    """
    few = ((table.n > 0) & (table.n < minimum.respondents)).to_numpy(dtype=bool, na_value=False)
    said = dict.fromkeys(np.flatnonzero(few), sentence(suppression.FEW, minimum)) | dict(said)
    rows = np.isin(np.arange(len(table)), list(said))
    table = table.astype({name: "Int64" for name in _COUNTS if name in table})
    numbers = [name for name in (*_NUMBERS, *_COUNTS) if name in table]
    table = table.assign(**{name: table[name].mask(rows) for name in numbers})
    caveat = [said.get(place, text) for place, text in enumerate(table.caveat)]
    table = table.assign(method=table.method.mask(rows, ""), caveat=caveat)
    return _lowered(table, minimum.lowered)


def derived(table: pd.DataFrame, *sides: pd.DataFrame) -> pd.DataFrame:
    """Return estimates that are made of others, row by row, with what must not be lost of those.

    Where a side has no figure its caveat says why; made-up people and a lowered minimum go along.
    """
    table = marked(table.reset_index(drop=True), *sides)
    for side in reversed(sides):
        missing = side.estimate.isna().to_numpy()
        table = table.assign(caveat=np.where(missing, side.caveat, table.caveat))
    return table


def marked(table: pd.DataFrame, *sources: pd.DataFrame) -> pd.DataFrame:
    """Return a table that says so if its sources are of made-up people, or of a lowered minimum."""
    if any(estimates.is_synthetic(source) for source in sources):
        table = table.assign(origin=estimates.SYNTHETIC)
    why = [source.lowered.iloc[0] for source in sources if "lowered" in source and len(source)]
    return _lowered(table, why[0] if why else "")


def _lowered(table: pd.DataFrame, why: str) -> pd.DataFrame:
    if not why:
        return table
    return table.assign(caveat=[joined(text, why) for text in table.caveat], lowered=why)


def joined(text: str, more: str) -> str:
    """Return two caveats as one sentence."""
    return f"{text[:-1]}; {more[0].lower()}{more[1:]}" if text else more


def enough(people: pd.DataFrame, minimum: Minimum, what: str) -> None:
    """Refuse to answer where fewer people than the minimum are left to answer it."""
    if len(people) < minimum.respondents:
        raise InputError(
            f"Fewer than {minimum.respondents} people are there for {what}; nothing is shown of "
            "so few. Ask of more waves or places together, or of fewer columns."
        )


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
