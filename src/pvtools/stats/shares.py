"""Does deployment follow demand? Differences of shares, and the dissimilarity index."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from pvtools.errors import InputError
from pvtools.stats._arguments import floats, refuse, some

_ALL = "all"


def differences(
    demand: ArrayLike, deployment: ArrayLike, *, by: ArrayLike | None = None
) -> pd.DataFrame:
    """Return the share of demand and of deployment in each cell, and how far apart they are.

    Parameters
    ----------
    demand
        The demand in each cell (an hour of the week, a borough): incidents, officer-hours or
        harm; 0 or more, none missing. Cells with no demand are given as 0, not left out.
    deployment
        Officers or officer-hours in the same cells. Two Series are matched by their index, which
        must name the same cells; lists are matched by place.
    by
        Group of each cell (the borough of each hour), in the order of ``demand``: shares are
        then of each group's own total.

    Returns
    -------
    pandas.DataFrame
        One row a cell: ``group`` (``all`` without ``by``), ``cell, demand, deployment,
        demand_share, deployment_share, difference`` (deployment less demand: below zero has
        less than its share), ``caveat``.

    Raises
    ------
    InputError
        Missing, infinite or negative figures, cells that do not match or are named twice, or a
        group whose demand or deployment adds up to nothing, so that there are no shares.

    Notes
    -----
    The terms of the dissimilarity index of Duncan and Duncan (1955), American Sociological Review
    20:210–217, before their absolute values are added up.

    Examples
    --------
    >>> differences([30, 10], [1, 1]).difference.tolist()
    [-0.25, 0.25]
    """
    frame = _matched(demand, deployment, by)
    totals = frame.groupby("group", sort=False)[["demand", "deployment"]].transform("sum")
    _refuse_empty(frame, totals)
    shares = frame[["demand", "deployment"]] / totals
    return frame.assign(
        demand_share=shares.demand,
        deployment_share=shares.deployment,
        difference=shares.deployment - shares.demand,
        caveat=np.select(
            [
                (frame.demand > 0) & (frame.deployment == 0),
                (frame.demand == 0) & (frame.deployment > 0),
            ],
            ["Demand without any deployment.", "Deployment without any demand."],
            "",
        ),
    )


def dissimilarity(
    demand: ArrayLike, deployment: ArrayLike, *, by: ArrayLike | None = None
) -> pd.DataFrame:
    """Return the share of deployment that would have to move to lie as demand does.

    Parameters
    ----------
    demand, deployment, by
        As for :func:`differences`.

    Returns
    -------
    pandas.DataFrame
        One row a group, in the order of first appearance: ``group, dissimilarity`` (0 where
        deployment follows demand, towards 1 where it is entirely elsewhere), ``demand,
        deployment`` (totals), ``cells, caveat``.

    Raises
    ------
    InputError
        As for :func:`differences`.

    Notes
    -----
    Half the sum of the absolute differences of shares: Duncan and Duncan (1955), American
    Sociological Review 20. It compares shares, not amounts: half of what is needed
    everywhere is a perfect match. Small counts push it up by chance alone, and so do finer
    cells: compare only indices over the same cells and like totals. Deployment in proportion to
    demand is not what short queues need either (a quiet hour needs more than its share).

    Examples
    --------
    >>> dissimilarity([30, 10], [1, 1]).dissimilarity.item()
    0.25
    """
    cells = differences(demand, deployment, by=by)
    groups = cells.assign(apart=cells.difference.abs()).groupby("group", sort=False)
    table = groups.agg(
        dissimilarity=("apart", "sum"),
        demand=("demand", "sum"),
        deployment=("deployment", "sum"),
        cells=("cell", "size"),
    ).reset_index()
    # Half a sum of rounded shares can pass 1 by the last digit.
    table["dissimilarity"] = (table.dissimilarity / 2).clip(upper=1.0)
    few = table.demand < 5 * table.cells
    table["caveat"] = np.where(
        few, "Demand is below 5 a cell: counts so small differ by chance alone.", ""
    )
    return table


def _matched(demand: ArrayLike, deployment: ArrayLike, by: ArrayLike | None) -> pd.DataFrame:
    """Return both by cell, or every fault in them."""
    named = [v for v in (demand, deployment) if isinstance(v, pd.Series)]
    faults = []
    if len(named) == 2:
        cells, others = demand.index, deployment.index
        if not cells.is_unique or not others.is_unique:
            twice = cells[cells.duplicated()].append(others[others.duplicated()])
            faults.append(f"a cell is named once, found twice: {some(twice)}")
        elif len(apart := cells.symmetric_difference(others, sort=False)):
            faults.append(f"demand and deployment name the same cells, not in both: {some(apart)}")
        else:
            deployment = deployment.reindex(cells)
    refuse("Cannot compare shares", faults)
    columns = {}
    for name, values in (("demand", demand), ("deployment", deployment)):
        columns[name] = _numbers(name, values, faults)
    length = columns["demand"].size
    groups = np.full(length, _ALL) if by is None else np.asarray(by)
    sizes = {"demand": length, "deployment": columns["deployment"].size, "by": groups.size}
    if len(set(sizes.values())) > 1 or length == 0:
        faults.append(f"all are of one length and not empty, found {sizes}")
    elif pd.isna(groups).any():
        faults.append("every cell has a group, found a missing one")
    refuse("Cannot compare shares", faults)
    cells = named[0].index if named else pd.RangeIndex(length)
    return pd.DataFrame({"group": groups, "cell": cells.to_numpy(), **columns})


def _numbers(name: str, values: ArrayLike, faults: list[str]) -> np.ndarray:
    column = floats(values)
    if column is None:
        faults.append(f"{name} is a list of numbers, found {type(values).__name__}")
        return np.empty(0)
    bad = column[~((column >= 0) & np.isfinite(column))]
    if column.ndim != 1:
        faults.append(f"{name} is a list of numbers, found the shape {column.shape}")
    elif bad.size:
        faults.append(f"{name} is 0 or more and not missing, found {bad[0]:g}")
    return column


def _refuse_empty(frame: pd.DataFrame, totals: pd.DataFrame) -> None:
    faults = [
        f"{name} adds up to nothing in {some(pd.unique(frame.group[totals[name] == 0]))}"
        for name in ("demand", "deployment")
        if (totals[name] == 0).any()
    ]
    if faults:
        raise InputError(
            f"Cannot compare shares: {'; '.join(faults)}. A total of zero has no shares: leave "
            "such groups out."
        )
