"""The week of published counts: how many of every 1,000 incidents come in each of its hours."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pvtools import areas, estimates
from pvtools.errors import InputError

_PER = 1000
_HOURS = 168
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_CALLED = {
    "stop_search": "stops and searches",
    "dwelling_fires": "dwelling fires",
    "fire_engine_calls_sample": "fire-engine calls",
}
_COLUMNS = ("what", "borough", "period", "weekday", "hour", "counted")
_NO_INTERVAL = (
    "Counts are added up over the weeks of a period, so how much weeks differ is not known and "
    "there is no interval."
)


def hours_of_week(counts: pd.DataFrame) -> pd.DataFrame:
    """Return how many of every 1,000 incidents of a week come in each of its hours.

    Parameters
    ----------
    counts
        ``what, borough, period, weekday, hour, counted``, as the published table
        ``hours_of_week`` has them. Rows of places that are no area are left aside.

    Returns
    -------
    pandas.DataFrame
        Estimate table (``measure`` ``hour_of_week``), 168 rows from Monday midnight for each
        ``group`` (what is counted), area and period: ``n`` the incidents of that hour;
        ``weekday, hour``. Without intervals: counts of single weeks would be needed.

    Raises
    ------
    InputError
        Missing columns, an hour that is missing or given twice, or no incident in a week.

    Notes
    -----
    A period holds each day of the week as often as any other, or once more: in a year that moves
    a share by at most a fiftieth of itself. ``demand.hour_profile`` gives intervals where times of
    single incidents are held.

    Examples
    --------
    >>> from pvtools import tables
    >>> week = hours_of_week(tables.published("hours_of_week"))
    >>> own = week[(week.area == "Hackney") & (week.group == "stops and searches")]
    >>> own.loc[own.estimate.idxmax(), "weekday"]
    'Saturday'
    """
    _check(counts)
    known = {areas.LONDON, *(area.name for area in areas.everywhere())}
    named = counts[counts.borough.isin(known)]
    day = pd.Categorical(named.weekday, categories=_DAYS, ordered=True)
    keys = ["what", "borough", "period"]
    week = named.assign(weekday=day).sort_values([*keys, "weekday", "hour"], ignore_index=True)
    total = week.groupby(keys).counted.transform("sum")
    return estimates.table(
        week.rename(columns={"borough": "area", "counted": "n"}),
        estimate=_PER * week.counted / total,
        group=week.what.map(_CALLED).fillna(week.what),
        weekday=week.weekday.astype("str"),
        measure="hour_of_week",
        quantity="level",
        lower=np.nan,
        upper=np.nan,
        level=np.nan,
        method="incidents of the hour over those of the week",
        caveat=_NO_INTERVAL,
    ).drop(columns="what")


def _check(counts: pd.DataFrame) -> None:
    if missing := [name for name in _COLUMNS if name not in counts]:
        raise InputError(f"Hours of the week need the columns {', '.join(missing)}.")
    faults = []
    for key, week in counts.groupby(["what", "borough", "period"]):
        held = week.dropna(subset=["counted"])
        hours = set(zip(held.weekday, held.hour, strict=True))
        if len(held) != _HOURS or hours != {(day, hour) for day in _DAYS for hour in range(24)}:
            faults.append(f"{', '.join(key)} has {len(hours)} of 168 hours in {len(held)} rows")
        elif held.counted.min() < 0 or held.counted.sum() == 0:
            faults.append(f"{', '.join(key)} has no incident, or a count below zero")
    if faults:
        raise InputError(f"Each hour of a week is needed once: {'; '.join(faults[:5])}.")
