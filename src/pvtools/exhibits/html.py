"""Pieces as HTML: one rendering for notebook, dashboard and web page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from typing import Any

from pvtools import style, words

STYLE_TAG = f"<style>{style.PIECE_CSS}</style>"


def render(piece: Mapping[str, Any], *, svg: str = "") -> str:
    """Return the HTML of a piece given as JSON; an exhibit also needs its figure as SVG."""
    if piece["kind"] == "exhibit":
        return _exhibit(piece, svg)
    return _RENDERERS[piece["kind"]](piece)


def table(table: Mapping[str, Any], *, caption: str) -> str:
    """Return an HTML table with a caption, column headers with scope and written numbers."""
    columns = table["columns"]
    head = "".join(f'<th scope="col"{_side(c)}>{escape(c["label"])}</th>' for c in columns)
    body = "".join(
        "<tr>"
        + "".join(
            f"<td{_side(c)}>{escape(words.cell(value, c['format']))}</td>"
            for value, c in zip(row, columns, strict=True)
        )
        + "</tr>"
        for row in table["rows"]
    )
    return (
        f"<table><caption>{escape(caption)}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def _side(column: Mapping[str, str]) -> str:
    return "" if column["format"] in {"text", "month"} else ' class="number"'


def _exhibit(piece: Mapping[str, Any], svg: str) -> str:
    key = escape(piece["key"])
    stamp = '<p class="pv-synthetic">SYNTHETIC: made-up data</p>' if piece["synthetic"] else ""
    caveats = "".join(f"<li>{escape(text)}</li>" for text in piece["caveats"])
    return (
        f'<section class="pv-exhibit" id="{key}" aria-labelledby="{key}-headline">'
        f'<h3 id="{key}-headline">{escape(piece["headline"])}</h3>'
        f'<p class="pv-subtitle">{escape(piece["subtitle"])}</p>{stamp}'
        f"<figure>{_labelled(svg, piece['alt'])}"
        f"<figcaption>Source: {escape(piece['source'])}. {escape(piece['vintage'])}."
        f"</figcaption></figure>"
        + (f'<ul class="pv-caveats">{caveats}</ul>' if caveats else "")
        + f"<details><summary>The numbers behind this figure</summary>"
        f'<div class="pv-scroll" tabindex="0" role="region" aria-label="Table: '
        f'{escape(piece["headline"], quote=True)}">'
        f"{table(piece['table'], caption=piece['subtitle'])}</div></details></section>"
    )


def _labelled(svg: str, alt: str) -> str:
    """Return the SVG as one image with a text alternative, as wide as drawn or as there is room."""
    svg = svg[svg.index("<svg") :]
    opening = re.match(r"<svg[^>]*>", svg)
    if opening is None:  # pragma: no cover - the figure floor only makes well-formed SVG
        return svg
    attributes = re.sub(r'\s(width|height|role|aria-label)="[^"]*"', "", opening.group())[4:-1]
    width = re.search(r'\swidth="([\d.]+)pt"', opening.group())
    room = f' style="max-width:{1.25 * float(width[1]):.0f}pt"' if width else ""
    label = escape(alt, quote=True)
    return f'<svg role="img" aria-label="{label}"{room}{attributes}>{svg[opening.end() :]}'


def _cover(piece: Mapping[str, Any]) -> str:
    return (
        f'<header class="pv-cover"><p class="pv-subtitle">{escape(piece["subtitle"])}</p>'
        f"<h1>{escape(piece['title'])}</h1><p>{escape(piece['period'])}</p></header>"
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
    return (
        f'<section class="pv-ledger" id="{escape(piece["key"])}"><div class="pv-scroll" '
        f'tabindex="0" role="region" aria-label="{escape(piece["title"], quote=True)}">'
        f"{table(piece['table'], caption=piece['title'])}</div>{note}</section>"
    )


_RENDERERS = {"cover": _cover, "findings": _findings, "notice": _notice, "ledger": _ledger}
