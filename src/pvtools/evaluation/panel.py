"""What an evaluation is given, laid out by period and area, or everything that is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date
from itertools import pairwise

import numpy as np
import pandas as pd

from pvtools.errors import InputError, did_you_mean

#: A month, or the earliest and latest month that it can have been.
Start = str | tuple[str, str] | None
#: The months in which something can have begun in a unit; none where it never did.
Months = tuple[pd.Timestamp, ...]
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])(-\d{2})?", re.ASCII)
_SHOWN = 5


def panels(series: pd.DataFrame) -> tuple[str, dict[str, pd.DataFrame]]:
    """Return what is measured, and each outcome's values: a row a period, a column an area.

    Raises
    ------
    InputError
        Everything wrong with the series, in one message.
    """
    if not isinstance(series, pd.DataFrame) or series.empty:
        refuse(["the series is a table with a row an area, month and outcome, and none is given"])
    value = "count" if "count" in series else "proportion"
    if absent := [c for c in ("area", "month", "outcome") if c not in series]:
        refuse([f"the series has no column {', '.join(absent)}"])
    if value not in series:
        refuse(["the series has neither a column count nor a column proportion"])
    if "count" in series and "proportion" in series:
        refuse(["the series has both a column count and a column proportion: leave one out"])
    if series.columns.duplicated().any():
        refuse([f"columns stand twice: {some(series.columns[series.columns.duplicated()])}"])
    rows = pd.DataFrame({c: series[c] for c in ("area", "month", "outcome", value)})
    rows["month"], faults = _periods(rows.month)
    rows[value], more = _values(rows[value], value)
    blank = [c for c in ("area", "outcome") if rows[c].isna().any()]
    faults += [*more, *(f"rows without {c} in the column {c}" for c in blank)]
    twice = rows[rows.duplicated(["area", "month", "outcome"])]
    if len(twice) and not faults:
        first = twice.iloc[0]
        faults.append(
            f"{len(twice)} rows give an area's month of an outcome twice, the first of them "
            f"{first.area}, {first.month:%Y-%m}, {first.outcome}"
        )
    refuse(faults)
    wide = rows.pivot(index="month", columns=["outcome", "area"], values=value).sort_index()
    every = pd.MultiIndex.from_product([rows.outcome.unique(), sorted(rows.area.unique(), key=str)])
    wide = wide.reindex(columns=every)
    for outcome, area in wide.columns[wide.isna().any()]:
        months = wide.index[wide[outcome, area].isna()]
        lacking = "all months" if len(months) == len(wide) else some(f"{m:%Y-%m}" for m in months)
        faults.append(f"{area} has no {value} of {outcome!r} in {lacking}")
    refuse([*faults, *_gaps(wide.index)])
    return value, {name: wide[name].astype(float) for name in every.unique(0)}


def belonging(units: Mapping[str, str] | None, areas: pd.Index) -> pd.Series:
    """Return which unit each area belongs to: itself where no units are given."""
    if units is not None and not isinstance(units, Mapping | pd.Series):
        refuse([f"units name the unit of each area, {{area: unit}}, not {type(units).__name__}"])
    if units is not None and (lacking := [a for a in areas if pd.isna(units.get(a))]):
        refuse([f"no unit is given for {some(lacking)}"])
    return pd.Series({area: units[area] if units is not None else area for area in areas})


def dates(
    treated: str | Collection[str] | None,
    start: object,
    held: list[str],
    periods: pd.Index,
) -> dict[str, Months]:
    """Return the months in which it can have begun in each unit; a start after the end is none."""
    faults = []
    if isinstance(start, Mapping):
        named = dict(start)
        if treated is not None:
            faults.append("treated is left out where each unit's start is given")
    else:
        alone = isinstance(treated, str) or not isinstance(treated, Collection)
        wanted = held if treated is None else [treated] if alone else [*treated]
        named = dict.fromkeys(wanted, start)
    faults += [
        f"no unit or area is called {name!r}.{did_you_mean(str(name), map(str, held))} "
        f"There are: {some(held, 40)}"
        for name in named
        if name not in held
    ]
    found = {}
    for name, when in named.items():
        months, wrong = _months(when)
        found[name] = months if months and months[0] <= periods[-1] else ()
        faults += [f"the start of {name} {text}" for text in wrong]
    if not faults and not any(found.values()):
        faults = [
            "nothing begins within the months that are given, "
            f"{periods[0]:%Y-%m} to {periods[-1]:%Y-%m}"
        ]
    refuse(list(dict.fromkeys(faults)))
    return {name: found.get(name, ()) for name in held}


def _months(when: object) -> tuple[Months, list[str]]:
    """Return every month that a start can have been, and what is wrong with it."""
    if isinstance(when, tuple | list):
        ends = [_month(one) for one in when]
        if len(ends) != 2 or None in ends or ends[0] > ends[1]:
            return (), [f"is {when!r}: a pair holds the earliest and the latest month, in order"]
        return tuple(pd.date_range(*ends, freq="MS")), []
    if (
        when is None
        or when is pd.NaT
        or when is pd.NA
        or (isinstance(when, float) and when != when)
    ):
        return (), []
    if (month := _month(when)) is None:
        return (), [f"is {when!r}: a month is written as 2018-06"]
    return (month,), []


def _month(when: object) -> pd.Timestamp | None:
    """Return the first day of the month that is named; nothing if it is no month."""
    if isinstance(when, str) and not _MONTH.fullmatch(when.strip()):
        return None
    if not isinstance(when, str | date | pd.Period) or pd.isna(when):
        return None
    try:
        return pd.Timestamp(str(when).strip()[:10]).to_period("M").to_timestamp()
    except ValueError:
        return None


def _periods(column: pd.Series) -> tuple[pd.Series, list[str]]:
    """Return the months as dates, and what is wrong with them."""
    if isinstance(column.dtype, pd.PeriodDtype):
        return column.dt.to_timestamp(), []
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        column = column.dt.tz_localize(None)
    if pd.api.types.is_datetime64_any_dtype(column):
        read = column
    elif pd.api.types.is_numeric_dtype(column):
        return column, [f"months are dates, or texts such as 2018-06, not {column.iloc[0]!r}"]
    else:
        read = pd.to_datetime(
            column.map(lambda v: v if isinstance(v, date) or _month(v) is not None else None),
            errors="coerce", format="ISO8601",
        )  # fmt: skip
    odd = column[read.isna()]
    return read, [
        f"months that are no dates ({len(odd)}): {some(map(_told, odd.unique()))}"
    ] if len(odd) else []


def _values(column: pd.Series, value: str) -> tuple[pd.Series, list[str]]:
    """Return the values as numbers, and what is wrong with them."""
    read = pd.to_numeric(column, errors="coerce").astype(float)
    faults = []
    if (odd := column[~np.isfinite(read)]).size:
        faults.append(
            f"{value}s that are no numbers ({len(odd)}): {some(map(_told, odd.unique()))}"
        )
    if (low := read[read < 0]).size:
        faults.append(f"{value}s are zero or more, found {some(f'{v:g}' for v in low.unique())}")
    if value == "proportion" and (high := read[np.isfinite(read) & (read > 1)]).size:
        faults.append(
            f"proportions lie between 0 and 1, found {some(f'{v:g}' for v in high.unique())}: "
            "divide percentages by 100"
        )
    return read, faults


def _gaps(periods: pd.DatetimeIndex) -> list[str]:
    """Return which periods are left out, if they are months or quarters with some left out."""
    month = np.asarray(periods.year * 12 + periods.month)
    steps = np.diff(month)
    if not steps.size or len(set(steps)) == 1:
        return []
    if (steps == 0).any():
        return ["a month has more than one date in it; each area has one row a month"]
    usual = int(np.bincount(steps).argmax())
    places = [m for a, b in pairwise(month) for m in range(a + usual, b, usual)]
    named = some(f"{(m - 1) // 12}-{(m - 1) % 12 + 1:02}" for m in places)
    return [f"periods are equally far apart; all areas lack {named or 'regular months'}"]


def _told(value: object) -> str:
    return "missing" if pd.isna(value) else repr(value) if isinstance(value, str) else str(value)


def some(names: object, most: int = _SHOWN) -> str:
    """Return the first few names, and how many more there are."""
    every = [*map(str, names)]
    more = f" and {len(every) - most} more" if len(every) > most else ""
    return ", ".join(every[:most]) + more


def refuse(faults: list[str]) -> None:
    """Raise every fault in one message; nothing if there is none."""
    if faults:
        more = [f"{len(faults) - 8} more of the kind"] if len(faults) > 8 else []
        raise InputError(f"Cannot evaluate: {'; '.join([*faults[:8], *more])}.")
