"""Intervals for proportions, counts and differences of proportions.

All functions take numbers or arrays (broadcast against each other), return one row per value,
and pass a missing value through as a missing estimate: it stays missing, never zero.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import betaincinv, ndtri, stdtrit

from pvtools.stats._arguments import Array, alike, level_faults, refuse

_CANNOT = "Cannot make an interval"


def wilson(
    count: ArrayLike, n: ArrayLike, *, design_effect: ArrayLike = 1.0, level: float = 0.95
) -> pd.DataFrame:
    """Return proportions with Wilson score intervals.

    Parameters
    ----------
    count, n
        Successes and base. ``count`` need not be whole: a published proportion times its base
        will do.
    design_effect
        Variance relative to a simple random sample; the base is divided by it.
    level
        Confidence level, between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        Columns ``estimate, lower, upper, n, n_effective, method``; proportions 0–1.

    Raises
    ------
    InputError
        A count below zero or above its base, a base or design effect that is not positive.

    Notes
    -----
    The score interval keeps its coverage for small bases and stays inside 0–1, where the
    textbook ("Wald") interval does neither. Wilson (1927), JASA 22:209–212; Newcombe (1998),
    Statistics in Medicine 17:857–872, method 3.

    Examples
    --------
    >>> wilson(81, 263)[["lower", "upper"]].round(4).values.tolist()
    [[0.2553, 0.3662]]
    """
    count, n, deff = _rows(count, n, design_effect)
    _check_base(count, n, deff)
    z = _z(level)
    p, n_effective = count / n, n / deff
    centre = (p + z**2 / (2 * n_effective)) / (1 + z**2 / n_effective)
    half = (
        z
        / (1 + z**2 / n_effective)
        * np.sqrt(p * (1 - p) / n_effective + z**2 / (4 * n_effective**2))
    )
    # At 0 and 1 the end is exact; arithmetic would miss it by a rounding error.
    lower = np.where(p == 0, 0.0, np.maximum(centre - half, 0.0))
    upper = np.where(p == 1, 1.0, np.minimum(centre + half, 1.0))
    return _table(p, lower, upper, n, "Wilson score", n_effective=n_effective)


def korn_graubard(
    estimate: ArrayLike,
    n_effective: ArrayLike,
    *,
    df: ArrayLike | None = None,
    n: ArrayLike | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Return proportions from a complex survey with Korn–Graubard (near-exact) intervals.

    Parameters
    ----------
    estimate
        Proportions, 0–1; weighted, as a rule.
    n_effective
        Effective bases: respondents divided by the design effect.
    df
        Design degrees of freedom, clusters less strata. Few clusters leave the design effect
        itself uncertain, which widens the interval. Not given: no allowance.
    n
        Respondents. The effective base is never taken to be more than these.
    level
        Confidence level, between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        Columns ``estimate, lower, upper, n, n_effective, method``; ``n_effective`` is the base
        used, after both adjustments, and ``n`` is missing where not given.

    Raises
    ------
    InputError
        A proportion outside 0–1, or bases or degrees of freedom that are not positive.

    Notes
    -----
    The exact (Clopper–Pearson) interval for ``estimate × n_effective`` events, the base being
    multiplied by the squared ratio of t quantiles on ``n − 1`` and on ``df`` degrees of
    freedom. It keeps a width when nobody or everybody said yes. Korn and Graubard (1998),
    Survey Methodology 24:193–201; held at ``n`` as by the U.S. National Center for Health
    Statistics (Parker et al. 2017, Vital and Health Statistics 2(175)).

    Examples
    --------
    >>> korn_graubard(15 / 148, 148)[["lower", "upper"]].round(4).values.tolist()
    [[0.0578, 0.1617]]
    """
    given = [np.inf if df is None else df, np.nan if n is None else n]
    p, base, df_, n_ = _rows(estimate, n_effective, *given)
    _check_share(p, base, df_, n_)
    tail = 0.5 * (1 - level)
    z = _z(level)
    # One respondent leaves no degrees of freedom for the numerator; the ratio is then 1.
    known = np.isfinite(df_) & ~(n_ <= 2)
    on_n = np.where(n_ > 2, stdtrit(np.where(n_ > 2, n_ - 1, 1.0), 1 - tail), z)
    on_df = stdtrit(np.where(known, df_, 1.0), 1 - tail)
    base = base * np.where(known, (on_n / on_df) ** 2, 1.0)
    base = np.fmin(base, n_)
    events = p * base
    blank = np.isnan(events)
    a, b = np.where(blank, 1.0, events), np.where(blank, 1.0, base - events)
    lower = np.where(a > 0, betaincinv(np.where(a > 0, a, 1.0), b + 1, tail), 0.0)
    upper = np.where(b > 0, betaincinv(a + 1, np.where(b > 0, b, 1.0), 1 - tail), 1.0)
    lower, upper = (np.where(blank, np.nan, end) for end in (lower, upper))
    return _table(p, lower, upper, n_, "Korn–Graubard", n_effective=base)


def byar(count: ArrayLike, *, exposure: ArrayLike = 1.0, level: float = 0.95) -> pd.DataFrame:
    """Return rates of counted events with Byar's approximation to the exact Poisson interval.

    Parameters
    ----------
    count
        Events, zero or more.
    exposure
        What the events are set against (thousands of residents, years); positive.
    level
        Confidence level, between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        Columns ``estimate, lower, upper, n, method``: events per unit of exposure; ``n`` is the
        count.

    Raises
    ------
    InputError
        A negative count or an exposure that is not positive.

    Notes
    -----
    Breslow and Day (1987), Statistical Methods in Cancer Research II, p. 69. It covers chance
    in the count alone, not changes in recording or reporting.

    Examples
    --------
    >>> byar(10)[["lower", "upper"]].round(2).values.tolist()
    [[4.79, 18.39]]
    """
    count, exposure = _rows(count, exposure)
    faults = _infinite(count, exposure)
    if np.any(count < 0):
        faults.append(f"counts must be zero or more, found {np.nanmin(count):g}")
    if np.any(exposure <= 0):
        faults.append(f"exposures must be positive, found {np.nanmin(exposure):g}")
    refuse(_CANNOT, faults)
    z = _z(level)
    safe = np.where(count == 0, 1.0, count)
    lower = np.where(count == 0, 0.0, safe * _byar_factor(safe, -z))
    upper = (count + 1) * _byar_factor(count + 1, z)
    return _table(count / exposure, lower / exposure, upper / exposure, count, "Byar")


def newcombe_difference(
    count1: ArrayLike,
    n1: ArrayLike,
    count2: ArrayLike,
    n2: ArrayLike,
    *,
    design_effect: ArrayLike = 1.0,
    level: float = 0.95,
) -> pd.DataFrame:
    """Return differences of two independent proportions, first minus second.

    Parameters
    ----------
    count1, n1, count2, n2
        Successes and bases of the two samples.
    design_effect, level
        As for :func:`wilson`; the design effect holds for both samples.

    Returns
    -------
    pandas.DataFrame
        Columns ``estimate, lower, upper, n, method``; ``n`` is the smaller of the two bases.

    Raises
    ------
    InputError
        As for :func:`wilson`.

    Notes
    -----
    Hybrid score interval, method 10 of Newcombe (1998), Statistics in Medicine 17:873–890.

    Examples
    --------
    >>> newcombe_difference(56, 70, 48, 80)[["lower", "upper"]].round(4).values.tolist()
    [[0.0524, 0.3339]]
    """
    first = wilson(count1, n1, design_effect=design_effect, level=level)
    second = wilson(count2, n2, design_effect=design_effect, level=level)
    p1, l1, u1, m1 = (first[c].to_numpy() for c in ("estimate", "lower", "upper", "n"))
    p2, l2, u2, m2 = (second[c].to_numpy() for c in ("estimate", "lower", "upper", "n"))
    difference = p1 - p2
    lower = difference - np.hypot(p1 - l1, u2 - p2)
    upper = difference + np.hypot(u1 - p1, p2 - l2)
    return _table(difference, lower, upper, np.minimum(m1, m2), "Newcombe hybrid score")


def _byar_factor(count: Array, z: float) -> Array:
    return (1 - 1 / (9 * count) + z / (3 * np.sqrt(count))) ** 3


def _z(level: float) -> float:
    refuse(_CANNOT, level_faults(level))
    return float(ndtri(0.5 + level / 2))


def _rows(*values: ArrayLike) -> list[Array]:
    return [np.atleast_1d(v) for v in alike(_CANNOT, *values)]


def _check_base(count: Array, n: Array, deff: Array) -> None:
    faults = _infinite(count, n, deff)
    if np.any(n <= 0):
        faults.append(f"bases must be positive, found {np.nanmin(n):g}")
    if np.any(deff <= 0):
        faults.append(f"design effects must be positive, found {np.nanmin(deff):g}")
    if np.any(count < 0):
        faults.append(f"counts must be zero or more, found {np.nanmin(count):g}")
    if np.any(count > n * (1 + 1e-12)):
        i = int(np.flatnonzero(count > n * (1 + 1e-12))[0])
        faults.append(f"a count cannot exceed its base, found {count[i]:g} of {n[i]:g}")
    refuse(_CANNOT, faults)


def _check_share(p: Array, base: Array, df: Array, n: Array) -> None:
    faults = _infinite(base, n)
    if np.any((p < 0) | (p > 1)):
        astray = p[(p < 0) | (p > 1)][0]
        faults.append(f"proportions lie between 0 and 1, found {astray:g}")
    for name, values in (("effective bases", base), ("degrees of freedom", df), ("bases", n)):
        if np.any(values <= 0):
            faults.append(f"{name} must be positive, found {np.nanmin(values):g}")
    refuse(_CANNOT, faults)


def _infinite(*values: Array) -> list[str]:
    return ["a value is infinite"] if any(np.isinf(v).any() for v in values) else []


def _table(
    estimate: Array, lower: Array, upper: Array, n: Array, method: str, **more: Array
) -> pd.DataFrame:
    columns = {"estimate": estimate, "lower": lower, "upper": upper, "n": n, **more}
    return pd.DataFrame(columns).assign(method=method)
