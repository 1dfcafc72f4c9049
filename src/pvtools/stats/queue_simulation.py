"""An invented queue, played through call by call: the check on the formulas of waiting."""

from __future__ import annotations

import heapq

import numpy as np
import pandas as pd

from pvtools.errors import InputError
from pvtools.stats import abandonment, queueing
from pvtools.stats.queue_inputs import Array


def simulate(
    servers: int,
    *,
    arrivals_per_hour: float,
    mean_handling_hours: float,
    within_hours: float | None = None,
    calls: int = 200_000,
    seed: int,
) -> pd.DataFrame:
    """Return what happened to many invented calls: the check on ``erlang_c``.

    Parameters
    ----------
    servers, arrivals_per_hour, mean_handling_hours, within_hours
        As for ``erlang_c``, one figure each.
    calls
        How many; a tenth as many come before them, to fill the queue, and are not counted.
    seed
        Starts the simulation.

    Returns
    -------
    pandas.DataFrame
        One row with the columns of ``erlang_c``, measured and not computed.

    Raises
    ------
    InputError
        As for ``erlang_c``, more than one figure, no calls, or a load that is not below the
        number of servers: such a queue never settles.

    Examples
    --------
    >>> simulate(3, arrivals_per_hour=4, mean_handling_hours=0.5, seed=1).servers.item()
    3
    """
    expected = queueing.erlang_c(
        servers,
        arrivals_per_hour=arrivals_per_hour,
        mean_handling_hours=mean_handling_hours,
        within_hours=within_hours,
    )
    if len(expected) != 1 or calls < 1 or not 0 < expected.offered_load[0] < expected.servers[0]:
        raise InputError(
            "Cannot simulate the queue: it needs one figure of each, one call or more and a load "
            f"above 0 and below the number of servers, found {calls} calls and a load of "
            f"{expected.offered_load[0]:g} on {expected.servers[0]}."
        )
    rng = np.random.default_rng(seed)
    coming, handling = _calls(rng, calls, arrivals_per_hour, mean_handling_hours)
    waits = _waits(int(servers), coming, handling, np.full(coming.size, np.inf))
    return expected.assign(**_seen(servers, coming, handling, waits, within_hours, calls))


def simulate_leaving(
    servers: int,
    *,
    arrivals_per_hour: float,
    mean_handling_hours: float,
    mean_patience_hours: float,
    within_hours: float | None = None,
    calls: int = 200_000,
    seed: int,
) -> pd.DataFrame:
    """Return what happened to many invented calls that do not wait for ever.

    Parameters
    ----------
    servers, arrivals_per_hour, mean_handling_hours, mean_patience_hours, within_hours
        As for ``abandonment.erlang_a``, one figure each.
    calls, seed
        As for :func:`simulate`.

    Returns
    -------
    pandas.DataFrame
        One row with the columns of ``erlang_a``, measured and not computed.

    Raises
    ------
    InputError
        As for ``erlang_a``, more than one figure, no officers or no calls.

    Examples
    --------
    >>> simulate_leaving(3, arrivals_per_hour=9, mean_handling_hours=0.5,
    ...                  mean_patience_hours=1, seed=1).servers.item()
    3
    """
    expected = abandonment.erlang_a(
        servers,
        arrivals_per_hour=arrivals_per_hour,
        mean_handling_hours=mean_handling_hours,
        mean_patience_hours=mean_patience_hours,
        within_hours=within_hours,
    )
    if len(expected) != 1 or calls < 1 or not expected.offered_load[0] * expected.servers[0] > 0:
        raise InputError(
            "Cannot simulate the queue: it needs one figure of each, and one call and one officer "
            f"or more, found {calls} calls and a load of {expected.offered_load[0]:g} on "
            f"{expected.servers[0]}."
        )
    rng = np.random.default_rng(seed)
    coming, handling = _calls(rng, calls, arrivals_per_hour, mean_handling_hours)
    patience = rng.exponential(float(mean_patience_hours), coming.size)
    offered = _waits(int(servers), coming, handling, patience)
    left = offered > patience
    seen = _seen(servers, coming, np.where(left, 0.0, handling), offered, within_hours, calls)
    in_time = (
        np.nan if within_hours is None else (~left & (offered <= within_hours))[-calls:].mean()
    )
    return expected.assign(
        **seen
        | {
            "probability_of_leaving": left[-calls:].mean(),
            "mean_wait_hours": np.minimum(offered, patience)[-calls:].mean(),
            "share_answered_within": in_time,
            "unmet_load": expected.offered_load[0] * left[-calls:].mean(),
        }
    )


def _calls(
    rng: np.random.Generator, calls: int, arrivals_per_hour: float, mean_handling_hours: float
) -> tuple[Array, Array]:
    """Return when calls come, in hours, and how long each binds an officer."""
    many = calls + calls // 10
    coming = np.cumsum(rng.exponential(1 / float(arrivals_per_hour), many))
    return coming, rng.exponential(float(mean_handling_hours), many)


def _waits(servers: int, coming: Array, handling: Array, patience: Array) -> Array:
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


def _seen(
    servers: int,
    coming: Array,
    handling: Array,
    waits: Array,
    within_hours: float | None,
    calls: int,
) -> dict[str, object]:
    """Return what the calls saw that come after the queue has filled."""
    waits, span = waits[-calls:], coming[-1] - coming[-calls]
    return {
        "probability_of_waiting": (waits > 0).mean(),
        "mean_wait_hours": waits.mean(),
        "share_answered_within": np.nan if within_hours is None else (waits <= within_hours).mean(),
        "occupancy": handling[-calls:].sum() / span / servers,
        "caveat": "Simulated.",
    }
