"""Two areas beside each other on every question of the survey."""

from __future__ import annotations

import pandas as pd

from pvtools import areas, figures, measures, words
from pvtools.exhibits import maker
from pvtools.exhibits.captions import caveats_of
from pvtools.exhibits.confidence.borough import base
from pvtools.exhibits.pieces import Exhibit
from pvtools.sources import Source


def pair(differences: pd.DataFrame, *, source: Source) -> Exhibit:
    """Return the exhibit of how far one area lies from another on each question.

    ``differences`` are the rows of one pair in what ``confidence.differences`` returns.
    """
    here, there = differences.area.iloc[0], differences.against.iloc[0]
    rows = differences.dropna(subset=["estimate"])
    rows = rows.assign(label=[measures.find(key).label for key in rows.measure])
    sides: dict[str, list[str]] = {"higher": [], "lower": [], "same": []}
    for row in rows.itertuples():
        sides[words.verdict(row)].append(f"“{row.label.lower()}”")
    clear = [
        f"{side} than in {there} on {words.listing(sides[side])}"
        for side in ("higher", "lower")
        if sides[side]
    ]
    told = (
        f"{here}: {'; '.join(clear)}"
        if clear
        else f"{here} and {there}: no question of {words.count(len(rows))} differs by more than "
        "chance"
    )
    period = words.span(rows.period.iloc[0])
    return maker.exhibit(
        f"pair-{areas.find(here).slug}-{areas.find(there).slug}",
        rows,
        lambda ax: figures.forest(
            rows,
            label="label",
            how="points",
            reference=0,
            marked=[row.label for row in rows.itertuples() if words.verdict(row) != "same"],
            marked_label="more than chance",
            others_label="not clear",
            ax=ax,
        ),
        headline=told,
        subtitle=(
            f"Share who agree in {here} less that in {there}, {period}, with "
            f"{words.level(rows)} interval"
        ),
        alt=(
            f"Dot plot of the difference on {words.count(len(rows))} questions with intervals. "
            + " ".join(
                f"{row.label}: {words.number(row.estimate, 'points')} "
                f"({words.interval(row.lower, row.upper, 'points')})."
                for row in rows.itertuples()
            )
        ),
        height=0.9 + 0.26 * len(rows),
        called={"measure": "Question"},
        also={"after": (here, "percent"), "before": (there, "percent")},
        source=source,
        caveats=[
            "A difference is more than chance once "
            + ("all boroughs are" if there == areas.LONDON else "all questions shown here are")
            + " tested, and if rounding to whole per cents could not undo it. Nobody is ranked.",
            *caveats_of(rows),
            base(source),
        ],
    )
