"""A notebook read as a page: what stands on it, in what order, before anybody typesets it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from nbformat import NotebookNode

from pvtools.errors import ExportError
from pvtools.reports import cells as reading
from pvtools.reports import printable, said
from pvtools.reports.cells import Cell, Part, Target
from pvtools.reports.images import Images
from pvtools.reports.markup import Heading, Title, convert


@dataclass
class Page:
    """A notebook ready to be typeset.

    ``rows`` are the cells that stand below each other; cells of one row stand side by side.
    """

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
    to: Target,
    leave_out: Collection[str] = (),
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
    leave_out
        What is not shown: ``input``, ``output``, ``markdown``, ``raw``.

    Raises
    ------
    ExportError
        Images have no alt text or cannot be read, pieces or metadata are not what they should
        be: all of the cells' faults together.
    """
    own = _own(notebook.metadata)
    if own.get("hide_input"):
        leave_out = {*leave_out, "input"}
    images = Images(folder)
    cells = reading.read(notebook, images, to=to, leave_out=leave_out)
    cover = _take_cover(cells)
    about = {name: text for name in ("title", "lang") if (text := said.in_front(notebook, name))}
    about |= notebook.metadata
    given = cover["title"] if cover else _text_of(about, "title")
    found = _convert_texts(cells, to, given)
    for cell in cells:
        attachments = notebook.cells[cell.number - 1].get("attachments") or {}
        for part in cell.parts:
            if part.kind == "markup":
                images.take(part.content.images, cell, attachments)
        cell.parts = list(_with_left_out(cell))
    images.check()
    title = given or (found.text if found else "") or name
    return Page(
        title=_called(cover, title),
        title_markup=found.markup if found else "",
        cover=cover,
        language=_language(about),
        # What only the run can know, the cover brings along.
        date=_text_of(own, "date") or (cover or {}).get("date") or None,
        footer=_text_of(own, "footer") or (cover or {}).get("footer") or _at_foot(title),
        rows=list(_said_once(_rows(cells))),
        images=images,
    )


def _own(metadata: Mapping[str, Any]) -> Mapping[str, Any]:
    own = metadata.get("pvtools", {})
    if not isinstance(own, Mapping):
        raise ExportError(
            f"The notebook's metadata say pvtools is {own!r}; it holds date, footer and "
            "hide_input, or is left out."
        )
    return own


def _text_of(metadata: Mapping[str, Any], name: str) -> str | None:
    """Return the text that metadata hold under a name."""
    value = metadata.get(name)
    if value is not None and not isinstance(value, str):
        raise ExportError(
            f"The notebook's metadata say {name} is {value!r}; it is text, or left out."
        )
    return value


def _language(metadata: Mapping[str, Any]) -> str:
    language = _text_of(metadata, "lang") or "en-GB"
    if not _LANGUAGE.fullmatch(language):
        raise ExportError(
            f"The notebook's metadata say lang is {language!r}; a language is written en or en-GB."
        )
    return language


_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def _at_foot(title: str) -> str:
    """Return as much of a title as a line at the foot of a page has room for."""
    return title if len(title) <= 100 else f"{title[:99]}…"


def _called(cover: Mapping[str, Any] | None, title: str) -> str:
    """Return what the document is called: of a report, its area and what it asks."""
    asked = cover["subtitle"] if cover else ""
    return f"{title} \N{EN DASH} {asked}" if asked else title


def _take_cover(cells: list[Cell]) -> Mapping[str, Any] | None:
    # The cover holds the only heading of level 1, which must be the first on the page.
    for cell in cells:
        for part in cell.parts:
            if part.kind == "piece" and part.content["kind"] == "cover":
                cell.parts.remove(part)
                return part.content
    return None


def _convert_texts(cells: list[Cell], to: Target, title: str | None) -> Title | None:
    """Convert every text in place and set every piece's heading level; return the title found."""
    parts = [part for cell in cells for part in cell.parts if part.kind in {"markup", "piece"}]
    items = [
        part.content if part.kind == "markup" else Heading(part.level, _ids(part.content))
        for part in parts
    ]
    conversion = convert(items, to=to, title=title)
    for part, converted in zip(parts, conversion.items, strict=True):
        if part.kind == "markup":
            part.content = converted
        else:
            part.level = converted.level
    return conversion.title


def _with_left_out(cell: Cell) -> Iterator[Part]:
    for part in cell.parts:
        yield part
        if part.kind == "markup":
            yield from reading.left_out(printable.embedded(part.content.raw_html), cell)
            if part.content.as_written:
                line = f"Maths or LaTeX is shown as it is written: see {cell.name}."
                yield Part("left out", line)


def _ids(piece: Mapping[str, Any]) -> tuple[str, ...]:
    key = piece.get("key")
    return (key, f"{key}-headline") if key else ()


def _rows(cells: list[Cell]) -> Iterator[list[Cell]]:
    row: list[Cell] = []
    new_page = False  # a cell that shows nothing leaves its page break to the next that does
    for cell in cells:
        new_page = new_page or cell.new_page
        if not cell.parts:
            continue
        cell.new_page, new_page = new_page, False
        row.append(cell)
        if "beside" not in cell.tags:
            yield row
            row = []
    if row:
        yield row


def _said_once(rows: Iterable[list[Cell]]) -> Iterator[list[Cell]]:
    """Yield rows in which a note stands below the first figure of a page that has it.

    Where a notebook does not say where pages begin, every figure keeps all its notes.
    """
    said: set[str] | None = None
    for row in rows:
        for cell in row:
            if cell.new_page:
                said = set()
            for part in cell.parts:
                if said is not None and part.kind == "piece" and "caveats" in part.content:
                    caveats = part.content["caveats"]
                    fresh = [text for text in caveats if text not in said]
                    part.content = {**part.content, "caveats": fresh}
                    said.update(caveats)
        yield row
