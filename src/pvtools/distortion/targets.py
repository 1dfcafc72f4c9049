"""Values about a target: where they lie, where they would lie without it, and at other targets."""

from __future__ import annotations

from typing import TypedDict

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from pvtools.chance import generator
from pvtools.distortion.detectors import LEVEL
from pvtools.distortion.grades import graded
from pvtools.stats import bunching, decoupling, exclusion
from pvtools.synthetic import Organisation


class Target(TypedDict, total=False):
    """What is known of a target, as :func:`pvtools.distortion.times` takes it."""

    threshold: float
    met: str
    comparison: ArrayLike | None


def excess(results: pd.DataFrame, bins: pd.DataFrame, *, threshold: float) -> pd.Series:
    """Return the excess of values about a target as ``results`` have it, with its share.

    ``results`` is what :func:`pvtools.distortion.times` returns, ``bins`` what :func:`expected`
    returns of the same values; the share is of those expected just beyond the target.
    """
    own = results[results.detector == "bunching"].iloc[0]
    beyond = bins.counterfactual[bins.in_window & ~bins.meets_target].sum()
    more = {"threshold": threshold, "share_moved": own.estimate / beyond}
    return pd.concat([own, pd.Series(more)])


def expected(values: ArrayLike, target: Target, *, round_to: float, seed: int) -> pd.DataFrame:
    """Return counts of values about a target beside those expected without it, bin by bin."""
    like = comparable(values, target, seed=seed)
    return bunching.counterfactual(values, **_question(like, round_to, seed), n_boot=400)


def comparable(values: ArrayLike, target: Target, *, seed: int) -> Target:
    """Return the target with a comparison that lacks as many late cases as the values do.

    Otherwise a record that surely lost its late cases would look as if they had been moved.
    """
    if target.get("comparison") is None:
        return target
    gone = exclusion.left_out(values, **target).iloc[0]
    numbers = np.asarray(target["comparison"], dtype=float)
    if not gone.p_value < LEVEL:
        return {**target, "comparison": numbers}
    late = exclusion.beyond(numbers, gone.threshold, gone.met)
    luck = generator(seed, 7).random(numbers.size)
    return {**target, "comparison": numbers[~late | (luck >= gone.estimate)]}


def placebos(values: ArrayLike, target: Target, *, round_to: float, seed: int) -> pd.DataFrame:
    """Return what the same search finds where there is no target."""
    like = comparable(values, target, seed=seed)
    return bunching.placebo(values, **_question(like, round_to, seed), n_boot=200)


def indicator(made: Organisation) -> pd.Series:
    """Return how far an organisation's indicator moved from its outcome, graded."""
    monthly = made.monthly.set_index("month")
    found = decoupling.discrepancy(monthly.indicator, monthly.outcome, start=made.start)
    return graded(found, "decoupling", n=len(monthly)).iloc[0]


def _question(target: Target, round_to: float, seed: int) -> dict[str, object]:
    multiples = [round_to, 2 * round_to, 3 * round_to]
    return {**target, "round_numbers": multiples, "seed": seed}
