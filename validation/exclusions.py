"""Are late cases that were left out found, and is service that got better left alone?"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from pvtools.stats import exclusion
from validation.study import Goal, Measured, Study, mean

_SIZE, _THRESHOLD = 6_000, 15.0
_FASTER = (0.0, 0.1, 0.3)
_GONE = (0.3, 0.6)


def _minutes(rng: np.random.Generator, faster: float = 0.0) -> np.ndarray:
    return rng.lognormal(np.log(11.5) - faster, 0.55, _SIZE)


def _measure(replications: int, rng: np.random.Generator) -> Mapping[str, Measured]:
    found = {}
    for faster in _FASTER:
        p = [_left_out(_minutes(rng, faster), rng).p_value for _ in range(replications)]
        found[f"service faster by {faster:g}"] = mean(np.array(p) < 0.05)
    for gone in _GONE:
        rows = []
        for _ in range(replications):
            values = _minutes(rng)
            kept = values[(values <= _THRESHOLD) | (rng.random(_SIZE) >= gone)]
            rows.append(_left_out(kept, rng))
        found[f"{gone:.0%} left out, found"] = mean(np.array([r.p_value < 0.05 for r in rows]))
        found[f"{gone:.0%} left out, share"] = mean(np.array([r.estimate for r in rows]))
        held = np.array([r.lower <= gone <= r.upper for r in rows])
        found[f"{gone:.0%} left out, coverage"] = mean(held)
    return found


def _left_out(values: np.ndarray, rng: np.random.Generator):
    return exclusion.left_out(values, _minutes(rng), threshold=_THRESHOLD).iloc[0]


STUDIES = (
    Study(
        "exclusion",
        "exclusion.left_out",
        "6,000 times under a target of 15 minutes against as many before it, lognormal(ln 11.5, "
        ".55); late ones left out, or service faster by that much in logarithms",
        _measure,
        (
            *(
                Goal(f"service faster by {f:g}", "called left out at 5% where none is", 0.0, 0.065)
                for f in _FASTER
            ),
            *(Goal(f"{g:.0%} left out, found", "chance to find it at 5%", low, 1.0)
              for g, low in zip(_GONE, (0.6, 0.98), strict=True)),
            *(Goal(f"{g:.0%} left out, share", "mean share found", g - 0.03, g + 0.03)
              for g in _GONE),
            *(Goal(f"{g:.0%} left out, coverage", "coverage of 95%", 0.92, 0.975) for g in _GONE),
        ),
        replications=1_500,
        short=150,
        seed=391,
    ),
)  # fmt: skip
