"""Quotas that no panel meets: which of them conflict, and the nearest that can be met."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, milp

from pvtools.stats._arguments import Array, refuse
from pvtools.stats.sortition._roster import Quotas, Roster, read


def nearest(pool: pd.DataFrame, quotas: Quotas, *, panel: int) -> pd.DataFrame:
    """Return the quotas nearest to those asked for that some panel meets.

    Parameters
    ----------
    pool, quotas, panel
        As for :func:`lottery`.

    Returns
    -------
    pandas.DataFrame
        One row a quota: ``column, category, least, most, volunteers``, then ``nearest_least,
        nearest_most``, and ``conflicts``: whether it is one of a smallest set of quotas that
        cannot be met together, so that each of them could be met without the others.

    Raises
    ------
    InputError
        A roster that cannot be read; all its faults.

    Notes
    -----
    The nearest change the fewest seats in all: a mixed-integer programme with a slack for either
    end of every quota, as Flanigan, Gölz, Gupta, Hennig and Procaccia (2021), Nature 596:548–552,
    suggest to organisers. Other changes may be as near. Conflicts are found by leaving out one
    quota after the other (Chinneck and Dravnieks 1991, ORSA Journal on Computing 3:157–168).

    Examples
    --------
    >>> pool = pd.DataFrame({"sex": ["f", "m", "m", "m"]})
    >>> found = nearest(pool, {"sex": {"f": (2, 2), "m": (2, 2)}}, panel=4)
    >>> found[["nearest_least", "nearest_most"]].values.tolist()
    [[1, 2], [2, 3]]
    """
    return relaxed(read(pool, quotas, panel))


def relaxed(roster: Roster) -> pd.DataFrame:
    """Return the quotas of a roster beside the nearest that can be met."""
    quotas, rows = roster.quotas, roster.rows
    count, kinds = rows.shape
    still = np.eye(count)
    found = milp(
        np.repeat([0.0, 1.0], [kinds, 2 * count]),
        integrality=np.ones(kinds + 2 * count),
        bounds=Bounds(0, np.concatenate([roster.size, np.full(2 * count, roster.panel)])),
        constraints=[
            LinearConstraint(np.repeat([1.0, 0.0], [kinds, 2 * count]), *[roster.panel] * 2),
            LinearConstraint(np.hstack([rows, still, 0 * still]), quotas.least, np.inf),
            LinearConstraint(np.hstack([rows, 0 * still, -still]), -np.inf, quotas.most),
        ],
    )
    below, above = np.rint(found.x[kinds:]).astype(int).reshape(2, count)
    return quotas.assign(
        nearest_least=quotas.least - below,
        nearest_most=quotas.most + above,
        conflicts=_conflicting(roster) if below.any() or above.any() else False,
    )


def met_or_refused(roster: Roster) -> None:
    """Refuse quotas that no panel meets, with those that conflict and the nearest that are met."""
    if roster.best(np.zeros(len(roster.size))) is not None:
        return
    table = relaxed(roster)
    moved = (table.least != table.nearest_least) | (table.most != table.nearest_most)
    refuse(
        "No panel meets these quotas",
        [
            f"{_listed(table[table.conflicts], 'least', 'most')} cannot be met together from the "
            f"{int(roster.size.sum()):,} people in the pool",
            "the nearest that can be met change "
            f"{_listed(table[moved], 'nearest_least', 'nearest_most')}",
        ],
    )


def _listed(table: pd.DataFrame, least: str, most: str) -> str:
    return ", ".join(
        f"{row['column']} {row['category']!r} ({row[least]} to {row[most]}; "
        f"{row['volunteers']:,} volunteers)"
        for _, row in table.iterrows()
    )


def _conflicting(roster: Roster) -> Array:
    """Return which quotas are left once every one that is not needed for the conflict is gone."""
    least = roster.quotas.least.to_numpy(dtype=float, copy=True)
    most = roster.quotas.most.to_numpy(dtype=float, copy=True)
    kept = np.ones(len(least), dtype=bool)
    for place in range(len(least)):
        ends = least[place], most[place]
        least[place], most[place] = 0, np.inf
        kept[place] = roster.best(np.zeros(len(roster.size)), least=least, most=most) is not None
        if kept[place]:
            least[place], most[place] = ends
    return kept
