"""Engagement: whose voice is heard, by which means, and how far it can speak for others."""

from __future__ import annotations

from pvtools.engagement.drawn import beside_residents, fairness, kept_by_weights, quotas
from pvtools.engagement.instruments import instruments
from pvtools.engagement.panels import (
    Lottery,
    Minimum,
    against_area,
    evenness,
    lottery,
    missed,
    reweighted,
    worth,
)
from pvtools.engagement.priorities import agree, side_by_side
from pvtools.engagement.representation import representation, sample_against_census
from pvtools.engagement.wishes import asked, priorities

__all__ = [
    "Lottery",
    "Minimum",
    "against_area",
    "agree",
    "asked",
    "beside_residents",
    "evenness",
    "fairness",
    "instruments",
    "kept_by_weights",
    "lottery",
    "missed",
    "priorities",
    "quotas",
    "representation",
    "reweighted",
    "sample_against_census",
    "side_by_side",
    "worth",
]
