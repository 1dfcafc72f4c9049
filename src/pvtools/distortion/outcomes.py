"""Outcomes: do they surge as the month ends, and what moved a rate, its top or its bottom?"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import stdtr, stdtrit

from pvtools import areas, estimates
from pvtools.errors import InputError
from pvtools.stats import change

_FEWEST_MONTHS = 6
_TWO_YEARS = 24  # months
_SHORTEST = 28  # days of the shortest month
_FEWEST_COUNTED = 3.0  # fewer are taken to swing as three would: none would have no error
_MEASURES = {"outcomes": "positive_outcomes", "offences": "offences", "rate": "outcome_rate"}
_NOWHERE = "areas of no borough"
_OUTCOMES = "Outcomes stand in the month they were reached, and belong to earlier offences."
_CHANGED = (
    " The publisher records this kind in another way since a month within these two years, so "
    "they are not wholly comparable."
)


def month_end(daily: pd.DataFrame, *, days: int = 4, level: float = 0.95) -> pd.DataFrame:
    """Return whether more is counted in the last days of a month than weekdays would have it.

    Parameters
    ----------
    daily
        ``date`` and ``count``; a day that is not there is a zero.
    days
        How many days at the end of each month.
    level
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        Estimate table of one row (0.1 is a tenth more a day than expected from the weekday), ``n``
        whole months, with ``p_value, last_days, other_days`` (counts a day).

    Raises
    ------
    InputError
        Fewer than six whole months; dates or counts that are missing or unreadable; counts that
        are negative, or zero on all other days; ``days`` or ``level`` out of range.

    Notes
    -----
    Null hypothesis: a day's count hangs on its weekday and month alone. Each month's other days
    and their weekdays lead one to expect so many in its last days; ``estimate`` is the ratio of
    what was counted there to what was expected, totals over all months, less one. A month whose
    last days count nothing is evidence like any other. The error is that of a ratio of totals
    (Cochran 1977, Sampling Techniques, 6.4) with t on months − 1 degrees of freedom, and never
    below the Poisson one. Known in finance and manufacturing as the hockey stick; monthly targets
    make it.
    """
    if not 1 <= days < _SHORTEST or not 0 < level < 1:
        raise InputError(
            f"The last days of a month must be 1 to {_SHORTEST - 1} and the level between 0 and "
            f"1; given are {days} and {level}."
        )
    kept = _whole_months(_every_day(daily))
    last = kept.index.day > kept.index.days_in_month - days
    found, expected = _last_days(kept, last)
    n, total = len(found), expected.sum()
    ratio = found.sum() / total
    residual = found - ratio * expected
    between = n * (residual**2).sum() / (n - 1)
    stderr = float(np.sqrt(max(between, found.sum(), _FEWEST_COUNTED)) / total)
    half = stdtrit(n - 1, 0.5 + level / 2) * stderr
    frame = pd.DataFrame(
        {
            "estimate": [float(ratio - 1)],
            "lower": float(max(ratio - 1 - half, -1.0)),
            "upper": float(ratio - 1 + half),
            "p_value": float(2 * stdtr(n - 1, -abs((ratio - 1) / stderr))),
            "n": n,
            "last_days": float(kept[last].mean()),
            "other_days": float(kept[~last].mean()),
            "method": f"last {days} days against their weekdays, ratio of totals by month, t",
            "caveat": "Bank holidays and months that end on a weekend are not distinguished.",
        }
    )
    return estimates.table(
        frame,
        measure="positive_outcomes",
        quantity="difference",
        area="",
        period=f"{kept.index[0]:%Y-%m} to {kept.index[-1]:%Y-%m}",
        level=level,
        source="",
    )


def rate_moved_by(
    monthly: pd.DataFrame,
    *,
    kind: str,
    area: str = areas.LONDON,
    source: str = "mps_dashboard",
    level: float = 0.95,
) -> pd.DataFrame:
    """Return what moved a rate of positive outcomes from one year to the next: top or bottom.

    Parameters
    ----------
    monthly
        What ``tables.load_dashboard`` returns: ``level, borough, month, offence, offences,
        positive_outcomes``.
    kind
        One of the kinds of crime in the column ``offence``.
    area
        A borough, or London for all of them together.
    source
        The register's key of these counts.
    level
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        Estimate table of changes (0.1 is a tenth more) of ``outcomes``, ``offences`` and their
        ``rate``, ``group`` the kind; ``part, before, after, p_value, offence`` and
        ``comparable``, whether all of it was recorded in one way. The interval of the rate adds
        up both, as if they swung independently; its ``n`` is offences.

    Raises
    ------
    InputError
        No such kind or borough; a month of the last two years that is not held, or whose counts
        are missing; or a year without any offence or outcome.

    Notes
    -----
    A rate rises when more is solved, and also when less is recorded: only the first is what the
    rate is read as. Changes of paired months, as in ``stats.change.paired_change``. London is the
    sum of the areas held in all 24 months; ``caveat`` names those left out.
    """
    area = areas.find_reported(area).name
    local = monthly[(monthly.level == "borough") & (monthly.offence == kind)]
    if area != areas.LONDON:
        local = local[local.borough == area]
    whose = f"the rate of {kind!r} in {area}"
    span, left_out = _two_years(local, whose)
    comparable = _comparable(span)
    sums = span.groupby("month")[["positive_outcomes", "offences"]].sum().astype(float)
    then, now = sums.iloc[:12], sums.iloc[12:]
    if not (then.sum().all() and now.sum().all()):
        raise InputError(f"What moved {whose} is not known: a year is without any.")
    rows = []
    logs = []
    for part, column in (("outcomes", "positive_outcomes"), ("offences", "offences")):
        row = change.paired_change(then[column], now[column], level=level).iloc[0]
        rows.append((part, then[column].sum(), now[column].sum(), row.estimate, row.lower,
                     row.upper, row.p_value))  # fmt: skip
        logs.append((np.log1p(row.estimate), row.stderr / (1 + row.estimate)))
    moved = logs[0][0] - logs[1][0]
    error = float(np.hypot(logs[0][1], logs[1][1]))
    half = stdtrit(11, 0.5 + level / 2) * error
    rates = [part.positive_outcomes.sum() / part.offences.sum() for part in (then, now)]
    rows.append(("rate", *rates, np.expm1(moved), np.expm1(moved - half), np.expm1(moved + half),
                 float(2 * stdtr(11, -abs(moved / error)))))  # fmt: skip
    columns = ["part", "before", "after", "estimate", "lower", "upper", "p_value"]
    frame = pd.DataFrame(rows, columns=columns)
    return estimates.table(
        frame,
        measure=frame.part.map(_MEASURES),
        quantity="change",
        area=area,
        period=f"year to {sums.index[-1]:%Y-%m}",
        group=kind,
        level=level,
        n=[now.positive_outcomes.sum(), now.offences.sum(), now.offences.sum()],
        method="ratio of paired months, t",
        source=source,
        caveat=_OUTCOMES + left_out + ("" if comparable else _CHANGED),
        comparable=comparable,
        offence=kind,
    )


def _two_years(local: pd.DataFrame, whose: str) -> tuple[pd.DataFrame, str]:
    """Return the last 24 months of the areas held in all of them, and a caveat on the others."""
    held = local.assign(borough=local.borough.fillna(_NOWHERE))
    if held.month.nunique() < _TWO_YEARS:
        raise InputError(
            f"What moved {whose} needs two years of months; {held.month.nunique()} are held."
        )
    months = pd.date_range(end=held.month.max(), periods=_TWO_YEARS, freq="MS")
    held = held[held.month.between(months[0], months[-1])]
    told = held.dropna(subset=["positive_outcomes", "offences"])
    # an area counts as held in a month only if none of its rows lacks a count
    complete = (
        told.groupby(["borough", "month"]).size().eq(held.groupby(["borough", "month"]).size())
    )
    each = complete.groupby("borough").sum()
    if gaps := [f"{m:%Y-%m}" for m in months.difference(told.month)]:
        raise InputError(f"What moved {whose} needs two years of months: {', '.join(gaps)} lack.")
    whole = each.index[each == _TWO_YEARS]
    if whole.empty:
        raise InputError(f"What moved {whose} is not known: no area is held in all 24 months.")
    others = sorted(set(each.index) - set(whole))
    said = f" Left out, as not held in all 24 months: {', '.join(others)}." if others else ""
    return held[held.borough.isin(whole)], said


def _comparable(span: pd.DataFrame) -> bool:
    """Return whether the publisher recorded in one way throughout the two years."""
    return "comparable" not in span or span.comparable.all() or not span.comparable.any()


def _last_days(kept: pd.Series, last: np.ndarray) -> tuple[pd.Series, pd.Series]:
    """Return what the last days of each month count, and what its other days would have there."""
    months = kept.index.to_period("M")
    others = kept[~last]
    if not others.sum():
        raise InputError("All counts stand in the last days: there is nothing to expect by.")
    usual = others.groupby(others.index.day_of_week).mean()
    weekday = pd.Series(kept.index.day_of_week, index=kept.index)
    expected = weekday.map(usual).fillna(usual.mean())  # few other days may lack a weekday
    by = months[~last]
    # a month whose few other days count and expect nothing leads one to expect none
    level_of = (others.groupby(by).sum() / expected[~last].groupby(by).sum()).fillna(0.0)
    by = months[last]
    return kept[last].groupby(by).sum(), expected[last].groupby(by).sum() * level_of


def _whole_months(series: pd.Series) -> pd.Series:
    months = series.index.to_period("M")
    whole = series.groupby(months).size() == months.unique().days_in_month
    if whole.sum() < _FEWEST_MONTHS:
        raise InputError(
            f"A surge at the month's end needs {_FEWEST_MONTHS} whole months or more, found "
            f"{whole.sum()}."
        )
    return series[months.isin(whole.index[whole])]


def _every_day(daily: pd.DataFrame) -> pd.Series:
    absent = [name for name in ("date", "count") if name not in daily]
    if absent:
        raise InputError(f"The days lack the columns {', '.join(absent)}.")
    try:
        dates = pd.to_datetime(daily["date"])
        counts = daily["count"].astype(float)
    except (ValueError, TypeError) as unreadable:
        raise InputError(f"Dates or counts of the days cannot be read: {unreadable}") from None
    if dates.isna().any():
        raise InputError("The days hold dates that are missing.")
    if not np.isfinite(counts).all() or (counts < 0).any() or not counts.sum():
        raise InputError("Counts must be zero or more, none missing, and not all zero.")
    sums = counts.groupby(dates.dt.normalize()).sum()  # a clock time would make a day of its own
    return sums.reindex(pd.date_range(sums.index.min(), sums.index.max()), fill_value=0.0)
