"""Exhibits of engagement: who is heard, by which means, and what that can bear."""

from __future__ import annotations

from pvtools.exhibits.engagement.drawn import chances, kept
from pvtools.exhibits.engagement.instruments import instruments, ladder
from pvtools.exhibits.engagement.people import panel, representation
from pvtools.exhibits.engagement.voice import loudest, missed, priorities

__all__ = [
    "chances",
    "instruments",
    "kept",
    "ladder",
    "loudest",
    "missed",
    "panel",
    "priorities",
    "representation",
]
