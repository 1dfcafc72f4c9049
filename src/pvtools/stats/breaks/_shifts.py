"""Shifts of the mean in AR(1) noise: how well each number and each place of them fits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pvtools.stats._arguments import Array
from pvtools.stats.breaks import _noise
from pvtools.stats.breaks._partition import Places, partitions

Gaps = NDArray[np.int64]

_STARTS = (0.0, 0.3, 0.6, 0.9)  # autocorrelations from which the search begins
_ROUNDS = 10  # of moving each break to where it fits best; it takes two or three


@dataclass(frozen=True, slots=True)
class Fit:
    """Places of breaks, and −2 log likelihood (but for a constant) of the best noise there."""

    places: Places
    deviance: float
    rho: float


def levels(n: int, places: Sequence[int]) -> Array:
    """Return a column of ones, and for each break one that is 1 from it on."""
    return (np.arange(n)[:, None] >= np.r_[0, places]).astype(float)


def fitted(values: Array, gaps: Gaps, places: Places) -> Fit:
    """Return the best noise for breaks at these places."""
    return Fit(places, *_noise.likelihood(values, levels(len(values), places), gaps))


def best(values: Array, gaps: Gaps, *, most: int, least: int) -> list[Fit]:
    """Return the best fit found for no break, one, two and so on.

    Dynamic programming adds up segments, each of which begins anew; autocorrelation across
    a break is then allowed for by moving one break at a time.
    """
    tried = [partitions(values, rho=r, gaps=gaps, most=most, least=least) for r in _STARTS]
    fits = [fitted(values, gaps, ())]
    for several in zip(*tried, strict=True):
        starts = [fitted(values, gaps, places) for places in dict.fromkeys(several)]
        fits.append(_settled(values, gaps, min(starts, key=lambda fit: fit.deviance), least))
    return fits


def _settled(values: Array, gaps: Gaps, fit: Fit, least: int) -> Fit:
    for _ in range(_ROUNDS):
        places = fit.places
        for which in range(len(places)):
            candidates, deviance = profile(values, gaps, places, which, least, [fit.rho])
            moved = int(candidates[np.argmin(deviance)])
            places = (*places[:which], moved, *places[which + 1 :])
        if places == fit.places:
            break
        fit = min(fit, fitted(values, gaps, places), key=lambda fit: fit.deviance)
    return fit


def profile(
    values: Array, gaps: Gaps, places: Places, which: int, least: int, rhos: ArrayLike = _noise.RHOS
) -> tuple[NDArray[np.int64], Array]:
    """Return where else a break could be between its neighbours, and how well it would fit."""
    n = len(values)
    ends = (0, *places, n)
    candidates = np.arange(ends[which] + least, ends[which + 2] - least + 1)
    others = levels(n, places[:which] + places[which + 1 :])
    _, deviance = one_more(values[:, None], others, candidates, gaps, rhos)
    return candidates, deviance[:, 0]


def one_more(
    values: Array,
    design: Array,
    candidates: NDArray[np.int64],
    gaps: Gaps,
    rhos: ArrayLike = _noise.RHOS,
) -> tuple[Array, Array]:
    """Return −2 log likelihood without and with one more break, for many series at once.

    ``values`` has a column a series. Shapes are (series,) and (candidates, series).
    """
    n, known = design.shape
    steps = np.arange(n)[:, None] >= candidates
    rhos = np.asarray(rhos, dtype=float)
    columns, determinant = _noise.whitened(np.hstack([design, steps]), rhos, gaps)
    rows, _ = _noise.whitened(values, rhos, gaps)
    without = np.full(values.shape[1], np.inf)
    with_one = np.full((len(candidates), values.shape[1]), np.inf)
    for x, y, size in zip(columns, rows, np.exp(determinant / n), strict=True):
        basis = np.linalg.qr(x[:, :known]).Q
        own, step = (v - basis @ (basis.T @ v) for v in (y, x[:, known:]))
        squares = (own**2).sum(axis=0)
        step /= np.sqrt((step**2).sum(axis=0))
        np.minimum(without, size * squares, out=without)
        np.minimum(with_one, size * (squares - (step.T @ own) ** 2), out=with_one)
    tiny = np.finfo(float).tiny
    return n * np.log(np.maximum(without, tiny)), n * np.log(np.maximum(with_one, tiny))
