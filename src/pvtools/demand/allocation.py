"""Sharing out officers between boroughs: what three plain rules would give, none called right."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pvtools import estimates
from pvtools.chance import generator
from pvtools.demand.currency_draws import (
    faults_of_asked,
    faults_of_places,
    interval,
    listed,
    with_unnamed,
)
from pvtools.demand.denominators import Residents, denominators
from pvtools.demand.harm import OF_GROUPS, unweighed, weighable, weight_of
from pvtools.demand.spans import months_of
from pvtools.errors import InputError

#: The rules in the order in which they are shown.
PER_HEAD, PER_COUNT, PER_HARM = "per head", "per count", "per harm"
_PER = 1000


def reallocation(
    incidents: pd.DataFrame,
    *,
    weights: pd.DataFrame | None = None,
    category: str = "offence_group",
    residents: Residents = None,
    draws: int = 4000,
    seed: int = 1,
    level: float = 0.95,
) -> pd.DataFrame:
    """Return how many of every 1,000 officers each borough would get under three rules.

    Parameters
    ----------
    incidents
        What ``demand.incidents`` returns, for all boroughs that are to share.
    weights, category
        Severity, as for ``demand.severity_score``; without weights there is no share by harm.
    residents
        As for ``demand.annual_rate``.
    draws, seed
        Monte-Carlo draws and their seed.
    level
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        Estimate table (``officers_share``: officers of every 1,000), a row a rule and borough in
        the order of names, with ``rule`` and ``against_head`` (officers more than by residents
        alone). Residents are counted, so that rule has no interval; those of the others are what
        chance in a year's offences would do to the share-out.

    Raises
    ------
    InputError
        Fewer than two boroughs, places that are none, missing columns, bad counts, no offence
        that has a weight, or a borough without any such.

    Notes
    -----
    No rule is right: per head forgets who visits and who is harmed, per count lets a bicycle
    weigh as much as a life, per harm lets a few grave offences move officers who could not have
    prevented them, and all three read demand off what was recorded – and more is recorded
    where there are more officers to record it.
    """
    _check(incidents, draws, level)
    totals = incidents.groupby("borough").offences.sum().astype(float)
    rng = generator(seed)
    found = denominators(residents, months_of(str(incidents.period.iloc[0])))
    residents = found.at_middle()[totals.index]
    head = _PER * residents / residents.sum()
    rules = [
        pd.DataFrame({"estimate": head, "lower": np.nan, "upper": np.nan, "caveat": ""}).assign(
            rule=PER_HEAD
        ),
        _shared(totals, rng.poisson(totals, (draws, len(totals))), level).assign(rule=PER_COUNT),
    ]
    if weights is not None:
        harm, sample, says = _harm(incidents, weights, category, draws, rng)
        rules.append(_shared(harm, sample, level, says).assign(rule=PER_HARM))
    frame = pd.concat([rule.rename_axis("area").reset_index() for rule in rules])
    if weights is None:
        unsaid = "No severity weights were given, so no share by harm."
        frame["caveat"] = (frame.caveat + " " + unsaid).str.strip()
    return estimates.table(
        frame.assign(against_head=frame.estimate - frame.area.map(head)),
        measure="officers_share",
        quantity="level",
        level=level,
        period=str(incidents.period.iloc[0]),
        n=frame.area.map(totals),
        method=np.where(frame.rule == PER_HEAD, "share of residents", f"{draws:,} Poisson draws"),
    )


def _check(incidents: pd.DataFrame, draws: int, level: float) -> None:
    faults = faults_of_asked(draws, level)
    lacking = [name for name in ("borough", "offences", "period") if name not in incidents]
    if lacking:
        faults.append(f"the incidents lack the columns {', '.join(lacking)}")
    else:
        faults += faults_of_places(incidents)
        if len(incidents.borough.dropna().unique()) == 1:
            faults.append("two boroughs or more are needed")
    if faults:
        raise InputError(f"Cannot share out officers: {'; '.join(faults)}.")


def _harm(
    incidents: pd.DataFrame,
    weights: pd.DataFrame,
    category: str,
    draws: int,
    rng: np.random.Generator,
) -> tuple[pd.Series, np.ndarray, str]:
    """Return harm by borough, draws of it, and what to say of it."""
    if category in incidents and incidents[category].notna().any():
        incidents = with_unnamed(incidents, category)
    counted = weighable(incidents, weights, category=category)
    counts = counted.counts
    weight = weight_of(weights, category).reindex(counts.columns)
    known = weight.notna()
    heavy = weight.fillna(0.0)
    harm = counts @ heavy
    if not harm.sum():
        raise InputError("No offence that was recorded has a weight above zero: no harm to share.")
    weighed = counts.loc[:, known].sum(axis=1)
    # zero officers would be a strong claim about a place of which nothing is weighed
    if bare := list(weighed.index[weighed == 0]):
        raise InputError(f"No offence has a weight in: {listed(bare)}; so no share by harm.")
    holes = list(counts.columns[counted.absent.any() & known])
    says = [
        OF_GROUPS if category == "offence_group" else "",
        unweighed(counts, known),
        f"Nothing is counted where the tables list none: {listed(holes)}." if holes else "",
    ]
    sample = rng.poisson(counts, (draws, *counts.shape)) @ heavy.to_numpy()
    return harm, sample, " ".join(part for part in says if part)


def _shared(totals: pd.Series, sample: np.ndarray, level: float, says: str = "") -> pd.DataFrame:
    share = _PER * totals / totals.sum()
    whole = sample.sum(axis=1, keepdims=True)
    lower, upper, empty = interval(_PER * sample / np.where(whole > 0, whole, np.nan), level)
    return pd.DataFrame(
        {
            "estimate": share,
            "lower": np.minimum(lower, share),
            "upper": np.maximum(upper, share),
            "caveat": f"{says} {empty}".strip(),
        }
    )
