"""Spans of recorded offences: which months can be added up, and what London's sum is."""

from __future__ import annotations

from typing import Literal

import pandas as pd

from pvtools import areas, estimates
from pvtools.demand.available import Available, available
from pvtools.errors import InputError
from pvtools.tables.lacking import lacking
from pvtools.tables.recorded_crime import NATIONAL_GROUPS

#: Share of a month's offences without a borough above which boroughs' own are far too low.
MOST_UNPLACED = 0.05
_NOTICEABLE = 0.003  # by so much a borough's year must move to be worth a sentence


def span_of(months: pd.DatetimeIndex) -> str:
    """Return the period of months that follow each other: the year to the last of twelve."""
    return f"year to {months[-1]:%Y-%m}"


def months_of(period: str) -> pd.DatetimeIndex:
    """Return the months of a period: twelve of a year, else the month itself."""
    many = 12 if period.startswith("year to ") else 1
    return pd.date_range(end=pd.Timestamp(estimates.end(period)), periods=many, freq="MS")


def monthly(recorded: pd.DataFrame) -> pd.DataFrame:
    """Return offences by borough, month and schema, London's too.

    Offences are missing where a kind of them is not published, and ``lacks`` names it; London
    has the months in which every borough is whole.
    """
    local = recorded[~recorded.offence_group.isin(NATIONAL_GROUPS)].dropna(subset=["borough"])
    if local.empty:
        raise InputError(
            "No recorded offences are held for any borough. Add a file with: pvtools add FILE"
        )
    keys = ["borough", "month", "schema"]
    counts = local.groupby(keys, as_index=False).offences.sum().astype({"offences": float})
    lacks = lacking(local).groupby(keys)["kind"].agg(lambda kinds: ", ".join(sorted(kinds)))
    counts = counts.merge(lacks.rename("lacks").reset_index(), how="left", on=keys)
    counts["offences"] = counts.offences.mask(counts.lacks.notna())
    share = unplaced_share(recorded).rename("unplaced").reset_index()
    counts = counts.merge(share, how="left", on=["schema", "month"])
    whole = with_london(counts.dropna(subset=["offences"])[[*keys, "offences"]], keys)
    london = whole[whole.borough == areas.LONDON].merge(share, how="left", on=["schema", "month"])
    return pd.concat([counts.fillna({"lacks": ""}), london.assign(lacks="")], ignore_index=True)


def counted(recorded: pd.DataFrame) -> pd.DataFrame:
    """Return boroughs' offences by month and way of counting: ``borough, month, schema, counted``.

    Without fraud, which is recorded nationally. Missing where a kind of offence is not published:
    a sum over the rest would be too low.
    """
    own = recorded[~recorded.offence_group.isin(NATIONAL_GROUPS)].dropna(subset=["borough"])
    keys = ["borough", "month", "schema"]
    sums = own.groupby(keys, as_index=False).offences.sum()
    holes = pd.MultiIndex.from_frame(lacking(own)[keys])
    lost = pd.MultiIndex.from_frame(sums[keys]).isin(holes)
    return sums[keys].assign(counted=sums.offences.astype(float).mask(lost))


def with_london(
    totals: pd.DataFrame, keys: list[str], counted: tuple[str, ...] = ("offences",)
) -> pd.DataFrame:
    """Append London, the sum of its parts, wherever every one is there to be summed."""
    totals = totals.astype(dict.fromkeys(counted, float))
    groups = totals.groupby([key for key in keys if key != "borough"], as_index=False)
    whole = groups.agg(**{name: (name, "sum") for name in counted}, held=("borough", "nunique"))
    whole = whole[whole.held == len(areas.peers(totals.borough.unique()))].drop(columns="held")
    return pd.concat([totals, whole.assign(borough=areas.LONDON)], ignore_index=True)


def year_of(recorded: pd.DataFrame, until: str | None) -> tuple[pd.DataFrame, Available]:
    """Return the rows of twelve whole months in one schema, and what is whole in them.

    A group of which a borough lacks some offence in some month has no rows for that borough: a
    sum over the rest would be too low.

    Raises
    ------
    InputError
        The twelve months are not all held in one schema.
    """
    held = available(recorded, until=until)
    if held.why:
        raise InputError(held.why)
    return without_holes(recorded, held), held


def without_holes(recorded: pd.DataFrame, held: Available) -> pd.DataFrame:
    """Return boroughs' rows of these months and schema, without groups that lack an offence."""
    inside = recorded.month.isin(held.months) & (recorded.schema == held.schema)
    year = recorded[inside & recorded.borough.notna()]
    if held.absent.empty:
        return year
    holes = held.absent[["borough", "month", "offence_group"]].drop_duplicates()
    hole = year.merge(holes.assign(hole=True), how="left")["hole"].notna()
    return year[~hole.to_numpy()]


def incidents(recorded: pd.DataFrame, *, until: str | None = None) -> pd.DataFrame:
    """Return a year's offences in each borough by what they are, as harm and hours need them.

    Parameters
    ----------
    recorded
        Tidy recorded-crime table at borough level.
    until
        The last month, such as ``"2025-11"``; by default as for :func:`available`.

    Returns
    -------
    pandas.DataFrame
        ``borough, offence_group, offence, offences, period``; ``offence`` is
        missing for kinds that are not named in all twelve months, and for all if some month is
        told by groups only. Groups that lack a month, or an offence in it, and fraud, which is
        recorded nationally, are left out. London is not in it: add boroughs up.

    Raises
    ------
    InputError
        The twelve months are not all held in one schema.
    """
    year, held = year_of(recorded, until)
    year = year[~year.offence_group.isin(NATIONAL_GROUPS)]
    groups = ["borough", "offence_group"]
    whole = year.groupby(groups, as_index=False).agg(held=("month", "nunique"))
    year = year.merge(whole[whole.held == len(held.months)][groups])
    # a kind that is not named in all twelve months may stand under another name in the rest
    named = year.groupby([*groups, "offence"]).month.transform("nunique") == len(held.months)
    told = not year.offence.isna().any()
    year = year.assign(offence=year.offence.where(named & told))
    totals = year.groupby([*groups, "offence"], dropna=False, as_index=False).offences.sum()
    return totals.assign(period=span_of(held.months))


def finest(recorded: pd.DataFrame) -> Literal["offence_group", "offence"]:
    """Return how finely the latest twelve months are recorded: by offence, or by group only."""
    year, _ = year_of(recorded, None)
    year = year[~year.offence_group.isin(NATIONAL_GROUPS)]
    return "offence_group" if year.offence.isna().any() else "offence"


def unplaced(recorded: pd.DataFrame, *, until: str | None = None) -> tuple[int, float]:
    """Return how many of a year's offences belong to no borough, and their share of all.

    They stand in the publisher's files under names such as Unknown.

    Raises
    ------
    InputError
        The twelve months are not all held in one schema.
    """
    held = available(recorded, until=until)
    if held.why:
        raise InputError(held.why)
    counts = _placed(recorded[recorded.schema == held.schema])
    year = counts[counts.index.isin(held.months)].sum()
    every = float(year.sum())
    return int(year.nowhere), float(year.nowhere) / every if every else 0.0


def unplaced_share(recorded: pd.DataFrame) -> pd.Series:
    """Return the share of each month's offences that belongs to no borough, by schema and month."""
    shares = {
        schema: counts.nowhere / counts.sum(axis=1)
        for schema, counts in ((s, _placed(part)) for s, part in recorded.groupby("schema"))
    }
    return pd.concat(shares, names=["schema"]) if shares else pd.Series(dtype=float)


def unplaced_between(recorded: pd.DataFrame, held: Available) -> tuple[str, str]:
    """Return what a change in the share without a borough does to a change, if it does anything.

    One sentence for boroughs, and one for London, which has those offences too.
    """
    counts = _placed(recorded[recorded.schema == held.schema])
    years = [counts[counts.index.isin(part)].sum() for part in (held.months[:12], held.months[12:])]
    if not all(year.sum() for year in years):
        return "", ""
    before, after = (year.nowhere / year.sum() for year in years)
    moved = abs((1 - after) / (1 - before) - 1)
    if moved < _NOTICEABLE:
        return "", ""
    whole = f"{years[1].sum() / years[0].sum() - 1:+.1%}".replace("-", "−")
    shares = (
        f"{before:.1%} of London's offences had no borough in the year before, {after:.1%} in this "
        "one"
    )
    side = "higher" if after < before else "lower"
    return (
        f"{shares}: boroughs stand {moved:.1%} {side} for that alone.",
        f"{shares}: with them, its change is {whole}.",
    )


def _placed(recorded: pd.DataFrame) -> pd.DataFrame:
    """Return offences in boroughs (``placed``) and in none (``nowhere``) by month."""
    local = recorded[~recorded.offence_group.isin(NATIONAL_GROUPS)]
    where = local.borough.isna().map({True: "nowhere", False: "placed"})
    counts = local.groupby(["month", where]).offences.sum().unstack().astype(float)
    return counts.reindex(columns=["placed", "nowhere"]).fillna(0.0)
