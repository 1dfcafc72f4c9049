"""The index in tables: what it is made of and why, what it rests on, what sets an area apart."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from pvtools import words
from pvtools.exhibits.pieces import Column, Ledger

_SOURCES = "How much of the doubt about places goes if one thing were settled"


def framework(indicators: pd.DataFrame, notes: Mapping[str, str], *, title: str) -> Ledger:
    """Return what an index is made of: each indicator, why it is in it, and what its figures lack.

    ``indicators`` are those of ``safety_index.Framework``, ``notes`` those of the index.
    """
    table = indicators.reset_index()
    return Ledger(
        key="safety-framework",
        title=f"{title}: what is counted, and why",
        table=table.assign(held=table.indicator.map(notes).fillna("Held.")),
        columns=[
            Column("label", "Indicator"),
            Column("half", "Half"),
            Column("better", "Better"),
            Column("why", "Why"),
            Column("held", "Figures"),
        ],
        note="All of this is in data/safety_index.toml: change it, or write another.",
    )


def importance(found: pd.DataFrame, coherence: pd.DataFrame) -> Ledger:
    """Return what each indicator decides beside its weight, and whether it goes with its group."""
    rest = coherence.set_index("member").item_rest
    return Ledger(
        key="safety-importance",
        title="A weight is not what an indicator decides",
        table=found.assign(
            rest=[
                "alone in it" if pd.isna(value) else words.number(value, "decimal")
                for value in found.indicator.map(rest)
            ]
        ),
        columns=[
            Column("label", "Indicator"),
            Column("weight", "Weight", "percent"),
            Column("importance", "Decides", "percent"),
            Column("correlation", "Correlation with the index", "decimal"),
            Column("rest", "With the rest of its domain"),
        ],
        note=(
            "Decides: the share of differences between boroughs that goes with it (Paruolo, "
            "Saisana and Saltelli 2013). Below zero in the last column: against its domain."
        ),
    )


def parts(found: pd.DataFrame, *, area: str) -> Ledger:
    """Return what sets an area's score apart from London's; the contributions add up exactly."""
    return Ledger(
        key="safety-parts",
        title=f"What sets {area} apart from London",
        table=found,
        columns=[
            Column("label", "Indicator"),
            Column("here", "Here", "rate"),
            Column("london", "London", "rate"),
            Column("contribution", "Points of the index", "decimal"),
        ],
        note=f"They add up to {found.contribution.sum():+.1f}".replace("-", "−")
        + " points. Scores are of this year, on the fixed base.",
    )


def sensitivity(found: pd.DataFrame) -> Ledger:
    """Return where the doubt about places comes from."""
    return Ledger(
        key="safety-doubt",
        title="Where the doubt about places comes from",
        table=found,
        columns=[
            Column("source", "Source"),
            Column("first", "By itself", "percent"),
            Column("total", "With what goes together with it", "percent"),
        ],
        note=f"{_SOURCES}, over all boroughs (Sobol indices).",
    )
