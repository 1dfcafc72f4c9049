"""A spreadsheet of every table behind a report, to the government's guidance for accessible ones.

Numbers stay numbers, at full precision, with a number format for the eye. A value that is not
given is written ``[x]``, one that does not apply ``[z]``, and the sheet says so. Caveats are notes.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pandas as pd

from pvtools import __version__, style, words
from pvtools.errors import ExportError
from pvtools.reports import pieces, sheets
from pvtools.reports.sheets import Sheet

if TYPE_CHECKING:
    import gptables
    from nbformat import NotebookNode

#: Workbooks carry a date of making; one that never changes keeps equal workbooks equal.
_MADE = datetime(2000, 1, 1)
_WIDEST = 420  # pixels


def workbook(notebook: NotebookNode, *, title: str = "") -> bytes:
    """Return the workbook of an executed notebook: cover, contents, notes, a sheet per table.

    Raises
    ------
    ExportError
        The notebook shows no table.
    """
    shown = pieces.read(notebook)
    written = sheets.labelled([sheet for piece in shown for sheet in sheets.of_piece(piece)])
    if not written:
        raise ExportError(
            "This notebook shows no findings, exhibit or ledger, so there is no table to put in a "
            "spreadsheet. Show one as the last line of a cell, or ask for other formats."
        )
    buffer = BytesIO()
    with _gptables() as gpt:
        notes = sheets.notes_of(written)
        book = gpt.produce_workbook(
            buffer,
            {sheet.label: _table(gpt, sheet, notes) for sheet in written},
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
        _set_widths(book, written, bool(notes))
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


def _table(gpt: Any, sheet: Sheet, notes: Mapping[str, str]) -> gptables.GPTable:
    headers = sheets.headers(sheet.columns)
    rows = sheet.rows or [[None] * len(headers)]
    cells = [
        [
            sheets.cell(value, column["format"], column.get("missing", ""))
            for value, column in zip(row, sheet.columns, strict=True)
        ]
        for row in rows
    ]
    used = {cell for row in cells for cell in row if isinstance(cell, str)}
    references = "".join(f"$${notes[note]}$$" for note in sheet.notes)
    return gpt.GPTable(
        table=pd.DataFrame(cells, columns=headers, dtype=object),
        table_name="t_" + re.sub(r"\W+", "_", sheet.label).lower(),
        title=sheets.safe(sheet.title) + references,
        subtitles=[sheets.safe(text) for text in sheet.subtitles],
        instructions="This worksheet contains one table."
        + (" Notes are explained on the worksheet named Notes." if sheet.notes else ""),
        legend=[meaning for shorthand, meaning in sheets.LEGEND.items() if shorthand in used],
        source=sheets.safe(sheet.source) or None,
        scope=sheets.safe(sheet.about) or None,
        index_columns={2: 0},
        additional_formatting=[
            {
                "column": {
                    "columns": [n],
                    "format": {"num_format": sheets.NUMBER_FORMATS[how]},
                    "include_names": False,
                }
            }
            for n, how in enumerate(column["format"] for column in sheet.columns)
            if how in sheets.NUMBER_FORMATS
        ],
    )


def _title(shown: Sequence[Mapping[str, Any]]) -> str:
    covers = [piece for piece in shown if piece["kind"] == "cover"]
    return f"{covers[0]['title']}: {covers[0]['subtitle']}" if covers else "Tables of a report"


def _cover(gpt: Any, shown: Sequence[Mapping[str, Any]], title: str) -> gptables.Cover:
    covers = [piece for piece in shown if piece["kind"] == "cover"]
    stamp = [sheets.SYNTHETIC] if any(piece.get("synthetic") for piece in shown) else []
    notices = [piece for piece in shown if piece["kind"] == "notice"]
    said = [text for notice in notices for text in (notice["title"], *notice["points"])]
    return gpt.Cover(
        title=sheets.safe(title or _title(shown)),
        intro=[
            *stamp,
            *(sheets.safe(piece["period"]) for piece in covers),
            "Every table behind a figure of the report as printed, one to a worksheet. Values "
            "have their full precision; what you see is rounded as in the report.",
        ],
        about=[sheets.safe(text) for text in [*_sources(shown), *said]] or None,
        contact=None,
    )


def _sources(shown: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the data sets behind the tables: as the report lists them, or those of its figures."""
    listed = [
        ", ".join(map(str, row[:3])) + "."
        for piece in shown
        if piece["kind"] == "ledger" and piece["key"] == "sources"
        for row in piece["table"]["rows"]
    ]
    figures = (piece for piece in shown if piece["kind"] == "exhibit")
    return listed or [
        *dict.fromkeys(f"{one['source']}. {one['vintage']}".rstrip(".") + "." for one in figures)
    ]


def _set_widths(book: Any, written: Sequence[Sheet], has_notes: bool) -> None:
    """Make columns as wide as what is seen in them, which is shorter than the number behind it."""
    for sheet in written:
        page = book.get_worksheet_by_name(sheet.label)
        for number, column in enumerate(sheet.columns):
            seen = [words.cell(row[number], column) for row in sheet.rows]
            longest = max((len(text) for text in seen), default=0)
            heading = max(len(line) for line in sheets.headers([column])[0].split("\n"))
            page.set_column_pixels(number, number, min(_WIDEST, 24 + 8 * max(longest, heading, 8)))
    contents = book.get_worksheet_by_name("Contents")
    contents.set_column_pixels(0, 0, 24 + 8 * max(12, *(len(sheet.label) for sheet in written)))
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
