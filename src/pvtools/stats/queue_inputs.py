"""What the formulas of waiting start from: read, checked, and refused with all faults at once."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from pvtools.errors import InputError

Array = NDArray[np.float64]

_MOST = 1_000_000  # of anything: beyond it the recursion takes minutes, and no force is so large

#: what each figure must be, as a test and in words; a missing one fails every test
_ALLOWED = {
    "servers": (lambda v: (v >= 0) & (v == np.floor(v)), "servers are a whole number, 0 or more"),
    "arrivals_per_hour": (lambda v: v >= 0, "arrivals_per_hour is 0 or more"),
    "mean_handling_hours": (lambda v: v > 0, "mean_handling_hours is above 0"),
    "mean_patience_hours": (lambda v: v > 0, "mean_patience_hours is above 0"),
    "within_hours": (lambda v: v >= 0, "within_hours is 0 or more"),
    "share_within": (lambda v: (v > 0) & (v < 1), "share_within lies between 0 and 1"),
}


def columns(**figures: ArrayLike | None) -> tuple[dict[str, Array], pd.Index | None]:
    """Return the figures as columns of one length and the index of their rows, or every fault."""
    labels = [v.index for v in figures.values() if isinstance(v, pd.Series)]
    asked = {name: np.nan if value is None else value for name, value in figures.items()}
    try:
        arrays = np.broadcast_arrays(*(np.asarray(v, dtype=float) for v in asked.values()))
        read = {n: np.atleast_1d(a).copy() for n, a in zip(asked, arrays, strict=True)}
    except (TypeError, ValueError) as error:
        raise InputError(
            f"Cannot reckon a queue: expected numbers in one length: {error}."
        ) from None
    faults = []
    if arrays[0].ndim > 1:
        faults.append(f"figures are numbers or lists, found the shape {arrays[0].shape}")
    if any(not other.equals(labels[0]) for other in labels[1:]):
        faults.append("the rows of one Series are not labelled as those of another")
    for name, values in read.items():
        if figures[name] is None:
            continue
        test, allowed = _ALLOWED[name]
        bad = values[~(test(values) & (values <= _MOST))]
        if bad.size:
            faults.append(f"{allowed} and at most {_MOST:,}, found {bad.flat[0]:g}")
    if not faults and {"arrivals_per_hour", "mean_handling_hours"} <= read.keys():
        load = read["arrivals_per_hour"] * read["mean_handling_hours"]
        if (load > _MOST).any():
            faults.append(f"calls times hours is at most {_MOST:,}, found {load.max():g}")
    if faults:
        raise InputError(f"Cannot reckon a queue: {'; '.join(faults)}.")
    return read, labels[0] if labels and len(labels[0]) == arrays[0].size else None
