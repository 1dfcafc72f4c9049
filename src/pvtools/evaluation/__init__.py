"""What works: did something change what it was meant to change, and how surely can that be said?

``evaluate`` chooses the design by what is given and ends in a verdict on a ladder of five steps;
``merger`` and ``chosen_worst`` are worked on the figures that come with pvtools.
"""

from __future__ import annotations

from pvtools.evaluation.evaluate import HARM, evaluate
from pvtools.evaluation.ladder import LADDER
from pvtools.evaluation.register import claims
from pvtools.evaluation.retests import (
    KINDS,
    chosen_worst,
    merger,
    merger_opinion,
    monthly,
    undisputed,
)

__all__ = [
    "HARM",
    "KINDS",
    "LADDER",
    "chosen_worst",
    "claims",
    "evaluate",
    "merger",
    "merger_opinion",
    "monthly",
    "undisputed",
]
