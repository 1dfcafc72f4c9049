"""The designs that who was treated, and when, allows: each outcome's effect and its checks."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import product
from math import prod

import numpy as np
import pandas as pd

from pvtools.chance import generator
from pvtools.evaluation.panel import Months
from pvtools.stats import breaks, staggered, synthetic_control

_MOST_DATES = 100
_EVERY = 3  # periods between placebo dates
_AGAIN, _MOST_AGAIN = 10, 9999  # times as many draws for the dates that decide, and at most so many
#: What the least favourable dates decide, and which of them that is.
_LEAST_SURE = {
    "p_value": "max", "lower": "min", "upper": "max", "leads_p": "min", "breakdown": "min",
}  # fmt: skip

Row = dict[str, object]


def found(
    panels: Mapping[str, tuple[pd.DataFrame, pd.DataFrame]],
    belongs: pd.Series,
    dates: Mapping[str, Months],
    placebo_outcomes: Collection[str],
    options: dict[str, float],
    *,
    alike: bool,
) -> dict[str, Row]:
    """Return the effect on each outcome with its checks, by the design that the dates allow.

    Parameters
    ----------
    panels
        Of each outcome, its values by unit and by area: a row a period.
    belongs
        Which unit each area belongs to.
    dates
        The months in which it can have begun in each unit.
    placebo_outcomes
        Outcomes that it could not have touched: where all began at once, the others are set
        against them.
    options
        ``base, draws, seed, level``.
    alike
        Whether it began in all of them at once, whenever that was.
    """
    periods = next(iter(panels.values()))[0].index
    many, sets = _all_dates(dates, periods[-1], int(options["seed"]), alike=alike)
    # Months within one period are one date; what follows from the dates alone is made once.
    places = [tuple(periods.searchsorted(pd.Index(starts))) for starts in sets]
    which = dict(zip(places, sets, strict=True))

    def tried(place: tuple[int, ...], names: Collection[str], draws: float) -> dict[str, Row]:
        own = {name: panels[name] for name in names}
        return _by_design(
            own, panels, belongs, which[place], placebo_outcomes, options | {"draws": draws}
        )

    first = {place: tried(place, panels, options["draws"]) for place in which}
    if len(which) == 1:
        return first[places[0]]
    tables = {name: pd.DataFrame([first[p][name] for p in places]) for name in panels}
    deciding = {name: _deciding(table) for name, table in tables.items()}
    # The worst of many p-values that were each drawn is worse than it should be: draw it again.
    more = max(options["draws"], min(_AGAIN * options["draws"], _MOST_AGAIN))
    again = {
        place: tried(place, [n for n in panels if row in deciding[n].values()], more)
        for row, place in {places.index(p): p for p in which}.items()
        if any(row in own.values() for own in deciding.values())
    }
    said = _dates_said(dates, many, len(places))
    return {
        name: _over_dates(
            table, {c: again[places[row]][name][c] for c, row in deciding[name].items()}, said
        )
        for name, table in tables.items()
    }


def _deciding(table: pd.DataFrame) -> dict[str, int]:
    """Return, of what the least favourable dates decide, the row that does; none where unknown."""
    return {
        column: int(getattr(table[column].astype(float), f"idx{how}")())
        for column, how in _LEAST_SURE.items()
        if table[column].notna().all()
    }


def _over_dates(table: pd.DataFrame, decided: Row, said: str) -> Row:
    """Return one row for all dates that may have been: the middle, and the worst of each check."""
    middle = table.iloc[(table.estimate - table.estimate.median()).abs().argmin()].to_dict()
    worst = {column: decided.get(column, np.nan) for column in _LEAST_SURE}
    spread = {"lowest": table.estimate.min(), "highest": table.estimate.max()}
    share = {"placebo_share": table.placebo_share.max()}
    return middle | worst | spread | share | {"caveat": f"{middle['caveat']} {said}".strip()}


def _dates_said(dates: Mapping[str, Months], many: int, tried: int) -> str:
    unsure = [name for name, months in dates.items() if len(months) > 1]
    which = (
        f"start dates of {' and '.join(unsure)}, which are"
        if len(unsure) <= 2
        else f"{len(unsure)} start dates that are"
    )
    sets = f"all {many:,} possible sets" if many == tried else f"{tried} of {many:,} possible sets"
    return (
        f"It depends on the {which} known only within a range: {sets} were tried. The estimate is "
        "their median; the interval and p-value are the least favourable."
    )


def _all_dates(
    dates: Mapping[str, Months], last: pd.Timestamp, seed: int, *, alike: bool
) -> tuple[int, list[pd.Series]]:
    """Return how many sets of starts the ranges allow, and all, or a hundred drawn of more.

    What begins after the last period never began within them.
    """
    choices = [months or (pd.NaT,) for months in dates.values()]
    most = max(map(len, choices))
    many = most if alike else prod(map(len, choices))
    if alike:
        sets = [[own[min(i, len(own) - 1)] for own in choices] for i in range(most)]
    elif many <= _MOST_DATES:
        sets = [*product(*choices)]
    else:
        rng = generator(seed)
        sets = [[own[rng.integers(len(own))] for own in choices] for _ in range(_MOST_DATES)]
    drawn = [pd.Series(pd.to_datetime(list(one)), index=[*dates]) for one in sets]
    return many, [one.where(one <= last) for one in drawn]


def _by_design(
    own: Mapping[str, tuple[pd.DataFrame, pd.DataFrame]],
    panels: Mapping[str, tuple[pd.DataFrame, pd.DataFrame]],
    belongs: pd.Series,
    starts: pd.Series,
    placebo_outcomes: Collection[str],
    options: dict[str, float],
) -> dict[str, Row]:
    """Return the rows of some outcomes, by the design that these starts allow."""
    known, level = starts.dropna(), options["level"]
    if len(known) == len(starts) and len(set(known)) == 1:
        means = {name: by_unit.mean(axis=1) for name, (by_unit, _) in panels.items()}
        untouched = {name: means[name] for name in means if name in placebo_outcomes}
        return {
            name: _everybody(
                means[name], known.iloc[0], level, {} if name in untouched else untouched
            )
            for name in own
        }
    if len(known) == 1:
        return {name: _single(by_unit, known, level) for name, (by_unit, _) in own.items()}
    by_unit, by_area = next(iter(own.values()))
    of_units = starts.reindex(by_unit.columns)
    of_areas = belongs.map(starts).reindex(by_area.columns)
    return {name: _rolled_out(*panel, of_units, of_areas, options) for name, panel in own.items()}


def _rolled_out(
    by_unit: pd.DataFrame,
    by_area: pd.DataFrame,
    of_units: pd.Series,
    of_areas: pd.Series,
    options: dict[str, float],
) -> Row:
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
        if row["last"] < by_unit.index[-1]
        else "",
    }


def _single(by_unit: pd.DataFrame, known: pd.Series, level: float) -> Row:
    name, start = known.index[0], known.iloc[0]
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
    series: pd.Series, start: pd.Timestamp, level: float, controls: Mapping[str, pd.Series]
) -> Row:
    """Return the step at the start, against the mean of outcomes that it could not have touched."""
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
        "caveat": f"All began at once: whatever else began then{but} looks the same."
        + (f" {row.caveat}" if row.caveat else ""),
    }


def _plain(row: pd.Series, design: str, method: str) -> Row:
    nothing = dict.fromkeys(
        ("usual_lower", "usual_upper", "usual_p", "leads_p", "breakdown"), np.nan
    )
    same = {end: row[end] for end in ("estimate", "lower", "upper", "p_value")}
    spread = {"lowest": row.estimate, "highest": row.estimate}
    return {"design": design, "method": method} | same | nothing | spread
