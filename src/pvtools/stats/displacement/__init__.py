"""Displacement: did effort leave what a target does not count?"""

from pvtools.stats.displacement._gain import effort

__all__ = ["effort"]
