"""What a sample can bear: was a published rise more than chance, and what would show one?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from pvtools import estimates
from pvtools.stats import intervals, planning


def claim(
    before: float,
    after: float,
    *,
    interviews: Sequence[int],
    design_effects: Sequence[float],
    level: float = 0.95,
) -> pd.DataFrame:
    """Return whether a change between two waves is more than chance, for samples of many sizes.

    Parameters
    ----------
    before, after
        The two published shares, 0–1.
    interviews
        Interviews in each of the two waves.
    design_effects
        Variance relative to simple random samples of that size.

    Returns
    -------
    pandas.DataFrame
        Estimate table, a row a size and design effect, with ``interviews`` and ``design_effect``.

    Raises
    ------
    InputError
        Shares outside 0–1, sizes or design effects that are not positive.

    Examples
    --------
    >>> claim(0.551, 0.595, interviews=[400], design_effects=[1.0]).lower.round(3).tolist()
    [-0.024]
    """
    pairs = pd.MultiIndex.from_product([interviews, design_effects]).to_frame(
        index=False, name=["interviews", "design_effect"]
    )
    n = pairs.interviews
    frame = intervals.newcombe_difference(
        after * n, n, before * n, n, design_effect=pairs.design_effect, level=level
    )
    frame = pd.concat([frame, pairs], axis=1).assign(n=n)
    return estimates.table(
        frame, measure="good_job", quantity="change", area="", period="", level=level, caveat=""
    )


def detectable(
    interviews: Sequence[int],
    *,
    baseline: float,
    design_effects: Sequence[float],
    power: float = 0.8,
) -> pd.DataFrame:
    """Return the smallest change that two waves would probably show, by size of the waves.

    Returns
    -------
    pandas.DataFrame
        Columns ``interviews, design_effect, change`` (0.04 is four points).

    Raises
    ------
    InputError
        As ``stats.planning.minimum_detectable_change``.
    """
    pairs = pd.MultiIndex.from_product([design_effects, interviews]).to_frame(
        index=False, name=["design_effect", "interviews"]
    )
    change = planning.minimum_detectable_change(
        pairs.interviews.to_numpy(),
        baseline=baseline,
        power=power,
        design_effect=pairs.design_effect.to_numpy(),
    )
    return pairs.assign(change=change)


def needed(
    changes: Sequence[float],
    *,
    baseline: float,
    design_effect: float,
    power: float = 0.8,
) -> pd.DataFrame:
    """Return how many interviews each of two waves takes to show changes of some sizes.

    Parameters
    ----------
    changes
        Sizes, up or down: 0.02 is two points.
    baseline
        The share now, 0–1.
    design_effect
        Variance relative to simple random samples of that size.
    power
        Chance of seeing a change that is real.

    Returns
    -------
    pandas.DataFrame
        Columns ``change`` and ``interviews``: enough whichever way the share goes, a whole number;
        missing where it can go neither way so far.

    Raises
    ------
    InputError
        As ``stats.planning.sample_size``.

    Examples
    --------
    >>> needed([0.02, 0.1], baseline=0.62, design_effect=2.3).interviews.tolist()
    [21471.0, 883.0]
    """
    size = np.asarray(changes, dtype=float)
    ways = np.full((2, size.size), np.nan)
    for way, delta in zip(ways, (size, -size), strict=True):
        possible = (baseline + delta > 0) & (baseline + delta < 1)
        way[possible] = planning.sample_size(
            baseline=baseline, change=delta[possible], power=power, design_effect=design_effect
        )
    return pd.DataFrame({"change": size, "interviews": np.ceil(np.fmax(*ways))})
