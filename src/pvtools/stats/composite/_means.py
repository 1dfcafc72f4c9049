"""Weighted means up a tree of indicators: arithmetic, geometric and all between."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from numbers import Real

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pvtools.stats._arguments import Array, some

Powers = tuple[float, ...]  # by node; of indicators it means nothing
Places = NDArray[np.intp]
_NAMED = {"arithmetic": 1.0, "geometric": 0.0, "harmonic": -1.0}
_STEEPEST = 20  # a mean of a power further from zero is the highest or lowest score


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
    bad = [p for p in found.values() if not (isinstance(p, Real) and abs(p) <= _STEEPEST)]
    if bad:
        named = ", ".join(_NAMED)
        faults.append(
            f"aggregation is one of {named} or a power from -{_STEEPEST} to {_STEEPEST}, found "
            f"{bad[0]!r}"
        )
    return tuple(found.get(node, 1.0) for node in tree.index), faults


def families(tree: pd.DataFrame) -> list[tuple[int, Places]]:
    """Return each group and its children by their places in the tree, the deepest first."""
    parent = tree["parent"].to_numpy()
    groups = np.flatnonzero(~tree["indicator"])
    groups = groups[np.argsort(-tree["depth"].to_numpy()[groups], kind="stable")]
    return [(int(g), np.flatnonzero(parent == tree.index[g])) for g in groups]


@dataclass(frozen=True)
class Used:
    """Which nodes count in which areas, once what is missing has been dealt with."""

    counts: NDArray[np.bool_]  # areas by nodes: is part of the mean of its parent
    blocked: NDArray[np.bool_]  # areas by nodes: is not scored
    present: Array  # areas by nodes: share of the weight below that was measured

    @cached_property
    def patterns(self) -> list[tuple[Places | slice, NDArray[np.bool_]]]:
        """Return areas in which the same nodes count, and which nodes those are."""
        kinds, which = np.unique(self.counts, axis=0, return_inverse=True)
        if len(kinds) == 1:
            return [(slice(None), kinds[0])]
        return [(np.flatnonzero(which == i), kind) for i, kind in enumerate(kinds)]


def used(
    tree: pd.DataFrame, here: NDArray[np.bool_], dropped: NDArray[np.bool_], least: float
) -> Used:
    """Return which nodes count, given what is measured where and the policy for what is not.

    ``here`` is areas by indicators; ``dropped`` names the indicators without which an area is
    not scored; any other is left out where at least this share of the weight remains. What has
    no weight counts for nothing, and nothing is missed where it is missing.
    """
    weight = tree["weight"].to_numpy(float)
    present = np.zeros((len(here), len(tree)))
    present[:, : here.shape[1]] = here
    enough = present > 0
    stopped = np.zeros_like(enough)
    stopped[:, : here.shape[1]] = ~here & dropped
    for group, children in families(tree):
        share = (present[:, children] * enough[:, children]) @ weight[children]
        present[:, group] = share
        enough[:, group] = (share > 0) & (share >= least - 1e-12)
        stopped[:, group] = stopped[:, children[weight[children] > 0]].any(axis=1)
    return Used(enough & (weight > 0), stopped | ~enough, present)


def roll_up(
    scored: Array,
    weights: Array,
    tree: list[tuple[int, Places]],
    power: Powers,
    counts: NDArray[np.bool_],
    *,
    floor: float = 0.0,
) -> tuple[dict[int, Array], dict[int, NDArray[np.bool_]]]:
    """Return the score of each group, NaN where nothing below it counts, and what was too low.

    ``scored`` is draws by areas by indicators; ``weights`` draws by nodes, in any size;
    ``tree`` the families; ``power`` by node; ``counts`` the nodes that count. Scores of zero or
    less, or below a ``floor``, that enter a mean that is not arithmetic are raised to it, and
    where they were (draws by areas) is returned by node.
    """
    leaves = scored.shape[-1]
    weights = weights.copy()
    value: dict[int, Array] = {}
    bent: dict[int, Array] = {}  # means as they are averaged one group further up
    gone: dict[int, NDArray[np.bool_]] = {}  # draws in which nothing below counts
    too_low: dict[int, NDArray[np.bool_]] = {}
    for group, children in tree:
        mine = children[counts[children]]
        total = weights[:, mine].sum(axis=1)
        gone[group] = total <= 0
        weights[gone[group], group] = 0.0
        share = weights[:, mine] / np.where(gone[group], 1.0, total)[:, None]
        p = power[group]
        if mine.size and mine[-1] < leaves:
            beside = mine[-1] - mine[0] + 1 == mine.size  # no copy
            below, low = _bent(
                scored[..., mine[0] : mine[-1] + 1] if beside else scored[..., mine], p, floor
            )
            if low is not None:
                too_low |= {int(child): low[..., i] for i, child in enumerate(mine)}
        else:
            below = np.empty((*scored.shape[:-1], mine.size))
            for i, child in enumerate(mine):
                if child >= leaves and power[child] == p:
                    below[..., i] = bent[child]
                    continue
                one = scored[..., child] if child < leaves else value[child]
                below[..., i], low = _bent(one, p, floor)
                if low is not None:
                    too_low[int(child)] = low
        bent[group] = np.matmul(below, share[:, :, None])[..., 0]
        bent[group][gone[group]] = 1.0
        value[group] = _straight(bent[group], p)
    for group, rows in gone.items():
        value[group] = np.where(rows[:, None], np.nan, value[group]) if rows.any() else value[group]
    return value, too_low


def low_names(
    too_low: Mapping[int, NDArray[np.bool_]], areas: pd.Index, nodes: pd.Index
) -> list[str]:
    """Return the names of scores of zero or less that enter a mean that is not arithmetic."""
    return [
        f"{area} in {nodes[node]}"
        for node, low in too_low.items()
        for area in areas[low.any(axis=0)]
    ]


def low_faults(names: Iterable[str]) -> list[str]:
    """Return what is wrong with scores of zero or less under a mean that is not arithmetic."""
    if not (names := list(dict.fromkeys(names))):
        return []
    return [
        f"a mean that is not arithmetic takes scores above zero, not those of {some(names)}: set "
        "the goalposts further apart, or take another normalisation or aggregation"
    ]


def _bent(scores: Array, power: float, floor: float) -> tuple[Array, NDArray[np.bool_] | None]:
    """Return scores as a mean of this power averages them, and which were raised for it."""
    if power == 1:
        return scores, None
    low = None
    lowest = scores.min(initial=np.inf)
    if lowest < floor or lowest <= 0:
        low = (scores < floor) | (scores <= 0)
        scores = np.where(low, floor or 1.0, scores)
    return np.log(scores) if power == 0 else scores**power, low


def _straight(bent: Array, power: float) -> Array:
    if power == 1:
        return bent
    return np.exp(bent) if power == 0 else bent ** (1 / power)
