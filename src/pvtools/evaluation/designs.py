"""The designs that who was treated, and when, allows: each outcome's effect and its checks."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import islice, product

import numpy as np
import pandas as pd

from pvtools.chance import generator
from pvtools.stats import breaks, staggered, synthetic_control

#: A month, or the earliest and latest month that it can have been.
Start = str | tuple[str, str] | None
_MOST_DATES = 100
_EVERY = 3  # periods between placebo dates


def found(
    panels: Mapping[str, tuple[pd.DataFrame, pd.DataFrame]],
    belongs: pd.Series,
    dates: dict[str, Start],
    placebo_outcomes: Collection[str],
    options: dict[str, float],
) -> dict[str, dict[str, object]]:
    """Return the effect on each outcome with its checks, by the design that the dates allow.

    Parameters
    ----------
    panels
        Of each outcome, its values by unit and by area: a row a period.
    belongs
        Which unit each area belongs to.
    dates
        When it began in each unit.
    placebo_outcomes
        Outcomes that it could not have touched: where all began at once, the others are set
        against them.
    options
        ``base, draws, seed, level``.
    """
    known = [when for when in dates.values() if when is not None]
    level = options["level"]
    if len(known) == len(dates) and len(set(known)) == 1:
        means = {name: by_unit.mean(axis=1) for name, (by_unit, _) in panels.items()}
        untouched = {name: means[name] for name in means if name in placebo_outcomes}
        return {
            name: _everybody(own, str(known[0]), level, {} if name in untouched else untouched)
            for name, own in means.items()
        }
    if len(known) == 1:
        return {name: _single(by_unit, dates, level) for name, (by_unit, _) in panels.items()}
    tried: dict[str, list[dict[str, object]]] = {name: [] for name in panels}
    by_unit, by_area = next(iter(panels.values()))
    seen: dict[tuple[int, ...], dict[str, dict[str, object]]] = {}
    for starts in _all_dates(dates, int(options["seed"])):
        # Dates outside, outcomes inside: what follows from the dates alone is then made once, and
        # months within one period are one date.
        places = tuple(by_unit.index.searchsorted(pd.Index(starts)))
        if places not in seen:
            of_units = starts.reindex(by_unit.columns)
            of_areas = belongs.map(starts).reindex(by_area.columns)
            seen[places] = {
                name: _rolled_out(*panel, of_units, of_areas, options)
                for name, panel in panels.items()
            }
        for name, row in seen[places].items():
            tried[name].append(row)
    return {name: _over_dates(pd.DataFrame(rows)) for name, rows in tried.items()}


def _over_dates(table: pd.DataFrame) -> dict[str, object]:
    """Return one row for all dates that may have been: the middle, and the worst of each check."""
    middle = table.iloc[(table.estimate - table.estimate.median()).abs().argmin()].to_dict()
    ends = {end: table[end].agg(how) if table[end].notna().all() else np.nan
            for end, how in (("lower", "min"), ("upper", "max"))}  # fmt: skip
    worst = {c: table[c].max() for c in ("p_value", "placebo_share")}
    least = {c: table[c].min() for c in ("leads_p", "breakdown")}
    spread = {"lowest": table.estimate.min(), "highest": table.estimate.max()}
    said = (
        f" The dates of some units are known only within a range: of {len(table)} possible sets, "
        "the estimate is the median, and the interval and p-value are the least sure."
        if len(table) > 1
        else ""
    )
    return middle | ends | worst | least | spread | {"caveat": middle["caveat"] + said}


def _all_dates(dates: dict[str, Start], seed: int) -> list[pd.Series]:
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
    of_units: pd.Series,
    of_areas: pd.Series,
    options: dict[str, float],
) -> dict[str, object]:
    found = staggered.effects(by_unit, of_units, **options)
    row, joint = found.iloc[0], found.p_value[found.term == "leads jointly"]
    base = int(options["base"])
    usual = staggered.usual_default(by_area, of_areas, base=base, level=options["level"]).iloc[0]
    placebos = staggered.placebo_dates(by_unit, of_units, base=base, every=_EVERY).estimate.abs()
    return {
        "design": "staggered roll-out",
        "method": "group–time effects, controls not treated yet; permutation of dates over units",
        "estimate": row.estimate,
        "lower": row.lower,
        "upper": row.upper,
        "p_value": row.p_value,
        "least_p": 1 / row.assignments,
        "usual_lower": usual.lower,
        "usual_upper": usual.upper,
        "usual_p": usual.p_value,
        "leads_p": float(joint.iloc[0]) if len(joint) else np.nan,
        "breakdown": row.breakdown,
        "placebo_dates": len(placebos),
        "placebo_share": (placebos >= abs(row.estimate)).mean() if len(placebos) else np.nan,
        "lowest": row.estimate,
        "highest": row.estimate,
        "caveat": f"Measured to {row['last']:%B %Y}: nobody is left to compare with after that."
        if of_units.notna().all()
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


def _everybody(
    series: pd.Series, when: str, level: float, controls: Mapping[str, pd.Series]
) -> dict[str, object]:
    """Return the step at the start, against the mean of outcomes that it could not have touched."""
    start = pd.Timestamp(when)
    season = 12 if (series.index.to_series().diff().dt.days.median() or 0) < 32 else None
    if controls:
        series = series - pd.DataFrame(controls).mean(axis=1)
    row = breaks.interrupted_series(series, start=start, season=season, level=level).iloc[0]
    before = series[series.index < start]
    tried = [
        abs(breaks.interrupted_series(before, start=day, season=season).estimate[0])
        for day in before.index[12:-11:_EVERY]
    ]
    design = "controlled interrupted series" if controls else "interrupted series"
    but = f" and left {', '.join(controls)} as it was" if controls else ""
    return _plain(row, design, row.method) | {
        "least_p": 0.0,
        "placebo_dates": len(tried),
        "placebo_share": np.mean(np.array(tried) >= abs(row.estimate)) if tried else np.nan,
        "caveat": f"All began at once: whatever else began then{but} looks the same.",
    }


def _plain(row: pd.Series, design: str, method: str) -> dict[str, object]:
    nothing = dict.fromkeys(
        ("usual_lower", "usual_upper", "usual_p", "leads_p", "breakdown"), np.nan
    )
    same = {end: row[end] for end in ("estimate", "lower", "upper", "p_value")}
    spread = {"lowest": row.estimate, "highest": row.estimate}
    return {"design": design, "method": method} | same | nothing | spread
