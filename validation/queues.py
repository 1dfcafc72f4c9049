"""Are waits as Erlang's formula says, in queues played through call by call?"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from pvtools.stats import queueing
from validation.queue_simulation import played
from validation.study import Goal, Measured, Study, mean

_QUEUES = {3: 2.4, 10: 8.0, 40: 34.0}  # officers → calls an hour, each of an hour
_WITHIN, _RUNS = 0.25, 20
_ASKED = {
    "probability_of_waiting": "share of calls that wait, played less formula",
    "share_answered_within": "share within a quarter of an hour, played less formula",
    "mean_wait_hours": "mean wait in hours, played less formula",
}


def _erlang(replications: int, rng: np.random.Generator) -> Mapping[str, Measured]:
    found = {}
    for officers, calls in _QUEUES.items():
        asked = {"arrivals_per_hour": calls, "mean_handling_hours": 1.0, "within_hours": _WITHIN}
        formula = queueing.erlang_c(officers, **asked).iloc[0]
        runs = [
            played(officers, **asked, calls=replications // _RUNS, seed=int(seed))
            for seed in rng.integers(2**31, size=_RUNS)
        ]
        for name in _ASKED:
            found[_named(officers, name)] = mean([run[name] - formula[name] for run in runs])
    return found


def _named(officers: int, name: str) -> str:
    return f"{officers} officers, {name.replace('_', ' ')}"


STUDIES = (
    Study(
        "erlang",
        "queueing.erlang_c",
        "3, 10 and 40 officers, 2.4, 8 and 34 calls an hour of an hour each; replications are "
        "calls, in 20 runs",
        _erlang,
        tuple(
            Goal(_named(officers, name), asked, -0.005, 0.005)
            for officers in _QUEUES
            for name, asked in _ASKED.items()
        ),
        replications=600_000,
        short=200_000,
        seed=575,
    ),
)
