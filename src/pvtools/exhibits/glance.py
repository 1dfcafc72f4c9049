"""A place at a glance: its indicators beside London and places alike, and how each moved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from pvtools import areas, estimates, figures, measures, words
from pvtools.exhibits.pieces import Column, Ledger, Notice
from pvtools.measures import Format

_NOT_HELD = "not held"
_QUESTIONS = 4
_VALUE = ("estimate", "lower", "upper")
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

    @cached_property
    def how(self) -> Format:
        """Return how its level is written."""
        return estimates.written(self.level).format

    @cached_property
    def held(self) -> dict[str, Any]:
        """Return each area's row of the level, of those that have one."""
        known = self.level[self.level["estimate"].notna()]
        return dict(zip(known["area"], known[[*_VALUE]].itertuples(index=False), strict=True))

    def like(self, area: str) -> list[float]:
        """Return the levels of all areas of this one's kind."""
        return self.of(place.name for place in areas.peers([area]))

    def of(self, names: Iterable[str]) -> list[float]:
        """Return the levels of some areas, of those that have one."""
        return [self.held[name].estimate for name in names if name in self.held]


def _row(table: pd.DataFrame | None, area: str) -> Any:
    """Return an area's row, if it is held."""
    if table is None:
        return None
    own = np.flatnonzero((table["area"] == area) & table["estimate"].notna())
    return table.iloc[own[0]] if len(own) else None


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
            "change": _moved(_row(item.change, area)),
            "since": _moved(_row(item.since, area)),
            "past": _past(item, area),
            "between": place_words(item, area),
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
        | ({} if own else {"between": [place_picture(item, area, near) for item in items]}),
    )


def compared(items: Sequence[Indicator], names: Sequence[str]) -> Ledger:
    """Return the table of a few areas' indicators beside each other, and beside London's."""
    shown = list(dict.fromkeys([*names, areas.LONDON]))
    return Ledger(
        key="compared",
        title=f"{words.listing([*names])} beside each other",
        table=pd.DataFrame(
            {
                "indicator": item.label,
                "period": words.short(item.level.period.iloc[0]),
                **{name: _written(item, name) for name in shown},
            }
            for item in items
        ),
        columns=[
            Column("indicator", "Indicator"),
            Column("period", "Year to"),
            *(Column(name, name) for name in shown),
        ],
        note=(
            "Crime, searches and harm (days of sentence) are per 1,000 residents, homicide is "
            "people, positive outcomes a share of offences: counts of all that was recorded, "
            "without an interval. They differ by who lives there, who visits and what is reported "
            "as well as by policing, so no verdict is given on them, and nobody is ranked."
        ),
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
    tested = f", each row being tested over all {len(areas.peers([area]))} {kind}"
    return _NOTE.format(all=tested) + (
        f" Low to high: this place (dot){'' if unit else ' and the five alike (bar)'} between "
        f"the ends of all {kind}. Since {since}: −10% is a tenth less than if it had moved as "
        f"London did, so what new ways of recording move everywhere drops out.{alike} Nobody is "
        "ranked."
    )


def _line(item: Indicator, area: str) -> str:
    """Return an indicator's past years as a small line, if there are two."""
    if item.years is None or len(item.years) < 2 or area not in item.held:
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
    years = item.years.dropna().index.year
    parted = [f"; broken after {year}" for year in item.breaks if years[0] <= year < years[-1]]
    return f"{item.label}: from {first} to {last}; between them {low} to {high}{''.join(parted)}."


def _is_unit(area: str) -> bool:
    return areas.find(area).kind == "bcu"


def place_picture(item: Indicator, area: str, near: Sequence[str]) -> str:
    """Return where a place lies between the lowest and the highest borough, as a picture."""
    if not _lies_between(item, area):
        return ""
    alike = ([] if _is_unit(area) else item.of(near)) or [float("nan")]
    return figures.between(
        item.held[area].estimate,
        lowest=min(item.like(area)),
        highest=max(item.like(area)),
        near_low=min(alike),
        near_high=max(alike),
    )


def place_words(item: Indicator, area: str, called: str = "") -> str:
    """Return that picture in words; the indicator may be called by what is asked."""
    if not _lies_between(item, area):
        return "–"
    low, high = (words.number(end(item.like(area)), item.how) for end in (min, max))
    here = words.number(item.held[area].estimate, item.how)
    kind = areas.plural(area)
    line = f"on a line from the lowest of all {kind}, {low}, to {high}"
    return f"{called or item.label}: {here} here, {line}."


def _lies_between(item: Indicator, area: str) -> bool:
    return area in item.held and len(item.like(area)) > 1


def _written(item: Indicator, area: str) -> str:
    if area not in item.held:
        return _NOT_HELD
    row = item.held[area]
    said = words.number(row.estimate, item.how)
    if pd.isna(row.lower):
        return said
    return f"{said} ({words.interval(row.lower, row.upper, item.how)})"


def in_words(item: Indicator, area: str, near: Sequence[str]) -> str:
    """Return what an indicator says of a place and of those beside it, and whether it moved."""
    unit = "" if item.how == "percent" else f" {estimates.written(item.level).unit}"
    alike = "Its boroughs" if _is_unit(area) else "five alike"
    ranged = f"{alike} {_range(item, near)}" if item.of(near) else ""
    if area not in item.held:  # a unit of whose boroughs alone it is held
        return f"{ranged}{unit}; London {_written(item, areas.LONDON)}."
    parts = [_written(item, area) + unit, ranged[:1].lower() + ranged[1:]]
    if area != areas.LONDON:
        parts.insert(1, f"London {_written(item, areas.LONDON)}")
    said = "; ".join(filter(None, parts))
    return " ".join([f"{said}.", *how_it_moved("In a year", item.change, area)])


def how_it_moved(when: str, changes: pd.DataFrame | None, area: str) -> list[str]:
    """Return by how much a place moved and whether chance would do it, if that is held."""
    if (row := _row(changes, area)) is None:
        return []
    moved = _moved(row)
    if words.verdict(row) == "same":
        return [f"{when} {moved.strip('()')}, {words.unclear(row)}."]
    return [f"{when} {moved}: more than chance."]


def _range(item: Indicator, near: Sequence[str]) -> str:
    values = item.of(near)
    return words.interval(min(values), max(values), item.how) if values else _NOT_HELD


def _moved(row: Any) -> str:
    if row is None:
        return "–"
    number, interval = _change(row, measures.written(row.measure, row.quantity).format)
    return f"({interval})" if words.verdict(row) == "same" else f"{number} ({interval})"


def _change(row: Any, how: Format) -> tuple[str, str]:
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


def questions(items: Sequence[Indicator], *, area: str, near: Sequence[str], since: str) -> Notice:
    """Return what to ask the police here: what moved by more than chance, what stands apart.

    Of an indicator the larger change is asked about, that in a year or that since an earlier one.
    A question is no finding: it says which figure it rests on, and supposes no cause.
    """
    changes = (
        (item, when, moved, _row(table, areas.LONDON))
        for item in items
        for when, table in (
            ("in a year", item.change),
            (f"since {since}, against London", item.since),
        )
        if _is_clear(moved := _row(table, area))
    )
    about: dict[str, str] = {}
    for item, when, moved, london in sorted(changes, key=lambda one: -abs(one[2].estimate)):
        beside = None if area == areas.LONDON else london
        about.setdefault(item.label, _about_change(item, when, moved, beside))
    apart = sorted(
        (item for item in items if item.compared and item.label not in about),
        key=lambda item: -_beyond(item, area, near),
    )
    asked = [
        *about.values(),
        *(_about_place(item, area, near) for item in apart if _beyond(item, area, near) > _MARGIN),
    ][:_QUESTIONS]
    if not asked:
        asked = [
            "No indicator moved by more than chance"
            + ("" if _is_unit(area) else ", nor stands well apart from the boroughs most alike")
            + ". Which smaller changes do the police see in their own figures?"
        ]
    always = "Of any six places one is highest and one lowest: that alone says little."
    return Notice(
        title="What could be asked?",
        points=[
            *asked,
            "Which of these do residents raise, and what are they told?"
            + (f" ({always})" if any("What is different" in said for said in asked) else ""),
        ],
    )


def _is_clear(moved: Any) -> bool:
    return moved is not None and words.verdict(moved) != "same"


def _about_change(item: Indicator, when: str, moved: Any, london: Any) -> str:
    everywhere = f"; London {_moved(london)}" if _is_clear(london) else ""
    return f"{item.label}: {_moved(moved)} {when}{everywhere}. What lies behind it?"


def _beyond(item: Indicator, area: str, near: Sequence[str]) -> float:
    """Return by what share a place lies beyond all places alike; zero where it is among them."""
    alike = item.of(near)
    if area not in item.held or not near or len(alike) < len(near) or min(alike) <= 0:
        return 0.0
    here = item.held[area].estimate
    return max(here / max(alike), min(alike) / max(here, 1e-9)) - 1


def _about_place(item: Indicator, area: str, near: Sequence[str]) -> str:
    value = item.held[area].estimate
    side = "above" if value > max(item.of(near)) else "below"
    return (
        f"{item.label}: {words.number(value, item.how)}, well {side} the five alike "
        f"({_range(item, near)}). What is different here?"
    )
