"""Abstraction: how much of ward officers' recorded time is taken elsewhere, and by what."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pvtools import areas, estimates
from pvtools.errors import InputError
from pvtools.stats import serial

IN_WARD = "Not abstracted"
_YEAR = 12
_UNIT = (
    "The unit is not verified, probably minutes, and the table was put together by others; time "
    "that is not abstracted need not be spent in the ward."
)
_PARTLY = "Less than half the time of the months around it is recorded: the month is incomplete."
_LEVEL = (
    "What was recorded is known; the interval is for the level about which months such as these "
    "swing, and allows for months that resemble the one before."
)


def abstraction(amounts: pd.DataFrame) -> pd.DataFrame:
    """Return the share of ward officers' recorded time taken elsewhere, in each month.

    Parameters
    ----------
    amounts
        What ``tables.load_abstractions`` returns: ``borough, month, activity, amount``, with
        the activity "Not abstracted".

    Returns
    -------
    pandas.DataFrame
        Estimate table (``measure`` ``abstraction_share``) by borough, and for London where
        every borough is held. It is a record and no sample: there is no interval (missing).
        ``recorded`` (all time, in the file's unit), ``most`` (the activity that takes most) and
        ``most_share`` (its share of all time). An incomplete month has a missing share.

    Raises
    ------
    InputError
        Missing columns, no "Not abstracted", a cell given twice, amounts that are missing or
        negative.

    Notes
    -----
    A month is taken to be incomplete where less than half is recorded of the middle of the
    seven months around it.
    """
    wide = _wide(amounts)
    whole = wide.sum(axis=1)
    partly = _incomplete(whole)
    frame = _shares(wide).assign(
        estimate=lambda table: table["estimate"].mask(partly.to_numpy()),
        lower=np.nan,
        upper=np.nan,
        n=np.nan,
        area=wide.index.get_level_values("borough"),
        period=wide.index.get_level_values("month").strftime("%Y-%m"),
        caveat=np.where(partly, f"{_UNIT} {_PARTLY}", _UNIT),
    )
    return estimates.table(
        frame.reset_index(drop=True),
        measure="abstraction_share",
        quantity="level",
        level=np.nan,
        method="share of a record",
    )


def abstraction_year(
    amounts: pd.DataFrame, *, until: str | None = None, level: float = 0.95
) -> pd.DataFrame:
    """Return the share of ward officers' recorded time taken elsewhere over twelve months.

    Parameters
    ----------
    amounts
        As for :func:`abstraction`.
    until
        The last month, such as ``"2024-03"``; the latest held by default.
    level
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        Estimate table by borough and for London, ``n`` missing: ``recorded, most, most_share``
        as for :func:`abstraction`, ``stderr, n_effective`` (independent months the twelve are
        worth) and ``autocorrelation``. A borough without twelve complete months is absent.

    Raises
    ------
    InputError
        As for :func:`abstraction`; also where no borough has twelve complete months.

    Notes
    -----
    What was recorded is known: the interval is for the level about which such months swing
    (``stats.serial.ratio``), as somebody needs who compares a year with the next. Months
    resemble the one before; by how much is estimated from every whole year held, counted back
    from the last month, over all boroughs together (``stats.serial.lag_one``). Boroughs share
    what takes their officers away (a great event), so that is less sure than so many months
    seem to make it, and London's own months may be more alike.
    """
    wide = _wide(amounts)
    months = wide.index.get_level_values("month")
    last = pd.Timestamp(until) if until else months.max()
    whole = wide.sum(axis=1)
    kept = wide[~_incomplete(whole).to_numpy()]
    year = _twelve(kept, last)
    if year.empty:
        raise InputError(
            f"No borough has twelve complete months to {last:%B %Y}; held are "
            f"{months.min():%Y-%m} to {months.max():%Y-%m}. Missing months are not zero."
        )
    total = year.sum(axis=1).unstack("month")
    away = total - year[IN_WARD].unstack("month")
    correlation = _autocorrelation(kept, last)
    interval = serial.ratio(away, total, correlation=correlation, level=level)
    sums = year.groupby("borough", sort=False).sum().loc[total.index]
    frame = interval.assign(
        area=total.index.to_numpy(),
        n=np.nan,
        autocorrelation=correlation,
        **_shares(sums)[["recorded", "most", "most_share"]].reset_index(drop=True),
    )
    return estimates.table(
        frame,
        measure="abstraction_share",
        quantity="level",
        period=f"year to {last:%Y-%m}",
        level=level,
        caveat=f"{_UNIT} {_LEVEL}",
    )


def _wide(amounts: pd.DataFrame) -> pd.DataFrame:
    """Return activities in columns, by borough and month, London's sum among them."""
    key = ["borough", "month", "activity"]
    faults = []
    if absent := [name for name in (*key, "amount") if name not in amounts]:
        faults.append(f"the columns {', '.join(absent)} are missing")
    else:
        if IN_WARD not in set(amounts.activity):
            faults.append(f"the activity {IN_WARD!r} is missing")
        if amounts.duplicated(key).any():
            faults.append("a borough, month and activity stands twice")
        if not (amounts.amount >= 0).all():
            faults.append("amounts are zero or more, none missing")
    if faults:
        raise InputError(f"Cannot tell abstraction: {'; '.join(faults)}.")
    wide = amounts.pivot(index=["borough", "month"], columns="activity", values="amount")
    if wide.isna().any(axis=None):
        raise InputError("Cannot tell abstraction: an activity is missing in some months.")
    months = wide.groupby("month")
    held = months.size() == len(areas.boroughs())
    london = pd.concat({areas.LONDON: months.sum()[held]}, names=["borough"])
    return pd.concat([wide, london])


def _incomplete(whole: pd.Series) -> pd.Series:
    """Return where less than half is recorded of the middle of the months around."""
    usual = whole.groupby("borough", sort=False).transform(
        lambda months: months.rolling(7, center=True, min_periods=1).median()
    )
    return whole < usual / 2


def _shares(wide: pd.DataFrame) -> pd.DataFrame:
    elsewhere, recorded = wide.drop(columns=IN_WARD), wide.sum(axis=1)
    some = recorded > 0
    return pd.DataFrame(
        {
            "estimate": (elsewhere.sum(axis=1) / recorded).where(some),
            "recorded": recorded,
            "most": elsewhere.idxmax(axis=1),
            "most_share": (elsewhere.max(axis=1) / recorded).where(some),
        }
    )


def _twelve(kept: pd.DataFrame, last: pd.Timestamp) -> pd.DataFrame:
    """Return the rows of the boroughs that have all twelve months to ``last``."""
    span = pd.date_range(end=last, periods=_YEAR, freq="MS")
    year = kept[kept.index.get_level_values("month").isin(span)]
    held = year.groupby("borough").size()
    return year[year.index.get_level_values("borough").isin(held.index[held == _YEAR])]


def _autocorrelation(kept: pd.DataFrame, last: pd.Timestamp) -> float:
    """Return how far a month's share goes with the month before, within years, over all."""
    share = _shares(kept)["estimate"]
    share = share[share.index.get_level_values("borough") != areas.LONDON]
    rows = []
    first = share.index.get_level_values("month").min()
    while last >= first:
        rows.append(_twelve(share.to_frame(), last)["estimate"].to_numpy().reshape(-1, _YEAR))
        last = last - pd.DateOffset(months=_YEAR)
    return serial.lag_one(np.concatenate(rows))
