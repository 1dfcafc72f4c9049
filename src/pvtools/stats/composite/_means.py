"""Weighted means up a tree of indicators: arithmetic, geometric and all between."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from numbers import Real

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pvtools.stats._arguments import Array, some

Powers = dict[Hashable, float]
_NAMED = {"arithmetic": 1.0, "geometric": 0.0, "harmonic": -1.0}


@dataclass(frozen=True)
class Used:
    """Which nodes are used in which areas, once what is missing has been dealt with."""

    node: NDArray[np.bool_]  # areas by nodes: counts in the mean of its parent
    blocked: NDArray[np.bool_]  # areas by nodes: must not be scored
    present: Array  # areas by nodes: share of the weight below that was measured


def powers(how: object, tree: pd.DataFrame) -> tuple[Powers, list[str]]:
    """Return the power of each group's mean (1 arithmetic, 0 geometric), and what is wrong."""
    groups = tree.index[~tree["indicator"]]
    each = dict(how) if isinstance(how, Mapping) else dict.fromkeys(groups, how)
    faults = []
    if unknown := [n for n in each if n not in groups]:
        faults.append(f"aggregation is given for {some(unknown)}, which is no group")
    if lacks := [n for n in groups if n not in each]:
        faults.append(f"no aggregation is given for {some(lacks)}")
    found = {n: _NAMED.get(p, p) if isinstance(p, str) else p for n, p in each.items()}
    bad = [p for p in found.values() if not (isinstance(p, Real) and abs(p) < np.inf)]
    if bad:
        faults.append(f"aggregation is one of {', '.join(_NAMED)} or a power, found {bad[0]!r}")
    return found, faults


def used(
    tree: pd.DataFrame, here: NDArray[np.bool_], dropped: NDArray[np.bool_], least: float
) -> Used:
    """Return which nodes count, given what is measured where and the policy for what is not.

    ``here`` is areas by indicators; ``dropped`` names the indicators without which an area is
    not scored; any other is left out where at least this share of the weight remains.
    """
    areas, nodes = len(here), len(tree)
    leaves = np.flatnonzero(tree["indicator"])
    present = np.zeros((areas, nodes))
    present[:, leaves] = here
    blocked = np.zeros((areas, nodes), dtype=bool)
    blocked[:, leaves] = ~here & dropped
    node = np.zeros((areas, nodes), dtype=bool)
    node[:, leaves] = here
    weight = tree["weight"].to_numpy()
    for group, children in families(tree):
        share = (present[:, children] * node[:, children]) @ weight[children]
        present[:, group] = share
        node[:, group] = (share > 0) & (share >= least - 1e-12)
        blocked[:, group] = blocked[:, children].any(axis=1)
    return Used(node, blocked | ~node, present)


def families(tree: pd.DataFrame) -> list[tuple[int, NDArray[np.intp]]]:
    """Return each group and its children by their places in the tree, the deepest first."""
    parent = tree["parent"].to_numpy()
    groups = np.flatnonzero(~tree["indicator"])
    groups = groups[np.argsort(-tree["depth"].to_numpy()[groups], kind="stable")]
    return [(int(g), np.flatnonzero(parent == tree.index[g])) for g in groups]


def roll_up(
    scored: Array,
    weights: Array,
    tree: pd.DataFrame,
    power: Powers,
    counts: NDArray[np.bool_],
    *,
    floor: float = 0.0,
) -> tuple[dict[Hashable, Array], dict[Hashable, NDArray[np.bool_]]]:
    """Return the score of each group, NaN where nothing below it counts, and what was too low.

    ``scored`` is draws by areas by indicators, ``weights`` draws by nodes (within the parent, not
    necessarily adding up to 1), ``counts`` areas by nodes. Scores of zero or less, or below a
    ``floor``, that enter a mean that is not arithmetic are raised to it, and returned by node.
    """
    leaf = {int(node): i for i, node in enumerate(np.flatnonzero(tree["indicator"]))}
    value: dict[int, Array] = {}
    too_low: dict[Hashable, NDArray[np.bool_]] = {}
    for group, children in families(tree):
        columns = [leaf[c] for c in children if c in leaf]
        together = columns == list(range(columns[0], columns[0] + len(children))) if columns else 0
        if together:  # siblings side by side: no copy
            below = scored[..., columns[0] : columns[0] + len(children)]
        else:
            below = np.stack(
                [scored[..., leaf[c]] if c in leaf else value[c] for c in children], axis=-1
            )
        exponent = power[tree.index[group]]
        if exponent != 1:
            low = (below < floor if floor else below <= 0) & counts[:, children]
            if low.any():
                too_low |= {tree.index[c]: low[..., i] for i, c in enumerate(children)}
                below = np.where(low, floor, below)
        value[group] = _mean(below, weights[:, children], counts[:, children], exponent)
    return {tree.index[node]: found for node, found in value.items()}, too_low


def low_faults(too_low: Mapping[Hashable, NDArray[np.bool_]], areas: pd.Index) -> list[str]:
    """Return which scores are zero or less and cannot enter a mean that is not arithmetic."""
    which = [f"{area} in {node}" for node, low in too_low.items() for area in areas[low[0]]]
    if not which:
        return []
    return [
        f"a mean that is not arithmetic takes scores above zero, not those of {some(which)}: set "
        "the goalposts further apart, or take another normalisation or aggregation"
    ]


def _mean(below: Array, weights: Array, counts: NDArray[np.bool_], power: float) -> Array:
    there = ~np.isnan(below) & counts
    if there.all():
        filled, total = below, weights.sum(axis=-1)[:, None]
    else:
        filled = np.where(there, below, 1.0)
        weights = weights[:, None, :] * there
        total = weights.sum(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        if power == 1:
            return _weighted(filled, weights) / total
        if power == 0:
            return np.exp(_weighted(np.log(filled), weights) / total)
        return (_weighted(filled**power, weights) / total) ** (1 / power)


def _weighted(values: Array, weights: Array) -> Array:
    if weights.ndim == 2:
        return np.matmul(values, weights[:, :, None])[..., 0]
    return (values * weights).sum(axis=-1)
