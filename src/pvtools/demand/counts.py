"""Demand: how much crime is recorded in each borough, set against the people who live there.

Works on the tidy recorded-crime table (``borough, month, offence_group, offences, schema``).
A month or group that was not published is missing, not
zero: a borough that lacks one has no rate, and the caveat says what it lacks.
"""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
import pandas as pd

from pvtools import areas, estimates
from pvtools.demand import carry_over
from pvtools.demand.available import Available, available
from pvtools.demand.denominators import Residents, denominators
from pvtools.demand.spans import (
    MOST_UNPLACED,
    NATIONAL_GROUPS,
    counted,
    monthly,
    span_of,
    unplaced_between,
    with_london,
    without_holes,
    year_of,
)
from pvtools.errors import InputError, resolve
from pvtools.stats import change, multiplicity, planning
from pvtools.tables import schemas
from pvtools.tables.lacking import months_in_words

_PER = 1000
By = Literal["offence_group", "offence"]
_NOTHING = "No offences in the year before to set the later year against."


def monthly_rate(recorded: pd.DataFrame, *, residents: Residents = None) -> pd.DataFrame:
    """Return offences per 1,000 residents in each month, by borough and for London.

    Parameters
    ----------
    recorded
        Tidy recorded-crime table at borough level.
    residents
        What the rate is divided by: ``tables.load().population``, whose censuses and estimates
        give each month its residents, or a figure of yours by borough (such as workday
        population); Census 2021 by default.

    Returns
    -------
    pandas.DataFrame
        Estimate table with ``schema``: the way of counting, one a month, so that no line need
        run across from one to the other. Without an estimate where a kind of offence is not
        published, or where more than 5% of London's offences have no borough; the ``caveat``
        says which. A count of all that was recorded has no interval.

    Raises
    ------
    InputError
        No borough's offences are held.
    """
    counts = _one_schema(monthly(recorded))
    found = denominators(residents, pd.DatetimeIndex(sorted(counts.month.unique())))
    persons = found.at(counts.month, counts.borough)
    offences = counts.offences.mask(counts.unplaced > MOST_UNPLACED)
    frame = _counted(offences, persons).assign(
        method=f"count; {found.how}",
        unplaced=counts.unplaced.to_numpy(),
        area=counts.borough.to_numpy(),
        period=counts.month.dt.strftime("%Y-%m").to_numpy(),
        schema=counts.schema.to_numpy(),
    )
    return estimates.table(
        frame,
        measure="offence_rate_monthly",
        quantity="level",
        level=np.nan,
        caveat=_monthly_caveat(frame, counts.lacks),
    )


def _counted(offences: pd.Series, residents: pd.Series | np.ndarray) -> pd.DataFrame:
    """Return counts as rates: known, so without an interval."""
    count = offences.to_numpy(dtype=float)
    rate = count / (np.asarray(residents, dtype=float) / _PER)
    return pd.DataFrame({"estimate": rate, "lower": np.nan, "upper": np.nan, "n": count})


def annual_rate(
    recorded: pd.DataFrame,
    *,
    until: str | None = None,
    residents: Residents = None,
    by: By | None = None,
) -> pd.DataFrame:
    """Return offences per 1,000 residents over twelve months, by borough and for London.

    Parameters
    ----------
    recorded
        Tidy recorded-crime table at borough level.
    until
        The last month, such as ``"2025-11"``; by default as for :func:`available`.
    residents
        As for :func:`monthly_rate`, in the middle of the year.
    by
        One row an offence group, or an offence where the files held are so fine, instead of
        one for all.

    Returns
    -------
    pandas.DataFrame
        Estimate table with ``residents``; ``group`` names the kind where asked. A count of all
        that was recorded has no interval. A borough that lacks a month or a kind of offence has no
        estimate, and the ``caveat`` says what it lacks; London is then the other boroughs over
        their own residents, if they are three quarters of all. By kind, rows that lack a month
        are absent.

    Raises
    ------
    InputError
        The twelve months are not all held in one schema.
    """
    by = by and resolve("column to count by", by, get_args(By))
    year, held = year_of(recorded, until)
    year = year[~year.offence_group.isin(NATIONAL_GROUPS)]
    found = denominators(residents, held.months)
    people = found.at_middle()
    totals = _by_kind(year, by, people) if by else _by_borough(year, held, people)
    frame = _counted(totals.offences, totals.residents)
    named = totals.rename(columns={"borough": "area", by: "group"})
    frame = frame.assign(**{c: named[c].to_numpy() for c in named if c != "offences"})
    return estimates.table(
        frame,
        measure="offence_rate",
        quantity="level",
        period=span_of(held.months),
        level=np.nan,
        method=f"count; {found.how}",
    )


def _by_kind(year: pd.DataFrame, by: str, people: pd.Series) -> pd.DataFrame:
    keys = ["borough", by]
    totals = year.groupby(keys, as_index=False).agg(
        offences=("offences", "sum"), held=("month", "nunique")
    )
    totals = with_london(totals[totals.held == 12].drop(columns="held"), keys)
    return totals.assign(residents=totals.borough.map(people), caveat="")


def _by_borough(year: pd.DataFrame, held: Available, residents: pd.Series) -> pd.DataFrame:
    """Return the year's offences of every borough, missing where it is not whole, and London's."""
    people = residents[held.every]
    sums = year.groupby("borough").offences.sum().astype(float)
    sums = sums[sums.index.isin(held.whole)].reindex(held.every)
    totals = pd.DataFrame({"offences": sums, "residents": people}).rename_axis("borough")
    whole = totals.loc[held.whole].sum()
    if held.says(areas.LONDON):
        whole = pd.Series({"offences": np.nan, "residents": residents[areas.LONDON]})
    totals.loc[areas.LONDON] = whole
    caveats = {name: held.says(name) for name in totals.index} | {areas.LONDON: held.london}
    return totals.assign(caveat=pd.Series(caveats)).reset_index()


def year_change(
    recorded: pd.DataFrame, *, until: str | None = None, level: float = 0.95
) -> pd.DataFrame:
    """Return the change in offences from one twelve months to the next, by borough and for London.

    Parameters and errors are those of :func:`annual_rate`, for two years.

    Returns
    -------
    pandas.DataFrame
        Estimate table: 0.03 is 3% more. Months are paired, so the interval allows for months
        that swing more than chance and go with the month before; see
        ``stats.change.paired_change``. ``adjusted`` is the p-value once all boroughs are tested
        (Benjamini and Hochberg; London's stands alone), ``distinguishable`` whether the change
        stands then, ``detectable`` the smallest change that would show four times in five. A
        borough that lacks something in either year has no estimate, and the ``caveat`` says what;
        London is then the other boroughs, if they are three quarters of all.
    """
    held = available(recorded, until=until, years=2)
    if held.why:
        raise InputError(held.why)
    wide = _by_month(without_holes(recorded, held), held.whole)
    if not held.says(areas.LONDON):
        wide.loc[areas.LONDON] = wide.sum()
    names = [*held.every, areas.LONDON]
    frame = pd.DataFrame(index=pd.Index(names, name="borough"))
    frame = frame.assign(estimate=np.nan, lower=np.nan, upper=np.nan, n=np.nan, detectable=np.nan)
    if held.whole:
        before, after = (wide[part] for part in (held.months[:12], held.months[12:]))
        some = before.sum(axis=1) > 0  # a change from nothing is no share of anything
        before, after = before[some], after[some]
        tested = change.paired_change(
            before,
            after,
            correlation=carry_over.for_areas(
                carry_over.correlations(counted(recorded), held.months[-1]), before.index
            ),
            level=level,
        ).set_index(before.index)
        smallest = planning.minimum_detectable_effect(
            tested.stderr.to_numpy(), degrees=tested.df.to_numpy(), level=level
        )
        frame = tested.assign(n=after.sum(axis=1), detectable=smallest).reindex(names)
    caveats = [held.london if n == areas.LONDON else held.says(n) for n in names]
    if held.whole:
        nothing = set(some.index[~some])
        caveats = [_NOTHING if n in nothing else c for n, c in zip(names, caveats, strict=True)]
    unplaced, whole = unplaced_between(recorded, held)
    added = [whole if name == areas.LONDON else unplaced for name in names]
    caveats = [" ".join(filter(None, both)).strip() for both in zip(caveats, added, strict=True)]
    p_value = frame.get("p_value", pd.Series(np.nan, index=frame.index)).astype(float)
    found = multiplicity.tested(p_value, alone=frame.index == areas.LONDON)
    frame = frame.assign(**{name: column.to_numpy() for name, column in found.items()})
    return estimates.table(
        frame.rename_axis("area").reset_index(),
        measure="offences",
        quantity="change",
        level=level,
        method="ratio of paired months, t for autocorrelated months",
        caveat=caveats,
        period=span_of(held.months),
    )


def _by_month(recorded: pd.DataFrame, boroughs: list[str]) -> pd.DataFrame:
    own = recorded[recorded.borough.isin(boroughs) & ~recorded.offence_group.isin(NATIONAL_GROUPS)]
    counts = own.groupby(["borough", "month"]).offences.sum().astype(float)
    return counts.unstack("month")


def _one_schema(counts: pd.DataFrame) -> pd.DataFrame:
    """Return each month in one schema: the one that has more boroughs, the newer of equals."""
    held = counts.groupby(["month", "schema"]).borough.nunique().reset_index(name="held")
    held["age"] = held.schema.map(schemas.NEWEST_FIRST.index)
    held = held.sort_values(["month", "held", "age"], ascending=[True, False, True])
    return counts.merge(held.drop_duplicates("month")[["month", "schema"]])


def _ways(frame: pd.DataFrame) -> dict[str, str]:
    """Return what is different of a way of counting where a series holds several, a sentence."""
    spans = (
        frame.dropna(subset=["estimate"])
        .groupby("schema")
        .period.agg(["min", "max"])
        .map(pd.Timestamp)
    )
    if len(spans) < 2:
        return {}
    said = {
        schemas.OLD: "Until {max:%B %Y} offences are counted in the publisher's earlier "
        "way, which places 1% to 1.5% of them differently: levels before and after are not "
        "compared.",
        schemas.MIDDLE: "In February 2024 the police changed their system of recording: levels "
        "before and after are not compared.",
        schemas.UNITS: "From {min:%B %Y} offences are counted by policing unit, where "
        "boroughs stand 0.4% to 1.9% higher than in the publisher's earlier way: levels before "
        "and after are not compared.",
    }
    return {way: said[way].format(**span) for way, span in spans.iterrows() if way in said}


def _monthly_caveat(frame: pd.DataFrame, lacks: pd.Series) -> list[str]:
    ways = _ways(frame)
    gaps = frame.area.map(
        {
            name: f"No rate where a kind of offence is not published for {name}: "
            f"{', '.join(sorted({k for kinds in part for k in kinds.split(', ') if k}))}."
            for name, part in lacks.groupby(frame.area.to_numpy())
        }
    )
    high = (frame.unplaced > MOST_UNPLACED).fillna(False)
    when = months_in_words({pd.Timestamp(period) for period in frame.period[high]})
    without = (
        f"No rate for {when}: more than {MOST_UNPLACED:.0%} of London's offences have no borough "
        "there."
    )
    return [
        " ".join(filter(None, [ways.get(way, ""), gap if kinds else "", without if far else ""]))
        for way, gap, kinds, far in zip(frame.schema, gaps, lacks, high, strict=True)
    ]
