"""Exhibits of what twelve people can bear, of the loudest voice, and of priorities."""

from __future__ import annotations

import pandas as pd

from pvtools import words
from pvtools.exhibits.pieces import Column, Ledger


def missed(table: pd.DataFrame, *, source: str) -> Ledger:
    """Return whom a panel drawn at random misses by chance alone, as a table.

    ``table`` is what ``engagement.missed`` returns.
    """
    often = int((table.estimate > 0.05).sum())
    return Ledger(
        key="engagement-missed",
        title=f"What can a panel of {words.count(int(table.n.iloc[0]))} bear?",
        table=table,
        columns=[
            Column("group", "Group"),
            Column("population", "Share of residents", "percent"),
            Column("expected", "Seats on average", "rate"),
            Column("estimate", "Chance that it has none", "percent"),
            Column("needed", "Seats needed", "count"),
        ],
        note=(
            f"{words.count(often).capitalize()} of {words.count(len(table))} groups would have "
            "nobody on such a panel more than one time in twenty, were it drawn at random. Seats "
            f"needed: the panel that misses the group one time in twenty. Source: {source}."
        ),
    )


def loudest(table: pd.DataFrame) -> Ledger:
    """Return what many self-selected answers are worth, as a table.

    ``table`` is what ``engagement.worth`` returns.
    """
    answered = words.number(table.answered.iloc[0], "count")
    people = words.number(table.population.iloc[0], "count")
    rows = table.assign(said=[f"{value:g}" for value in table.correlation])
    return Ledger(
        key="engagement-loudest",
        title=f"What would {answered} answers of {people} people be worth?",
        table=rows,
        columns=[
            Column("said", "Correlation of answering with the answer"),
            Column("estimate", "Random sample of the same error, people", "count"),
        ],
        note=(
            "Supposed correlations: nobody can see them. They count more than the number of "
            "answers, which is why few people drawn at random can say more than many who came."
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


def drawn(met: pd.DataFrame, types: pd.DataFrame, *, seed: object, source: str) -> Ledger:
    """Return a panel that was drawn by lot, quota by quota, with the chance of each person to sit.

    ``met`` is what ``Lottery.met`` returns of the draw, ``types`` the lottery's types.
    """
    rows = met.assign(
        quota=[f"{row.least} to {row.most}" for row in met.itertuples()],
        category=met.category.astype("str"),
    )
    low, high = types.chance.min(), types.chance.max()
    return Ledger(
        key="engagement-drawn",
        title="Whom did the lot draw?",
        table=rows,
        columns=[
            Column("column", "What"),
            Column("category", "Category"),
            Column("volunteers", "In the pool", "count"),
            Column("quota", "Seats, by quota"),
            Column("seats", "Seats drawn", "count"),
        ],
        note=(
            f"Drawn with the seed {seed}. Chance to sit: {100 * low:.2g}% for those least likely, "
            f"{100 * high:.2g}% for those most; no lottery under these quotas gives the least "
            f"likely more. Source: {source}."
        ),
    )
