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
_MARGIN = 0.1  # of the nearest place alike, beyond which a place is asked about


@dataclass(frozen=True)
class Indicator:
    """One thing that is shown of a place at a glance.

    ``level`` is an estimate table of all areas in one year; ``change`` and ``since`` are tables of
    how each moved from the year before, and from an earlier year, if that is held; ``years`` is
    a place's values by year, for a small line, which stops after each of the ``breaks``.
    ``compared`` says whether standing apart from places alike is worth a question: not of a few
    victims, nor of a sample.
    """

    label: str
    level: pd.DataFrame
    change: pd.DataFrame | None = None
    since: pd.DataFrame | None = None
    years: pd.Series | None = None
    breaks: tuple[int, ...] = ()
    compared: bool = False

    @property
    def how(self) -> Format:
        """Return how its level is written."""
        return estimates.written(self.level).format


def table(items: Sequence[Indicator], *, area: str, near: Sequence[str], since: str) -> Ledger:
    """Return the table of a place's indicators, each in one row of words, numbers and two pictures.

    ``near`` are the places most like it, or the boroughs of a command unit, and ``since`` is what
    the earlier year is called. No other place is named: a picture shows where this one lies
    between the lowest and the highest of its kind.
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
        *([Column("near", "Its boroughs" if _is_unit(area) else "Five alike")] if near else []),
        Column("between", "Low to high", "picture"),
    ]
    columns = [
        Column("indicator", "Indicator"),
        Column("period", "Year to"),
        Column("here", "London" if own else "Here"),
        *([] if own else beside),
        Column("change", "In a year"),
        *([] if own else [Column("since", f"Since {since}, against London")]),
        Column("past", "Past years", "picture"),
    ]
    return Ledger(
        key="glance",
        title=f"{area} at a glance",
        table=pd.DataFrame(rows),
        columns=columns,
        note=_note(area, near, since),
        pictures={"past": [_line(item, area) for item in items]}
        | ({} if own else {"between": [_place(item, area, near) for item in items]}),
    )


_NOTE = (
    "Crime, searches and harm (days of sentence) are per 1,000 residents, homicide is people, "
    "positive outcomes a share of offences: counts of all, without an interval. Kinds overlap. A "
    "change has its 95% interval in brackets, and stands before it only where neither chance nor "
    "rounding would make it{all}; – is not compared or not held. Searches without a place, 7% to "
    "11%, are left out. Past years: on each row's own scale, broken where recording or asking "
    "changed."
)


def _note(area: str, near: Sequence[str], since: str) -> str:
    if area == areas.LONDON:
        return _NOTE.format(all="") + (
            " London is its 32 boroughs: offences recorded in none of them are left out."
        )
    kind, unit, named = areas.plural(area), _is_unit(area), words.listing([*near])
    alike = (
        f" Its boroughs: lowest to highest of {named}."
        if unit
        else f" Alike in residents, density and deprivation, not in visitors: {named}."
    )
    return _NOTE.format(all=f", all {len(areas.peers([area]))} {kind} being tested") + (
        f" Low to high: this place (dot){'' if unit else ' and the five alike (bar)'} between "
        f"the ends of all {kind}. Since {since}: −10% is a tenth less than if it had moved as "
        f"London did, so what new ways of recording move everywhere drops out.{alike} Nobody is "
        "ranked."
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


def _is_unit(area: str) -> bool:
    return areas.find(area).kind == "bcu"


def _all(item: Indicator, area: str) -> pd.Series:
    """Return the values of all areas of this one's kind."""
    peers = [place.name for place in areas.peers([area])]
    return item.level[item.level.area.isin(peers)].estimate.dropna()


def _place(item: Indicator, area: str, near: Sequence[str]) -> str:
    """Return where a place lies between the lowest and the highest borough, as a picture."""
    row, all_of_them = _held(item, area), _all(item, area)
    if row is None or len(all_of_them) < 2:
        return ""
    alike = item.level[item.level.area.isin([] if _is_unit(area) else near)].estimate.dropna()
    return figures.between(
        row.estimate,
        lowest=all_of_them.min(),
        highest=all_of_them.max(),
        near_low=alike.min(),
        near_high=alike.max(),
    )


def _between(item: Indicator, area: str) -> str:
    """Return that picture in words."""
    row, all_of_them = _held(item, area), _all(item, area)
    if row is None or len(all_of_them) < 2:
        return "–"
    low, high = (words.number(end, item.how) for end in (all_of_them.min(), all_of_them.max()))
    here = words.number(row.estimate, item.how)
    kind = areas.plural(area)
    return f"{item.label}: {here} here, on a line from the lowest of all {kind}, {low}, to {high}."


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
    if len(near) == 1 and len(values) == 1:
        return words.number(values.iloc[0], item.how)
    return words.interval(values.min(), values.max(), item.how) if len(values) else _NOT_HELD


def _moved(changes: pd.DataFrame | None, area: str) -> str:
    row = _own(changes, area)
    if row is None:
        return "–"
    number, interval = _change(row, estimates.written(changes).format)
    return f"({interval})" if words.verdict(row) == "same" else f"{number} ({interval})"


def _change(row: pd.Series, how: Format) -> tuple[str, str]:
    """Return a change and its interval, the unit said once, in whole per cents where that will do.

    An end that would be rounded to zero is written as finely as it takes.
    """
    ends = [words.number(value, "percent") for value in (row.estimate, row.lower, row.upper)]
    if how != "change" or "0%" in ends:
        number, interval = (
            words.number(row.estimate, how),
            words.interval(row.lower, row.upper, how),
        )
    else:
        number, *both = (end if end.startswith(words.MINUS) else f"+{end}" for end in ends)
        interval = " to ".join(both)
    low, high = interval.split(" to ")
    return number, f"{low.removesuffix('%')} to {high}"


def questions(items: Sequence[Indicator], *, area: str, near: Sequence[str]) -> Notice:
    """Return what to ask the police here: what moved by more than chance, what stands apart.

    A question is no finding: it says which figure it rests on, and supposes no cause.
    """
    moved = sorted(
        (item for item in items if _is_clear(item.change, area)),
        key=lambda item: -abs(_own(item.change, area).estimate),
    )
    apart = sorted(
        (item for item in items if item.compared and item not in moved),
        key=lambda item: -_beyond(item, area, near),
    )
    asked = [
        *(_about_change(item, area) for item in moved),
        *(_about_place(item, area, near) for item in apart if _beyond(item, area, near) > _MARGIN),
    ][:_QUESTIONS]
    if not asked:
        asked = [
            "No indicator moved by more than chance in a year"
            + ("" if _is_unit(area) else ", nor stands well apart from the boroughs most alike")
            + ". Which smaller changes do the police see in their own figures?"
        ]
    by_chance = "Of six places, two are highest or lowest by chance alone."
    return Notice(
        title="What could be asked?",
        points=[
            *asked,
            "Which of these do residents raise, and what are they told?"
            + (f" ({by_chance})" if any("What is different" in said for said in asked) else ""),
        ],
    )


def _own(changes: pd.DataFrame | None, area: str) -> pd.Series | None:
    rows = None if changes is None else changes[changes.area == area].dropna(subset=["estimate"])
    return None if rows is None or rows.empty else rows.iloc[0]


def _is_clear(changes: pd.DataFrame | None, area: str) -> bool:
    row = _own(changes, area)
    return row is not None and words.verdict(row) != "same"


def _about_change(item: Indicator, area: str) -> str:
    everywhere = ""
    if area != areas.LONDON and _is_clear(item.change, areas.LONDON):
        london = _own(item.change, areas.LONDON)
        number, interval = _change(london, estimates.written(item.change).format)
        everywhere = f"; London {number} ({interval})"
    return f"{item.label}: {_moved(item.change, area)} in a year{everywhere}. What lies behind it?"


def _beyond(item: Indicator, area: str, near: Sequence[str]) -> float:
    """Return by what share a place lies beyond all places alike; zero where it is among them."""
    row = _held(item, area)
    alike = item.level[item.level.area.isin(near)].estimate.dropna()
    if row is None or not near or len(alike) < len(near) or alike.min() <= 0:
        return 0.0
    return max(row.estimate / alike.max(), alike.min() / max(row.estimate, 1e-9)) - 1


def _about_place(item: Indicator, area: str, near: Sequence[str]) -> str:
    value = _held(item, area).estimate
    alike = item.level[item.level.area.isin(near)].estimate.dropna()
    side = "above" if value > alike.max() else "below"
    return (
        f"{item.label}: {words.number(value, item.how)}, well {side} the five alike "
        f"({_range(item, near)}). What is different here?"
    )
