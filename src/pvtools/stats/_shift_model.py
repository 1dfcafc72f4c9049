"""The programme behind ``rostering``: whole officers on shifts, within the limits of a rota."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pvtools.errors import InputError
from pvtools.stats._arguments import Array

if TYPE_CHECKING:  # the solver is imported when a plan is made
    from scipy.optimize import OptimizeResult


DAY = 24
LIMITS = ("work", "rest")
SECONDS = 20.0
_CLOSE = 1e-6  # in officer-hours and in parts: differences that the solver ignores


@dataclass(frozen=True)
class ShiftModel:
    """Demand by hour, the shifts there may be (day, start, length), and the limits on them."""

    demand: Array
    starts: list[tuple[int, int, int]]
    rest: int
    each: int
    minimum: int

    @property
    def on_duty(self) -> Array:
        """Return, hour by shift, whether the shift is at work in the hour."""
        return self._covers(0)

    @property
    def lengths(self) -> Array:
        return np.array([length for _, _, length in self.starts], dtype=float)

    def _covers(self, after: int) -> Array:
        covers = np.zeros((self.demand.size, len(self.starts)))
        for column, (day, start, length) in enumerate(self.starts):
            at = (DAY * day + start + np.arange(length + after)) % self.demand.size
            # Counted, not marked: shift and rest together may be longer than the day.
            np.add.at(covers[:, column], at, 1.0)
        return covers

    def limit(self, name: str) -> tuple[Array, float]:
        """Return rows and factor of a limit: ``rows @ officers <= factor * headcount``."""
        if name == "work":
            return np.ones((1, len(self.starts))), float(self.each)
        return self._covers(self.rest), 1.0

    def headcount_for(self, *names: str) -> int:
        """Return the fewest officers with whom minimum cover keeps these limits."""
        column = -np.ones((1, 1))
        rows = [(np.hstack([self.on_duty, np.zeros((self.demand.size, 1))]), self.minimum, np.inf)]
        for name in names:
            body, factor = self.limit(name)
            rows.append((np.hstack([body, factor * np.repeat(column, len(body), 0)]), -np.inf, 0))
        found = _solve(np.r_[np.zeros(len(self.starts)), 1.0], rows, whole=len(self.starts) + 1)
        return round(found.x[-1])

    def plan(self, headcount: int) -> tuple[NDArray[np.int64], bool]:
        """Return officers for each shift, and whether it is proven that none are better."""
        count, size = len(self.starts), self.demand.size
        rows = [
            (np.hstack([self.on_duty, np.eye(size)]), self.demand, np.inf),
            (np.hstack([self.on_duty, np.zeros((size, size))]), self.minimum, np.inf),
        ]
        for name in LIMITS:
            body, factor = self.limit(name)
            rows.append(
                (np.hstack([body, np.zeros((len(body), size))]), -np.inf, factor * headcount)
            )
        unmet = np.r_[np.zeros(count), np.ones(size)]
        least = _solve(unmet, rows, whole=count)
        rows.append((unmet[None], -np.inf, (1 + _CLOSE) * (unmet @ least.x) + _CLOSE))
        worked = _solve(np.r_[self.lengths, np.zeros(size)], rows, whole=count)
        return np.rint(worked.x[:count]).astype(int), least.status == 0 and worked.status == 0


def _solve(
    cost: Array, rows: list[tuple[Array, ArrayLike, ArrayLike]], *, whole: int
) -> OptimizeResult:
    """Return the cheapest answer, the first ``whole`` figures of it whole numbers."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    found = milp(
        cost,
        constraints=[LinearConstraint(*row) for row in rows],
        integrality=(np.arange(cost.size) < whole).astype(int),
        bounds=Bounds(0, np.inf),
        options={"time_limit": SECONDS, "mip_rel_gap": _CLOSE},
    )
    if found.x is None:
        raise InputError(
            f"Cannot plan shifts: no plan was found in {SECONDS:g} seconds. Give fewer kinds of "
            "shifts, or a day instead of a week."
        )
    return found
