"""What a difference between two composite scores is made of, indicator by indicator."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pvtools.stats._arguments import Array, refuse
from pvtools.stats.composite import _means, _score
from pvtools.stats.composite._framework import Framework

_CANNOT = "Cannot decompose"


def decompose(
    values: pd.DataFrame, rules: Framework, *, against: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Return how much each indicator contributes to a score, or to its change; it adds up exactly.

    Parameters
    ----------
    values
        Areas by indicators, as for :func:`score`.
    rules
        A framework.
    against
        What scores are compared with: the values of another date, or one row to compare all areas
        with, such as the city's. Without it the score itself is decomposed, which only an
        arithmetic mean allows.

    Returns
    -------
    pandas.DataFrame
        One row an area and indicator: ``area, indicator, before, after`` (normalised scores; zero
        before, if there is nothing to compare with), ``contribution`` and ``difference`` (of the
        composite; the sum of the area's contributions). Missing where an indicator is missing on
        one side only, or the area is not scored.

    Raises
    ------
    InputError
        As for :func:`score`; also another set of areas, or a mean that is not arithmetic with
        nothing to compare with.

    Notes
    -----
    The logarithmic mean Divisia index (Ang 2004, Energy Policy 32:1131–1139), for a generalised
    mean of any power p: y^p is a weighted sum of x^p, and the factor (a^p − b^p)/(a − b), for p = 0
    (log a − log b)/(a − b), turns differences of one into differences of the other. Contributions
    multiply down the tree, and nothing is left over.

    Examples
    --------
    >>> from pvtools.stats import composite
    >>> both = pd.DataFrame({"theft": [10.0, 30.0], "worry": [20.0, 40.0]}, index=["a", "b"])
    >>> base = composite.fixed_base(both, reference={"theft": 20, "worry": 20})
    >>> rules = composite.framework({"theft": 1, "worry": 3}, base=base, normalisation="reference")
    >>> decompose(both, rules).contribution.tolist()
    [12.5, 75.0, 37.5, 150.0]
    """
    ready = _score.prepared(values, rules)
    names, top = rules.indicators, rules.groups[-1][0]
    after = _score.normalised(ready.given, rules)
    blocked = ready.used.blocked[:, top]
    if against is None:
        if bent := [rules.tree.index[g] for g, _ in rules.groups if rules.power[g] != 1]:
            refuse(_CANNOT, [f"the mean of {bent[0]} is not arithmetic: give what to compare with"])
        before = np.where(np.isnan(after), np.nan, 0.0)
    else:
        other = _score.prepared(against, rules)
        before = _score.normalised(other.given, rules)
        if len(before) == 1:
            order = np.zeros(len(after), dtype=int)
        elif set(other.areas) == set(ready.areas):
            order = other.areas.get_indexer(ready.areas)
        else:
            refuse(_CANNOT, ["both sides have the same areas, or one row is compared with all"])
        before = before[order]
        blocked = blocked | other.used.blocked[order, top]
        blocked |= (ready.used.counts != other.used.counts[order]).any(axis=1)
    share = np.full((len(after), len(names)), np.nan)
    gap = np.full(len(after), np.nan)
    low: list[str] = []
    for areas, counts in ready.used.patterns:
        if blocked[areas].all():
            continue
        both = np.stack([after[areas], before[areas]])
        weights = np.tile(rules.weights, (2, 1))
        value, too_low = _means.roll_up(both, weights, rules.groups, rules.power, counts)
        low += _means.low_names(too_low, ready.areas[areas], rules.tree.index)
        value |= {leaf: both[..., leaf] for leaf in range(len(names))}
        share[areas] = _parts(value, rules.weights * counts, rules)[:, : len(names)]
        gap[areas] = value[top][0] - value[top][1]
    refuse(_CANNOT, _means.low_faults(low))
    share[blocked], gap[blocked] = np.nan, np.nan
    return pd.DataFrame(
        {
            "area": np.repeat(ready.areas, len(names)),
            "indicator": np.tile(names, len(after)),
            "before": before.ravel(),
            "after": after.ravel(),
            "contribution": share.ravel(),
            "difference": np.repeat(gap, len(names)),
        }
    )


def _parts(value: dict[int, Array], weights: Array, rules: Framework) -> Array:
    """Return what each node contributes to the difference at the top, areas by nodes."""
    top, power = rules.groups[-1][0], rules.power
    rate = np.zeros((value[top].shape[1], weights.size))  # of the top, per unit of the node
    rate[:, top] = 1.0
    part = np.zeros_like(rate)
    for group, children in reversed(rules.groups):
        if not weights[children].any():
            continue
        per_unit = rate[:, group] / _slope(*value[group], power[group]) / weights[children].sum()
        for child in children[weights[children] > 0]:
            rate[:, child] = per_unit * weights[child] * _slope(*value[child], power[group])
            part[:, child] = rate[:, child] * (value[child][0] - value[child][1])
    return part


def _slope(one: Array, other: Array, power: float) -> Array:
    """Return (one^p − other^p)/(one − other), of logarithms where p is zero; never cancelling."""
    if power == 1:
        return np.ones_like(one)
    step = (one - other) / other
    here = np.where(step == 0, 1.0, step)
    if power == 0:
        return np.where(step == 0, 1.0, np.log1p(here) / here) / other
    bent = np.expm1(power * np.log1p(here)) / here
    return np.where(step == 0, power, bent) * other ** (power - 1)
