"""The excluded window: where moved cases land, and as far as they come from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pvtools.stats.bunching._bins import Bins
from pvtools.stats.bunching._question import Question
from pvtools.stats.bunching._shape import Fit, Mask, Model, fit

_OUTSIDE = 3  # bins that any window leaves on either side
_LANDING = 1 / 6  # least landing zone, as a share of the distance between the quartiles
_TRIED = 12  # reaches that are tried


@dataclass(frozen=True, slots=True)
class Room:
    """How many bins a window may take on either side, and which bins are out of bounds.

    ``landing`` and ``reach`` are the fewest and the most on the side that meets the target and on
    the side that does not. No curve is fitted to what is out of bounds.
    """

    landing: tuple[int, int]
    reach: tuple[int, int]
    unfit: Mask

    def outside(self, bins: Bins, landing: int, reach: int) -> Mask:
        """Return the bins a curve may be fitted to."""
        return ~(within(bins, landing, reach) | self.unfit)


def within(bins: Bins, landing: int, reach: int) -> Mask:
    """Return the bins of a window."""
    return (bins.distance > -landing) & (bins.distance <= reach)


def room(bins: Bins, question: Question, *, barred: Mask, unfit: Mask) -> Room:
    """Return the room a window has outside the barred bins, or the given window."""
    free = bins.distance[~barred]
    missed, met = _run(free[free > 0]), _run(1 - free[free <= 0])
    if question.window is not None:
        lower, upper = (
            max(1, int(np.ceil(abs(edge - question.threshold) / bins.width - 1e-9)))
            for edge in question.window
        )
        landing, reach = (lower, upper) if question.met.startswith("<") else (upper, lower)
        return Room((landing, landing), (reach, reach), unfit)
    least = max(1, int(np.ceil(_LANDING * bins.quartiles_apart / bins.width - 1e-9)))
    landing, near = (max(1, min(least, side - _OUTSIDE)) for side in (met, missed))
    far = min(int(bins.quartiles_apart / bins.width), missed - _OUTSIDE)
    widest = min(max(landing, int(bins.quartiles_apart / bins.width / 2)), met - _OUTSIDE)
    return Room((landing, max(landing, widest)), (near, max(near, far)), unfit)


def landing_zone(model: Model, space: Room) -> int:
    """Return how many bins moved cases land in.

    From a sixth of the distance between the quartiles outwards, as long as the zone as a whole
    stands out (two standard errors) and so does the next half of a zone (one).
    """
    bins, (landing, most), reach = model.bins, space.landing, space.reach[1]
    step = max(1, -(-landing // 2))
    while landing + step <= most:
        curve = fit(model, space.outside(bins, landing + step, reach))
        zone, next_to = within(bins, landing, 0), within(bins, landing + step, -landing)
        if _stands_out(curve, zone) < 2 or _stands_out(curve, next_to) < 1:
            break
        landing += step
    return landing


def reaches(space: Room) -> list[int]:
    """Return the reaches that are tried, in bins, nearest first."""
    near, far = space.reach
    tried = np.linspace(near, far, min(far - near + 1, _TRIED))
    return np.unique(np.rint(tried).astype(int)).tolist()


def _run(numbers: np.ndarray) -> int:
    """Return how many of 1, 2, 3, … follow each other without a gap."""
    ordered = np.sort(numbers)
    return int(np.sum(ordered == np.arange(1, ordered.size + 1)))


def _stands_out(curve: Fit, zone: Mask) -> float:
    """Return by how many standard errors more cases lie in a zone than expected."""
    expected = curve.expected[zone].sum()
    excess = curve.model.bins.counts[zone].sum() - expected
    return float(excess / np.sqrt(curve.dispersion * max(expected, 1.0)))
