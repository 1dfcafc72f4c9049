"""The dashboard of the data: how far each set reaches, what it cannot bear and whose it is."""

from __future__ import annotations

from collections.abc import Iterator

from pvtools.dashboards import page
from pvtools.dashboards.content import Content

PIECES = ("everything", "breaks", "origins")


def figures() -> Iterator[str]:
    """Yield what is shown, as HTML."""
    from pvtools import profiles

    yield from page.pieces(profiles.holdings(), PIECES, "data")


APP = Content(figures, "", least=0, most=0)
show = APP.show
