"""Positive outcomes set against the offences recorded: by kind over a year, and month by month."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pvtools import areas, estimates
from pvtools.demand.spans import NATIONAL_GROUPS, span_of, with_london
from pvtools.errors import InputError
from pvtools.tables.schemas import CHANGED

_YEAR = 12
_CAVEAT = "Outcomes count in the month they are reached; many belong to earlier offences."
_COLUMNS = ("offences", "positive_outcomes")


def outcomes_by_kind(counts: pd.DataFrame, *, source: str) -> pd.DataFrame:
    """Return positive outcomes for each offence of a year, by kind of offence and for all of them.

    Parameters
    ----------
    counts
        ``borough, offence_group, month, measure`` (``offences``, ``positive_outcomes``) and
        ``counted``; rows of places that are no borough are left aside.
    source
        Of the register of sources.

    Returns
    -------
    pandas.DataFrame
        Estimate table of the latest twelve months, by borough and for London, their sum: 0.1 is
        ten outcomes for every 100 offences, ``n`` the offences, ``group`` the kind (empty for
        all). A count of all has no interval. Fraud, recorded nationally, is left out. London is
        there if every borough has every month.

    Raises
    ------
    InputError
        No borough has all of the latest twelve months.

    Examples
    --------
    >>> from pvtools import tables
    >>> counts = tables.published("outcomes_2025_by_month")
    >>> found = outcomes_by_kind(counts, source="outcomes_2025_by_month")
    >>> london = estimates.pick(found, area="London", group="")
    >>> int(london.n), round(float(london.estimate), 3)
    (909083, 0.099)
    """
    known = _of_boroughs(counts[~counts.offence_group.isin(NATIONAL_GROUPS)])
    months = pd.date_range(end=known.month.max(), periods=_YEAR, freq="MS")
    year = known[known.month.isin(months)]
    held = year.groupby("borough").month.nunique()
    whole = held.index[held == _YEAR]
    if whole.empty:
        raise InputError(f"No borough has the twelve months to {known.month.max():%B %Y}.")
    kinds = _wide(year[year.borough.isin(whole)], ["borough", "offence_group"])
    sums = kinds.groupby("borough", as_index=False)[[*_COLUMNS]].sum().assign(offence_group="")
    both = pd.concat([sums, kinds], ignore_index=True)
    both = with_london(both, ["borough", "offence_group"], _COLUMNS)
    named = both.rename(columns={"offence_group": "group"})
    return _per_offence(named.assign(period=span_of(months)), source)


def outcomes_by_month(counts: pd.DataFrame, *, source: str) -> pd.DataFrame:
    """Return positive outcomes for each offence of the same month, by borough and for London.

    Parameters
    ----------
    counts, source
        As for :func:`outcomes_by_kind`; kinds, if there are several, are added up and must not
        overlap.

    Returns
    -------
    pandas.DataFrame
        Estimate table with ``schema``, which changes with the police's system of recording
        (February 2024), so that no line need run across. London has the months that every
        borough has.
    """
    wide = _wide(_of_boroughs(counts), ["borough", "month"])
    both = with_london(wide, ["borough", "month"], _COLUMNS)
    schema = np.where(both.month >= CHANGED, "since", "before")
    named = both.assign(period=both.month.dt.strftime("%Y-%m"), schema=schema, group="")
    return _per_offence(named, source)


def _of_boroughs(counts: pd.DataFrame) -> pd.DataFrame:
    names = [area.name for area in areas.peers(counts.borough.unique())]
    return counts[counts.borough.isin(names)].dropna(subset=["counted"])


def _wide(counts: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Return offences and outcomes side by side, added up by ``keys``."""
    sums = counts.groupby([*keys, "measure"], observed=True).counted.sum()
    return sums.unstack("measure")[[*_COLUMNS]].dropna().reset_index().rename_axis(None, axis=1)


def _per_offence(sums: pd.DataFrame, source: str) -> pd.DataFrame:
    some = sums[sums.offences > 0]
    return estimates.table(
        some.rename(columns={"borough": "area", "offences": "n"}),
        estimate=some.positive_outcomes / some.offences,
        measure="outcomes_per_offence",
        quantity="level",
        lower=np.nan,
        upper=np.nan,
        level=np.nan,
        method="positive outcomes over offences recorded in the same months",
        source=source,
        caveat=_CAVEAT,
    )
