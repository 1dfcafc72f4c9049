"""The borough dashboard: the account of an area, and the exhibits it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pvtools.dashboards import page
from pvtools.dashboards.content import Content

#: The exhibits shown, under the question of public value each of them answers.
CHAPTERS: Mapping[str, tuple[str, ...]] = {
    "At a glance": ("glance", "questions"),
    "The public value account": ("account_authorise", "account_create", "account_measure"),
    "What is this service for?": ("demand_trend", "demand_currencies"),
    "To whom does it answer?": ("confidence_trend", "confidence_questions"),
    "How do we know it has succeeded?": (
        "demand_similar", "confidence_strip", "outcomes", "distortion_checks",
    ),
}  # fmt: skip


def figures(slug: str) -> Iterator[str]:
    """Yield what is shown of an area, as HTML."""
    from pvtools import profiles

    profile = profiles.load(slug)
    yield from page.pieces(profile, ("findings", "map", "cannot_tell"), slug)
    for question, names in CHAPTERS.items():
        yield page.chapter(question)
        yield from page.pieces(profile, names, slug)


APP = Content(figures, "Choose London, a borough or a command unit to see its figures.", units=True)
show = APP.show
