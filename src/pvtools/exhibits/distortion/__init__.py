"""Exhibits of target distortion: thresholds, verdicts, partings, and the study of London's plan."""

from __future__ import annotations

from pvtools.exhibits.distortion.ledgers import checks, moved_by, shifts, surges
from pvtools.exhibits.distortion.parting import forms, indicator
from pvtools.exhibits.distortion.plan import displaced, reclassified, steps
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
    "shifts",
    "steps",
    "surges",
    "threshold",
    "verdicts",
]
