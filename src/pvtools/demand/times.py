"""Times: in which hours of the week incidents come, and how sure their shares are."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pvtools import areas, estimates
from pvtools.errors import InputError
from pvtools.stats import dispersion, intervals

_WEEK = 168
_FEW = 13  # a quarter of a year: fewer weeks say little about other seasons
_COLUMNS = ("date", "weekday", "hour", "n", "on_the_hour")


def hour_profile(hours: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
    """Return the share of the week's incidents in each of its 168 hours.

    Parameters
    ----------
    hours
        What ``tables.incident_hours`` or ``tables.search_hours`` returns: one row a date and
        hour, zeros included, two weeks or more. With ``borough``, each has its own profile.
    level
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        Estimate table (``measure`` ``hour_share``), 168 rows from Monday midnight: ``n`` the
        incidents of that hour; ``weekday, hour``; ``expected`` (1/168, were all hours alike);
        ``weeks`` (how often the hour was seen); ``phi``, how many times more weeks differ than
        chance allows. The ``caveat`` tells of times rounded to the full hour, of few weeks and
        of weeks without an incident.

    Raises
    ------
    InputError
        Missing columns, an hour given twice, missing or negative counts, no incident, or an
        hour of the week that was not seen twice.

    Notes
    -----
    Incidents an hour, over how often the clock showed that hour: so a part of a week, or the
    hour the clock skips, does no harm. Shares are of the sum of these 168 means, and add to 1.
    Wilson intervals whose base, the incidents of as many whole weeks, is divided by phi, which
    allows for incidents in clusters and for weeks that differ: Pearson's chi-squared of all
    hours of all weeks about their means (``stats.dispersion.pearson``), or, where that is more,
    1 + τ times the hour's mean, τ being the moment estimate of a negative binomial. Busy hours
    of searches vary ten times more than chance, quiet ones twice; one phi for all would be too
    sure of the busy ones. Weeks are taken for independent, and hours next to each other are
    not: intervals hold for one hour, not for a sum of several.
    """
    _check(hours)
    if "borough" not in hours:
        return _profile(hours, areas.LONDON, level)
    parts = [_profile(part, name, level) for name, part in hours.groupby("borough")]
    return pd.concat(parts, ignore_index=True)


def _profile(hours: pd.DataFrame, area: str, level: float) -> pd.DataFrame:
    day = hours.date.dt.day_of_week
    frame = hours.assign(cell=day * 24 + hours.hour, shown=_times_shown(hours))
    cells = frame.groupby("cell").agg(
        weekday=("weekday", "first"),
        hour=("hour", "first"),
        n=("n", "sum"),
        weeks=("shown", "sum"),
        rows=("n", "size"),
    )
    seen = int((cells.rows >= 2).sum())
    if seen < _WEEK:
        raise InputError(
            f"Every hour of the week must be seen twice to tell how much weeks differ; {seen} of "
            f"168 were, in {area}. Give two weeks or more."
        )
    if cells.n.sum() == 0:
        raise InputError(f"No incident in {area}: there are no shares of nothing.")
    mean = cells.n / cells.weeks
    expected = frame.cell.map(mean) * frame.shown
    phi = _phi(frame.n.to_numpy(float), expected.to_numpy(), mean.to_numpy())
    share, base = mean / mean.sum(), cells.weeks * mean.sum()
    shares = intervals.wilson(share * base, base, design_effect=phi, level=level)
    return estimates.table(
        shares.assign(
            n=cells.n.to_numpy(),
            weekday=cells.weekday.to_numpy(),
            hour=cells.hour.to_numpy(),
            expected=1 / _WEEK,
            weeks=cells.weeks.to_numpy(),
            phi=phi,
        ).drop(columns="n_effective"),
        measure="hour_share",
        quantity="level",
        level=level,
        area=area,
        period=_period(hours.date),
        method="Wilson score, base divided by phi",
        caveat=_caveat(hours, cells),
    )


def _phi(count: np.ndarray, expected: np.ndarray, mean: np.ndarray) -> np.ndarray:
    """Return for each hour how many times more it varies than chance allows."""
    hours = int((mean > 0).sum())
    same = dispersion.pearson(count, expected, parameters=hours)
    extra = np.sum((count - expected) ** 2) * count.size / (count.size - hours) - count.sum()
    growing = max(0.0, extra / np.sum(expected**2))
    return np.maximum(same, 1 + growing * mean)


def _times_shown(hours: pd.DataFrame) -> pd.Series:
    """Return how often the clock showed each hour: the one after summer time ends, twice."""
    midnight = hours.date.dt.tz_localize("Europe/London")
    next_one = (hours.date + pd.Timedelta(days=1)).dt.tz_localize("Europe/London")
    long_day = (next_one - midnight) == pd.Timedelta(hours=25)
    return 1 + (long_day & (hours.hour == 1)).astype(int)


def _period(date: pd.Series) -> str:
    first, last = f"{date.min():%Y-%m}", f"{date.max():%Y-%m}"
    return first if first == last else f"{first} to {last}"


def _caveat(hours: pd.DataFrame, cells: pd.DataFrame) -> str:
    said = []
    rounded = hours.on_the_hour.sum() / hours.n.sum()
    if rounded > 0.05:
        said.append(
            f"{rounded:.0%} of times are at the full hour, where 2% would be expected: rounding "
            "pushes incidents into the hour that begins there."
        )
    fewest = int(cells.weeks.min())
    if fewest < _FEW:
        said.append(f"{fewest} weeks only: other seasons may have other hours.")
    weekly = hours.groupby(hours.date.dt.to_period("W")).n.sum()
    if empty := int((weekly == 0).sum()):
        said.append(
            f"{empty} weeks have no incident and count as zero; if they were not recorded, "
            "leave them out."
        )
    return " ".join(said)


def _check(hours: pd.DataFrame) -> None:
    faults = []
    if absent := [name for name in _COLUMNS if name not in hours]:
        faults.append(f"the columns {', '.join(absent)} are missing")
    else:
        key = [name for name in ("borough", "date", "hour") if name in hours]
        if hours.duplicated(key).any():
            faults.append(f"one row for each {', '.join(key)} is needed")
        if hours.n.isna().any() or (hours.n < 0).any():
            faults.append("counts are zero or more, none missing")
    if faults:
        raise InputError(f"Cannot tell the hours of the week: {'; '.join(faults)}.")
