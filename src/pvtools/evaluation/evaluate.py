"""Did it change anything? The design follows from who was treated, and when."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd

from pvtools import areas, estimates
from pvtools.errors import InputError
from pvtools.evaluation.designs import Start, found
from pvtools.evaluation.ladder import judged

#: What the row of outcomes added up by their weights is called.
HARM = "weighted harm"


def evaluate(
    series: pd.DataFrame,
    *,
    treated: str | Collection[str] | None = None,
    start: str | Mapping[str, Start],
    units: Mapping[str, str] | None = None,
    placebo_outcomes: Collection[str] = (),
    weights: Mapping[str, float] | None = None,
    base: int = 12,
    draws: int = 4999,
    seed: int = 1,
    level: float = 0.95,
    source: str = "",
) -> pd.DataFrame:
    """Return what changed when something began, outcome by outcome, with a verdict in words.

    Parameters
    ----------
    series
        ``area, month, outcome`` and ``count`` (effects are then relative) or ``proportion``
        (effects are then in points). Every area has every month of every outcome.
    treated
        One area, several, or none for all.
    start
        The first month, of all treated alike or of each unit; a pair of months where only the
        earliest and latest possible are known, None where it never began.
    units
        Which unit each area belongs to, where dates were assigned to units of several areas:
        counts are added up, and proportions averaged, to the level at which dates were assigned.
    placebo_outcomes
        Outcomes that it could not have touched; where all began at once, the others are set
        against them.
    weights
        Harm of one case of each outcome: one row more is then of harm, placebo outcomes left out.
    base
        Months before its start that a unit is measured from.
    draws, seed, level
        Assignments drawn, their seed, and the confidence level.
    source
        Keys of the register.

    Returns
    -------
    pandas.DataFrame
        Estimate table, a row an outcome (``group``): −0.1 is a tenth fewer than was to be expected.
        ``design, p_value, adjusted`` (over outcomes), ``usual_lower, usual_upper, usual_p`` (by
        area, as a library's default has it), ``leads_p`` (whether units parted before),
        ``breakdown``, ``placebo_dates`` and ``placebo_share`` (how many were tried, and how many
        show as large a change), ``averted`` (cases, or harm), ``before`` (cases, or harm, in the
        ``base`` months before each start), ``more, more_lower, more_upper`` (what the effect and
        its interval make of those), ``step, verdict, why``. Where dates
        are pairs, all of them are tried (or a hundred drawn): the estimate is the median, the
        interval and p-value hold for all, ``lowest`` and ``highest`` are the estimates' range.

    Raises
    ------
    InputError
        A column is missing, an area or unit is unknown or lacks a month, or a method refuses.
    """
    value = "count" if "count" in series else "proportion"
    if absent := [c for c in ("area", "month", "outcome", value) if c not in series]:
        raise InputError(f"Cannot evaluate: the series has no column {', '.join(absent)}.")
    asked = [*dict.fromkeys(series.outcome)]
    if unknown := [o for o in {*placebo_outcomes, *(weights or {})} if o not in asked]:
        raise InputError(f"Cannot evaluate: no outcome is called {', '.join(sorted(unknown))}.")
    tables = {name: _wide(series[series.outcome == name], value, name) for name in asked}
    if weights:
        tables[HARM] = sum(w * tables[n] for n, w in weights.items() if n not in placebo_outcomes)
    belongs = pd.Series({a: (units or {}).get(a, a) for a in tables[asked[0]].columns})
    dates = _dates(treated, start, [*dict.fromkeys(belongs)])
    options = {"base": base, "draws": draws, "seed": seed, "level": level}
    by_unit = {
        name: wide.T.groupby(belongs).agg("sum" if value == "count" else "mean").T
        for name, wide in tables.items()
    }
    panels = {n: (_scaled(by_unit[n], value), _scaled(tables[n], value)) for n in tables}
    rows = [
        row | {"group": name, **_size(by_unit[name], dates, value, base)}
        for name, row in found(panels, belongs, dates, placebo_outcomes, options).items()
    ]
    table = pd.DataFrame(rows)
    if value == "count":
        for column in ("estimate", "lower", "upper", "lowest", "highest", "usual_lower",
                       "usual_upper"):  # fmt: skip
            table[column] = np.expm1(table[column].astype(float))
        table["averted"] = -table.n * table.estimate / (1 + table.estimate)
        for end, column in (("more", "estimate"), ("more_lower", "lower"), ("more_upper", "upper")):
            table[end] = table.before * table[column]
    months = series.month.min(), series.month.max()
    table = judged(table.assign(placebo_outcome=table.group.isin(list(placebo_outcomes))))
    held = [unit for unit, when in dates.items() if when is not None]
    return estimates.table(
        table,
        measure="effect",
        quantity="change" if value == "count" else "difference",
        area=held[0] if len(held) == 1 else areas.LONDON,
        period=f"{months[0]:%Y-%m} to {months[1]:%Y-%m}",
        level=level,
        source=source,
    )


def _wide(rows: pd.DataFrame, value: str, name: str) -> pd.DataFrame:
    if rows.duplicated(["area", "month"]).any():
        raise InputError(f"Cannot evaluate: an area has a month of {name!r} twice.")
    wide = rows.pivot(index="month", columns="area", values=value).astype(float).sort_index()
    if lacking := [*wide.columns[wide.isna().any()]]:
        raise InputError(f"Cannot evaluate: months of {name!r} are missing for {lacking[:5]}.")
    return wide


def _scaled(wide: pd.DataFrame, value: str) -> pd.DataFrame:
    """Return logarithms of counts, half a case added where some month has none."""
    return np.log(wide + 0.5 * bool((wide == 0).any(axis=None))) if value == "count" else wide


def _dates(
    treated: str | Collection[str] | None, start: str | Mapping[str, Start], held: list[str]
) -> dict[str, Start]:
    if isinstance(start, Mapping):
        named = {name: start[name] for name in start if start[name] is not None}
    else:
        wanted = [treated] if isinstance(treated, str) else held if treated is None else treated
        named = dict.fromkeys(wanted, start)
    if unknown := sorted(set(named) - set(held)):
        raise InputError(
            f"Cannot evaluate: nothing is held of {', '.join(unknown)}. "
            f"There are: {', '.join(map(str, held))}."
        )
    return {name: named.get(name) for name in held}


def _size(
    by_unit: pd.DataFrame, dates: dict[str, Start], value: str, base: int
) -> dict[str, float]:
    """Return the cases counted under treatment, from the latest month it can have begun, and
    those of the months before the earliest."""
    if value != "count":
        return {"n": np.nan}
    cases, before = 0.0, 0.0
    for name, when in dates.items():
        if when is not None:
            first, last = (when, when) if isinstance(when, str) else when
            cases += by_unit.loc[by_unit.index >= pd.Timestamp(last), name].sum()
            before += by_unit.loc[by_unit.index < pd.Timestamp(first), name].tail(base).sum()
    return {"n": cases, "before": before}
