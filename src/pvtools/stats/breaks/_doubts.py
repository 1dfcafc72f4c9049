"""Caveats on a series that is not as simple as the model assumes."""

from __future__ import annotations

import numpy as np
from scipy.special import chdtri

from pvtools.stats._arguments import Array
from pvtools.stats._series import Points
from pvtools.stats.breaks import _noise

_SEASONS = {"M": 12, "Q": 4}
_FEWEST = 3  # seasons without which a series has none
_STRONG = 0.7  # autocorrelation
_SURE = 0.001  # chance of a caveat where none is due


def carried(rho: float) -> str:
    """Return a caveat where autocorrelation is strong."""
    if rho <= _STRONG:
        return ""
    return (
        "Autocorrelation is strong: a slow swing is hardly distinguishable from a lasting change."
    )


def seasons(values: Array, design: Array, known: Points) -> str:
    """Return a caveat where months of the year differ beyond chance."""
    name = "" if known.periods is None else known.periods.freqstr[0]
    season, over = divmod(_SEASONS.get(name, 0), known.step)
    if season < 2 or over or known.time[-1] + 1 < _FEWEST * season:
        return ""
    months = known.phases(season)
    if _gain(values, design, months, known) <= chdtri(months.shape[1], _SURE):
        return ""
    return "The same months of the year resemble each other: take the seasons out first."


def trend(values: Array, design: Array, known: Points) -> str:
    """Return a caveat where a straight line fits as well as steps, or better."""
    breaks = design.shape[1] - 1
    since = known.time[:, None] / known.time[-1]
    if not breaks:
        straight = _gain(values, design, since, known) > chdtri(1, _SURE)
        return "A steady trend runs through the series: take it out first." if straight else ""
    stairs, _ = _noise.likelihood(values, design, known.gaps)
    line, _ = _noise.likelihood(values, np.hstack([design[:, :1], since]), known.gaps)
    # By Akaike's criterion: a break costs two numbers, its date and its size.
    better = line + 2 <= stairs + 4 * breaks
    return "A steady trend fits as well as these shifts." if better else ""


def _gain(values: Array, design: Array, more: Array, known: Points) -> float:
    """Return twice the log likelihood that columns gain, made smaller for few values."""
    both = np.hstack([design, more])
    if np.linalg.matrix_rank(both) < both.shape[1]:
        return 0.0
    without, _ = _noise.likelihood(values, design, known.gaps)
    with_more, _ = _noise.likelihood(values, both, known.gaps)
    return (without - with_more) * (1 - both.shape[1] / len(values))
