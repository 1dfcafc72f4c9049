"""The tree of an index: indicators in domains, domains in halves, halves in the composite."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping

import pandas as pd

from pvtools.stats._arguments import floats, refuse, some

_CANNOT = "Cannot make the hierarchy of an index"


def hierarchy(
    weights: Mapping[Hashable, float] | pd.Series,
    parent: Mapping[Hashable, Hashable] | pd.Series | None = None,
    *,
    top: str = "index",
) -> pd.DataFrame:
    """Return the tree of an index, each node with its weight within its parent and overall.

    Parameters
    ----------
    weights
        One weight, zero or more, for every indicator and every group of them except the
        composite itself. Only their sizes beside their siblings matter: within a parent they are
        scaled to add up to 1.
    parent
        The group to which each node belongs, the composite last; without it all indicators
        belong to the composite.
    top
        What the composite is called where ``parent`` is not given.

    Returns
    -------
    pandas.DataFrame
        One row a node, indicators first (siblings together) and the composite last, with the
        index ``node``:
        ``parent`` (empty for the composite), ``weight`` (within the parent), ``overall`` (the
        product of weights up to the composite), ``depth`` (0 is the composite) and ``indicator``.

    Raises
    ------
    InputError
        Weights that are negative, missing or all zero within a parent; nodes with a weight and no
        parent, or the reverse; groups that contain themselves; more than one composite: all at
        once.

    Notes
    -----
    A framework as in the handbook of the OECD and JRC (Nardo et al. 2008), step 1. Nominal
    weights are not importance: see :func:`importance`.

    Examples
    --------
    >>> tree = hierarchy(
    ...     {"theft": 1, "robbery": 3, "worry": 1, "recorded": 1, "perceived": 1},
    ...     {"theft": "recorded", "robbery": "recorded", "worry": "perceived",
    ...      "recorded": "safety", "perceived": "safety"},
    ... )
    >>> tree.overall.tolist()
    [0.125, 0.375, 0.5, 0.5, 0.5, 1.0]
    """
    given = (weights, {} if parent is None else parent)
    if not all(isinstance(each, Mapping | pd.Series) for each in given):
        refuse(_CANNOT, ["weights and parents are given by name"])
    weights = pd.Series(weights, dtype=object)
    above = dict.fromkeys(weights.index, top) if parent is None else dict(parent)
    refuse(_CANNOT, _faults(weights, above))
    depth = {node: len(_path(node, above)) for node in above}
    groups = set(above.values())
    (composite,) = groups - set(above)
    leaves = [node for node in weights.index if node not in groups]
    beside = list(dict.fromkeys(above[node] for node in leaves))
    leaves.sort(key=lambda node: beside.index(above[node]))
    within = sorted((n for n in weights.index if n in groups), key=lambda node: -depth[node])
    table = pd.DataFrame({"weight": weights.astype(float)}).loc[[*leaves, *within]]
    table["parent"] = [above[node] for node in table.index]
    table["weight"] /= table.groupby("parent")["weight"].transform("sum")
    table.loc[composite] = {"weight": 1.0, "parent": ""}
    share = table["weight"].to_dict()
    table["overall"] = [
        math.prod(share[n] for n in [node, *_path(node, above)]) for node in table.index
    ]
    table["depth"] = [depth.get(node, 0) for node in table.index]
    table["indicator"] = table.index.isin(leaves)
    return table[["parent", "weight", "overall", "depth", "indicator"]].rename_axis("node")


def _path(node: Hashable, above: Mapping[Hashable, Hashable]) -> list[Hashable]:
    """Return what lies above a node, the nearest first, as far as the first that comes again."""
    path: list[Hashable] = []
    while (node := above.get(node)) is not None and node not in path:
        path.append(node)
    return path


def _faults(weights: pd.Series, above: Mapping[Hashable, Hashable]) -> list[str]:
    faults = []
    values = floats(weights)
    if weights.empty:
        return ["there is no indicator"]
    if twice := weights.index[weights.index.duplicated()].unique().tolist():
        return [f"named more than once: {some(twice)}"]
    if values is None:
        return [f"weights are numbers, found {weights.tolist()!r}"]
    if bad := weights.index[~((values >= 0) & (values < float("inf")))].tolist():
        faults.append(f"weights are zero or more, not those of {some(bad)}")
    if lacks := [n for n in weights.index if above.get(n) is None]:
        faults.append(f"no parent for {some(lacks)}")
    if lacks := [n for n in above if n not in weights.index]:
        faults.append(f"no weight for {some(lacks)}")
    if circle := [n for n in above if n in _path(n, above)]:
        faults.append(f"groups that contain themselves: {some(circle)}")
    tops = list(dict.fromkeys(p for p in above.values() if p not in above))
    if len(tops) != 1 and not circle:
        faults.append(f"one composite at the top, found {some(tops)}")
    if not faults:
        sums = pd.Series(values, weights.index).groupby(pd.Series(above)).sum()
        if none := sums.index[sums == 0].tolist():
            faults.append(f"no weight above zero within {some(none)}")
    return faults
