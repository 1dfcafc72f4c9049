"""Exhibits of times about a target: what lies as if moved across it, and what rounding does."""

from __future__ import annotations

import pandas as pd

from pvtools import figures, words
from pvtools.exhibits import maker
from pvtools.exhibits.distortion.verdicts import rates_said
from pvtools.exhibits.pieces import Exhibit


def threshold(
    bins: pd.DataFrame,
    result: pd.Series,
    *,
    unit: str,
    source: str,
    vintage: str,
    synthetic: bool = False,
) -> Exhibit:
    """Return the exhibit of times about a target, against what would be there without moving.

    Parameters
    ----------
    bins
        What ``stats.bunching.counterfactual`` returns.
    result
        What ``distortion.targets.excess`` returns of the same values.
    unit
        What the values are measured in, such as "minutes".
    source, vintage
        Whose values these are, and of when.
    synthetic
        Whether they are made up.
    """
    at = float(result.threshold)
    target = words.tick(at, "rate")
    moved = (
        f"{words.number(result.estimate, 'count')} "
        f"({words.interval(result.lower, result.upper, 'count')})"
    )
    share = words.number(max(result.share_moved, 0.0), "percent")
    return maker.exhibit(
        "distortion-threshold",
        bins.assign(window=["yes" if yes else "no" for yes in bins.in_window]),
        lambda ax: figures.threshold(bins, at=at, unit=unit.capitalize(), ax=ax),
        headline=(
            f"No sign of cases moved across the target of {target} {unit}"
            if result.estimate <= 0 or result.grade.startswith("no")
            else f"About {moved} cases lie as if moved across {target} {unit}: {result.grade}"
        ),
        subtitle=(
            f"Cases by {unit} about the target of {target}, and what a smooth and partly rounded "
            "distribution would have, with 95% band"
        ),
        alt=(
            f"Bar chart of {words.number(result.n, 'count')} cases by {unit} with the curve that "
            f"is expected without moving. "
            + (
                f"At the target of {target} {unit} there are {moved} cases more within it than "
                f"expected, {share} of those that would lie just beyond. "
                if result.estimate > 0
                else f"No more than expected lie within the target of {target} {unit}. "
            )
            + words.sentence(result.grade)
        ),
        height=2.8,
        also={
            "bin": (unit.capitalize(), "decimal"),
            "observed": ("Cases", "count"),
            "counterfactual": ("Expected", "rate"),
            "lower": ("Lower", "rate"),
            "upper": ("Upper", "rate"),
            "window": "Near the target",
        },
        synthetic=synthetic,
        source=source,
        vintage=vintage,
        caveats=[rates_said(result), *([result.caveat] if result.caveat else [])],
    )


def placebos(
    table: pd.DataFrame, *, unit: str, source: str, vintage: str, synthetic: bool = False
) -> Exhibit:
    """Return the exhibit of what the same search finds where there is no target.

    ``table`` is what ``stats.bunching.placebo`` returns.
    """
    target = table[~table.is_placebo].iloc[0]
    other = table[table.is_placebo]
    more = int((other.z >= target.z).sum())
    at = words.tick(float(target.threshold), "rate")
    return maker.exhibit(
        "distortion-placebos",
        table.assign(kind=["placebo" if yes else "target" for yes in table.is_placebo]),
        lambda ax: figures.placebos(table, unit=unit.capitalize(), ax=ax),
        headline=(
            f"As much as at the target is found at {words.count(more)} of "
            f"{len(other)} places without one"
            if target.z > 0
            else "No more than expected lies within the target"
        ),
        subtitle=(
            f"Cases moved, in standard errors, at the target of {at} {unit} and at thresholds "
            "nobody is held to"
        ),
        alt=(
            f"Strip of {len(other)} thresholds nobody is held to and the target. At the target of "
            f"{at} {unit} the search finds {words.number(target.z, 'rate')} standard errors; as "
            f"much is found at {words.count(more)} of the others, an empirical p-value of "
            f"{words.number(target.empirical_p_value, 'p_value')}."
        ),
        height=2.2,
        also={
            "threshold": (unit.capitalize(), "decimal"),
            "kind": "What is there",
            "estimate": ("Cases moved", "count"),
            "lower": ("Lower", "count"),
            "upper": ("Upper", "count"),
            "z": ("Standard errors", "decimal"),
        },
        synthetic=synthetic,
        source=source,
        vintage=vintage,
        caveats=[
            "Neighbouring thresholds share cases, so their number overstates what they tell.",
            *([target.caveat] if target.caveat else []),
        ],
    )
