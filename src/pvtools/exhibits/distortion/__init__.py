"""Exhibits of target distortion: thresholds, verdicts, partings, and the study of London's plan."""

from __future__ import annotations

from pvtools.exhibits.distortion.parting import forms, indicator
from pvtools.exhibits.distortion.plan import (
    checks,
    displaced,
    moved_by,
    reclassified,
    steps,
    surges,
)
from pvtools.exhibits.distortion.thresholds import placebos, threshold
from pvtools.exhibits.distortion.verdicts import casebook, cases, errors, power, verdicts

__all__ = [
    "casebook",
    "cases",
    "checks",
    "displaced",
    "errors",
    "forms",
    "indicator",
    "moved_by",
    "placebos",
    "power",
    "reclassified",
    "steps",
    "surges",
    "threshold",
    "verdicts",
]
