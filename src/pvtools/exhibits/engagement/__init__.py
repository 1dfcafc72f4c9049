"""Exhibits of engagement: who is heard, by which means, and what that can bear."""

from __future__ import annotations

from pvtools.exhibits.engagement.people import representation

__all__ = ["representation"]
