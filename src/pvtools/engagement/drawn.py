"""A panel drawn by lot: its quotas, everybody's chance to sit, and what reweighting it costs."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil, floor

import numpy as np
import pandas as pd

from pvtools import areas, estimates
from pvtools.engagement.panels import against_area, reweighted
from pvtools.errors import InputError
from pvtools.stats import panel_size
from pvtools.stats.sortition import Lottery
from pvtools.stats.suppression import Minimum, blanking

#: Residents of each group, by the column that tells the groups.
Residents = Mapping[str, pd.Series]
_STANDARD = Minimum()


def quotas(residents: Residents, *, panel: int) -> dict[str, dict[object, tuple[int, int]]]:
    """Return quotas for a panel: of each group the whole seats next to its share of residents.

    Raises
    ------
    InputError
        No seat, or numbers of residents that cannot be.

    Examples
    --------
    >>> quotas({"sex": pd.Series({"f": 510, "m": 490})}, panel=12)
    {'sex': {'f': (6, 7), 'm': (5, 6)}}
    """
    _refuse_unless_of(residents, {})
    if not isinstance(panel, int) or isinstance(panel, bool) or panel < 1:
        raise InputError(f"A panel has a whole number of seats, 1 or more; found {panel!r}.")
    return {
        column: {
            group: (floor(seats + 1e-9), ceil(seats - 1e-9))
            for group, seats in (panel * people / people.sum()).items()
        }
        for column, people in residents.items()
    }


def fairness(pool: pd.DataFrame, lots: Lottery, *, area: str, source: str = "") -> pd.DataFrame:
    """Return everybody's chance to sit on a panel that is drawn by lot, the least likely first.

    Parameters
    ----------
    pool
        Who could be drawn, as ``lottery`` took it.
    lots
        What ``lottery`` returned of it.
    area, source
        Where, and the keys of the register that the pool is from, if any.

    Returns
    -------
    pandas.DataFrame
        Estimate table of chances, a row a type of people (``group``), without interval: they are
        exact. ``n`` counts its ``volunteers``; ``seats`` it has on average, and ``equal`` is the
        chance if all had the same.
    """
    columns = list(lots.roster.quotas["column"].unique())
    frame = lots.types.assign(
        group=lots.types[columns].astype("str").agg(", ".join, axis=1),
        estimate=lots.types.chance,
        equal=lots.roster.panel / lots.types.volunteers.sum(),
        n=lots.types.volunteers,
    ).sort_values(["estimate", "group"], key=lambda v: v if v.name == "group" else v.round(9))
    keep = ["group", "estimate", "volunteers", "seats", "equal", "n"]
    return _table(frame[keep], "seat", area, source, pool, method="leximin lottery", caveat="")


def beside_residents(
    pool: pd.DataFrame,
    members: pd.DataFrame,
    residents: Residents,
    *,
    area: str,
    source: str = "",
    minimum: Minimum = _STANDARD,
) -> pd.DataFrame:
    """Return the seats of every group beside its share of residents, one column after the other.

    Parameters
    ----------
    pool
        Who could be drawn.
    members
        Who was: rows of the pool.
    residents
        Residents of each group, by column.
    area, source, minimum
        As for :func:`against_area`.

    Returns
    -------
    pandas.DataFrame
        As :func:`against_area`, with ``column``.

    Raises
    ------
    InputError
        As :func:`against_area`; or members of a group that residents do not have.
    """
    _refuse_unless_of(residents, {"the panel": members})
    tables = [
        against_area(
            members[column].value_counts().reindex(people.index, fill_value=0), people,
            area=area, source=source, minimum=minimum,
        ).assign(column=column)
        for column, people in residents.items()
    ]  # fmt: skip
    return blanking.marked(pd.concat(tables, ignore_index=True), pool)


def kept_by_weights(
    bodies: Mapping[str, pd.DataFrame], residents: Residents, *, area: str, source: str = ""
) -> pd.DataFrame:
    """Return how much of each body of people counts once it is reweighted to its area.

    Parameters
    ----------
    bodies
        People, by what they are called; a row a person, with the columns of ``residents``.
    residents
        Residents of each group, by column.
    area, source
        As for :func:`fairness`.

    Returns
    -------
    pandas.DataFrame
        Estimate table, a row a body (``group``): the share of its ``n`` people that is left, Kish's
        effective size over their number, and ``effective``, that size. Missing where some group has
        nobody who could be weighted up, or no weights meet all groups; the caveat says so.

    Raises
    ------
    InputError
        No body, one of nobody or without a column of ``residents``, or of a group that residents do
        not have.
    """
    _refuse_unless_of(residents, bodies)
    if not bodies:
        raise InputError("Name at least one body of people to reweight.")
    rows = []
    for name, people in bodies.items():
        none = [
            str(group)
            for column, groups in residents.items()
            for group in groups.index
            if not (people[column] == group).any()
        ]
        effective = np.nan
        caveat = f"It has nobody whose answers could stand for: {', '.join(none)}."
        if not none:
            margins = {column: dict(groups / groups.sum()) for column, groups in residents.items()}
            try:
                effective, caveat = panel_size.left_by_weights(reweighted(people, margins)), ""
            except InputError:  # every group has somebody, and no weights meet all of them
                caveat = "No weights give it the make-up of the area in all groups at once."
        rows.append({"group": name, "n": len(people), "effective": effective, "caveat": caveat,
                     "estimate": effective / len(people)})  # fmt: skip
    return _table(pd.DataFrame(rows), "kept_by_weights", area, source, *bodies.values(),
                  method="raking, Kish's effective size")  # fmt: skip


def _refuse_unless_of(residents: Residents, bodies: Mapping[str, pd.DataFrame]) -> None:
    """Refuse residents that cannot be, and bodies of people that are not of their groups."""
    faults = [
        f"the residents by {column!r} are 0 or more and not 0 in all, found {groups.to_dict()}"
        for column, groups in residents.items()
        if not (groups >= 0).all() or not groups.sum() > 0
    ]
    for name, people in bodies.items():
        if people.empty:
            faults.append(f"{name} has nobody in it")
        for column, groups in residents.items():
            if column not in people:
                faults.append(f"{name} has no column {column!r}; it has {', '.join(people)}")
            elif strange := sorted(
                {repr(one) for one in people[column]} - set(map(repr, groups.index))
            ):
                faults.append(
                    f"{column!r} of {name} holds {', '.join(strange)}, which no resident is"
                )
    if not residents:
        faults.append("name at least one column with its residents")
    if faults:
        raise InputError(f"Cannot set a panel beside residents: {'; '.join(faults)}.")


def _table(
    frame: pd.DataFrame, measure: str, area: str, source: str, *people: pd.DataFrame, **more: object
) -> pd.DataFrame:
    table = estimates.table(
        frame, measure=measure, quantity="level", area=areas.find(area).name, period="",
        source=source, lower=np.nan, upper=np.nan, level=np.nan, **more,
    )  # fmt: skip
    return blanking.marked(table, *people)
