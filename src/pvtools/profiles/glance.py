"""A place at a glance: which indicators it is shown by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from pvtools import areas, estimates, measures
from pvtools.exhibits.glance import Indicator
from pvtools.profiles.counted import SINCE
from pvtools.profiles.everywhere import FOLLOWED
from pvtools.profiles.gathered import Gathered

#: The last years before a new system of recording (February 2024), and with interviews in person.
_RECORDING, _INTERVIEWS = 2024, 2019


def indicators(of: Gathered) -> list[Indicator]:
    """Return the indicators of an area, of all areas' figures and how each moved.

    Those of a command unit hold its boroughs' figures too.
    """
    found = [*_counts(of), *_victims(of), *_weighed(of), *_reached(of), *_asked(of)]
    if of.area.kind != "bcu":
        return found
    parts = areas.members(of.area)
    each = {one.label: one.level for one in indicators(Gathered(parts[0], of.everywhere.boroughs))}
    names = [part.name for part in parts]
    return [replace(one, level=_with_parts(one.level, each.get(one.label), names)) for one in found]


def _with_parts(
    level: pd.DataFrame, boroughs: pd.DataFrame | None, names: list[str]
) -> pd.DataFrame:
    """Return a unit's figures with those of its boroughs in the same year, if they are held."""
    if boroughs is None:
        return level
    inside = boroughs.area.isin(names) & (boroughs.period == level.period.iloc[0])
    return pd.concat([level, boroughs[inside]], ignore_index=True)


def _counts(of: Gathered) -> Iterator[Indicator]:
    for one in of.everywhere.counted:
        yield Indicator(
            one.label,
            one.latest,
            change=one.change,
            since=one.since,
            years=_line(one.years, of.area.name),
            breaks=(_RECORDING,) if one.is_crime else (),
            compared=True,
        )


def _victims(of: Gathered) -> Iterator[Indicator]:
    years = of.everywhere.homicide
    yield Indicator(
        "Homicide (victims)",
        years[years.period == years.period.max()],
        years=_line(years, of.area.name),
    )


def _reached(of: Gathered) -> Iterator[Indicator]:
    found = of.everywhere.outcomes
    yield Indicator("Positive outcomes", found[found.group == ""])


def _weighed(of: Gathered) -> Iterator[Indicator]:
    if of.weights is None:
        return
    counted = {"lower": float("nan"), "upper": float("nan"), "level": float("nan")}
    yield Indicator("Harm (score)", of.severity.assign(**counted), compared=True)


def _asked(of: Gathered) -> Iterator[Indicator]:
    for key in FOLLOWED:
        if of.no_share(key):
            continue
        shares = of.answers[key]
        last = of.latest(shares).period.iloc[0]
        first = f"year to {int(SINCE[:4]) - 1}-{last[-2:]}"
        since = None
        if first in set(shares.period) and not of.area.is_london:
            years = estimates.years_between(first, last)
            since = of.beside_london(key, years)
        yield Indicator(
            measures.find(key).label,
            of.latest(shares),
            change=None if of.moved(key) is None else of.change(key),
            since=since,
            years=_line(shares, of.area.name),
            breaks=(_INTERVIEWS,),
        )


def _line(table: pd.DataFrame, area: str) -> pd.Series | None:
    """Return an area's values by year."""
    own = table[table.area == area].dropna(subset=["estimate"])
    if len(own) < 2:
        return None
    when = pd.DatetimeIndex(pd.to_datetime(own.period.map(estimates.end)))
    return pd.Series(own.estimate.to_numpy(dtype=float), when)
