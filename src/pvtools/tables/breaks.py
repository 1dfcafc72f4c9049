"""Where recorded crime changes because of how it is recorded or placed."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from pvtools import areas
from pvtools.errors import resolve
from pvtools.tables.harm_offences import GROUP_OF_OFFENCE
from pvtools.tables.offence_names import NATIONAL_GROUPS, agreed
from pvtools.tables.shipped import published

_EVERY_OFFENCE = "All offences"
_AIRPORTS = ("Hillingdon", "Airports")  # counted in the one or in the other
_UNKNOWN = "Unknown"  # offences that boroughs lack


def breaks(
    area: str | None = None, offence: str | None = None, *, data_dir: str | Path | None = None
) -> pd.DataFrame:
    """Return the breaks of recorded crime, those that touch an area or an offence if one is named.

    Parameters
    ----------
    area
        London or a borough. London's breaks are a borough's as well, and so are changes in how
        many offences have no borough.
    offence
        An offence or an offence group. Breaks of all offences are its own as well.
    data_dir
        A data folder; the project's own by default.

    Returns
    -------
    pandas.DataFrame
        ``first, last`` (months), ``area, offence, before, after, unit, what``, in order of time.

    Raises
    ------
    UsageError
        No such area, offence or group; the nearest is suggested.

    Examples
    --------
    >>> breaks("London", "Drug offences")["first"].tolist()
    ['2020-03', '2024-03', '2024-08', '2024-09']
    """
    found = published("recorded_crime_breaks", data_dir)
    if area is not None:
        found = found[found.area.isin(_touching(areas.find(area)))]
    if offence is not None:
        groups = dict.fromkeys([*GROUP_OF_OFFENCE.values(), *NATIONAL_GROUPS])
        named = [_EVERY_OFFENCE, *groups, *GROUP_OF_OFFENCE]
        asked = resolve("offence or group", agreed(offence), named)
        kinds = {name for name, group in GROUP_OF_OFFENCE.items() if asked in (name, group)}
        found = found[found.offence.isin(kinds | {asked, _EVERY_OFFENCE})]
    return found.sort_values(["first", "last"], kind="stable", ignore_index=True)


def _touching(area: areas.Area) -> set[str]:
    if area.is_london:
        return {areas.LONDON}
    within = {one.name for one in areas.members(area)}
    airports = set(_AIRPORTS) if _AIRPORTS[0] in within else set()
    return within | airports | {areas.LONDON, _UNKNOWN}
