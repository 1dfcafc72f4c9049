"""Group–time average effects, tested by dealing the dates out to the units anew."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from pvtools.stats._arguments import Array
from pvtools.stats._permutations import Assignments, assignments
from pvtools.stats.staggered._panel import Cells, Panel, cells, panel


def effects(
    outcomes: pd.DataFrame,
    starts: pd.Series,
    *,
    base: int = 1,
    leads: int = 3,
    draws: int = 4999,
    seed: int = 1,
    level: float = 0.95,
) -> pd.DataFrame:
    """Return what something changed that began at different times in different units.

    Parameters
    ----------
    outcomes
        A row a period, in order, and a column a unit **of those to which dates were assigned**:
        where commands were given dates, add boroughs up to commands first. Effects are on the
        scale given; for counts give logarithms.
    starts
        The first period of each unit under treatment; missing where it never came, or came after
        the last period.
    base
        How many periods before its start a unit is measured from. One is the authors' own; more
        make noisy months bearable. Time since the start is told in stretches of as many.
    leads
        How many such stretches before that are tested: effects before anything began.
    draws, seed
        Assignments drawn where there are more than so many, and their seed.
    level
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        Rows ``overall`` (the mean over all units and periods under treatment), ``time`` (``at`` is
        the stretch since the start, from 0), ``group`` (``at`` is the first period), ``lead``
        (``at`` is −2, −3 …) and ``leads jointly``. Columns ``term, at, estimate, lower, upper,
        p_value, stderr, usual_p, cells, controls, assignments, exact, last, breakdown``:
        ``stderr`` and ``usual_p`` are what a library's default says, by unit; ``controls`` the
        fewest units compared with; ``last`` the last period that has any; ``breakdown`` how many
        times the largest move of the leads from one stretch to the next the units may drift apart,
        in each stretch after the start, before the interval takes in zero (missing without leads).
        An end is missing where no value is rejected on that side.

    Raises
    ------
    InputError
        A missing or infinite value, a unit without a start or given twice, periods out of order,
        a start with fewer than ``base`` periods before it, nobody to compare with, or arguments
        out of range.

    Notes
    -----
    Callaway and Sant'Anna (2021), Journal of Econometrics 225:200–230, without covariates. A group
    is compared with units not treated yet, never with units treated before, whose own effects would
    be subtracted. The p-value is the share of assignments of the same dates to other units that
    give as large an effect (Fisher 1935; Ding, Feller and Miratrix 2016, JRSS-B 78:655–671), and
    the interval the constant effects it does not reject: both hold however few units there are and
    however long months carry over. Leads are tested after the overall effect is taken out. For
    ``breakdown`` see Rambachan and Roth (2023), Review of Economic Studies 90:2555–2591: relative
    magnitudes, with the estimated moves of the leads taken as known.

    Examples
    --------
    >>> units = {"a": [1.0, 2, 2, 2], "b": [1.0, 1, 1, 3], "c": [0.0, 0, 0, 1]}
    >>> found = effects(pd.DataFrame(units), pd.Series({"a": 1, "b": 3, "c": np.nan}))
    >>> found.loc[found.term == "overall", ["estimate", "p_value"]].values.round(3).tolist()
    [[0.75, 0.333]]
    """
    known = panel(outcomes, starts, base=base, draws=draws, level=level, leads=leads)
    plan = _plan(*known.shape, base, leads, draws, seed)
    rows = [_row(known, plan.dealt, part, level=level) for part in plan.after]
    for row in rows:
        if row["term"] == "group":
            row["at"] = outcomes.index[row["at"]]
    shown, joint, largest = _leads(known, plan, rows[0]["estimate"])
    ends = rows[0]["lower"], rows[0]["upper"]
    beyond = max(ends[0], -ends[1], 0.0) if np.isfinite(ends).all() else 0.0
    rows[0]["breakdown"] = beyond / (plan.reach * largest) if largest > 0 else np.nan
    table = pd.DataFrame([*rows, *shown, *joint])
    return table.assign(
        assignments=len(plan.dealt.order),
        exact=plan.dealt.exact,
        last=outcomes.index[plan.after[0].cells.period.max()],
    )


def usual_default(
    outcomes: pd.DataFrame, starts: pd.Series, *, base: int = 1, level: float = 0.95
) -> pd.DataFrame:
    """Return what a library's default says of the overall effect, sure or not.

    Parameters
    ----------
    outcomes, starts, base, level
        As for :func:`effects`.

    Returns
    -------
    pandas.DataFrame
        One row: ``estimate, lower, upper, stderr, p_value``, as if every column had been given its
        start by itself, and chance were normal.

    Raises
    ------
    InputError
        As for :func:`effects`.

    Notes
    -----
    The variance of the influence function, by unit: Callaway and Sant'Anna (2021), Journal of
    Econometrics 225:200–230. It is far too small where starts were given to units of several
    columns: see :func:`effects`, which tests at the level at which they were given.

    Examples
    --------
    >>> units = {"a": [1.0, 4.0], "b": [2.0, 7.0], "c": [3.0, 4.0], "d": [1.0, 3.0]}
    >>> starts = pd.Series({"a": 1, "b": 1, "c": np.nan, "d": np.nan})
    >>> usual_default(pd.DataFrame(units), starts)[["estimate", "stderr"]].values.round(3).tolist()
    [[2.5, 0.791]]
    """
    known = panel(outcomes, starts, base=base, draws=99, level=level, leads=0)
    every = cells(*known.shape, base=base, leads=0)
    estimate, stderr = float((every.weights * known.outcomes).sum()), every.stderr(known.outcomes)
    half = ndtri(0.5 + level / 2) * stderr
    return pd.DataFrame(
        {
            "estimate": [estimate],
            "lower": estimate - half,
            "upper": estimate + half,
            "stderr": stderr,
            "p_value": _normal_p(estimate, stderr),
        }
    )


def _normal_p(estimate: float, stderr: float) -> float:
    return float(2 * ndtr(-abs(estimate) / stderr)) if stderr > 0 else np.nan


@dataclass(frozen=True, slots=True)
class _Part:
    """A mean of cells: the weight of each value, and what it makes of a constant effect."""

    term: str
    at: int | None
    cells: Cells
    weights: Array
    treated: Array  # of every assignment, the weight that lies on treated values


@dataclass(frozen=True, slots=True)
class _Plan:
    """What follows from the dates alone, whatever the outcome."""

    dealt: Assignments
    after: list[_Part]
    before: list[_Part]
    reach: float


@lru_cache(maxsize=4)
def _plan(
    began: tuple[int, ...], length: int, base: int, leads: int, draws: int, seed: int
) -> _Plan:
    """Return the weights and assignments of a set of dates: made once for all its outcomes."""
    starts = np.array(began, dtype=np.intp)
    every = cells(began, length, base=base, leads=leads)
    dealt = assignments(starts, draws=draws, seed=seed)
    treated = (np.arange(length) >= starts[:, None]).astype(float)

    def part(term: str, at: int | None, chosen: NDArray[np.bool_]) -> _Part:
        own = every.where(chosen)
        return _Part(term, at, own, own.weights, _dealt(own.weights, treated, dealt))

    begun, blocks = every.block >= 0, np.unique(every.block)
    after = [part("overall", None, begun)]
    after += [part("time", int(b), every.block == b) for b in blocks[blocks >= 0]]
    after += [
        part("group", int(g), begun & (every.group == g)) for g in np.unique(every.group[begun])
    ]
    before = [part("lead", int(b), every.block == b) for b in blocks[blocks < 0]]
    # A drift of one move a stretch has gone one further with every stretch since the start.
    reach = np.average(every.block[begun] + 1, weights=every.size[begun])
    return _Plan(dealt, after, before, float(reach))


def _row(known: Panel, dealt: Assignments, part: _Part, *, level: float) -> dict[str, object]:
    estimate = float((part.weights * known.outcomes).sum())
    drawn = _dealt(part.weights, known.outcomes, dealt)
    lower, upper = _interval(estimate, drawn, part.treated, level=level)
    stderr = part.cells.stderr(known.outcomes)
    return {
        "term": part.term,
        "at": part.at,
        "estimate": estimate,
        "lower": lower,
        "upper": upper,
        "p_value": dealt.p_value(estimate, drawn),
        "stderr": stderr,
        "usual_p": _normal_p(estimate, stderr),
        "cells": len(part.cells.size),
        "controls": part.cells.fewest,
    }


def _dealt(load: Array, values: Array, dealt: Assignments) -> Array:
    """Return the effect under every assignment: weights stay, units change places."""
    products = load @ values.T
    return products[np.arange(len(load)), dealt.order].sum(axis=1)


def _interval(
    estimate: float, drawn: Array, treated: Array, *, level: float
) -> tuple[float, float]:
    """Return the constant effects that are not rejected; an end is missing where there is none.

    With an effect of x taken out of every treated cell, an assignment gives ``drawn − x treated``
    and the true one ``estimate − x``: it goes as far for all x between the two below.
    """
    sided = np.abs(treated) < 1 - 1e-9
    with np.errstate(divide="ignore", invalid="ignore"):
        ends = np.stack([(estimate - drawn) / (1 - treated), (estimate + drawn) / (1 + treated)])
    lower = np.where(sided, ends.min(axis=0), -np.inf)
    upper = np.where(sided, ends.max(axis=0), np.inf)
    # As many assignments as this must go as far, or the value is rejected.
    needed = int(np.floor(round((1 - level) * len(drawn), 9)))
    low, high = np.sort(lower)[needed], np.sort(upper)[::-1][needed]
    return (float(low) if np.isfinite(low) else np.nan), (
        float(high) if np.isfinite(high) else np.nan
    )


def _leads(
    known: Panel, plan: _Plan, overall: float
) -> tuple[list[dict[str, object]], list[dict[str, object]], float]:
    """Return rows of the leads, their joint test, and their largest move between stretches."""
    if not plan.before:
        return [], [], np.nan
    found = np.array([(part.weights * known.outcomes).sum() for part in plan.before])
    # The overall effect is taken out of every assignment.
    drawn = np.stack(
        [
            _dealt(part.weights, known.outcomes, plan.dealt) - overall * part.treated
            for part in plan.before
        ]
    )
    rows = [
        {"term": part.term, "at": part.at, "estimate": value,
         "p_value": plan.dealt.p_value(value, own)}
        for part, value, own in zip(plan.before, found, drawn, strict=True)
    ]  # fmt: skip
    spread = np.sqrt((drawn**2).mean(axis=1))
    spread[spread == 0] = 1.0
    furthest = np.abs(drawn / spread[:, None]).max(axis=0)
    joint = plan.dealt.p_value(float(np.abs(found / spread).max()), furthest)
    moves = np.diff([*found, 0.0])  # the stretch measured from is zero by construction
    return rows, [{"term": "leads jointly", "p_value": joint}], float(np.abs(moves).max())
