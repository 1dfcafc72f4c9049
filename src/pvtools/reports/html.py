"""Notebook to one self-contained web page: landmarks, headings in order, alt text, no scripts.

What a notebook holds stands on the page as text, as an image or as pandoc's markup without
attributes; and a policy tells the browser to run and fetch nothing, should anything slip through.
The one script is ours, on a page that shows an exhibit in several states.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from itertools import count
from typing import Any

from nbformat import NotebookNode
from traitlets import default

from pvtools import style
from pvtools.exhibits import html as pieces
from pvtools.reports import scripts, states
from pvtools.reports.cells import Part
from pvtools.reports.exporter import PageExporter
from pvtools.reports.images import Images
from pvtools.reports.pictures import mime_of


class HtmlExporter(PageExporter):
    """Export a notebook to a web page that needs nothing but itself.

    Works for any executed notebook; pieces of this project look as they do in the notebook.
    All other HTML goes through pandoc, which leaves scripts, styles and event handlers behind.
    Equal notebooks give equal bytes.

    Examples
    --------
    ``jupyter nbconvert --to pvtools_html any.ipynb``
    """

    export_from_notebook = "HTML (accessible)"
    output_mimetype = "text/html"
    target = "html"

    @default("file_extension")
    def _html(self) -> str:
        return ".html"

    @default("template_name")
    def _template(self) -> str:
        return "pvtools_html"

    def default_filters(self) -> Any:
        """Yield no filters of nbconvert's: the template brings its own."""
        yield from ()

    def from_notebook_node(
        self, nb: NotebookNode, resources: Any = None, **kw: Any
    ) -> tuple[str, Any]:
        """Return the web page of a notebook, and nbconvert's resources.

        Raises
        ------
        ExportError
            Images lack alt text or cannot be read, pieces are none: all of them, by cell.
        """
        page, resources = self.read_page(nb, resources)
        css = style.PIECE_CSS + self.environment.get_template("page.css.j2").render(style=style)
        has_states = any(
            part.kind == "piece" and part.content.get("states")
            for cell in page.cells
            for part in cell.parts
        )
        script = scripts.STATES if has_states else ""
        tables = count(1)
        html = self.template.render(
            page=page,
            css=css,
            policy=_policy(css, script),
            script=script,
            cover=pieces.render(page.cover) if page.cover else "",
            piece=lambda part: _piece(part, page.images),
            markup=lambda part: _markup(part, page.images, tables),
            source=lambda name: _data_address(page.images.files[name]),
        )
        return html, resources


def _policy(css: str, script: str) -> str:
    """Return what a browser may do with the page: set it in its own style, show its own images."""
    may_run = f"script-src {scripts.named(script)}; " if script else ""
    return (
        f"default-src 'none'; img-src data:; style-src {scripts.named(css)}; {may_run}"
        "base-uri 'none'; form-action 'none'"
    )


def _svg(name: str | None, images: Images) -> str:
    return images.files[name].decode() if name else ""


def _piece(part: Part, images: Images) -> str:
    piece = part.content
    if piece["kind"] == "ledger" and "pictures" in piece:
        shown = {
            key: [_svg(name, images) for name in names] for key, names in piece["pictures"].items()
        }
        piece = {**piece, "pictures": shown}
    html = pieces.render(piece, svg=_svg(part.image, images))
    if piece.get("states"):
        html = states.render(piece, html, [_svg(one["svg"], images) for one in piece["states"]])
    if part.with_table:
        html = html.replace("<details>", "<details open>", 1)
    if part.level:
        # Only the one heading of a piece is written so: its texts are escaped.
        html = re.sub(r"<(/?)h[1-6]\b", rf"<\g<1>h{part.level}", html)
    return html


_IMAGE = re.compile(r'src="(image-\d+)"')
_TABLE = re.compile(r"<table>.*?</table>", re.DOTALL)
_ALIGNED = re.compile(r' style="text-align: (left|right|center);?"')
_STYLED = re.compile(r' style="[^"]*"')


def _markup(part: Part, images: Images, tables: Iterator[int]) -> str:
    """Return the HTML of a text with its images inside and its tables fit for a screen reader."""
    html = _TABLE.sub(lambda found: _table(found[0], next(tables)), part.content.markup)
    # Pandoc writes few styles besides, in maths; a page does without them.
    html = _STYLED.sub("", _ALIGNED.sub(r' class="\1"', html))
    return _IMAGE.sub(lambda found: f'src="{_data_address(images.files[found[1]])}"', html)


def _table(table: str, number: int) -> str:
    head, end, body = table.partition("</thead>")
    if end:
        # A cell without words, as in the corner of a head of several rows, is no header.
        head = re.sub(r"<th([^>]*)></th>", r"<td\1></td>", head)
        table = _scoped(head, "col") + end + _scoped(body, "row")
    else:  # rows of texts, to be read one after the other
        table = table.replace("<table>", '<table role="presentation">').replace("<th", "<td")
        table = table.replace("</th>", "</td>")
    label = f"Table {number}"
    return f'<div class="pv-scroll" tabindex="0" role="region" aria-label="{label}">{table}</div>'


def _scoped(rows: str, scope: str) -> str:
    return re.sub(r"<th(?=[ >])", f'<th scope="{scope}"', rows)


def _data_address(data: bytes) -> str:
    return f"data:{mime_of(data)};base64,{base64.b64encode(data).decode()}"
