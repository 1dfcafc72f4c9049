"""Are shrunken estimates nearer to the truth, and do their intervals hold it?"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from pvtools.stats import small_area
from validation.study import Goal, Measured, Study, exact, mean, ratio

_AREAS = 32
_SPREADS = (0.02, 0.04, 0.06)


def _fay_herriot(replications: int, rng: np.random.Generator) -> Mapping[str, Measured]:
    found, zero = {}, 0
    error = np.full(_AREAS, 0.064)
    for spread in _SPREADS:
        shrunken, direct, inside = [], [], []
        for _ in range(replications):
            truth = np.clip(0.55 + spread * rng.standard_normal(_AREAS), 0.01, 0.99)
            seen = truth + error * rng.standard_normal(_AREAS)
            table = small_area.fay_herriot(seen, error)
            shrunken.append(((table.estimate - truth) ** 2).sum())
            direct.append(((seen - truth) ** 2).sum())
            inside.append(((table.lower <= truth) & (truth <= table.upper)).mean())
            zero += table.between_variance[0] <= 0
        name = f"spread {100 * spread:g} points"
        found[f"squared error, {name}"] = ratio(shrunken, direct)
        found[f"coverage, {name}"] = mean(inside)
    return {**found, "between-area variance of zero": exact(zero / replications / len(_SPREADS))}


def _goals(ratios: Mapping[float, float]) -> tuple[Goal, ...]:
    asked = "mean squared error, as a share of the direct estimates'"
    return (
        *(
            Goal(f"squared error, spread {100 * s:g} points", asked, 0.0, r)
            for s, r in ratios.items()
        ),
        *(
            Goal(f"coverage, spread {100 * s:g} points", "coverage of 95%", 0.92, 0.98)
            for s in _SPREADS
        ),
        Goal("between-area variance of zero", "share of samples", 0.0, 0.0),
    )


STUDIES = (
    Study(
        "fay-herriot",
        "small_area.fay_herriot",
        "32 boroughs with standard errors of 6.4 points; real differences with a standard "
        "deviation of 2, 4 and 6 points; no covariates",
        _fay_herriot,
        _goals({0.02: 0.20, 0.04: 0.40, 0.06: 0.57}),
        replications=3_000,
        short=250,
        seed=321,
    ),
)
