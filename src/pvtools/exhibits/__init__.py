"""Exhibits: estimates made into what a reader sees – figure, words, alt text and table as one.

``exhibits.demand``, ``exhibits.confidence`` and ``exhibits.coverage`` hold one function an exhibit;
``exhibits.pieces`` holds the shapes they return.
"""

from __future__ import annotations

from pvtools.exhibits import (
    captions,
    confidence,
    coverage,
    demand,
    distortion,
    engagement,
    evaluation,
    findings,
    glance,
    safety_index,
)
from pvtools.exhibits.absent import absent, whole
from pvtools.exhibits.pieces import (
    MIME,
    Column,
    Cover,
    Exhibit,
    Finding,
    Findings,
    Ledger,
    Notice,
    Piece,
)

__all__ = [
    "MIME",
    "Column",
    "Cover",
    "Exhibit",
    "Finding",
    "Findings",
    "Ledger",
    "Notice",
    "Piece",
    "absent",
    "captions",
    "confidence",
    "coverage",
    "demand",
    "distortion",
    "engagement",
    "evaluation",
    "findings",
    "glance",
    "safety_index",
    "whole",
]
