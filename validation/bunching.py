"""Does excess mass count what was moved across a threshold, and nothing where nothing was?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from pvtools.stats import bunching
from validation.study import Goal, Measured, Miss, Study, mean, ratio

_SHAPES: dict[str, Callable[[np.random.Generator, int], np.ndarray]] = {
    "lognormal": lambda rng, n: rng.lognormal(np.log(11.5), 0.55, n),
    "gamma": lambda rng, n: rng.gamma(3.3, 3.9, n),
    "Weibull": lambda rng, n: 14 * rng.weibull(1.6, n),
    "two humps": lambda rng, n: np.where(
        rng.random(n) < 0.7,
        rng.lognormal(np.log(9), 0.4, n),
        rng.lognormal(np.log(22), 0.35, n),
    ),
    "hours": lambda rng, n: rng.lognormal(np.log(150), 0.5, n),
}


@dataclass(frozen=True, slots=True)
class _Design:
    """Times of ``n`` cases, of which some are moved, some rounded, and all recorded."""

    n: int
    moved: float = 0.0
    rounded: float = 0.0
    to: float = 5.0
    whole: bool = False  # recorded in whole minutes, begun ones counting
    shape: str = "lognormal"
    threshold: float = 15.0
    reach: float = 4.0  # minutes beyond the threshold that cases are moved from
    landing: float = 0.35  # mean minutes before the threshold that they land at
    compared: bool = False

    def drawn(self, rng: np.random.Generator) -> tuple[np.ndarray, int]:
        """Return recorded times, and how many meet the threshold only because they were moved."""
        honest = _SHAPES[self.shape](rng, self.n)
        late = (honest > self.threshold) & (honest < self.threshold + self.reach)
        chosen = np.flatnonzero(late & (rng.random(self.n) < self.moved))
        times = honest.copy()
        before = rng.exponential(self.landing, chosen.size)
        times[chosen] = self.threshold - np.minimum(before, 4 * self.landing)
        habit = rng.random(self.n) < self.rounded
        records = [self._recorded(t, habit) for t in (times, honest)]
        met, would_have = (np.count_nonzero(r <= self.threshold) for r in records)
        return records[0], met - would_have

    def _recorded(self, times: np.ndarray, habit: np.ndarray) -> np.ndarray:
        times = np.where(habit, self.to * np.rint(times / self.to), times)
        return np.ceil(times) if self.whole else times

    def searched(self, rng: np.random.Generator) -> tuple[pd.Series, int]:
        """Return what is found in one sample, and the truth."""
        times, moved = self.drawn(rng)
        before = replace(self, moved=0.0).drawn(rng)[0] if self.compared else None
        found = bunching.excess_mass(
            times,
            threshold=self.threshold,
            comparison=before,
            n_boot=200,
            seed=int(rng.integers(2**31)),
        )
        return found.iloc[0], moved


def _simulation(
    designs: Mapping[str, _Design],
) -> Callable[[int, np.random.Generator], Mapping[str, Measured]]:
    def simulate(replications: int, rng: np.random.Generator) -> Mapping[str, Measured]:
        found: dict[str, Measured] = {}
        for name, design in designs.items():
            runs = [design.searched(rng) for _ in range(replications)]
            rows, truth = pd.DataFrame([row for row, _ in runs]), np.array([t for _, t in runs])
            found[f"{name}: found"] = _share(rows.p_value <= 0.05)
            if design.moved:
                found[f"{name}: recovered"] = ratio(rows.estimate, truth)
                found[f"{name}: coverage"] = _share((rows.lower <= truth) & (truth <= rows.upper))
            else:
                found[f"{name}: mean"] = mean(rows.estimate / design.n)
        return found

    return simulate


def _share(hits: pd.Series) -> Measured:
    """Return a share with an error that is not zero when none or all of a few are hits."""
    near = (hits.sum() + 2) / (hits.size + 4)
    return Measured(float(hits.mean()), float(np.sqrt(near * (1 - near) / hits.size)))


_NOTHING = {
    "10% rounded, 5,000": _Design(5_000, rounded=0.10),
    "18% rounded, 5,000": _Design(5_000, rounded=0.18),
    "18% rounded, 20,000": _Design(20_000, rounded=0.18),
    "18% rounded, whole minutes, 20,000": _Design(20_000, rounded=0.18, whole=True),
    "whole minutes, 2,000": _Design(2_000, whole=True),
    "whole minutes, 20,000": _Design(20_000, whole=True),
}
_OTHER_SHAPES = {
    f"{shape}, {'whole minutes' if whole else '15% rounded'}": _Design(
        20_000, shape=shape, whole=whole, rounded=0.0 if whole else 0.15
    )
    for shape in ("gamma", "Weibull", "two humps")
    for whole in (True, False)
}
_MOVED = {
    f"{share:.0%} moved, {n:,}": _Design(n, moved=share, whole=True)
    for share in (0.1, 0.2)
    for n in (2_000, 5_000, 20_000)
}
_MAGNITUDE = {
    "to the second, 5,000": _Design(5_000, moved=0.2),
    "to the second, 20,000": _Design(20_000, moved=0.2),
    "15% rounded, 5,000": _Design(5_000, moved=0.2, rounded=0.15),
    "15% rounded, whole minutes, 20,000": _Design(20_000, moved=0.2, rounded=0.15, whole=True),
    "four hours, 9,000": _Design(
        9_000, 0.45, whole=True, shape="hours", threshold=240, reach=60, landing=6
    ),
}
_RECOVERED = {
    name: (0.90, 1.10) if name.startswith("to the second") else (0.85, 1.15) for name in _MAGNITUDE
}
_QUARTERS = _Design(5_000, rounded=0.03, to=15, whole=True)
_COMPARED = {
    "nothing moved, 2,000": _Design(2_000, whole=True, compared=True),
    "3% rounded to quarters, 5,000": replace(_QUARTERS, compared=True),
    "15% rounded, 20,000": _Design(20_000, rounded=0.15, compared=True),
    "20% moved, 5,000": _Design(5_000, moved=0.2, whole=True, compared=True),
}
_ALONE = {"3% rounded to quarters, 5,000": _QUARTERS}
_POWER = {
    "10% moved, 2,000": 0.5,
    "10% moved, 5,000": 0.8,
    "10% moved, 20,000": 0.98,
    "20% moved, 2,000": 0.95,
    "20% moved, 5,000": 0.99,
    "20% moved, 20,000": 0.99,
}
_WHY = (
    "The threshold is itself a quarter of an hour, and so few others lie where times are many that "
    "a habit this rare goes unseen: it is indistinguishable from moving without a comparison."
)
_FOUND = "samples in which moving is found, at 5%"


def _silent(name: str) -> tuple[Goal, Goal]:
    return (
        Goal(f"{name}: found", _FOUND, 0.01, 0.07),
        Goal(f"{name}: mean", "mean estimate, as a share of all", -0.0015, 0.0015),
    )


def _measured(name: str, power: float, low: float, high: float) -> tuple[Goal, Goal, Goal]:
    return (
        Goal(f"{name}: found", _FOUND, power, 1.0),
        Goal(f"{name}: recovered", "share of those moved", low, high),
        Goal(f"{name}: coverage", "coverage of 95%", 0.90, 1.0),
    )


_TIMES = (
    "times lognormal (median 11.5 minutes, sigma 0.55), threshold 15; moved ones from (15, 19) to "
    "0.35 minutes before it on average; the truth is how many records meet it that would not"
)

STUDIES = (
    Study(
        "bunching-nothing-moved",
        "bunching.excess_mass",
        f"{_TIMES}; rounded ones to the nearest five minutes",
        _simulation(_NOTHING),
        tuple(goal for name in _NOTHING for goal in _silent(name)),
        replications=300,
        short=12,
        seed=361,
    ),
    Study(
        "bunching-other-shapes",
        "bunching.excess_mass",
        "gamma (shape 3.3, mean 12.9), Weibull (shape 1.6, scale 14) and a mixture of two "
        "lognormals; nothing moved; 20,000 times",
        _simulation(_OTHER_SHAPES),
        tuple(goal for name in _OTHER_SHAPES for goal in _silent(name)),
        replications=300,
        short=10,
        seed=362,
    ),
    Study(
        "bunching-whole-minutes",
        "bunching.excess_mass",
        _TIMES,
        _simulation(_MOVED),
        tuple(
            goal for name, power in _POWER.items() for goal in _measured(name, power, 0.90, 1.10)
        ),
        replications=300,
        short=12,
        seed=363,
    ),
    Study(
        "bunching-magnitude",
        "bunching.excess_mass",
        f"{_TIMES}; a fifth of them moved. Four hours: median 150, sigma 0.5, 45% of (240, 300) "
        "moved to 6 minutes before 240",
        _simulation(_MAGNITUDE),
        tuple(
            goal
            for name, (low, high) in _RECOVERED.items()
            for goal in _measured(name, 0.99, low, high)
        ),
        replications=300,
        short=12,
        seed=364,
    ),
    Study(
        "bunching-comparison",
        "bunching.excess_mass(comparison=…)",
        f"{_TIMES}; the comparison is as large, and nothing in it moved",
        _simulation(_COMPARED),
        tuple(
            goal
            for name, design in _COMPARED.items()
            for goal in (_measured(name, 0.95, 0.90, 1.10) if design.moved else _silent(name))
        ),
        replications=400,
        short=15,
        seed=365,
    ),
    Study(
        "bunching-quarters",
        "bunching.excess_mass",
        f"{_TIMES}; a few rounded to the quarter of an hour, no comparison",
        _simulation(_ALONE),
        tuple(
            Goal(f"{name}: found", _FOUND, 0.01, 0.07, Miss(_WHY, 0.15, 0.40)) for name in _ALONE
        ),
        replications=300,
        short=20,
        seed=366,
    ),
)
