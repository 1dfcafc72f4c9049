"""The index in tables: what it is made of and why, what it rests on, what sets an area apart."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from pvtools import areas, words
from pvtools.exhibits.captions import lowered
from pvtools.exhibits.pieces import Column, Ledger, Notice

_HALVES = {"recorded": "Recorded", "perceived": "Said"}
_SOURCES = {
    "sampling error": "Chance in counts and samples",
    "weights": "Weights",
    "normalisation": "The scale, and who sets it",
    "aggregation": "The kind of mean",
    "indicator left out": "An indicator left out",
}


def framework(
    indicators: pd.DataFrame, notes: Mapping[str, str], *, title: str, file: str = ""
) -> Ledger:
    """Return what an index is made of: each indicator, why it is in it, and what its figures lack.

    ``indicators`` are those of ``safety_index.Framework``, ``notes`` those of the index, ``file``
    what the file is called.
    """
    table = indicators.reset_index()
    better = {"lower": "Less", "higher": "More"}
    lacking = [f"{indicators.label[name]}: {lowered(note)}" for name, note in notes.items()]
    return Ledger(
        key="safety-framework",
        title=f"{title}: what is counted, and why",
        table=table.assign(
            half=table.half.map(_HALVES),
            better=table.better.map(better),
        ),
        columns=[
            Column("label", "Indicator"),
            Column("half", "Half"),
            Column("better", "Better"),
            Column("why", "Why"),
        ],
        note=" ".join(
            [
                f"All of this is in {file or 'a file'}: change it, or write another. Kinds of "
                "offence overlap, and harm counts most offences a second time, by their "
                "seriousness.",
                *lacking,
            ]
        ),
    )


def importance(found: pd.DataFrame, coherence: pd.DataFrame) -> Ledger:
    """Return what each indicator decides beside its weight, and whether it goes with its group."""
    rest = coherence.set_index("member").item_rest
    apart = found.loc[(found.importance - found.weight).abs().idxmax()]
    share = {one: words.number(apart[one], "percent") for one in ("weight", "importance")}
    said = [
        "alone in its domain" if pd.isna(rest[name]) else words.number(rest[name], "decimal")
        for name in found.indicator
    ]
    return Ledger(
        key="safety-importance",
        title=(
            f"“{apart.label}” has {share['weight']} of the weight and goes with "
            f"{share['importance']} of the differences between boroughs"
        ),
        table=found.assign(rest=said),
        columns=[
            Column("label", "Indicator"),
            Column("weight", "Weight", "percent"),
            Column("importance", "Share of the differences", "percent"),
            Column("correlation", "Correlation with the index", "decimal"),
            Column("rest", "Correlation with the rest of its domain"),
        ],
        note=(
            "Weights are those left once indicators without figures are set aside. Share of the "
            "differences between boroughs that goes with an indicator: Paruolo, Saisana and "
            "Saltelli 2013. A correlation below zero is against the rest."
        ),
    )


def parts(found: pd.DataFrame, *, area: str) -> Ledger | Notice:
    """Return what sets an area's score apart from London's; the contributions add up exactly.

    London itself has nothing that sets it apart: a notice says so.
    """
    if area == areas.LONDON:
        return Notice(
            "London is what boroughs are set against",
            ["What sets an area apart from London is shown for each borough."],
        )
    total = found.contribution.sum()
    side = "above" if total > 0 else "below"
    most = (found.contribution * (1 if total > 0 else -1)).nlargest(2).index
    named = " and ".join(
        f"“{row.label}” ({_signed(row.contribution)})" for row in found.loc[most].itertuples()
    )
    return Ledger(
        key="safety-parts",
        title=f"{area} scores {words.number(abs(total), 'rate')} points {side} London; {named} "
        "count most",
        table=found,
        columns=[
            Column("label", "Indicator"),
            Column("here", area, "count"),
            Column("london", "London", "count"),
            Column("contribution", "Points of the index", "rate"),
        ],
        note=f"They add up to {_signed(total)} points before rounding. Scores are of this year, on "
        "the fixed base.",
    )


def sensitivity(found: pd.DataFrame) -> Ledger:
    """Return where the uncertainty about places comes from."""
    first = found.loc[found["first"].idxmax()]
    return Ledger(
        key="safety-doubt",
        title=f"{_SOURCES[first.source]}: {words.number(first['first'], 'percent')} of the "
        "uncertainty about places",
        table=found.assign(source=found.source.map(_SOURCES)),
        columns=[
            Column("source", "Where it comes from"),
            Column("first", "Goes if this alone were known", "percent"),
            Column("total", "Stays if all else were known", "percent"),
        ],
        note="Shares of the variance of places, over all boroughs. The second is larger where "
        "what one thing does depends on another.",
    )


def _signed(value: float) -> str:
    said = words.number(value, "rate")
    return f"+{said}" if value > 0 else said
