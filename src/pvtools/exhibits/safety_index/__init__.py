"""Exhibits of the Community Safety Index: both halves beside the whole, and how sure they are."""

from __future__ import annotations

from pvtools.exhibits.safety_index.ledgers import framework, importance, parts, sensitivity
from pvtools.exhibits.safety_index.national import national_trust
from pvtools.exhibits.safety_index.paradox import paradox
from pvtools.exhibits.safety_index.scores import gap_map, places, scores

__all__ = [
    "framework",
    "gap_map",
    "importance",
    "national_trust",
    "paradox",
    "parts",
    "places",
    "scores",
    "sensitivity",
]
