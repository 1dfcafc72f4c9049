"""Draws of what is assumed: the same luck for every question asked with the same seed."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Array = NDArray[np.float64]

_ENDS = ("low", "likely", "high")


def likely(table: pd.DataFrame) -> dict[str, float]:
    """Return the likely value of each parameter."""
    return dict(zip(table.parameter, table.likely, strict=True))


def drawn(table: pd.DataFrame, luck: Array) -> dict[str, Array]:
    """Return a value of each parameter for each row of ``luck``, draws by parameters.

    ``luck`` is uniform between 0 and 1. Tables that differ in their figures only and meet the
    same luck differ by their figures only: common random numbers.
    """
    ends = (table[end].to_numpy(dtype=float) for end in _ENDS)
    return dict(zip(table.parameter, triangular(luck, *ends).T, strict=True))


def triangular(luck: Array, low: Array, peak: Array, high: Array) -> Array:
    """Return the values of triangular distributions below which these shares lie."""
    width = np.where(high > low, high - low, 1.0)
    turn = (peak - low) / width
    up = low + np.sqrt(luck * width * (peak - low))
    down = high - np.sqrt((1 - luck) * width * (high - peak))
    return np.clip(np.where(luck < turn, up, down), low, high)


def band(values: Array, level: float, *, holding: Array | None = None) -> tuple[Array, Array]:
    """Return the middle ``level`` of draws along the last axis, stretched to hold a value."""
    tail = (1 - level) / 2
    lower, upper = np.quantile(values, [tail, 1 - tail], axis=-1)
    if holding is None:
        return lower, upper
    return np.minimum(lower, holding), np.maximum(upper, holding)
