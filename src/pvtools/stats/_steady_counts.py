"""Counts in which nothing happens, as steady and as scattered as those of a process chart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from pvtools.stats import _control_rules
from pvtools.stats._arguments import Array, numbers, refuse
from pvtools.stats._control_rules import Chart

#: Counts of fewer at a point, on average, get no verdict.
FEWEST = 10
_MOST = 1_000_000_000
_STEP = 0.05  # of the coefficient of variation: finer steps hardly move a limit


@dataclass(frozen=True, slots=True)
class Counts:
    """Negative binomial counts, Poisson where they do not vary beyond it.

    ``exposure`` is that of each point. One a phase: ``means``, of events at a point, and
    ``variations``, the coefficient of variation beyond Poisson chance.
    """

    starts: tuple[int, ...]
    exposure: tuple[float, ...]
    means: tuple[float, ...]
    variations: tuple[float, ...]

    def rates(self, rng: np.random.Generator, series: int) -> Array:
        """Return so many simulated series of counts by their exposure."""
        exposure = np.array(self.exposure)
        found = np.empty((series, exposure.size))
        phases = _control_rules.phases(self.starts, exposure.size)
        for phase, mean, variation in zip(phases, self.means, self.variations, strict=True):
            size = exposure[phase]
            expected = np.broadcast_to(mean * size / size.mean(), (series, size.size))
            if variation:
                shape = variation**-2
                expected = expected * rng.gamma(shape, 1 / shape, expected.shape)
            found[:, phase] = rng.poisson(expected) / size
        return found

    def without_rare(self, drawn: Chart) -> Chart:
        """Return the chart with no limits where what is counted is too rare for them."""
        centre, spread = drawn.centre.copy(), drawn.spread.copy()
        phases = _control_rules.phases(self.starts, len(self.exposure))
        for phase, mean in zip(phases, self.means, strict=True):
            if mean < FEWEST:
                centre[:, phase] = spread[:, phase] = np.nan
        return replace(drawn, centre=centre, spread=spread)

    def doubt(self, phase: int) -> str:
        """Return why a phase has no verdict, and what to do, or nothing."""
        if self.means[phase] >= FEWEST:
            return ""
        return (
            f"No verdict: {self.means[phase]:.2g} are counted each time on average, and a chart "
            f"needs {FEWEST} to say what is more than chance. Take longer periods, or several "
            "kinds together."
        )


def exposures(cannot: str, exposure: ArrayLike, counts: Array) -> Array:
    """Return the exposure of each count, or name every fault."""
    (size,) = numbers(cannot, exposure)
    faults = []
    if size.shape not in {(), counts.shape} or not (np.isfinite(size) & (size > 0)).all():
        faults.append(
            "an exposure is above zero and finite, one for all or one for each of "
            f"{counts.size} figures"
        )
    known = counts[~np.isnan(counts)]
    wrong = known[(known < 0) | (known > _MOST) | (known != np.floor(known))]
    if wrong.size:
        faults.append(
            "counts with an exposure are whole numbers from 0 to a billion, "
            f"found {wrong[0]:g}: chart other figures without an exposure"
        )
    refuse(cannot, faults)
    return np.broadcast_to(size, counts.shape).astype(float)


def like(rates: Array, exposure: Array, starts: Sequence[int], baseline: int | None) -> Counts:
    """Return the steady counts with the mean and the variance of these.

    The variance is half the mean squared step from point to point (von Neumann 1941, Annals of
    Mathematical Statistics 12:367–395), which a lasting shift hardly moves. Wide steps are not set
    aside as they are for limits: counts that scatter widely make them in any steady series.
    """
    means, variations = [], []
    for phase in _control_rules.phases(starts, rates.size):
        basis = slice(phase.start, min(phase.stop, phase.start + (baseline or rates.size)))
        own, size = rates[basis], exposure[basis]
        known = ~np.isnan(own)
        rate = own[known].mean() if known.any() else 0.0
        beyond = np.diff(own) ** 2 / 2 - rate * (1 / size[1:] + 1 / size[:-1]) / 2
        beyond = beyond[~np.isnan(beyond)]
        excess = max(0.0, beyond.mean()) if beyond.size else 0.0
        variation = np.sqrt(excess) / rate if rate > 0 else 0.0
        # Coarsely, so that series alike share one simulation.
        means.append(float(f"{rate * exposure[phase].mean():.1e}"))
        variations.append(round(_STEP * round(variation / _STEP), 2))
    return Counts(tuple(starts), tuple(exposure.tolist()), tuple(means), tuple(variations))
