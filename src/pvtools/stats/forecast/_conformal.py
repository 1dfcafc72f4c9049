"""Intervals made of past errors: as wide as the method was off, month ahead by month ahead."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri, stdtrit

from pvtools.stats._arguments import Array

#: a count of chance alone has a root whose standard deviation is one half, however large it is
CHANCE = 0.5


def errors(roots: Array, expected: Array, origins: Array) -> Array:
    """Return what came less what was expected, NaN where it has not come yet."""
    horizon = expected.shape[1]
    came = np.append(roots, np.full(horizon, np.nan))
    return came[origins[:, None] + np.arange(horizon)] - expected


def half_widths(past: Array, *, level: float, least: float) -> tuple[Array, bool]:
    """Return how far to reach on both sides, month ahead by month ahead, and if that is a guess.

    Parameters
    ----------
    past
        Errors, shape (origins, horizon), NaN where what was expected has not come yet.
    level
        The share of what comes that the interval is to hold.
    least
        Standard deviation below which the width never falls: what chance alone brings.

    Notes
    -----
    Split conformal intervals: the ⌈(n+1)·level⌉-th smallest of n absolute errors holds a further
    one with that chance, whatever the errors' distribution, if all are alike (Vovk, Gammerman &
    Shafer 2005; Lei et al. 2018, JASA 113:1094–1111).
    """
    absolute = np.abs(past)
    floor = ndtri(0.5 + level / 2) * least
    reach = np.empty(past.shape[1])
    guessed = False
    for ahead in range(past.shape[1]):
        held = np.sort(absolute[~np.isnan(absolute[:, ahead]), ahead])
        rank = int(np.ceil((held.size + 1) * level - 1e-9))
        if held.size >= rank:
            reach[ahead] = held[rank - 1]
        else:
            guessed = True
            reach[ahead] = _beyond(held, absolute, level)
    return np.maximum(reach, floor), guessed


def _beyond(held: Array, absolute: Array, level: float) -> float:
    """Return a width for too few errors to rank: a t interval's, and no less than the largest."""
    used = held if held.size >= 2 else absolute[~np.isnan(absolute)]
    if not used.size:
        return 0.0
    typical = np.sqrt(np.square(used).mean() * (1 + 1 / used.size))
    return max(float(stdtrit(used.size, 0.5 + level / 2) * typical), float(used.max()))
