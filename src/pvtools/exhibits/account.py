"""The public value account: three questions, what is held, how sure it is, what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from pvtools.exhibits.pieces import Column, Ledger

AUTHORISE, CREATE, MEASURE = "To whom does it answer?", "What is it for?", "Has it succeeded?"
#: How far a figure bears a claim, from most to least.
COUNT, SAMPLE, SWINGS, TEST, MODEL, NONE = (
    "Count of all that was recorded",
    "Sample, with its interval",
    "Counts, with how far months swing",
    "Test, with how often it is wrong",
    "Rests on stated assumptions",
    "Not measured",
)


@dataclass(frozen=True)
class Cell:
    """One thing that an account asks: what is held on it, or what would measure it.

    ``found`` is empty where nothing is held; ``lacks`` says what the figure cannot tell, or what
    would measure it.
    """

    question: str
    asked: str
    found: str
    strength: str
    lacks: str


def account(cells: Sequence[Cell], *, area: str) -> Ledger:
    """Return the account of an area: each of the three questions with evidence and gaps."""
    rows = [
        {
            "question": cell.question,
            "asked": cell.asked,
            "found": cell.found or "–",
            "strength": cell.strength if cell.found else NONE,
            "lacks": cell.lacks,
        }
        for cell in cells
    ]
    held = sum(bool(cell.found) for cell in cells)
    return Ledger(
        key="account",
        title=f"The public value account of {area}: {held} of {len(cells)} things are measured",
        table=pd.DataFrame(rows),
        columns=[
            Column("question", "Question"),
            Column("asked", "What is asked"),
            Column("found", "What is held"),
            Column("strength", "How sure"),
            Column("lacks", "What it cannot tell, or what would measure it"),
        ],
        note=(
            "What is not measured is not zero, and nothing here is a target. Places alike are "
            "given as a range, and nobody is ranked."
        ),
    )
