"""How large the best of many possible breaks is by chance: sup-F by a block bootstrap."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pvtools.stats._arguments import Array
from pvtools.stats.breaks import _noise, _shifts
from pvtools.stats.breaks._partition import Places

Gaps = NDArray[np.int64]

TRIM = 0.15  # share of values at either end, and between breaks, where none is looked for


def least_values(n: int) -> int:
    """Return the fewest values that a level has."""
    return int(np.ceil(TRIM * n))


def gains(
    values: Array,
    gaps: Gaps,
    stretch: tuple[int, int],
    others: Places,
    *,
    n_boot: int,
    rng: np.random.Generator,
) -> tuple[float, Array]:
    """Return twice the log likelihood that a break gains in a stretch, and what chance gains.

    Parameters
    ----------
    values, gaps
        The whole series, and steps between values.
    stretch
        First place and the one after the last of a part without other breaks.
    others
        Breaks elsewhere, taken out before noise is resampled.
    n_boot, rng
        Series to draw without a break in the stretch, and from what.

    Returns
    -------
    tuple of float and numpy.ndarray
        The gain found, and ``n_boot`` of series without a break.

    Notes
    -----
    The supremum of F over the middle 70% (Andrews 1993, Econometrica 61:821–856) as a likelihood
    ratio. Blocks of a strongly autocorrelated series are cut too often to keep that; so the
    autocorrelation is taken out, blocks are drawn from the rest and it is put back (Davison and
    Hinkley 1997, Bootstrap Methods and their Application, 8.2: post-blackening).
    """
    part = slice(*stretch)
    inside = gaps[stretch[0] : stretch[1] - 1]
    noises = _without_break(values, gaps, others, n_boot, rng)
    drawn = np.column_stack([values, noises])[part]
    n = len(drawn)
    least = least_values(n)
    candidates = np.arange(least, n - least + 1)
    without, with_one = _shifts.one_more(drawn, np.ones((n, 1)), candidates, inside)
    gained = without - with_one.min(axis=0)
    return float(gained[0]), gained[1:]


def _without_break(
    values: Array, gaps: Gaps, others: Places, n_boot: int, rng: np.random.Generator
) -> Array:
    design = _shifts.levels(len(values), others)
    fit = _noise.reml(values, design, gaps)
    innovations = _noise.whitened(fit.residuals[:, None], np.array([fit.rho]), gaps)[0][0, :, 0]
    drawn = _blocks(innovations - innovations.mean(), n_boot, rng)
    return _noise.coloured(drawn, fit.rho, gaps)


def _blocks(values: Array, n_boot: int, rng: np.random.Generator) -> Array:
    """Return series put together from stretches of this one, a column each."""
    n = len(values)
    length = int(np.ceil(n ** (1 / 3)))
    starts = rng.integers(0, n - length + 1, size=(-(-n // length), 1, n_boot))
    return values[starts + np.arange(length)[:, None]].reshape(-1, n_boot)[:n]
