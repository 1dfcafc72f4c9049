"""Demand: how much crime is recorded in each borough, how serious it is, how long it takes.

Counts set against residents (``annual_rate``, ``monthly_rate``, ``year_change``), harm
(``severity_score``) and hours (``workload``): three currencies of one demand.
"""

from __future__ import annotations

from pvtools.demand.abstraction import abstraction, abstraction_year
from pvtools.demand.counts import annual_rate, funnel_limits, monthly_rate, year_change
from pvtools.demand.distance import by_reach, fraud_shock
from pvtools.demand.harm import severity_score
from pvtools.demand.hours import MOST_MENTAL_HEALTH, assumed_hours, workload
from pvtools.demand.likeness import features
from pvtools.demand.series import finest, joined
from pvtools.demand.spans import NATIONAL_GROUPS
from pvtools.demand.times import hour_profile
from pvtools.demand.weighing import compare_weights

__all__ = [
    "MOST_MENTAL_HEALTH",
    "NATIONAL_GROUPS",
    "abstraction",
    "abstraction_year",
    "annual_rate",
    "assumed_hours",
    "by_reach",
    "compare_weights",
    "features",
    "finest",
    "fraud_shock",
    "funnel_limits",
    "hour_profile",
    "joined",
    "monthly_rate",
    "severity_score",
    "workload",
    "year_change",
]
