"""What the first page says of the data: to when the figures go."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from pvtools.dashboards.content import Content


def figures() -> Iterator[str]:
    """Yield to when the main figures go, as a sentence."""
    from pvtools import areas, tables, words

    held = tables.load()
    answers = held.survey.dropna(subset=["proportion"])
    of_london = answers.borough == areas.LONDON
    ends = {
        "recorded crime": held.recorded_crime.month.max(),
        "what residents of boroughs say": answers.quarter_end[~of_london].max(),
        "what Londoners say": answers.quarter_end[of_london].max(),
    }
    said = words.listing([f"{what} to {words.month(end)}" for what, end in ends.items()])
    yield escape(f"Figures held: {said}.")


APP = Content(figures, "", least=0, most=0)
