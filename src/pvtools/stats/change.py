"""Change: of a count from one year to the next, of a proportion from one sample to another."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import ndtr, stdtr, stdtrit

from pvtools.stats import serial
from pvtools.stats._arguments import alike, level_faults, numbers, refuse

_FEWEST = 3  # events below which a count's own size does not measure its variance


def paired_change(
    before: ArrayLike, after: ArrayLike, *, correlation: ArrayLike = 0.0, level: float = 0.95
) -> pd.DataFrame:
    """Return the relative change in totals between two years, month paired with month.

    Parameters
    ----------
    before, after
        Counts, shape (periods,) or (parts, periods): the same calendar months, one year apart.
        Three periods or more.
    correlation
        How far a month's residual goes with that of the month before, 0 to 0.9, of all parts or
        of each; :func:`residual_correlation` estimates it.
    level
        Confidence level, between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        One row a part: ``estimate`` (−0.04 is 4% fewer), ``lower, upper, stderr``, ``p_value``
        (two-sided, of no change), ``n`` (periods compared), ``df`` (degrees of freedom) and
        ``method``. No interval reaches below −1: nothing falls by more than all.

    Raises
    ------
    InputError
        Unequal shapes, missing months, negative counts, nothing to compare with, or a
        correlation or level out of range.

    Notes
    -----
    Months of recorded crime vary more than chance alone, so a Poisson interval
    on two yearly totals is far too sure of itself. Pairing by calendar month takes out the
    seasons; what the twelve ratios still vary by is the error: the linearised variance of a
    ratio of totals (Cochran 1977, Sampling Techniques, 6.4), with t on periods − 1 degrees of
    freedom, and never below the Poisson variance. What carries over from month to month makes the
    total less sure than so many independent months would (see ``stats.serial.ratio``). Fewer than
    three events in the later year are taken to vary as three would, or zero events would have no
    error.

    Examples
    --------
    >>> paired_change([100, 110, 90], [90, 99, 81])["estimate"].round(3).tolist()
    [-0.1]
    """
    first, second = (np.atleast_2d(v) for v in numbers("Cannot compare two years", before, after))
    _check(first, second, level)
    periods = first.shape[1]
    total_before, total_after = first.sum(axis=1), second.sum(axis=1)
    ratio = total_after / total_before
    carried = [
        serial.carried_over(periods, rho) for rho in np.broadcast_to(correlation, ratio.shape)
    ]
    inflation, df = np.array(carried).T
    residual = second - ratio[:, None] * first
    between_months = periods * inflation * (residual**2).sum(axis=1) / (periods - inflation)
    poisson = np.maximum(total_after, _FEWEST) + ratio**2 * total_before
    stderr = np.sqrt(np.maximum(between_months, poisson)) / total_before
    half = stdtrit(df, 0.5 + level / 2) * stderr
    return pd.DataFrame(
        {
            "estimate": ratio - 1,
            "lower": np.maximum(ratio - 1 - half, -1.0),
            "upper": ratio - 1 + half,
            "stderr": stderr,
            "p_value": 2 * stdtr(df, -np.abs((ratio - 1) / stderr)),
            "n": periods,
            "df": df,
            "method": "ratio of paired months, t"
            if np.all(np.equal(correlation, 0))
            else "ratio of paired months, t for autocorrelated months",
        }
    )


def residual_correlation(before: ArrayLike, after: ArrayLike) -> float:
    """Return how far the residuals of :func:`paired_change` go with those of the month before.

    Parameters
    ----------
    before, after
        As for :func:`paired_change`; the parts are taken together, each in units of chance.

    Returns
    -------
    float
        Lag-one autocorrelation, 0 to 0.9, as :func:`pvtools.stats.serial.lag_one` gives it. Months
        that never depart from the ratio of totals, or fewer than four, have none: 0.

    Raises
    ------
    InputError
        As for :func:`paired_change`.

    Notes
    -----
    The residuals are those about the ratio of totals (Cochran 1977, Sampling Techniques, 6.4);
    about a level that was estimated from so few months the plain autocorrelation is too low, and
    is set right (Marriott and Pope 1954, Biometrika 41:390–402).

    Examples
    --------
    >>> residual_correlation([100, 100, 100, 100], [90, 110, 90, 110])
    0.0
    """
    first, second = (np.atleast_2d(v) for v in numbers("Cannot compare two years", before, after))
    _check(first, second, 0.95)
    ratio = second.sum(axis=1) / first.sum(axis=1)
    residual = second - ratio[:, None] * first
    if not residual.any() or first.shape[1] < 4:
        return 0.0
    chance = np.sqrt(np.maximum(second.sum(axis=1), _FEWEST) + ratio**2 * first.sum(axis=1))
    return serial.lag_one(residual / chance[:, None])


def score_test(share1: ArrayLike, n1: ArrayLike, share2: ArrayLike, n2: ArrayLike) -> pd.DataFrame:
    """Return whether two independent proportions differ, as ``z`` and a two-sided ``p_value``.

    Parameters
    ----------
    share1, share2
        Proportions, 0–1.
    n1, n2
        Their bases; effective ones where the samples are not simple.

    Raises
    ------
    InputError
        Proportions outside 0–1 or bases that are not positive.

    Notes
    -----
    Pearson's chi-squared test without continuity correction (Fleiss, Levin and Paik 2003,
    Statistical Methods for Rates and Proportions, ch. 3): the standard error is that under no
    difference, from the pooled proportion. Where the proportions are equal, z is zero.

    Examples
    --------
    >>> score_test(0.8, 70, 0.6, 80).round(4).values.tolist()
    [[2.6502, 0.008]]
    """
    p1, m1, p2, m2 = map(np.atleast_1d, alike("Cannot test a difference", share1, n1, share2, n2))
    faults = []
    if np.any((p1 < 0) | (p1 > 1) | (p2 < 0) | (p2 > 1)):
        faults.append("proportions lie between 0 and 1")
    if np.any((m1 <= 0) | (m2 <= 0) | np.isinf(m1) | np.isinf(m2)):
        faults.append("bases must be positive and finite")
    refuse("Cannot test a difference", faults)
    pooled = (p1 * m1 + p2 * m2) / (m1 + m2)
    stderr = np.sqrt(pooled * (1 - pooled) * (1 / m1 + 1 / m2))
    z = np.divide(p1 - p2, stderr, out=np.zeros_like(stderr), where=stderr != 0)
    z = np.where(np.isnan(p1 - p2), np.nan, z)
    return pd.DataFrame({"z": z, "p_value": 2 * ndtr(-np.abs(z))})


def _check(first: np.ndarray, second: np.ndarray, level: float) -> None:
    faults = level_faults(level)
    if first.shape != second.shape:
        faults.append(f"both years need the same months, found {first.shape} and {second.shape}")
    elif first.shape[1] < 3:
        faults.append(f"three paired periods or more are needed, found {first.shape[1]}")
    if np.isnan(first).any() or np.isnan(second).any():
        faults.append("a month is missing, and missing is not zero")
    elif not all(((v >= 0) & np.isfinite(v)).all() for v in (first, second)):
        faults.append("counts must be zero or more, and finite")
    elif (first.sum(axis=1) == 0).any():
        faults.append("the earlier year counts nothing, so there is no relative change")
    refuse("Cannot compare two years", faults)
