"""What years of figures say of each other: an error that nobody published, an area that stretches.

Both are for what a framework must assume: the sampling error of a figure that comes without one,
and how much of the scale is due to a single area.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from pvtools.stats._arguments import refuse, whole_faults
from pvtools.stats.composite import _normalise

_NORMAL = 1.4826  # median of absolute deviations → standard deviation


def scatter(years: pd.DataFrame, *, apart: int = 0) -> float:
    """Return a standard error for figures that come without one, from how they move over years.

    Parameters
    ----------
    years
        Whole years in rows, areas in columns; missing ones as NaN.
    apart
        How many years old the figures are that stand in for a later year; 0 for the year itself.

    Returns
    -------
    float
        The error of a year's own figure: the spread of changes from one year to the next about the
        median change of all areas, over √2. Of figures that stand in for a later year: the spread
        of changes over as many years, the common movement included. Missing where no two
        years are held so far apart, or nothing ever moves.

    Raises
    ------
    InputError
        What is no table of numbers, or a negative number of years.

    Notes
    -----
    An upper bound, on the assumption that errors of two years are independent: what areas really
    moved apart is taken for error as well. The spread is the median of absolute deviations × 1.4826
    (Rousseeuw and Croux 1993, JASA 88:1273–1283), which one area's break does not move; the
    standard deviation where more than half of the changes are equal.

    Examples
    --------
    >>> table = pd.DataFrame({"a": [1.0, 3.0], "b": [2.0, 3.0], "c": [5.0, 5.0]}, [2020, 2021])
    >>> round(scatter(table), 3)
    1.048
    """
    refuse("Cannot tell the scatter of years", whole_faults(0, apart=apart))
    table = _normalise.tidy(years, "years")
    moved = table.to_numpy() - table.reindex(table.index - (apart or 1)).to_numpy()
    moved = moved[~np.isnan(moved).all(axis=1)]
    if not moved.size:
        return np.nan
    if not apart:
        moved = moved - np.nanmedian(moved, axis=1, keepdims=True)
    spread = _NORMAL * float(np.nanmedian(np.abs(moved)))
    spread = spread or float(np.sqrt(np.nanmean(moved**2)))
    return float(spread if apart else spread / np.sqrt(2)) or np.nan


def stretch(values: pd.DataFrame) -> pd.Series:
    """Return how the spread of indicators shrinks if one area is left out, the most first.

    Parameters
    ----------
    values
        Areas in rows, indicators in columns, in the base year.

    Returns
    -------
    pandas.Series
        By area: the standard deviation without it over that of all, the geometric mean over
        indicators; 0.5 is a scale half as wide.

    Raises
    ------
    InputError
        What is no table of numbers, or fewer than three areas.

    Notes
    -----
    A z-score is in units of a spread that one extreme area can make (Nardo et al. 2008, OECD and
    JRC handbook, step 5); a fixed base without that area is another that could have been chosen.

    Examples
    --------
    >>> stretch(pd.DataFrame({"theft": [1.0, 2.0, 3.0, 20.0]}, index=list("abcd"))).index[0]
    'd'
    """
    table = _normalise.tidy(values, "values")
    if len(table) < 3:
        refuse("Cannot tell who stretches a scale", [f"three areas are needed, found {len(table)}"])
    whole = table.std()
    ratio = {
        area: np.exp(np.log(table.drop(index=area).std().clip(lower=1e-12) / whole).mean())
        for area in table.index
    }
    return pd.Series(ratio).sort_values(kind="stable")
