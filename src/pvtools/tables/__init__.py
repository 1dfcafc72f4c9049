"""Published files in, tidy tables with a declared contract out.

``load()`` gives everything that is held; ``recognise`` and ``read`` take a new file in.
An absent row is not a zero, and a zero is not missing.
"""

from __future__ import annotations

from pvtools.tables.formats import read, recognise
from pvtools.tables.holdings import Held, Tables, coverage, load, load_areas, span, vintage
from pvtools.tables.population import residents

__all__ = [
    "Held",
    "Tables",
    "coverage",
    "load",
    "load_areas",
    "read",
    "recognise",
    "residents",
    "span",
    "vintage",
]
