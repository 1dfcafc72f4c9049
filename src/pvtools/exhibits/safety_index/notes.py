"""What is said below every exhibit of the index, and how names and halves are written."""

from __future__ import annotations

from collections.abc import Sequence

from pvtools import words
from pvtools.measures import Format

HALVES = {"recorded": "what is recorded", "perceived": "what people say"}
HOW: Format = "count"
VISITORS = (
    "Rates are per resident, but victims who visit or work there count: central boroughs score "
    "lower."
)
_AIRPORT = "Offences at Heathrow are counted in Hillingdon, whose theft is higher for it."


def airport(*named: str) -> str:
    """Return what is to be known of Hillingdon, if it is among those named."""
    return _AIRPORT if "Hillingdon" in named else ""


def listed(names: Sequence[str]) -> str:
    """Return up to three names, or how many they are: "Brent and Camden", "seven boroughs"."""
    if not names:
        return "no borough"
    return words.listing(sorted(names)) if len(names) < 4 else f"{words.count(len(names))} boroughs"
