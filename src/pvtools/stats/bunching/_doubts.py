"""What is doubtful about a result, in plain sentences."""

from __future__ import annotations

import numpy as np

from pvtools.stats.bunching._question import Question
from pvtools.stats.bunching._search import Found

_FEW = 10  # cases expected in the landing zone below which normal limits are doubtful
_FROM_AFAR = (
    "More cases are too many on the near side than are missing on the far one: some may have come "
    "from beyond the window, or the curve may not fit."
)
_LEFT_OUT = (
    "More cases are missing on the far side than are too many on the near one: some may have been "
    "left out rather than moved, or the curve may not fit."
)
_ROUND = (5, 10, 15, 20, 30, 60, 100, 300, 600)


def caveats(question: Question, found: Found, *, seen: bool) -> list[str]:
    """Return the caveats on a result, ``seen`` being whether moving was found."""
    bins, curve, notes = found.bins, found.curve, []
    if question.missing:
        notes.append(f"{question.missing:,} missing values are left out.")
    if curve.expected[found.landing_zone].sum() < _FEW:
        notes.append(f"Fewer than {_FEW} cases are expected in the landing zone.")
    gap = float(found.mass.excess - found.mass.missing)
    if abs(gap) > 3 * found.gap_error:
        notes.append(_FROM_AFAR if gap > 0 else _LEFT_OUT)
    if question.comparison is not None:
        return notes
    if curve.dispersion > 2:
        notes.append("Counts lie farther from the curve than chance allows; a comparison is safer.")
    if bins.grid and any(_multiple(bins.grid, r) for r in _ROUND):
        notes.append(
            f"All values are multiples of {bins.grid:g}: the effect of rounding is not visible."
        )
    elif unseen := _unseen(question, found):
        notes.append(f"Counts stand out at multiples of {unseen:g}: add it to the round numbers.")
    elif seen and any(_multiple(question.threshold, r) for r in question.round_numbers):
        notes.append(
            "The threshold is a round number: habits seen at it alone would look the same."
        )
    return notes


def _unseen(question: Question, found: Found) -> float | None:
    """Return the number whose multiples stand out most elsewhere, the threshold being one."""
    bins, curve = found.bins, found.curve
    most, number = 4.0, None
    for tried in _ROUND:
        known = tried in question.round_numbers
        if known or tried <= bins.width or not _multiple(question.threshold, tried):
            continue
        ends = np.ceil(bins.edges[0] / tried), np.floor(bins.edges[-1] / tried)
        place = bins.place(tried * np.arange(ends[0], ends[1] + 1))
        place = place[(place >= 0) & (place < bins.counts.size)]
        place = place[found.outside[place]]
        expected = curve.expected[place].sum()
        stray = bins.counts[place].sum() - expected
        errors = stray / np.sqrt(curve.dispersion * max(expected, 1.0))
        if errors > most:
            most, number = errors, float(tried)
    return number


def _multiple(value: float, number: float) -> bool:
    return abs(value / number - round(value / number)) < 1e-6
