"""The states of an exhibit on a web page, and the controls that lead from one to another.

The page holds them all, and a few lines of our own change one for another. Without scripts the
first stands alone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from pvtools.exhibits import html


def render(piece: Mapping[str, Any], first: str, svgs: Sequence[str]) -> str:
    """Return the HTML of an exhibit with its controls: its first state, then the others.

    ``first`` is the HTML of the first, ``svgs`` are the figures of the others.
    """
    key = escape(piece["key"])
    picks = "".join(
        _pick(f"{key}-control-{n}", control) for n, control in enumerate(piece["controls"], 1)
    )
    framed = [
        html.framed(svg, state["key"], state["framed"])
        for svg, state in zip(svgs, piece["states"], strict=True)
    ]
    others = "".join(
        f"<template>{html.render({**state, 'kind': 'exhibit'}, svg=_empty(svg))}</template>"
        for state, svg in zip(piece["states"], framed, strict=True)
    )
    return (
        f'<div class="pv-states"><div class="pv-controls" role="group" '
        f'aria-label="Choose what this figure shows" hidden>{picks}'
        f'<span class="pv-said" role="status"></span></div>{first}{others}'
        f'<script type="application/json">{_pooled(framed)}</script></div>'
    )


def _pick(name: str, control: Mapping[str, Any]) -> str:
    options = "".join(f"<option>{escape(option)}</option>" for option in control["options"])
    return (
        f'<p><label for="{name}">{escape(control["label"])}</label>'
        f'<select id="{name}" autocomplete="off">{options}</select></p>'
    )


def _empty(svg: str) -> str:
    """Return a picture of the same size with nothing in it, until the figure takes its place."""
    at = svg.index(">", svg.index("<svg"))
    return f"{svg[: at + 1]}</svg>"


def _pooled(svgs: Sequence[str]) -> str:
    """Return figures as JSON, in which what several share stands once.

    Cut at each "<", they hold none: no text of theirs can end the element that holds them.
    """
    parts: dict[str, int] = {}
    figures = [[parts.setdefault(part, len(parts)) for part in svg.split("<")] for svg in svgs]
    return json.dumps({"parts": [*parts], "figures": figures}, separators=(",", ":"))
