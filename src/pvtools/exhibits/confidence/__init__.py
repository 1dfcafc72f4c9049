"""Exhibits of confidence: one borough, all boroughs at once, and what a sample can bear."""

from __future__ import annotations

from pvtools.exhibits.confidence.borough import interviews, narrow, questions, strip, trend
from pvtools.exhibits.confidence.claims import claim, detectable, planner
from pvtools.exhibits.confidence.groups import drivers, gaps
from pvtools.exhibits.confidence.london import (
    alike,
    alike_note,
    beside_note,
    borrowed,
    changes,
    moved_note,
    places,
)
from pvtools.exhibits.confidence.maps import framed, moved_map, tile_map
from pvtools.exhibits.confidence.nation import nation
from pvtools.exhibits.confidence.onward import design_effects, onward, since
from pvtools.exhibits.confidence.pair import pair
from pvtools.exhibits.confidence.people import recovered, satisfaction
from pvtools.exhibits.confidence.series import steady

__all__ = [
    "alike",
    "alike_note",
    "beside_note",
    "borrowed",
    "changes",
    "claim",
    "design_effects",
    "detectable",
    "drivers",
    "framed",
    "gaps",
    "interviews",
    "moved_map",
    "moved_note",
    "narrow",
    "nation",
    "onward",
    "pair",
    "places",
    "planner",
    "questions",
    "recovered",
    "satisfaction",
    "since",
    "steady",
    "strip",
    "tile_map",
    "trend",
]
