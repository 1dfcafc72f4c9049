"""The public value account: three questions, what is held, how sure it is, what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

import pandas as pd

from pvtools import areas, words
from pvtools.exhibits import glance
from pvtools.exhibits.pieces import Column, Ledger

AUTHORISE, CREATE, MEASURE = "To whom does it answer?", "What is it for?", "Has it succeeded?"
#: What a figure rests on, from what bears most to what bears least.
COUNT, SAMPLE, TEST, WEIGHTS, NONE = "Count", "Sample", "Test", "Weights", "Not measured"

#: What each question's table is called.
KEYS = {AUTHORISE: "authorise", CREATE: "create", MEASURE: "measure"}
_NOTE = (
    "A count is of all that was recorded, a sample has its 95% interval, a test says how often it "
    "is wrong, weights are a stated choice.{scale}{picture} What is not measured is not zero, "
    "nothing here is a target, and nobody is ranked."
)


@dataclass(frozen=True)
class Cell:
    """One thing that an account asks: what is held on it, or what would measure it.

    ``found`` is an indicator, or a sentence, and empty where nothing is held; ``since`` is how all
    areas moved from an earlier year, by what that is called; ``lacks`` says what the figure cannot
    tell, or what would measure it.
    """

    question: str
    asked: str
    found: glance.Indicator | str
    strength: str
    lacks: str
    since: Mapping[str, pd.DataFrame] = field(default_factory=dict)


def account(
    cells: Sequence[Cell], *, area: str, near: Sequence[str], scale: str = ""
) -> dict[str, Ledger]:
    """Return the account of an area: of each question a table of its evidence and gaps.

    ``near`` are the places most like it, or the boroughs of a command unit; ``scale`` says what
    100 is in points of the index, if there is one.
    """
    found = {
        question: _answered([cell for cell in cells if cell.question == question], area, near)
        for question in KEYS
    }
    found[MEASURE] = replace(found[MEASURE], note=_note(area, scale))
    return found


def _answered(cells: Sequence[Cell], area: str, near: Sequence[str]) -> Ledger:
    """Return one question's table."""
    held = [_is_held(cell, area, near) for cell in cells]
    shown = [cell.found if isinstance(cell.found, glance.Indicator) else None for cell in cells]
    rows = [
        {
            "asked": cell.asked,
            "found": _said(cell, area, near) if known else NONE,
            "period": words.short(item.level.period.iloc[0]) if item else "–",
            "between": glance.place_words(item, area, cell.asked) if item else "–",
            "strength": cell.strength if known else "–",
            "lacks": cell.lacks,
        }
        for cell, item, known in zip(cells, shown, held, strict=True)
    ]
    picture = [glance.place_picture(item, area, near) if item else "" for item in shown]
    question = cells[0].question
    return Ledger(
        key=f"account-{KEYS[question]}",
        title=f"{question} {words.count(sum(held)).capitalize()} of {words.count(len(cells))} "
        "things asked are measured",
        table=pd.DataFrame(rows),
        columns=[
            Column("asked", "What is asked"),
            Column("found", f"What is known of {area}"),
            Column("period", "Year to"),
            *([] if area == areas.LONDON else [Column("between", "Low to high", "picture")]),
            Column("strength", "Rests on"),
            Column("lacks", "What it cannot tell, or what would measure it"),
        ],
        pictures={} if area == areas.LONDON else {"between": picture},
    )


def _note(area: str, scale: str) -> str:
    if scale:
        scale = f" Points of the index: {scale}; brackets hold chance and other choices."
    if area == areas.LONDON:
        return _NOTE.format(scale=scale, picture="")
    alike = "" if areas.find(area).kind == "bcu" else " and the five alike (bar)"
    return _NOTE.format(
        scale=scale,
        picture=f" Low to high: this place (dot){alike} between the ends of all "
        f"{areas.plural(area)}.",
    )


def _is_held(cell: Cell, area: str, near: Sequence[str]) -> bool:
    if isinstance(cell.found, glance.Indicator):
        return area in cell.found.held or bool(cell.found.of(near))
    return bool(cell.found)


def _said(cell: Cell, area: str, near: Sequence[str]) -> str:
    if isinstance(cell.found, glance.Indicator):
        moved = [glance.how_it_moved(when, table, area) for when, table in cell.since.items()]
        return " ".join([glance.in_words(cell.found, area, near), *chain(*moved)])
    return cell.found
