"""Engagement: whose voice is heard, by which means, and how far it can speak for others."""

from __future__ import annotations

from pvtools.engagement.representation import representation, sample_against_census

__all__ = ["representation", "sample_against_census"]
