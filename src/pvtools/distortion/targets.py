"""Values about a target: where they lie, where they would lie without it, and at other targets."""

from __future__ import annotations

from typing import TypedDict

import pandas as pd
from numpy.typing import ArrayLike

from pvtools.distortion.grades import graded
from pvtools.stats import bunching, decoupling
from pvtools.synthetic import Organisation

_RATES = ["detector", "grade", "rates_n", "false_positive_rate", "power", "effect"]


class Target(TypedDict, total=False):
    """What is known of a target, as :func:`pvtools.distortion.times` takes it."""

    threshold: float
    met: str
    comparison: ArrayLike | None


def excess(
    values: ArrayLike, target: Target, results: pd.DataFrame, *, round_to: float, seed: int
) -> pd.Series:
    """Return the excess of values about a target, graded as ``results`` grade it.

    ``results`` is what :func:`pvtools.distortion.times` returns of the same values.
    """
    row = bunching.excess_mass(values, **_question(target, round_to, seed), n_boot=1000).iloc[0]
    own = results[results.detector == "bunching"].iloc[0]
    return pd.concat([row, own[[name for name in _RATES if name in own]]])


def expected(values: ArrayLike, target: Target, *, round_to: float, seed: int) -> pd.DataFrame:
    """Return counts of values about a target beside those expected without it, bin by bin."""
    return bunching.counterfactual(values, **_question(target, round_to, seed), n_boot=400)


def placebos(values: ArrayLike, target: Target, *, round_to: float, seed: int) -> pd.DataFrame:
    """Return what the same search finds where there is no target."""
    return bunching.placebo(values, **_question(target, round_to, seed), n_boot=200)


def indicator(made: Organisation) -> pd.Series:
    """Return how far an organisation's indicator moved from its outcome, graded."""
    monthly = made.monthly.set_index("month")
    found = decoupling.discrepancy(monthly.indicator, monthly.outcome, start=made.start)
    return graded(found, "decoupling", n=len(monthly)).iloc[0]


def _question(target: Target, round_to: float, seed: int) -> dict[str, object]:
    multiples = [round_to, 2 * round_to, 3 * round_to]
    return {**target, "round_numbers": multiples, "seed": seed}
