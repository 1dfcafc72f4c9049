"""A spreadsheet of every table behind a report, to the government's guidance for accessible ones.

Numbers stay numbers, at full precision, with a number format for the eye. A value that was not
published is written ``[x]``, and the sheet says so. Caveats are notes.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from io import BytesIO
from itertools import count
from typing import TYPE_CHECKING, Any

import pandas as pd

from pvtools import __version__, style, words
from pvtools.errors import ExportError
from pvtools.reports.build import pieces

if TYPE_CHECKING:
    import gptables
    from nbformat import NotebookNode

NOT_PUBLISHED = "[x]"
EMPTY = "[z]"
_LEGEND = {
    NOT_PUBLISHED: "[x] means that the value was not published.",
    EMPTY: "[z] means that there is nothing to say here.",
}

#: how a number is written; see ``words.number``
_NUMBER_FORMATS = {
    "percent": "0%",
    "points": f'+0%;"{words.MINUS}"0%;0%',
    "change": f'+0.0%;"{words.MINUS}"0.0%;0.0%',
    "rate": "#,##0.0",
    "count": "#,##0",
    "decimal": "#,##0.00",
    "month": "mmmm yyyy",
}
_UNITS = {"points": "percentage points", "change": "per cent"}
_SYNTHETIC = "SYNTHETIC: made-up data, not figures of any real place."
#: Workbooks carry a date of making; one that never changes keeps equal workbooks equal.
_MADE = datetime(2000, 1, 1)
_WIDEST = 420  # pixels


@dataclass(frozen=True, slots=True)
class _Sheet:
    """One table on its way into the workbook."""

    label: str
    title: str
    columns: Sequence[Mapping[str, str]]
    rows: Sequence[Sequence[Any]]
    subtitles: Sequence[str] = ()
    about: str = ""
    source: str = ""
    notes: Sequence[str] = ()


def workbook(notebook: NotebookNode, *, title: str = "") -> bytes:
    """Return the workbook of an executed notebook: cover, contents, notes, a sheet per table.

    Raises
    ------
    ExportError
        The notebook shows no table.
    """
    shown = pieces(notebook)
    sheets = _labelled([sheet for piece in shown for sheet in _sheets(piece)])
    if not sheets:
        raise ExportError(
            "This notebook shows no findings, exhibit or ledger, so there is no table to put in a "
            "spreadsheet. Show one as the last line of a cell, or ask for other formats."
        )
    buffer = BytesIO()
    with _gptables() as gpt:
        notes = _notes(sheets)
        book = gpt.produce_workbook(
            buffer,
            {sheet.label: _table(gpt, sheet, notes) for sheet in sheets},
            theme=_theme(),
            cover=_cover(gpt, shown, title),
            notes_table=pd.DataFrame(
                {"Note reference": list(notes.values()), "Note text": list(notes)}
            )
            if notes
            else None,
            auto_width=False,
            workbook_options={
                "in_memory": True,
                "strings_to_formulas": False,  # a cell that begins with "=" is somebody's text
                "strings_to_urls": False,
            },
        )
        _set_widths(book, sheets, bool(notes))
        book.set_properties(
            {
                "title": title or _title(shown),
                "author": "pvtools",
                "comments": f"Made with pvtools {__version__}",
                "created": _MADE,
            }
        )
        book.close()
    return buffer.getvalue()


def _sheets(piece: Mapping[str, Any]) -> Iterator[_Sheet]:
    """Yield the table a piece carries, if it carries one."""
    stamp = [_SYNTHETIC] if piece.get("synthetic") else []
    if piece["kind"] == "exhibit":
        yield _Sheet(
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
        yield _Sheet(
            piece["key"],
            piece["title"],
            piece["table"]["columns"],
            piece["table"]["rows"],
            notes=[piece["note"]] if piece["note"] else [],
        )
    elif piece["kind"] == "findings":
        keys = ("label", "number", "interval", "sentence")
        labels = ("Finding", "Number", "Interval", "In words")
        yield _Sheet(
            "findings",
            piece["title"],
            [{"label": label, "format": "text"} for label in labels],
            [[item[key] for key in keys] for item in piece["items"]],
        )


def _labelled(sheets: Sequence[_Sheet]) -> list[_Sheet]:
    """Return each different table once, under a name Excel takes: findings first."""
    taken = {"cover", "contents", "notes"}
    different: list[_Sheet] = []
    for sheet in sorted(sheets, key=lambda sheet: sheet.label != "findings"):
        if sheet not in different:
            different.append(sheet)
    labelled = []
    for sheet in different:
        said = re.sub(r"[^A-Za-z0-9]+", " ", sheet.label).strip() or "Table"
        said = said[:1].upper() + said[1:]
        endings = ("" if n == 1 else f" {n}" for n in count(1))
        names = (said[: 31 - len(ending)].strip() + ending for ending in endings)
        name = next(name for name in names if name.lower() not in taken)
        taken.add(name.lower())
        labelled.append(replace(sheet, label=name))
    return labelled


def _table(gpt: Any, sheet: _Sheet, notes: Mapping[str, str]) -> gptables.GPTable:
    headers = _headers(sheet.columns)
    rows = sheet.rows or [[None] * len(headers)]
    cells = [
        [_cell(value, column["format"]) for value, column in zip(row, sheet.columns, strict=True)]
        for row in rows
    ]
    used = {cell for row in cells for cell in row if isinstance(cell, str)}
    references = "".join(f"$${notes[note]}$$" for note in sheet.notes)
    return gpt.GPTable(
        table=pd.DataFrame(cells, columns=headers, dtype=object),
        table_name="t_" + re.sub(r"\W+", "_", sheet.label).lower(),
        title=_safe(sheet.title) + references,
        subtitles=[_safe(text) for text in sheet.subtitles],
        instructions="This worksheet contains one table."
        + (" Notes are explained on the worksheet named Notes." if sheet.notes else ""),
        legend=[said for shorthand, said in _LEGEND.items() if shorthand in used],
        source=_safe(sheet.source) or None,
        scope=_safe(sheet.about) or None,
        index_columns={2: 0},
        additional_formatting=[
            {
                "column": {
                    "columns": [n],
                    "format": {"num_format": _NUMBER_FORMATS[how]},
                    "include_names": False,
                }
            }
            for n, how in enumerate(column["format"] for column in sheet.columns)
            if how in _NUMBER_FORMATS
        ],
    )


def _headers(columns: Sequence[Mapping[str, str]]) -> list[str]:
    """Return the column headings with their units, each different from the others."""
    headers: list[str] = []
    for column in columns:
        unit = _UNITS.get(column["format"])
        header = column["label"].strip() or "Column"
        if unit and unit not in header.lower():
            header = f"{header}\n({unit})"
        ending = 2
        while header.lower() in {h.lower() for h in headers}:
            header = f"{column['label']} {ending}"
            ending += 1
        headers.append(header)
    return headers


def _cell(value: Any, how: str) -> Any:
    if value is None:
        return EMPTY if how == "text" else NOT_PUBLISHED
    if how == "month":
        return pd.Timestamp(value).to_pydatetime()
    if not isinstance(value, str):
        return value
    if not value.strip():
        return EMPTY
    # The guidance allows no cell of symbols alone: a screen reader passes over it.
    return _safe(value) if re.search(r"[A-Za-z0-9]", value) else f"symbol {value.strip()}"


def _safe(text: str) -> str:
    """Return text in which gptables finds no note mark or link of its own making."""
    return re.sub(r"\]\(", "] (", text.replace("$$", "$ $"))


def _notes(sheets: Sequence[_Sheet]) -> dict[str, str]:
    """Return note → reference, numbered in the order readers meet them."""
    texts = dict.fromkeys(note for sheet in sheets for note in sheet.notes)
    return {text: f"note{number}" for number, text in enumerate(texts, 1)}


def _title(shown: Sequence[Mapping[str, Any]]) -> str:
    covers = [piece for piece in shown if piece["kind"] == "cover"]
    return f"{covers[0]['title']}: {covers[0]['subtitle']}" if covers else "Tables of a report"


def _cover(gpt: Any, shown: Sequence[Mapping[str, Any]], title: str) -> gptables.Cover:
    covers = [piece for piece in shown if piece["kind"] == "cover"]
    vintages = dict.fromkeys(
        f"{piece['source']}. {piece['vintage']}".rstrip(".") + "."
        for piece in shown
        if piece["kind"] == "exhibit"
    )
    stamp = [_SYNTHETIC] if any(piece.get("synthetic") for piece in shown) else []
    cannot = [point for piece in shown if piece["kind"] == "notice" for point in piece["points"]]
    return gpt.Cover(
        title=_safe(title or _title(shown)),
        intro=[
            *stamp,
            *(_safe(piece["period"]) for piece in covers),
            "Every table behind a figure of the report, one to a worksheet. Values have their "
            "full precision; what you see is rounded as in the report.",
        ],
        about=[_safe(text) for text in [*vintages, *cannot]] or None,
        contact=None,
    )


def _set_widths(book: Any, sheets: Sequence[_Sheet], has_notes: bool) -> None:
    """Make columns as wide as what is seen in them, which is shorter than the number behind it."""
    for sheet in sheets:
        page = book.get_worksheet_by_name(sheet.label)
        for number, column in enumerate(sheet.columns):
            seen = [words.cell(row[number], column["format"]) for row in sheet.rows]
            longest = max((len(text) for text in seen), default=0)
            heading = max(len(line) for line in _headers([column])[0].split("\n"))
            page.set_column_pixels(number, number, min(_WIDEST, 24 + 8 * max(longest, heading, 8)))
    contents = book.get_worksheet_by_name("Contents")
    contents.set_column_pixels(0, 0, 24 + 8 * max(12, *(len(s.label) for s in sheets)))
    contents.set_column_pixels(1, 1, 2 * _WIDEST)
    if has_notes:
        book.get_worksheet_by_name("Notes").set_column_pixels(0, 0, 110)
        book.get_worksheet_by_name("Notes").set_column_pixels(1, 1, 2 * _WIDEST)


@cache
def _theme() -> gptables.Theme:
    """Return the theme of gptables, in the colour of the report."""
    with _gptables() as gpt:
        accent = {"font_color": style.ACCENT}
        heading = {"bold": True, "text_wrap": True, **accent}
        return gpt.Theme(
            {
                "global": {"font_size": 12, "font_name": "Arial"},
                "cover_title": {"font_size": 18, **heading},
                "cover_subtitle": {"font_size": 14, **heading},
                "cover_text": {"text_wrap": True},
                "title": {"bold": True, "font_size": 16, **accent},
                "subtitle": {"font_size": 14},
                "instructions": None,
                "scope": None,
                "source": None,
                "legend": None,
                "column_heading": {
                    "bold": True,
                    "bottom": 1,
                    "text_wrap": True,
                    "valign": "top",
                },
                "index_1": {"bold": True, "text_wrap": True},
                "index_2": {"text_wrap": True, "valign": "top"},
                "index_3": {"text_wrap": True},
                "data": {"text_wrap": True, "valign": "top"},
                "description_order": ["scope", "source", "instructions", "legend"],
            }
        )


@contextmanager
def _gptables() -> Iterator[Any]:
    """Lend gptables, without the warnings that are about its own code and not about our tables."""
    with warnings.catch_warnings():
        ours = r"gptables\."
        # It still calls pandas in ways that pandas 4 will refuse; the results are right.
        warnings.filterwarnings("ignore", category=pd.errors.Pandas4Warning, module=ours)
        # It leaves the file of its theme open for the interpreter to close.
        warnings.filterwarnings("ignore", category=ResourceWarning, module=ours)
        # It remarks on a workbook without notes; ours has them when there are caveats.
        warnings.filterwarnings("ignore", message="No note text provided", category=UserWarning)
        import gptables

        yield gptables
