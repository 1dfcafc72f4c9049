"""Small areas: an area's own few interviews, steadied by what all the areas have in common.

A shrunken estimate is nearer to the truth on average, not in every area: one that really stands
apart is pulled towards the rest. Show it beside the direct estimate, which is returned with it.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize, minimize_scalar, root
from scipy.special import betainccinv, betaincinv, betaln, expit, logit, ndtri, psi

from pvtools.stats import area_inputs

Array = NDArray[np.float64]

_MEAN_ENDS, _RHO_ENDS = (6e-6, 1 - 6e-6), (1e-6, 1 - 1e-6)
_RHO_LOOK = (1e-4, 3e-4, 1e-3, 3e-3, 0.01, 0.03, 0.1, 0.3, 0.7)
_NO_DIRECT = "Nobody was asked here: predicted from the other areas alone."
_ALIKE = (
    "The areas differ hardly more than chance allows, so that nearly the same value is estimated "
    "for all that are alike in the covariates."
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
    Rao 1990; Datta and Lahiri 2000), where the half of g3 that makes good the bias of g1 is
    never more than g1 itself: near zero the variance cannot be underestimated by more.

    Examples
    --------
    >>> table = fay_herriot([0.50, 0.60, 0.70, 0.55, 0.58], [0.04, 0.04, 0.04, 0.04, 0.04])
    >>> bool(table.estimate[2] < 0.70)
    True
    """
    index = estimate.index if isinstance(estimate, pd.Series) else None
    direct, error = (
        area_inputs.numbers(estimate, "estimates"),
        area_inputs.numbers(stderr, "standard errors"),
    )
    design = area_inputs.design(covariates, len(direct), index)
    asked = ~np.isnan(direct)
    area_inputs.check_areas(direct, error, design, asked, level)
    y, variance, x = direct[asked], error[asked] ** 2, design[asked]
    between = _between_variance(y, variance, x)

    total = between + variance
    spread = np.linalg.inv((x.T / total) @ x)  # of the regression coefficients
    synthetic = design @ (spread @ (x.T @ (y / total)))
    leverage = np.einsum("ij,jk,ik->i", design, spread, design)
    shrinkage, value = np.zeros(len(direct)), synthetic.copy()
    shrinkage[asked] = between / total
    value[asked] += shrinkage[asked] * (y - synthetic[asked])
    uncertain = 2 / (1 / total**2).sum()  # asymptotic variance of the between-area variance
    g1, g3 = np.full(len(direct), between), np.zeros(len(direct))
    g1[asked] = shrinkage[asked] * variance
    g3[asked] = variance**2 / total**3 * uncertain
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
            "caveat": _caveats(asked, shrinkage),
        },
        index=index,
    )


def beta_binomial(count: ArrayLike, n: ArrayLike, *, level: float = 0.95) -> pd.DataFrame:
    """Return proportions of areas, each drawn towards the mean as far as its base is small.

    Parameters
    ----------
    count, n
        Successes and base, one value an area. Neither need be whole: for a weighted survey give
        the effective base and the proportion times it. A base of zero or a missing count is
        predicted from the other areas.
    level
        Confidence level, between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        As for :func:`fay_herriot`, with ``mean`` and ``overdispersion`` (the correlation of two
        answers within an area) of all areas in place of ``between_variance``, and ``n``.

    Raises
    ------
    InputError
        Fewer than three areas with answers, a negative count, or one above its base.

    Notes
    -----
    Empirical Bayes: maximum likelihood of the beta-binomial (Williams 1982, Applied Statistics
    31:144–148), then each area's beta posterior. That alone is too sure of itself, for mean and
    over-dispersion are estimates too: the posterior's variance is widened by theirs in the
    manner of Prasad and Rao, and a beta distribution of that variance gives the interval. The
    likelihood carries the factor of Yoshimori and Lahiri (2014), without effect unless the
    over-dispersion would otherwise be put at zero.

    Examples
    --------
    >>> table = beta_binomial([20, 45, 60, 48], [40, 80, 90, 85])
    >>> bool(table.estimate[0] > 20 / 40)
    True
    """
    index = count.index if isinstance(count, pd.Series) else None
    successes, base = area_inputs.numbers(count, "counts"), area_inputs.numbers(n, "bases")
    area_inputs.check_counts(successes, base, level)
    asked = ~np.isnan(successes) & (base > 0)
    y, size = successes[asked], base[asked]
    alone = y.sum() in (0.0, size.sum())
    # With nothing to tell their spread from, areas are left to themselves: a uniform prior.
    mean, rho = (0.5, 1 / 3) if alone else _mean_and_rho(y, size)

    strength = (1 - rho) / rho  # as many answers as the common mean is worth
    weights = np.where(asked, base, 0.0)
    shrinkage = weights / (weights + strength)
    value = (mean * strength + np.where(asked, successes, 0.0)) / (weights + strength)
    inflation = 1 + (weights - 1) * rho  # of a count's variance, by over-dispersion
    chance = mean * (1 - mean)
    known = inflation[asked]
    mean_variance = chance / (size / known).sum()
    rho_variance = 2 / (((size - 1) / known) ** 2).sum()
    g1 = value * (1 - value) / (weights + strength + 1)
    g3 = weights * chance / inflation**3 * rho_variance
    variance = g1 + (1 - shrinkage) ** 2 * mean_variance + g3 + np.minimum(g3, g1)
    # A beta distribution has at most the variance of a coin; stay inside.
    variance = np.minimum(variance, 0.95 * value * (1 - value))

    worth = value * (1 - value) / variance - 1
    a, b, tail = value * worth, (1 - value) * worth, (1 - level) / 2
    caveat = _caveats(asked, shrinkage)
    if alone:
        caveat = "All answers are the same, so how areas differ cannot be estimated."
    return pd.DataFrame(
        {
            "estimate": value,
            "stderr": np.sqrt(variance),
            "lower": np.minimum(betaincinv(a, b, tail), value),
            "upper": np.maximum(betainccinv(a, b, tail), value),
            "direct": np.where(asked, successes / np.where(asked, base, 1.0), np.nan),
            "shrinkage": shrinkage,
            "mean": mean,
            "overdispersion": rho,
            "n": base,
            "method": "beta-binomial empirical Bayes",
            "caveat": caveat,
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


def _mean_and_rho(y: Array, n: Array) -> tuple[float, float]:
    """Return mean and over-dispersion that maximise the adjusted beta-binomial likelihood."""
    ends = logit([_MEAN_ENDS, _RHO_ENDS])

    def falls(at: Array) -> tuple[float, Array]:
        return _negative_loglik(np.clip(at, *ends.T), y, n)

    def top(begin: Array) -> tuple[Array, bool]:
        found = root(lambda at: falls(at)[1], begin, tol=1e-12)
        inside = (np.abs(found.x) <= ends[:, 1]).all()
        return found.x, bool(found.success and inside and falls(found.x)[0] <= falls(begin)[0])

    # A look along the over-dispersion finds the right hill; its top is where the slope is nil.
    pooled = logit(y.sum() / n.sum())
    begin = min((np.array([pooled, rho]) for rho in logit(_RHO_LOOK)), key=lambda at: falls(at)[0])
    best, sound = top(begin)
    if not sound:
        near = minimize(lambda at: falls(at)[0], begin, method="Nelder-Mead", bounds=ends).x
        best, sound = top(near)
        best = best if sound else near
    mean, rho = expit(best)
    return float(mean), float(rho)


def _negative_loglik(at: Array, y: Array, n: Array) -> tuple[float, Array]:
    """Return what is to be made small, and its slope, at the logits of mean and over-dispersion."""
    mean, rho = expit(at)
    strength = (1 - rho) / rho
    a, b = mean * strength, (1 - mean) * strength
    both = psi(n + strength) - psi(strength)
    by_a, by_b = psi(y + a) - psi(a) - both, psi(n - y + b) - psi(b) - both
    weight = n * rho / (1 + (n - 1) * rho)
    total = weight.sum()
    value = (betaln(y + a, n - y + b) - betaln(a, b)).sum() + np.log(np.arctan(total)) / len(y)
    slope_mean = strength * (by_a - by_b).sum() * mean * (1 - mean)
    slope_rho = -strength * (mean * by_a + (1 - mean) * by_b).sum()
    adjusted = (weight * (1 - weight)).sum() / ((1 + total**2) * np.arctan(total) * len(y))
    return -value, -np.array([slope_mean, slope_rho + adjusted])


def _caveats(asked: NDArray[np.bool_], shrinkage: Array) -> NDArray[np.str_]:
    alike = _ALIKE if shrinkage[asked].mean() < 0.05 else ""
    return np.where(asked, alike, _NO_DIRECT)
