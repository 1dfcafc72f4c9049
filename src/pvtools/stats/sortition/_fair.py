"""The fairest chances under quotas: the lowest as high as can be, then the next lowest, and so on.

First over fractions of people (a linear programme, an upper bound), then taken apart into panels of
whole people. Where that succeeds, as nearly always, the bound is reached and the chances are the
optimum. Where it does not, panels are added one by one until none could raise any chance.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import OptimizeResult, linprog

from pvtools.stats._arguments import Array
from pvtools.stats.sortition._roster import Roster

_EXACT = {"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10}
_TINY = 1e-9
_WHOLE = 1e-7  # nearer to a whole number than this is one
_ENOUGH = 1e-6  # a chance that may be left out
_MORE = 20  # types left open for the panel to fit the quotas


def portfolio(roster: Roster) -> tuple[Array, Array]:
    """Return panels (rows; columns are seats of each type) and the chance of each to be drawn."""
    seats = _of_fractions(roster)
    panels, chances, left = _apart(roster, seats)
    if left > _ENOUGH:
        panels, chances = _of_panels(roster, panels)
    kept = chances > _TINY
    return panels[kept], chances[kept] / chances[kept].sum()


def _of_fractions(roster: Roster) -> Array:
    """Return the fairest expected seats of each type, if people could be divided."""
    size, kinds = roster.size, len(roster.size)
    quotas = np.vstack([roster.rows, -roster.rows])
    ends = np.concatenate([roster.quotas.most, -roster.quotas.least.to_numpy()])
    level, free = np.zeros(kinds), np.ones(kinds, dtype=bool)
    while free.any():
        raised = np.flatnonzero(free)
        floor = np.zeros((len(raised), kinds + 1))
        floor[np.arange(len(raised)), raised] = -1
        floor[:, -1] = size[raised]
        held = np.hstack([quotas, np.zeros((len(quotas), 1))])
        low = np.where(free, 0, level * size * (1 - _TINY))
        found = _solved(
            np.append(np.zeros(kinds), -1.0),
            np.vstack([floor, held]),
            np.concatenate([np.zeros(len(raised)), ends]),
            np.append(np.ones(kinds), 0.0),
            roster.panel,
            [*zip(low, size, strict=True), (0, None)],
        )
        stuck = raised[_binding(found, len(raised), size[raised])]
        level[stuck], free[stuck] = found.x[-1], False
    return found.x[:kinds]


def _apart(roster: Roster, seats: Array) -> tuple[Array, Array, float]:
    """Return panels and their chances whose mean is ``seats``, and what could not be taken apart.

    Each panel rounds what is left up or down, type by type and quota by quota, and is taken as
    often as leaves every seat and quota between the same whole numbers.
    """
    panels, chances, left = [], [], 1.0
    for _ in range(2 * (len(seats) + len(roster.rows))):
        seats, inside = _snapped(seats), _snapped(roster.rows @ seats)
        ends = np.floor(seats), np.ceil(seats), np.floor(inside), np.ceil(inside)
        panel = _rounded(roster, seats, *ends)
        if panel is None:
            break
        now, then = np.append(seats, inside), np.append(panel, roster.rows @ panel)
        part = np.abs(now - then)  # rounded by so much, and one less the other way
        share = float((1 - part).min())
        panels.append(panel)
        chances.append(left * share)
        left *= 1 - share
        if left < _ENOUGH:
            break
        seats = (seats - share * panel) / (1 - share)
    return np.array(panels).reshape(-1, len(roster.size)), np.array(chances), left


def _rounded(roster: Roster, seats: Array, *ends: Array) -> Array | None:
    """Return a panel of whole people within ``ends``, preferring to round to the nearest.

    The linear programme leaves few types between whole numbers: those, and a few that could as well
    be rounded the other way, are rounded first; all of them only where that has no answer.
    """
    low, high, least, most = ends
    part = np.clip(seats - low, 0.01, 0.99)
    worth = 1 / (1 - part) - 1 / part
    corner = linprog(
        -worth, A_ub=np.vstack([roster.rows, -roster.rows]), b_ub=np.append(most, -least),
        A_eq=np.ones((1, len(seats))), b_eq=[roster.panel],
        bounds=np.column_stack([low, high]), method="highs-ds",
    ).x  # fmt: skip
    if corner is not None:
        whole = np.rint(corner)
        either = np.abs(corner - whole) > _WHOLE
        either[np.argsort(np.where(low < high, np.abs(worth), np.inf))[:_MORE]] = True
        few = {"low": np.where(either, low, whole), "high": np.where(either, high, whole)}
        panel = roster.best(worth, **few, least=least, most=most, gap=0.5)
        if panel is not None:
            return panel
    return roster.best(worth, low=low, high=high, least=least, most=most, gap=0.5)


def _snapped(values: Array) -> Array:
    """Return values of which those next to a whole number are that number."""
    whole = np.rint(values)
    return np.where(np.abs(values - whole) < _WHOLE, whole, values)


def _of_panels(roster: Roster, panels: Array) -> tuple[Array, Array]:
    """Return the fairest portfolio of panels of whole people, by column generation."""
    size, kinds = roster.size, len(roster.size)
    if not len(panels):
        panels = roster.best(np.zeros(kinds))[None]
    level, free = np.zeros(kinds), np.ones(kinds, dtype=bool)
    while free.any():
        while True:
            floor = np.hstack([-panels.T, np.where(free, size, 0)[:, None]])
            found = _solved(
                np.append(np.zeros(len(panels)), -1.0),
                floor,
                np.where(free, 0, -level * size * (1 - _TINY)),
                np.append(np.ones(len(panels)), 0.0),
                1,
                [(0, None)] * (len(panels) + 1),
            )
            price = -found.ineqlin.marginals
            better = roster.best(price)
            if better @ price <= (panels @ price).max() + _TINY:
                break
            panels = np.vstack([panels, better])
        stuck = free & _binding(found, kinds, size)
        level[stuck], free[stuck] = found.x[-1], False
    return panels, found.x[:-1]


def _solved(
    cost: Array, rows: Array, ends: Array, whole: Array, total: float, bounds: list
) -> OptimizeResult:
    return linprog(
        cost, A_ub=rows, b_ub=ends, A_eq=whole[None], b_eq=[total], bounds=bounds,
        method="highs", options=_EXACT,
    )  # fmt: skip


def _binding(found: OptimizeResult, rows: int, size: Array) -> Array:
    """Return whose chance no solution can raise: a positive price of the lowest chance."""
    price = -found.ineqlin.marginals[:rows] * size
    return price > min(_TINY, price.max() / 2)
