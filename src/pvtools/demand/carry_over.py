"""How far a month of recorded crime goes with the one before, beyond what seasons explain."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pvtools import areas
from pvtools.stats import change

_YEAR = 12


def correlations(counts: pd.DataFrame, last: pd.Timestamp) -> tuple[float, float]:
    """Return how far months carry over, of boroughs all together and of London.

    Parameters
    ----------
    counts
        ``borough, month, counted`` and, where months are counted in several ways, ``schema``: a
        pair of years lies within one.
    last
        The last month. Pairs of years are counted back from it.

    Returns
    -------
    tuple of float
        Lag-one autocorrelations of what a year's months differ by from the year before: the
        median over the pairs of years that are held, 0 where there are none. A single pair says
        little, and years in which everything moved at once, such as 2020, would else decide for
        all others.
    """
    every = [place.name for place in areas.peers(counts["borough"].dropna().unique())]
    own = counts[counts["borough"].isin(every)]
    ways = [part for _, part in own.groupby("schema")] if "schema" in own else [own]
    boroughs, london = [], []
    for part in ways:
        wide = part.groupby(["borough", "month"]).counted.sum(min_count=1).unstack("month")
        boroughs += by_pair(wide, last)
        london += by_pair(wide.sum(min_count=len(wide)).dropna().to_frame().T, last)
    return tuple(float(np.median(pairs)) if pairs else 0.0 for pairs in (boroughs, london))


def for_areas(found: tuple[float, float], names: np.ndarray) -> np.ndarray:
    """Return each area's correlation: London's for London, else that of boroughs."""
    return np.where(np.asarray(names) == areas.LONDON, found[1], found[0])


def by_pair(wide: pd.DataFrame, last: pd.Timestamp) -> list[float]:
    """Return the autocorrelation of each pair of years that is held, the latest first.

    ``wide`` has a row a part and a column a month; see :func:`correlations`.
    """
    months = wide.columns.year * 12 + wide.columns.month
    values, place = wide.to_numpy(dtype=float), {m: i for i, m in enumerate(months)}
    end, found = last.year * 12 + last.month, []
    while len(months) and end - 2 * _YEAR + 1 >= months.min():
        span = range(end - 2 * _YEAR + 1, end + 1)
        end -= _YEAR
        if not all(month in place for month in span):
            continue
        pair = values[:, [place[month] for month in span]]
        pair = pair[~np.isnan(pair).any(axis=1)]
        before, after = pair[:, :_YEAR], pair[:, _YEAR:]
        some = before.sum(axis=1) > 0
        if some.any():
            found.append(change.residual_correlation(before[some], after[some]))
    return found
