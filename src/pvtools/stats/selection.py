"""What would choosing the worst areas alone have shown, in periods without the treatment?"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import stdtrit

from pvtools.stats._arguments import (
    Array,
    floats,
    level_faults,
    number_faults,
    refuse,
    some,
    whole_faults,
)

_CANNOT = "Cannot choose the worst areas"
_FEWEST_AREAS, _FEWEST_PERIODS = 4, 3
_POINTS, _FAR = 2000, 8  # means tried, up to so many standard deviations above the largest count


def placebos(counts: pd.DataFrame, *, chosen: int, without: ArrayLike = ()) -> pd.DataFrame:
    """Return how the areas that were worst in one period fared in the next, untreated.

    Parameters
    ----------
    counts
        A row a period, such as a year, in order, and a column an area; without missing values.
    chosen
        How many of the areas are chosen: those with most cases in a period.
    without
        Periods with the treatment, left out. A pair of periods that holds one is left out.

    Returns
    -------
    pandas.DataFrame
        A row a period in which areas are chosen: ``period, after`` (the next), ``areas`` (the
        chosen ones), ``change_chosen, change_others`` (−0.1 is a tenth fewer), ``gap`` (the first
        less the second), ``predicted`` (see :func:`regression_to_the_mean`) and
        ``overdispersion``, estimated without the later of the two periods.

    Raises
    ------
    InputError
        Fewer than four areas or three periods, counts that are missing or negative, no case among
        the chosen or the others, fewer than one area chosen or left, or no pair of periods without
        treatment.

    Notes
    -----
    Regression to the mean: Galton (1886), Journal of the Anthropological Institute 15:246–263;
    for places chosen for their count Hauer (1997), Observational Before–After Studies in Road
    Safety. What else was done in the periods that are left is not known.

    Examples
    --------
    >>> years = pd.DataFrame([[9, 5, 5, 5], [6, 5, 5, 5], [6, 6, 5, 4]], columns=list("abcd"))
    >>> placebos(years, chosen=1)[["areas", "gap"]].round(2).values.tolist()
    [['a', -0.33], ['a', 0.0]]
    """
    values = _checked(counts, chosen)
    apart = set(pd.Index(np.asarray(without).ravel()) if np.size(without) else ())
    held = [
        place
        for place in range(len(counts) - 1)
        if not apart & {counts.index[place], counts.index[place + 1]}
    ]
    refuse(_CANNOT, [] if held else ["no two periods follow each other without treatment"])
    rows = []
    for place in held:
        before, after = values[place], values[place + 1]
        worst = _worst(before, chosen)
        sums = [(before[part].sum(), after[part].sum()) for part in (worst, ~worst)]
        refuse(_CANNOT, [] if min(s[0] for s in sums) > 0 else ["no case among those set apart"])
        changes = [later / earlier - 1 for earlier, later in sums]
        pairs = [p for p in held if place + 1 not in (p, p + 1)]
        spread = _overdispersion(values, pairs)
        rows.append(
            {
                "period": counts.index[place],
                "after": counts.index[place + 1],
                "areas": "; ".join(map(str, counts.columns[worst])),
                "change_chosen": changes[0],
                "change_others": changes[1],
                "gap": changes[0] - changes[1],
                "predicted": regression_to_the_mean(before, chosen=chosen, overdispersion=spread),
                "overdispersion": spread,
            }
        )
    return pd.DataFrame(rows)


def mean_gap(found: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
    """Return the mean gap over placebo periods, with its interval and what was to be expected.

    Parameters
    ----------
    found
        What :func:`placebos` returns.
    level
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        One row: ``estimate, lower, upper, stderr, next_lower, next_upper`` (the interval of one
        period more), ``predicted, n`` (periods), ``method``. Without intervals for fewer than
        three periods.

    Raises
    ------
    InputError
        No periods, or a level outside 0–1.

    Notes
    -----
    Student (1908), Biometrika 6:1–25, over the periods. Neighbours share a period, whose chance
    lowers one gap and raises the other: the interval of the mean is rather too wide.

    Examples
    --------
    >>> years = pd.DataFrame([[9, 5, 5, 5], [6, 5, 5, 5], [6, 6, 5, 4]], columns=list("abcd"))
    >>> mean_gap(placebos(years, chosen=1)).estimate.round(3).tolist()
    [-0.167]
    """
    refuse(_CANNOT, [*level_faults(level), *([] if len(found) else ["no periods are given"])])
    gaps, n = found["gap"].to_numpy(dtype=float), len(found)
    stderr = gaps.std(ddof=1) / np.sqrt(n) if n >= _FEWEST_PERIODS else np.nan
    half = stdtrit(n - 1, 0.5 + level / 2) * stderr if n >= _FEWEST_PERIODS else np.nan
    one = half * np.sqrt(n + 1)
    return pd.DataFrame(
        {
            "estimate": [gaps.mean()],
            "lower": gaps.mean() - half,
            "upper": gaps.mean() + half,
            "stderr": stderr,
            "next_lower": gaps.mean() - one,
            "next_upper": gaps.mean() + one,
            "predicted": found["predicted"].mean(),
            "n": n,
            "method": "mean over placebo periods, t",
        }
    )


def regression_to_the_mean(before: ArrayLike, *, chosen: int, overdispersion: float = 0.0) -> float:
    """Return by how much the worst areas will fall more than the others, from one period alone.

    Parameters
    ----------
    before
        Counts of one period, an area each.
    chosen
        How many of them are chosen: those with most cases.
    overdispersion
        By how much counts of one area vary beyond Poisson chance: their variance is
        mean + overdispersion × mean². Zero for Poisson counts.

    Returns
    -------
    float
        Relative change of the chosen less that of the others, if no area's own mean changes: −0.2
        is a gap of 20 points. Zero or less.

    Raises
    ------
    InputError
        Fewer than four areas, counts that are missing or negative, fewer than one area chosen or
        left, or a negative overdispersion.

    Notes
    -----
    Where areas' means follow a gamma distribution and counts are Poisson, the mean expected of an
    area that had x cases is m + B (x − m), with m the mean of all and B the share of the variance
    between areas that is not chance: Robbins (1956), Proceedings of the Third Berkeley Symposium
    1:157–163; Efron and Morris (1973), JASA 68:117–130. Overdispersed counts are negative binomial
    given their area's mean, and what is expected is then summed up over two thousand means.

    Examples
    --------
    >>> round(regression_to_the_mean([2, 3, 4, 5, 6, 16], chosen=1), 3)
    -0.26
    """
    row = pd.DataFrame(np.atleast_2d(floats(before)))
    faults = number_faults(overdispersion=overdispersion)
    if not faults and overdispersion < 0:
        faults = [f"overdispersion is zero or more, not {overdispersion:g}"]
    refuse(_CANNOT, faults)
    values = _checked(row, chosen, periods=1)[0]
    worst = _worst(values, chosen)
    if values[~worst].sum() == 0:
        refuse(_CANNOT, ["no case among those set apart"])
    expected = _expected(values, float(overdispersion))
    own, others = (expected[part].sum() / values[part].sum() - 1 for part in (worst, ~worst))
    return float(own - others)


def _expected(values: Array, overdispersion: float) -> Array:
    """Return the mean to be expected of each area, given its count and those of all."""
    mean, spread = values.mean(), values.var(ddof=1)
    extra = overdispersion / (1 + overdispersion)
    between = spread - (values + extra * values * (values - 1)).mean()
    if between <= 0:  # no more than chance: all have one mean
        return np.full(values.size, mean)
    if overdispersion == 0:
        return mean + (between / spread) * (values - mean)
    # What cannot be had in closed form: the sum over all means that areas could have.
    shape, high = mean**2 / between, values.max()
    high += _FAR * np.sqrt(high + overdispersion * high**2)
    means = np.linspace(high / _POINTS, high, _POINTS)
    size, share = 1 / overdispersion, 1 / (1 + overdispersion * means)
    logs = (shape - 1) * np.log(means) - shape * means / mean + np.log(share) * size
    logs = logs + np.log1p(-share) * values[:, None]
    likely = np.exp(logs - logs.max(axis=1, keepdims=True))
    return (likely * means).sum(axis=1) / likely.sum(axis=1)


def _worst(before: Array, chosen: int) -> Array:
    found = np.zeros(before.size, dtype=bool)
    found[np.argsort(-before, kind="stable")[:chosen]] = True
    return found


def _overdispersion(values: Array, pairs: list[int]) -> float:
    """Return by moments how far counts of one area vary from period to period beyond Poisson."""
    excess = squares = 0.0
    for place in pairs:
        before, after = values[place], values[place + 1]
        if before.sum() == 0 or after.sum() == 0:
            continue
        growth = after.sum() / before.sum()
        middle = (before + after / growth) / 2
        # Variance of after − growth × before: Poisson's, then the rest, both sides of the pair.
        excess += (((after / growth - before) ** 2) - middle * (1 + 1 / growth)).sum() / 2
        squares += (middle**2).sum()
    return max(excess / squares, 0.0) if squares else 0.0


def _checked(counts: pd.DataFrame, chosen: int, *, periods: int = _FEWEST_PERIODS) -> Array:
    faults = whole_faults(1, chosen=chosen)
    values = floats(counts) if isinstance(counts, pd.DataFrame) else None
    if values is None:
        refuse(_CANNOT, [*faults, "counts are a DataFrame of numbers, a column an area"])
    if values.shape[1] < _FEWEST_AREAS:
        faults.append(f"{_FEWEST_AREAS} areas or more are needed, found {values.shape[1]}")
    elif not faults and chosen >= values.shape[1]:
        faults.append(f"fewer than all {values.shape[1]} areas are chosen, not {chosen}")
    if values.shape[0] < periods:
        faults.append(f"{periods} periods or more are needed, found {values.shape[0]}")
    unusable = ~(np.isfinite(values) & (values >= 0)).all(axis=0)
    if unusable.any():
        faults.append(f"counts are zero or more, in every period: {some(counts.columns[unusable])}")
    refuse(_CANNOT, faults)
    return values
