"""An invented queue, played through call by call: the check on the formulas of waiting."""

from __future__ import annotations

import heapq

import numpy as np


def played(
    servers: int,
    *,
    arrivals_per_hour: float,
    mean_handling_hours: float,
    mean_patience_hours: float = np.inf,
    within_hours: float = np.nan,
    calls: int,
    seed: int,
) -> dict[str, float]:
    """Return what happened to many invented calls, after a tenth as many have filled the queue.

    Waits are those of calls until an officer is free or the call falls away; without a patience
    nobody leaves.
    """
    rng = np.random.default_rng(seed)
    many = calls + calls // 10
    coming = np.cumsum(rng.exponential(1 / arrivals_per_hour, many))
    handling = rng.exponential(mean_handling_hours, many)
    patience = np.full(many, np.inf)
    if np.isfinite(mean_patience_hours):
        patience = rng.exponential(mean_patience_hours, many)
    offered = _waits(servers, coming, handling, patience)
    left = offered > patience
    span = coming[-1] - coming[-calls]
    return {
        "probability_of_waiting": (offered > 0)[-calls:].mean(),
        "probability_of_leaving": left[-calls:].mean(),
        "mean_wait_hours": np.minimum(offered, patience)[-calls:].mean(),
        "share_answered_within": (~left & (offered <= within_hours))[-calls:].mean(),
        "occupancy": np.where(left, 0.0, handling)[-calls:].sum() / span / servers,
    }


def _waits(
    servers: int, coming: np.ndarray, handling: np.ndarray, patience: np.ndarray
) -> np.ndarray:
    """Return how long each call waits, or would if it did not leave: then nobody comes to it."""
    free = [0.0] * servers  # when each officer is next free, the first of them in front
    waits = np.empty(coming.size)
    rows = zip(coming.tolist(), handling.tolist(), patience.tolist(), strict=True)
    for i, (come, handled, patient) in enumerate(rows):
        begin = max(come, free[0])
        waits[i] = begin - come
        if waits[i] <= patient:
            heapq.heapreplace(free, begin + handled)
    return waits
