"""Composition: did cases leave one category of a table, and turn up in another?"""

from pvtools.stats.composition._moves import reclassification, reclassifications

__all__ = ["reclassification", "reclassifications"]
