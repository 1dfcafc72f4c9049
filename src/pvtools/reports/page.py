"""A notebook read as a page: what stands on it, in what order, before anybody typesets it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from nbconvert.filters import strip_ansi
from nbformat import NotebookNode

from pvtools.exhibits.pieces import MIME
from pvtools.reports.images import Images
from pvtools.reports.markup import Conversion, Converted, Heading, Text, convert

Kind = Literal["piece", "markup", "image", "code", "text", "error", "verbatim"]

#: Level of the heading each kind of piece brings along.
_PIECE_LEVEL = {"cover": 1, "findings": 2, "exhibit": 3, "notice": 3}
_IMAGE_TYPES = ("image/svg+xml", "image/png", "image/jpeg")


@dataclass
class Part:
    """One thing on the page: a piece, a text, an image, a block of code."""

    kind: Kind
    content: Any
    level: int = 0
    image: str = ""
    alt: str = ""
    language: str = ""
    with_table: bool = False


@dataclass
class Cell:
    """What one cell puts on the page; ``number`` counts from 1, as in the notebook."""

    number: int
    opening: str
    parts: list[Part] = field(default_factory=list)
    beside_next: bool = False
    new_page: bool = False

    @property
    def name(self) -> str:
        return f"cell {self.number} ({self.opening})" if self.opening else f"cell {self.number}"


@dataclass
class Page:
    """A notebook ready to be typeset."""

    title: str
    title_markup: str
    cover: Mapping[str, Any] | None
    language: str
    date: str | None
    footer: str
    rows: list[list[Cell]]
    images: Images

    @property
    def cells(self) -> Iterator[Cell]:
        """Every cell that puts something on the page."""
        for row in self.rows:
            yield from row


def read(
    notebook: NotebookNode,
    *,
    name: str,
    folder: str,
    to: Literal["typst", "html"],
    hide_input: bool = False,
) -> Page:
    """Return what stands on the page of an executed notebook.

    Parameters
    ----------
    notebook
        Any notebook; only the pieces of this project get more than their usual place.
    name, folder
        File name without ending (the title of last resort) and the folder that relative
        images are read from.
    to
        What texts are converted to.
    hide_input
        Leave out the code of every cell; else only of cells that ask for it.

    Raises
    ------
    ExportError
        Images without alt text, or images that cannot be read: all of them, by cell.
    """
    own = notebook.metadata.get("pvtools", {})
    images = Images(folder)
    cells = [
        _read_cell(number, cell, images, hide_input or own.get("hide_input", False), notebook)
        for number, cell in enumerate(notebook.cells, start=1)
    ]
    cover = _take_cover(cells)
    given = cover["title"] if cover else notebook.metadata.get("title")
    conversion = _convert(cells, to, given)
    for cell, converted in _texts(cells):
        images.take(converted.images, cell.name, notebook.cells[cell.number - 1])
    images.check()
    title = conversion.title
    return Page(
        title=given or (title.text if title else "") or name,
        title_markup=title.markup if title else "",
        cover=cover,
        language=notebook.metadata.get("lang", "en-GB"),
        date=own.get("date"),
        footer=own.get("footer", ""),
        rows=list(_rows(cells)),
        images=images,
    )


def _read_cell(
    number: int, cell: NotebookNode, images: Images, hide_input: bool, notebook: NotebookNode
) -> Cell:
    tags = set(cell.metadata.get("tags", ()))
    opening = next((line.strip() for line in cell.source.splitlines() if line.strip()), "")
    read = Cell(
        number,
        opening if len(opening) <= 60 else opening[:59] + "…",
        beside_next="beside" in tags,
        new_page="page-break" in tags,
    )
    if cell.cell_type == "markdown":
        if cell.source.strip():
            read.parts.append(Part("markup", Text(_wrap_environments(cell.source))))
    elif cell.cell_type == "raw":
        written_in = cell.metadata.get("raw_mimetype", cell.metadata.get("format", ""))
        if written_in in {"typst", "text/typst", "text/x-typst"}:
            read.parts.append(Part("verbatim", cell.source))
    else:
        language = notebook.metadata.get("language_info", {}).get("name", "python")
        if not hide_input and not tags & {"remove-input", "hide-input"} and cell.source.strip():
            read.parts.append(Part("code", cell.source, language=language))
        if "remove-output" not in tags:
            for output in cell.outputs:
                read.parts += _read_output(output, read, images, "with-table" in tags)
    return read


def _read_output(
    output: NotebookNode, cell: Cell, images: Images, with_table: bool
) -> Iterator[Part]:
    if output.output_type == "stream":
        yield Part("text", strip_ansi(output.text).rstrip())
        return
    if output.output_type == "error":
        lines = "\n".join(output.traceback) or f"{output.ename}: {output.evalue}"
        yield Part("error", strip_ansi(lines).rstrip())
        return
    data, metadata = output.data, output.metadata
    if MIME in data:
        piece = data[MIME]
        part = Part("piece", piece, level=_PIECE_LEVEL.get(piece["kind"], 0))
        if piece["kind"] == "exhibit":
            part.image = images.add(data["image/svg+xml"], "image/svg+xml")
            part.with_table = with_table or metadata.get("with-table", False)
        yield part
        return
    for mime in _IMAGE_TYPES:
        if mime in data:
            alt = metadata.get(mime, {}).get("alt") or metadata.get("alt", "")
            if not alt.strip():
                images.missing_alt(cell.name, mime)
            yield Part("image", None, image=images.add(data[mime], mime), alt=alt)
            return
    yield from _read_text(data)


def _read_text(data: Mapping[str, Any]) -> Iterator[Part]:
    page = data.get("text/html", "")
    if "<table" in page:
        yield Part("markup", Text(page, "html"))
    elif "text/markdown" in data:
        yield Part("markup", Text(_wrap_environments(data["text/markdown"])))
    elif "text/latex" in data:
        source = data["text/latex"].strip()
        maths = source.startswith(("$", r"\begin{equation", r"\begin{align"))
        yield Part("markup", Text(_wrap_environments(source)) if maths else Text(source, "latex"))
    elif data.get("text/plain", "").strip():
        yield Part("text", strip_ansi(data["text/plain"]).rstrip())


#: Jupyter shows these environments as maths although no dollar signs stand around them.
_ENVIRONMENT = re.compile(
    r"^\\begin\{((?:equation|align|gather|multline|eqnarray)\*?)\}.*?\\end\{\1\}",
    re.DOTALL | re.MULTILINE,
)


def _wrap_environments(source: str) -> str:
    pieces = re.split(r"(\$\$.*?\$\$|^```.*?^```)", source, flags=re.DOTALL | re.MULTILINE)
    pieces[::2] = [_ENVIRONMENT.sub(lambda found: f"$${found[0]}$$", text) for text in pieces[::2]]
    return "".join(pieces)


def _take_cover(cells: list[Cell]) -> Mapping[str, Any] | None:
    # The cover holds the only heading of level 1, which must be the first on the page.
    for cell in cells:
        for part in cell.parts:
            if part.kind == "piece" and part.content["kind"] == "cover":
                cell.parts.remove(part)
                return part.content
    return None


def _convert(cells: list[Cell], to: Literal["typst", "html"], title: str | None) -> Conversion:
    wanted = [part for cell in cells for part in cell.parts if part.kind == "markup" or part.level]
    items = [
        part.content if part.kind == "markup" else Heading(part.level, _ids(part.content))
        for part in wanted
    ]
    conversion = convert(items, to=to, title=title)
    for part, converted in zip(wanted, conversion.items, strict=True):
        if part.kind == "markup":
            part.content = converted
        else:
            part.level = converted.level
    return conversion


def _ids(piece: Mapping[str, Any]) -> tuple[str, ...]:
    key = piece.get("key")
    return (key, f"{key}-headline") if key else ()


def _texts(cells: list[Cell]) -> Iterator[tuple[Cell, Converted]]:
    for cell in cells:
        for part in cell.parts:
            if part.kind == "markup":
                yield cell, part.content


def _rows(cells: list[Cell]) -> Iterator[list[Cell]]:
    """Yield cells that stand below each other; those tagged ``beside`` share a row."""
    row: list[Cell] = []
    new_page = False
    for cell in cells:
        new_page = new_page or cell.new_page
        if not cell.parts:
            continue
        cell.new_page, new_page = new_page, False
        row.append(cell)
        if not cell.beside_next:
            yield row
            row = []
    if row:
        yield row
