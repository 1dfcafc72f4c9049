"""Which cells of a table of people may be shown, and the rows of those that may not."""

from __future__ import annotations

from pvtools.stats.suppression._cells import COMPLEMENT, FEW, STANDARD, Minimum, withheld

__all__ = ["COMPLEMENT", "FEW", "STANDARD", "Minimum", "withheld"]
