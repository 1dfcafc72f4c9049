"""Outcomes: do they surge as the month ends, and what moved a rate, its top or its bottom?"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import stdtr, stdtrit

from pvtools import boroughs
from pvtools.errors import InputError
from pvtools.stats import change

_FEWEST_MONTHS = 6
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
        ``date`` and ``count``; a day that is not there is a nought.
    days
        How many days at the end of each month.
    level
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        One row: ``estimate`` (0.1 is a tenth more a day than expected from the weekday),
        ``lower, upper, p_value, n`` (whole months), ``last_days, other_days`` (counts a day),
        ``method, caveat``.

    Raises
    ------
    InputError
        Fewer than six whole months, or counts that are missing, negative or all nought.

    Notes
    -----
    Null hypothesis: a day's count hangs on its weekday alone. Each month gives one ratio of what
    was counted in its last days to what their weekdays lead one to expect; months are then
    compared by t on their logarithms, so that a busy month counts once. Known in finance and
    manufacturing as the hockey stick; monthly targets make it.
    """
    series = _every_day(daily)
    months = series.index.to_period("M")
    whole = series.groupby(months).size() == months.unique().days_in_month
    kept = series[months.isin(whole.index[whole])]
    months = kept.index.to_period("M")
    if months.nunique() < _FEWEST_MONTHS:
        raise InputError(
            f"A surge at the month's end needs {_FEWEST_MONTHS} whole months or more, found "
            f"{months.nunique()}."
        )
    last = kept.index.day > kept.index.days_in_month - days
    usual = kept[~last].groupby(kept.index[~last].day_of_week).mean()
    expected = pd.Series(kept.index.day_of_week, index=kept.index).map(usual)
    level_of = (
        kept[~last].groupby(months[~last]).sum() / expected[~last].groupby(months[~last]).sum()
    )
    ratio = kept[last].groupby(months[last]).sum() / (
        expected[last].groupby(months[last]).sum() * level_of
    )
    logs = np.log(ratio[ratio > 0])
    stderr = logs.std(ddof=1) / np.sqrt(len(logs))
    half = stdtrit(len(logs) - 1, 0.5 + level / 2) * stderr
    return pd.DataFrame(
        {
            "estimate": [float(np.expm1(logs.mean()))],
            "lower": float(np.expm1(logs.mean() - half)),
            "upper": float(np.expm1(logs.mean() + half)),
            "p_value": float(2 * stdtr(len(logs) - 1, -abs(logs.mean() / stderr))),
            "n": len(logs),
            "last_days": float(kept[last].mean()),
            "other_days": float(kept[~last].mean()),
            "method": f"last {days} days against their weekdays, month by month, t",
            "caveat": "Bank holidays and months that end on a weekend are not told apart.",
        }
    )


def rate_moved_by(
    monthly: pd.DataFrame, *, kind: str, borough: str = boroughs.LONDON, level: float = 0.95
) -> pd.DataFrame:
    """Return what moved a rate of positive outcomes from one year to the next: top or bottom.

    Parameters
    ----------
    monthly
        What ``tables.load_dashboard`` returns: ``level, borough, month, offence, offences,
        positive_outcomes``.
    kind
        One of the kinds of crime in the column ``offence``.
    borough
        A borough, or London for all of them together.
    level
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        Rows ``outcomes``, ``offences`` and ``rate``: ``part, before, after, estimate`` (change
        as a share), ``lower, upper, p_value, caveat``. The interval of the rate adds up both, as
        if they swung independently.

    Raises
    ------
    InputError
        No such kind or borough, or less than two whole years.

    Notes
    -----
    A rate rises when more is solved, and also when less is recorded: only the first is what the
    rate is read as. Changes of paired months, as in ``stats.change.paired_change``.
    """
    local = monthly[(monthly.level == "borough") & (monthly.offence == kind)]
    if borough != boroughs.LONDON:
        local = local[local.borough == borough]
    sums = local.groupby("month")[["positive_outcomes", "offences"]].sum().astype(float)
    if len(sums) < 24:
        raise InputError(
            f"What moved the rate of {kind!r} in {borough} needs two years of months; "
            f"{len(sums)} are held."
        )
    then, now = sums.iloc[-24:-12], sums.iloc[-12:]
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
    return pd.DataFrame(rows, columns=columns).assign(
        borough=borough,
        offence=kind,
        period=sums.index[-1].strftime("%Y-%m"),
        caveat=_OUTCOMES + _break(local, sums.index[-24:]),
    )


def _break(local: pd.DataFrame, months: pd.DatetimeIndex) -> str:
    """Return a caveat where the publisher's way of recording changed within the two years."""
    if "caveat" not in local:
        return ""
    span = local[local.month.isin(months)]
    changed = span.caveat.str.contains("not comparable with earlier months")
    return "" if changed.all() or not changed.any() else _CHANGED


def _every_day(daily: pd.DataFrame) -> pd.Series:
    absent = [name for name in ("date", "count") if name not in daily]
    if absent:
        raise InputError(f"The days lack the columns {', '.join(absent)}.")
    counts = daily["count"].astype(float)
    if counts.isna().any() or (counts < 0).any() or not counts.sum():
        raise InputError("Counts must be zero or more, none missing, and not all nought.")
    sums = counts.groupby(pd.to_datetime(daily.date)).sum()
    return sums.reindex(pd.date_range(sums.index.min(), sums.index.max()), fill_value=0.0)
