"""A place at a glance: its indicators beside London and places alike, and how each moved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from pvtools import areas, estimates, figures, words
from pvtools.exhibits.pieces import Column, Ledger, Notice
from pvtools.measures import Format

_NOT_HELD = "not held"
_QUESTIONS = 4


@dataclass(frozen=True)
class Indicator:
    """One thing that is shown of a place at a glance.

    ``level`` is an estimate table of all areas in one year; ``change`` and ``since`` are tables of
    how each moved from the year before, and from an earlier year, if that is held; ``years`` is
    a place's values by year, for a small line, which stops after each of the ``breaks``.
    """

    label: str
    level: pd.DataFrame
    change: pd.DataFrame | None = None
    since: pd.DataFrame | None = None
    years: pd.Series | None = None
    breaks: tuple[int, ...] = ()

    @property
    def how(self) -> Format:
        """Return how its level is written."""
        return estimates.written(self.level).format


def table(items: Sequence[Indicator], *, area: str, near: Sequence[str], since: str) -> Ledger:
    """Return the table of a place's indicators, each in one row of words, numbers and two pictures.

    ``near`` are the places most like it, and ``since`` what the earlier year is called. No other
    place is named: a picture shows where this one lies between the lowest and the highest borough.
    """
    own, london = area == areas.LONDON, areas.LONDON
    rows = [
        {
            "indicator": item.label,
            "period": words.short(item.level.period.iloc[0]),
            "here": _written(item, area),
            "london": _written(item, london),
            "near": _range(item, near),
            "change": _moved(item.change, area),
            "since": _moved(item.since, area),
            "past": _past(item, area),
            "between": _between(item, area),
        }
        for item in items
    ]
    beside = [
        Column("london", london),
        Column("near", "Five alike"),
        Column("between", "Low to high", "picture"),
    ]
    columns = [
        Column("indicator", "Indicator"),
        Column("period", "Year to"),
        Column("here", "London" if own else "Here"),
        *([] if own else beside),
        Column("change", "In a year"),
        *([] if own else [Column("since", f"Since {since}")]),
        Column("past", "Past years", "picture"),
    ]
    return Ledger(
        key="glance",
        title=f"{area} at a glance",
        table=pd.DataFrame(rows),
        columns=columns,
        note=_NOTE + ("" if own else _beside_note(near, since)) + " None of this ranks anybody.",
        pictures={"past": [_line(item, area) for item in items]}
        | ({} if own else {"between": [_place(item, area, near) for item in items]}),
    )


_NOTE = (
    "Crime and searches are counts per 1,000 residents, victims of homicide a count, positive "
    "outcomes a share of offences: none has an interval. A change is not clear where chance could "
    "have made it, all 32 boroughs being tested; others have their 95% interval in brackets; – is "
    "not held. Past years: on a scale of each row's own, broken where recording or asking changed."
)


def _beside_note(near: Sequence[str], since: str) -> str:
    return (
        " Low to high: this place (dot) and the five alike (bar) between the boroughs' ends. "
        f"Since {since} is beside London: what new ways of recording move everywhere drops out. "
        f"Alike in residents, density and deprivation: {words.listing([*near])}."
    )


def _line(item: Indicator, area: str) -> str:
    """Return an indicator's past years as a small line, if there are two."""
    if item.years is None or len(item.years) < 2 or _held(item, area) is None:
        return ""
    return figures.past_years(item.years, breaks=item.breaks)


def _past(item: Indicator, area: str) -> str:
    """Return the small line in words."""
    if not _line(item, area):
        return "–"
    ends = item.years.iloc[[0, -1]]
    first, last = (
        f"{words.number(value, item.how)} in the year to {words.month(when)}"
        for when, value in ends.items()
    )
    low, high = (words.number(end, item.how) for end in (item.years.min(), item.years.max()))
    return f"{item.label}: from {first} to {last}; between them {low} to {high}."


def _boroughs(item: Indicator) -> pd.Series:
    return item.level[item.level.area != areas.LONDON].estimate.dropna()


def _place(item: Indicator, area: str, near: Sequence[str]) -> str:
    """Return where a place lies between the lowest and the highest borough, as a picture."""
    row, all_of_them = _held(item, area), _boroughs(item)
    if row is None or len(all_of_them) < 2:
        return ""
    alike = item.level[item.level.area.isin(near)].estimate.dropna()
    return figures.between(
        row.estimate,
        lowest=all_of_them.min(),
        highest=all_of_them.max(),
        near_low=alike.min(),
        near_high=alike.max(),
    )


def _between(item: Indicator, area: str) -> str:
    """Return that picture in words."""
    row, all_of_them = _held(item, area), _boroughs(item)
    if row is None or len(all_of_them) < 2:
        return "–"
    low, high = (words.number(end, item.how) for end in (all_of_them.min(), all_of_them.max()))
    here = words.number(row.estimate, item.how)
    return f"{item.label}: {here} here, on a line from the lowest borough, {low}, to {high}."


def _written(item: Indicator, area: str) -> str:
    row = _held(item, area)
    if row is None:
        return _NOT_HELD
    said = words.number(row.estimate, item.how)
    if pd.isna(row.lower):
        return said
    return f"{said} ({words.interval(row.lower, row.upper, item.how)})"


def _held(item: Indicator, area: str) -> pd.Series | None:
    rows = item.level[item.level.area == area].dropna(subset=["estimate"])
    return None if rows.empty else rows.iloc[0]


def _range(item: Indicator, near: Sequence[str]) -> str:
    values = item.level[item.level.area.isin(near)].estimate.dropna()
    return words.interval(values.min(), values.max(), item.how) if len(values) else _NOT_HELD


def _moved(changes: pd.DataFrame | None, area: str) -> str:
    rows = None if changes is None else changes[changes.area == area].dropna(subset=["estimate"])
    if rows is None or rows.empty:
        return "–"
    row = rows.iloc[0]
    how = estimates.written(changes).format
    if words.verdict(row) == "same":
        return "not clear"
    whole = [words.number(value, "percent") for value in (row.lower, row.upper)]
    if how == "change" and "0%" not in whole:  # whole per cents, for a narrow column
        signed = f"{'+' if row.estimate > 0 else ''}{words.number(row.estimate, 'percent')}"
        return f"{signed} ({' to '.join(whole)})"
    return f"{words.number(row.estimate, how)} ({words.interval(row.lower, row.upper, how)})"


def questions(items: Sequence[Indicator], *, area: str, near: Sequence[str]) -> Notice:
    """Return what to ask the police here: what moved by more than chance, what stands apart.

    A question is no finding: it says which figure it rests on, and supposes no cause.
    """
    asked = [
        *(said for item in items if (said := _about_change(item, area))),
        *(said for item in items if (said := _about_place(item, area, near))),
    ]
    shown = asked[:_QUESTIONS]
    if not shown:
        shown = [
            "No indicator moved by more than chance in a year, nor stands apart from the boroughs "
            "most alike. Which smaller changes do the police see in their own figures?"
        ]
    return Notice(
        title="What could be asked?",
        points=[
            *shown,
            "Which of these do residents raise, and how are they told what is done?",
        ],
    )


def _about_change(item: Indicator, area: str) -> str:
    rows = None if item.change is None else item.change[item.change.area == area]
    if rows is None or rows.empty or words.verdict(rows.iloc[0]) == "same":
        return ""
    said = _moved(item.change, area)
    return f"{item.label}: {said} in a year. What lies behind it, and was it expected?"


def _about_place(item: Indicator, area: str, near: Sequence[str]) -> str:
    here = item.level.loc[item.level.area == area, "estimate"].dropna()
    alike = item.level[item.level.area.isin(near)].estimate.dropna()
    if here.empty or len(alike) < len(near) or not near:
        return ""
    value = here.iloc[0]
    side = "above" if value > alike.max() else "below" if value < alike.min() else ""
    if not side:
        return ""
    return (
        f"{item.label}: {words.number(value, item.how)}, {side} all of the boroughs most alike "
        f"({_range(item, near)}). What is different here?"
    )
