"""Spans of recorded offences: which months can be added up, and what London's sum is."""

from __future__ import annotations

import pandas as pd

from pvtools import boroughs
from pvtools.errors import InputError

#: Recorded nationally and credited back to forces in traces: no measure of fraud in a borough.
NATIONAL_GROUPS = ("Fraud and forgery", "Historical fraud and forgery", "Nfib fraud")


def residents_of() -> dict[str, int]:
    """Return the residents of each borough and of London, in persons."""
    residents = {b.name: b.population_2021 for b in boroughs.reported()}
    return residents | {boroughs.LONDON: sum(residents.values())}


def monthly(recorded: pd.DataFrame) -> pd.DataFrame:
    """Return offences by borough, month and schema, London's too, with ``residents``."""
    local = recorded[~recorded.offence_group.isin(NATIONAL_GROUPS)].dropna(subset=["borough"])
    if local.empty:
        raise InputError(
            "No recorded offences are held for any borough. Add a file with: pvtools add FILE"
        )
    keys = ["borough", "month", "schema"]
    counts = with_london(local.groupby(keys, as_index=False).offences.sum(), keys)
    return counts.assign(residents=counts.borough.map(residents_of()))


def with_london(totals: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Append London, the sum of its boroughs, wherever every borough is there to be summed."""
    totals = totals.astype({"offences": float})
    rest = [key for key in keys if key != "borough"]
    if not rest:
        whole = pd.DataFrame({"offences": [totals.offences.sum()], "held": [len(totals)]})
    else:
        whole = totals.groupby(rest, as_index=False).agg(
            offences=("offences", "sum"), held=("borough", "nunique")
        )
    whole = whole[whole.held == len(boroughs.reported())].drop(columns="held")
    return pd.concat([totals, whole.assign(borough=boroughs.LONDON)], ignore_index=True)


def year_of(recorded: pd.DataFrame, until: str | None) -> tuple[pd.DataFrame, pd.DatetimeIndex]:
    """Return the rows of twelve whole months in one schema, and those months."""
    last = pd.Timestamp(until) if until else recorded.month.max()
    months = pd.date_range(end=last, periods=12, freq="MS")
    year = recorded[recorded.month.isin(months)].dropna(subset=["borough"])
    for schema in sorted(year.schema.unique()):
        held = year[year.schema == schema]
        if held.month.nunique() == 12:
            return held, months
    absent = months[~months.isin(year.month.unique())].strftime("%Y-%m").tolist()
    what = f"not published: {', '.join(absent)}" if absent else "counted in two different ways"
    raise InputError(
        f"A year to {last:%B %Y} needs twelve months counted in one way; {what}. "
        "Missing months are not zero."
    )


def incidents(recorded: pd.DataFrame, *, until: str | None = None) -> pd.DataFrame:
    """Return a year's offences in each borough by what they are, as harm and hours need them.

    Parameters
    ----------
    recorded
        Tidy recorded-crime table at borough level.
    until
        The last month, such as ``"2025-11"``; the latest held by default.

    Returns
    -------
    pandas.DataFrame
        ``borough, offence_group, offence, offences, period`` (the last month); ``offence`` is
        missing where files tell groups only. Kinds not published in all twelve months and fraud,
        which is recorded nationally, are left out. London is not in it: add boroughs up.

    Raises
    ------
    InputError
        The twelve months are not all held in one schema.
    """
    year, months = year_of(recorded, until)
    year = year[~year.offence_group.isin(NATIONAL_GROUPS)]
    keys = ["borough", "offence_group", "offence"]
    totals = year.groupby(keys, dropna=False, as_index=False).agg(
        offences=("offences", "sum"), held=("month", "nunique")
    )
    totals = totals[totals.held == len(months)].drop(columns="held")
    return totals.assign(period=months[-1].strftime("%Y-%m")).reset_index(drop=True)


def unplaced(recorded: pd.DataFrame, *, until: str | None = None) -> tuple[int, float]:
    """Return how many of a year's offences belong to no borough, and their share of all.

    They stand in the publisher's files under names such as Unknown or an airport. Figures that
    leave them out altogether give nought.

    Raises
    ------
    InputError
        The twelve months are not all held in one schema.
    """
    year, months = year_of(recorded, until)
    span = recorded[recorded.month.isin(months) & (recorded.schema == year.schema.iloc[0])]
    local = span[~span.offence_group.isin(NATIONAL_GROUPS)]
    nowhere = int(local.offences[local.borough.isna()].sum())
    return nowhere, nowhere / float(local.offences.sum())
