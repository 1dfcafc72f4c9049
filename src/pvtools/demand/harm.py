"""Harm: the same offences, each weighed by how serious it is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from pvtools import areas, estimates
from pvtools.demand.denominators import Denominators, Residents, denominators
from pvtools.demand.spans import NATIONAL_GROUPS, incidents, months_of, span_of, year_of
from pvtools.errors import InputError
from pvtools.stats import weighted

_PER = 1000
OF_GROUPS = (
    "Each offence has the mean weight of its group, so a borough's own mix is not seen and the "
    "interval is too narrow."
)


def severity_score(
    incidents: pd.DataFrame,
    weights: pd.DataFrame,
    *,
    category: str = "offence",
    residents: Residents = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Return harm per 1,000 residents: offences weighed by severity, by borough and for London.

    Parameters
    ----------
    incidents
        The tidy recorded-crime table, of which the latest twelve months counted in one schema
        are taken; or offences of one span added up: ``borough``, the column ``category``,
        ``offences`` and ``period``, the last month of the span. Fraud, recorded nationally, is
        left out.
    weights
        One version of harm weights, as ``tables.load_harm_weights`` returns them: ``version,
        kind, category, weight`` (such as days of the sentence a court would start from).
    category
        ``"offence"`` or ``"offence_group"``: the column of ``incidents`` that is weighed, and
        the ``kind`` of weights used for it. Published figures tell groups only.
    residents
        As for ``demand.annual_rate``.
    level
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        Estimate table (``measure`` ``severity_score``) with ``unweighted``, the share of
        offences for which there is no weight: they are counted nowhere in the score, and the
        ``caveat`` names them; and ``weights``, the version.

    Raises
    ------
    InputError
        Missing columns, no weights of this kind, a category weighed twice, two versions in one
        table, no offence that has a weight, or no twelve months.

    Notes
    -----
    A score hides how much of it rests on a few grave offences; its interval does not: see
    ``stats.weighted.weighted_sum``. The interval allows for chance in the counts, not for the
    weights, nor for what is never reported. Weighed by group it is too narrow besides: a mean
    weight spreads the gravest offences over all (London's standard error of 2025 came out a
    third too small). Sherman, Neyroud and Neyroud (2016), Policing 10:171–183.
    """
    counted = weighable(incidents, weights, category=category)
    counts, absent = counted.counts.copy(), counted.absent
    if len(counts) == len(areas.peers(counts.index)):
        counts.loc[areas.LONDON] = counts.sum()
    weight = weight_of(weights, category).reindex(counts.columns)
    known = weight.notna()
    found = denominators(residents, months_of(counted.period))
    score = weighted.weighted_sum(
        counts.loc[:, known],
        weight[known],
        exposure=per_thousand(found, counts.index),
        level=level,
    )
    frame = score.assign(
        area=counts.index.to_numpy(),
        unweighted=(counts.loc[:, ~known].sum(axis=1) / counts.sum(axis=1)).to_numpy(),
    )
    return estimates.table(
        frame,
        measure="severity_score",
        quantity="level",
        level=level,
        method=score.method + f"; {found.how}",
        period=counted.period,
        caveat=_caveats(counts, known, absent, of_groups=category == "offence_group"),
        weights=str(weights.version.iloc[0]),
    )


def beside_published(
    recorded: pd.DataFrame,
    weights: pd.DataFrame,
    published: pd.DataFrame,
    *,
    category: str = "offence",
    residents: Residents = None,
) -> pd.DataFrame:
    """Return the severity score of the year of which boroughs' scores were published, and theirs.

    Parameters
    ----------
    recorded, weights, category, residents
        As for :func:`severity_score`.
    published
        ``tables.published("severity_scores")``: ``area, offence_group, year, score`` (a resident);
        years end in March.

    Returns
    -------
    pandas.DataFrame
        As :func:`severity_score` does of that year, with ``published``, per 1,000 residents too;
        missing where none was published.

    Raises
    ------
    InputError
        No borough's score is published, or that year is not held whole.
    """
    names = {place.name for place in areas.boroughs()}
    told = published[published.area.isin(names)].dropna(subset=["score"])
    if told.empty:
        raise InputError("No borough's severity score is published.")
    last = told.year.max()
    scores = told[told.year == last].set_index("area").score * _PER
    year = incidents(recorded, until=f"{last}-03")
    ours = severity_score(year, weights, category=category, residents=residents)
    return ours.assign(published=ours.area.map(scores))


@dataclass(frozen=True)
class Counted:
    """Offences ready to be weighed: ``counts`` and what is ``absent``, boroughs × categories."""

    counts: pd.DataFrame
    absent: pd.DataFrame
    period: str


def weighable(incidents: pd.DataFrame, *weights: pd.DataFrame, category: str) -> Counted:
    """Return the offences of one span by borough and category, or say what cannot be weighed.

    Raises
    ------
    InputError
        As for :func:`severity_score`, all faults at once.
    """
    _check(incidents, weights, category)
    months = 1
    if "month" in incidents:
        incidents, held = year_of(incidents, None)
        months, period = 12, span_of(held.months)
    else:
        period = str(incidents.period.iloc[0])
    local = incidents.dropna(subset=["borough", category])
    if "offence_group" in local:
        local = local[~local.offence_group.isin(NATIONAL_GROUPS)]
    if local.empty:
        raise InputError(
            f"No borough's offences have a name in the column {category!r}. Published figures "
            "tell groups only: ask for category='offence_group'."
        )
    for table in weights:
        known = weight_of(table, category).index
        if not local[category].isin(known).any():
            raise InputError(
                f"No kind of offence in the column {category!r} has a weight. Offences are: "
                f"{_few(local[category].unique())}; weights are for: {_few(known)}."
            )
    cells = local.groupby(["borough", category])
    counts = cells.offences.sum().unstack().astype(float)
    held = cells["month"].nunique().unstack() if months > 1 else counts.notna().astype(float)
    absent = ~(held >= months)  # what is not published adds nothing, and the caveat says so
    return Counted(counts.fillna(0.0), absent, period)


def weight_of(weights: pd.DataFrame, category: str) -> pd.Series:
    """Return the weight of each category of one kind."""
    return weights[weights.kind == category].set_index("category").weight.astype(float)


def per_thousand(found: Denominators, names: pd.Index) -> np.ndarray:
    """Return the residents of boroughs (and of London), in thousands."""
    return found.at_middle()[names].to_numpy(dtype=float) / _PER


def _check(incidents: pd.DataFrame, tables: tuple[pd.DataFrame, ...], category: str) -> None:
    span = ("month", "schema", "offence_group") if "month" in incidents else ("period",)
    needed = ("borough", category, "offences", *span)
    faults = _columns(incidents, "incidents", needed)
    if not faults and incidents.offences.isna().any():
        faults.append("offences are missing in some rows, and missing is not zero")
    for weights in tables:
        faults += faults_of_weights(weights, category)
    if faults:
        raise InputError(f"Cannot weigh offences: {'; '.join(dict.fromkeys(faults))}.")


def _columns(table: pd.DataFrame, name: str, needed: tuple[str, ...]) -> list[str]:
    if absent := [column for column in dict.fromkeys(needed) if column not in table]:
        return [f"the {name} lack the columns {', '.join(absent)}"]
    return [f"the {name} are empty"] if table.empty else []


def faults_of_weights(weights: pd.DataFrame, category: str) -> list[str]:
    """Return what is wrong with one version of weights for a kind of category."""
    faults = _columns(weights, "weights", ("version", "kind", "category", "weight"))
    if faults:
        return faults
    own = weights[weights.kind == category]
    if own.empty:
        kinds = ", ".join(sorted(weights.kind.unique()))
        faults.append(f"the weights are for each {kinds}, and none is for each {category}")
    twice = own.category[own.category.duplicated()].unique()
    if len(twice):
        faults.append(f"weighed twice: {', '.join(map(str, twice))}")
    versions = weights.version.astype("str").unique()
    if len(versions) > 1:
        faults.append(f"two versions in one table: {', '.join(versions)}")
    return faults


def _few(names) -> str:
    ordered = sorted(names)
    return ", ".join(ordered[:8]) + (" …" if len(ordered) > 8 else "")


def unweighed(counts: pd.DataFrame, known: ArrayLike) -> str:
    """Return which offences have no weight and how many they are, or nothing."""
    names = sorted(counts.columns[~np.asarray(known)])
    if not names:
        return ""
    share = counts[names].sum().sum() / counts.sum().sum()
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return (
        f"{share:.1%} of offences have no weight and are in no score: {', '.join(names[:5])}{more}."
    )


def _caveats(
    counts: pd.DataFrame, known: pd.Series, absent: pd.DataFrame, *, of_groups: bool
) -> list[str]:
    said = [OF_GROUPS if of_groups else "", unweighed(counts, known)]
    somewhere = absent.any()
    caveats = []
    for name in counts.index:
        row = somewhere if name == areas.LONDON else absent.loc[name]
        holes = ", ".join(row.index[row & known])
        missing = f"Nothing is counted where the tables list none: {holes}." if holes else ""
        caveats.append(" ".join(filter(None, [*said, missing])))
    return caveats
