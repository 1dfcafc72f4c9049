"""The confidence dashboard: what residents of an area think, and what the survey can bear."""

from __future__ import annotations

from collections.abc import Iterator

from pvtools.dashboards import page
from pvtools.dashboards.content import Content

PIECES = (
    "in_brief",
    "trend", "changes", "questions", "alike", "unusual", "steady", "detectable", "planner", "claim",
)  # fmt: skip


def figures(slug: str) -> Iterator[str]:
    """Yield what is shown of an area, as HTML."""
    from pvtools import profiles

    yield from page.pieces(profiles.study(slug), PIECES, slug)


APP = Content(figures, "Choose London or a borough to see what people there think of the police.")
show = APP.show
