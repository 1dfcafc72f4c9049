"""How much a later release of recorded crime changes the months of an earlier one."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pvtools import areas, estimates
from pvtools.errors import InputError
from pvtools.tables.recorded_crime import with_airports


def restatement(older: pd.DataFrame, newer: pd.DataFrame) -> pd.DataFrame:
    """Return by how much two releases differ in the months they share, borough by borough.

    Parameters
    ----------
    older, newer
        Tidy recorded-crime tables of one release each (``borough, month, offence_group,
        offences, schema``), as ``tables.read`` gives them: the same level, and in the months they
        share the same schema.

    Returns
    -------
    pandas.DataFrame
        Estimate table of differences (offences in the newer release less those in the older), a
        row an area (London where every borough is there to be summed) and month, with
        ``before, after`` (offences in each release; ``n`` is the newer's) and ``change`` (0.01 is
        1% more). ``caveat`` says how many months before the older release's last one counts were
        still moving. Only offence groups that both releases give are counted, and the caveat
        names the others; a month that one release lacks for a borough is missing. Airports
        are counted in Hillingdon in both.

    Raises
    ------
    InputError
        The releases share no month, differ in level or in the schema of a month they share, hold
        several of these, or are given the wrong way round.

    Notes
    -----
    Two releases show changes up to the time of the newer one; counts may move again later. No
    interval is given: these are two counts of the same offences, not samples.

    Examples
    --------
    >>> from pvtools import tables
    >>> held = tables.load().recorded_crime
    >>> int(restatement(held, held)["estimate"].abs().sum())
    0
    """
    shared = np.intersect1d(older["month"].unique(), newer["month"].unique())
    _comparable(older, newer, shared)
    older, newer = (with_airports(t) if "area" in t else t for t in (older, newer))
    if not len(shared):
        spans = [f"{t['month'].min():%Y-%m} to {t['month'].max():%Y-%m}" for t in (older, newer)]
        raise InputError(
            f"The releases share no month ({spans[0]}; {spans[1]}), so nothing can be compared. "
            "Take two releases whose months overlap."
        )
    before, after = (_cells(table[table["month"].isin(shared)]) for table in (older, newer))
    both = pd.concat([before, after], axis=1, keys=["before", "after"]).sort_index()
    counts = _with_london(both.dropna().groupby(["borough", "month"]).sum())
    asked = both.groupby(["borough", "month"]).size().index.union(counts.index)
    frame = counts.reindex(asked).astype("Int64").reset_index()
    difference = frame["after"] - frame["before"]
    change = difference.astype(float) / frame["before"].mask(frame["before"] == 0).astype(float)
    frame = frame.assign(difference=difference, change=change)
    lacking = both.index[both.isna().any(axis=1)].to_frame(index=False)
    lacking = lacking.merge(frame.dropna(subset=["before"])[["borough", "month"]])
    caveat = _caveats(frame, lacking, last=older["month"].max())
    return estimates.table(
        frame.drop(columns=["borough", "month", "difference"]),
        measure="offences",
        quantity="difference",
        area=frame["borough"],
        period=frame["month"].dt.strftime("%Y-%m"),
        estimate=difference.astype(float),
        lower=np.nan,
        upper=np.nan,
        level=np.nan,
        n=frame["after"],
        method="two counts of the same offences",
        caveat=caveat,
    )


def _comparable(older: pd.DataFrame, newer: pd.DataFrame, shared: np.ndarray) -> None:
    """Raise for tables that are not two releases of one thing; all reasons at once."""
    wrong = []
    for column in ("schema", "level"):
        if column not in older or column not in newer:
            continue
        both = [table[table["month"].isin(shared)] for table in (older, newer)]
        if pd.concat(both)[["month", column]].drop_duplicates()["month"].duplicated().any():
            held = [sorted(table[column].unique()) for table in both]
            names = " and ".join(", ".join(map(repr, values)) or "nothing" for values in held)
            wrong.append(f"one {column} and the same is needed, found {names}")
    if older["month"].max() > newer["month"].max():
        wrong.append("the newer release ends before the older one: give the older one first")
    if wrong:
        raise InputError(f"These are no two releases of one table: {'; '.join(wrong)}.")


def _cells(table: pd.DataFrame) -> pd.Series:
    """Return offences by borough, month and offence group; one missing offence makes it missing."""
    placed = table.dropna(subset=["borough"]).astype({"offences": float})
    return placed.groupby(["borough", "month", "offence_group"])["offences"].sum(skipna=False)


def _with_london(counts: pd.DataFrame) -> pd.DataFrame:
    """Append London, each month in which both releases have every borough."""
    months = counts.groupby("month")
    whole = months.sum().where(months.count() == len(areas.boroughs())).dropna()
    whole.index = pd.MultiIndex.from_product(
        [[areas.LONDON], whole.index], names=counts.index.names
    )
    return pd.concat([counts, whole])


def _caveats(frame: pd.DataFrame, lacking: pd.DataFrame, *, last: pd.Timestamp) -> list[str]:
    """Return a sentence for each row on how far back its borough's counts were still moving."""
    age = (last.year - frame["month"].dt.year) * 12 + last.month - frame["month"].dt.month
    moved = age.where(frame["difference"].fillna(0) != 0)
    said = {}
    for borough, months in moved.groupby(frame["borough"]):
        apart = lacking if borough == areas.LONDON else lacking[lacking["borough"] == borough]
        groups = ", ".join(sorted(apart["offence_group"].unique()))
        left_out = f"; left out, as one release lacks it at times: {groups}" if groups else ""
        moving = (
            f"Counts were still moving {_ago(int(months.max()))} the older release's last month, "
            f"{last:%Y-%m}"
            if months.notna().any()
            else "No count of the shared months moved between the releases"
        )
        said[borough] = f"{moving}{left_out}."
    lacks = "One of the releases lacks this month for the borough."
    missing = frame["difference"].isna()
    return [
        lacks if gone else said[name] for gone, name in zip(missing, frame["borough"], strict=True)
    ]


def _ago(months: int) -> str:
    if months == 0:
        return "in"
    return f"up to {months} month{'s' * (months != 1)} before"
