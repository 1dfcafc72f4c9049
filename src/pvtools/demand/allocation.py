"""Sharing out officers between boroughs: what three plain rules would give, none called right."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pvtools import estimates
from pvtools.demand.harm import weighable, weight_of
from pvtools.demand.spans import residents_of
from pvtools.errors import InputError

#: The rules in the order in which they are shown.
PER_HEAD, PER_COUNT, PER_HARM = "per head", "per count", "per harm"
_PER = 1000


def reallocation(
    incidents: pd.DataFrame,
    *,
    weights: pd.DataFrame | None = None,
    category: str = "offence_group",
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
        Fewer than two boroughs, bad counts, or no offence that has a weight.

    Notes
    -----
    No rule is right: per head forgets who visits and who is harmed, per count lets a bicycle
    weigh as much as a life, per harm lets a few grave offences move officers who could not have
    prevented them, and all three read demand off what was recorded – and more is recorded
    where there are more officers to record it.
    """
    totals = incidents.groupby("borough").offences.sum().astype(float)
    if len(totals) < 2:
        raise InputError("To share out officers, two boroughs or more are needed.")
    if incidents.offences.isna().any() or (incidents.offences < 0).any() or not totals.sum():
        raise InputError("Offences must be zero or more, none missing, and not all nought.")
    rng = np.random.default_rng(seed)
    residents = pd.Series(residents_of())[totals.index].astype(float)
    head = _PER * residents / residents.sum()
    rules = [
        pd.DataFrame({"estimate": head, "lower": np.nan, "upper": np.nan, "rule": PER_HEAD}),
        _shared(totals, rng.poisson(totals, (draws, len(totals))), level).assign(rule=PER_COUNT),
    ]
    if weights is not None:
        harm, sample = _harm(incidents, weights, category, draws, rng)
        rules.append(_shared(harm, sample, level).assign(rule=PER_HARM))
    frame = pd.concat([rule.rename_axis("borough").reset_index() for rule in rules])
    says = "" if weights is not None else "No severity weights are held, so no share by harm."
    return estimates.table(
        frame.assign(against_head=frame.estimate - frame.borough.map(head)),
        measure="officers_share",
        period=str(incidents.period.iloc[0]),
        n=frame.borough.map(totals),
        method=np.where(frame.rule == PER_HEAD, "share of residents", f"{draws:,} Poisson draws"),
        caveat=says,
    )


def _harm(
    incidents: pd.DataFrame,
    weights: pd.DataFrame,
    category: str,
    draws: int,
    rng: np.random.Generator,
) -> tuple[pd.Series, np.ndarray]:
    counts = weighable(incidents, weights, category=category).counts
    weight = weight_of(weights, category).reindex(counts.columns).fillna(0.0)
    return counts @ weight, rng.poisson(counts, (draws, *counts.shape)) @ weight.to_numpy()


def _shared(totals: pd.Series, sample: np.ndarray, level: float) -> pd.DataFrame:
    share = _PER * totals / totals.sum()
    drawn = _PER * sample / sample.sum(axis=1, keepdims=True)
    tail = (1 - level) / 2
    lower, upper = np.quantile(drawn, [tail, 1 - tail], axis=0)
    return pd.DataFrame(
        {
            "estimate": share,
            "lower": np.minimum(lower, share),
            "upper": np.maximum(upper, share),
        }
    )
