"""Exhibits of what twelve people can bear, of the loudest voice, and of priorities."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pvtools import figures, words
from pvtools.exhibits import maker
from pvtools.exhibits.engagement.ends import ends
from pvtools.exhibits.pieces import Exhibit

#: The chance of missing a group that a panel may bear, as ``stats.panel_size`` takes it.
_RARELY = 0.05


def missed(table: pd.DataFrame, *, source: str, vintage: str) -> Exhibit:
    """Return the exhibit of whom a panel drawn at random misses by chance alone.

    ``table`` is what ``engagement.missed`` returns.
    """
    rows = table.sort_values("population", ascending=False, ignore_index=True)
    drawn, left_out = ends(rows)
    often = rows[rows.estimate > _RARELY]
    seats = words.count(int(rows.n.iloc[0]))
    largest, smallest = rows.iloc[0], rows.iloc[-1]
    return maker.exhibit(
        "engagement-missed",
        rows,
        lambda ax: figures.values(
            drawn, label="group", how="percent", marked=[*often.group],
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
        height=0.9 + 0.21 * len(drawn),
        called={"group": "Group"},
        also={
            "population": ("Share of residents", "percent"),
            "expected": ("Seats on average", "rate"),
            "needed": ("Seats needed", "count"),
        },
        source=source,
        vintage=vintage,
        caveats=("Seats needed: the panel that misses the group one time in twenty.", left_out),
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


def priorities(
    table: pd.DataFrame, agreed: pd.DataFrame, *, source: str, vintage: str, synthetic: bool = False
) -> Exhibit:
    """Return the exhibit of what panels ask for beside what is targeted and demanded.

    ``table`` and ``agreed`` are what ``engagement.side_by_side`` and ``engagement.agree`` return;
    ``synthetic`` says that what is asked for is made up.
    """
    own = agreed.set_index(["measure", "quantity", "group"])
    share = own.loc[("overlap", "share", "targeted and asked")]
    both = round(share.estimate * share.n)
    tau = own.loc[("agreement", "score", "asked and demanded")]
    rows = table.assign(
        estimate=table.asked_place, asked=table.asked.fillna(0), lower=np.nan, upper=np.nan,
        target=table.targeted.map({True: "yes", False: "no"}),
        called=table.kind + table.targeted.map({True: " (target)", False: ""}),
    ).sort_values(["asked_place", "kind"])  # fmt: skip
    targeted = [*rows.called[rows.targeted]]
    together = (
        "go together more than by chance"
        if tau.p_value <= _RARELY and tau.estimate > 0
        else "go against each other more than by chance"
        if tau.p_value <= _RARELY
        else "do not go together more than by chance"
    )
    return maker.exhibit(
        "engagement-priorities",
        rows,
        lambda ax: figures.forest(
            rows, label="called", how="count", marked=targeted, marked_label="asked for, a target",
            others_label="asked for, no target", tick="demanded_place",
            tick_label="demanded", ax=ax,
        ),
        headline=(
            f"Of the {share.n:,} targets, {words.count(both)} {'is' if both == 1 else 'are'} among "
            f"the {share.n:,} kinds that panels ask for most; what panels ask for and what is "
            f"demanded {together}"
        ),
        subtitle=(
            f"Place of each kind among what panels of {agreed.area.iloc[0]} ask for, and among "
            "what is demanded; 1 is most"
        ),
        alt=(
            f"A dot and a tick for each of {len(rows)} kinds. "
            + "; ".join(
                f"{row.kind}: {_place(row.asked_place)} of what is asked for, "
                f"{_place(row.demanded_place)} of what is demanded" for row in rows.itertuples()
            )
            + "."
        ),
        height=0.9 + 0.28 * len(rows),
        also={
            "kind": "Kind",
            "asked": ("Panels that ask for it", "count"),
            "asked_place": ("Place among what is asked for", "count", words.INAPPLICABLE),
            "target": "Targeted",
            "demanded": ("Demanded", "count"),
            "demanded_place": ("Place among what is demanded", "count"),
        },
        source=source,
        vintage=vintage,
        caveats=(
            f"Kendall’s tau-b of asked for and demanded: {words.number(tau.estimate, 'decimal')} "
            f"(p {words.number(tau.p_value, 'p_value')}, by permutation).",
            "A kind without a dot is asked for by no panel.",
            "The priorities were made up to follow what is demanded, loosely." if synthetic else "",
        ),
        synthetic=synthetic,
    )  # fmt: skip


def _place(place: float) -> str:
    return "no place" if pd.isna(place) else f"place {int(place)}"


def _of_them(some: int, every: int) -> str:
    said = {0: "none of them is", 1: "one of them is", every: "all of them are"}
    return said.get(some, f"{words.count(some)} of them are")
