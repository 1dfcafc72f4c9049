"""Displacement: did effort leave what a target does not count?"""

from pvtools.stats.displacement.gain import effort

__all__ = ["effort"]
