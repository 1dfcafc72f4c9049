"""Notebook to PDF through Typst: tagged, titled, with alt text; refused if it would not be."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import zip_longest
from typing import Any

from nbformat import NotebookNode
from traitlets import default

from pvtools import style, words
from pvtools.errors import ExportError
from pvtools.reports import page as pages
from pvtools.reports import refusals, typesetter
from pvtools.reports.cells import Cell
from pvtools.reports.exporter import PageExporter
from pvtools.reports.markup import TEMPLATES


class PdfExporter(PageExporter):
    """Export a notebook to a PDF that declares PDF/UA-1, and PDF/A-2a where its date is known.

    Works for any executed notebook; pieces of this project get their own layout. Equal
    notebooks give equal bytes.

    Examples
    --------
    ``jupyter nbconvert --to pvtools_pdf any.ipynb``
    """

    export_from_notebook = "PDF (accessible)"
    output_mimetype = "application/pdf"
    target = "typst"

    @default("file_extension")
    def _pdf(self) -> str:
        return ".pdf"

    @default("template_name")
    def _template(self) -> str:
        return "pvtools_pdf"

    @default("template_extension")
    def _typst(self) -> str:
        return ".typ.j2"

    def default_filters(self) -> Any:
        """Yield the filters that write Python values as Typst."""
        yield "typst", _literal
        yield "typst_date", _date

    def from_notebook_node(
        self, nb: NotebookNode, resources: Any = None, **kw: Any
    ) -> tuple[bytes, Any]:
        """Return the PDF of a notebook, and nbconvert's resources.

        Raises
        ------
        ExportError
            Images lack alt text, or Typst cannot set the page: the cell is named.
        """
        page, resources = self.read_page(nb, resources)
        return compile_page(page, self._sources(page)), resources

    def _sources(self, page: pages.Page) -> dict[str, bytes]:
        """Return every file of the Typst project, by name."""
        files: dict[str, bytes] = dict(page.images.files)
        if page.cover:
            files["cover.json"] = _json(page.cover)
        cell_template = self.environment.get_template("cell.typ.j2")
        shown = [cell for cell in page.cells if cell.parts]
        for cell, after in zip_longest(shown, shown[1:]):
            asks = _asks(cell) and after is not None and after.parts[0].kind == "code"
            names = [f"piece-{cell.number}-{i}.json" for i in range(len(cell.parts))]
            for part, name in zip(cell.parts, names, strict=True):
                if part.kind == "piece":
                    files[name] = _json(_written(part.content))
            source = cell_template.render(
                cell=cell, files=names, asks=asks, stays=len(cell.parts) > 1 and _is_short(cell)
            )
            files[f"cell-{cell.number}.typ"] = source.encode()
        files["look.typ"] = (TEMPLATES / "look.typ").read_bytes()
        files["look.json"] = _json(_LOOK)
        files["main.typ"] = self.template.render(page=page).encode()
        return files


def _asks(cell: Cell) -> bool:
    """Say whether a cell may be the question that the next answers: a short text."""
    texts = [part.content.markup for part in cell.parts if part.kind == "markup"]
    return cell.written and sum(map(len, texts)) <= _QUESTION


def _is_short(cell: Cell) -> bool:
    """Say whether a cell's code leaves room for its output on the same page."""
    return str(cell.parts[0].content).count("\n") < _LINES


#: What stays with what follows it has at most this many characters, as a text, or lines, as code:
#: a page that begins with more than it can hold together would be left empty.
_QUESTION = 1_000
_LINES = 25
#: A text of this many characters need not be broken into lines.
_SHORT = 20
#: A text of this many characters or more gets no larger share of the line.
_LONG = 60
#: A text of this many characters is never broken.
_WORD = 10
#: A picture in a cell is about as wide as so many characters.
_PICTURE = 10
#: So many characters, with what lies between columns, are about as wide as the page.
_LINE = 90

_LOOK = {
    "accent": style.ACCENT,
    "text": style.TEXT,
    "quiet": style.QUIET,
    "pale": style.PALE,
    "context": style.CONTEXT,
    "pink": style.PINK,
    "font": style.FONT,
}


def compile_page(page: pages.Page, files: Mapping[str, bytes]) -> bytes:
    """Return the PDF of a Typst project whose first file is ``main.typ``.

    Raises
    ------
    ExportError
        Typst refuses the page; the message names the cells it complains about.
    """
    # PDF/A asks for a date; rather than invent one, a page without a date does not claim it.
    standards = ["ua-1", "a-2a"] if page.date else ["ua-1"]
    try:
        return typesetter.typeset(files, standards=standards, fonts=style.font_folders())
    except typesetter.RefusedError as error:
        raise ExportError(refusals.explained(str(error), page)) from None


def _written(piece: Mapping[str, Any]) -> dict[str, Any]:
    """Return a piece whose table cells are text, written as everywhere else."""
    if "table" not in piece:
        return dict(piece)
    columns = piece["table"]["columns"]
    rows = [
        [words.cell(value, c) for value, c in zip(row, columns, strict=True)]
        for row in piece["table"]["rows"]
    ]
    numeric = [c["format"] not in words.TEXTS for c in columns]
    narrow = [
        number or c["format"] == "picture" for number, c in zip(numeric, columns, strict=True)
    ]
    least = [
        _least(c["label"], cells, number=number)
        for number, (c, *cells) in zip(numeric, zip(columns, *rows, strict=True), strict=True)
    ]
    longest = [
        max(len(text) for text in (c["label"], *cells)) if c["format"] != "picture" else _PICTURE
        for c, *cells in zip(columns, *rows, strict=True)
    ]
    table = {
        "columns": [
            {"label": c["label"], "number": number, "share": share}
            for c, number, share in zip(
                columns, numeric, _shares(narrow, longest, least), strict=True
            )
        ],
        "rows": [
            [_cell(text, column, at, piece) for text, column in zip(row, columns, strict=True)]
            for at, row in enumerate(rows)
        ],
    }
    return {**piece, "table": table}


def _cell(
    text: str, column: Mapping[str, str], at: int, piece: Mapping[str, Any]
) -> str | dict[str, str]:
    """Return a cell: its text, or the picture that the text says."""
    names = piece.get("pictures", {}).get(column.get("key"))
    return {"image": names[at], "alt": text} if names and names[at] else text


def _least(label: str, cells: Sequence[str], *, number: bool) -> int:
    """Return how narrow a column can be: its longest word, or number, and a little more."""
    told = cells if number else [word for text in cells for word in text.split()]
    return min(max(map(len, (*label.split(), *told)), default=0), _SHORT) + 1


def _shares(narrow: Sequence[bool], longest: Sequence[int], least: Sequence[int]) -> list[int]:
    """Return how the columns share the line: 0 for what is as wide as its content.

    Long texts divide what numbers, pictures and short texts leave; at least one column does, so
    that a table is as wide as the page. Where numbers would still leave too little, those with
    long labels divide it too.
    """
    texts = [i for i, fixed in enumerate(narrow) if not fixed]
    long = [i for i in texts if longest[i] > _SHORT] or sorted(texts, key=lambda i: longest[i])[-1:]
    if sum(size for i, size in enumerate(longest) if i not in long) > _LINE / 2:
        long = [i for i in texts if longest[i] > _WORD]  # the others would leave too little
    size = [min(n, _LONG) if i in long else 0 for i, n in enumerate(longest)]
    if sum(n for i, n in enumerate(longest) if i not in long) > _LINE / 2:
        size = [least[i] if not n and longest[i] > _WORD else n for i, n in enumerate(size)]
    # No column is narrower than its longest word.
    left = max(_LINE - sum(n for n, share in zip(longest, size, strict=True) if not share), 1)
    whole = sum(size)
    return [
        max(share, -(-word * whole // left)) if share else 0
        for share, word in zip(size, least, strict=True)
    ]


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def _literal(value: str | None) -> str:
    """Return a string as Typst writes it."""
    if value is None:
        return "none"
    value = re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", "", value)
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def _date(value: str | None) -> str:
    if value is None:
        return "none"
    try:
        day = date.fromisoformat(value[:10])
    except ValueError:
        raise ExportError(
            f"The notebook's metadata say pvtools.date is {value!r}; "
            "a date is written 2026-01-31, or left out."
        ) from None
    return f"datetime(year: {day.year}, month: {day.month}, day: {day.day})"
