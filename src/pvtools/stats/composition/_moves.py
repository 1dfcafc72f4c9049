"""Reclassification: is a fall matched by a rise in a neighbouring category, or real?"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence

import numpy as np
import pandas as pd

from pvtools.stats._arguments import Array, sentences
from pvtools.stats._before_after import Parted
from pvtools.stats._series import Moment
from pvtools.stats.composition._changes import change, changes, overdispersion
from pvtools.stats.composition._roles import Cases, cases

TOGETHER = "together"
MATCHED, FALL, SUM = "matching rise", "real fall", "sum changed"
NO_FALL, UNCLEAR = "no fall", "unclear"

_SEEN = 0.05  # error allowed where fall and rise must each be visible, and the sum not changed
_MATERIAL = 0.5  # part of the rise by which the sum must have changed, to count as changed
_FEW = 5.0  # cases a month below which counts are mostly chance


def reclassification(
    counts: pd.DataFrame,
    *,
    target: Hashable,
    neighbours: Sequence[Hashable],
    start: Moment,
    controls: Sequence[Hashable] | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Return what share of a targeted category's cases moved to its neighbours from a date on.

    Parameters
    ----------
    counts
        Cases, one row a month and one column a category: indexed by dates or monthly periods, or
        by nothing, then rows are in order. Twelve months or more on each side of ``start``. A
        month in which a named category is missing (NaN, no row) is left out, not read as zero.
    target
        The category that has a target.
    neighbours
        Categories in which its cases could be recorded instead.
    start
        First month of the new regime (any day of it), or its position from 0 where there are no
        dates. Name it before looking: the p-value of a date that was chosen because it stands
        out means nothing.
    controls
        Categories that what started does not touch; by default all others in ``counts``, and
        ``[]`` for none. Swings that target and neighbours share with them are taken out.
    level
        Confidence level, between 0 and 1. A verdict errs by what it leaves.

    Returns
    -------
    pandas.DataFrame
        One row a neighbour and, of several, one for all of them ``together``: ``target,
        neighbour``; ``estimate, lower, upper``, the rise of the neighbour as a share of the cases
        the target would have had; ``moved``, that rise in cases a month; ``p_value`` (see Notes);
        ``p_target, p_neighbour`` (small: the target fell, the neighbour rose), ``p_mix`` (small:
        the target's share of both fell), ``p_sum`` (small: their sum changed, either way);
        ``verdict``; ``overdispersion`` (by how many times the mix varies more than chance); ``n``
        (months), ``method, caveat``. Verdicts: ``matching rise``; ``real fall``, of target and
        sum, with no rise seen; ``sum changed``, where fall and rise do not make up for each other;
        ``no fall``; ``unclear``.

    Raises
    ------
    InputError
        Categories that are not in the table or in two roles, a target or neighbour that never
        varies, fewer than twelve months on a side, a start outside them, negative counts.

    Notes
    -----
    Null hypothesis: the mix of target and neighbour stayed as it was. An intersection–union test
    (Berger 1982, Technometrics 24:295–300): the mix must move towards the neighbour, the target
    fall, the neighbour rise, and the sum change by no more than half that rise. ``p_value`` is
    that of the mix where all others are met at 5%, otherwise the largest of all. So it errs by
    its own size where nothing changed, and in 5% at most where the target really fell, or the
    neighbour rose by itself. The mix alone would call a real fall a move; counts alone are
    blurred by variation common to both.

    The mix varies from month to month more than multinomial chance, and is autocorrelated. Levels
    before and after are compared within months of the year (from two years on a side) in noise as
    large as it is found to be, averaged over how strong the autocorrelation may be.

    Measured with three categories of 300 a month, 36 months a side, and a mix that varies twice
    as much as chance, at 1%: fires in no more than 0.2% where nothing moved, in 17%, 83% and 99%
    where 3%, 6% and 12% of the target's cases did. A real fall of 15% is called a matching rise
    in 1%. A fall with a partial rise of another cause is not distinguishable from a partial move:
    with a tenth fewer and half as many more in a neighbour, 57% are called a matching rise.
    Innocent reasons look alike: a counting rule, a change of the law, or two changes that happen to
    match.

    Examples
    --------
    >>> swing = np.tile([4.0, -3.0, -5.0, 4.0], 12)
    >>> moved = np.repeat([0, 30], 24)
    >>> counts = pd.DataFrame({"theft": 300 + swing - moved, "loss": 200 - swing + moved})
    >>> table = reclassification(counts, target="theft", neighbours=["loss"], start=24)
    >>> table[["estimate", "moved", "verdict"]].round(3).values.tolist()
    [[0.1, 30.0, 'matching rise']]
    """
    months, found = cases(counts, [target] * len(neighbours), neighbours, start, controls, level)
    found, names = _together(found, list(neighbours))
    return _tested(months, found, [target] * len(names), names, level)


def reclassifications(
    counts: pd.DataFrame,
    pairs: Sequence[tuple[Hashable, Hashable]],
    *,
    start: Moment,
    controls: Sequence[Hashable] | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Return what share of cases moved in each pair of a target and its neighbour.

    Parameters
    ----------
    counts, start, controls, level
        As for :func:`reclassification`. A month in which any named category is missing is left
        out of all pairs.
    pairs
        Targets, each with its neighbour; a category may be in several pairs.

    Returns
    -------
    pandas.DataFrame
        A row a pair, as :func:`reclassification`.

    Raises
    ------
    InputError
        As for :func:`reclassification`.

    Notes
    -----
    The intersection–union test (Berger 1982, Technometrics 24:295–300) of
    :func:`reclassification`, with the same figures as pair by pair, in a sixth of the time.

    Examples
    --------
    >>> swing = np.tile([4.0, -3.0, -5.0, 4.0], 12)
    >>> moved = np.repeat([0, 30], 24)
    >>> counts = pd.DataFrame({"theft": 300 + swing - moved, "loss": 200 - swing + moved})
    >>> pairs = [("theft", "loss"), ("loss", "theft")]
    >>> reclassifications(counts, pairs, start=24).verdict.tolist()
    ['matching rise', 'no fall']
    """
    targets, neighbours = ([pair[side] for pair in pairs] for side in (0, 1))
    months, found = cases(counts, targets, neighbours, start, controls, level)
    return _tested(months, found, targets, neighbours, level)


def _together(found: Cases, names: list[Hashable]) -> tuple[Cases, list[Hashable]]:
    """Return one target's neighbours, and the sum of several as one more."""
    if len(names) == 1:
        return found, names
    every = np.column_stack([found.neighbours, found.neighbours.sum(axis=1)])
    ours = found.targets[:, [0] * every.shape[1]]
    return Cases(ours, every, found.control), [*names, TOGETHER]


def _tested(
    months: Parted,
    found: Cases,
    targets: Sequence[Hashable],
    neighbours: Sequence[Hashable],
    level: float,
) -> pd.DataFrame:
    seen = changes(months, found.targets, found.neighbours, found.control)
    would_be = found.targets[months.place :].mean(axis=0) - seen.target.estimate
    would_be = np.where(would_be > 0, would_be, np.nan)
    lower, upper = seen.neighbour.interval(level)
    error = {
        "p_target": seen.target.no_fall(),
        "p_neighbour": seen.neighbour.no_rise(),
        "p_mix": seen.share.no_fall(),
        "p_sum": seen.whole.no_change(),
    }
    material = np.abs(seen.whole.estimate) > _MATERIAL * np.abs(seen.neighbour.estimate)
    p_value = _intersection_union(*error.values(), material)
    return pd.DataFrame(
        {
            "target": targets,
            "neighbour": neighbours,
            "estimate": seen.neighbour.estimate / would_be,
            "lower": lower / would_be,
            "upper": upper / would_be,
            "moved": seen.neighbour.estimate,
            "p_value": p_value,
            **error,
            "verdict": _verdicts(p_value, error, seen.whole.estimate, material, level),
            "overdispersion": overdispersion(months, found.targets, found.neighbours),
            "n": len(months.time),
            "method": _method(months, found),
            "caveat": _caveats(months, found, level),
        }
    )


def _intersection_union(
    p_target: Array, p_neighbour: Array, p_mix: Array, p_sum: Array, material: Array
) -> Array:
    ends = np.maximum(p_target, p_neighbour)
    largest = np.maximum(p_mix, ends)
    unchanged = np.where(ends < _SEEN, p_mix, largest)
    changed = np.maximum(largest, 1 - p_sum)
    return np.where((p_sum < _SEEN) & material, changed, unchanged)


def _verdicts(
    p_value: Array, error: Mapping[str, Array], change_of_sum: Array, material: Array, level: float
) -> Array:
    seen = max(_SEEN, 1 - level)
    fell, rose = error["p_target"] < seen, error["p_neighbour"] < seen
    changed = (error["p_sum"] < seen) & material
    return np.select(
        [p_value < 1 - level, ~fell, ~rose & changed & (change_of_sum < 0), rose & changed],
        [MATCHED, NO_FALL, FALL, SUM],
        UNCLEAR,
    )


def _method(months: Parted, found: Cases) -> str:
    parts = ["intersection–union of changes, averaged over autocorrelation"]
    parts += ["seasons taken out"] if months.seasons.size else []
    parts += ["swings of controls taken out"] if np.ptp(found.control) else []
    return ", ".join(parts)


def _caveats(months: Parted, found: Cases, level: float) -> list[str]:
    notes = [months.caveat]
    if not months.seasons.size:
        notes.append("Less than two years on a side: months of the year are not distinguished.")
    if not np.ptp(found.control):
        notes.append("No controls: swings common to all categories are not taken out.")
    elif change(months, found.control).no_change().item() < 1 - level:
        notes.append("The controls changed at that time too: more was going on than this.")
    few = "Fewer than five cases a month: counts so small differ by chance alone."
    return [
        sentences(*notes, few if size < _FEW else "")
        for size in np.minimum(found.targets.mean(axis=0), found.neighbours.mean(axis=0))
    ]
