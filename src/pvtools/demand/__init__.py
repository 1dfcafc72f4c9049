"""Demand: how much crime is recorded in each borough, how serious it is, how long it takes.

Counts set against residents (``annual_rate``, ``monthly_rate``, ``year_change``), harm
(``severity_score``) and hours (``workload``): three currencies of one demand. Calls for officers
(``profile``), how many officers keep waits short (``officers_needed``, ``waits``), and what three
scenarios would make of it (``scenario``, ``sensitivity``), all under ``assumptions`` in one table.
Wards, counted without residents: ``ward_counts``, ``ward_changes``, ``ward_months``.
How much a later release restates an earlier one: ``restatement``.
"""

from __future__ import annotations

from pvtools.demand.abstraction import abstraction, abstraction_year
from pvtools.demand.allocation import reallocation
from pvtools.demand.assumed import SCENARIOS, assumptions, supposing
from pvtools.demand.available import Available, available
from pvtools.demand.calls import DemandProfile, assumed_week, profile
from pvtools.demand.counts import annual_rate, monthly_rate, year_change
from pvtools.demand.cover import SHIFTS, ShiftPlan, shift_plan
from pvtools.demand.currencies import against_london, shares_in_each
from pvtools.demand.distance import by_reach, fraud_shock
from pvtools.demand.harm import beside_published, severity_score
from pvtools.demand.hours import MOST_MENTAL_HEALTH, assumed_hours, workload
from pvtools.demand.indicators import (
    change_of_counts,
    counts_by_year,
    whole_years,
    years_of_counts,
)
from pvtools.demand.likeness import most_similar
from pvtools.demand.matching import deployment_match
from pvtools.demand.officers import ALL_HOURS, officers_needed, waits
from pvtools.demand.outcomes import outcomes_by_kind, outcomes_by_month
from pvtools.demand.reporting import reporting_rates
from pvtools.demand.restatement import restatement
from pvtools.demand.rising import month_counts, monthly_chart, outlook, rising
from pvtools.demand.scenarios import scenario, sensitivity
from pvtools.demand.spans import NATIONAL_GROUPS, counted, finest, incidents, unplaced
from pvtools.demand.times import hour_profile
from pvtools.demand.wards import ward_changes, ward_counts, ward_months, ward_rates
from pvtools.demand.week import hours_of_week
from pvtools.demand.weighing import compare_weights

__all__ = [
    "ALL_HOURS",
    "MOST_MENTAL_HEALTH",
    "NATIONAL_GROUPS",
    "SCENARIOS",
    "SHIFTS",
    "Available",
    "DemandProfile",
    "ShiftPlan",
    "abstraction",
    "abstraction_year",
    "against_london",
    "annual_rate",
    "assumed_hours",
    "assumed_week",
    "assumptions",
    "available",
    "beside_published",
    "by_reach",
    "change_of_counts",
    "compare_weights",
    "counted",
    "counts_by_year",
    "deployment_match",
    "finest",
    "fraud_shock",
    "hour_profile",
    "hours_of_week",
    "incidents",
    "month_counts",
    "monthly_chart",
    "monthly_rate",
    "most_similar",
    "officers_needed",
    "outcomes_by_kind",
    "outcomes_by_month",
    "outlook",
    "profile",
    "reallocation",
    "reporting_rates",
    "restatement",
    "rising",
    "scenario",
    "sensitivity",
    "severity_score",
    "shares_in_each",
    "shift_plan",
    "supposing",
    "unplaced",
    "waits",
    "ward_changes",
    "ward_counts",
    "ward_months",
    "ward_rates",
    "whole_years",
    "workload",
    "year_change",
    "years_of_counts",
]
