"""The dashboard of targets: whether the plan of 2013 bent its measures, and how sure a test is."""

from __future__ import annotations

from collections.abc import Iterator

from pvtools.dashboards import page
from pvtools.dashboards.content import Content

PIECES = ("reclassified", "displaced", "steps", "shifts", "all_boroughs", "cases", "errors")


def figures(slug: str) -> Iterator[str]:
    """Yield what is shown of an area, as HTML."""
    from pvtools import profiles

    yield from page.pieces(profiles.distortion(area=slug), PIECES, slug)


APP = Content(figures, "Choose London or a borough to see what its targets may have done.")
show = APP.show
