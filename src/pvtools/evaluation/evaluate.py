"""Did it change anything? The design follows from who was treated, and when."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import islice, product

import numpy as np
import pandas as pd

from pvtools import areas, estimates
from pvtools.chance import generator
from pvtools.errors import InputError
from pvtools.evaluation.ladder import judged
from pvtools.stats import breaks, staggered, synthetic_control

#: A month, or the earliest and latest month that it can have been.
Start = str | tuple[str, str] | None
_MOST_DATES = 100
_EVERY = 3  # periods between placebo dates
_HARM = "harm, weighted"


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
        Outcomes that it could not have touched.
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
        show as large a change), ``averted`` (cases, or harm), ``step, verdict, why``. Where dates
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
        tables[_HARM] = sum(w * tables[n] for n, w in weights.items() if n not in placebo_outcomes)
    belongs = pd.Series({a: (units or {}).get(a, a) for a in tables[asked[0]].columns})
    dates = _dates(treated, start, [*dict.fromkeys(belongs)])
    options = {"base": base, "draws": draws, "seed": seed, "level": level}
    rows = []
    for name, by_area in tables.items():
        by_unit = by_area.T.groupby(belongs).agg("sum" if value == "count" else "mean").T
        found = _one(_scaled(by_unit, value), _scaled(by_area, value), belongs, dates, options)
        rows.append(found | {"group": name, **_size(by_unit, dates, found, value)})
    table = pd.DataFrame(rows)
    if value == "count":
        for column in ("estimate", "lower", "upper", "lowest", "highest", "usual_lower",
                       "usual_upper"):  # fmt: skip
            table[column] = np.expm1(table[column].astype(float))
        table["averted"] = -table.n * table.estimate / (1 + table.estimate)
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


def _one(
    by_unit: pd.DataFrame,
    by_area: pd.DataFrame,
    belongs: pd.Series,
    dates: dict[str, Start],
    options: dict[str, float],
) -> dict[str, object]:
    """Return the effect on one outcome, by the design that who was treated allows."""
    known = [when for when in dates.values() if when is not None]
    if len(known) == len(dates) and len(set(known)) == 1:
        return _everybody(by_unit.mean(axis=1), str(known[0]), options["level"])
    if len(known) == 1:
        return _single(by_unit, dates, options["level"])
    tried = [
        _rolled_out(by_unit, by_area, belongs, starts, options)
        for starts in _all_dates(dates, by_unit.index, int(options["seed"]))
    ]
    table = pd.DataFrame(tried)
    middle = table.iloc[(table.estimate - table.estimate.median()).abs().argmin()].to_dict()
    ends = {end: table[end].agg(how) if table[end].notna().all() else np.nan
            for end, how in (("lower", "min"), ("upper", "max"))}  # fmt: skip
    worst = {c: table[c].max() for c in ("p_value", "placebo_share")}
    least = {c: table[c].min() for c in ("leads_p", "breakdown")}
    spread = {"lowest": table.estimate.min(), "highest": table.estimate.max()}
    said = f" Of {len(tried)} sets of possible dates." if len(tried) > 1 else ""
    return middle | ends | worst | least | spread | {"caveat": middle["caveat"] + said}


def _all_dates(dates: dict[str, Start], months: pd.Index, seed: int) -> list[pd.Series]:
    """Return every set of starts that the ranges allow, or a hundred drawn where they are many."""
    choices = [
        [pd.NaT] if when is None
        else [pd.Timestamp(when)] if isinstance(when, str)
        else [*pd.date_range(*when, freq="MS")]
        for when in dates.values()
    ]  # fmt: skip
    many = np.prod([len(own) for own in choices])
    if many <= _MOST_DATES:
        sets = [*islice(product(*choices), _MOST_DATES)]
    else:
        rng = generator(seed)
        sets = [[own[rng.integers(len(own))] for own in choices] for _ in range(_MOST_DATES)]
    return [pd.Series(pd.to_datetime(list(one)), index=[*dates]) for one in sets]


def _rolled_out(
    by_unit: pd.DataFrame,
    by_area: pd.DataFrame,
    belongs: pd.Series,
    starts: pd.Series,
    options: dict[str, float],
) -> dict[str, object]:
    found = staggered.effects(by_unit, starts.reindex(by_unit.columns), **options)
    row = found.iloc[0]
    usual = staggered.effects(
        by_area, belongs.map(starts).reindex(by_area.columns), **{**options, "draws": 99}
    ).iloc[0]
    joint = found.loc[found.term == "leads jointly", "p_value"]
    placebos = staggered.placebo_dates(
        by_unit, starts.reindex(by_unit.columns), base=int(options["base"]), every=_EVERY
    ).estimate.abs()
    half = 1.96 * usual.stderr
    return {
        "design": "staggered roll-out",
        "method": "group–time effects, controls not treated yet; permutation of dates over units",
        "estimate": row.estimate,
        "lower": row.lower,
        "upper": row.upper,
        "p_value": row.p_value,
        "least_p": 1 / row.assignments,
        "usual_lower": usual.estimate - half,
        "usual_upper": usual.estimate + half,
        "usual_p": usual.usual_p,
        "leads_p": float(joint.iloc[0]) if len(joint) else np.nan,
        "breakdown": row.breakdown,
        "placebo_dates": len(placebos),
        "placebo_share": (placebos >= abs(row.estimate)).mean() if len(placebos) else np.nan,
        "lowest": row.estimate,
        "highest": row.estimate,
        "caveat": f"Measured to {row['last']:%Y-%m}: nobody is left to compare with after that."
        if starts.notna().all()
        else "",
    }


def _single(by_unit: pd.DataFrame, dates: dict[str, Start], level: float) -> dict[str, object]:
    ((name, when),) = [(n, w) for n, w in dates.items() if w is not None]
    start = pd.Timestamp(str(when))
    row = synthetic_control.effect(by_unit, treated=name, start=start, level=level).iloc[0]
    before = by_unit[by_unit.index < start]
    tried = [
        abs(synthetic_control.effect(before, treated=name, start=day).estimate[0])
        for day in before.index[12:-11:_EVERY]
    ]
    return _plain(row, "synthetic control", "synthetic control, placebos in space") | {
        "least_p": 1 / row.units,
        "placebo_dates": len(tried),
        "placebo_share": np.mean(np.array(tried) >= abs(row.estimate)) if tried else np.nan,
        "caveat": f"Compared with: {row.weights}.",
    }


def _everybody(series: pd.Series, when: str, level: float) -> dict[str, object]:
    start = pd.Timestamp(when)
    season = 12 if (series.index.to_series().diff().dt.days.median() or 0) < 32 else None
    row = breaks.interrupted_series(series, start=start, season=season, level=level).iloc[0]
    before = series[series.index < start]
    tried = [
        abs(breaks.interrupted_series(before, start=day, season=season).estimate[0])
        for day in before.index[12:-11:_EVERY]
    ]
    return _plain(row, "interrupted series", row.method) | {
        "least_p": 0.0,
        "placebo_dates": len(tried),
        "placebo_share": np.mean(np.array(tried) >= abs(row.estimate)) if tried else np.nan,
        "caveat": "All began at once: whatever else began then looks the same.",
    }


def _plain(row: pd.Series, design: str, method: str) -> dict[str, object]:
    nothing = dict.fromkeys(
        ("usual_lower", "usual_upper", "usual_p", "leads_p", "breakdown"), np.nan
    )
    same = {end: row[end] for end in ("estimate", "lower", "upper", "p_value")}
    spread = {"lowest": row.estimate, "highest": row.estimate}
    return {"design": design, "method": method} | same | nothing | spread


def _size(
    by_unit: pd.DataFrame, dates: dict[str, Start], found: dict[str, object], value: str
) -> dict[str, float]:
    """Return the cases counted under treatment, from the latest month it can have begun."""
    if value != "count":
        return {"n": np.nan}
    cases = 0.0
    for name, when in dates.items():
        if when is not None:
            latest = pd.Timestamp(when if isinstance(when, str) else when[1])
            cases += by_unit.loc[by_unit.index >= latest, name].sum()
    return {"n": cases}
