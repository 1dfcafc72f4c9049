"""The register of published claims and the ladder of verdicts, as tables."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from pvtools import words
from pvtools.evaluation import LADDER
from pvtools.exhibits.captions import with_interval
from pvtools.exhibits.evaluation.retests import alone, missed
from pvtools.exhibits.pieces import Column, Ledger


def register(claims: pd.DataFrame, verdicts: Mapping[str, str]) -> Ledger:
    """Return the register of claims with what a re-test says of each.

    ``claims`` is what ``evaluation.claims`` returns; ``verdicts`` holds sentences by key. A claim
    without one shows what a re-test here can say.
    """
    shown = claims.assign(
        what=claims.title + " (" + claims.when.map(words.span) + ")",
        claimed=claims.claim + " " + claims.who + ".",
        shown=[
            row.design if pd.isna(row.level) else f"{row.design} (level {row.level})"
            for row in claims.itertuples()
        ],
        said=[verdicts.get(row.key, row.can) for row in claims.itertuples()],
    )
    return Ledger(
        key="evaluation-claims",
        title="What has been claimed, how it was shown, and what these figures say",
        table=shown,
        columns=[
            Column("what", "What was done"),
            Column("claimed", "Claim, and by whom"),
            Column("shown", "How it was shown"),
            Column("said", "Tried again here"),
            Column("cannot", "What that cannot say"),
        ],
        note=(
            "The level is the design's on the Maryland scale, not the effect's: 1 a comparison at "
            "one time, 2 before and after without a comparable control, 3 with one, 4 with many "
            "units and other causes controlled for, 5 randomised."
        ),
    )


def reported(claims: pd.DataFrame) -> Ledger:
    """Return what is reported of each claim beside its design: the five questions of EMMIE."""
    return Ledger(
        key="evaluation-reported",
        title="What is reported of each claim",
        table=claims,
        columns=[
            Column("title", "What was done"),
            Column("effect", "Effect"),
            Column("mechanism", "How it works"),
            Column("moderators", "Where and for whom"),
            Column("implementation", "How it was done"),
            Column("cost", "Cost"),
        ],
        note=(
            "EMMIE: effect, mechanism, moderators, implementation and economics, the questions "
            "that the What Works Centre for Crime Reduction asks of an evaluation."
        ),
    )


def verdicts(table: pd.DataFrame) -> str:
    """Return what came of each outcome with its interval, by verdict, in sentences.

    ``table`` is what ``evaluation.evaluate`` returns.
    """
    how = "change" if table.quantity.iloc[0] == "change" else "points"
    said = [
        words.sentence(
            f"{words.listing([f'{r.group} {with_interval(r, how)}' for _, r in part.iterrows()])}: "
            f"{verdict}"
        )
        for verdict, part in table.groupby("verdict", sort=False)
    ]
    return " ".join([*said, *alone(table), missed(table)]).strip()


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


def checks(table: pd.DataFrame, *, untouched: str) -> Ledger:
    """Return what was checked of each outcome beside its p-value: four ways to be wrong.

    ``table`` is what ``evaluation.evaluate`` returns for a roll-out; ``untouched`` says of
    outcomes that could not have been touched which were tried, or why none was.
    """
    return Ledger(
        key="evaluation-checks",
        title="What else could account for a change?",
        table=table.assign(
            drift=[
                "the interval takes in zero without any"
                if row.breakdown == 0
                else "not known"
                if pd.isna(row.breakdown)
                else f"{words.number(row.breakdown, 'rate')} times"
                for row in table.itertuples()
            ]
        ),
        columns=[
            Column("group", "Outcome"),
            Column("estimate", "Change", "change"),
            Column("adjusted", "p, adjusted for the outcomes", "p_value"),
            Column("leads_p", "p of moving apart before", "p_value"),
            Column("placebo_dates", "Placebo dates tried", "count"),
            Column("placebo_share", "Of these, as large a change", "percent"),
            Column("drift", "Drift that undoes it"),
        ],
        note=(
            "Moving apart before: a small p says that those compared were no fair comparison. "
            "Placebo dates: the same roll-out, moved to when nothing began. Drift: how many times "
            "their largest move before the start units may drift apart in each stretch after it, "
            "before the interval takes in zero; below one, a drift as before would do. " + untouched
        ),
    )
