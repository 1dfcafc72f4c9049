"""Published files in, tidy tables with a declared contract out.

``load()`` gives everything that is held; ``recognise`` and ``read`` take a new file in.
An absent row is not a zero, and a zero is not missing.
"""

from __future__ import annotations

from pvtools.tables.breaks import breaks
from pvtools.tables.formats import read, recognise
from pvtools.tables.harm_versions import load_harm_weights
from pvtools.tables.holdings import Held, Tables, coverage, held, load, load_areas, span, vintage
from pvtools.tables.incidents import incident_hours
from pvtools.tables.inventory import inventory
from pvtools.tables.loaders import (
    load_abstractions,
    load_business_outcomes,
    load_dashboard,
    load_demographic_means,
    load_ethnicity,
    load_representation,
    load_thorough_searches,
    load_vawg_kinds,
    load_vawg_places,
)
from pvtools.tables.respondents import read_respondents
from pvtools.tables.searches import search_hours, stop_and_search, stop_and_search_summary
from pvtools.tables.shipped import SHAPES, published
from pvtools.tables.street import outcome_counts, street_counts, street_summary

#: The keys of the tables that :func:`published` reads.
PUBLISHED = tuple(SHAPES)

__all__ = [
    "PUBLISHED",
    "Held",
    "Tables",
    "breaks",
    "coverage",
    "held",
    "incident_hours",
    "inventory",
    "load",
    "load_abstractions",
    "load_areas",
    "load_business_outcomes",
    "load_dashboard",
    "load_demographic_means",
    "load_ethnicity",
    "load_harm_weights",
    "load_representation",
    "load_thorough_searches",
    "load_vawg_kinds",
    "load_vawg_places",
    "outcome_counts",
    "published",
    "read",
    "read_respondents",
    "recognise",
    "search_hours",
    "span",
    "stop_and_search",
    "stop_and_search_summary",
    "street_counts",
    "street_summary",
    "vintage",
]
