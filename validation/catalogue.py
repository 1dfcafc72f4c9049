"""All studies, in the order of the page."""

from __future__ import annotations

from collections.abc import Sequence

from pvtools.errors import UsageError, did_you_mean
from validation import (
    areas,
    breaks,
    bunching,
    changes,
    charts,
    comparisons,
    density,
    engagement,
    exclusions,
    forecasts,
    indices,
    models,
    moves,
    published,
    queues,
    rollouts,
    surveys,
)
from validation.study import Study

STUDIES: tuple[Study, ...] = (
    *surveys.STUDIES,
    *published.STUDIES,
    *changes.STUDIES,
    *comparisons.STUDIES,
    *areas.STUDIES,
    *indices.STUDIES,
    *models.STUDIES,
    *charts.STUDIES,
    *forecasts.STUDIES,
    *breaks.STUDIES,
    *bunching.STUDIES,
    *moves.STUDIES,
    *density.STUDIES,
    *exclusions.STUDIES,
    *queues.STUDIES,
    *engagement.STUDIES,
    *rollouts.STUDIES,
)


def chosen(names: Sequence[str]) -> tuple[Study, ...]:
    """Return the studies of these names, or all of them where none is named.

    Raises
    ------
    UsageError
        A name that no study has.
    """
    known = {study.name: study for study in STUDIES}
    unknown = [name for name in names if name not in known]
    if unknown:
        asked = " ".join(f"Unknown study {n!r}.{did_you_mean(n, known)}" for n in unknown)
        raise UsageError(f"{asked} There are: {', '.join(known)}.")
    return tuple(known[name] for name in dict.fromkeys(names)) or STUDIES
