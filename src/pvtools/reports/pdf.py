"""Notebook to PDF through Typst: tagged, titled, with alt text; refused if it would not be."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import matplotlib as mpl
import typst
from nbconvert.exporters import Exporter, TemplateExporter
from nbformat import NotebookNode
from traitlets import default

from pvtools import style, words
from pvtools.errors import ExportError
from pvtools.reports import page as pages
from pvtools.reports.markup import TEMPLATES


class PdfExporter(TemplateExporter):
    """Export a notebook to a PDF that declares PDF/UA-1, and PDF/A-2a where its date is known.

    Works for any executed notebook. Pieces of this project get their own layout; a cell tagged
    ``beside`` shares a row with the next one, ``page-break`` starts a page, ``remove-input``
    hides code. Of the notebook's metadata, ``title``, ``lang`` and ``pvtools`` (``date``,
    ``footer``, ``hide_input``) are used. Equal notebooks give equal bytes.

    Examples
    --------
    ``jupyter nbconvert --to pvtools_pdf any.ipynb``
    """

    export_from_notebook = "PDF (accessible)"
    output_mimetype = "application/pdf"

    @default("file_extension")
    def _pdf(self) -> str:
        return ".pdf"

    @default("template_name")
    def _pvtools_pdf(self) -> str:
        return "pvtools_pdf"

    @default("template_extension")
    def _typst(self) -> str:
        return ".typ.j2"

    @default("extra_template_basedirs")
    def _templates(self) -> list[str]:
        return [str(TEMPLATES)]

    def default_filters(self) -> Any:
        """Yield the filters that write Python values as Typst."""
        yield "typst", _literal
        yield "typst_date", _date
        yield "length", len
        yield "lower", lambda value: str(value).lower()

    def from_notebook_node(
        self, nb: NotebookNode, resources: Any = None, **kw: Any
    ) -> tuple[bytes, Any]:
        """Return the PDF of a notebook, and nbconvert's resources.

        Raises
        ------
        ExportError
            Images lack alt text, or Typst cannot set the page: the cell is named.
        """
        nb, resources = Exporter.from_notebook_node(self, nb, resources, **kw)
        about = resources.get("metadata", {})
        page = pages.read(
            nb,
            name=about.get("name", "notebook"),
            folder=about.get("path", ""),
            to="typst",
            hide_input=self.exclude_input,
        )
        return compile_page(page, self._sources(page)), resources

    def _sources(self, page: pages.Page) -> dict[str, bytes]:
        """Return every file of the Typst project, by name."""
        files: dict[str, bytes] = dict(page.images.files)
        if page.cover:
            files["cover.json"] = _json(page.cover)
        cell_template = self.environment.get_template("cell.typ.j2")
        for cell in page.cells:
            names = [f"piece-{cell.number}-{i}.json" for i in range(len(cell.parts))]
            for part, name in zip(cell.parts, names, strict=True):
                if part.kind == "piece":
                    files[name] = _json(_written(part.content))
            source = cell_template.render(cell=cell, files=names)
            files[f"cell-{cell.number}.typ"] = source.encode()
        files["look.typ"] = (TEMPLATES / "look.typ").read_bytes()
        files["look.json"] = _json(_LOOK)
        files["main.typ"] = self.template.render(page=page).encode()
        return files


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
    """Return the PDF of a Typst project held in memory.

    Raises
    ------
    ExportError
        Typst refuses the page; the message names the cells it complains about.
    """
    # PDF/A asks for a date; rather than to invent one, a page without a date does not claim it.
    standards = ["ua-1", "a-2a"] if page.date else ["ua-1"]
    compiler = typst.Compiler(
        dict(files), root=str(TEMPLATES), font_paths=_fonts(), ignore_system_fonts=True
    )
    try:
        pdf, _ = compiler.compile_with_warnings(format="pdf", pdf_standards=standards)
    except typst.TypstError as error:
        raise ExportError(_explain(error, page)) from None
    return pdf


@cache
def _fonts() -> typst.Fonts:
    # Typst brings a maths font along, matplotlib a monospace one and one with many symbols.
    folder = Path(mpl.get_data_path()) / "fonts" / "ttf"
    more = [folder / name for name in ("DejaVuSansMono.ttf", "DejaVuSans.ttf")]
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=True,
        font_paths=[str(path) for path in (style.font_dir(), *more)],
    )


def _written(piece: Mapping[str, Any]) -> dict[str, Any]:
    """Return a piece whose table cells are text, written as everywhere else."""
    if "table" not in piece:
        return dict(piece)
    columns = piece["table"]["columns"]
    table = {
        "columns": [
            {"label": c["label"], "number": c["format"] not in {"text", "month"}} for c in columns
        ],
        "rows": [
            [words.cell(value, c["format"]) for value, c in zip(row, columns, strict=True)]
            for row in piece["table"]["rows"]
        ],
    }
    return {**piece, "table": table}


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
    day = date.fromisoformat(value[:10])
    return f"datetime(year: {day.year}, month: {day.month}, day: {day.day})"


_PLACE = re.compile(r"┌─ \S*?cell-(\d+)\.typ")


def _explain(error: typst.TypstError, page: pages.Page) -> str:
    """Return what Typst says, by cell, without its drawing of the source."""
    names = {cell.number: cell.name for cell in page.cells}
    faults = []
    for complaint in re.split(r"\n(?=error: )", error.diagnostic):
        said = complaint.splitlines()[0].removeprefix("error: ")
        place = _PLACE.search(complaint)
        where = f"{names[int(place[1])]}: " if place else ""
        fault = f"  {where}{said}."
        if fault not in faults:
            faults.append(fault)
    return "The notebook cannot be set as an accessible PDF:\n" + "\n".join(faults)
