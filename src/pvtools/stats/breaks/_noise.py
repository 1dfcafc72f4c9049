"""Autocorrelated noise (AR(1)), and regression in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pvtools.stats._arguments import Array

#: autocorrelations tried first; closer ones follow
RHOS = np.linspace(-0.9, 0.98, 25)
_LOOKS = 4


@dataclass(frozen=True, slots=True)
class Regression:
    """Coefficients in AR(1) noise and their covariance, given its autocorrelation."""

    coefficients: Array
    covariance: Array
    rho: float
    residuals: Array


def whitened(columns: Array, rho: Array, gaps: NDArray[np.int64]) -> tuple[Array, Array]:
    """Return columns (points, k) as if noise were independent, and its log determinant.

    Shapes are (rhos, points, k) and (rhos,). Noise keeps its own (marginal) variance. Over a gap
    of ``g`` steps the autocorrelation is ``rho ** g``: exact for AR(1), and nothing is filled.
    """
    carried = np.power(rho[:, None], gaps)[..., None]
    fresh = 1 - carried**2
    rows = np.empty((len(rho), *columns.shape))
    rows[:, 0] = columns[0]
    rows[:, 1:] = (columns[1:] - carried * columns[:-1]) / np.sqrt(fresh)
    return rows, np.log(fresh).sum(axis=(1, 2))


def coloured(innovations: Array, rho: float, gaps: NDArray[np.int64]) -> Array:
    """Return independent noise (points, k) as AR(1): what :func:`whitened` undoes."""
    noise = innovations.copy()
    for point, gap in enumerate(gaps, start=1):
        carried = rho**gap
        noise[point] = carried * noise[point - 1] + np.sqrt(1 - carried**2) * noise[point]
    return noise


def at(rho: float, values: Array, design: Array, gaps: NDArray[np.int64]) -> Regression:
    """Return the generalised least-squares fit at a given rho: ordinary least squares at 0."""
    rows, _ = whitened(np.column_stack([design, values]), np.array([rho]), gaps)
    x, y = rows[0, :, :-1], rows[0, :, -1]
    spread = np.linalg.inv(x.T @ x)
    coefficients = spread @ (x.T @ y)
    left = y - x @ coefficients
    variance = left @ left / (len(y) - x.shape[1])
    return Regression(coefficients, variance * spread, rho, values - design @ coefficients)


def reml(values: Array, design: Array, gaps: NDArray[np.int64]) -> Regression:
    """Return the fit at the rho of restricted maximum likelihood, freed of the bias left.

    That bias is −2·rho/n (White 1961, Biometrika 48:85–94); it makes intervals too narrow.
    """
    rho = reml_rho(values, design, gaps) * (1 + 2 / len(values))
    return at(float(np.clip(rho, RHOS[0], RHOS[-1])), values, design, gaps)


def reml_rho(values: Array, design: Array, gaps: NDArray[np.int64]) -> float:
    """Return the autocorrelation, by restricted maximum likelihood."""
    return _minimum(lambda rho: criteria(values, design, gaps, rho)[1])[0]


def likelihood(values: Array, design: Array, gaps: NDArray[np.int64]) -> tuple[float, float]:
    """Return −2 log likelihood (but for a constant) at its best, and the rho there."""
    rho, best = _minimum(lambda rho: criteria(values, design, gaps, rho)[0], looks=2)
    return best, rho


def criteria(
    values: Array, design: Array, gaps: NDArray[np.int64], rho: Array
) -> tuple[Array, Array]:
    """Return −2 log of the likelihood and of the restricted one, at each rho."""
    moments, determinant = _moments(np.column_stack([design, values]), rho, gaps)
    points, columns = design.shape
    inner, cross = moments[:, :-1, :-1], moments[:, :-1, -1]
    explained = (cross * np.linalg.solve(inner, cross[..., None])[..., 0]).sum(axis=1)
    left = np.maximum(moments[:, -1, -1] - explained, np.finfo(float).tiny)
    full = points * np.log(left) + determinant
    size = np.linalg.slogdet(inner).logabsdet
    return full, (points - columns) * np.log(left) + size + determinant


def _moments(columns: Array, rho: Array, gaps: NDArray[np.int64]) -> tuple[Array, Array]:
    """Return cross products of whitened columns at each rho, without whitening for each."""
    first = np.outer(columns[0], columns[0])
    moments = np.repeat(first[None], len(rho), axis=0)
    determinant = np.zeros(len(rho))
    for gap in np.unique(gaps):
        here = np.flatnonzero(gaps == gap)
        later, earlier = columns[here + 1], columns[here]
        carried, across = (rho**gap)[:, None, None], later.T @ earlier
        fresh = 1 - carried**2
        part = later.T @ later - carried * (across + across.T) + carried**2 * earlier.T @ earlier
        moments += part / fresh
        determinant += len(here) * np.log(fresh[:, 0, 0])
    return moments, determinant


def _minimum(criterion: Callable[[Array], Array], looks: int = _LOOKS) -> tuple[float, float]:
    """Return the rho with the least criterion, and that: each look is ten times as close."""
    rhos, reach = RHOS, RHOS[1] - RHOS[0]
    for _ in range(looks):
        found = criterion(rhos)
        place = int(np.argmin(found))
        best = float(rhos[place]), float(found[place])
        rhos = np.clip(best[0] + reach * np.linspace(-1, 1, 21), RHOS[0], RHOS[-1])
        reach /= 10
    return best
