"""Breaks in a series: what changed at a date named beforehand, and where a level shifted.

Months of recorded crime carry over into the next ones. Methods that take them for independent
see breaks everywhere; those here estimate how much carries over, and pay for it.
"""

from pvtools.stats.breaks._interrupted import interrupted_series
from pvtools.stats.breaks._search import change_points

__all__ = ["change_points", "interrupted_series"]
