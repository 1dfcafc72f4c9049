"""An invented queue, played through call by call: the check on the formulas of ``queueing``."""

from __future__ import annotations

import heapq

import numpy as np
import pandas as pd

from pvtools.errors import InputError
from pvtools.stats import queueing


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
    warming = calls // 10
    coming = np.cumsum(rng.exponential(1 / float(arrivals_per_hour), calls + warming))
    handling = rng.exponential(float(mean_handling_hours), calls + warming)
    free = [0.0] * int(servers)  # when each officer is next free, the first of them in front
    waits = np.empty(calls + warming)
    for i, (come, handled) in enumerate(zip(coming.tolist(), handling.tolist(), strict=True)):
        begin = max(come, free[0])
        heapq.heapreplace(free, begin + handled)
        waits[i] = begin - come
    waits, span = waits[warming:], coming[-1] - coming[warming]
    in_time = np.nan if within_hours is None else (waits <= within_hours).mean()
    return expected.assign(
        probability_of_waiting=(waits > 0).mean(),
        mean_wait_hours=waits.mean(),
        share_answered_within=in_time,
        occupancy=handling[warming:].sum() / span / servers,
        caveat="Simulated.",
    )
