"""What a reader takes away of an exhibit: its table as CSV, its figure as SVG and as PNG.

A ledger has no figure: of it there is the table.
"""

from __future__ import annotations

import io
import logging
import re
import zipfile
from collections.abc import Iterable
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from pvtools import style

if TYPE_CHECKING:
    from pvtools.exhibits import Exhibit, Ledger

_LOG = logging.getLogger(__name__)

#: Each form, with what it is to a browser.
FORMS = {"csv": "text/csv; charset=utf-8", "svg": "image/svg+xml", "png": "image/png"}
#: Stands in a page's links until it is known where the page itself stands.
PLACE = "pv:exhibits/"

#: A picture that is passed on alone says what it shows and whose it is.
_SHEET = f"""
#set page(width: 500pt, height: auto, margin: 10pt)
#set text(font: "{style.FONT}", size: 9pt, fill: rgb("{style.TEXT}"))
#text(size: 13pt, weight: "semibold", fill: rgb("{style.ACCENT}"), sys.inputs.headline)

#sys.inputs.subtitle
#image("figure.svg", width: 100%)
#sys.inputs.source
"""


def row(piece: Exhibit | Ledger, slug: str) -> str:
    """Return the links below an exhibit or a ledger: to itself, and to its files."""
    key = escape(piece.key)
    name = escape(f"pvtools-{slug}-{piece.key}")
    links = "".join(
        f'<li><a href="{PLACE}{key}.{form}" download="{name}.{form}">{form.upper()}</a></li>'
        for form in _forms(piece)
    )
    drawn = piece.kind == "exhibit"
    of = f'labelledby="{key}-headline"' if drawn else f'label="{escape(piece.title)}"'
    return f'<ul class="pv-files" aria-{of}><li><a href="#{key}">Link to this</a></li>{links}</ul>'


def _forms(piece: Exhibit | Ledger) -> list[str]:
    return [*FORMS] if piece.kind == "exhibit" else ["csv"]


def pack(pieces: Iterable[Exhibit | Ledger], **about: str) -> bytes:
    """Return the files of some pieces as one ZIP; ``about`` goes into the heads of tables.

    A file that cannot be made is left out, and the log says why.
    """
    makers = {
        # the mark at the start has spreadsheets read it as UTF-8
        "csv": lambda one: one.csv(**about).encode("utf-8-sig"),
        "svg": lambda one: _svg(one).encode(),
        "png": _png,
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for one in pieces:
            for form in _forms(one):
                name = f"{one.key}.{form}"
                try:
                    packed.writestr(name, makers[form](one))
                except Exception:
                    _LOG.exception("The file %s could not be made.", name)
    return out.getvalue()


def unpack(packed: bytes) -> dict[str, bytes]:
    """Return the files of a ZIP by their names."""
    with zipfile.ZipFile(io.BytesIO(packed)) as files:
        return {name: files.read(name) for name in files.namelist()}


def _source(exhibit: Exhibit) -> str:
    return (
        f"Source: {exhibit.source}. {exhibit.vintage}. "
        "Made from open data with pvtools; not an official statistic."
    )


def _svg(exhibit: Exhibit) -> str:
    """Return the figure as SVG that says in words what it shows."""
    said = (
        f"<title>{escape(exhibit.headline)}</title>"
        f"<desc>{escape(f'{exhibit.alt} {_source(exhibit)}')}</desc>"
    )
    return re.sub(r"<svg\b[^>]*>", lambda found: found[0] + said, exhibit.picture, count=1)


def _png(exhibit: Exhibit) -> bytes:
    """Return the figure as a picture, with its headline above and its source below."""
    import typst

    with TemporaryDirectory(prefix="pvtools-") as place:
        sheet = Path(place, "sheet.typ")
        sheet.write_text(_SHEET, "utf-8")
        sheet.with_name("figure.svg").write_text(exhibit.picture, "utf-8")
        return typst.compile(
            sheet,
            root=place,
            format="png",
            ppi=144,
            font_paths=[style.font_dir()],
            ignore_system_fonts=True,
            sys_inputs={
                "headline": exhibit.headline,
                "subtitle": exhibit.subtitle,
                "source": _source(exhibit),
            },
        )
