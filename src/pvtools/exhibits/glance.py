"""A place at a glance: its indicators beside London and places alike, and how each moved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from pvtools import areas, estimates, figures, style, words
from pvtools.exhibits import maker
from pvtools.exhibits.absent import absent
from pvtools.exhibits.pieces import Column, Exhibit, Ledger, Notice
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
    """Return the table of a place's indicators, each in one row of words and numbers.

    ``near`` are the places most like it, and ``since`` what the earlier year is called.
    """
    rows = [
        {
            "indicator": item.label,
            "period": words.short(item.level.period.iloc[0]),
            "here": _written(item, area),
            "london": _written(item, areas.LONDON),
            "near": _range(item, near),
            "change": _moved(item.change, area),
            "since": _moved(item.since, area),
        }
        for item in items
    ]
    own, london = area == areas.LONDON, areas.LONDON
    columns = [
        Column("indicator", "Indicator"),
        Column("period", "Year to"),
        Column("here", area),
        *([] if own else [Column("london", london), Column("near", "Five alike")]),
        Column("change", "In a year"),
        *([] if own else [Column("since", f"Since {since}")]),
    ]
    alike = (
        ""
        if own
        else f"Since {since} is beside London: what new ways of recording move everywhere drops "
        f"out. Alike in residents, density and deprivation: {words.listing([*near])}. "
    )
    return Ledger(
        key="glance",
        title=f"{area} at a glance",
        table=pd.DataFrame(rows),
        columns=columns,
        note=(
            "Crime and searches are counts per 1,000 residents, without an interval. A change is "
            "not clear where chance could have made it, all 32 boroughs being tested; others have "
            f"their 95% interval in brackets. {alike}None of this ranks anybody."
        ),
    )


def picture(items: Sequence[Indicator], *, area: str, near: Sequence[str]) -> Exhibit | Notice:
    """Return the exhibit of where a place lies between lowest and highest, and of its past years.

    Each row is on a scale of its own, and no other place is named. An indicator without a latest
    value here, or without past years, is left out.
    """
    drawn = [
        item
        for item in items
        if item.years is not None and len(item.years) > 1 and _held(item, area) is not None
    ]
    if not drawn:
        return absent("Past years cannot be shown", f"Fewer than two years are held of {area}.")
    rows = pd.concat([_spread(item, area, near) for item in drawn], ignore_index=True)
    said = [_sentence(item, area) for item in drawn]
    return maker.exhibit(
        "glance-picture",
        rows,
        lambda ax: figures.glance(
            rows, {item.label: (item.years, item.breaks) for item in drawn}, ax=ax
        ),
        headline=f"{area} between the lowest and the highest borough, and its past years",
        subtitle=(
            "Left: this place by year, on a scale of each row's own, broken where the way of "
            "recording or asking changed; right: from the lowest to the highest borough (line), "
            "the five most like it (bar) and this place (dot)"
        ),
        alt=" ".join(said),
        height=0.4 + 0.27 * len(drawn),
        width=style.PAGE_WIDTH,
        also={
            "indicator": "Indicator",
            "here_text": area,
            "lowest_text": "Lowest borough",
            "highest_text": "Highest borough",
            "near_text": "Five most like it",
            "first_text": "First year held",
        },
        vintage="Figures to the periods in the table above",
        source="as in the table of sources at the end",
    )


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
    if how == "change":  # whole per cents, for a narrow column
        signed = f"{'+' if row.estimate > 0 else ''}{words.number(row.estimate, 'percent')}"
        return f"{signed} ({words.interval(row.lower, row.upper, 'percent')})"
    return f"{words.number(row.estimate, how)} ({words.interval(row.lower, row.upper, how)})"


def _spread(item: Indicator, area: str, near: Sequence[str]) -> pd.DataFrame:
    boroughs = item.level[item.level.area != areas.LONDON].estimate.dropna()
    alike = item.level[item.level.area.isin(near)].estimate.dropna()
    found = {
        "indicator": item.label,
        "here": float(_held(item, area).estimate),
        "lowest": boroughs.min(),
        "highest": boroughs.max(),
        "near_low": alike.min() if len(alike) else float("nan"),
        "near_high": alike.max() if len(alike) else float("nan"),
        "first": float(item.years.iloc[0]),
    }
    texts = {
        f"{name}_text": words.number(found[name], item.how)
        for name in ("here", "lowest", "highest", "first")
    }
    return pd.DataFrame([found | texts | {"near_text": _range(item, near)}])


def _sentence(item: Indicator, area: str) -> str:
    row = _spread(item, area, []).iloc[0]
    return (
        f"{item.label}: {row.here_text} here, boroughs run from {row.lowest_text} to "
        f"{row.highest_text}; in the year to {words.month(item.years.index[0])} it was "
        f"{row.first_text}."
    )


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
