"""A study and its goals: what is simulated, what is asked of it, and how the answer is judged."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

Verdict = Literal["within", "within simulation error", "missed, as explained", "missed", "no goal"]


@dataclass(frozen=True, slots=True)
class Measured:
    """What a simulation found, and the standard error that its limited length leaves."""

    value: float
    error: float


@dataclass(frozen=True, slots=True)
class Miss:
    """A goal that is known not to be reached: why, and the range that holds in its place."""

    why: str
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Goal:
    """What a measured quantity should lie between, ends included.

    Where nothing says what it should be (a method as it would be without what is tested, shown to
    compare with) it has no goal, and ``low`` and ``high`` are None.
    """

    name: str
    asked: str
    low: float | None = None
    high: float | None = None
    known_miss: Miss | None = None

    def verdict(self, found: Measured, *, errors: float) -> Verdict:
        """Return whether the goal is met, or could be but for so many simulation errors."""
        if self.low is None or self.high is None:
            return "no goal"
        if self.low <= found.value <= self.high:
            return "within"
        slack = errors * found.error
        if self.low - slack <= found.value <= self.high + slack:
            return "within simulation error"
        miss = self.known_miss
        if miss and miss.low - slack <= found.value <= miss.high + slack:
            return "missed, as explained"
        return "missed"


Simulation = Callable[[int, np.random.Generator], Mapping[str, Measured]]


@dataclass(frozen=True, slots=True)
class Study:
    """One simulation, and the goals held against what it finds.

    ``simulate`` takes the number of replications and a random generator, and returns a measured
    value for each goal by its name.
    """

    name: str
    method: str
    design: str
    simulate: Simulation
    goals: tuple[Goal, ...]
    replications: int
    short: int
    seed: int


@dataclass(frozen=True, slots=True)
class Result:
    """A goal, what was found, and the verdict."""

    study: Study
    goal: Goal
    found: Measured
    replications: int
    verdict: Verdict


def run(study: Study, *, short: bool = False) -> list[Result]:
    """Return the results of one study.

    Notes
    -----
    What lies outside a goal by no more than two simulation errors is within simulation error;
    three in a short run, whose many coarse looks would otherwise raise false alarms of their own.
    """
    replications = study.short if short else study.replications
    found = study.simulate(replications, np.random.default_rng(study.seed))
    return judged(study, found, replications, errors=3.0 if short else 2.0)


def judged(
    study: Study, found: Mapping[str, Measured], replications: int, *, errors: float = 2.0
) -> list[Result]:
    """Return the results of a study whose figures are found."""
    return [
        Result(
            study,
            goal,
            found[goal.name],
            replications,
            goal.verdict(found[goal.name], errors=errors),
        )
        for goal in study.goals
    ]


def mean(values: ArrayLike) -> Measured:
    """Return the mean of one value a replication."""
    values = np.asarray(values, dtype=float)
    return Measured(float(values.mean()), float(values.std(ddof=1) / np.sqrt(values.size)))


def ratio(above: ArrayLike, below: ArrayLike) -> Measured:
    """Return the ratio of two sums, one pair of values a replication."""
    above, below = np.asarray(above, dtype=float), np.asarray(below, dtype=float)
    value = above.sum() / below.sum()
    error = (above - value * below).std(ddof=1) / below.mean() / np.sqrt(above.size)
    return Measured(float(value), float(error))


def exact(value: float) -> Measured:
    """Return a value that is calculated, or whose goal allows for its own simulation."""
    return Measured(float(value), 0.0)
