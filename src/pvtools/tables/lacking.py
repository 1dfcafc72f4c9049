"""What recorded crime lacks: kinds that a borough does not give in a month though it should.

An absent row is not a zero, so a sum over rows some of which are absent is too low. Which rows
should be there follows from the other boroughs of the month, and from other months.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from pvtools.tables.recorded_crime import NATIONAL_GROUPS

_COLUMNS = ("schema", "borough", "month", "offence_group", "kind")
_YEAR = 12  # months on either side in which a group that is held elsewhere is expected
_NEARLY_ALL = 0.9
_COMMON = 10  # offences a month in most boroughs: none at all in a year would not be chance


def local(recorded: pd.DataFrame) -> pd.DataFrame:
    """Return the offences that belong to a borough, without fraud, which is recorded nationally."""
    return recorded[recorded["borough"].notna() & ~recorded["offence_group"].isin(NATIONAL_GROUPS)]


def lacking(recorded: pd.DataFrame) -> pd.DataFrame:
    """Return which kinds of offence are not given for a borough in a month, though they should be.

    Parameters
    ----------
    recorded
        Tidy recorded-crime table; each schema of a month is examined by itself.

    Returns
    -------
    pandas.DataFrame
        ``schema, borough, month, offence_group, kind``: the group, or an offence within it.
        Boroughs that are absent from a month altogether are not in it.

    Notes
    -----
    A group is expected in every borough of a month if half of them hold it, or if a month of
    the year before or after holds it and all that this month holds: a narrower release holds
    less, one with other names holds something else. A single offence is expected if nine in ten
    boroughs hold it and record ten or more of it: rare ones have no row where there was none.
    """
    own = local(recorded)
    detailed = "offence" in own and own["offence"].notna().any()
    return pd.concat([_groups(own), *([_offences(own)] if detailed else [])], ignore_index=True)


def _groups(own: pd.DataFrame) -> pd.DataFrame:
    codes, periods = _periods(own)
    places, names = pd.factorize(own["borough"])
    kinds, groups = pd.factorize(own["offence_group"])
    held = np.zeros((len(periods), len(names), len(groups)), dtype=bool)
    held[codes, places, kinds] = True
    there = held.any(axis=2)
    usual = 2 * held.sum(axis=1) >= there.sum(axis=1)[:, None]
    number = (periods["month"].dt.year * 12 + periods["month"].dt.month).to_numpy()
    near = np.abs(number[:, None] - number) <= _YEAR
    # months whose groups hold all that this month's do: a narrower month is measured by them
    holds_all = (usual[:, None, :] <= usual[None, :, :]).all(axis=2)
    expected = ((near & holds_all)[:, :, None] & usual[None, :, :]).any(axis=1)
    period, place, kind = np.nonzero(expected[:, None, :] & there[:, :, None] & ~held)
    return periods.iloc[period].assign(
        borough=names[place], offence_group=groups[kind], kind=groups[kind]
    )[list(_COLUMNS)]


def _periods(own: pd.DataFrame) -> tuple[np.ndarray, pd.DataFrame]:
    """Return which month and schema each row is of, and these as a table."""
    grouped = own.groupby(["schema", "month"], observed=True)
    codes = grouped.ngroup().to_numpy()
    return codes, grouped.size().reset_index()[["schema", "month"]]


def _offences(own: pd.DataFrame) -> pd.DataFrame:
    named = own[own["offence"].notna()]
    codes, periods = _periods(named)
    places, names = pd.factorize(named["borough"])
    by_kind = named.groupby(["offence_group", "offence"], sort=False, dropna=False, observed=True)
    kinds, keys = by_kind.ngroup().to_numpy(), by_kind.size().index
    counts = np.full((len(periods), len(names), len(keys)), np.nan)
    counts[codes, places, kinds] = named["offences"].to_numpy(dtype=float)
    held = ~np.isnan(counts)
    fine = held.any(axis=2)
    many = held.sum(axis=1) >= _NEARLY_ALL * fine.sum(axis=1)[:, None]
    common = 2 * (np.nan_to_num(counts) >= _COMMON).sum(axis=1) > held.sum(axis=1)
    period, place, kind = np.nonzero((many & common)[:, None, :] & fine[:, :, None] & ~held)
    absent = periods.iloc[period].assign(
        borough=names[place],
        offence_group=[keys[k][0] for k in kind],
        kind=[keys[k][1] for k in kind],
    )[list(_COLUMNS)]
    # a borough whose group is absent, or given as a whole, lacks no single offence
    cell = list(_COLUMNS[:-1])
    by_offence = own[cell].assign(named=own["offence"].notna()).groupby(cell)["named"].all()
    return absent.merge(by_offence[by_offence].reset_index()[cell])


def months_in_words(months: Iterable[pd.Timestamp]) -> str:
    """Return months as runs: ``"September 2025"``, ``"March 2024 to May 2024 and July 2024"``."""
    runs: list[list[pd.Timestamp]] = []
    for month in sorted(months):
        if runs and month == runs[-1][-1] + pd.DateOffset(months=1):
            runs[-1].append(month)
        else:
            runs.append([month])
    said = [
        f"{run[0]:%B %Y}" if len(run) == 1 else f"{run[0]:%B %Y} to {run[-1]:%B %Y}" for run in runs
    ]
    return listed(said)


def listed(names: Iterable[str], most: int = 6) -> str:
    """Return names as text: ``"Brent, Camden and Hackney"``; of many, the first and how many."""
    every = list(names)
    if len(every) > most:
        return f"{', '.join(every[: most - 1])} and {len(every) - most + 1} more"
    return " and ".join([", ".join(every[:-1]), every[-1]] if len(every) > 1 else every)
