"""The register of published claims and the ladder of verdicts, as tables."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from pvtools import words
from pvtools.evaluation import LADDER
from pvtools.exhibits.pieces import Column, Ledger


def register(claims: pd.DataFrame, verdicts: Mapping[str, str]) -> Ledger:
    """Return the register of claims with what a re-test says of each.

    ``claims`` is what ``evaluation.claims`` returns; ``verdicts`` holds sentences by key. A claim
    without one shows what a re-test here can say.
    """
    shown = claims.assign(
        level=claims.level.astype(str),
        said=[verdicts.get(row.key, row.can) for row in claims.itertuples()],
    )
    return Ledger(
        key="evaluation-claims",
        title="What has been claimed, how it was shown, and what these figures say",
        table=shown,
        columns=[
            Column("title", "What was done"),
            Column("claim", "Claim"),
            Column("who", "By whom"),
            Column("when", "When"),
            Column("design", "Design"),
            Column("level", "Maryland level of the design"),
            Column("mechanism", "How it works"),
            Column("cost", "Cost"),
            Column("said", "Tried again here"),
            Column("cannot", "What that cannot say"),
        ],
        note=(
            "The Maryland scale runs from 1, a comparison at one time, to 5, randomised; it judges "
            "the design, not the effect."
        ),
    )


def ladder(table: pd.DataFrame) -> Ledger:
    """Return the five steps of the verdict, and which outcomes stand on each.

    ``table`` is what ``evaluation.evaluate`` returns.
    """
    rows = [
        (step, text, words.listing([*table.group[table.step == step]] or ["none"]))
        for step, text in LADDER.items()
    ]
    return Ledger(
        key="evaluation-ladder",
        title="How surely can an effect be claimed?",
        table=pd.DataFrame(rows, columns=["step", "verdict", "outcomes"]),
        columns=[
            Column("step", "Step", "count"),
            Column("verdict", "What can be said"),
            Column("outcomes", "Outcomes"),
        ],
        note=f"{words.count(len(table)).capitalize()} outcomes tested, and adjusted for that.",
    )
