"""Does deployment follow demand from borough to borough?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from pvtools import estimates
from pvtools.chance import generator
from pvtools.demand.currency_draws import faults_of_asked, interval
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
        Estimate table (−0.01 is one point less of deployment than of
        offences), a row a borough in the order of names: ``deployment_share, demand_share``;
        and on all rows alike ``dissimilarity, dissimilarity_lower, dissimilarity_upper``: the
        share of deployment that would have to move to lie as offences do.

    Raises
    ------
    InputError
        Fewer than two boroughs in both; amounts or offences that are no numbers, negative,
        missing or all zero; or boroughs without a name.

    Notes
    -----
    ``stats.shares``; intervals are for chance in a year's counts, and that of the index is a
    basic bootstrap interval, for chance pushes an index up. Where deployment in proportion to
    offences would look as uneven, its lower bound is 0 and the caveat says so. In simulations
    of 32 boroughs (480 to 20,000 offences, 80 runs each) the 95% interval held the true index in
    87% to 99% of runs.

    That deployment does not lie as offences do is no fault in itself: offences are not all
    demand, nor all alike.
    """
    there = _checked(incidents, deployed, draws, level)
    counts = incidents.groupby("borough").offences.sum().astype(float)
    absent = sorted(set(counts.index) ^ set(there.index))
    names = sorted(set(counts.index) & set(there.index))
    if len(names) < 2:
        raise InputError("To compare deployment with demand, two boroughs or more are needed.")
    counts, there = counts[names], there[names]
    table = shares.differences(counts, there)
    rng = generator(seed)
    share = (there / there.sum()).to_numpy()
    gap = share - _drawn_shares(rng, counts, draws)
    lower, upper, empty = interval(gap, level)
    index = shares.dissimilarity(counts, there).dissimilarity.item()
    by_chance = _apart(share - _drawn_shares(rng, counts.sum() * share, draws))
    ends, says = _ends(index, _apart(gap), by_chance, level)
    left = f"Not in both tables, so left out: {', '.join(absent)}." if absent else ""
    frame = table.assign(
        lower=np.minimum(lower, table.difference), upper=np.maximum(upper, table.difference)
    )
    return estimates.table(
        frame.rename(columns={"cell": "area", "difference": "estimate"})[
            ["area", "estimate", "lower", "upper", "demand_share", "deployment_share"]
        ],
        measure="deployment",
        quantity="difference",
        level=level,
        period=str(incidents.period.iloc[0]),
        n=counts.to_numpy(),
        method=f"difference of shares; {draws:,} Poisson draws",
        caveat=" ".join(part for part in (left, says, empty) if part),
        dissimilarity=index,
        dissimilarity_lower=ends[0],
        dissimilarity_upper=ends[1],
    )


def _drawn_shares(rng: np.random.Generator, expected: np.ndarray, draws: int) -> np.ndarray:
    """Return shares of drawn counts, missing where a draw holds no offence."""
    drawn = rng.poisson(expected, (draws, len(expected)))
    whole = drawn.sum(axis=1, keepdims=True)
    return drawn / np.where(whole > 0, whole, np.nan)


def _apart(gap: np.ndarray) -> np.ndarray:
    apart = np.abs(gap).sum(axis=1) / 2
    return apart[np.isfinite(apart)]


def _ends(
    index: float, apart: np.ndarray, by_chance: np.ndarray, level: float
) -> tuple[tuple[float, float], str]:
    """Return the bounds of the index, and what to say of it.

    Chance pushes the index up, and each draw pushes it up once more: its percentiles lie above
    what they should enclose. The basic bootstrap takes the push off instead of adding it.
    """
    low, high = np.quantile(apart, [(1 - level) / 2, (1 + level) / 2])
    lower = min(max(0.0, 2 * index - high), index)
    # near zero chance adds to the index as at right angles, so taking off the push falls short
    chance = np.quantile(by_chance, (1 + level) / 2)
    lower = min(lower, np.sqrt(max(0.0, index**2 - chance**2)))
    upper = min(max(index, 2 * index - low), 1.0)  # never without the figure that is shown
    if index > np.quantile(by_chance, 0.95):
        return (lower, upper), ""
    return (0.0, upper), (
        "Chance in the counts alone would set deployment and offences this far apart, so it "
        "cannot be said that anything would have to move."
    )


def _checked(incidents: pd.DataFrame, deployed: pd.Series, draws: int, level: float) -> pd.Series:
    """Return what is deployed as numbers, or say all that is wrong."""
    faults = faults_of_asked(draws, level)
    lacking = [name for name in ("borough", "offences", "period") if name not in incidents]
    if lacking:
        faults.append(f"the incidents lack the columns {', '.join(lacking)}")
    elif incidents.empty:
        faults.append("the incidents are empty")
    else:
        if incidents.borough.isna().any():
            faults.append("some offences have no borough")
        if not pd.api.types.is_numeric_dtype(incidents.offences):
            faults.append("offences must be numbers")
        elif incidents.offences.isna().any() or (incidents.offences < 0).any():
            faults.append("offences must be zero or more, none missing: missing is not zero")
    faults += _faults_of_deployed(deployed)
    if faults:
        raise InputError(f"Cannot compare deployment with demand: {'; '.join(faults)}.")
    return deployed.astype(float)


def _faults_of_deployed(deployed: pd.Series) -> list[str]:
    if not isinstance(deployed, pd.Series):
        return [f"deployed is a Series by borough, found {type(deployed).__name__}"]
    faults = []
    if not all(isinstance(name, str) for name in deployed.index):
        faults.append("deployed is indexed by names of boroughs, none missing")
    elif not deployed.index.is_unique:
        twice = deployed.index[deployed.index.duplicated()].unique()
        faults.append(f"deployed names a borough twice: {', '.join(twice)}")
    if not pd.api.types.is_numeric_dtype(deployed):
        faults.append("deployed amounts must be numbers")
    elif deployed.isna().any():
        faults.append("deployed amounts are missing in some boroughs: missing is not zero")
    return faults
