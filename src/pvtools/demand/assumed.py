"""What is assumed about calls and about what may become of them: one row an assumption.

Nobody publishes calls by hour, how long a call binds a crew, or what the years will bring. These
are orders of magnitude to think with, and their ranges are wide; each is called an assumption
unless a source is given. ``assumptions`` hands them out as a table to be edited; ``checked``
takes it back.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from pvtools.demand.hours import MOST_MENTAL_HEALTH
from pvtools.errors import InputError, UsageError, did_you_mean, resolve

_COLUMNS = ["parameter", "low", "likely", "high", "unit", "source"]
_ENDS = ["low", "likely", "high"]
_ASSUMPTION = "assumption"
_REPORT = (
    "Public Sector Executive, December 2015 / January 2016: up to 20% of police time in London; "
    "that this holds for calls too, and all below it, is assumption"
)

#: parameter → low, likely, high, unit, least and most that is allowed, source, what it means
_NOW = {
    "calls_per_offence": (1.0, 2.0, 4.0, "calls an offence recorded", 0.1, 20, _ASSUMPTION,
        "Calls an officer has to come to, about an offence or not, for each offence recorded."),
    "offence_call_share": (0.2, 0.35, 0.5, "share of calls", 0, 0.8, _ASSUMPTION,
        "Calls that are about an offence; the others are about safety, welfare and quarrels."),
    "mental_health_share": (0.0, 0.1, 0.2, "share of calls", 0, MOST_MENTAL_HEALTH, _REPORT,
        "Calls that are about somebody's mental health, and no offence."),
    "repeat_share": (0.1, 0.25, 0.4, "share of calls", 0, 1, _ASSUMPTION,
        "Calls about people and places that were called about before, of whatever kind."),
    "crew": (1.5, 2.0, 2.5, "officers", 1, 10, _ASSUMPTION,
        "Officers who go to a call, on average."),
    "call_hours": (0.75, 1.25, 2.0, "hours", 0.05, 24, _ASSUMPTION,
        "Hours a call binds its crew, from setting out to being free again, paper included."),
    "patience_hours": (0.5, 1.0, 3.0, "hours", 0.05, 48, _ASSUMPTION,
        "Hours after which a call nobody has come to is withdrawn or overtaken, on average."),
    "occupancy_now": (0.5, 0.65, 0.8, "share of duty time", 0.05, 0.95, _ASSUMPTION,
        "How much of their time crews on duty are bound by calls today; gives their number."),
    "follow_demand_now": (0.2, 0.5, 0.8, "share of officers", 0, 1, _ASSUMPTION,
        "Officers on duty when calls come; the others are spread evenly over the week."),
    "triage_now": (0.0, 0.3, 0.6, "share of calls not met", 0, 1, _ASSUMPTION,
        "Calls not met that are chosen as the least harmful; the others are as they come."),
}  # fmt: skip

#: parameter → unit, least and most that is allowed; for all of them zero is as now
_CHANGES = {
    "officers_change": ("change a year, as a share", -0.2, 0.2),
    "officers_taken_off": ("share of officers, in the end", 0, 0.5),
    "offence_calls_change": ("change a year, as a share", -0.2, 0.2),
    "other_calls_change": ("change a year, as a share", -0.2, 0.2),
    "other_calls_declined": ("share of calls about no offence, in the end", 0, 1),
    "call_hours_change": ("change a year, as a share", -0.2, 0.2),
    "mental_health_by_partners": ("share of mental-health calls, in the end", -0.5, 1),
    "repeat_calls_prevented": ("share of repeat calls, in the end", -0.5, 1),
    "follow_demand_change": ("points of share, in the end", -1, 1),
    "triage_change": ("points of share, in the end", -1, 1),
    "years_to_take_hold": ("years", 0.5, 30),
}
_UNCHANGED = (0.0, 0.0, 0.0, "The scenario says nothing of it: as now.")

#: scenario → parameter → low, likely, high, and what in the report of 2015 it stands for
_SCENARIOS = {
    "as_now": {
        "years_to_take_hold": (1.0, 1.0, 1.0, "Nothing changes, so nothing has to take hold."),
    },
    "retrenchment": {
        "officers_change": (-0.05, -0.03, -0.01,
            "Cost savings come before all else: there are fewer officers every year."),
        "offence_calls_change": (-0.03, -0.01, 0.02,
            "Trust breaks down and people call less; efficacy is in doubt, so more may happen."),
        "other_calls_declined": (0.1, 0.25, 0.5,
            "The service falls back on its core: some calls about no offence are declined, and "
            "count as not met."),
        "call_hours_change": (-0.02, -0.01, 0.0, "Efficiency: calls are dealt with faster."),
        "follow_demand_change": (0.0, 0.05, 0.15,
            "Efficiency: duty rosters come a little nearer to demand."),
        "years_to_take_hold": (2.0, 4.0, 6.0, "Pulling back is a matter of few budgets."),
    },
    "overstretch": {
        "officers_change": (-0.01, 0.0, 0.01,
            "Money is less short than was feared: about as many officers as now."),
        "offence_calls_change": (0.0, 0.01, 0.03,
            "Response without impact: what lies behind offences stays as it is."),
        "other_calls_change": (0.01, 0.03, 0.06,
            "The service of first resort, which always has to respond, is called for more."),
        "call_hours_change": (0.0, 0.01, 0.03,
            "Demands grow more complex and are dealt with in the manner of always."),
        "mental_health_by_partners": (-0.3, -0.1, 0.0,
            "Partners lose faith, and work comes back to the police."),
        "repeat_calls_prevented": (-0.2, -0.05, 0.0,
            "All response: who called before calls again."),
        "years_to_take_hold": (3.0, 5.0, 8.0, "Partners lose faith by and by."),
    },
    "focused_impact": {
        "officers_change": (-0.01, 0.0, 0.01, "Money as in overstretch: the funding is the same."),
        "officers_taken_off": (0.05, 0.1, 0.15,
            "New ways of working take time: officers leave response to solve problems."),
        "offence_calls_change": (-0.02, 0.0, 0.02,
            "Work on what lies behind offences, against all that drives them up."),
        "other_calls_change": (0.0, 0.02, 0.05,
            "What the public expects goes on growing, somewhat less on the police alone."),
        "call_hours_change": (-0.01, 0.0, 0.02,
            "Specialists save time, care and professional judgement cost it."),
        "mental_health_by_partners": (0.2, 0.4, 0.6,
            "Firm arrangements with health services, which come instead."),
        "repeat_calls_prevented": (0.1, 0.25, 0.4,
            "Lasting work with partners on shared concerns: fewer call again."),
        "follow_demand_change": (0.1, 0.25, 0.4,
            "Information is gathered, analysed and shared: officers are there when calls come."),
        "triage_change": (0.2, 0.4, 0.6,
            "Harm is measured: what cannot be met is the least harmful."),
        "years_to_take_hold": (3.0, 5.0, 8.0,
            "Structures and contracts of two to five years, and time to learn."),
    },
}  # fmt: skip

SCENARIOS = tuple(_SCENARIOS)


def assumptions(name: str | None = None) -> pd.DataFrame:
    """Return what is assumed about calls today, or what a scenario takes to change.

    Parameters
    ----------
    name
        ``as_now``, ``retrenchment``, ``overstretch`` or ``focused_impact``; without it, today.

    Returns
    -------
    pandas.DataFrame
        ``parameter, low, likely, high`` (the ends and the peak of a triangular distribution),
        ``unit, source, meaning`` (of a scenario: what in it the figure stands for). Changes are
        zero where all stays as now. Edit it, and hand it to :func:`profile` or
        :func:`scenario`.

    Raises
    ------
    UsageError
        No scenario is called so; the nearest is suggested.

    Examples
    --------
    >>> assumptions("retrenchment").set_index("parameter").likely["officers_change"].item()
    -0.03
    """
    if name is None:
        rows = [(key, *r[:4], *r[6:]) for key, r in _NOW.items()]
        return pd.DataFrame(rows, columns=[*_COLUMNS, "meaning"])
    name = resolve("scenario", name, _SCENARIOS)
    rows = []
    for key, (unit, *_) in _CHANGES.items():
        *ends, meaning = _SCENARIOS[name].get(key, _UNCHANGED)
        rows.append((key, *ends, unit, _ASSUMPTION, meaning))
    return pd.DataFrame(rows, columns=[*_COLUMNS, "meaning"])


def supposing(table: pd.DataFrame, likely: Mapping[str, float]) -> pd.DataFrame:
    """Return assumptions with other likely values, their ranges widened to hold them.

    Parameters
    ----------
    table
        What :func:`assumptions` returned.
    likely
        Parameters, and what they are taken to be.

    Raises
    ------
    UsageError
        There is no such parameter (the nearest is suggested), or its value is no number.

    Examples
    --------
    >>> busy = supposing(assumptions(), {"occupancy_now": 0.9}).set_index("parameter")
    >>> busy.loc["occupancy_now", ["low", "likely", "high"]].tolist()
    [0.5, 0.9, 0.9]
    """
    likely = {resolve("assumption", name, table.parameter): likely[name] for name in likely}
    unreadable = [name for name, value in likely.items() if not _is_number(value)]
    if unreadable:
        raise UsageError(f"Assumptions are numbers, which these are not: {', '.join(unreadable)}.")
    value = table.parameter.map(dict(likely)).astype(float).fillna(table.likely)
    return table.assign(
        likely=value,
        low=np.minimum(table.low, value),
        high=np.maximum(table.high, value),
    )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | np.number) and bool(np.isfinite(value))


def checked(table: pd.DataFrame | None, name: str | None = None) -> pd.DataFrame:
    """Return an edited table of assumptions in the order of the original, or every fault in it.

    Parameters
    ----------
    table
        What :func:`assumptions` returned, edited; nothing for the original.
    name
        The scenario it is for; without it, today.

    Returns
    -------
    pandas.DataFrame
        ``parameter, low, likely, high, unit, source, meaning``; the table given stays as it is.

    Raises
    ------
    InputError
        Rows or columns that are missing, unknown or there twice, figures that are missing, out
        of order or beyond what is allowed, or no source: all at once.
    """
    original = assumptions(name)
    if table is None:
        return original
    faults = absent_columns(table, _COLUMNS)
    if not faults:
        given = pd.Index(table.parameter)
        known = original.parameter
        for label in known[~known.isin(given)]:
            faults.append(f"the row {label} is missing")
        for label in given[~given.isin(known)]:
            faults.append(f"there is no parameter {label!r}.{did_you_mean(str(label), known)}")
        faults += [f"{label} stands there twice" for label in given[given.duplicated()].unique()]
    if not faults:
        rows = table.set_index("parameter").loc[original.parameter]
        faults += _faults(rows, _allowed(name))
    if faults:
        raise InputError(
            f"Cannot use these assumptions: {'; '.join(faults)}. "
            f"Start from demand.assumptions({'' if name is None else repr(name)})."
        )
    rows = rows[_COLUMNS[1:]].astype(dict.fromkeys(_ENDS, float)).reset_index()
    return rows.assign(meaning=original.meaning)


def absent_columns(table: object, needed: list[str]) -> list[str]:
    """Return what a table lacks, as faults; what is no table lacks everything."""
    if not isinstance(table, pd.DataFrame):
        return [f"a table is needed, found {type(table).__name__}"]
    absent = [column for column in needed if column not in table]
    return [f"the columns {', '.join(absent)} are missing"] if absent else []


def _allowed(name: str | None) -> dict[str, tuple[float, float]]:
    if name is None:
        return {key: (row[4], row[5]) for key, row in _NOW.items()}
    return {key: (least, most) for key, (_, least, most) in _CHANGES.items()}


def _faults(rows: pd.DataFrame, allowed: dict[str, tuple[float, float]]) -> list[str]:
    faults = []
    numbers = rows[_ENDS].apply(pd.to_numeric, errors="coerce").astype(float)
    for label, (low, likely, high) in zip(numbers.index, numbers.to_numpy(), strict=True):
        least, most = allowed[label]
        found = f"found {low:g}, {likely:g}, {high:g}"
        if not low <= likely <= high:  # a missing figure fails too
            faults.append(f"{label} needs low ≤ likely ≤ high, {found}")
        elif low < least or high > most:
            faults.append(f"{label} lies between {least:g} and {most:g}, {found}")
    sources = rows.source.astype("str").str.strip()
    for label in rows.index[rows.source.isna() | (sources == "")]:
        faults.append(f"{label} needs a source, or the word {_ASSUMPTION!r}")
    return faults
