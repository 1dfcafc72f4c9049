"""The demand dashboard: what is asked of the police in an area, in three currencies."""

from __future__ import annotations

from collections.abc import Iterator

from pvtools.dashboards import page
from pvtools.dashboards.content import Content

PIECES = ("currencies", "groups", "index", "outcomes", "outcomes_recording", "reporting", "rising")


def figures(slug: str) -> Iterator[str]:
    """Yield what is shown of an area, as HTML."""
    from pvtools import profiles

    yield from page.pieces(profiles.demand(slug), PIECES, slug)


APP = Content(figures, "Choose London or a borough to see what is asked of the police there.")
show = APP.show
