"""Confidence: what residents think of the police, and how sure a sample lets us be.

``proportion`` gives shares from published proportions or from respondents; ``change``,
``difference_from_london`` and ``funnel_limits`` compare them. The publisher gives proportions
without bases, so intervals rest on the survey's documented design; each estimate's ``method``
says so.
"""

from __future__ import annotations

from pvtools.confidence.claims import claim, detectable
from pvtools.confidence.compare import change, difference_from_london, funnel_limits
from pvtools.confidence.groups import (
    adjusted_gaps,
    drivers_of,
    gaps,
    representation,
    sample_against_census,
)
from pvtools.confidence.overlap import design_effect_from_overlap
from pvtools.confidence.series import control_chart
from pvtools.confidence.shares import latest_wave, proportion
from pvtools.confidence.together import moved, ranked, shrunken
from pvtools.confidence.truth import against_truth

__all__ = [
    "adjusted_gaps",
    "against_truth",
    "change",
    "claim",
    "control_chart",
    "design_effect_from_overlap",
    "detectable",
    "difference_from_london",
    "drivers_of",
    "funnel_limits",
    "gaps",
    "latest_wave",
    "moved",
    "proportion",
    "ranked",
    "representation",
    "sample_against_census",
    "shrunken",
]
