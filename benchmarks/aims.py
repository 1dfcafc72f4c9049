"""What a measurement is held to: said beside it, so that ``make bench`` can name what is missed."""

from __future__ import annotations


def aim(what: str, value: float, goal: float, unit: str, *, least: bool = False) -> bool:
    """Print whether a value is at most its goal, or at ``least`` so much; return whether it is."""
    met = value >= goal if least else value <= goal
    bound = "at least" if least else "at most"
    said = f"{what} {value:,.3g} {unit}, aim {bound} {goal:,.3g}"
    print(f"\naim {'met' if met else 'missed'}: {said}", flush=True)
    return met
