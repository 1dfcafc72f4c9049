"""Exhibits of what twelve people can bear, of the loudest voice, and of priorities."""

from __future__ import annotations

import pandas as pd

from pvtools import figures, words
from pvtools.exhibits import maker
from pvtools.exhibits.pieces import Column, Exhibit, Ledger

#: The chance of missing a group that a panel may bear, as ``stats.panel_size`` takes it.
_RARELY = 0.05


def missed(table: pd.DataFrame, *, source: str, vintage: str) -> Exhibit:
    """Return the exhibit of whom a panel drawn at random misses by chance alone.

    ``table`` is what ``engagement.missed`` returns.
    """
    rows = table.sort_values("population", ascending=False, ignore_index=True)
    often = rows[rows.estimate > _RARELY]
    seats = words.count(int(rows.n.iloc[0]))
    largest, smallest = rows.iloc[0], rows.iloc[-1]
    return maker.exhibit(
        "engagement-missed",
        rows,
        lambda ax: figures.values(
            rows, label="group", how="percent", marked=[*often.group],
            reference=_RARELY, reference_label="one time in twenty", ax=ax,
        ),
        headline=(
            f"Drawn at random, a panel of {seats} has nobody of {largest.group}, the largest of "
            f"{words.count(len(rows))} groups, {words.number(largest.estimate, 'percent')} of the "
            f"time; {_of_them(len(often), len(rows))} missed more than one time in twenty"
        ),
        subtitle=f"Chance that a panel of {seats} drawn at random has nobody of each group, "
        f"{rows.area.iloc[0]}; exact, so without interval",
        alt=(
            f"Dots of {len(rows)} groups, the largest group first, against a line at one time in "
            f"twenty. {largest.group}: {words.number(largest.estimate, 'percent')}; "
            f"{smallest.group}: {words.number(smallest.estimate, 'percent')}."
        ),
        height=0.9 + 0.21 * len(rows),
        called={"group": "Group"},
        also={
            "population": ("Share of residents", "percent"),
            "expected": ("Seats on average", "rate"),
            "needed": ("Seats needed", "count"),
        },
        source=source,
        vintage=vintage,
        caveats=("Seats needed: the panel that misses the group one time in twenty.",),
    )  # fmt: skip


def loudest(table: pd.DataFrame) -> Exhibit:
    """Return the exhibit of what many self-selected answers are worth.

    ``table`` is what ``engagement.worth`` returns.
    """
    answered, people = (
        words.number(table[name].iloc[0], "count") for name in ("answered", "population")
    )
    weak, strong = table.loc[table.correlation.idxmin()], table.loc[table.correlation.idxmax()]
    worth = {row.correlation: words.number(row.estimate, "count") for row in table.itertuples()}
    return maker.exhibit(
        "engagement-loudest",
        table,
        lambda ax: figures.values(
            table, label="group", how="count", marked=[*table.group], tens=True, ax=ax
        ),
        headline=(
            f"{answered} answers of people who came by themselves are worth "
            f"{worth[weak.correlation]} drawn at random if answering hardly goes with the answer, "
            f"and {worth[strong.correlation]} if it does so a little"
        ),
        subtitle=(
            f"People drawn at random who would err as little as {answered} of {people} who chose "
            "to answer, by how strongly answering goes with the answer"
        ),
        alt=(
            "Dots on a scale of steps of ten. "
            + "; ".join(f"correlation {rho:g}: {said} people" for rho, said in worth.items())
            + "."
        ),
        height=1.0 + 0.34 * len(table),
        called={"group": "Answering and the answer"},
        source="Meng (2018), Annals of Applied Statistics 12:685–726; residents: Census 2021",
        vintage="Supposed correlations",
        caveats=(
            "The correlation cannot be measured where only those who came are counted: it is "
            "supposed, and matters more than how many they are. Meng (2018) found one of about "
            "0.005 in polls before the American election of 2016.",
        ),
    )


def priorities(table: pd.DataFrame, agreed: pd.DataFrame, *, source: str) -> Ledger:
    """Return what panels ask for beside what is targeted and demanded, as a table.

    ``table`` and ``agreed`` are what ``engagement.side_by_side`` and ``engagement.agree`` return.
    """
    own = agreed.set_index(["measure", "quantity", "group"])
    held = own.loc[("overlap", "share", "targeted and asked")]
    tau = own.loc[("agreement", "score", "asked and demanded")]
    rows = table.assign(target=table.targeted.map({True: "yes", False: "no"}))
    return Ledger(
        key="engagement-priorities",
        title="Are the targets what people ask for, and what is demanded?",
        table=rows,
        columns=[
            Column("kind", "Kind"),
            Column("asked_place", "Place among what is asked for", "count"),
            Column("target", "Targeted"),
            Column("demanded_place", "Place among what is demanded", "count"),
        ],
        note=(
            f"{words.number(held.estimate, 'percent')} of the targets are among as many kinds that "
            "are asked for most. Asked for and demanded agree by tau-b of "
            f"{words.number(tau.estimate, 'decimal')} (p {words.number(tau.p_value, 'decimal')}). "
            f"Source: {source}."
        ),
    )


def _of_them(some: int, every: int) -> str:
    said = {0: "none of them is", 1: "one of them is", every: "all of them are"}
    return said.get(some, f"{words.count(some)} of them are")
