"""Many comparisons at once: how many of the differences that stand out would do so by chance."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from pvtools.errors import InputError
from pvtools.stats._arguments import numbers

#: Share of false ones among the differences called real, on average.
FALSE_DISCOVERIES = 0.05


def benjamini_hochberg(p: ArrayLike) -> pd.DataFrame:
    """Return p-values adjusted so that few of those called real are false.

    Parameters
    ----------
    p
        P-values, 0–1. Missing ones (NaN) stay missing and are not counted as comparisons.

    Returns
    -------
    pandas.DataFrame
        One row a comparison, in the order given (and with the index of a Series): ``p``,
        ``adjusted`` and ``rank`` (1 is the smallest; missing where ``p`` is). Call real what has
        ``adjusted <= FALSE_DISCOVERIES`` (0.05), and on average at most one in twenty of those
        calls is false.

    Raises
    ------
    InputError
        Nothing to adjust, more than one dimension, or a value outside 0–1.

    Notes
    -----
    The step-up procedure of Benjamini and Hochberg (1995), JRSS-B 57:289–300. It keeps the
    promise when comparisons are independent or positively dependent. Testing each of 32 boroughs
    at 5% would call one or two of them changed when none is.

    Examples
    --------
    >>> benjamini_hochberg([0.01, 0.02, 0.5])["adjusted"].round(4).tolist()
    [0.03, 0.03, 0.5]
    """
    index = p.index if isinstance(p, pd.Series) else None
    (values,) = numbers("Cannot adjust p-values", p)
    if values.ndim != 1 or values.size == 0:
        raise InputError(
            f"Cannot adjust p-values: expected a list of them, found the shape {values.shape}."
        )
    outside = values[(values < 0) | (values > 1)]
    if outside.size:
        raise InputError(
            f"Cannot adjust p-values: they lie between 0 and 1, found {outside[0]:g}"
            f" ({outside.size} of {values.size} outside). Missing ones are NaN."
        )
    order = np.argsort(values, kind="stable")  # NaN come last
    order = order[: np.count_nonzero(~np.isnan(values))]
    place = np.arange(1, order.size + 1)
    stepped = values[order] * order.size / place
    adjusted, rank = (np.full(values.size, np.nan) for _ in range(2))
    # The largest of them is p itself, so nothing can pass 1.
    adjusted[order] = np.minimum.accumulate(stepped[::-1])[::-1]
    rank[order] = place
    return pd.DataFrame(
        {"p": values, "adjusted": adjusted, "rank": pd.array(rank, dtype="Int64")}, index=index
    )


def tested(p: ArrayLike, *, alone: ArrayLike) -> pd.DataFrame:
    """Return which comparisons stand: parts once all are tested, a whole by itself.

    Parameters
    ----------
    p
        P-values, 0–1; missing ones stay missing.
    alone
        Which of them are tested by themselves, such as London's beside those of its boroughs.

    Returns
    -------
    pandas.DataFrame
        ``adjusted`` and ``distinguishable`` (``adjusted <= FALSE_DISCOVERIES``), missing where
        ``p`` is.

    Raises
    ------
    InputError
        As for :func:`benjamini_hochberg`.

    Notes
    -----
    As :func:`benjamini_hochberg` (Benjamini and Hochberg 1995, JRSS-B 57:289–300).

    Examples
    --------
    >>> tested([0.03, 0.04, 0.5], alone=[True, False, False])["adjusted"].round(3).tolist()
    [0.03, 0.08, 0.5]
    """
    adjusted = np.array(p, dtype=float)
    parts = ~np.asarray(alone, dtype=bool) & ~np.isnan(adjusted)
    if parts.any():
        adjusted[parts] = benjamini_hochberg(adjusted[parts]).adjusted
    stands = pd.array(adjusted <= FALSE_DISCOVERIES, dtype="boolean")
    stands[np.isnan(adjusted)] = pd.NA
    return pd.DataFrame({"adjusted": adjusted, "distinguishable": stands})
