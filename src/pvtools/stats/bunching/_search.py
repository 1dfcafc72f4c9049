"""The search: a curve, a window in which excess equals missing mass, and draws of both."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from pvtools.chance import generator
from pvtools.stats._arguments import Array, refuse
from pvtools.stats.bunching._bins import Bins, binned
from pvtools.stats.bunching._choice import chosen
from pvtools.stats.bunching._question import Question
from pvtools.stats.bunching._rounding import Heap, heaps
from pvtools.stats.bunching._shape import Fit, Mask, fit
from pvtools.stats.bunching._window import Room, landing_zone, reaches, room, within

_EVEN = 0.5  # standard errors by which the excess may pass the missing mass


@dataclass(frozen=True, slots=True)
class Mass:
    """Cases too many in the landing zone, too few in the source zone, and how many were moved."""

    excess: Array
    missing: Array
    moved: Array


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found: the curve, the window and the masses."""

    bins: Bins = field(repr=False)
    curve: Fit = field(repr=False)
    landing: int
    reach: int
    mass: Mass
    gap_error: float  # standard error of excess less missing mass, the window being what it is
    outside: Mask = field(repr=False)
    space: Room = field(repr=False)

    @property
    def source_zone(self) -> Mask:
        """Return the bins that moved cases come from."""
        return within(self.bins, 0, self.reach)

    @property
    def landing_zone(self) -> Mask:
        """Return the bins that moved cases land in."""
        return within(self.bins, self.landing, 0)


def search(question: Question, *, barred: tuple[float, float] | None = None) -> Found:
    """Return what is found at the threshold; nothing is fitted to bins in ``barred``.

    Notes
    -----
    The curve is chosen on bins outside the widest window. The reach then grows until the missing
    mass falls short of the excess by no more than half a standard error of their difference:
    waiting for the last case would overshoot in every other sample. A curve that lies too high
    takes from the excess and adds to the missing mass in proportion to what is expected of either
    zone; the mean of the two with those weights is free of it, and is the number moved.
    """
    bins = binned(question)
    habits = heaps(bins, question.round_numbers)
    away = _barred(bins, barred)
    space = room(bins, question, barred=away, unfit=away | _unfit(bins, habits))
    widest = space.outside(bins, space.landing[1], space.reach[1])
    _refuse(bins, question, space, widest)
    model = chosen(bins, habits, widest, question.degree)
    landing = landing_zone(model, space)
    for reach in reaches(space):
        curve = fit(model, space.outside(bins, landing, reach))
        mass = masses(bins.counts, curve.expected, bins, landing, reach)
        outside = space.outside(bins, landing, reach)
        error = _gap_error(curve, outside, within(bins, landing, reach))
        if mass.excess - mass.missing <= _EVEN * error:
            break
    return Found(bins, curve, landing, reach, mass, error, outside, space)


def draws(question: Question, found: Found) -> tuple[Mass, Mass]:
    """Return draws of the masses: as if no case had been moved, and as if as many as were found.

    Notes
    -----
    Draws are Poisson counts, more spread out where the counts are, of bins already counted: the
    fit answers to each in its linear approximation, and the reach is found anew in each.
    """
    rng, expected = generator(question.seed), found.curve.expected
    observed = np.where(found.outside, expected, found.bins.counts)
    without, again = (_drawn(found, mean, question.n_boot, rng) for mean in (expected, observed))
    return without, again


def masses(counts: Array, expected: Array, bins: Bins, landing: int, reach: int) -> Mass:
    """Return excess, missing and moved cases of one window."""
    above, below = within(bins, landing, 0), within(bins, 0, reach)
    return _mass(
        (counts - expected)[above].sum(),
        (expected - counts)[below].sum(),
        _weight(expected, above, below),
    )


def strays(curve: Fit, mean: Array, n_boot: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """Return draws of counts about ``mean`` less what is expected, and draws of the latter.

    Draws by bins. What is expected is itself drawn only where it is that of a comparison.
    """
    spread = curve.dispersion
    drawn = rng.poisson(mean / spread, (n_boot, mean.size)) * spread - curve.expected
    there = curve.model.bins.comparison
    if there is None:
        return drawn, np.zeros(mean.size)
    other = rng.poisson(there / spread, (n_boot, there.size)) * spread - there
    return drawn - curve.ratio * other, curve.ratio * other


def _drawn(found: Found, mean: Array, n_boot: int, rng: np.random.Generator) -> Mass:
    curve, bins, landing = found.curve, found.bins, found.landing
    off, _ = strays(curve, mean, n_boot, rng)
    excess, missing, weights, slack = [], [], [], []
    for reach in reaches(found.space):
        above, below = within(bins, landing, 0), within(bins, 0, reach)
        outside = found.space.outside(bins, landing, reach)
        response = curve.response(outside)
        slack.append(_EVEN * _gap_error(curve, outside, above | below))
        excess.append(off @ (above - above @ response))
        missing.append(off @ (below @ response - below))
        weights.append(_weight(curve.expected, above, below))
    excess, missing = np.array(excess), np.array(missing)
    equal = excess - missing <= np.array(slack)[:, None]
    equal[-1] = True
    first, draw = equal.argmax(axis=0), np.arange(n_boot)
    return _mass(excess[first, draw], missing[first, draw], np.array(weights)[first])


def _gap_error(curve: Fit, outside: Mask, window: Mask) -> float:
    draws_on = window - window @ curve.response(outside)
    variance = curve.dispersion * curve.expected * (1 + curve.ratio)
    return float(np.sqrt(draws_on**2 @ variance))


def _weight(expected: Array, above: Mask, below: Mask) -> float:
    return float(expected[above].sum() / expected[above | below].sum())


def _mass(excess: Array, missing: Array, weight: Array | float) -> Mass:
    return Mass(excess, missing, (1 - weight) * excess + weight * missing)


def _refuse(bins: Bins, question: Question, space: Room, widest: Mask) -> None:
    """Refuse what leaves no counts to fit a curve to, or none to compare with it."""
    faults = []
    least = (question.degree or 0) + 3
    if (outside := np.count_nonzero(widest)) < least:
        faults.append(
            f"{least} bins or more are needed outside the window, found {outside}: narrow the "
            "window or the bins, or lower the degree"
        )
    near = within(bins, space.landing[0], space.reach[0])
    if bins.comparison is not None and not bins.comparison[near].any():
        faults.append("no case of the comparison lies near the threshold: it cannot stand in")
    refuse("Cannot look for bunching", faults)


def _unfit(bins: Bins, habits: tuple[Heap, ...]) -> Mask:
    """Return the bins that no curve is fitted to: empty in both samples, or heaped from beyond."""
    if bins.comparison is not None:
        return bins.counts + bins.comparison == 0
    unfit = np.zeros(bins.counts.size, dtype=bool)
    for heap in habits:
        unfit[heap.cut] = True
    return unfit


def _barred(bins: Bins, barred: tuple[float, float] | None) -> Mask:
    if barred is None:
        return np.zeros(bins.counts.size, dtype=bool)
    return (bins.middle > barred[0]) & (bins.middle < barred[1])
