"""Figures: estimates in, artists on an axis out. Nothing here loads, aggregates or rounds.

Every drawing function has the form ``name(estimates, *, …, ax=None) -> Axes``; the borough is
dark blue, the rest grey, and the interval always visible. :class:`Drawing` turns it into a
figure, or into text that is the same at every build.
"""

from __future__ import annotations

from pvtools.figures.bands import fans, outlook
from pvtools.figures.bars import composition
from pvtools.figures.canvas import Drawing
from pvtools.figures.charts import control_chart, curves
from pvtools.figures.crosses import crosses
from pvtools.figures.currencies import side_by_side
from pvtools.figures.dots import beside, interval_dots, strip
from pvtools.figures.forests import forest, shrinkage
from pvtools.figures.glances import between, past_years
from pvtools.figures.grids import coverage
from pvtools.figures.ladders import ladder
from pvtools.figures.maps import tile_map
from pvtools.figures.matrices import matrix
from pvtools.figures.partings import parting
from pvtools.figures.parts import parts, swings
from pvtools.figures.thresholds import placebos, threshold
from pvtools.figures.trends import trend
from pvtools.figures.values import values
from pvtools.figures.weeks import week

__all__ = [
    "Drawing",
    "beside",
    "between",
    "composition",
    "control_chart",
    "coverage",
    "crosses",
    "curves",
    "fans",
    "forest",
    "interval_dots",
    "ladder",
    "matrix",
    "outlook",
    "parting",
    "parts",
    "past_years",
    "placebos",
    "shrinkage",
    "side_by_side",
    "strip",
    "swings",
    "threshold",
    "tile_map",
    "trend",
    "values",
    "week",
]
