"""How far a month of recorded crime goes with the one before, beyond what seasons explain."""

from __future__ import annotations

import pandas as pd

from pvtools.stats import change

_YEAR = 12


def by_pair(counts: pd.DataFrame, last: pd.Timestamp) -> list[float]:
    """Return the lag-one autocorrelation of what a year's months differ by from the year before.

    Parameters
    ----------
    counts
        A row a part, such as a borough; a column a month; missing where nothing can be said.
    last
        The last month. Pairs of years are counted back from it.

    Returns
    -------
    list of float
        One a pair of years that is held. Take their median: years in which everything moved at
        once, such as 2020, would else decide for all others.
    """
    found = []
    while (months := pd.date_range(end=last, periods=2 * _YEAR, freq="MS"))[0] >= counts.columns[0]:
        last -= pd.DateOffset(years=1)
        if not months.isin(counts.columns).all():
            continue
        pair = counts[months].dropna()
        pair = pair[pair[months[:_YEAR]].sum(axis=1) > 0]
        if len(pair):
            found.append(change.residual_correlation(pair[months[:_YEAR]], pair[months[_YEAR:]]))
    return found
