"""The scores of areas on an index and on every group of it, and what was missing."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pvtools.stats._arguments import Array, refuse, sentence, some
from pvtools.stats.composite import _means, _normalise
from pvtools.stats.composite._framework import MISSING, Framework, missing_faults
from pvtools.stats.composite._hierarchy import hierarchy

_CANNOT = "Cannot score"


def score(values: pd.DataFrame, rules: Framework) -> pd.DataFrame:
    """Return the score of every area on the composite and on each group below it.

    Parameters
    ----------
    values
        Areas in rows, indicators in columns, missing ones as NaN.
    rules
        A framework, as of :func:`framework`.

    Returns
    -------
    pandas.DataFrame
        One row a group and area, the composite last: ``node, area, score`` (missing where the
        policy says so), ``present`` (share of the group's weight that was measured) and ``caveat``
        (what was missing, and what was done about it).

    Raises
    ------
    InputError
        Indicators that are not in the values, or scores of zero or less under a geometric mean.

    Notes
    -----
    Arithmetic means let a good score pay for a bad one; geometric means do so less (Nardo et al.
    2008, step 6).

    Examples
    --------
    >>> from pvtools.stats import composite
    >>> base = composite.fixed_base(pd.DataFrame({"theft": [10, 30], "worry": [20, 40]}))
    >>> rules = composite.framework({"theft": 1, "worry": 1}, base=base, normalisation="minmax")
    >>> areas = pd.DataFrame({"theft": [20], "worry": [20]}, index=["a"])
    >>> composite.score(areas, rules).score.tolist()
    [25.0]
    """
    ready = prepared(values, rules)
    scored = normalised(ready.given, rules)
    return scores_table(scored, rules, ready)


def aggregate(
    scores: pd.DataFrame,
    weights: Mapping[Hashable, float] | pd.Series | pd.DataFrame,
    *,
    how: object = "arithmetic",
    missing: str | Mapping[Hashable, str] | pd.Series = "drop",
    least: float = 0.5,
) -> pd.DataFrame:
    """Return composite scores of indicators that are normalised already.

    Parameters
    ----------
    scores
        Areas in rows, normalised indicators in columns; missing ones as NaN.
    weights
        One by indicator, or a tree as of :func:`hierarchy`.
    how
        The aggregation, as for :func:`framework`.
    missing, least
        As for :func:`framework`, except ``"base"``, which is for values before normalisation.

    Returns
    -------
    pandas.DataFrame
        As of :func:`score`.

    Raises
    ------
    InputError
        As for :func:`score` and :func:`framework`.

    Notes
    -----
    The generalised mean (Hardy, Littlewood and Pólya 1934): its power is 1 for the arithmetic, 0
    for the geometric and −1 for the harmonic mean.

    Examples
    --------
    >>> both = pd.DataFrame({"theft": [20.0], "worry": [80.0]}, index=["a"])
    >>> aggregate(both, {"theft": 1, "worry": 1}, how="geometric").score.round(6).tolist()
    [40.0]
    """
    tree = weights if isinstance(weights, pd.DataFrame) else hierarchy(weights)
    if lacks := [name for name in ("parent", "weight", "depth", "indicator") if name not in tree]:
        refuse("Cannot aggregate", [f"a tree is as of hierarchy(), this one has no {some(lacks)}"])
    names = tree.index[tree["indicator"]]
    policy, faults = _normalise.by_name(missing, names, "missing")
    faults += _means.powers(how, tree)[1] + missing_faults(policy, ["drop", "reweight"], least)
    refuse("Cannot aggregate", faults)
    rules = Framework(tree, pd.DataFrame(), np.empty(0), "", how, policy, least)
    ready = prepared(scores, rules)
    return scores_table(ready.given, rules, ready)


@dataclass(frozen=True, eq=False)
class Ready:
    """Values in the order of the tree, the base in place of what it stands in for."""

    given: Array
    areas: pd.Index
    gaps: NDArray[np.bool_]
    imputed: NDArray[np.bool_]
    used: _means.Used


def prepared(values: pd.DataFrame, rules: Framework) -> Ready:
    """Return values in the order of the tree, completed as the framework says, or refuse them."""
    if not isinstance(rules, Framework):
        refuse(_CANNOT, [f"a framework is as of framework(), found {rules!r}"])
    names = rules.indicators
    if not isinstance(values, pd.DataFrame):
        refuse(_CANNOT, [f"values are a table, areas in rows, found {values!r}"])
    if lacks := [name for name in names if name not in values]:
        refuse(_CANNOT, [f"the values do not have {some(lacks)}"])
    table = _normalise.tidy(values[names], "values")
    read = table.to_numpy()
    gaps = np.isnan(read)
    policy = rules.missing.to_numpy()
    imputed = gaps & (policy == "base")
    used = _means.used(rules.tree, ~gaps | imputed, policy == "drop", rules.least)
    if imputed.any():  # what stands in is used, and was not measured
        read = np.where(imputed, rules.base["reference"].to_numpy(float), read)
        measured = _means.used(rules.tree, ~gaps, policy == "", 0.0)
        used = _means.Used(used.counts, used.blocked, measured.present)
    return Ready(read, table.index, gaps, imputed, used)


def normalised(values: Array, rules: Framework, how: str | None = None) -> Array:
    """Return scores of values whose last axis is the indicators, in the order of the tree."""
    how = how or rules.normalisation
    return _normalise.to_scale(values, how, rules.base, rules.direction)


def scores_table(scored: Array, rules: Framework, ready: Ready) -> pd.DataFrame:
    """Return what :func:`score` returns, of scores that are normalised."""
    nodes = rules.tree.index
    found = np.full((len(nodes), len(ready.areas)), np.nan)
    low: list[str] = []
    for areas, counts in ready.used.patterns:
        value, too_low = _means.roll_up(
            scored[areas][None], rules.weights[None], rules.groups, rules.power, counts
        )
        low += _means.low_names(too_low, ready.areas[areas], nodes)
        for group, one in value.items():
            found[group, areas] = one[0]
    refuse(_CANNOT, _means.low_faults(low))
    found[ready.used.blocked.T] = np.nan
    notes = _caveats(rules, ready)
    return pd.DataFrame(
        {
            "node": nodes[group],
            "area": area,
            "score": found[group, a],
            "present": ready.used.present[a, group],
            "caveat": notes[group][a],
        }
        for group, _ in rules.groups
        for a, area in enumerate(ready.areas)
    ).reindex(columns=["node", "area", "score", "present", "caveat"])


def _caveats(rules: Framework, ready: Ready) -> dict[int, list[str]]:
    """Return for each group what is missing in each area, and what was done about it."""
    gaps = ready.gaps & (rules.weights[: ready.gaps.shape[1]] > 0)
    below: dict[int, list[int]] = {leaf: [leaf] for leaf in range(gaps.shape[1])}
    notes: dict[int, list[str]] = {}
    for group, children in rules.groups:
        below[group] = [leaf for child in children for leaf in below[child]]
        notes[group] = [""] * len(ready.areas)
        for a in np.flatnonzero(gaps[:, below[group]].any(axis=1)):
            lacks = [rules.indicators[leaf] for leaf in below[group] if gaps[a, leaf]]
            done = {MISSING[rules.missing[name]] for name in lacks}
            if ready.used.blocked[a, group]:
                done = {MISSING["drop"]}
            notes[group][a] = sentence(f"missing: {some(lacks)}", *sorted(done))
    return notes
