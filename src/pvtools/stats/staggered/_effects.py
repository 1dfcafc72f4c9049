"""Group–time average effects, tested by dealing the dates out to the units anew."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.special import ndtr

from pvtools.stats._arguments import Array
from pvtools.stats._permutations import Assignments, assignments
from pvtools.stats.staggered._panel import Cell, Panel, cells, influence, panel, weights


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
    every = list(cells(known, base=base, leads=leads))
    after = [cell for cell in every if cell.block >= 0]
    dealt = assignments(known.began, draws=draws, seed=seed)
    rows = [
        _row(known, dealt, part, term, at, base=base, level=level)
        for term, at, part in _parts(after, outcomes.index)
    ]
    overall = rows[0]["estimate"]
    before = {b: [c for c in every if c.block == b] for b in sorted({c.block for c in every})}
    before = {block: part for block, part in before.items() if block < 0}
    shown, joint, largest = _leads(known, dealt, before, overall, base=base)
    # A drift of one move a stretch has gone one further with every stretch since the start.
    reach = np.average([c.block + 1 for c in after], weights=[c.own.sum() for c in after])
    ends = rows[0]["lower"], rows[0]["upper"]
    beyond = max(ends[0], -ends[1], 0.0) if np.isfinite(ends).all() else 0.0
    rows[0]["breakdown"] = beyond / (reach * largest) if largest > 0 else np.nan
    table = pd.DataFrame([*rows, *shown, *joint])
    return table.assign(
        assignments=len(dealt.order),
        exact=dealt.exact,
        last=outcomes.index[max(cell.period for cell in after)],
    )


def _parts(after: Sequence[Cell], periods: pd.Index) -> list[tuple[str, object, list[Cell]]]:
    parts: list[tuple[str, object, list[Cell]]] = [("overall", None, list(after))]
    for block in sorted({cell.block for cell in after}):
        parts.append(("time", block, [cell for cell in after if cell.block == block]))
    for group in sorted({cell.group for cell in after}):
        parts.append(("group", periods[group], [cell for cell in after if cell.group == group]))
    return parts


def _row(
    known: Panel,
    dealt: Assignments,
    part: list[Cell],
    term: str,
    at: object,
    *,
    base: int,
    level: float,
) -> dict[str, object]:
    load = weights(known, part, base=base)
    estimate = float((load * known.outcomes).sum())
    drawn = _dealt(load, known.outcomes, dealt)
    lower, upper = _interval(
        estimate, drawn, _dealt(load, known.treated.astype(float), dealt), level=level
    )
    stderr = float(np.sqrt((influence(known, part, base=base) ** 2).sum()))
    return {
        "term": term,
        "at": at,
        "estimate": estimate,
        "lower": lower,
        "upper": upper,
        "p_value": dealt.p_value(estimate, drawn),
        "stderr": stderr,
        "usual_p": float(2 * ndtr(-abs(estimate) / stderr)) if stderr > 0 else np.nan,
        "cells": len(part),
        "controls": min(int(cell.controls.sum()) for cell in part),
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
    known: Panel,
    dealt: Assignments,
    before: dict[int, list[Cell]],
    overall: float,
    *,
    base: int,
) -> tuple[list[dict[str, object]], list[dict[str, object]], float]:
    """Return rows of the leads, their joint test, and their largest move between stretches."""
    if not before:
        return [], [], np.nan
    untreated = known.outcomes - overall * known.treated
    loads = [weights(known, part, base=base) for part in before.values()]
    found = np.array([(load * known.outcomes).sum() for load in loads])
    drawn = np.stack([_dealt(load, untreated, dealt) for load in loads])
    rows = [
        {"term": "lead", "at": block, "estimate": value, "p_value": dealt.p_value(value, own)}
        for block, value, own in zip(before, found, drawn, strict=True)
    ]
    spread = np.sqrt((drawn**2).mean(axis=1))
    spread[spread == 0] = 1.0
    furthest = np.abs(drawn / spread[:, None]).max(axis=0)
    joint = dealt.p_value(float(np.abs(found / spread).max()), furthest)
    moves = np.diff([*found, 0.0])  # the stretch measured from is zero by construction
    return rows, [{"term": "leads jointly", "p_value": joint}], float(np.abs(moves).max())
