"""How far a forecast was off, on scales that can be compared."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from pvtools.errors import InputError


def mase(actual: ArrayLike, forecast: ArrayLike, training: ArrayLike, *, season: int = 12) -> float:
    """Return the mean absolute error in units of what "as a year before" is usually off by.

    Parameters
    ----------
    actual, forecast
        What came and what was expected, of one length.
    training
        What was known when the forecast was made, more than one season of it.
    season
        Periods in a season; 1 compares with "as last time".

    Returns
    -------
    float
        Below 1 is better than the seasonal naive forecast was in the training data.

    Raises
    ------
    InputError
        Unequal lengths, missing values, too short a training series or one that repeats itself
        exactly, so that there is no error to measure by.

    Notes
    -----
    Mean absolute scaled error, Hyndman & Koehler (2006), International Journal of Forecasting
    22:679–688. Unlike a percentage it bears zeros, and unlike a plain error it can be compared
    between a quiet and a busy borough.

    Examples
    --------
    >>> mase([12, 14], [11, 16], training=[10, 12, 11, 13], season=2)
    1.5
    """
    held, made, known = (np.asarray(v, dtype=float) for v in (actual, forecast, training))
    faults = _faults(held, made)
    if known.ndim != 1 or known.size <= season or season < 1:
        faults.append(f"training needs more than one season of {season}, found {known.size}")
    elif np.isnan(known).any():
        faults.append("a training value is missing, and missing is not zero")
    elif not (scale := float(np.abs(known[season:] - known[:-season]).mean())):
        faults.append("the training series repeats itself exactly, so there is no scale")
    if faults:
        raise InputError(f"Cannot measure the error: {'; '.join(faults)}.")
    return float(np.abs(held - made).mean() / scale)


def pinball(actual: ArrayLike, quantile: ArrayLike, *, probability: float) -> float:
    """Return the mean pinball loss of a forecast quantile: the smaller, the better.

    Parameters
    ----------
    actual, quantile
        What came, and what it was to stay below with the probability given.
    probability
        Between 0 and 1; at 0.5 the loss is half the mean absolute error.

    Raises
    ------
    InputError
        Unequal lengths, missing values or a probability outside 0 and 1.

    Notes
    -----
    Koenker & Bassett (1978), Econometrica 46:33–50. In units of the series.

    Examples
    --------
    >>> round(pinball([10, 20], [14, 14], probability=0.9), 6)
    2.9
    """
    held, made = (np.asarray(v, dtype=float) for v in (actual, quantile))
    faults = _faults(held, made)
    if not 0 < probability < 1:
        faults.append(f"a probability lies between 0 and 1, not {probability!r}")
    if faults:
        raise InputError(f"Cannot measure the loss: {'; '.join(faults)}.")
    above = held - made
    return float(np.maximum(probability * above, (probability - 1) * above).mean())


def _faults(held: np.ndarray, made: np.ndarray) -> list[str]:
    if held.shape != made.shape or held.size == 0:
        return [f"as many forecasts as values are needed, found {made.shape} and {held.shape}"]
    if np.isnan(held).any() or np.isnan(made).any():
        return ["a value or forecast is missing, and missing is not zero"]
    return []
