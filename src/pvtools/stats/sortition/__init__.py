"""Panels drawn by lot under quotas: the least likely to sit are as likely as can be."""

from __future__ import annotations

from pvtools.stats.sortition._lottery import Lottery, lottery
from pvtools.stats.sortition._quotas import nearest

__all__ = ["Lottery", "lottery", "nearest"]
