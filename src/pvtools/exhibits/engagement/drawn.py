"""Exhibits of a panel drawn by lot: everybody's chance to sit, and what reweighting costs."""

from __future__ import annotations

import pandas as pd

from pvtools import figures, words
from pvtools.exhibits import maker, withheld
from pvtools.exhibits.engagement.ends import ends
from pvtools.exhibits.pieces import Exhibit, Notice


def chances(table: pd.DataFrame, *, seed: object, source: str, vintage: str) -> Exhibit:
    """Return the exhibit of everybody's chance to sit on a panel drawn by lot.

    ``table`` is what ``engagement.fairness`` returns; ``seed`` the one that was published.
    """
    least, most = table.iloc[0], table.iloc[-1]
    pool = words.number(table.volunteers.sum(), "count")
    seats = words.number(table.seats.sum(), "count")
    low, high, equal = (
        words.number(value, "percent") for value in (least.estimate, most.estimate, least.equal)
    )
    drawn, left_out = ends(table)
    rare = table.group[table.estimate > least.equal]
    return maker.exhibit(
        "engagement-chances",
        table,
        lambda ax: figures.values(
            drawn, label="group", how="percent", marked=[*rare], reference=least.equal,
            reference_label=f"{equal} if all had the same", ax=ax,
        ),
        headline=(
            f"Nobody of {pool} volunteers has less than a {low} chance to sit on the panel, and "
            f"nobody more than {high}: no lottery under these quotas gives the least likely more"
        ),
        subtitle=(
            f"Chance of a volunteer to be one of {seats} drawn by lot under quotas, by type of "
            f"people, {table.area.iloc[0]}; exact, so without interval"
        ),
        alt=(
            f"Dots of {len(table)} types of people, the least likely first. {least.group}: {low}; "
            f"{most.group}: {high}; all alike would be {equal}."
        ),
        height=0.9 + 0.21 * len(drawn),
        called={"group": "Type of people"},
        also={"volunteers": ("Volunteers", "count"), "seats": ("Seats on average", "decimal")},
        source=source,
        vintage=vintage,
        caveats=(
            "Who belongs to a group that seldom volunteers is drawn more often: that is what makes "
            "the panel like the area.",
            f"The seed of the draw is {seed}: whoever has the list of volunteers can draw again.",
            left_out,
        ),
    )  # fmt: skip


def kept(table: pd.DataFrame, *, source: str, vintage: str) -> Exhibit | Notice:
    """Return the exhibit of what reweighting leaves of a panel and of those it is set beside.

    ``table`` is what ``engagement.kept_by_weights`` returns, the panel last. Where nobody can be
    reweighted, a notice says why.
    """
    rows = withheld.shown(table)
    if rows.empty:
        return withheld.notice("What reweighting costs", table)
    said = [
        f"{row.group} count like {words.number(row.effective, 'count')} "
        f"({words.number(row.estimate, 'percent')} of {row.n:,})"
        for row in rows.itertuples()
    ]
    return maker.exhibit(
        "engagement-kept",
        table,
        lambda ax: figures.values(
            rows, label="group", how="percent", marked=[table.group.iloc[-1]], ax=ax
        ),
        headline="Reweighted to the area, " + words.listing(said),
        subtitle=(
            "Share of the people that is left once weights give every group its share of residents "
            f"(Kish's effective size), {table.area.iloc[0]}"
        ),
        alt=f"Dots of {len(rows)} bodies of people. {'; '.join(said)}.",
        height=1.0 + 0.34 * len(rows),
        called={"group": "Who"},
        also={"n": ("People", "count"), "effective": ("Count like", "rate")},
        source=source,
        vintage=vintage,
        caveats=(
            "Weights mend who is seen to be missing; they cannot mend that people who come differ "
            "from those of their own group who do not.",
            *withheld.notes(table, names="group", what="bodies of people"),
        ),
    )
