"""Forecasts of monthly counts, how far they were off in the past, and intervals made of that.

A forecast is judged by a rolling origin: it is made again from every month of the past, knowing
only what was known then, and held against what came. Its intervals are no wider and no narrower
than those errors allow.
"""

from pvtools.stats.forecast._outlook import forecast

__all__ = ["forecast"]
