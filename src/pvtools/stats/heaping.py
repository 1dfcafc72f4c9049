"""Heaping: do records lie on round numbers more often than a smooth density has them there?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr, ndtri

from pvtools.errors import InputError
from pvtools.stats import _recorded_grid, _rounded_counts
from pvtools.stats._arguments import Array, level_faults, number_faults, numbers, refuse
from pvtools.stats._recorded_grid import recording_step

__all__ = ["recording_step", "rounding_share"]


_FEWEST = 50  # records
_MULTIPLES = 4  # of a round number that must lie within the values
_TAIL = 0.001  # of the records at each end, too few to estimate from
_MOST_CELLS = 200_000


def rounding_share(
    values: ArrayLike, *, to: float | Sequence[float] = 5, unit: float = 1, level: float = 0.95
) -> pd.DataFrame:
    """Return the share of records that were rounded to a multiple, such as minutes to five.

    The null hypothesis of ``p_value``: none was. Records that a rounder would have left where
    they are count among the rounded. Heaping is a habit of recording, not a sign that anything was
    moved over a threshold.

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
        No numbers, infinite or constant ones, fewer than 50, values that are no multiples of the
        unit, fewer than four multiples of the largest among them, an impossible unit or level,
        a multiple that is not two or more units, or more than one multiple where all values lie
        on the smallest.

    Notes
    -----
    Maximum likelihood of a mixture: a smooth density, estimated by a penalised spline, from which
    a share of records moves to the nearest multiple (half each way from the middle), as in Heitjan
    and Rubin (1990), JASA 85:304–314. The interval is Wald's, ends kept within 0–1. Where all
    values are multiples there is no density to estimate; the lower end is then the share at which
    chance alone would still put all of them there.

    Examples
    --------
    >>> exact, rounded = list(range(100)) * 15, list(range(0, 100, 5)) * 25
    >>> rounding_share(exact + rounded)["estimate"].round(2).tolist()
    [0.25]
    """
    recorded, missing = _recorded_grid.present(values, "Cannot measure heaping")
    (given,) = numbers("Cannot measure heaping", to)
    multiples = tuple(np.unique(given).tolist())
    _check(recorded, unit, multiples, level)
    steps = [round(m / unit) for m in multiples]
    cells = np.rint(recorded / unit).astype(np.int64)
    doubts = _recorded_grid.left_out(missing, recorded.size)
    if np.all(cells % steps[0] == 0):
        rows = _all_round(cells.size, multiples, unit, level)
        doubts.append(f"All values are multiples of {multiples[0]:g}: perhaps that is their unit.")
    else:
        counts, first = _counts(_cells(recorded, unit, max(steps)))
        rows = _shares(_rounded_counts.fit(counts, first, multiples=steps), level)
    names = [f"{m:g}" for m in multiples] + (["any"] if len(multiples) > 1 else [])
    return pd.DataFrame({"to": names, **rows}).assign(
        n=recorded.size,
        method="maximum likelihood, smooth density with records rounded to multiples",
        caveat=" ".join(doubts),
    )


def _shares(found: _rounded_counts.Fitted, level: float) -> dict[str, Array]:
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


def _all_round(n: int, multiples: tuple[float, ...], unit: float, level: float) -> dict[str, list]:
    if len(multiples) > 1:
        raise InputError(
            f"Cannot measure heaping: all {n:,} values are multiples of {multiples[0]:g}, so "
            f"nothing distinguishes several of them. Try unit={multiples[0]:g}, or none."
        )
    chance = unit / multiples[0]  # that an exact record lies on the multiple
    lower = 1 - (1 - ((1 - level) / 2) ** (1 / n)) / (1 - chance)
    return {
        "estimate": [1.0],
        "lower": [max(0.0, lower)],
        "upper": [1.0],
        "stderr": [np.nan],
        "p_value": [chance**n],
    }


def _counts(cells: NDArray[np.int64]) -> tuple[Array, int]:
    low, high = np.quantile(cells, [_TAIL, 1 - _TAIL])
    first, last = int(np.ceil(low)), int(np.floor(high))
    held = cells[(cells >= first) & (cells <= last)]
    return np.bincount(held - first).astype(float), first


def _cells(values: Array, unit: float, largest: int) -> NDArray[np.int64]:
    """Return values in whole units, or refuse those that are not or show no multiples."""
    cells = np.rint(values / unit).astype(np.int64)
    span = int(cells.max() - cells.min())
    faults = []
    if span > _MOST_CELLS:
        faults.append(f"values span {span:,} steps of {unit:g}; give a coarser unit")
    if span // largest < _MULTIPLES:
        faults.append(
            f"values run from {values.min():g} to {values.max():g}, which holds fewer than "
            f"{_MULTIPLES} multiples of {largest * unit:g}; are they in a coarser unit of time?"
        )
    grid = _recorded_grid.find(values)
    if grid and grid.origin == 0 and grid.step > 1.5 * unit and largest * unit < grid.step:
        faults.append(
            f"all values are multiples of {grid.step:g}; were they recorded in that step? "
            f"If so, unit={grid.step:g}"
        )
    refuse("Cannot measure heaping", faults)
    return cells


def _check(values: Array, unit: float, multiples: tuple[float, ...], level: float) -> None:
    faults = level_faults(level)
    whole_unit = not number_faults(unit=unit) and unit > 0
    if not whole_unit:
        faults.append(f"the unit is a number above 0, found {unit!r}")
    steps = np.array(multiples) / (unit if whole_unit else 1)
    if steps.size == 0 or not np.all((steps > 1.5) & (np.abs(steps - np.rint(steps)) < 1e-6)):
        found = ", ".join(f"{number:g}" for number in multiples) or "none"
        faults.append(f"to is two or more whole units, found {found}")
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
    refuse("Cannot measure heaping", faults)
