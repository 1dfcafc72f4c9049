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
