"""The dashboard that sets two or three areas beside each other, with a verdict and no ranking."""

from __future__ import annotations

from collections.abc import Iterator

from pvtools.dashboards import page
from pvtools.dashboards.content import Content


def figures(*slugs: str) -> Iterator[str]:
    """Yield what is shown of two or three areas, as HTML."""
    from pvtools import profiles

    found = profiles.compare(*slugs)
    name = "-".join(slugs)
    yield page.chapter("What residents say")
    yield from page.shown(lambda: found.opinions, name)
    yield page.chapter("All that is held")
    yield from page.shown(lambda: [found.glance], name)


APP = Content(figures, "Choose two or three areas to set them beside each other.", least=2, most=3)
show = APP.show
