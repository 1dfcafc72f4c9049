"""The same search at thresholds without a target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from pvtools.errors import InputError
from pvtools.stats._arguments import Array, numbers
from pvtools.stats.bunching._moved import row
from pvtools.stats.bunching._question import Question, from_arguments
from pvtools.stats.bunching._search import Found, draws, search

_SPARE = 1  # bins between a placebo's landing zone and what must not be touched
_ENOUGH = 19  # placebos without which no p-value can fall to 5%


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceboQuestion(Question):
    """A question that is put at other thresholds too."""

    thresholds: Sequence[float] | None = None
    n_boot: int = 200


@from_arguments(PlaceboQuestion)
def placebo(question: PlaceboQuestion) -> pd.DataFrame:
    """Return what the search finds at the target and at thresholds without a target.

    Parameters
    ----------
    values, threshold, met, bin_width, window, degree, round_numbers, comparison
        As for :func:`excess_mass`; ``window`` is that of the target.
    thresholds
        Untargeted ones, clear of the target's excluded window; by default half a landing zone
        apart, and all multiples of the round numbers, among the middle 98% of the values.
    n_boot, seed, level
        As for :func:`excess_mass`.

    Returns
    -------
    pandas.DataFrame
        One row a threshold, the target first, with the columns of :func:`excess_mass`, ``z``
        (the estimate over its standard error were nothing moved), ``is_placebo`` and
        ``empirical_p_value`` (on the row of the target: the share of all thresholds, itself
        among them, at which as much is found).

    Raises
    ------
    InputError
        As for :func:`excess_mass`; or no placebo with room for a window of its own.

    Notes
    -----
    Null hypothesis: the target is like any other threshold. The bins about the target are left
    out of every placebo's fit. Neighbouring placebos share bins, so that their number overstates
    how much they show. Imbens and Lemieux (2008), Journal of Econometrics 142:615–635, test a
    discontinuity at other points in the same way.

    Examples
    --------
    >>> minutes = np.ceil(np.random.default_rng(1).lognormal(2.4, 0.5, 2000))
    >>> minutes[(minutes > 15) & (minutes < 18)] = 15
    >>> table = placebo(minutes, threshold=15, thresholds=[8, 25, 30], n_boot=100)
    >>> table.z.idxmax(), table.empirical_p_value[0].item()
    (0, 0.25)
    """
    target = search(question)
    inside = target.landing_zone | target.source_zone
    barred = (target.bins.edges[:-1][inside].min(), target.bins.edges[1:][inside].max())
    tried = _clear(question, target, barred, _given(question, target))
    rows = [_tried(question, target)]
    for other in tried:
        there = replace(question, threshold=other, bin_width=target.bins.width, window=None)
        rows.append(_tried(there, search(there, barred=barred)))
    table = pd.DataFrame(rows)
    as_much = (table.z >= table.z[0]).mean()
    few = f"With {len(tried)} placebos the empirical p-value is at least {1 / len(table):.2g}."
    return table.assign(
        is_placebo=table.index > 0,
        empirical_p_value=np.where(table.index == 0, as_much, np.nan),
        caveat=[
            f"{caveat} {few}".strip() if here == 0 and len(tried) < _ENOUGH else caveat
            for here, caveat in enumerate(table.caveat)
        ],
    )


def _tried(question: Question, found: Found) -> dict[str, object]:
    drawn = draws(question, found)
    chance = float(drawn[0].moved.std(ddof=1))
    return {**row(question, found, drawn), "z": float(found.mass.moved) / chance}


def _given(question: PlaceboQuestion, target: Found) -> Array:
    if question.thresholds is not None:
        return np.unique(*numbers("Cannot look for bunching at placebos", question.thresholds))
    low, high = np.quantile(question.sample, [0.01, 0.99])
    width = target.bins.width
    step = width * max(1, target.landing // 2)
    from_target = question.threshold + step * np.arange(
        np.ceil((low - question.threshold) / step), np.floor((high - question.threshold) / step) + 1
    )
    round_ones = [
        number * np.arange(np.ceil(low / number), np.floor(high / number) + 1)
        for number in question.round_numbers
        if number >= step
    ]
    return np.unique(np.concatenate([from_target, *round_ones]).round(9))


def _clear(
    question: PlaceboQuestion, target: Found, barred: tuple[float, float], thresholds: Array
) -> list[float]:
    """Return the thresholds with room for a window of their own."""
    bins = target.bins
    need = (target.landing + _SPARE) * bins.width * (1 - 1e-9)
    ends = (
        (barred[0] - thresholds >= need) & (thresholds - bins.edges[0] >= need)
        | (thresholds - barred[1] >= need) & (bins.edges[-1] - thresholds >= need)
    ) & (np.minimum(thresholds - bins.edges[0], bins.edges[-1] - thresholds) >= 5.5 * bins.width)
    found = thresholds[ends].tolist()
    if not found:
        raise InputError(
            f"Cannot look for bunching at placebos: none of {thresholds.size} has room for a "
            f"window of {need:g} on either side, clear of the excluded window from {barred[0]:g} "
            f"to {barred[1]:g} and of the ends of the values ({bins.edges[0]:g} to "
            f"{bins.edges[-1]:g}). Narrower bins, or other thresholds, may have."
        )
    return found
