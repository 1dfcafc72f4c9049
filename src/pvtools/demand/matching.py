"""Does deployment follow demand from borough to borough?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from pvtools import estimates
from pvtools.errors import InputError
from pvtools.stats import shares


def deployment_match(
    incidents: pd.DataFrame,
    deployed: pd.Series,
    *,
    draws: int = 4000,
    seed: int = 1,
    level: float = 0.95,
) -> pd.DataFrame:
    """Return each borough's share of deployment against its share of recorded offences.

    Parameters
    ----------
    incidents
        What ``demand.incidents`` returns.
    deployed
        What is there in each borough, such as officers or their hours, indexed by borough;
        boroughs that are not in both tables are left out, and the caveat names them.
    draws, seed
        Monte-Carlo draws of the counts, and their seed.
    level
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        Estimate table (``deployment_gap``; −0.01 is one point less of deployment than of
        offences), a row a borough in the order of names: ``deployment_share, demand_share``;
        and on all rows alike ``dissimilarity, dissimilarity_lower, dissimilarity_upper``: the
        share of deployment that would have to move to lie as offences do.

    Raises
    ------
    InputError
        Fewer than two boroughs in both, or amounts that are negative, missing or all nought.

    Notes
    -----
    ``stats.shares``; intervals are for chance in a year's counts. That deployment does not lie
    as offences do is no fault in itself: offences are not all demand, nor all alike.
    """
    counts = incidents.groupby("borough").offences.sum().astype(float)
    names = sorted(counts.index.intersection(deployed.index))
    if len(names) < 2:
        raise InputError("To compare deployment with demand, two boroughs or more are needed.")
    counts, there = counts[names], deployed[names].astype(float)
    table = shares.differences(counts, there)
    rng = np.random.default_rng(seed)
    drawn = rng.poisson(counts, (draws, len(counts)))
    gap = (there / there.sum()).to_numpy() - drawn / drawn.sum(axis=1, keepdims=True)
    tail = [(1 - level) / 2, (1 + level) / 2]
    lower, upper = np.quantile(gap, tail, axis=0)
    apart = np.abs(gap).sum(axis=1) / 2
    ends = np.quantile(apart, tail)
    index = shares.dissimilarity(counts, there).dissimilarity.item()
    absent = sorted(set(counts.index.union(deployed.index)) - set(names)) + sorted(
        set(incidents.borough) - set(names)
    )
    frame = table.assign(
        lower=np.minimum(lower, table.difference), upper=np.maximum(upper, table.difference)
    )
    return estimates.table(
        frame.rename(columns={"cell": "borough", "difference": "estimate"})[
            ["borough", "estimate", "lower", "upper", "demand_share", "deployment_share"]
        ],
        measure="deployment_gap",
        period=str(incidents.period.iloc[0]),
        n=counts.to_numpy(),
        method=f"difference of shares; {draws:,} Poisson draws",
        caveat=f"Not in both tables, so left out: {', '.join(absent)}." if absent else "",
        dissimilarity=index,
        dissimilarity_lower=min(ends[0], index),
        dissimilarity_upper=max(ends[1], index),
    )
