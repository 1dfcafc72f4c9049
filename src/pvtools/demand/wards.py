"""Wards: what is recorded in each, kind by kind, beside the other wards of its borough.

Works on the table of ``tables.load_areas(data_dir, "ward")``, whose key is the code. No residents
of wards are published with it, so these are counts and no rates. The publisher has a row for each
kind of which something was recorded in the months of a file, so in a ward a kind without a row is
a zero; a month in which a ward has no row at all is missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pvtools import estimates
from pvtools.demand import carry_over
from pvtools.demand.rising import FEWEST
from pvtools.demand.spans import NATIONAL_GROUPS, span_of
from pvtools.errors import InputError
from pvtools.stats import change, multiplicity, planning
from pvtools.tables.lacking import months_in_words

_SOURCE = "mps_recorded_crime_ward"
_YEAR = 12
_TESTED = ("estimate", "lower", "upper", "p_value", "detectable")


@dataclass(frozen=True)
class _Grid:
    """Counts by ward and kind (all together: an empty text) and month; boroughs by ward."""

    counts: pd.DataFrame
    boroughs: pd.Series

    def months(self, years: int) -> pd.DatetimeIndex:
        """Return the latest so many years, all of whose months are held in one way of counting."""
        held = self.counts.columns
        months = pd.date_range(end=held.max(), periods=_YEAR * years, freq="MS")
        if absent := sorted(set(months) - set(held)):
            raise InputError(
                f"{_YEAR * years} months to {months[-1]:%B %Y} are needed, counted in one way; of "
                f"wards are not held: {months_in_words(absent)}. Missing months are not zero."
            )
        return months


def ward_counts(recorded: pd.DataFrame) -> pd.DataFrame:
    """Return offences of the latest twelve months by ward and kind, beside wards of the borough.

    Parameters
    ----------
    recorded
        Recorded crime by ward; what belongs to no borough (airports) is no ward.

    Returns
    -------
    pandas.DataFrame
        Estimate table, ``area`` a ward's code and ``group`` a kind of offence, or empty for all. A
        count of all that was recorded has no interval. ``others`` is the median of the other wards
        of its ``borough``, ``others_lowest`` and ``others_highest`` the ends. A ward that lacks a
        month has no estimate, and the ``caveat`` says which.

    Raises
    ------
    InputError
        No wards, or no twelve months counted in one way.
    """
    grid = _grid(recorded)
    months = grid.months(1)
    totals = grid.counts[months].sum(axis=1, skipna=False).rename("estimate")
    wide = totals.unstack("group")
    beside = [_beside(part) for _, part in wide.groupby(grid.boroughs.reindex(wide.index))]
    frame = totals.to_frame().join(pd.concat(beside)).reset_index()
    return estimates.table(
        frame.assign(n=frame.estimate, borough=frame.area.map(grid.boroughs)),
        measure="offences",
        quantity="level",
        period=span_of(months),
        lower=np.nan,
        upper=np.nan,
        level=np.nan,
        method="count",
        source=_SOURCE,
        caveat=_absences(grid, frame.area, months),
    )


def ward_changes(recorded: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
    """Return the change in a year by ward and kind of offence, once all have been tested.

    Parameters
    ----------
    recorded
        As for :func:`ward_counts`, of 24 months.
    level
        Confidence level of each interval, taken alone.

    Returns
    -------
    pandas.DataFrame
        Estimate table (0.03 is 3% more) with ``borough``, ``before``, ``adjusted`` and
        ``distinguishable`` as :func:`pvtools.demand.rising` gives them, and ``detectable``, the
        smallest change that would show four times in five, taken alone. All kinds of all wards are
        tested together, and the wards' totals (``group`` empty) together. Fewer than twelve
        offences in either year, or a month that is missing, bear no estimate: the ``caveat`` says
        which.

    Raises
    ------
    InputError
        As for :func:`ward_counts`, of 24 months.
    """
    grid = _grid(recorded)
    months = grid.months(2)
    then, now = grid.counts[months[:_YEAR]], grid.counts[months[_YEAR:]]
    was, is_now = (year.sum(axis=1, skipna=False) for year in (then, now))
    enough = (was >= FEWEST) & (is_now >= FEWEST)
    groups = grid.counts.index.get_level_values("group")
    parts = []
    for _, part in grid.counts[enough].groupby(groups[enough]):
        rho = float(np.median(carry_over.by_pair(part, months[-1])))
        found = change.paired_change(
            then.loc[part.index], now.loc[part.index], correlation=rho, level=level
        )
        smallest = planning.minimum_detectable_effect(
            found.stderr.to_numpy(), degrees=found.df.to_numpy(), level=level
        )
        parts.append(found.assign(detectable=smallest).set_index(part.index))
    blank = pd.DataFrame(columns=[*_TESTED], index=grid.counts.index[:0], dtype=float)
    tested = pd.concat(parts) if parts else blank
    frame = tested.drop(columns="n", errors="ignore").reindex(grid.counts.index)
    frame = frame.assign(before=was, n=is_now).reset_index()
    whole = frame.group == ""
    for which in (whole, ~whole):
        alone = np.zeros(which.sum(), dtype=bool)
        stands = multiplicity.tested(frame.p_value[which], alone=alone).set_axis(which.index[which])
        frame.loc[which, ["adjusted", "distinguishable"]] = stands.astype(object)
    few = frame.estimate.isna() & frame.before.notna() & frame.n.notna()
    caveat = _absences(grid, frame.area, months)
    return estimates.table(
        frame.assign(
            borough=frame.area.map(grid.boroughs),
            adjusted=frame.adjusted.astype(float),
            distinguishable=frame.distinguishable.astype("boolean"),
        ),
        measure="offences",
        quantity="change",
        level=level,
        period=span_of(months[_YEAR:]),
        method="ratio of paired months, t for autocorrelated months",
        source=_SOURCE,
        caveat=np.where(few, f"Fewer than {FEWEST} offences in a year bear no verdict.", caveat),
    )


def ward_rates(counts: pd.DataFrame, residents: Mapping[str, float]) -> pd.DataFrame:
    """Return offences per 1,000 residents of those wards whose residents are given.

    Parameters
    ----------
    counts
        What :func:`ward_counts` returns.
    residents
        Residents, or whoever else offences are set against, by ward code: of a user's own, for
        no figure of wards comes with pvtools.

    Returns
    -------
    pandas.DataFrame
        Estimate table with ``residents``.

    Raises
    ------
    InputError
        Residents of an unknown ward, or not above zero.
    """
    faults = [
        f"{ward}: {people!r}"
        for ward, people in residents.items()
        if ward not in set(counts.area) or not people > 0
    ]
    if faults:
        raise InputError(
            f"Residents are numbers above 0 of wards that are held; found {', '.join(faults)}."
        )
    own = counts[counts.area.isin(residents)]
    people = own.area.map(dict(residents)).astype(float)
    own = own.drop(columns=[name for name in own if name.startswith("others")])
    return estimates.table(
        own.assign(estimate=own.n / people * 1000, residents=people, measure="offence_rate"),
        method="count; residents as given",
    )


def ward_months(recorded: pd.DataFrame) -> pd.DataFrame:
    """Return offences of each month by ward, and the mean of the other wards of its borough.

    Returns
    -------
    pandas.DataFrame
        Estimate table without intervals, with ``borough`` and ``others``; a month that a ward lacks
        is absent, and one of no offence is 0.
    """
    grid = _grid(recorded)
    wide = grid.counts.xs("", level="group")
    boroughs = grid.boroughs.reindex(wide.index)
    sums, sizes = (wide.groupby(boroughs).transform(how) for how in ("sum", "count"))
    others = (sums - wide) / (sizes - 1).where(sizes > 1)
    frame, beside = (
        one.melt(ignore_index=False, var_name="month", value_name="estimate").reset_index()
        for one in (wide, others)
    )
    frame = frame.assign(others=beside.estimate).dropna(subset=["estimate"])
    return estimates.table(
        frame.assign(
            n=frame.estimate,
            borough=frame.area.map(boroughs),
            period=frame.month.dt.strftime("%Y-%m"),
        ).drop(columns="month"),
        measure="offences",
        quantity="level",
        lower=np.nan,
        upper=np.nan,
        level=np.nan,
        method="count",
        source=_SOURCE,
        caveat="",
    )


def _grid(recorded: pd.DataFrame) -> _Grid:
    own = recorded[recorded.borough.notna() & ~recorded.offence_group.isin(NATIONAL_GROUPS)]
    if own.empty:
        raise InputError("No offences are held for any ward. Add a file with: pvtools add FILE")
    own = own[own.schema == own.schema[own.month.idxmax()]]
    keys = ["area", "offence_group", "month"]
    sums = own.groupby(keys, observed=True).offences.sum().astype(float).unstack("month")
    held = sums.groupby("area", observed=True).count() > 0
    every = pd.MultiIndex.from_product(
        [part.astype("str") for part in sums.index.remove_unused_levels().levels],
        names=["area", "group"],
    )
    sums.index = pd.MultiIndex.from_arrays(
        [sums.index.get_level_values(n).astype("str") for n in range(2)], names=every.names
    )
    there = held.set_axis(held.index.astype("str")).loc[every.get_level_values("area")]
    counts = sums.reindex(every).fillna(0.0).where(there.to_numpy())
    whole = counts.groupby("area").sum(min_count=1)
    whole.index = pd.MultiIndex.from_product([whole.index, [""]], names=every.names)
    boroughs = own.drop_duplicates("area", keep="last").set_index("area").borough.astype("str")
    boroughs.index = boroughs.index.astype("str")
    return _Grid(pd.concat([whole, counts]).sort_index(), boroughs)


def _beside(totals: pd.DataFrame) -> pd.DataFrame:
    """Return what the other wards of a borough hold, by ward and kind: median and ends."""
    values = totals.to_numpy()
    rows = []
    for place in range(len(values)):
        rest = np.delete(values, place, axis=0)
        rest = rest[~np.isnan(rest).any(axis=1)]
        some = [f(rest, axis=0) for f in (np.median, np.min, np.max)] if len(rest) else [np.nan] * 3
        rows.append(np.broadcast_to(np.array(some).reshape(3, -1), (3, values.shape[1])).T)
    return pd.DataFrame(
        np.concatenate(rows),
        index=pd.MultiIndex.from_product([totals.index, totals.columns]),
        columns=["others", "others_lowest", "others_highest"],
    ).rename_axis(["area", "group"])


def _absences(grid: _Grid, areas: pd.Series, months: pd.DatetimeIndex) -> list[str]:
    """Return what each row's ward lacks of these months, a sentence."""
    lacks = grid.counts.xs("", level="group")[months].isna()
    said = {
        ward: f"No offences are held for this ward in {months_in_words(row.index[row])}."
        for ward, row in lacks[lacks.any(axis=1)].iterrows()
    }
    return [said.get(ward, "") for ward in areas]
