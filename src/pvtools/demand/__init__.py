"""Demand: how much crime is recorded in each borough, how serious it is, how long it takes.

Counts set against residents (``annual_rate``, ``monthly_rate``, ``year_change``), harm
(``severity_score``) and hours (``workload``): three currencies of one demand. How much a later
release restates an earlier one: ``restatement``.
"""

from __future__ import annotations

from pvtools.demand.counts import (
    NATIONAL_GROUPS,
    annual_rate,
    features,
    finest,
    funnel_limits,
    joined,
    monthly_rate,
    year_change,
)
from pvtools.demand.distance import by_reach, fraud_shock
from pvtools.demand.harm import severity_score
from pvtools.demand.hours import MOST_MENTAL_HEALTH, assumed_hours, workload
from pvtools.demand.restatement import restatement

__all__ = [
    "MOST_MENTAL_HEALTH",
    "NATIONAL_GROUPS",
    "annual_rate",
    "assumed_hours",
    "by_reach",
    "features",
    "finest",
    "fraud_shock",
    "funnel_limits",
    "joined",
    "monthly_rate",
    "restatement",
    "severity_score",
    "workload",
    "year_change",
]
