"""Exhibits of who answers and who sits on a panel, against who lives there."""

from __future__ import annotations

import pandas as pd

from pvtools import figures, words
from pvtools.exhibits import maker, withheld
from pvtools.exhibits.pieces import Exhibit, Notice


def representation(
    table: pd.DataFrame, *, against: str, source: str, vintage: str
) -> Exhibit | Notice:
    """Return the exhibit of who answers, against who lives here.

    ``table`` has ``group``, ``estimate, lower, upper`` (sample less population) and the two
    shares ``sample`` and ``population``. Where no group has a figure, a notice says why.
    """
    every, table = table, withheld.shown(table)
    if table.empty:
        return withheld.notice("Who answers", every)
    off = [
        f"{row.group} ({words.number(row.estimate, 'points')})"
        for row in table.itertuples()
        if words.verdict(row) != "same"
    ]
    headline = (
        f"{words.count(len(off)).capitalize()} of {words.count(len(table))} groups "
        f"{'answers' if len(off) == 1 else 'answer'} more or less often than living here explains"
        if off
        else "No group answers more or less often than chance would have it"
    )
    return maker.exhibit(
        "engagement-representation",
        every,
        lambda ax: figures.forest(
            table,
            label="group",
            how="points",
            reference=0,
            marked=[row.split(" (")[0] for row in off],
            marked_label="more than chance",
            others_label="no more than chance",
            ax=ax,
        ),
        headline=headline,
        subtitle=(
            f"Share of the sample less share {against}, unweighted, with "
            f"{words.level(table)} interval"
        ),
        alt=(
            f"Dot plot of {len(table)} groups around zero. "
            + (f"More than chance: {words.listing(off)}." if off else "None is more than chance.")
        ),
        height=0.9 + 0.24 * len(table),
        called={"group": "Group"},
        also={
            "sample": ("In the sample", "percent"),
            "population": (f"Share {against}", "percent"),
        },
        source=source,
        vintage=vintage,
        caveats=(
            "Weights put groups back to their share; they cannot mend who is never reached.",
            *withheld.notes(every, names="group", what="groups"),
        ),
    )


def panel(table: pd.DataFrame, *, source: str, vintage: str) -> Exhibit | Notice:
    """Return the exhibit of a panel against its area: seats less what living there explains.

    ``table`` is what ``engagement.against_area`` returns. Where the seats of no group are given, a
    notice says why.
    """
    every, table = table, withheld.shown(table)
    if not (table.seats > 0).any():
        return withheld.notice("Who sits on the panel", every)
    off = [row.group for row in table.itertuples() if words.verdict(row) != "same"]
    seats = int(table.n.iloc[0])
    area = table.area.iloc[0]
    short = table.loc[table.short.idxmax()]
    return maker.exhibit(
        "engagement-panel",
        every,
        lambda ax: figures.forest(
            table,
            label="group",
            how="points",
            reference=0,
            marked=off,
            marked_label="more than chance",
            others_label="no more than chance",
            ax=ax,
        ),
        headline=(
            f"The panel is shortest of people in the group “{short.group}”: by "
            f"{words.number(short.short, 'rate')} of {seats:,} seats. "
            + (
                f"More than chance: {words.listing(off)}"
                if off
                else "No group is further off than chance would have it"
            )
        ),
        subtitle=(
            f"Share of the panel less share of residents, {area}, with {words.level(table)} "
            "interval as if it were drawn at random"
        ),
        alt=(
            f"Dot plot of {len(table)} groups around zero. "
            + "; ".join(
                f"{row.group}: {words.number(row.estimate, 'points')} "
                f"({words.interval(row.lower, row.upper, 'points')})"
                for row in table.itertuples()
            )
            + "."
        ),
        height=0.9 + 0.24 * len(table),
        called={"group": "Group"},
        also={
            "seats": ("Seats", "count"),
            "sample": ("On the panel", "percent"),
            "population": ("Of residents", "percent"),
            "short": ("Seats short", "rate"),
        },
        source=source,
        vintage=vintage,
        caveats=(
            _apart(table.dissimilarity.max()),
            *dict.fromkeys(table.caveat),  # a lowered minimum among them
            *withheld.notes(
                every.drop(columns="lowered", errors="ignore"), names="group", what="groups"
            ),
        ),
    )


def _apart(dissimilarity: float) -> str:
    """Return how many seats lie with others than in the area; nothing where that is withheld."""
    if pd.isna(dissimilarity):
        return ""
    share = words.number(dissimilarity, "percent")
    return f"{share} of seats would have to go to other groups for the panel to be as the area is."
