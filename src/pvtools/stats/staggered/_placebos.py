"""The same roll-out at dates when nothing began."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pvtools.stats._arguments import refuse, whole_faults
from pvtools.stats.staggered._panel import NEVER, cells, panel


def placebo_dates(
    outcomes: pd.DataFrame, starts: pd.Series, *, base: int = 1, every: int = 1
) -> pd.DataFrame:
    """Return the effect that the same roll-out seems to have at dates when nothing began.

    Parameters
    ----------
    outcomes, starts, base
        As for :func:`effects`.
    every
        How many periods lie between one placebo roll-out and the next.

    Returns
    -------
    pandas.DataFrame
        ``earlier`` (by how many periods the whole roll-out is moved back) and ``estimate``, the
        overall effect. A placebo keeps order and distances of the starts, and ends before the
        first true one. Empty where the periods before it are too few for any.

    Raises
    ------
    InputError
        As for :func:`effects`, or ``every`` is not a whole number, one or more.

    Notes
    -----
    Placebos in time, as Abadie, Diamond and Hainmueller (2015), American Journal of Political
    Science 59:495–510, use them. Placebos that overlap tell much the same.

    Examples
    --------
    >>> units = {"a": [1.0, 2, 2, 2, 3, 3], "b": [1.0, 1, 1, 3, 3, 3], "c": [0.0, 0, 0, 1, 1, 1]}
    >>> late = pd.Series({"a": 4, "b": 5, "c": np.nan})
    >>> placebo_dates(pd.DataFrame(units), late).round(2).values.tolist()
    [[2.0, 0.0], [3.0, 0.67]]
    """
    refuse("Cannot estimate effects", whole_faults(1, every=every))
    known = panel(outcomes, starts, base=base, draws=99, level=0.95, leads=0)
    after = cells(*known.shape, base=base, leads=0)
    load = after.weights
    first = int(known.began[known.began < NEVER].min())
    last = int(after.period.max())
    # The furthest back that every unit's base still lies within the periods.
    back = range(last - first + 1, first - base + 1, every)
    found = [(by, float((np.roll(known.outcomes, by, axis=1) * load).sum())) for by in back]
    return pd.DataFrame(found, columns=["earlier", "estimate"])
