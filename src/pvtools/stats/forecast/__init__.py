"""Forecasts of monthly counts, how far they were off in the past, and intervals made of that.

A forecast is judged by a rolling origin: it is made again from every month of the past, with only
the data known then, and compared with the outcome. Its intervals are as wide as those errors.
"""

from pvtools.stats.forecast._outlook import forecast

__all__ = ["forecast"]
