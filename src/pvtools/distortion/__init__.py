"""Target distortion: has a target bent its measure? Goodhart's law, and how often we are wrong.

``times`` looks at a file of times about a target, ``organisation`` at a made-up organisation;
``neighbourhood`` holds the study of London's 2013–2016 plan. ``CASES`` is the casebook,
``DETECTORS`` says what each detector asks, ``graded`` puts its error rates beside a result.
"""

from __future__ import annotations

from pvtools.distortion.casebook import CASES, Case
from pvtools.distortion.detectors import DETECTORS, LEVEL, Detector
from pvtools.distortion.examine import organisation, times
from pvtools.distortion.grades import (
    CONSISTENT,
    NO_SIGN,
    NOT_ROUNDED,
    ROUNDED,
    casebook_measured,
    error_rates,
    graded,
)
from pvtools.distortion.outcomes import month_end, rate_moved_by

__all__ = [
    "CASES",
    "CONSISTENT",
    "DETECTORS",
    "LEVEL",
    "NOT_ROUNDED",
    "NO_SIGN",
    "ROUNDED",
    "Case",
    "Detector",
    "casebook_measured",
    "error_rates",
    "graded",
    "month_end",
    "organisation",
    "rate_moved_by",
    "times",
]
