"""London's clock: how many incidents fall in each hour of each day, and how round the times are.

The clock skips an hour in spring: that hour is no row, for nothing could happen in it. In autumn
an hour comes twice: it is one row, for the local time does not separate the two.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

LONDON = "Europe/London"
COUNTS = ("n", "on_the_hour", "on_five_minutes")


def local(microseconds: pd.Series) -> pd.Series:
    """Return London's time of instants given in microseconds of UTC since 1970."""
    utc = pd.to_datetime(microseconds.astype("int64"), unit="us", utc=True)
    return utc.dt.tz_convert(LONDON).dt.as_unit("us")


def hours(
    counted: pd.DataFrame, spans: Iterable[tuple[pd.Timestamp, pd.Timestamp]]
) -> pd.DataFrame:
    """Return one row an hour of every day of the spans, zeros included.

    Parameters
    ----------
    counted
        ``local`` (London's time), the counts :data:`COUNTS`, and perhaps ``borough``.
    spans
        First and last day of what each file covers. A day that no file covers is absent.

    Returns
    -------
    pandas.DataFrame
        ``date, weekday, hour``, the counts; ``borough`` first where it was given.
    """
    days = sorted({day for span in spans for day in pd.date_range(*span)})
    moments = _moments(pd.DatetimeIndex(days))
    keys = [counted["local"].dt.tz_localize(None).dt.floor("h").rename("moment")]
    whole: pd.Index = pd.Index(moments, name="moment")
    where = ["borough"] if "borough" in counted else []
    if where:
        names = sorted(counted["borough"].dropna().unique())
        whole = pd.MultiIndex.from_product([names, moments], names=["borough", "moment"])
    keys = [*(counted[name] for name in where), *keys]
    sums = counted.groupby(keys)[list(COUNTS)].sum()
    table = sums.reindex(whole, fill_value=0).astype("int64").reset_index()
    table = table.assign(
        date=table["moment"].dt.normalize().dt.as_unit("us"),
        weekday=table["moment"].dt.day_name().astype("str"),
        hour=table["moment"].dt.hour.astype("int64"),
    ).astype(dict.fromkeys(where, "str"))
    return table[[*where, "date", "weekday", "hour", *COUNTS]]


def round_times(hourly: float, five: float) -> str:
    """Return how many times stand at a full hour and at five minutes, as a sentence."""
    shares = (
        f"{hourly:.0%} are at a full hour and {five:.0%} at a multiple of five minutes, "
        "where 2% and 20% would be expected."
    )
    # under three in ten could be chance in a small file; no published file lies between
    return f"{'Many times are rounded' if five > 0.3 else 'Times are not rounded'}: {shares}"


def with_caveat(table: pd.DataFrame, *more: str) -> pd.DataFrame:
    """Return the table with a ``caveat`` in every row: how round its times are, and more."""
    n, hourly, five = (int(table[name].sum()) for name in COUNTS)
    rounded = round_times(hourly / n, five / n) if n else ""
    caveat = " ".join(filter(None, [rounded, *more]))
    return table.assign(caveat=pd.Series(caveat, index=table.index, dtype="str"))


def _moments(days: pd.DatetimeIndex) -> pd.DatetimeIndex:
    """Return every hour of the days that London's clock shows."""
    every = (days.to_numpy()[:, None] + np.arange(24) * np.timedelta64(1, "h")).ravel()
    shown = pd.DatetimeIndex(every).tz_localize(
        LONDON, ambiguous=np.ones(len(every), dtype=bool), nonexistent="NaT"
    )
    return shown[shown.notna()].tz_localize(None)
