"""Heaping: do records lie on round numbers more often than a smooth density has them there?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.special import chdtrc, ndtr, ndtri

from pvtools.errors import InputError
from pvtools.stats import recorded_grid, rounded_counts

Array = NDArray[np.float64]

_FEWEST = 50  # records
_MULTIPLES = 4  # of a round number that must lie within the values
_TAIL = 0.001  # of the records at each end, too thin to say anything
_MOST_CELLS = 200_000


def terminal_digits(
    values: ArrayLike, *, unit: float = 1, base: int = 10, level: float = 0.95
) -> pd.DataFrame:
    """Return whether some last digits are written more often than a smooth density has them.

    The null hypothesis: the density is smooth, so that last digits are as frequent as it makes
    them. Heaping is a way of writing, and no sign that anything was moved over a threshold.

    Parameters
    ----------
    values
        One value a record, whole multiples of ``unit``. Missing ones (NaN) are left out.
    unit
        The step the values were recorded in.
    base
        How many last digits there are: 10, or 60 for minutes of the hour and seconds of the
        minute.
    level
        Confidence level, between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        One row: ``estimate`` (share of records on multiples of half the base – of the base, where
        it is odd – beyond what is expected there), ``lower, upper, stderr``, ``chi_squared``,
        ``df, p_value``, ``whipple`` (100 is no preference, ``base // 2`` times that only round
        numbers), ``myers`` (0 is no preference, 90 one digit of ten only), ``n, method, caveat``.

    Raises
    ------
    InputError
        No numbers, infinite or constant ones, fewer than 50, values that are no multiples of the
        unit, fewer than four multiples of the base among them, or a unit, base or level that is
        none.

    Notes
    -----
    Pearson's comparison of observed with expected digits, in the covariance those residuals have
    when the density is estimated: without it the test would reject too seldom. A uniform spread
    of digits is not assumed: among short times low digits are more frequent without any heaping.
    Whipple's and Myers' blended index as in Siegel and Swanson (2004), The Methods and Materials
    of Demography, 2nd edition, here over all values; they do assume near-uniform digits.

    Examples
    --------
    >>> terminal_digits(list(range(100)) * 20)[["whipple", "myers"]].values.tolist()
    [[100.0, 0.0]]
    """
    numbers, missing = recorded_grid.present(values, "Cannot tell heaping")
    _check(numbers, unit, {"base": (base,)}, level)
    cells = _cells(numbers, unit, base)
    counts, first = _counts(cells)
    half = base // 2 if base % 2 == 0 else base
    # How smooth the density is must not be judged by the heaps, or it would follow them.
    heaped = rounded_counts.fit(counts, first, multiples=[m for m in {half, base} if m > 1])
    found = rounded_counts.fit(counts, first, smoothness=heaped.smoothness)
    digit = (first + np.arange(counts.size)) % base
    falls_on = (np.arange(base)[:, None] == digit).astype(float)
    beyond = falls_on @ (counts - found.expected)
    covariance = _residual_covariance(falls_on, found)
    sizes, axes = np.linalg.eigh(covariance)
    kept = sizes > 1e-6 * sizes.max()
    chi_squared = float(np.sum((axes[:, kept].T @ beyond) ** 2 / sizes[kept]))
    round_ones = (np.arange(base) % half == 0).astype(float)
    estimate = float(round_ones @ beyond / counts.sum())
    stderr = float(np.sqrt(round_ones @ covariance @ round_ones) / counts.sum())
    reach = ndtri(0.5 + level / 2) * stderr
    row = {
        "estimate": estimate,
        "lower": estimate - reach,
        "upper": estimate + reach,
        "stderr": stderr,
        "chi_squared": chi_squared,
        "df": int(kept.sum()),
        "p_value": float(chdtrc(kept.sum(), chi_squared)),
        "whipple": float(100 * half * np.mean(cells % half == 0)),
        "myers": _myers(cells, base),
        "n": numbers.size,
        "method": "chi-squared of last digits against a smooth density",
        "caveat": " ".join(recorded_grid.left_out(missing, numbers.size)),
    }
    return pd.DataFrame([row])


def rounding_share(
    values: ArrayLike, *, to: float | Sequence[float] = 5, unit: float = 1, level: float = 0.95
) -> pd.DataFrame:
    """Return the share of records that were rounded to a multiple, such as minutes to five.

    The null hypothesis of ``p_value``: none was. Records that a rounder would have left where
    they are count among the rounded.

    Parameters
    ----------
    values
        One value a record, whole multiples of ``unit``. Missing ones (NaN) are left out. Give
        times of day as minutes since midnight.
    to
        The multiple, or several (5, 10, 15, 30, 60), in the unit of the values.
    unit
        The step the values were recorded in.
    level
        Confidence level, between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        One row a multiple, and one for ``any`` where there are several: ``to`` (as text),
        ``estimate`` (0–1), ``lower, upper, stderr`` (missing where all values are multiples),
        ``p_value`` (one-sided), ``n, method, caveat``.

    Raises
    ------
    InputError
        As for :func:`terminal_digits`; a multiple that is not two or more units, or more than
        one multiple where all values lie on the smallest.

    Notes
    -----
    Maximum likelihood of a mixture: a smooth density, estimated by a penalised spline, from which
    a share of records moves to the nearest multiple (half each way from the middle), as in Heitjan
    and Rubin (1990), JASA 85:304–314. The interval is Wald's, ends kept within 0–1. Where all
    values are multiples there is no density to estimate; the lower end is then the share at which
    chance would still bring all of them there.

    Examples
    --------
    >>> exact, rounded = list(range(100)) * 15, list(range(0, 100, 5)) * 25
    >>> rounding_share(exact + rounded)["estimate"].round(2).tolist()
    [0.25]
    """
    numbers, missing = recorded_grid.present(values, "Cannot tell heaping")
    asked = tuple(sorted({float(m) for m in np.atleast_1d(np.asarray(to, dtype=float))}))
    _check(numbers, unit, {"to": asked}, level)
    steps = [round(m / unit) for m in asked]
    cells = np.rint(numbers / unit).astype(np.int64)
    doubts = recorded_grid.left_out(missing, numbers.size)
    if np.all(cells % steps[0] == 0):
        rows = _all_round(cells.size, asked, unit, level)
        doubts.append(f"All values are multiples of {asked[0]:g}: perhaps that is their unit.")
    else:
        counts, first = _counts(_cells(numbers, unit, max(steps)))
        rows = _shares(rounded_counts.fit(counts, first, multiples=steps), level)
    names = [f"{m:g}" for m in asked] + (["any"] if len(asked) > 1 else [])
    return pd.DataFrame({"to": names, **rows}).assign(
        n=numbers.size,
        method="maximum likelihood, smooth density with records rounded to multiples",
        caveat=" ".join(doubts),
    )


def _shares(found: rounded_counts.Fitted, level: float) -> dict[str, Array]:
    several = found.shares.size > 1
    sums = np.vstack([np.eye(found.shares.size)] + [np.ones(found.shares.size)] * several)
    share = sums @ found.shares
    stderr = np.sqrt(np.einsum("ij,jk,ik->i", sums, found.shares_variance, sums))
    half = ndtri(0.5 + level / 2) * stderr
    return {
        "estimate": np.clip(share, 0, 1),
        "lower": np.clip(share - half, 0, 1),
        "upper": np.clip(share + half, 0, 1),
        "stderr": stderr,
        "p_value": ndtr(-share / stderr),
    }


def _all_round(n: int, asked: tuple[float, ...], unit: float, level: float) -> dict[str, list]:
    if len(asked) > 1:
        raise InputError(
            f"Cannot tell heaping: all {n:,} values are multiples of {asked[0]:g}, so nothing is "
            f"left to tell several multiples apart by. Ask with unit={asked[0]:g}, and without it."
        )
    chance = unit / asked[0]  # that an exact record lies on the multiple
    lower = 1 - (1 - ((1 - level) / 2) ** (1 / n)) / (1 - chance)
    return {
        "estimate": [1.0],
        "lower": [max(0.0, lower)],
        "upper": [1.0],
        "stderr": [np.nan],
        "p_value": [chance**n],
    }


def _residual_covariance(falls_on: Array, found: rounded_counts.Fitted) -> Array:
    """Return the covariance of digit counts about what a fit to the same counts expects."""
    slopes, inverse, mean = found.slopes, found.inverse, found.expected
    along = falls_on @ slopes
    information = (slopes / mean[:, None]).T @ slopes
    taken = 2 * inverse - inverse @ information @ inverse
    return (falls_on * mean) @ falls_on.T - along @ taken @ along.T


def _myers(cells: NDArray[np.int64], base: int) -> float:
    """Return Myers' index: half the sum of differences, in points, of blended digit shares."""
    start, stop = -(-cells.min() // base) * base, (cells.max() + 1) // base * base
    digit = np.arange(base)
    # As many whole tens in one sum as in the other, the second one ten further on.
    early = cells[(cells >= start) & (cells < stop - base)]
    late = cells[(cells >= start + base) & (cells < stop)]
    from_first = np.bincount(early % base, minlength=base)
    from_next = np.bincount(late % base, minlength=base)
    blended = (digit + 1) * from_first + (base - 1 - digit) * from_next
    return float(50 * np.abs(blended / blended.sum() - 1 / base).sum())


def _counts(cells: NDArray[np.int64]) -> tuple[Array, int]:
    low, high = np.quantile(cells, [_TAIL, 1 - _TAIL])
    first, last = int(np.ceil(low)), int(np.floor(high))
    held = cells[(cells >= first) & (cells <= last)]
    return np.bincount(held - first).astype(float), first


def _cells(values: Array, unit: float, largest: int) -> NDArray[np.int64]:
    """Return values in whole units, or say why they are none or show no multiples."""
    cells = np.rint(values / unit).astype(np.int64)
    span = int(cells.max() - cells.min())
    faults = []
    if span > _MOST_CELLS:
        faults.append(f"values span {span:,} steps of {unit:g}; ask in a coarser unit")
    if span // largest < _MULTIPLES:
        faults.append(
            f"values run from {values.min():g} to {values.max():g}, which holds fewer than "
            f"{_MULTIPLES} multiples of {largest * unit:g}; are they in a coarser unit of time?"
        )
    grid = recorded_grid.find(values)
    if grid and grid.origin == 0 and grid.step > 1.5 * unit and largest * unit < grid.step:
        faults.append(
            f"all values are multiples of {grid.step:g}; were they recorded in that step? "
            f"If so, unit={grid.step:g}"
        )
    if faults:
        raise InputError(f"Cannot tell heaping: {'; '.join(faults)}.")
    return cells


def _check(values: Array, unit: float, asked: dict[str, tuple[float, ...]], level: float) -> None:
    faults = []
    if not 0 < level < 1:
        faults.append(f"the level lies between 0 and 1, found {level:g}")
    whole_unit = np.isfinite(unit) and unit > 0
    if not whole_unit:
        faults.append(f"the unit is a number above 0, found {unit:g}")
    for name, numbers in asked.items():
        scale = unit if name == "to" and whole_unit else 1
        steps = np.array(numbers, dtype=float) / scale
        if steps.size == 0 or not np.all((steps > 1.5) & (np.abs(steps - np.rint(steps)) < 1e-6)):
            found = ", ".join(f"{number:g}" for number in numbers) or "none"
            faults.append(f"{name} is two or more whole units, found {found}")
    if np.isinf(values).any():
        faults.append(f"values are finite, found {int(np.isinf(values).sum())} that are not")
    elif values.size < _FEWEST:
        faults.append(f"{_FEWEST} values or more are needed, found {values.size}")
    elif values.min() == values.max():
        faults.append(f"all {values.size:,} values are {values[0]:g}")
    elif whole_unit:
        apart = np.abs(values / unit - np.rint(values / unit)) > 1e-4
        if apart.any():
            faults.append(
                f"{apart.sum():,} values are no whole steps of {unit:g}, first "
                f"{values[apart][0]:g}; give the unit they were recorded in"
            )
    if faults:
        raise InputError(f"Cannot tell heaping: {'; '.join(faults)}.")
