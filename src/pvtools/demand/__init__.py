"""Demand: how much crime is recorded in each borough, how serious it is, how long it takes.

Counts set against residents (``annual_rate``, ``monthly_rate``, ``year_change``), harm
(``severity_score``) and hours (``workload``): three currencies of one demand.
"""

from __future__ import annotations

from pvtools.demand.allocation import reallocation
from pvtools.demand.counts import annual_rate, funnel_limits, monthly_rate, year_change
from pvtools.demand.currencies import against_london, shares_in_each
from pvtools.demand.distance import by_reach, fraud_shock
from pvtools.demand.harm import severity_score
from pvtools.demand.hours import MOST_MENTAL_HEALTH, assumed_hours, workload
from pvtools.demand.likeness import features
from pvtools.demand.rising import month_counts, monthly_chart, outlook, rising
from pvtools.demand.series import finest, joined
from pvtools.demand.spans import NATIONAL_GROUPS, incidents

__all__ = [
    "MOST_MENTAL_HEALTH",
    "NATIONAL_GROUPS",
    "against_london",
    "annual_rate",
    "assumed_hours",
    "by_reach",
    "features",
    "finest",
    "fraud_shock",
    "funnel_limits",
    "incidents",
    "joined",
    "month_counts",
    "monthly_chart",
    "monthly_rate",
    "outlook",
    "reallocation",
    "rising",
    "severity_score",
    "shares_in_each",
    "workload",
    "year_change",
]
