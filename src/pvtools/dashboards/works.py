"""The dashboard of what works: claims that have been published, and what a re-test says."""

from __future__ import annotations

from collections.abc import Iterator

from pvtools.dashboards import page
from pvtools.dashboards.content import Content

PIECES = ("merger", "ladder", "merger_opinion", "placebo", "register")


def figures() -> Iterator[str]:
    """Yield what is shown, as HTML."""
    from pvtools import profiles

    yield from page.pieces(profiles.works(), PIECES, "works")


APP = Content(figures, "", least=0, most=0)
show = APP.show
