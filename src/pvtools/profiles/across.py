"""The map of London by question and comparison: drawn once, framed for each area."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import pandas as pd

from pvtools import areas, confidence, estimates, exhibits, measures
from pvtools.exhibits import Exhibit, Notice
from pvtools.profiles.counted import SINCE
from pvtools.profiles.everywhere import Everywhere

_FIRST = "Change since the first year"


def of_question(
    every: Everywhere, question: str, last: pd.Timestamp, years: int = 0
) -> Exhibit | Notice:
    """Return the map of one question up to ``last``: over so many years, or else beside London."""

    def drawn() -> Exhibit | Notice:
        source = every.register["pas_borough"]
        notes = exhibits.confidence.narrow(every.design_effects, [question])
        if years:
            moved = every.change(question, last, years)
            return exhibits.confidence.moved_map(moved, source=source, notes=notes)
        shares = every.shares(question, last)
        return exhibits.confidence.tile_map(
            shares[shares.period == confidence.latest_wave(shares)],
            every.difference_from_london(question, last),
            source=source,
            notes=notes,
        )

    return every.once(("map", question, last, years), drawn)


def with_controls(
    every: Everywhere, asked: Mapping[str, pd.Timestamp], area: areas.Area
) -> Exhibit | Notice:
    """Return the map of the first question asked; on a web page, controls lead to the others.

    ``asked`` gives each question's last wave. A question is offered where it is held as far back
    as the first one, of London too, and the area's own figures are given.
    """
    looks = {
        question: every.once(
            ("looks back", question, last), partial(_looks_back, every, question, last)
        )
        for question, last in asked.items()
    }
    headline = next(iter(asked))
    found = {
        question: [
            exhibits.confidence.framed(of_question(every, question, asked[question], years), area)
            for years in looks[question].values()
        ]
        for question in asked
        if looks[question].keys() == looks[headline].keys()
    }
    given = {
        question: states
        for question, states in found.items()
        if all(isinstance(state, Exhibit) for state in states)
    }
    if headline not in given:
        return found[headline][0]
    begun = sorted({asked[question].year - looks[question].get(_FIRST, 0) for question in given})
    since = f"Change since {begun[0]}" if len(begun) == 1 else _FIRST
    return exhibits.with_controls(
        {
            "Question": [measures.find(question).label for question in given],
            "Comparison": [since if what == _FIRST else what for what in looks[headline]],
        },
        [state for states in given.values() for state in states],
    )


def _looks_back(every: Everywhere, question: str, last: pd.Timestamp) -> dict[str, int]:
    """Return what a question's map can show, each with how many years it looks back."""
    shares = every.shares(question, last)
    if areas.LONDON not in set(shares.area[shares.period == confidence.latest_wave(shares)]):
        return {}
    held = set(shares.period[shares.area != areas.LONDON])
    wave = confidence.latest_wave(shares)
    since = last.year - int(SINCE[:4]) + 1
    if estimates.shifted(wave, -since) not in held:
        since = estimates.years_between(min(held), wave)
    found = {"Change in a year": 1, **({_FIRST: since} if since > 1 else {})}
    back = {what: n for what, n in found.items() if estimates.shifted(wave, -n) in held}
    return {"Beside London": 0, **back}
