"""Examinations: every detector that the data at hand allow, each in two grades with its errors."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from pvtools import estimates, measures
from pvtools.distortion.grades import graded
from pvtools.distortion.targets import Target, comparable
from pvtools.errors import InputError
from pvtools.stats import (
    bunching,
    composition,
    decoupling,
    density,
    displacement,
    exclusion,
    heaping,
)
from pvtools.synthetic import Organisation
from pvtools.synthetic.organisation import THRESHOLD

_LESS = "How often it is wrong was measured without a comparison; with one it notices less."
_COLUMNS = [
    "detector",
    "grade",
    "estimate",
    "lower",
    "upper",
    "p_value",
    "n",
    "false_positive_rate",
    "power",
    "effect",
    "rates_n",
    "method",
    "caveat",
]


def times(
    values: ArrayLike,
    *,
    threshold: float,
    met: str = "<=",
    comparison: ArrayLike | None = None,
    round_to: float = 5,
    n_boot: int = 1000,
    seed: int = 1,
) -> pd.DataFrame:
    """Return what three detectors make of times (or amounts) about a target, in two grades.

    Parameters
    ----------
    values
        One value a case, such as minutes of waiting.
    threshold
        The target, in the unit of the values.
    met
        How a case meets it: ``"<="``, ``"<"``, ``">="`` or ``">"``.
    comparison
        Values before there was a target, or of cases that have none: the best counterfactual.
    round_to
        The number whose multiples people round to, in the unit of the values: 5 for minutes,
        300 for seconds.
    n_boot, seed
        Draws of the bootstrap, and their seed.

    Returns
    -------
    pandas.DataFrame
        Estimate table, a row a detector (``bunching, density, rounding``, and with a comparison
        ``exclusion``), which is its measure, with ``detector, grade, p_value,
        false_positive_rate, power, effect, rates_n``. Of no area, period or source: none is known.

    Raises
    ------
    InputError
        Values that no detector can look at: a threshold outside them, minutes mixed with
        seconds, all values alike.

    Examples
    --------
    >>> made = np.random.default_rng(1).lognormal(5.2, 0.5, 4000).round()
    >>> times(made, threshold=240).set_index("detector").grade["bunching"]
    'no sign of it'
    """
    multiples = [round_to, 2 * round_to, 3 * round_to]
    parts = []
    if comparison is not None:
        gone = exclusion.left_out(values, comparison, threshold=threshold, met=met)
        parts.append((gone, "exclusion"))
    target: Target = {"threshold": threshold, "met": met, "comparison": comparison}
    moved = bunching.excess_mass(
        values, **comparable(values, target, seed=seed), round_numbers=multiples, n_boot=n_boot,
        seed=seed,
    )  # fmt: skip
    if comparison is not None:
        moved["caveat"] = (moved.caveat + " " + _LESS).str.strip()
    jump = density.discontinuity(values, threshold=threshold, met=met)
    rounded = _rounding(values, round_to)
    parts = [(moved, "bunching"), *parts, (jump, "density"), (rounded, "rounding")]
    return _stacked([graded(row, name) for row, name in parts])


def organisation(made: Organisation, *, n_boot: int = 400, seed: int = 1) -> pd.DataFrame:
    """Return what every detector makes of a made-up organisation's records, in two grades.

    Parameters
    ----------
    made
        What ``synthetic.organisation`` returns. The hidden truth is not used.
    n_boot, seed
        Draws of the bootstraps, and their seed.

    Returns
    -------
    pandas.DataFrame
        As :func:`times`, a row for each of the seven detectors.

    Raises
    ------
    InputError
        Too few cases for a detector.
    """
    before, after = (made.cases[made.cases.after == side].minutes for side in (False, True))
    found = times(after, threshold=THRESHOLD, comparison=before, n_boot=n_boot, seed=seed)
    wide = made.counts.pivot_table(index="month", columns="category", values="count", aggfunc="sum")
    mix = composition.reclassification(
        wide, target="targeted", neighbours=["neighbour"], start=made.start
    )
    work = made.work.rename(columns={"kind": "category", "output": "count"})
    gained = displacement.effort(
        work, targeted=["targeted"], untargeted=["other"], area="area", start=made.start,
        n_boot=n_boot, seed=seed,
    )  # fmt: skip
    monthly = made.monthly.set_index("month")
    parted = decoupling.discrepancy(monthly.indicator, monthly.outcome, start=made.start)
    cases = float(wide[["targeted", "neighbour"]].sum(axis=1).mean())
    rest = [
        graded(mix.head(1), "reclassification", n=cases),
        graded(gained, "displacement", n=made.work.area.nunique()),
        graded(parted, "decoupling", n=len(monthly)),
    ]
    return _stacked([found, *rest])


def _rounding(values: ArrayLike, round_to: float) -> pd.DataFrame:
    """Return the share rounded, or a row without a grade where the values cannot tell."""
    recorded, unit = _on_a_grid(values, round_to)
    try:
        return heaping.rounding_share(recorded, to=round_to, unit=unit)
    except InputError as doubt:  # the other detectors have their say all the same
        unknown = dict.fromkeys(("estimate", "lower", "upper", "p_value"), np.nan)
        told = {"n": recorded.size, "method": "none", "caveat": str(doubt)}
        return pd.DataFrame([unknown | told])


def _on_a_grid(values: ArrayLike, round_to: float) -> tuple[np.ndarray, float]:
    """Return values in whole recording steps, and that step; none is made of a continuum."""
    numbers = np.asarray(values, dtype=float)
    unit = heaping.recording_step(numbers)
    unit = unit or round_to / 100  # finer than anybody rounds, coarser than no grid at all
    return unit * np.round(numbers / unit), unit


def _stacked(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Return the estimate table of what detectors found; each has one quantity, in its own unit."""
    frame = pd.concat([part[_COLUMNS] for part in parts], ignore_index=True)
    return estimates.table(
        frame,
        measure=frame.detector,
        quantity=[next(iter(measures.find(key).quantities)) for key in frame.detector],
        area="",
        period="",
        level=0.95,
        source="",
    )
