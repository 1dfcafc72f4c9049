"""Wild bootstrap: is a mean, or a difference of two, beyond chance when clusters are few?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pvtools.chance import generator
from pvtools.stats._arguments import Array

FEW = 12  # clusters below which two signs give too few different draws
_SIX = np.sqrt([0.5, 1.0, 1.5])  # sizes of Webb's six weights, each with both signs
_HALVINGS = 30
_TIES = 1e-9  # draws that reach the statistic but for rounding, reach it
_LARGEST = 2.0**20  # times the standard error, beyond which an interval has no end


@dataclass(frozen=True, slots=True)
class Contrast:
    """The mean of one value a cluster, or of those under pressure less that of the others.

    ``values`` has shape (g,); ``pressed`` is True for clusters in the first of two groups, and
    all True where there is one group only.
    """

    values: Array
    pressed: NDArray[np.bool_]

    @property
    def estimate(self) -> float:
        """The contrast."""
        return float(self._centre(self.values[None])[0])

    @property
    def stderr(self) -> float:
        """Its standard error, robust to clusters of unequal variance."""
        return float(self._error(self.values[None])[0])

    def p_value(self, draws: Array, *, value: float = 0.0) -> float:
        """Return how often draws (b, g) go as far from a hypothetical value as the data do.

        The data themselves count as one draw more.
        """
        # The hypothesis is imposed: residuals are those of a fit in which it holds.
        null = self.values - value * self.pressed
        fit = 0.0 if self.pressed.all() else null.mean()
        made = fit + draws * (null - fit)
        found = abs(self.estimate - value) / self.stderr
        errors = self._error(made)
        drawn = np.abs(self._centre(made))
        reached = (drawn >= found * errors * (1 - _TIES)).sum()
        return float((1 + reached) / (1 + len(draws)))

    def interval(self, draws: Array, *, level: float) -> tuple[float, float]:
        """Return the ends of the values that the test does not reject."""
        ends = []
        for side in (-1.0, 1.0):
            kept, rejected = 0.0, 2.0
            while self._kept(side * rejected, draws, level):
                kept, rejected = rejected, 2 * rejected
                if rejected > _LARGEST:
                    break
            for _ in range(_HALVINGS if rejected <= _LARGEST else 0):
                middle = (kept + rejected) / 2
                holds = self._kept(side * middle, draws, level)
                kept, rejected = (middle, rejected) if holds else (kept, middle)
            end = self.estimate + side * kept * self.stderr
            ends.append(end if rejected <= _LARGEST else side * np.inf)
        return ends[0], ends[1]

    def _kept(self, errors: float, draws: Array, level: float) -> bool:
        value = self.estimate + errors * self.stderr
        # The test rejects at 5% from p = 0.05 down; 1 - 0.95 is a little more than that.
        return self.p_value(draws, value=value) > round(1 - level, 12)

    def _centre(self, values: Array) -> Array:
        if self.pressed.all():
            return values.mean(axis=1)
        return values[:, self.pressed].mean(axis=1) - values[:, ~self.pressed].mean(axis=1)

    def _error(self, values: Array) -> Array:
        variance = np.zeros(len(values))
        for group in (self.pressed, ~self.pressed):
            if size := int(group.sum()):
                variance += values[:, group].var(axis=1, ddof=1) / size
        return np.sqrt(variance)


def draws(clusters: int, *, n_boot: int, seed: int) -> Array:
    """Return weights of shape (n_boot, clusters): two signs, or six values where few differ.

    Rademacher weights, and with fewer than twelve clusters those of Webb (2023), Canadian Journal
    of Economics 56:839–858: with g clusters, two signs give no more than 2 ** (g − 1) draws.
    """
    rng = generator(seed)
    signs = rng.choice([-1.0, 1.0], size=(n_boot, clusters))
    return signs if clusters >= FEW else signs * rng.choice(_SIX, size=(n_boot, clusters))
