"""Intervals for proportions, counts and differences of proportions.

All functions take numbers or arrays (broadcast against each other), return one row per value,
and pass a missing value through as a missing estimate: it stays missing, never zero.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from pvtools.errors import InputError

Array = NDArray[np.float64]


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
    count, n, deff = _arrays(count, n, design_effect)
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
    count, exposure = _arrays(count, exposure)
    faults = []
    if np.any(count < 0):
        faults.append(f"counts must be zero or more, found {np.nanmin(count):g}")
    if np.any(exposure <= 0):
        faults.append(f"exposures must be positive, found {np.nanmin(exposure):g}")
    _refuse(faults)
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
    if not 0 < level < 1:
        raise InputError(f"level must lie between 0 and 1, for example 0.95; found {level!r}.")
    return float(ndtri(0.5 + level / 2))


def _arrays(*values: ArrayLike) -> list[Array]:
    try:
        arrays = [np.atleast_1d(np.asarray(v, dtype=float)) for v in values]
        return [np.array(a) for a in np.broadcast_arrays(*arrays)]
    except (TypeError, ValueError) as error:
        raise InputError(
            f"Expected numbers, or arrays of one length: {error}. Missing values are NaN."
        ) from None


def _check_base(count: Array, n: Array, deff: Array) -> None:
    faults = []
    if np.any(n <= 0):
        faults.append(f"bases must be positive, found {np.nanmin(n):g}")
    if np.any(deff <= 0):
        faults.append(f"design effects must be positive, found {np.nanmin(deff):g}")
    if np.any(count < 0):
        faults.append(f"counts must be zero or more, found {np.nanmin(count):g}")
    if np.any(count > n * (1 + 1e-12)):
        i = int(np.flatnonzero(count > n * (1 + 1e-12))[0])
        faults.append(f"a count cannot exceed its base, found {count[i]:g} of {n[i]:g}")
    _refuse(faults)


def _refuse(faults: list[str]) -> None:
    if faults:
        raise InputError(f"Cannot make an interval: {'; '.join(faults)}.")


def _table(
    estimate: Array, lower: Array, upper: Array, n: Array, method: str, **more: Array
) -> pd.DataFrame:
    columns = {"estimate": estimate, "lower": lower, "upper": upper, "n": n, **more}
    return pd.DataFrame(columns).assign(method=method)
