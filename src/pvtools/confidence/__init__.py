"""Confidence: what residents think of the police, and how sure a sample lets us be.

``proportion`` gives shares from published proportions or from respondents; ``change``,
``difference_from_london`` and ``funnel_limits`` compare them. The publisher gives proportions
without bases, so intervals rest on the interviews that the survey states and a design effect
estimated from its series; each estimate's ``method`` says so. Of respondents, nothing is given
where fewer than 10 answered, nor what would let it be worked out (:class:`Minimum`).
"""

from __future__ import annotations

from pvtools.confidence.associations import drivers_of
from pvtools.confidence.claims import claim, detectable, needed
from pvtools.confidence.compare import (
    change,
    change_beside_london,
    difference,
    difference_from_london,
    differences,
    funnel_limits,
)
from pvtools.confidence.groups import adjusted_gaps, by_group, gaps
from pvtools.confidence.nation import london_in_the_nation
from pvtools.confidence.overlap import design_effect_from_overlap, implied_design_effects
from pvtools.confidence.series import control_chart
from pvtools.confidence.shares import latest_wave, proportion
from pvtools.confidence.together import ranked, shrunken
from pvtools.confidence.truth import against_truth
from pvtools.confidence.wellbeing import wellbeing
from pvtools.stats.suppression import Minimum
from pvtools.stats.survey import Design

__all__ = [
    "Design",
    "Minimum",
    "adjusted_gaps",
    "against_truth",
    "by_group",
    "change",
    "change_beside_london",
    "claim",
    "control_chart",
    "design_effect_from_overlap",
    "detectable",
    "difference",
    "difference_from_london",
    "differences",
    "drivers_of",
    "funnel_limits",
    "gaps",
    "implied_design_effects",
    "latest_wave",
    "london_in_the_nation",
    "needed",
    "proportion",
    "ranked",
    "shrunken",
    "wellbeing",
]
