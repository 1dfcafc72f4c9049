"""What small-area estimates start from: read, checked, and refused with all faults at once."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from pvtools.errors import InputError

Array = NDArray[np.float64]


def numbers(values: ArrayLike, name: str) -> Array:
    """Return one number an area; missing ones stay missing."""
    try:
        read = np.array(values, dtype=float)
    except (TypeError, ValueError):
        raise InputError(f"Cannot estimate areas: {name} are numbers, NaN if missing.") from None
    if read.ndim != 1:
        raise InputError(f"Cannot estimate areas: {name} come as one value an area.")
    return read


def design(covariates: object, areas: int, index: pd.Index | None) -> Array:
    """Return the regression's columns: an intercept, then covariates in standard units."""
    if covariates is None:
        return np.ones((areas, 1))
    if isinstance(covariates, pd.DataFrame | pd.Series) and index is not None:
        if not covariates.index.sort_values().equals(index.sort_values()):
            raise InputError(
                "Cannot estimate areas: estimates and covariates have different index labels; "
                "give both the same areas."
            )
        covariates = covariates.loc[index]
    try:
        x = np.array(covariates, dtype=float)
    except (TypeError, ValueError):
        raise InputError("Cannot estimate areas: covariates are numbers.") from None
    x = x[:, None] if x.ndim == 1 else x
    faults = []
    if len(x) != areas:
        faults.append(f"{areas} areas need as many rows of covariates, found {len(x)}")
    if not np.isfinite(x).all():
        faults.append("covariates have gaps; every area needs every one")
    elif (np.ptp(x, axis=0) == 0).any():
        faults.append("a covariate is the same everywhere; leave it out, an intercept is added")
    elif np.linalg.matrix_rank(_standard(x)) < x.shape[1]:
        faults.append("covariates repeat each other; leave out those that follow from the others")
    _refuse(faults)
    return np.column_stack([np.ones(areas), _standard(x)])


def _standard(x: Array) -> Array:
    return (x - x.mean(axis=0)) / x.std(axis=0)


def check_areas(
    direct: Array, error: Array, design: Array, asked: NDArray[np.bool_], level: float
) -> None:
    """Refuse estimates that no regression can be fitted to."""
    faults = _level_fault(level)
    least = design.shape[1] + 2
    if len(error) != len(direct):
        faults.append(f"{len(direct)} estimates need as many standard errors, found {len(error)}")
    elif not (error[asked] > 0).all() or np.isinf(error[asked]).any():
        faults.append("an area with an estimate needs a standard error above zero")
    if np.isinf(direct).any():
        faults.append("estimates must be finite, or NaN where nobody was asked")
    if asked.sum() < least:
        faults.append(f"{least} areas with estimates or more are needed, found {asked.sum()}")
    elif np.linalg.matrix_rank(design[asked]) < design.shape[1]:
        faults.append("among areas with estimates the covariates repeat each other")
    _refuse(faults)


def check_counts(count: Array, n: Array, level: float) -> None:
    """Refuse counts that cannot be proportions, or too few to learn from."""
    faults = _level_fault(level)
    if len(count) != len(n):
        faults.append(f"{len(count)} counts need as many bases, found {len(n)}")
    elif np.isnan(n).any() or np.isinf(n).any() or (n < 0).any():
        faults.append("bases must be zero or more, and none missing")
    elif (count < 0).any() or (count > n * (1 + 1e-12)).any():
        faults.append("a count lies between zero and its base")
    elif (usable := int((~np.isnan(count) & (n > 0)).sum())) < 3:
        faults.append(f"three areas with answers or more are needed, found {usable}")
    elif not (n[~np.isnan(count)] > 1).any():
        faults.append("some area needs a base above one, or nothing shows how areas differ")
    _refuse(faults)


def _level_fault(level: float) -> list[str]:
    return [] if 0 < level < 1 else [f"the level lies between 0 and 1, found {level!r}"]


def _refuse(faults: list[str]) -> None:
    if faults:
        raise InputError(f"Cannot estimate areas: {'; '.join(faults)}.")
