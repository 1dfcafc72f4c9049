"""Weighted logistic models of many choices of columns, fitted side by side."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from pvtools.stats._arguments import Array

#: rows times models handled at once: what fits the processor's cache and never fills memory
_AT_ONCE = 2_000_000
_MOST_STEPS = 60
_TOLERANCE = 1e-13  # last gain in log-likelihood, relative to the weight of all


class Subsets:
    """Logistic models that differ in which columns of ``x`` take part.

    Parameters
    ----------
    x
        One row a pattern of predictors, the intercept first, columns in standard units.
    masks
        One row a model: which columns take part.
    """

    def __init__(self, x: Array, masks: NDArray[np.bool_]) -> None:
        self.x, self.masks = x, masks
        self._upper = np.triu_indices(x.shape[1])
        # Worth their memory only where many models share them.
        several = len(masks) > 1
        self._products = x[:, self._upper[0]] * x[:, self._upper[1]] if several else None

    def blocks(self, rows: int) -> list[slice]:
        """Return the models in portions whose arrays of ``rows`` by models stay small."""
        size = max(1, _AT_ONCE // rows)
        return [slice(first, first + size) for first in range(0, len(self.masks), size)]

    def fit(self, yes: Array, total: Array) -> tuple[Array, Array]:
        """Return coefficients (models, columns) and the log-likelihood of each model.

        Parameters
        ----------
        yes, total
            Weight of respondents with the outcome, and of all, for each pattern.

        Notes
        -----
        Newton's method, halving a step that loses. Where a model determines the outcome its
        likelihood still has a limit, and its coefficients are the last ones tried.
        """
        beta = np.zeros(self.masks.shape)
        loglik = np.empty(len(beta))
        for part in self.blocks(len(self.x)):
            beta[part], loglik[part] = self._newton(beta[part], self.masks[part], yes, total)
        return beta, loglik

    def _newton(
        self, beta: Array, mask: NDArray[np.bool_], yes: Array, total: Array
    ) -> tuple[Array, Array]:
        loglik = self._loglik(beta, yes, total)
        for _ in range(_MOST_STEPS):
            step = self._step(beta, mask, yes, total)
            size = np.ones(len(beta))
            while True:
                moved = self._loglik(beta + size[:, None] * step, yes, total)
                worse = (moved < loglik - 1e-12 * total.sum()) & (size > 1e-6)
                if not worse.any():
                    break
                size = np.where(worse, size / 2, size)
            gain = np.max(moved - loglik)
            beta, loglik = beta + size[:, None] * step, moved
            if gain <= _TOLERANCE * total.sum():
                break
        return beta, loglik

    def scores(self, beta: Array, y: Array) -> tuple[Array, Array]:
        """Return each row's log-likelihood (rows, models) and residual (rows, models)."""
        eta = self.x @ beta.T
        return y[:, None] * eta - _log_one_plus_exp(eta), y[:, None] - expit(eta)

    def information(self, beta: Array, mask: NDArray[np.bool_], total: Array) -> Array:
        """Return each model's information matrix; columns left out are those of an identity."""
        columns = beta.shape[1]
        chance = expit(self.x @ beta.T)
        weight = total[:, None] * chance * (1 - chance)
        matrix = np.empty((len(beta), columns, columns))
        rows, cols = self._upper
        if self._products is None:
            matrix[0] = (self.x.T * weight[:, 0]) @ self.x
        else:
            matrix[:, rows, cols] = matrix[:, cols, rows] = (self._products.T @ weight).T
        matrix *= mask[:, :, None] & mask[:, None, :]
        # A small diagonal term fixes columns about which nothing is left to learn.
        floor = ~mask + 1e-12 * total.sum()
        return matrix + floor[:, :, None] * np.eye(columns)

    def _step(self, beta: Array, mask: NDArray[np.bool_], yes: Array, total: Array) -> Array:
        chance = expit(self.x @ beta.T)
        gradient = (self.x.T @ (yes[:, None] - total[:, None] * chance)).T * mask
        return np.linalg.solve(self.information(beta, mask, total), gradient[..., None])[..., 0]

    def _loglik(self, beta: Array, yes: Array, total: Array) -> Array:
        eta = self.x @ beta.T
        return yes @ eta - total @ _log_one_plus_exp(eta)


def _log_one_plus_exp(eta: Array) -> Array:
    return np.maximum(eta, 0.0) + np.log1p(np.exp(-np.abs(eta)))
