"""Exhibits of demand: how much is asked of the police, how serious it is, when, and of whom.

``borough`` holds those of one borough's count, ``currencies`` counts beside harm and hours,
``hidden`` what counts hide, ``outcomes`` how many were reached, ``months`` what is rising and what
may come, ``resources`` officers against demand, ``scenarios`` what may become of both, ``wards``
what is recorded in a ward, ``weeks`` hours of the week as published.
"""

from __future__ import annotations

from pvtools.exhibits.demand.borough import groups, inside, similar, trend, unplaced_note
from pvtools.exhibits.demand.currencies import index, published_note, side_by_side, tile_map
from pvtools.exhibits.demand.hidden import fraud, hours, reach
from pvtools.exhibits.demand.months import chart, outlook, rising
from pvtools.exhibits.demand.outcomes import outcomes, recording
from pvtools.exhibits.demand.reporting import reporting
from pvtools.exhibits.demand.resources import cover, officers, week
from pvtools.exhibits.demand.scenarios import CALLED, assumptions, fans, sensitivity
from pvtools.exhibits.demand.shared_out import abstraction, matching, reallocation, two_weights
from pvtools.exhibits.demand.wards import ward_kinds, ward_trend
from pvtools.exhibits.demand.weeks import fires, searched

__all__ = [
    "CALLED",
    "abstraction",
    "assumptions",
    "chart",
    "cover",
    "fans",
    "fires",
    "fraud",
    "groups",
    "hours",
    "index",
    "inside",
    "matching",
    "officers",
    "outcomes",
    "outlook",
    "published_note",
    "reach",
    "reallocation",
    "recording",
    "reporting",
    "rising",
    "searched",
    "sensitivity",
    "side_by_side",
    "similar",
    "tile_map",
    "trend",
    "two_weights",
    "unplaced_note",
    "ward_kinds",
    "ward_trend",
    "week",
]
