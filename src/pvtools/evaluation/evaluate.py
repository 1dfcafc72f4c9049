"""Did it change anything? The design follows from who was treated, and when."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from numbers import Integral, Real

import numpy as np
import pandas as pd

from pvtools import areas, estimates
from pvtools.errors import did_you_mean
from pvtools.evaluation.designs import found
from pvtools.evaluation.ladder import judged
from pvtools.evaluation.panel import Months, Start, belonging, dates, panels, refuse

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
        (effects are then in points). Every area has every month of every outcome. A month is a
        date, or a text such as "2018-06".
    treated
        One area, several, or none for all.
    start
        The first month, of all treated alike or of each unit; a pair of months where only the
        earliest and latest possible are known, None where it never began. What begins after the
        last month counts as not begun.
    units
        Which unit each of the areas belongs to, where dates were assigned to units of several:
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
        its interval make of those), ``detectable`` (half the interval: a smaller true change
        would more often than not have been missed), ``step, verdict, why``. Where dates are pairs,
        all sets of them are tried (or a hundred drawn): the estimate is the median, the interval
        and p-value are the least favourable of those tried, drawn again with up to ten times the
        draws, and ``lowest`` and ``highest`` are the estimates' range.

    Raises
    ------
    InputError
        What is given cannot be used: everything found wrong with the series or the dates at once;
        or a method refuses.
    """
    value, tables = panels(series)
    start = start.to_dict() if isinstance(start, pd.Series) else start
    if isinstance(base, bool) or not isinstance(base, Integral) or base < 1:
        refuse([f"base is a whole number of months, 1 or more, not {base!r}"])
    placebo_outcomes = (
        [placebo_outcomes] if isinstance(placebo_outcomes, str) else [*placebo_outcomes]
    )
    refuse(_outcome_faults([*tables], placebo_outcomes, weights, value))
    by_area = next(iter(tables.values()))
    belongs = belonging(units, by_area.columns)
    began = dates(treated, start, [*dict.fromkeys(belongs)], by_area.index)
    if weights:
        tables[HARM] = sum(w * tables[n] for n, w in weights.items() if n not in placebo_outcomes)
    options = {"base": base, "draws": draws, "seed": seed, "level": level}
    by_unit = {
        name: wide.T.groupby(belongs).agg("sum" if value == "count" else "mean").T
        for name, wide in tables.items()
    }
    scaled = {n: (_scaled(by_unit[n], value), _scaled(tables[n], value)) for n in tables}
    rows = [
        row | {"group": name, **_size(by_unit[name], began, value, base)}
        for name, row in found(
            scaled, belongs, began, placebo_outcomes, options, alike=not isinstance(start, Mapping)
        ).items()
    ]
    table = pd.DataFrame(rows).assign(detectable=lambda t: (t.upper - t.lower).astype(float) / 2)
    if value == "count":
        for column in ("estimate", "lower", "upper", "lowest", "highest", "usual_lower",
                       "usual_upper", "detectable"):  # fmt: skip
            table[column] = np.expm1(table[column].astype(float))
        table["averted"] = -table.n * table.estimate / (1 + table.estimate)
        for end, column in (("more", "estimate"), ("more_lower", "lower"), ("more_upper", "upper")):
            table[end] = table.before * table[column]
    months = by_area.index[[0, -1]]
    table = judged(table.assign(placebo_outcome=table.group.isin(placebo_outcomes)))
    held = [unit for unit, months in began.items() if months]
    return estimates.table(
        table,
        measure="effect",
        quantity="change" if value == "count" else "difference",
        area=held[0] if len(held) == 1 else areas.LONDON,
        period=f"{months[0]:%Y-%m} to {months[1]:%Y-%m}",
        level=level,
        source=source,
    )


def _outcome_faults(
    held: list[str],
    placebo_outcomes: list[str],
    weights: Mapping[str, float] | None,
    value: str,
) -> list[str]:
    """Return what is wrong with the outcomes that are named, and with their weights."""
    faults = [
        f"no outcome is called {name!r}.{did_you_mean(str(name), map(str, held))} "
        f"There are: {', '.join(map(str, held))}"
        for name in dict.fromkeys([*placebo_outcomes, *(weights or {})])
        if name not in held
    ]
    if not weights:
        return faults
    if not isinstance(weights, Mapping):
        return [*faults, f"weights name the harm of each outcome, not {type(weights).__name__}"]
    faults += [
        f"the weight of {name!r} is {weight!r}: a weight is a number, zero or more"
        for name, weight in weights.items()
        if not (isinstance(weight, Real) and np.isfinite(weight) and weight >= 0)
    ]
    if value != "count":
        faults.append("weights go with counts, not with proportions")
    if HARM in held:
        faults.append(f"with weights no outcome can be called {HARM!r}: that names their sum")
    if not any(w for name, w in weights.items() if name not in placebo_outcomes):
        faults.append("weights are of outcomes that are no placebo outcomes, and one is above zero")
    return faults


def _scaled(wide: pd.DataFrame, value: str) -> pd.DataFrame:
    """Return logarithms of counts, half a case added where some month has none."""
    return np.log(wide + 0.5 * bool((wide == 0).any(axis=None))) if value == "count" else wide


def _size(
    by_unit: pd.DataFrame, began: Mapping[str, Months], value: str, base: int
) -> dict[str, float]:
    """Return the cases counted under treatment, from the latest month it can have begun, and
    those of the months before the earliest."""
    if value != "count":
        return {"n": np.nan}
    cases, before = 0.0, 0.0
    for name, months in began.items():
        if months:
            cases += by_unit.loc[by_unit.index >= months[-1], name].sum()
            before += by_unit.loc[by_unit.index < months[0], name].tail(base).sum()
    return {"n": cases, "before": before}
