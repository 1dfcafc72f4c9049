"""The exhibit of Londoners' opinions beside those of all England and Wales."""

from __future__ import annotations

import pandas as pd

from pvtools import estimates, figures, words
from pvtools.exhibits import maker
from pvtools.exhibits.captions import lowered
from pvtools.exhibits.pieces import Exhibit
from pvtools.sources import Source


def nation(apart: pd.DataFrame, *, source: Source) -> Exhibit:
    """Return the exhibit of how far Londoners lie from all England and Wales, question by question.

    ``apart`` is what ``confidence.london_in_the_nation`` returns.
    """
    sides = {side: [] for side in ("higher", "lower", "same")}
    for row in apart.itertuples():
        sides[words.verdict(row)].append(f"“{lowered(row.group)}”")
    told = [
        f"{side} than in England and Wales on {words.count(len(sides[side]))}"
        for side in ("higher", "lower")
        if sides[side]
    ]
    year = estimates.end(apart.period.iloc[0])[:4]
    of = f"of {words.count(len(apart))} questions, by more than chance"
    headline = (
        f"In {year} London's shares were {' and '.join(told)} {of}"
        if told
        else f"In {year} London differed from England and Wales on none {of}"
    )
    marked = apart.group[apart.distinguishable.astype(bool)].tolist()
    which = " ".join(
        f"{side.capitalize()}: {words.listing(names)}."
        for side, names in sides.items()
        if names and side != "same"
    )
    return maker.exhibit(
        "confidence-nation",
        apart,
        lambda ax: figures.forest(
            apart,
            label="group",
            how="points",
            reference=0,
            marked=marked,
            marked_label="more than chance",
            others_label="no more than chance",
            ax=ax,
        ),
        headline=headline,
        subtitle=(
            "Share who agree, London less England and Wales, Crime Survey, "
            f"{words.span(apart.period.iloc[0])}, with {words.level(apart)} interval"
        ),
        alt=(
            f"Dot plot of {len(apart)} differences with intervals, from "
            f"{words.number(apart.estimate.min(), 'points')} to "
            f"{words.number(apart.estimate.max(), 'points')}. {which}"
        ).strip(),
        height=0.9 + 0.24 * len(apart),
        called={"group": "Question"},
        also={
            "after": ("London", "percent"),
            "before": ("England and Wales", "percent"),
            "n": ("Interviews in London", "count"),
            "adjusted": ("Adjusted p-value", "p_value"),
        },
        source=source,
        caveats=[
            "All questions are tested together, so that on average at most one in twenty of those "
            "said to differ does not. Londoners are among the people of England and Wales, which "
            "makes intervals slightly too wide.",
            *source.cannot_bear,
        ],
    )
