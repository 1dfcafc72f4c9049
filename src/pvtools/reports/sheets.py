"""What stands on each sheet of a report's workbook: texts, headings and cells, ready to write.

Numbers stay numbers, at full precision, with a number format for the eye. A value that is not
given is written ``[x]``, one that does not apply ``[z]``. Nothing here knows the library that
writes it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

import pandas as pd

from pvtools import words
from pvtools.estimates import end

NOT_AVAILABLE = "[x]"
EMPTY = "[z]"
LEGEND = {
    NOT_AVAILABLE: "[x] means not available: it was not published, or is not given here.",
    EMPTY: "[z] means that there is nothing here: it does not apply, is not held or not "
    "compared, or there is nothing to say.",
}
#: What stands on a page where a table has nothing.
_DASHES = {"-", "–", "—", words.MINUS}

#: how a number is written; see ``words.number``
NUMBER_FORMATS = {
    "percent": "0%",
    # what rounds to zero has no sign, as in sentences
    "points": f'[>=0.005]+0%;[<=-0.005]"{words.MINUS}"0%;0%',
    "change": f'[>=0.0005]+0.0%;[<=-0.0005]"{words.MINUS}"0.0%;0.0%',
    "rate": "#,##0.0",
    "count": "#,##0",
    "decimal": "#,##0.00",
    "p_value": '[<0.01]"under 0.01";0.00',
    "month": "mmmm yyyy",
    "period": "mmmm yyyy",
}
_UNITS = {"points": "percentage points", "change": "per cent"}
SYNTHETIC = "SYNTHETIC: made-up data, not figures of any real place."


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table on its way into the workbook."""

    label: str
    title: str
    columns: Sequence[Mapping[str, str]]
    rows: Sequence[Sequence[Any]]
    subtitles: Sequence[str] = ()
    about: str = ""
    source: str = ""
    notes: Sequence[str] = ()


def of_piece(piece: Mapping[str, Any]) -> Iterator[Sheet]:
    """Yield the table a piece carries, if it carries one."""
    stamp = [SYNTHETIC] if piece.get("synthetic") else []
    if piece["kind"] == "exhibit":
        yield Sheet(
            piece["key"],
            piece["headline"],
            piece["table"]["columns"],
            piece["table"]["rows"],
            [*stamp, piece["subtitle"]],
            f"What the figure shows: {piece['alt']}",
            f"Source: {piece['source']}. {piece['vintage']}".rstrip(".") + ".",
            piece["caveats"],
        )
    elif piece["kind"] == "ledger":
        yield Sheet(
            piece["key"],
            piece["title"],
            piece["table"]["columns"],
            piece["table"]["rows"],
            stamp,
            notes=[piece["note"]] if piece["note"] else [],
        )
    elif piece["kind"] == "findings":
        keys = ("label", "number", "interval", "sentence")
        labels = ("Finding", "Number", "Interval", "In words")
        yield Sheet(
            "findings",
            piece["title"],
            [{"label": label, "format": "text"} for label in labels],
            [[item[key] for key in keys] for item in piece["items"]],
        )


def labelled(sheets: Sequence[Sheet]) -> list[Sheet]:
    """Return each different table once, under a name Excel takes: findings first."""
    taken = {"cover", "contents", "notes"}
    different: list[Sheet] = []
    for sheet in sorted(sheets, key=lambda sheet: sheet.label != "findings"):
        if sheet not in different:
            different.append(sheet)
    named = []
    for sheet in different:
        title = re.sub(r"[^A-Za-z0-9]+", " ", sheet.label).strip() or "Table"
        title = title[:1].upper() + title[1:]
        endings = ("" if n == 1 else f" {n}" for n in count(1))
        names = (title[: 31 - len(ending)].strip() + ending for ending in endings)
        name = next(name for name in names if name.lower() not in taken)
        taken.add(name.lower())
        named.append(replace(sheet, label=name))
    return named


def headers(columns: Sequence[Mapping[str, str]]) -> list[str]:
    """Return the column headings with their units, each different from the others."""
    found: list[str] = []
    for column in columns:
        unit = _UNITS.get(column["format"])
        header = column["label"].strip() or "Column"
        if unit and unit not in header.lower():
            header = f"{header}\n({unit})"
        ending = 2
        while header.lower() in {other.lower() for other in found}:
            header = f"{column['label']} {ending}"
            ending += 1
        found.append(header)
    return found


def cell(value: Any, how: str, missing: str = "") -> Any:
    """Return what is written in a cell: a number, a date, or text that says something."""
    if value is None:
        return EMPTY if how == "text" or missing == words.INAPPLICABLE else NOT_AVAILABLE
    if how == "period" and " to " in value:
        return words.heading(value)
    if how in {"month", "period"}:
        return pd.Timestamp(end(value)).to_pydatetime()
    if not isinstance(value, str):
        return value
    if not value.strip() or value.strip() in _DASHES:
        return EMPTY
    if any(character.isalnum() for character in value):
        return safe(value)
    # The guidance allows no cell of symbols alone: a screen reader passes over it.
    return ", ".join(unicodedata.name(one, "symbol").lower() for one in value if not one.isspace())


def safe(text: str) -> str:
    """Return text in which gptables finds no note mark or link of its own making."""
    return re.sub(r"\]\(", "] (", text.replace("$$", "$ $"))


def notes_of(sheets: Sequence[Sheet]) -> dict[str, str]:
    """Return note → reference, numbered in the order readers meet them."""
    texts = dict.fromkeys(note for sheet in sheets for note in sheet.notes)
    return {text: f"note{number}" for number, text in enumerate(texts, 1)}
