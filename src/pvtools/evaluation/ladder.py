"""The verdict in words: five steps, each asking more than the one below."""

from __future__ import annotations

import pandas as pd

from pvtools.stats import multiplicity

LADDER = {
    1: "nothing can be said",
    2: "no change distinguishable from chance, which does not show that there was none",
    3: "a change consistent with it, but changes as large are common at placebo dates",
    4: "a change consistent with it that holds at placebo dates, but not under every check",
    5: "consistent with an effect; holds under permutation, placebo dates and placebo outcomes",
}
OFTEN = 0.1  # share of placebo dates with as large a change above which that is common
_ALPHA = multiplicity.FALSE_DISCOVERIES


def judged(table: pd.DataFrame) -> pd.DataFrame:
    """Return rows with ``adjusted`` (over the outcomes), ``step``, ``verdict`` and ``why``.

    Outcomes that could not have been touched (``placebo_outcome``) are adjusted apart.
    """
    adjusted = table.p_value.groupby(table.placebo_outcome).transform(
        lambda p: multiplicity.benjamini_hochberg(p).adjusted
    )
    placebos = table[table.placebo_outcome]
    moved = (placebos.p_value <= _ALPHA).any() if len(placebos) else None
    table = table.assign(adjusted=adjusted)
    steps = [_step(row, moved) for row in table.itertuples()]
    return table.assign(
        step=[step for step, _ in steps],
        verdict=[LADDER[step] for step, _ in steps],
        why=[why for _, why in steps],
    )


def _step(row: tuple, moved: bool | None) -> tuple[int, str]:
    if pd.isna(row.p_value) or row.least_p > _ALPHA:
        return 1, "Too few units: no effect, however large, could be distinguished from chance."
    if row.leads_p <= _ALPHA:
        return 1, "Those compared were already moving apart before it began."
    if row.adjusted > _ALPHA:
        return 2, ""
    if pd.isna(row.placebo_share):
        return 3, "No dates without it could be tried."
    if row.placebo_share > OFTEN:
        return 3, ""
    if row.breakdown < 1:
        return 4, "A drift as large as the one before it began would account for it."
    if moved is None:
        return 4, "No outcome that it could not have touched was given."
    if moved:
        return 4, "An outcome that it could not have touched changed as well."
    return 5, ""
