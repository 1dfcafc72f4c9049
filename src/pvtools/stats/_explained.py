"""R² of every choice among some predictors: all 2^k models, from the smallest to the whole."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from pvtools.stats import _logit
from pvtools.stats._arguments import Array
from pvtools.stats._model_frame import ModelFrame


class LeastSquares:
    """R² of every choice of predictors, from one matrix of cross-products."""

    def __init__(self, frame: ModelFrame) -> None:
        self.frame, self.masks = frame, _choices(frame)
        self.z = np.column_stack([frame.x[:, 1:], frame.y])

    def r_squared(self) -> Array:
        """Return R² of every choice; the last one holds all predictors."""
        return self._of(self.frame.weight, ridge=0.0)

    def resampled(self, factors: Array) -> Array:
        """Return R² in each sample, given as factors on the clusters' weights."""
        # A sample can lack what distinguishes two columns; a small ridge then does.
        cluster = self.frame.sample.cluster
        return np.array([self._of(self.frame.weight * f[cluster], ridge=1e-9) for f in factors])

    def _of(self, weight: Array, ridge: float) -> Array:
        weight = weight / weight.sum()
        centred = self.z - weight @ self.z
        spread = (centred.T * weight) @ centred
        scale = np.sqrt(np.diag(spread))
        still = scale <= 1e-9  # a level that a sample lacks explains nothing in it
        scale = np.where(still, 1.0, scale)
        correlation = spread / np.outer(scale, scale)
        correlation[still] = correlation[:, still] = 0.0
        among, with_y = correlation[:-1, :-1], correlation[:-1, -1]
        on = self.masks.astype(float)
        # Columns left out become rows of an identity: one stack of equal size, solved at once.
        fill = 1 - on + on * still[:-1] + ridge
        system = among * on[:, :, None] * on[:, None, :] + fill[:, :, None] * np.eye(len(with_y))
        right = with_y * on
        return (right * np.linalg.solve(system, right[..., None])[..., 0]).sum(axis=1)


class McFadden:
    """McFadden's R² of every choice of predictors."""

    def __init__(self, frame: ModelFrame) -> None:
        self.frame, masks = frame, _choices(frame)
        self.masks = np.column_stack([np.ones(len(masks), bool), masks])
        # Respondents alike in all predictors count together.
        patterns, pattern = np.unique(frame.x, axis=0, return_inverse=True)
        total = np.bincount(pattern.ravel(), frame.weight)
        yes = np.bincount(pattern.ravel(), frame.weight * frame.y)
        self.beta, self.loglik = _logit.Subsets(patterns, self.masks).fit(yes, total)

    def r_squared(self) -> Array:
        """Return R² of every choice; the last one holds all predictors."""
        return 1 - self.loglik / self.loglik[0]

    def resampled(self, factors: Array) -> Array:
        """Return R² in each sample, every model moved there by one step of Newton's.

        Near its top a log-likelihood is a parabola, so the step's gain is half of score ×
        information⁻¹ × score. Both sum over clusters: no model is fitted again.
        """
        x, y, weight, sample = (
            getattr(self.frame, name) for name in ("x", "y", "weight", "sample")
        )
        by_cluster = csr_array(
            (weight, (sample.cluster, np.arange(len(y)))), shape=(len(sample.stratum), len(y))
        )
        models = _logit.Subsets(x, self.masks)
        loglik = np.empty((len(factors), len(self.masks)))
        for part in models.blocks(len(y)):
            beta, mask = self.beta[part], self.masks[part]
            own, residual = models.scores(beta, y)
            inverse = np.linalg.inv(models.information(beta, mask, weight))
            score = np.stack(
                [factors @ (by_cluster @ (residual * column[:, None])) for column in x.T], axis=-1
            )
            score *= mask
            gain = 0.5 * np.einsum("bsi,sij,bsj->bs", score, inverse, score, optimize=True)
            loglik[:, part] = factors @ (by_cluster @ own) + gain
        return 1 - loglik / loglik[:, :1]


def _choices(frame: ModelFrame) -> NDArray[np.bool_]:
    """Return a row for each choice of predictors: which columns take part.

    Predictor j takes part in row r when bit j of r is set.
    """
    chosen = np.arange(2 ** len(frame.terms))[:, None] >> np.arange(len(frame.terms)) & 1
    owner = np.concatenate([[i] * len(term.columns) for i, term in enumerate(frame.terms)])
    return chosen[:, owner].astype(bool)
