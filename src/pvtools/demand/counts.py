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
from pvtools.errors import InputError
from pvtools.stats import change, funnel, intervals

#: Recorded nationally and credited back to forces in traces: no measure of fraud in a borough.
NATIONAL_GROUPS = ("Fraud and forgery", "Historical fraud and forgery", "Nfib fraud")
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
    counts = _monthly(recorded)
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
    year, months = _year(recorded, until)
    year = year[~year.offence_group.isin(NATIONAL_GROUPS)]
    keys = ["borough", by] if by else ["borough"]
    totals = year.groupby(keys, as_index=False).agg(
        offences=("offences", "sum"), held=("month", "nunique")
    )
    totals = totals[totals.held == 12].drop(columns="held")
    totals = _with_london(totals, keys)
    residents = totals.borough.map(_residents()).to_numpy()
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
    year, months = _year(recorded, until)
    last, _ = _year(recorded, (months[0] - pd.DateOffset(months=1)).strftime("%Y-%m"))
    if set(last.schema) != set(year.schema):
        raise InputError("The two years are counted in different ways; see demand.joined.")
    before, after = (_wide(_monthly(span)) for span in (last, year))
    names = after.index.intersection(before.index)
    frame = change.paired_change(before.loc[names], after.loc[names], level=level)
    frame = frame.assign(
        borough=names.to_numpy(),
        n=after.loc[names].sum(axis=1).to_numpy(),
    )
    return estimates.table(
        frame, measure="offence_change", period=months[-1].strftime("%Y-%m"), caveat=""
    )


def features(recorded: pd.DataFrame) -> pd.DataFrame:
    """Return what makes boroughs alike: residents, density, and amount and mix of crime.

    Parameters
    ----------
    recorded
        Tidy recorded-crime table at borough level.

    Returns
    -------
    pandas.DataFrame
        One row a borough that has a whole year of every group; logarithms of residents, of
        residents per km² and of offences per resident, and each group's share of offences.
    """
    parts = annual_rate(recorded, by="offence_group")
    parts = parts[parts.borough != boroughs.LONDON]
    counts = parts.pivot(index="borough", columns="offence_group", values="n").dropna(axis=1)
    total = counts.sum(axis=1)
    places = {b.name: b for b in boroughs.reported()}
    residents = pd.Series({name: places[name].population_2021 for name in counts.index})
    area = pd.Series({name: places[name].area_km2 for name in counts.index})
    size = pd.DataFrame(
        {
            "log residents": np.log(residents),
            "log density": np.log(residents / area),
            "log rate": np.log(total / residents),
        }
    )
    mix = counts.div(total, axis=0).add_prefix("share of ")
    return size.join(mix)


def finest(recorded: pd.DataFrame) -> Literal["offence_group", "offence"]:
    """Return how finely the latest twelve months are told apart: offences, or groups only."""
    year, _ = _year(recorded, None)
    return "offence_group" if year.offence.isna().any() else "offence"


def joined(recorded: pd.DataFrame, *, tolerance: float = 0.02) -> pd.DataFrame:
    """Return monthly offences across the publisher's two ways of counting, if their levels agree.

    Parameters
    ----------
    recorded
        Tidy recorded-crime table holding both schemas for some of the same months.
    tolerance
        Largest relative difference of a borough's total over the shared months.

    Returns
    -------
    pandas.DataFrame
        ``borough, month, offences, residents, schema, caveat``; newer schema where both exist.

    Raises
    ------
    InputError
        The schemas share no month, so their levels cannot be compared, or they disagree.
    """
    counts = _monthly(recorded)
    old, new = (
        counts[counts.schema == name].set_index(["borough", "month"]).offences
        for name in ("mps_to_2023", "mps_from_2023")
    )
    shared = old.index.intersection(new.index)
    if shared.empty:
        raise InputError(
            "The two ways of counting share no month here, so their levels cannot be compared "
            "and the series cannot be joined. Add a release that covers months of both."
        )
    ratio = new.loc[shared].groupby("borough").sum() / old.loc[shared].groupby("borough").sum()
    astray = ratio[(ratio - 1).abs() > tolerance]
    if len(astray):
        worst = astray.sub(1).abs().idxmax()
        raise InputError(
            f"{len(astray)} boroughs differ by more than {tolerance:.1%} between the two ways of "
            f"counting, most of all {worst} ({ratio[worst] - 1:+.1%}): the series cannot be joined."
        )
    kept = counts.sort_values("schema").drop_duplicates(["borough", "month"], keep="first")
    share = float((ratio - 1).abs().max())
    return kept.assign(
        caveat=f"Joined across a change in counting; levels agree within {share:.1%}."
    ).sort_values(["borough", "month"], ignore_index=True)


def _residents() -> dict[str, int]:
    residents = {b.name: b.population_2021 for b in boroughs.reported()}
    return residents | {boroughs.LONDON: sum(residents.values())}


def _monthly(recorded: pd.DataFrame) -> pd.DataFrame:
    local = recorded[~recorded.offence_group.isin(NATIONAL_GROUPS)].dropna(subset=["borough"])
    if local.empty:
        raise InputError(
            "No recorded offences are held for any borough. Add a file with: pvtools add FILE"
        )
    keys = ["borough", "month", "schema"]
    counts = _with_london(local.groupby(keys, as_index=False).offences.sum(), keys)
    return counts.assign(residents=counts.borough.map(_residents()))


def _with_london(totals: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
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


def _year(recorded: pd.DataFrame, until: str | None) -> tuple[pd.DataFrame, pd.DatetimeIndex]:
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
