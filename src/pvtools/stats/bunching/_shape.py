"""What the counts would be without any move: a smooth curve, partly rounded, or another sample."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.polynomial import legendre
from numpy.typing import NDArray
from scipy.special import xlogy

from pvtools.stats._arguments import Array
from pvtools.stats.bunching._bins import Bins
from pvtools.stats.bunching._rounding import Heap

Mask = NDArray[np.bool_]
Scale = Literal["values", "log values"]
_MOST_ROUNDED = 0.9


@dataclass(frozen=True, slots=True)
class Model:
    """A polynomial of the logarithm of the counts (or of their ratio to a comparison's)."""

    bins: Bins = field(repr=False)
    degree: int
    scale: Scale
    heaps: tuple[Heap, ...]

    @property
    def basis(self) -> Array:
        """Return the polynomials of each bin, one column each."""
        x = self.bins.middle if self.scale == "values" else np.log(self.bins.beyond_zero)
        return legendre.legvander(2 * (x - x[0]) / (x[-1] - x[0]) - 1, self.degree)


@dataclass(frozen=True, slots=True)
class Fit:
    """A fitted model: expected counts of all bins, and how they answer to the counts used.

    ``slope`` is how expected counts change with each parameter; ``pull`` how each count draws on
    each parameter; ``ratio`` what is expected for each case of the comparison (zero where there
    is none); ``dispersion`` how much more counts vary than Poisson counts would; ``rounded`` the
    share of all cases that each habit puts at its round numbers.
    """

    model: Model
    expected: Array = field(repr=False)
    slope: Array = field(repr=False)
    pull: Array = field(repr=False)
    ratio: Array = field(repr=False)
    deviance: float
    dispersion: float
    rounded: Array

    @property
    def parameters(self) -> int:
        """Return how many parameters are free."""
        return self.slope.shape[1]

    def response(self, use: Mask) -> Array:
        """Return how expected counts of all bins answer to the counts of the bins in use."""
        pull = np.where(use[:, None], self.pull, 0.0)
        return self.slope @ np.linalg.pinv(pull.T @ self.slope) @ pull.T


@dataclass(frozen=True, slots=True)
class _State:
    """The model at some parameters."""

    smooth: Array
    expected: Array
    slope: Array
    pull: Array


def fit(model: Model, use: Mask) -> Fit:
    """Return the model fitted to the bins in use, without habits of rounding that gain nothing.

    Notes
    -----
    Fisher scoring of a composite link model (Thompson and Baker 1981, Applied Statistics
    30:125–131): counts are Poisson, with means that are sums of a latent smooth curve, because a
    share of cases is put at the nearest round number (as in Camarda, Eilers and Gampe 2008,
    Statistical Modelling 8:385–401). With a comparison, the ratio of both samples is smooth, and
    the fit is a logistic regression on bins (the density ratio model of Qin 1998, Biometrika
    85:619–630).
    """
    basis, counts = model.basis, model.bins.counts[use]
    theta = _start(model, basis, use)
    state = _state(model, basis, theta)
    deviance = _deviance(model, state, use)
    for _ in range(50):
        pull, slope = state.pull[use], state.slope[use]
        step = _solved(pull.T @ slope, pull.T @ (counts - state.expected[use]))
        there, moved, reached = _shortened(model, basis, theta, step, deviance, use)
        gained = deviance - reached
        if gained < 0:
            break
        theta, state, deviance = there, moved, reached
        if gained < 1e-4:
            break
    return _finished(model, state, theta[basis.shape[1] :], deviance, use)


def _start(model: Model, basis: Array, use: Mask) -> Array:
    counts, there = model.bins.counts[use], model.bins.comparison
    if there is not None:
        level = np.zeros(basis.shape[1])
        level[0] = np.log(max(counts.sum(), 0.5) / max(there[use].sum(), 0.5))
        return level
    root, logs = np.sqrt(counts + 0.1), np.log(counts + 0.3)
    level = np.linalg.lstsq(basis[use] * root[:, None], logs * root, rcond=None)[0]
    return np.concatenate([level, np.full(len(model.heaps), 0.05)])


def _shortened(
    model: Model, basis: Array, theta: Array, step: Array, deviance: float, use: Mask
) -> tuple[Array, _State, float]:
    """Return where a step leads that is halved until it takes the curve no farther off."""
    columns = basis.shape[1]
    for _ in range(15):
        there = theta + step
        there[columns:] = np.clip(there[columns:], 0.0, _MOST_ROUNDED)
        moved = _state(model, basis, there)
        reached = _deviance(model, moved, use)
        if reached <= deviance:
            break
        step = step / 2
    return there, moved, reached


def _state(model: Model, basis: Array, theta: Array) -> _State:
    columns = basis.shape[1]
    smooth = np.exp(np.clip(basis @ theta[:columns], -50, 50))
    if model.bins.comparison is not None:
        expected = model.bins.comparison * smooth
        pull = basis / (1 + smooth[:, None])
        return _State(smooth, expected, expected[:, None] * basis, pull)
    curve, rounded = smooth[:, None] * basis, theta[columns:]
    kept = 1 - rounded.sum()
    expected, slope = smooth * kept, np.empty((smooth.size, theta.size))
    slope[:, :columns] = curve * kept
    for column, (heap, share) in enumerate(zip(model.heaps, rounded, strict=True), columns):
        taken = heap.takes @ smooth
        slope[:, column] = -smooth
        np.add.at(slope[:, column], heap.at, taken)
        np.add.at(expected, heap.at, share * taken)
        np.add.at(slope[:, :columns], heap.at, share * (heap.takes @ curve))
    expected = np.maximum(expected, 1e-9)
    return _State(smooth, expected, slope, slope / expected[:, None])


def _deviance(model: Model, state: _State, use: Mask) -> float:
    counts, mean = model.bins.counts[use], state.expected[use]
    if model.bins.comparison is None:
        return 2 * float(np.sum(xlogy(counts, counts / mean) - counts + mean))
    odds, other = state.smooth[use], model.bins.comparison[use]
    return 2 * float(np.sum((counts + other) * np.log1p(odds) - counts * np.log(odds)))


def _finished(model: Model, state: _State, rounded: Array, deviance: float, use: Mask) -> Fit:
    habits = rounded > 1e-9
    columns = np.concatenate([np.ones(state.slope.shape[1] - habits.size, dtype=bool), habits])
    counts, variance = model.bins.counts[use], state.expected[use]
    ratio = np.zeros_like(state.expected)
    if (there := model.bins.comparison) is not None:
        ratio = state.smooth
        variance = ratio[use] * (counts + there[use])
    squares = np.sum((counts - state.expected[use]) ** 2 / variance)
    return Fit(
        replace(model, heaps=tuple(h for h, here in zip(model.heaps, habits, strict=True) if here)),
        state.expected,
        state.slope[:, columns],
        state.pull[:, columns],
        ratio,
        deviance,
        max(1.0, float(squares) / max(1, int(use.sum() - columns.sum()))),
        rounded[habits],
    )


def _solved(matrix: Array, right: Array) -> Array:
    try:
        return np.linalg.solve(matrix, right)
    except np.linalg.LinAlgError:
        return np.linalg.pinv(matrix) @ right
