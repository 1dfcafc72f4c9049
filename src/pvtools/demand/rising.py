"""What is rising: kinds of offence against the year before, month by month, and in months to come.

Thirty kinds tested one by one would show a rise or two by chance alone; the verdicts here
allow for how many were tested.
"""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
import pandas as pd

from pvtools import areas, estimates
from pvtools.demand import carry_over
from pvtools.demand.available import available
from pvtools.demand.spans import NATIONAL_GROUPS, counted, span_of, with_london, without_holes
from pvtools.errors import InputError, did_you_mean, resolve
from pvtools.stats import change, multiplicity, spc
from pvtools.stats.forecast import forecast

#: Fewer offences than one a month bear no verdict on their change.
FEWEST = 12
ALL = "All offences"
#: Of the intervals around the months to come.
LEVEL = 0.95

Kind = Literal["offence_group", "offence"]


def rising(
    recorded: pd.DataFrame,
    *,
    area: str,
    by: Kind = "offence_group",
    until: str | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Return which kinds of offence changed in a year, once all kinds have been tested.

    Parameters
    ----------
    recorded
        Tidy recorded-crime table at borough level.
    area
        A borough, or London.
    by
        Groups, or single offences where the files held are so fine.
    until
        The last month; by default as for :func:`available`.
    level
        Confidence level of each interval, taken alone.

    Returns
    -------
    pandas.DataFrame
        Estimate table (0.03 is 3% more), a row a kind (``group``) in the order of names, with
        ``n`` (offences in the later year), ``before``, ``p_value``, ``adjusted`` (after Benjamini
        and Hochberg) and ``distinguishable``. Kinds of fewer than twelve offences in either year,
        or not published in every month of both, have no estimate, and the ``caveat`` says so.

    Raises
    ------
    InputError
        No such area, two years that are not held in one way of counting, or no kind that can be
        told (``by="offence"`` where only groups are held).
    """
    area = areas.find_reported(area).name
    by = resolve("column to count by", by, get_args(Kind))
    before, after, months = _two_years(recorded, until)
    then, now = (_by_month(year, by, area) for year in (before, after))
    kinds = sorted(then.index.union(now.index))
    then, now = then.reindex(kinds), now.reindex(kinds)
    was, is_now = (year.sum(axis=1, skipna=False) for year in (then, now))
    whole = was.notna() & is_now.notna()
    enough = (was >= FEWEST) & (is_now >= FEWEST)
    if not enough.any():
        raise InputError(f"No kind of offence in {area} has {FEWEST} offences in both years.")
    tested = change.paired_change(
        then[enough],
        now[enough],
        correlation=[
            _carried(recorded, by, kind, area, months[-1]) for kind in enough.index[enough]
        ],
        level=level,
    )
    frame = tested.drop(columns="n").set_index(enough.index[enough]).reindex(kinds)
    frame = frame.assign(before=was, n=is_now, group=kinds)
    adjusted = multiplicity.benjamini_hochberg(frame.p_value).adjusted
    return estimates.table(
        frame,
        measure="offences",
        quantity="change",
        level=level,
        area=area,
        period=span_of(months),
        method="ratio of paired months, t for autocorrelated months",
        adjusted=adjusted,
        distinguishable=(adjusted <= multiplicity.FALSE_DISCOVERIES).to_numpy(),
        caveat=np.select(
            [enough, whole],
            ["", f"Fewer than {FEWEST} offences in a year bear no verdict."],
            "Not published in every month of both years.",
        ),
    )


def _carried(recorded: pd.DataFrame, by: Kind, kind: str, area: str, last: pd.Timestamp) -> float:
    """Return how far months of a kind carry over to the next, in boroughs or in London."""
    found = carry_over.correlations(counted(recorded[recorded[by] == kind]), last)
    return float(carry_over.for_areas(found, [area])[0])


def monthly_chart(
    recorded: pd.DataFrame, *, area: str, kind: str = ALL, by: Kind = "offence_group"
) -> pd.DataFrame:
    """Return a kind of offence month by month as a control chart: is it more than its swing?

    Parameters
    ----------
    recorded, area, by
        As for :func:`rising`.
    kind
        One of the kinds, or all offences together.

    Returns
    -------
    pandas.DataFrame
        Estimate table of offences a day (months differ in length), ``n`` those of the month, with
        what ``stats.spc.xmr`` returns in its calibrated mode: ``centre, lower_limit,
        upper_limit, point_type, rule, phase, family_false_alarm``, the last measured on steady
        counts at this level that scatter as these do. Fewer than ten offences a month, on
        average, get no verdict, and the ``caveat`` says so. Only months counted in the latest
        way. No direction is called better: more may be recorded because more is reported.

    Raises
    ------
    InputError
        No such area or kind.

    Notes
    -----
    Months of crime follow each other and the seasons, which a chart of independent points does
    not know: where neighbours are alike its false alarms are more than stated, and the caveat
    says so.
    """
    area = areas.find_reported(area).name
    series = month_counts(recorded, area=area, kind=kind, by=by)
    days = series.index.days_in_month
    daily = series / days
    chart = spc.xmr(series.to_numpy(), improvement="neither", calibrated=True, exposure=days)
    alike = daily.autocorr(1) if len(daily) > 3 else 0.0
    caveat = chart.caveat
    if chart.centre.notna().any() and alike > 2 / np.sqrt(len(daily)):
        said = (
            "Neighbouring months are alike, so alarms are false more often than a chart of "
            "independent points would say."
        )
        caveat = (caveat + " " + said).str.strip()
    caveat = (caveat + " " + _without(recorded, area, kind)).str.strip()
    return estimates.table(
        chart.rename(columns={"value": "estimate", "lower": "lower_limit", "upper": "upper_limit"}),
        measure="offences_daily",
        quantity="level",
        area=area,
        period=series.index.strftime("%Y-%m"),
        group=_group(kind),
        lower=np.nan,
        upper=np.nan,
        level=np.nan,
        n=series.to_numpy(),
        method="XmR chart, calibrated",
        caveat=caveat,
    )


def outlook(
    recorded: pd.DataFrame,
    *,
    area: str,
    kind: str = ALL,
    by: Kind = "offence_group",
    horizon: int = 6,
) -> pd.DataFrame:
    """Return what the coming months may bring, with intervals made of past errors.

    Parameters
    ----------
    recorded, area, kind, by
        As for :func:`monthly_chart`.
    horizon
        How many months ahead.

    Returns
    -------
    pandas.DataFrame
        Estimate table (``offences``, in a month): the months held (``known`` true, without
        interval) and those to come, with ``lower_80, upper_80``, and from the past
        ``mase, beats_naive, empirical_coverage_80, empirical_coverage, n_intervals``. Smoothing
        is used only where it was nearer than the same month of the year before; where it was
        not, that month is the forecast, and the ``method`` says so.

    Raises
    ------
    InputError
        As for :func:`monthly_chart`, or less than twelve months.
    """
    area = areas.find_reported(area).name
    series = month_counts(recorded, area=area, kind=kind, by=by)
    coming = forecast(series, horizon=horizon, method="ets")
    if not coming.beats_naive.iloc[0]:
        coming = forecast(series, horizon=horizon, method="seasonal_naive")
    past = pd.DataFrame(
        {"period": series.index, "estimate": series.to_numpy(dtype=float), "n": series.to_numpy()}
    ).assign(method="recorded", caveat="", known=True)
    frame = pd.concat([past, coming.assign(known=False, n=np.nan)], ignore_index=True)
    frame = frame.assign(caveat=(frame.caveat + " " + _without(recorded, area, kind)).str.strip())
    return estimates.table(
        frame.assign(period=frame.period.dt.strftime("%Y-%m")),
        measure="offences",
        quantity="level",
        area=area,
        group=_group(kind),
        level=LEVEL,
    )


def month_counts(
    recorded: pd.DataFrame, *, area: str, kind: str = ALL, by: Kind = "offence_group"
) -> pd.Series:
    """Return a kind's offences in each month counted in the latest way, indexed by month.

    Months before a gap are left out, for those on its sides are no neighbours. All offences are
    the sum of the groups that were published in every month.

    Raises
    ------
    InputError
        No such area or kind; the nearest is named.
    """
    area = areas.find_reported(area).name
    if kind == ALL:  # offences that are not named are in their group
        return _named(_by_month(_newest(recorded), "offence_group", area).dropna().sum())
    wide = _by_month(_newest(recorded), by, area).dropna()
    if kind not in wide.index:
        raise InputError(
            f"No offences {kind!r} are held for {area}.{did_you_mean(kind, wide.index)} "
            f"There are: {', '.join(wide.index)}."
        )
    return _named(wide.loc[kind])


def _group(kind: str) -> str:
    return "" if kind == ALL else kind


def _named(series: pd.Series) -> pd.Series:
    """Return the months that follow each other up to the last: a gap is no neighbour."""
    ordered = series.sort_index().rename("offences").rename_axis("month")
    number = ordered.index.year * 12 + ordered.index.month
    breaks = np.flatnonzero(np.diff(number) > 1)
    return ordered.iloc[breaks[-1] + 1 :] if len(breaks) else ordered


def _newest(recorded: pd.DataFrame) -> pd.DataFrame:
    if recorded.empty:
        raise InputError("No recorded offences are held.")
    return recorded[recorded.schema == recorded.schema[recorded.month.idxmax()]]


def _without(recorded: pd.DataFrame, area: str, kind: str) -> str:
    """Return which groups all offences go without, since a month of theirs is not published."""
    if kind != ALL:
        return ""
    wide = _by_month(_newest(recorded), "offence_group", area)
    holes = wide.index[wide.isna().any(axis=1)]
    return f"Not published in every month, so in none: {', '.join(holes)}." if len(holes) else ""


def _two_years(
    recorded: pd.DataFrame, until: str | None
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DatetimeIndex]:
    """Return a year and the year before it, in one way of counting that holds both."""
    held = available(recorded, until=until, years=2)
    if held.why:
        raise InputError(held.why)
    own = without_holes(recorded, held)
    months = held.months[12:]
    return own[~own.month.isin(months)], own[own.month.isin(months)], months


def _by_month(recorded: pd.DataFrame, by: Kind, area: str) -> pd.DataFrame:
    """Return offences by kind (rows) and month; missing where a month was not published."""
    local = recorded[~recorded.offence_group.isin(NATIONAL_GROUPS)].dropna(subset=["borough", by])
    keys = ["borough", by, "month"]
    counts = local.groupby(keys, as_index=False).offences.sum(skipna=False)
    if area == areas.LONDON:
        counts = with_london(counts, keys)
    own = counts[counts.borough == area]
    if own.empty:
        what = "offences" if by == "offence_group" else "single offences"
        raise InputError(f"No {what} are held for {area!r}, only for other areas or in groups.")
    return own.pivot(index=by, columns="month", values="offences").astype(float)
