"""Harm: the same offences, each weighed by how serious it is."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pvtools import boroughs, estimates
from pvtools.demand.spans import NATIONAL_GROUPS
from pvtools.errors import InputError
from pvtools.stats import weighted

_PER = 1000


def severity_score(
    incidents: pd.DataFrame,
    weights: pd.DataFrame,
    *,
    category: str = "offence",
    level: float = 0.95,
) -> pd.DataFrame:
    """Return harm per 1,000 residents: offences weighed by severity, by borough and for London.

    Parameters
    ----------
    incidents
        Offences of one span: ``borough``, the column ``category``, ``offences``; and
        ``period``, the last month of the span. Fraud, recorded nationally, is left out.
    weights
        Severity: the column ``category``, ``weight`` (such as days of the sentence a court
        would start from) and ``version``, one for the whole table.
    category
        The column both tables name the kind of offence by.
    level
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        Estimate table (``measure`` ``severity_score``) with ``unweighted``, the share of
        offences for which there is no weight: they are counted nowhere in the score, and the
        ``caveat`` names them.

    Raises
    ------
    InputError
        Missing columns, a category weighed twice, two versions in one table, or no offence
        that has a weight.

    Notes
    -----
    A score hides how much of it rests on a few grave offences; its interval does not: see
    ``stats.weighted.weighted_sum``. Sherman, Neyroud and Neyroud (2016), Policing 10:171–183.
    """
    _check(incidents, weights, category)
    local = incidents.dropna(subset=["borough", category])
    if "offence_group" in local:
        local = local[~local.offence_group.isin(NATIONAL_GROUPS)]
    weight = weights.set_index(category).weight.astype(float)
    known = local[local[category].isin(weight.index)]
    if known.empty:
        raise InputError(
            f"No kind of offence in the column {category!r} has a weight. Offences are: "
            f"{', '.join(sorted(local[category].unique())[:8])} …; weights are for: "
            f"{', '.join(sorted(weight.index)[:8])} …."
        )
    wide = known.groupby(["borough", category]).offences.sum().unstack().astype(float)
    absent = wide.isna()
    wide = wide.fillna(0.0)  # what is not published adds nothing, and the caveat says so
    if len(wide) == len(boroughs.reported()):
        wide.loc[boroughs.LONDON] = wide.sum()
        absent.loc[boroughs.LONDON] = absent.any()
    score = weighted.weighted_sum(
        wide, weight[wide.columns], exposure=_residents(wide.index) / _PER, level=level
    )
    frame = score.assign(
        borough=wide.index.to_numpy(), unweighted=_unweighted(local, known, wide.index)
    )
    return estimates.table(
        frame,
        measure="severity_score",
        period=str(incidents.period.iloc[0]),
        caveat=_caveats(local, weight.index, category, absent),
        weights=str(weights.version.iloc[0]),
    )


def _check(incidents: pd.DataFrame, weights: pd.DataFrame, category: str) -> None:
    faults = []
    for table, name, needed in (
        (incidents, "incidents", ("borough", category, "offences", "period")),
        (weights, "weights", (category, "weight", "version")),
    ):
        absent = [column for column in needed if column not in table]
        if absent:
            faults.append(f"the {name} lack the columns {', '.join(absent)}")
        elif table.empty:
            faults.append(f"the {name} are empty")
    if not faults:
        twice = weights[category][weights[category].duplicated()].unique()
        if len(twice):
            faults.append(f"weighed twice: {', '.join(map(str, twice))}")
        versions = weights.version.astype("str").unique()
        if len(versions) > 1:
            faults.append(f"two versions in one table: {', '.join(versions)}")
        if incidents.offences.isna().any():
            faults.append("offences are missing in some rows, and missing is not zero")
    if faults:
        raise InputError(f"Cannot weigh offences: {'; '.join(faults)}.")


def _residents(names: pd.Index) -> np.ndarray:
    residents = {b.name: b.population_2021 for b in boroughs.reported()}
    residents[boroughs.LONDON] = sum(residents.values())
    return np.array([residents[name] for name in names], dtype=float)


def _unweighted(local: pd.DataFrame, known: pd.DataFrame, names: pd.Index) -> np.ndarray:
    every, weighed = (
        table.groupby("borough").offences.sum().astype(float) for table in (local, known)
    )
    for table in (every, weighed):
        table.loc[boroughs.LONDON] = table.sum()
    return (1 - weighed.reindex(names).fillna(0) / every.reindex(names)).to_numpy()


def _caveats(
    local: pd.DataFrame, known: pd.Index, category: str, absent: pd.DataFrame
) -> list[str]:
    without = local[~local[category].isin(known)]
    said = ""
    if len(without):
        names = sorted(without[category].unique())
        share = without.offences.sum() / local.offences.sum()
        more = f" and {len(names) - 5} more" if len(names) > 5 else ""
        said = (
            f"{share:.1%} of offences have no weight and are in no score: "
            f"{', '.join(names[:5])}{more}."
        )
    return [
        " ".join(
            part
            for part in (said, f"Not published, so without effect: {', '.join(row.index[row])}.")
            if part and (part == said or row.any())
        )
        for _, row in absent.iterrows()
    ]
