"""Exhibits of the instruments by which the public is heard: as a map and as a table."""

from __future__ import annotations

import pandas as pd

from pvtools import figures, words
from pvtools.engagement.instruments import RUNGS
from pvtools.exhibits import maker
from pvtools.exhibits.pieces import Column, Exhibit, Ledger

_WORDS = (
    ("name", "Instrument"), ("rung", "Rung"), ("reach_said", "People reached"),
    ("depth", "What they do"), ("often", "How often"), ("decides", "Who decides"),
    ("result", "What came of it"), ("source", "Source"),
)  # fmt: skip


def ladder(table: pd.DataFrame) -> Exhibit:
    """Return the map of instruments: how many each reaches, and how far they take part.

    ``table`` is what ``engagement.instruments`` returns.
    """
    rows = table.reset_index(drop=True)
    widest, top = rows.loc[rows.reach.idxmax()], rows[rows.step == rows.step.max()]
    return maker.exhibit(
        "engagement-ladder",
        rows,
        lambda ax: figures.ladder(rows, rungs=RUNGS, guessed="reach_judged", ax=ax),
        headline=(
            f"{widest['name']}, on the rung “{widest.rung}”, reaches more people than any other: "
            f"{words.number(widest.reach, 'count')}; on the highest rung found, "
            f"“{top.rung.iloc[0]}”, it is {words.number(top.reach.max(), 'count')} at most"
        ),
        subtitle="Instruments by how far people take part and how many are reached at a time",
        alt="Dot plot of instruments by rung and reach. "
        + "; ".join(
            f"{row.name}: {row.rung}, {words.number(row.reach, 'count')}"
            for row in rows.itertuples()
        )
        + ".",
        height=1.0 + 0.32 * len(rows),
        also={"name": "Instrument", "rung": "Rung", "reach": ("People reached", "count"),
              "reach_from": "Reach from"},
        source="; ".join(dict.fromkeys(rows.source)),
        vintage="Documents of 2008 to 2015",
        caveats=("The rung of each instrument is a judgement from what its source says.",),
    )  # fmt: skip


def instruments(table: pd.DataFrame) -> Ledger:
    """Return the instruments as a table: depth, who decides, and what is known to have come of it.

    ``table`` is what ``engagement.instruments`` returns.
    """
    rows = table.assign(
        reach_said=[words.number(reach, "count") for reach in table.reach],
        result=table.result.where(table.result != "", "not known"),
    )
    return Ledger(
        key="engagement-instruments",
        title="By which means is the public heard?",
        table=rows,
        columns=[Column(key, label) for key, label in _WORDS],
        note="The reach is of people at a time; where it is a judgement the map says so.",
    )
