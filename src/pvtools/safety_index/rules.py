"""The rules of an index that is held, and what could have been chosen besides."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pvtools import areas, measures
from pvtools.safety_index.checks import TOP
from pvtools.safety_index.framework import Framework
from pvtools.stats import composite

#: How closely the weights of draws keep to those stated: one of a half varies by 8 points.
_CLOSE = 40.0
#: How far errors of questions that the same people answer go together: an assumption.
TOGETHER = 0.5


def choices(
    framework: Framework, known: list[str], further: pd.DataFrame
) -> composite.Alternatives:
    """Return what could have been chosen besides what a framework states.

    Another scale, weights near those given, a ``further`` base, any one indicator left out that
    is not alone in its half and, where scores are above zero by their scale, another mean.
    """
    positive = framework.normalisation in {"z100", "percentile"}
    half = framework.indicators.half[known]
    return composite.Alternatives(
        normalisations=("z100", "percentile"),
        aggregations=("arithmetic", "geometric") if positive else (),
        concentration=_CLOSE,
        leave_out=[name for name in known if (half == half[name]).sum() > 1],
        correlation=errors_together(framework, known),
        bases=[base_of(framework, further, known)],
    )


def errors_together(framework: Framework, known: list[str]) -> pd.DataFrame:
    """Return how sampling errors of indicators correlate: those of one survey's questions do.

    The same people answer them.
    """
    asked = framework.indicators.measure[known].isin(measures.QUESTIONS).to_numpy()
    together = np.where(np.outer(asked, asked), TOGETHER, 0.0)
    np.fill_diagonal(together, 1.0)
    return pd.DataFrame(together, known, known)


def rules_of(framework: Framework, base: pd.DataFrame, known: list[str]) -> composite.Framework:
    """Return the rules of the indicators that are held: groups that lose all of theirs go too."""
    parent = {name: framework.parent[name] for name in known}
    # in the order of the framework, so that a seed gives the same draws every time
    while above := [node for node in parent.values() if node not in {*parent, TOP}]:
        parent |= {node: framework.parent[node] for node in above}
    return composite.framework(
        {node: framework.weights[node] for node in parent},
        parent=parent,
        base=base_of(framework, base, known),
        direction=framework.direction[known],
        normalisation=framework.normalisation,
        aggregation=framework.aggregation,
        missing=framework.indicators.missing[known],
    )


def base_of(framework: Framework, values: pd.DataFrame, known: list[str]) -> pd.DataFrame:
    """Return the fixed base that the values of a year make: boroughs', and London's reference."""
    rows = framework.indicators.loc[known]
    london = values.reindex([areas.LONDON])[known].iloc[0]
    return composite.fixed_base(
        values.drop(index=areas.LONDON, errors="ignore")[known],
        low=rows["low"],
        high=rows["high"],
        reference=london.dropna(),
    )
