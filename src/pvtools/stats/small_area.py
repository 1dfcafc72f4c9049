"""Small areas: an area's own few interviews, steadied by what all the areas have in common.

A shrunken estimate is nearer to the truth on average, not in every area: one that really stands
apart is pulled towards the rest. Show it beside the direct estimate, which is returned with it.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize_scalar
from scipy.special import ndtri

from pvtools.stats._arguments import Array, level_faults, numbers, refuse

_CANNOT = "Cannot estimate areas"
_NO_DIRECT = "No direct estimate here: predicted from the other areas alone."
_ALIKE = (
    "The areas differ hardly more than chance allows, so that areas with the same covariates have "
    "nearly the same estimate."
)


def fay_herriot(
    estimate: ArrayLike,
    stderr: ArrayLike,
    covariates: pd.DataFrame | ArrayLike | None = None,
    *,
    level: float = 0.95,
) -> pd.DataFrame:
    """Return estimates of areas that borrow strength from each other and from covariates.

    Parameters
    ----------
    estimate, stderr
        Direct estimates and their standard errors, one value an area. A missing estimate is
        predicted from the other areas. Standard errors count as known: where they come from
        few clusters, smooth them over the areas first.
    covariates
        One row an area, known without error and without gaps, such as census shares; an
        intercept is always added. None: the areas share a mean.
    level
        Confidence level, between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        One row an area, with the index of ``estimate`` if it has one: ``estimate, stderr``
        (root of the mean squared error), ``lower, upper, direct, shrinkage`` (weight on the
        direct estimate, 0–1), ``between_variance`` (of the areas about the regression, one
        value for all), ``method, caveat``.

    Raises
    ------
    InputError
        Too few areas, standard errors that are not positive, covariates with gaps or that
        repeat each other.

    Notes
    -----
    Fay and Herriot (1979), JASA 74:269–277. Plain REML puts the between-area variance at zero
    in two data sets of five of this size, and then says all areas are equal. The adjusted
    likelihood of Yoshimori and Lahiri (2014), Journal of Multivariate Analysis 124:281–294, is
    always above zero and as little biased. The mean squared error is g1 + g2 + 2·g3 (Prasad and
    Rao 1990; Datta and Lahiri 2000), where the half of g3 that corrects the bias of g1 is
    never more than g1 itself: near zero the variance cannot be underestimated by more.

    Examples
    --------
    >>> table = fay_herriot([0.50, 0.60, 0.70, 0.55, 0.58], [0.04, 0.04, 0.04, 0.04, 0.04])
    >>> bool(table.estimate[2] < 0.70)
    True
    """
    index = estimate.index if isinstance(estimate, pd.Series) else None
    direct, error = numbers(_CANNOT, estimate, stderr)
    if direct.ndim != 1 or error.ndim != 1:
        refuse(_CANNOT, ["estimates and standard errors come as one value an area"])
    design = _design(covariates, len(direct), index)
    sampled = ~np.isnan(direct)
    _check(direct, error, design, sampled, level)
    y, variance, x = direct[sampled], error[sampled] ** 2, design[sampled]
    between = _between_variance(y, variance, x)

    total = between + variance
    spread = np.linalg.inv((x.T / total) @ x)  # of the regression coefficients
    synthetic = design @ (spread @ (x.T @ (y / total)))
    leverage = np.einsum("ij,jk,ik->i", design, spread, design)
    shrinkage, value = np.zeros(len(direct)), synthetic.copy()
    shrinkage[sampled] = between / total
    value[sampled] += shrinkage[sampled] * (y - synthetic[sampled])
    uncertain = 2 / (1 / total**2).sum()  # asymptotic variance of the between-area variance
    g1, g3 = np.full(len(direct), between), np.zeros(len(direct))
    g1[sampled] = shrinkage[sampled] * variance
    g3[sampled] = variance**2 / total**3 * uncertain
    mse = g1 + (1 - shrinkage) ** 2 * leverage + g3 + np.minimum(g3, g1)

    half = ndtri(0.5 + level / 2) * np.sqrt(mse)
    return pd.DataFrame(
        {
            "estimate": value,
            "stderr": np.sqrt(mse),
            "lower": value - half,
            "upper": value + half,
            "direct": direct,
            "shrinkage": shrinkage,
            "between_variance": between,
            "method": "Fay–Herriot, adjusted REML",
            "caveat": _caveats(sampled, shrinkage),
        },
        index=index,
    )


def _between_variance(y: Array, variance: Array, x: Array) -> float:
    """Return the variance between areas that maximises the adjusted restricted likelihood."""

    def loglik(log_between: Array) -> Array:
        total = np.exp(log_between)[:, None] + variance
        cross = np.einsum("ij,gi,ik->gjk", x, 1 / total, x)
        right = np.einsum("ij,gi->gj", x, y / total)
        beta = np.linalg.solve(cross, right[..., None])[..., 0]
        residual = y - beta @ x.T
        restricted = -0.5 * (
            np.log(total).sum(1) + np.linalg.slogdet(cross)[1] + (residual**2 / total).sum(1)
        )
        weight = (1 - variance / total).sum(1)
        return restricted + np.log(np.arctan(weight)) / len(y)

    # The likelihood can have two tops, so look everywhere before climbing one.
    widest = max(variance.max(), y.var())
    grid = np.linspace(np.log(1e-6 * variance.min()), np.log(100 * widest), 160)
    top = int(np.clip(np.argmax(loglik(grid)), 1, len(grid) - 2))
    best = minimize_scalar(
        lambda log_between: -loglik(np.array([log_between]))[0],
        bounds=(grid[top - 1], grid[top + 1]),
        method="bounded",
        options={"xatol": 1e-9},
    )
    return float(np.exp(best.x))


def _caveats(sampled: NDArray[np.bool_], shrinkage: Array) -> NDArray[np.str_]:
    alike = _ALIKE if shrinkage[sampled].mean() < 0.05 else ""
    return np.where(sampled, alike, _NO_DIRECT)


def _design(covariates: object, areas: int, index: pd.Index | None) -> Array:
    """Return the regression's columns: an intercept, then covariates in standard units."""
    if covariates is None:
        return np.ones((areas, 1))
    if isinstance(covariates, pd.DataFrame | pd.Series) and index is not None:
        if not covariates.index.sort_values().equals(index.sort_values()):
            wrong = "estimates and covariates have different index labels; give both the same areas"
            refuse(_CANNOT, [wrong])
        covariates = covariates.loc[index]
    (x,) = numbers(_CANNOT, covariates)
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
    refuse(_CANNOT, faults)
    return np.column_stack([np.ones(areas), _standard(x)])


def _standard(x: Array) -> Array:
    return (x - x.mean(axis=0)) / x.std(axis=0)


def _check(
    direct: Array, error: Array, design: Array, sampled: NDArray[np.bool_], level: float
) -> None:
    """Refuse estimates that no regression can be fitted to."""
    faults = level_faults(level)
    least = design.shape[1] + 2
    if len(error) != len(direct):
        faults.append(f"{len(direct)} estimates need as many standard errors, found {len(error)}")
    elif not (error[sampled] > 0).all() or np.isinf(error[sampled]).any():
        faults.append("an area with an estimate needs a standard error above zero")
    if np.isinf(direct).any():
        faults.append("estimates must be finite, or NaN where there is none")
    if sampled.sum() < least:
        faults.append(f"{least} areas with estimates or more are needed, found {sampled.sum()}")
    elif np.linalg.matrix_rank(design[sampled]) < design.shape[1]:
        faults.append("among areas with estimates the covariates repeat each other")
    refuse(_CANNOT, faults)
