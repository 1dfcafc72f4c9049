"""What each cell of a notebook puts on the page."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from nbformat import NotebookNode

from pvtools.exhibits import contract
from pvtools.exhibits.contract import MIME
from pvtools.reports import printable, said, screen
from pvtools.reports.cell_names import INJECTED, cell_names
from pvtools.reports.images import Images
from pvtools.reports.markup import Text
from pvtools.reports.pictures import SVG

Kind = Literal["piece", "markup", "image", "code", "text", "error", "verbatim", "left out"]
Target = Literal["typst", "html"]

#: Level of the heading each kind of piece brings along; a ledger brings none.
_PIECE_LEVEL = {"cover": 1, "findings": 2, "exhibit": 3, "notice": 3, "ledger": 0}
_IMAGE_TYPES = (SVG, "image/png", "image/jpeg", "image/webp", "image/gif")
#: What a raw cell may be written in to stand on a page as it is.
_RAW_TYPES = {"typst": ("typst", "text/typst", "text/x-typst"), "html": ("html", "text/html")}
# The tags nbconvert, Jupyter Book and Quarto users know.
_HIDES_CELL = {"remove-cell", "remove_cell"}
_HIDES_INPUT = {"remove-input", "remove_input", "hide-input"}
_HIDES_OUTPUT = {"remove-output", "remove_output"}


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
    """What one cell puts on the page.

    ``number`` is its place in the notebook, from 1; ``name`` is what a message calls it;
    ``written`` says that it is Markdown.
    """

    number: int
    name: str
    tags: Collection[str] = ()
    written: bool = False
    parts: list[Part] = field(default_factory=list)
    new_page: bool = False


def read(
    notebook: NotebookNode, images: Images, *, to: Target, leave_out: Collection[str] = ()
) -> list[Cell]:
    """Return every cell with its parts; texts are not converted yet.

    ``leave_out`` names what is not shown: ``input``, ``output``, ``markdown``, ``raw``.
    """
    # Papermill writes the parameters of a run into a cell of its own behind the author's.
    given = any(INJECTED in node.metadata.get("tags", ()) for node in notebook.cells)
    language = notebook.metadata.get("language_info", {}).get("name", "python")
    cells = []
    named = zip(cell_names(notebook), notebook.cells, strict=True)
    for number, (name, node) in enumerate(named, start=1):
        tags = set(node.metadata.get("tags", ()))
        written = node.cell_type == "markdown"
        cell = Cell(number, name, tags, written, new_page="page-break" in tags)
        cells.append(cell)
        if tags & _HIDES_CELL:
            continue
        if node.cell_type == "code":
            hidden = "input" in leave_out or tags & _HIDES_INPUT
            hidden = hidden or (given and "parameters" in tags)
            source = node.source.removeprefix("# Parameters\n" if INJECTED in tags else "")
            if source.strip() and not hidden:
                cell.parts.append(Part("code", source.rstrip(), language=language))
            if "output" not in leave_out and not tags & _HIDES_OUTPUT:
                cell.parts += _outputs(node, cell, images, to)
        elif node.cell_type not in leave_out and node.source.strip():
            if written:
                cell.parts.append(Part("markup", Text(_dollars(node.source))))
            else:
                cell.parts += _raw(node, to, cell)
    return cells


def _raw(node: NotebookNode, to: Target, cell: Cell) -> Iterator[Part]:
    written_in = node.metadata.get("raw_mimetype", node.metadata.get("format", ""))
    if not written_in and not (cell.number == 1 and said.is_front(node)):
        yield Part("text", node.source.rstrip())
    if written_in not in _RAW_TYPES[to]:
        return
    if to == "typst":
        yield Part("verbatim", node.source)
    else:
        html, kinds = printable.read_html(node.source)
        if html:
            yield Part("markup", Text(html, "html"))
        yield from left_out(kinds, cell)


def _outputs(node: NotebookNode, cell: Cell, images: Images, to: Target) -> Iterator[Part]:
    """Yield what a cell's outputs put on the page.

    Alt texts that the cell gives are its pictures', one each, in their order.
    """
    pictures = sum(_is_picture(output) for output in node.outputs)
    given = said.in_cell(node.source, "fig-alt")
    alts = iter(given if len(given) == pictures else [""] * pictures)
    for output in node.outputs:
        if _is_picture(output):
            yield _picture(output, cell, images, next(alts))
        elif not (pictures and printable.echoes_a_drawing(output.get("data", {}))):
            yield from _output(output, cell, images, to)


def _is_picture(output: NotebookNode) -> bool:
    data = output.get("data", {})
    return MIME not in data and any(mime in data for mime in _IMAGE_TYPES)


def _picture(output: NotebookNode, cell: Cell, images: Images, given: str) -> Part:
    mime = next(mime for mime in _IMAGE_TYPES if mime in output.data)
    alt = _alt(output.metadata.get(mime)) or _alt(output.metadata) or given
    if not alt.strip():
        images.missing_alt(cell, f"the {mime} output")
    return Part("image", None, image=images.add(output.data[mime], mime, cell), alt=alt)


def _output(output: NotebookNode, cell: Cell, images: Images, to: Target) -> Iterator[Part]:
    if output.output_type == "stream":
        yield from _plain(output.text)
    elif output.output_type == "error":
        lines = "\n".join(output.traceback) or f"{output.ename}: {output.evalue}"
        yield Part("error", screen.shown(lines))
    elif MIME in output.data:
        with_table = "with-table" in cell.tags or "with-table" in output.metadata
        for part in _piece(output.data, with_table, cell, images):
            yield _with_states(part, cell, images, to)
    else:
        yield from _written(output.data, cell)


def _alt(metadata: Any) -> str:
    alt = metadata.get("alt") if isinstance(metadata, Mapping) else ""
    return alt if isinstance(alt, str) else ""


def _piece(data: Mapping[str, Any], with_table: bool, cell: Cell, images: Images) -> Iterator[Part]:
    piece = data[MIME]
    faults = contract.faults(piece)
    for fault in faults:
        images.fault(cell, fault)
    if faults:
        return
    part = Part("piece", piece, level=_PIECE_LEVEL[piece["kind"]], with_table=with_table)
    if piece["kind"] == "exhibit":
        part.image = images.add(data.get(SVG), SVG, cell)
    elif "pictures" in piece and piece["kind"] == "ledger":
        named = {
            key: [images.add(svg, SVG, cell) if svg else "" for svg in svgs]
            for key, svgs in piece["pictures"].items()
        }
        part.content = {**piece, "pictures": named}
    yield part


def _with_states(part: Part, cell: Cell, images: Images, to: Target) -> Part:
    """Return a piece with the figures of its other states, which stand on a web page only."""
    states = part.content.get("states", ()) if part.content["kind"] == "exhibit" else ()
    shown = states if to == "html" else ()
    if states:
        named = [{**one, "svg": images.add(one["svg"], SVG, cell)} for one in shown]
        part.content = {**part.content, "states": named}
    return part


def _written(data: Mapping[str, Any], cell: Cell) -> Iterator[Part]:
    """Yield an output made of words, and a line for each thing that no page can show.

    The richest form that leaves something to be read is taken, and plain text last.
    """
    html, kinds = printable.read_html(data.get("text/html", ""), data.get("text/plain", ""))
    if not html:
        kinds = kinds or printable.kinds_of(data)
    if html:
        yield Part("markup", Text(html, "html"))
    elif "text/markdown" in data:
        yield Part("markup", Text(_dollars(data["text/markdown"])))
    elif "text/latex" in data:
        source = _dollars(data["text/latex"].strip())
        yield Part("markup", Text(source, "gfm" if source.startswith("$") else "latex"))
    elif "application/json" in data:
        yield Part("text", printable.as_json(data["application/json"]))
    elif not kinds and not ("text/html" in data and printable.names_an_object(data)):
        yield from _plain(data.get("text/plain", ""))
    yield from left_out(kinds, cell)


def _plain(text: str) -> Iterator[Part]:
    if text := screen.shown(text):
        yield Part("text", text)


def left_out(kinds: Collection[str], cell: Cell) -> Iterator[Part]:
    """Yield a line for each kind of thing that a page cannot show."""
    for kind in kinds:
        line = f"{kind[0].upper()}{kind[1:]}, not shown on this page: see {cell.name}."
        yield Part("left out", line)


#: Jupyter shows these as maths although no dollar signs stand around them.
_ENVIRONMENT = re.compile(
    r"^ {0,3}\\begin\{((?:equation|align|alignat|flalign|gather|multline|eqnarray)\*?)\}"
    r".*?\\end\{\1\}",
    re.DOTALL | re.MULTILINE,
)
_BRACKETS = re.compile(r"\\\\\((.+?)\\\\\)|\\\\\[(.+?)\\\\\]", re.DOTALL)
_HAS_ITS_OWN_FENCE = re.compile(
    r"(\$\$.*?\$\$|^(?P<fence>```|~~~).*?^(?P=fence)|`[^`\n]+`)", re.DOTALL | re.MULTILINE
)


def _dollars(source: str) -> str:
    """Return Markdown in which every formula stands between dollar signs."""
    pieces, at = [], 0
    for fenced in _HAS_ITS_OWN_FENCE.finditer(source):
        pieces += [_fenced(source[at : fenced.start()]), fenced[0]]
        at = fenced.end()
    return "".join([*pieces, _fenced(source[at:])])


def _fenced(text: str) -> str:
    return _BRACKETS.sub(_in_dollars, _ENVIRONMENT.sub(lambda found: f"$${found[0]}$$", text))


def _in_dollars(found: re.Match[str]) -> str:
    return f"${found[1].strip()}$" if found[1] else f"$${found[2]}$$"
