"""The dashboard of the Community Safety Index: both halves, their gap, and how sure they are."""

from __future__ import annotations

from collections.abc import Iterator

from pvtools.dashboards import page
from pvtools.dashboards.content import Content

PIECES = ("scores", "gap_map", "places", "parts", "paradox", "made_of")


def figures(slug: str) -> Iterator[str]:
    """Yield what is shown of an area, as HTML."""
    from pvtools import profiles

    yield from page.pieces(profiles.safety(slug), PIECES, slug)


APP = Content(figures, "Choose London or a borough to see how safe it is by both halves.")
show = APP.show
