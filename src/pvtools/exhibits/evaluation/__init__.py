"""Exhibits of what works: the register of claims, the selection placebo, the merger."""

from __future__ import annotations

from pvtools.exhibits.evaluation.retests import placebo, rolled_out
from pvtools.exhibits.evaluation.tables import checks, ladder, register, reported, verdicts

__all__ = ["checks", "ladder", "placebo", "register", "reported", "rolled_out", "verdicts"]
