"""What changed when something started: target, neighbours, their sums, and the mix."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pvtools.stats import _carryover
from pvtools.stats._arguments import Array
from pvtools.stats._before_after import Parted

#: Prior probability of a drift under passing noise. Were it one in two, small
#: moves would be seen half as often; were it zero, drifting series would raise twice the alarms.
_DRIFTING = 0.05
_NOTHING_NEW = 1e-9  # share of a control left beside levels and seasons, taken to be zero


@dataclass(frozen=True, slots=True)
class Changes:
    """Changes in cases a month of m targets, of the neighbour of each and of the sum of both.

    ``share`` is the change of the target's share of that sum.
    """

    target: _carryover.Effect
    neighbour: _carryover.Effect
    whole: _carryover.Effect
    share: _carryover.Effect


def changes(months: Parted, ours: Array, theirs: Array, control: Array) -> Changes:
    """Return the changes of m targets and their neighbours (n, m), beside a control (n,)."""
    together = ours + theirs
    shares = _shares(ours, together)
    cases = np.column_stack([ours, theirs, together])
    # Counts are never surer than Poisson chance leaves them, nor shares than binomial.
    before, after = (np.maximum(side, 0.5) for side in _totals(months, cases))
    least = before / months.place**2 + after / (len(cases) - months.place) ** 2
    m = theirs.shape[1]
    even = shares.mean(axis=0)
    binomial = even * (1 - even) * (1 / before[-m:] + 1 / after[-m:])
    found = _effect(
        months, np.column_stack([cases, shares]), control, np.sqrt(np.r_[least, binomial])
    )
    return Changes(*(found.of(slice(i * m, (i + 1) * m)) for i in range(4)))


def change(months: Parted, control: Array) -> _carryover.Effect:
    """Return the change of a control by itself."""
    return _effect(months, control[:, None], np.zeros_like(control), 0.0)


def overdispersion(months: Parted, ours: Array, theirs: Array) -> Array:
    """Return by how many times the mix varies more than chance, within levels and seasons.

    Pearson's statistic of the target's share of both, a degree of freedom: one value a pair.
    """
    together = ours + theirs
    shares, design = _shares(ours, together), _design(months)
    expected = np.clip(design @ np.linalg.lstsq(design, shares)[0], 1e-6, 1 - 1e-6)
    pearson = (shares - expected) ** 2 * (together + 1) / (expected * (1 - expected))
    return pearson.sum(axis=0) / (len(shares) - design.shape[1])


def _shares(ours: Array, together: Array) -> Array:
    # Half a case each: a month without any has no share.
    return (ours + 0.5) / (together + 1)


def _totals(months: Parted, cases: Array) -> tuple[Array, Array]:
    return cases[: months.place].sum(axis=0), cases[months.place :].sum(axis=0)


def _design(months: Parted) -> Array:
    return np.column_stack([np.ones(len(months.time)), months.after, months.seasons])


def _effect(
    months: Parted, values: Array, control: Array, least: Array | float
) -> _carryover.Effect:
    design = _design(months)
    beside = control - design @ np.linalg.lstsq(design, control)[0]
    if beside.std() > _NOTHING_NEW * max(1.0, control.mean()):
        design = np.column_stack([design, (control - control.mean()) / control.std()])
    contrast = np.eye(design.shape[1])[1]
    return _carryover.effect(
        values, design, contrast, time=months.time, drifting=_DRIFTING, least=least
    )
