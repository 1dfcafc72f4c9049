"""Demand: how much crime is recorded in each borough, set against the people who live there.

Works on the tidy recorded-crime table (``borough, month, offence_group, offences, schema``).
Denominators are Census 2021 residents. A month or group that was not published is missing, not
zero, and a rate over a span with a missing month is not given.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from pvtools import boroughs, estimates
from pvtools.demand.spans import NATIONAL_GROUPS, monthly, residents_of, with_london, year_of
from pvtools.errors import InputError
from pvtools.stats import change, funnel, intervals

_PER = 1000


def monthly_rate(recorded: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
    """Return offences per 1,000 residents in each month, by borough and for London.

    Parameters
    ----------
    recorded
        Tidy recorded-crime table at borough level.
    level
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        Estimate table (Byar intervals) with ``schema``: the publisher's way of counting. The
        two ways place offences differently, so a line must not run across from one to the
        other; see :func:`joined`.

    Raises
    ------
    InputError
        No borough's offences are held.
    """
    counts = monthly(recorded)
    rates = intervals.byar(counts.offences, exposure=counts.residents / _PER, level=level)
    frame = rates.assign(
        borough=counts.borough.to_numpy(),
        period=counts.month.dt.strftime("%Y-%m").to_numpy(),
        schema=counts.schema.to_numpy(),
    )
    return estimates.table(frame, measure="offence_rate_monthly", caveat=_schema_caveat(frame))


def annual_rate(
    recorded: pd.DataFrame,
    *,
    until: str | None = None,
    by: Literal["offence_group", "offence"] | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Return offences per 1,000 residents over twelve months, by borough and for London.

    Parameters
    ----------
    recorded
        Tidy recorded-crime table at borough level.
    until
        The last month, such as ``"2025-11"``; the latest held by default.
    by
        One row an offence group, or an offence where the files held are so fine, instead of
        one for all.
    level
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        Estimate table (Byar intervals), ``period`` the last month; ``residents``, and the
        column ``by`` where asked.

    Raises
    ------
    InputError
        The twelve months are not all held in one schema.
    """
    year, months = year_of(recorded, until)
    year = year[~year.offence_group.isin(NATIONAL_GROUPS)]
    keys = ["borough", by] if by else ["borough"]
    totals = year.groupby(keys, as_index=False).agg(
        offences=("offences", "sum"), held=("month", "nunique")
    )
    totals = totals[totals.held == 12].drop(columns="held")
    totals = with_london(totals, keys)
    residents = totals.borough.map(residents_of()).to_numpy()
    frame = intervals.byar(totals.offences, exposure=residents / _PER, level=level)
    frame = frame.assign(**{key: totals[key].to_numpy() for key in keys}, residents=residents)
    return estimates.table(
        frame, measure="offence_rate", period=months[-1].strftime("%Y-%m"), caveat=""
    )


def funnel_limits(
    rates: pd.DataFrame, residents: ArrayLike, *, leaving_out: str | None = None
) -> pd.DataFrame:
    """Return the range in which boroughs of these sizes would lie around London's rate.

    Parameters
    ----------
    rates
        What :func:`annual_rate` returns, with a row for London.
    residents
        The sizes asked about, in persons.
    leaving_out
        A borough that is to be judged by what the others differ by, lest it hide itself.

    Returns
    -------
    pandas.DataFrame
        As ``stats.funnel.limits``, with ``n`` in persons; rates per 1,000 residents. Widened by
        what boroughs differ by beyond chance, so that only the unusual stand out.
    """
    target = estimates.pick(rates, borough=boroughs.LONDON).estimate
    parts = rates[rates.borough != boroughs.LONDON]
    chance = np.sqrt(target / (parts.residents / _PER))
    spread = funnel.overdispersion(parts.estimate, chance, target=target)
    own = (parts.borough == leaving_out).to_numpy()
    tau2 = float(spread.tau2_without[own][0]) if own.any() else spread.tau2
    exposure = np.atleast_1d(np.asarray(residents, dtype=float)) / _PER
    limits = funnel.limits(exposure, target=target, distribution="poisson", between_variance=tau2)
    return limits.assign(n=exposure * _PER)


def year_change(
    recorded: pd.DataFrame, *, until: str | None = None, level: float = 0.95
) -> pd.DataFrame:
    """Return the change in offences from one twelve months to the next, by borough and for London.

    Parameters and errors are those of :func:`annual_rate`.

    Returns
    -------
    pandas.DataFrame
        Estimate table: 0.03 is 3% more. Months are paired, so the interval allows for months
        that swing more than chance; see ``stats.change.paired_change``.
    """
    year, months = year_of(recorded, until)
    last, _ = year_of(recorded, (months[0] - pd.DateOffset(months=1)).strftime("%Y-%m"))
    if set(last.schema) != set(year.schema):
        raise InputError("The two years are counted in different ways; see demand.joined.")
    before, after = (_wide(monthly(span)) for span in (last, year))
    names = after.index.intersection(before.index)
    frame = change.paired_change(before.loc[names], after.loc[names], level=level)
    frame = frame.assign(
        borough=names.to_numpy(),
        n=after.loc[names].sum(axis=1).to_numpy(),
    )
    return estimates.table(
        frame, measure="offence_change", period=months[-1].strftime("%Y-%m"), caveat=""
    )


def _wide(counts: pd.DataFrame) -> pd.DataFrame:
    wide = counts.pivot(index="borough", columns="month", values="offences")
    return wide.dropna()


def _schema_caveat(frame: pd.DataFrame) -> np.ndarray:
    if len(frame.schema.unique()) == 1:
        return np.full(len(frame), "", dtype=object)
    text = (
        "Until July 2023 offences are counted in the publisher's earlier way, which places 1% to "
        "1.5% of them differently and leaves Heathrow out of Hillingdon: levels before and "
        "after are not compared."
    )
    return np.where(frame.schema == "mps_to_2023", text, "")
