"""Regression with autocorrelated noise, averaged over how strong the autocorrelation may be.

A month of recorded crime is like the month before. The autocorrelation can hardly be estimated
from a few years, and a single estimate makes intervals too narrow. Here every value on a grid is
fitted, and each counts by how well it fits.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr

from pvtools.stats._arguments import Array

#: Autocorrelation of noise that fades (AR(1)).
_FADING = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
#: Variance of a random walk's monthly step, as a multiple of that of the passing noise over it.
_DRIFTING = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 100.0)
_HALVINGS = 40
_WIDE = 40.0  # standard errors from the estimate, beyond which no end of an interval is sought


@dataclass(frozen=True, slots=True)
class Effect:
    """What is known of one effect in each of m series: a mixture of Student's t distributions.

    ``weights, centres, stderrs`` have shape (guesses, m); weights of a series add up to 1.
    """

    weights: Array
    centres: Array
    stderrs: Array
    df: int

    @property
    def estimate(self) -> Array:
        """The mean of the mixture, one value a series."""
        return (self.weights * self.centres).sum(axis=0)

    def no_rise(self) -> Array:
        """Return the one-sided p-value: small where the effect is above zero."""
        return self._below(0.0)

    def no_fall(self) -> Array:
        """Return the one-sided p-value: small where the effect is below zero."""
        return (self.weights * stdtr(self.df, self.centres / self.stderrs)).sum(axis=0)

    def no_change(self) -> Array:
        """Return the two-sided p-value: small where the effect is not zero."""
        return np.minimum(1.0, 2 * np.minimum(self.no_rise(), self.no_fall()))

    def of(self, series: slice) -> Effect:
        """Return what is known of some of the series."""
        parts = self.weights, self.centres, self.stderrs
        return Effect(*(part[:, series] for part in parts), self.df)

    def interval(self, level: float) -> tuple[Array, Array]:
        """Return both ends, with (1 - level) / 2 of the mixture outside each."""
        reach = _WIDE * self.stderrs.max(axis=0)
        ends = []
        for tail in ((1 - level) / 2, (1 + level) / 2):
            low, high = self.estimate - reach, self.estimate + reach
            for _ in range(_HALVINGS):
                middle = (low + high) / 2
                short = self._below(middle) < tail
                low, high = np.where(short, middle, low), np.where(short, high, middle)
            ends.append((low + high) / 2)
        return ends[0], ends[1]

    def _below(self, value: Array | float) -> Array:
        return (self.weights * stdtr(self.df, (value - self.centres) / self.stderrs)).sum(axis=0)


def effect(
    values: Array,
    design: Array,
    contrast: Array,
    *,
    time: NDArray[np.int64],
    drifting: float,
    least: Array | float = 0.0,
) -> Effect:
    """Return the effect ``contrast @ coefficients`` in each column of ``values``.

    Parameters
    ----------
    values
        Shape (n, m): m series of the same months.
    design, contrast
        Columns of the regression, (n, k), and the contrast to estimate, (k,).
    time
        Months since the first, (n,): gaps are spanned, not filled.
    drifting
        How likely it is, before looking, that the series drifts: a random walk under passing
        noise. Otherwise noise fades: AR(1), with an autocorrelation of 0 to 0.95 a month. Within
        each kind all values have the same prior weight.
    least
        Standard error below which none is believed, such as that of mere chance in counts.

    Notes
    -----
    Each guess is weighted by its restricted likelihood with the scale integrated out (Harville
    1974, Biometrika 61:383–385), and gives Student's t on n − k degrees of freedom.
    """
    n, k = design.shape
    whiteners, determinants, prior = _guesses(tuple(time.tolist()), drifting)
    rows = whiteners @ np.hstack([design, values])
    x, y = rows[:, :, :k], rows[:, :, k:]
    inner = np.linalg.inv(x.transpose(0, 2, 1) @ x)
    coefficients = inner @ (x.transpose(0, 2, 1) @ y)
    left = ((y - x @ coefficients) ** 2).sum(axis=1)
    left = np.maximum(left, np.finfo(float).tiny)
    fit = prior - determinants / 2 + np.linalg.slogdet(inner).logabsdet / 2
    log_weights = fit[:, None] - (n - k) / 2 * np.log(left)
    weights = np.exp(log_weights - log_weights.max(axis=0))
    spread = np.einsum("j,gjk,k->g", contrast, inner, contrast)
    stderrs = np.sqrt(left / (n - k) * spread[:, None])
    return Effect(
        weights / weights.sum(axis=0),
        np.einsum("j,gjm->gm", contrast, coefficients),
        np.maximum(stderrs, np.maximum(least, np.finfo(float).tiny)),
        n - k,
    )


@lru_cache(maxsize=8)
def _guesses(time: tuple[int, ...], drifting: float) -> tuple[Array, Array, Array]:
    """Return what makes each guess's noise independent, its log determinant and log weight."""
    at = np.array(time, dtype=float)
    covariances, prior = [], []
    if drifting < 1:
        apart = np.abs(at[:, None] - at)
        covariances += [rho**apart for rho in _FADING]
        prior += [(1 - drifting) / len(_FADING)] * len(_FADING)
    if drifting > 0:
        walk, passing = np.minimum(at[:, None], at), np.eye(len(at))
        covariances += [(passing + step * walk) / (1 + step) for step in _DRIFTING]
        prior += [drifting / len(_DRIFTING)] * len(_DRIFTING)
    lower = np.linalg.cholesky(np.array(covariances))
    logs = 2 * np.log(np.diagonal(lower, axis1=1, axis2=2)).sum(axis=1)
    return np.linalg.inv(lower), logs, np.log(prior)
