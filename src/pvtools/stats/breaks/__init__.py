"""Breaks in a series: what changed at a date named in advance, and where a level shifted.

Months of recorded crime are autocorrelated. Methods that treat them as independent find breaks
everywhere; those here estimate the autocorrelation and allow for it.
"""

from pvtools.stats.breaks._interrupted import interrupted_series
from pvtools.stats.breaks._search import change_points

__all__ = ["change_points", "interrupted_series"]
