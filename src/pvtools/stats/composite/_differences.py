"""What draws of an index say of one area: the gap between its halves, and its change."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
import pandas as pd

from pvtools.stats._arguments import level_faults, refuse, sentences
from pvtools.stats.composite._draws import Draws
from pvtools.stats.composite._ranks import two_sided

_CANNOT = "Cannot compare scores"


def gap(drawn: Draws, first: Hashable, second: Hashable, *, level: float = 0.95) -> pd.DataFrame:
    """Return by how much each area scores higher on one group than on another.

    Parameters
    ----------
    drawn
        Draws, as of :func:`draws`.
    first, second
        Two groups, such as the recorded and the perceived half.
    level
        Share of draws the interval holds, between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        One row an area: ``estimate`` (``first`` less ``second``, as stated), ``lower, upper,
        level``, ``probability`` (that it is above zero), ``p`` (two-sided, that it is zero),
        ``draws, method, caveat``.

    Raises
    ------
    InputError
        As for :func:`rank_intervals`.

    Notes
    -----
    Of the draws with the stated normalisation (Saisana, Saltelli and Tarantola 2005): a gap has a
    scale. One setting applies to both groups of a draw.

    Examples
    --------
    >>> from pvtools.stats import composite
    >>> both = pd.DataFrame({"theft": [10.0, 30.0], "worry": [20.0, 30.0]}, index=["a", "b"])
    >>> base = composite.fixed_base(both, reference=20)
    >>> parts = {"theft": "recorded", "worry": "perceived", "recorded": "all", "perceived": "all"}
    >>> weights, how = dict.fromkeys(parts, 1), "reference"
    >>> rules = composite.framework(weights, parent=parts, base=base, normalisation=how)
    >>> drawn = composite.draws(both, both * 0, rules, seed=1, n=100)
    >>> gap(drawn, "recorded", "perceived").estimate.to_dict()
    {'a': -50.0, 'b': 0.0}
    """
    return _difference(drawn, first, drawn, second, level)


def change(
    after: Draws, before: Draws, *, node: Hashable | None = None, level: float = 0.95
) -> pd.DataFrame:
    """Return by how much each area's score has changed between two dates.

    Parameters
    ----------
    after, before
        Draws of one framework, one seed and two waves, as of :func:`draws`.
    node
        The group; the composite without it.
    level
        Share of draws the interval holds, between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        As of :func:`gap`, the score at the later date less that at the earlier.

    Raises
    ------
    InputError
        Draws with other settings, other areas or the same wave.

    Notes
    -----
    Each draw has one setting for both dates (Saisana, Saltelli and Tarantola 2005), so that a
    choice made cannot look like a change; sampling errors of the two dates are independent.

    Examples
    --------
    >>> from pvtools.stats import composite
    >>> both = pd.DataFrame({"theft": [10.0, 30.0], "worry": [20.0, 40.0]}, index=["a", "b"])
    >>> rules = composite.framework(
    ...     {"theft": 1, "worry": 1}, base=composite.fixed_base(both), normalisation="reference"
    ... )
    >>> before = composite.draws(both, both * 0, rules, seed=1, n=100)
    >>> after = composite.draws(both * 1.1, both * 0, rules, seed=1, n=100, wave=1)
    >>> change(after, before).estimate.round(6).to_dict()
    {'a': 5.833333, 'b': 14.166667}
    """
    faults = []
    if not (after.settings.equals(before.settings) and after.weights.equals(before.weights)):
        faults.append("draws of two dates have one seed, one number and the same alternatives")
    if after.wave == before.wave:
        faults.append(f"draws of two dates have two waves, found {after.wave} twice")
    if not after.areas.equals(before.areas):
        faults.append("draws of two dates have the same areas, in the same order")
    refuse(_CANNOT, faults)
    top = after.top if node is None else node
    return _difference(after, top, before, top, level)


def _difference(
    one: Draws, first: Hashable, other: Draws, second: Hashable, level: float
) -> pd.DataFrame:
    refuse(_CANNOT, level_faults(level))
    (minuend, stated), (subtrahend, against) = one.of(first), other.of(second)
    apart = (minuend - subtrahend)[one.as_stated]
    n = (~np.isnan(apart)).sum(axis=0)
    scored = np.where(n > 0, 1.0, np.nan)
    tail = (1 - level) / 2
    bounds = np.full((2, n.size), np.nan)
    bounds[:, n > 0] = np.nanquantile(apart[:, n > 0], [tail, 1 - tail], axis=0)
    above, below = (apart > 0).sum(axis=0), (apart < 0).sum(axis=0)
    notes = zip(stated["caveat"], against["caveat"], strict=True)
    return pd.DataFrame(
        {
            "estimate": stated["score"] - against["score"],
            "lower": bounds[0],
            "upper": bounds[1],
            "level": level,
            "probability": scored * above / np.maximum(n, 1),
            "p": scored * two_sided(above, below, n),
            "draws": n,
            "method": "Monte Carlo, joint",
            "caveat": [
                sentences(*dict.fromkeys([*note, one.caveat, other.caveat])) for note in notes
            ],
        },
        index=stated.index,
    )
