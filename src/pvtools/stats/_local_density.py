"""The density at the edge of one side of a sample, as the slope of its distribution function."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import factorial

import numpy as np

from pvtools.stats._arguments import Array

_DEGREE = 2  # for which the bandwidth is best; the estimate itself is of the next degree
_FEWEST = 20  # cases a fit rests on, besides one for each of its coefficients
_GRID = 4_000


@dataclass(frozen=True, slots=True)
class Edge:
    """A density at an edge, its standard error, and the bandwidth it was estimated with."""

    density: float
    stderr: float
    bandwidth: float


def edge(away: Array, n: int, spread: float) -> Edge:
    """Return the density at distance zero, from the ordered distances of one side's cases.

    ``n`` is the size of the whole sample, both sides; ``spread`` its robust standard deviation.

    Notes
    -----
    Cattaneo, Jansson and Ma (2020), JASA 115:1449–1455: the empirical distribution function is
    fitted by a local polynomial with a triangular kernel, and the density is its slope. The
    bandwidth has the least mean squared error for a polynomial of degree 2; the estimate is of
    degree 3 at that bandwidth, which takes the bias out at the cost of a larger standard error
    (Calonico, Cattaneo and Farrell 2018, JASA 113:767–779). The standard error is the jackknife's
    in the limit: how far each case moves the estimate.

    The bandwidth needs the second derivative of the density. It comes from a fit of degree 4,
    whose own bandwidth is best on average over a normal density; the variance of that derivative
    is added to its square, so that a derivative near zero gives no unbounded bandwidth.
    """
    width = _bandwidth(away, n, spread)
    density, stderr = _derivative(away, n, width, _DEGREE + 1, 1)
    return Edge(density, stderr, width)


def _bandwidth(away: Array, n: int, spread: float) -> float:
    pilot_degree, order = _DEGREE + 2, _DEGREE + 1
    share = n ** (-1 / (2 * pilot_degree + 1))
    pilot = _within(away, _pilot_constant(pilot_degree, order) * spread * share, pilot_degree)
    density = _derivative(away, n, pilot, pilot_degree, 1)[0]
    curve, error = _derivative(away, n, pilot, pilot_degree, order)
    # A fit of that degree may dip below zero where there are few cases.
    density = max(density, 1 / (n * pilot))
    bias, variance = _constants(_DEGREE, 1)
    slope = (bias / factorial(order)) ** 2 * (curve**2 + error**2)
    best = (density * variance / (2 * _DEGREE * slope * n)) ** (1 / (2 * _DEGREE + 1))
    return _within(away, best, _DEGREE + 1)


def _within(away: Array, width: float, degree: int) -> float:
    """Return the width, kept between what the fewest cases need and what there is.

    Cases that are all equal, or all at the far end of the width, make no fit.
    """
    cases = away[min(away.size - 1, _FEWEST + degree)]
    distinct = np.unique(away[: 50 * _FEWEST])
    different = distinct[min(distinct.size - 1, 2 * degree)]
    return float(min(max(width, cases, different, 2 * away[0]), away[-1]))


def _derivative(away: Array, n: int, width: float, degree: int, order: int) -> tuple[float, float]:
    """Return a derivative of the distribution function at the edge, and its standard error."""
    held = np.searchsorted(away, width, side="right")
    scaled = away[:held] / width
    powers = scaled[:, None] ** np.arange(degree + 1)
    weighted = powers * (1 - scaled)[:, None]
    inverse = np.linalg.pinv(weighted.T @ powers, hermitian=True)
    below = np.arange(1, held + 1) / n
    pick = factorial(order) / width**order * inverse[order]
    loads = weighted @ pick
    value = float(loads @ below)
    # What one case adds to the distribution function at itself and above …
    reach = np.cumsum(loads[::-1])[::-1]
    # … and what it adds as a point of the fit.
    fitted = powers @ (inverse @ (weighted.T @ below))
    moves = reach - value + n * loads * (below - fitted)
    variance = np.sum(moves**2) + (n - held) * value**2
    return value, float(np.sqrt(variance) / n)


@lru_cache(maxsize=8)
def _constants(degree: int, order: int) -> tuple[float, float]:
    """Return the factors of bias and variance at an edge, for a triangular kernel on 0–1."""
    at = (np.arange(_GRID) + 0.5) / _GRID
    powers = at[:, None] ** np.arange(degree + 1)
    weighted = powers * (1 - at)[:, None] / _GRID
    row = np.linalg.inv(weighted.T @ powers)[order]
    reach = np.cumsum((weighted @ row)[::-1])[::-1]
    return float(row @ (weighted.T @ at ** (degree + 1))), float(np.mean(reach**2))


@lru_cache(maxsize=8)
def _pilot_constant(degree: int, order: int) -> float:
    """Return the best bandwidth on average over a standard normal density, for one case."""
    bias, variance = _constants(degree, order)
    bias *= factorial(order) / factorial(degree + 1)
    variance *= factorial(order) ** 2
    roughness = factorial(2 * degree) / (2 ** (2 * degree + 1) * factorial(degree) * np.sqrt(np.pi))
    power = 2 * (degree + 1 - order)
    ratio = (2 * order - 1) * variance / (power * bias**2 * roughness)
    return float(ratio ** (1 / (2 * degree + 1)))
