"""Boroughs' counts added up to the police's Basic Command Units."""

from __future__ import annotations

import pandas as pd

from pvtools import areas
from pvtools.tables.lacking import lacking

_NAMES = ("borough", "area", "area_name")
_WHEN = ("schema", "month", "year")


def by_unit(counts: pd.DataFrame, value: str) -> pd.DataFrame:
    """Return counts of boroughs added up to command units.

    Parameters
    ----------
    counts
        ``borough``, the column ``value``, and what else tells rows apart.
    value
        The column that is added up. A missing count is not zero: its unit's is missing too.

    Returns
    -------
    pandas.DataFrame
        The same columns, ``borough`` naming units. A month or year of which one of a unit's
        boroughs has no row is left out of the unit. Rows that belong to no borough stay as they
        are; the City, which has a police force of its own, is left out.

    Examples
    --------
    >>> victims = pd.DataFrame({"borough": ["Hackney", "Tower Hamlets"], "victims": [3, 4]})
    >>> by_unit(victims.assign(year=2023), "victims").values.tolist()
    [['Central East', 7, 2023]]
    """
    unit = counts["borough"].map({part.name: part.bcu for part in areas.boroughs()})
    when = [column for column in _WHEN if column in counts]
    held = counts.groupby([unit, *(counts[c] for c in when)]).borough.transform("nunique")
    size = unit.map({unit.name: len(areas.members(unit)) for unit in areas.bcus()})
    named = {column: unit for column in _NAMES if column in counts}
    own = counts.assign(**named)[held == size]
    keys = [column for column in counts if column != value]
    own = own.assign(missing=own[value].isna())
    sums = own.groupby(keys, dropna=False, observed=True, sort=False)[[value, "missing"]].sum()
    added = sums[value].where(sums["missing"] == 0)
    return pd.concat([added.reset_index()[[*counts]], _nowhere(counts)], ignore_index=True)


def _nowhere(counts: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that belong to no borough."""
    return counts[~counts["borough"].isin([area.name for area in areas.everywhere()])]


def recorded_by_unit(recorded: pd.DataFrame) -> pd.DataFrame:
    """Return recorded crime added up to command units, as :func:`by_unit` adds up.

    A kind of offence that one of a unit's boroughs lacks in a month is left out of the unit in
    that month, with its group: the sum of the others would be too low.

    Examples
    --------
    >>> from pvtools import tables
    >>> recorded_by_unit(tables.load().recorded_crime).borough.nunique()
    12
    """
    cell = ["schema", "month", "offence_group"]
    unit_of = {part.name: part.bcu for part in areas.boroughs()}
    holes = lacking(recorded)
    lost = pd.MultiIndex.from_frame(holes[cell].assign(unit=holes["borough"].map(unit_of)))
    rows = pd.MultiIndex.from_frame(recorded[cell].assign(unit=recorded["borough"].map(unit_of)))
    return by_unit(recorded[~rows.isin(lost)], "offences")
