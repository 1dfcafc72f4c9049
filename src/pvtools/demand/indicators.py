"""Indicators of one place beside others: a year's counts, and how they moved from earlier ones."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pvtools import areas, estimates
from pvtools.demand import carry_over
from pvtools.demand.denominators import Residents, denominators
from pvtools.demand.spans import span_of
from pvtools.errors import InputError
from pvtools.stats import change, multiplicity

_PER = 1000
_YEAR = 12


def years_of_counts(
    counts: pd.DataFrame,
    *,
    measure: str,
    group: str = "",
    source: str,
    residents: Residents = None,
    until: str | None = None,
) -> pd.DataFrame:
    """Return years of monthly counts per 1,000 residents, by borough and for London.

    Parameters
    ----------
    counts
        ``borough, month`` and ``counted``, and perhaps ``schema``, the way of counting; rows of
        places that are no borough are left aside. A month is missing where a count in it is.
    measure, group, source
        What is counted: of the register of measures, and of the register of sources.
    residents
        As for :func:`pvtools.demand.annual_rate`.
    until
        The last month of the last year, such as ``"2023-12"``; by default the latest that ends a
        year of which every borough has every month.

    Returns
    -------
    pandas.DataFrame
        Estimate table without intervals, for a count of all has none; ``n`` is the count. London is
        the sum of its boroughs. Years end in the month of the last one, and are left out where a
        month is missing or counted in another way than the rest. ``stderr`` is by how much a
        year's rate swings by chance, for those who take the count as one draw of what could have
        been recorded: months are Poisson about the place's share of London's months, as far
        scattered as its months are.

    Raises
    ------
    InputError
        No year is whole for every borough.

    Examples
    --------
    >>> from pvtools import tables
    >>> searches = tables.published("stop_search_by_month").rename(columns={"searches": "counted"})
    >>> rates = years_of_counts(searches, measure="search_rate", source="stop_search_by_month")
    >>> rates.period.unique().tolist()
    ['year to 2017-08', 'year to 2024-08']
    """
    wide = with_sum(_by_borough(counts))
    last = pd.Timestamp(until) if until else _latest(counts)[-1]
    found, ways = denominators(residents, wide.columns), _ways(counts)
    parts = []
    while last >= wide.columns[0]:
        months = pd.date_range(end=last, periods=_YEAR, freq="MS")
        if months.isin(wide.columns).all() and (ways[months] == ways[last]).all():
            totals = wide[months].sum(axis=1, skipna=False)
            people = found.persons.loc[months].mean().reindex(totals.index)
            rate = totals / people * _PER
            part = pd.DataFrame({"area": totals.index, "estimate": rate.to_numpy(), "n": totals})
            swing = np.sqrt(_scatter(wide[months]) * totals) / people * _PER
            parts.append(part.assign(period=span_of(months), stderr=swing.to_numpy()))
        last -= pd.DateOffset(years=1)
    if not parts:
        raise InputError(f"The year to {until} is not held whole.")
    return estimates.table(
        pd.concat(parts[::-1]).dropna(subset=["estimate"]),
        measure=measure,
        quantity="level",
        group=group,
        lower=np.nan,
        upper=np.nan,
        level=np.nan,
        method=f"count; {found.how}",
        source=source,
        caveat="",
    )


def _scatter(months: pd.DataFrame) -> float:
    """Return how many times as far as Poisson counts a year's months scatter, 1 at least.

    About each place's share of all places' months; the median over places.
    """
    # of the places that have every month: one that lacks a month leaves London without it
    own = months.drop(index=areas.LONDON).dropna().to_numpy(dtype=float)
    london = own.sum(axis=0)
    expected = own.sum(axis=1, keepdims=True) * london / max(london.sum(), 1.0)
    some = (expected > 0).all(axis=1)
    if not some.any():
        return 1.0
    square = (own[some] - expected[some]) ** 2 / expected[some]
    return max(1.0, float(np.nanmedian(square.sum(axis=1) / (_YEAR - 1))))


def counts_by_year(counts: pd.DataFrame, *, value: str, measure: str, source: str) -> pd.DataFrame:
    """Return what is counted a year, by borough and for London, as an estimate table.

    Parameters
    ----------
    counts
        ``borough, year`` and ``value``, the column counted; rows of places that are no borough
        are left aside.
    value, measure, source
        The column, and of the registers of measures and of sources.

    Returns
    -------
    pandas.DataFrame
        Without intervals. London is the sum of its boroughs in the years that all of them have.

    Examples
    --------
    >>> from pvtools import tables
    >>> key = "homicide_victims_by_year"
    >>> found = counts_by_year(
    ...     tables.published(key), value="victims", measure="homicide_victims", source=key
    ... )
    >>> int(estimates.pick(found, area="London", period="year to 2023-12").estimate)
    109
    """
    names = [place.name for place in areas.peers(counts.borough.unique())]
    own = counts[counts.borough.isin(names)]
    wide = own.pivot_table(index="borough", columns="year", values=value, aggfunc="sum")
    table = with_sum(wide.reindex(names)).rename_axis("area").reset_index()
    frame = table.melt("area", var_name="year", value_name="estimate").dropna()
    return estimates.table(
        frame.assign(period=[f"year to {year}-12" for year in frame.year], n=frame.estimate),
        measure=measure,
        quantity="level",
        lower=np.nan,
        upper=np.nan,
        level=np.nan,
        method="count",
        source=source,
        caveat="",
    ).drop(columns="year")


def whole_years(counts: pd.DataFrame) -> list[pd.Timestamp]:
    """Return the last months of years that are whole for every borough, the latest first.

    Where counts say their ``schema``, all twelve months are counted in one way.
    """
    wide = _by_borough(counts)
    if wide.columns.empty:
        return []
    whole = ~wide.isna().any()
    every = pd.date_range(wide.columns.min(), wide.columns.max(), freq="MS")
    runs = whole.reindex(every, fill_value=False).astype(int).rolling(_YEAR).sum()
    way = _ways(counts).reindex(every).rolling(_YEAR)
    return list(runs.index[(runs == _YEAR) & (way.min() == way.max())][::-1])


def change_of_counts(
    counts: pd.DataFrame,
    *,
    measure: str,
    group: str = "",
    source: str,
    since: str | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Return how a year of monthly counts moved, by borough and for London.

    Parameters
    ----------
    counts, measure, group, source
        As for :func:`years_of_counts`.
    since
        The last month of an earlier year, such as ``"2016-03"``; the year before by default. Of
        an earlier year the change is that **beside London**: ways of recording came and went
        between, and what they moved everywhere drops out. London itself then has no estimate.
    level
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        Estimate table: 0.03 is 3% more. ``adjusted`` and ``distinguishable`` as in
        :func:`pvtools.demand.year_change`; ``since`` is the earlier year.

    Raises
    ------
    InputError
        Either year is not whole for every borough.
    """
    wide = with_sum(_by_borough(counts))
    now = _latest(counts)
    end = pd.Timestamp(since) if since else now[-1] - pd.DateOffset(years=1)
    then = pd.date_range(end=end, periods=_YEAR, freq="MS")
    if not _held(wide, then):
        raise InputError(f"The year to {end:%B %Y} is not held whole for every borough.")
    # in the order of ``now``: each month beside the same one of the calendar
    paired = sorted(then, key=lambda month: (month.month - now[0].month) % _YEAR)
    before, after = wide[paired].to_numpy(dtype=float), wide[now].to_numpy(dtype=float)
    names = wide.index.to_numpy()
    if since:
        rest = names != areas.LONDON
        moved = after[~rest].sum(axis=0) / before[~rest].sum(axis=0)
        before, after, names = before[rest] * moved, after[rest], names[rest]
    some = (before.sum(axis=1) > 0) & (after.sum(axis=1) > 0)
    rho = carry_over.for_areas(carry_over.correlations(counts, now[-1]), names[some])
    tested = change.paired_change(before[some], after[some], correlation=rho, level=level)
    frame = tested.assign(area=names[some], n=after[some].sum(axis=1)).drop(columns="method")
    found = multiplicity.tested(frame.p_value, alone=frame.area == areas.LONDON)
    return estimates.table(
        frame,
        measure=measure,
        quantity="change",
        period=span_of(now),
        group=group,
        level=level,
        method="ratio of paired months, t for autocorrelated months"
        + ("; beside London" if since else ""),
        source=source,
        caveat="",
        since=span_of(then),
        **found,
    )


def with_sum(wide: pd.DataFrame) -> pd.DataFrame:
    """Return counts by borough with London's, the sum of its boroughs."""
    return pd.concat([wide, wide.sum(skipna=False).to_frame(areas.LONDON).T])


def _by_borough(counts: pd.DataFrame) -> pd.DataFrame:
    names = [place.name for place in areas.peers(counts.borough.unique())]
    own = counts[counts.borough.isin(names)]
    sums = own.groupby(["borough", "month"], observed=True).counted.sum(skipna=False)
    return sums.unstack("month").reindex(names)


def _ways(counts: pd.DataFrame) -> pd.Series:
    """Return by month the way in which it is counted, as a number: all alike where none is told."""
    way = pd.factorize(counts.schema)[0] if "schema" in counts else np.zeros(len(counts))
    return pd.Series(way, counts.month).groupby(level=0).max()


def _held(wide: pd.DataFrame, months: pd.DatetimeIndex) -> bool:
    return bool(months.isin(wide.columns).all()) and not wide[months].isna().any(axis=None)


def _latest(counts: pd.DataFrame) -> pd.DatetimeIndex:
    ends = whole_years(counts)
    if not ends:
        raise InputError("No twelve months are held for every borough.")
    return pd.date_range(end=ends[0], periods=_YEAR, freq="MS")
