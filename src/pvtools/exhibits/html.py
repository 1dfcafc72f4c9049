"""Pieces as HTML: one rendering for notebook, dashboard and web page."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from html import escape
from typing import Any

from pvtools import style, words

STYLE_TAG = f"<style>{style.PIECE_CSS}</style>"


def render(piece: Mapping[str, Any], *, svg: str = "", phone: str = "") -> str:
    """Return the HTML of a piece given as JSON; an exhibit also needs its figure as SVG.

    ``phone`` is the same figure for a narrow screen, if it has been drawn.
    """
    if piece["kind"] == "exhibit":
        return _exhibit(piece, svg, phone)
    return _RENDERERS[piece["kind"]](piece)


def framed(svg: str, key: str, parts: Sequence[str]) -> str:
    """Return an exhibit's figure with a frame around those of its parts, found by their ids."""
    if not parts:
        return svg
    chosen = ",".join(f"#{key}-{part} path" for part in parts)
    rule = f"{chosen}{{stroke:{style.SECOND}!important;stroke-width:3!important}}"
    head, end, _ = svg.rpartition("</svg>")
    return f"{head}<style>{rule}</style>{end}"


def table(
    table: Mapping[str, Any],
    *,
    caption: str,
    pictures: Mapping[str, Sequence[str]] | None = None,
) -> str:
    """Return an HTML table with a caption, headers with scope and written numbers.

    A first column of text names its rows. Columns that are in ``pictures`` by their key show the
    SVG of each row. On a narrow screen a style may fold rows: each cell carries its column's name,
    and roles say what an element is though it no longer looks like it.
    """
    columns = table["columns"]
    head = "".join(
        f'<th scope="col" role="columnheader"{_side(c)}>{escape(c["label"])}</th>' for c in columns
    )
    shown = [(pictures or {}).get(c.get("key")) for c in columns]
    named = bool(columns) and columns[0]["format"] in words.TEXTS
    rows = (zip(row, columns, shown, _tags(row, named), strict=True) for row in table["rows"])
    body = "".join(
        '<tr role="row">'
        + "".join(
            f"<{tag}{_named(c, tag)}{_side(c)}>"
            f"{_cell(value, c, svgs[n] if svgs else '')}</{tag[:2]}>"
            for value, c, svgs, tag in row
        )
        + "</tr>"
        for n, row in enumerate(rows)
    )
    return (
        f'<table role="table"><caption>{escape(caption)}</caption>'
        f'<thead role="rowgroup"><tr role="row">{head}</tr></thead>'
        f'<tbody role="rowgroup">{body}</tbody></table>'
    )


def _tags(row: Sequence[Any], named: bool) -> list[str]:
    """Return what the cells of a row are: a name, if there is one, and figures."""
    first = 'th scope="row" role="rowheader"' if named and row and row[0] else _CELL
    return [first, *[_CELL] * (len(row) - 1)]


_CELL = 'td role="cell"'


def _named(column: Mapping[str, str], tag: str) -> str:
    return f' data-label="{escape(column["label"], quote=True)}"' if tag == _CELL else ""


def _cell(value: Any, column: Mapping[str, str], svg: str) -> str:
    said = words.cell(value, column)
    return _image(svg, said) if svg else escape(said)


def _side(column: Mapping[str, str]) -> str:
    return "" if column["format"] in words.TEXTS else ' class="number"'


def _exhibit(piece: Mapping[str, Any], svg: str, phone: str) -> str:
    key = escape(piece["key"])
    caveats = "".join(f"<li>{escape(text)}</li>" for text in piece["caveats"])
    return (
        f'<section class="pv-exhibit" id="{key}" aria-labelledby="{key}-headline">'
        f'<h3 id="{key}-headline">{escape(piece["headline"])}</h3>'
        f'<p class="pv-subtitle">{escape(piece["subtitle"])}</p>{_stamp(piece)}'
        f"<figure>{_image(svg, piece['alt'], phone)}"
        f"<figcaption>Source: {escape(piece['source'])}. {escape(piece['vintage'])}."
        f"</figcaption></figure>"
        + (f'<ul class="pv-caveats">{caveats}</ul>' if caveats else "")
        + f"<details><summary>The numbers behind this figure</summary>"
        f'<div class="pv-scroll" tabindex="0" role="region" aria-label="Table: '
        f'{escape(piece["headline"], quote=True)}">'
        f"{_kept(json.dumps(piece['table']), piece['subtitle'])}</div></details></section>"
    )


@lru_cache(maxsize=64)  # what all areas share stands on the page of each
def _kept(written: str, caption: str) -> str:
    """Return the HTML of a table that is given as JSON."""
    return table(json.loads(written), caption=caption)


def _stamp(piece: Mapping[str, Any]) -> str:
    said = '<p class="pv-synthetic">SYNTHETIC: made-up data</p>'
    return said if piece.get("synthetic") else ""


def _image(svg: str, alt: str, phone: str = "") -> str:
    """Return the figure as an image, as wide as drawn or as there is room.

    An image runs no script and asks nobody for anything, whatever its SVG holds.
    """
    shown = f'<img src="{_address(svg)}" alt="{escape(alt, quote=True)}"{_room(svg)}>'
    if phone in ("", svg):
        return shown
    narrow = f'<source media="(max-width:{_PHONE})" srcset="{_address(phone)}"{_room(phone)}>'
    return f"<picture>{narrow}{shown}</picture>"


def _address(svg: str) -> str:
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"


def _room(svg: str) -> str:
    opening = re.search(r"<svg\b[^>]*>", svg)
    size = _SIZE.search(opening.group()) if opening else None
    return f' width="{_LARGER * float(size[1]):.0f}"' if size else ""


#: Up to this width of the window type in a figure drawn for a page is too small to be read.
_PHONE = "38rem"
_SIZE = re.compile(r'\swidth="(\d+(?:\.\d+)?)pt"')
#: Pixels for a point of the drawing: a screen's, and a quarter more.
_LARGER = 1.25 * 96 / 72


def _cover(piece: Mapping[str, Any]) -> str:
    return (
        f'<header class="pv-cover"><p class="pv-subtitle">{escape(piece["subtitle"])}</p>'
        f"<h1>{escape(piece['title'])}</h1><p>{escape(piece['period'])}</p>"
        + (f"<p>{escape(said)}</p>" if (said := piece.get("imprint", "")) else "")
        + "</header>"
    )


def _findings(piece: Mapping[str, Any]) -> str:
    items = "".join(
        f'<li><p class="pv-label">{escape(item["label"])}</p>'
        f'<p class="pv-number">{escape(item["number"])}'
        f'<span class="pv-interval"> {escape(item["interval"])}</span></p>'
        f"<p>{escape(item['sentence'])}</p></li>"
        for item in piece["items"]
    )
    return (
        f'<section class="pv-findings"><h2>{escape(piece["title"])}</h2><ul>{items}</ul></section>'
    )


def _notice(piece: Mapping[str, Any]) -> str:
    points = "".join(f"<li>{escape(point)}</li>" for point in piece["points"])
    return (
        f'<aside class="pv-notice" aria-label="{escape(piece["title"], quote=True)}">'
        f"<h3>{escape(piece['title'])}</h3><ul>{points}</ul></aside>"
    )


def _ledger(piece: Mapping[str, Any]) -> str:
    note = f'<p class="pv-subtitle">{escape(piece["note"])}</p>' if piece["note"] else ""
    written = table(piece["table"], caption=piece["title"], pictures=piece.get("pictures"))
    return (
        f'<section class="pv-ledger" id="{escape(piece["key"])}">{_stamp(piece)}'
        f'<div class="pv-scroll" '
        f'tabindex="0" role="region" aria-label="{escape(piece["title"], quote=True)}">'
        f"{written}</div>{note}</section>"
    )


_RENDERERS = {"cover": _cover, "findings": _findings, "notice": _notice, "ledger": _ledger}
