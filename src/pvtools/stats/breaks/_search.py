"""Change points: how many shifts of the level a series shows, when, and how surely."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from pvtools.chance import generator
from pvtools.stats._arguments import (
    Array,
    level_faults,
    number_faults,
    refuse,
    sentences,
    whole_faults,
)
from pvtools.stats._series import Points, is_constant, points
from pvtools.stats.breaks import _doubts, _noise, _shifts, _sup_f
from pvtools.stats.breaks._shifts import Fit

_FEWEST = 24  # values of a series, twelve on each side of a break in the middle
_FEWEST_DRAWS = 99


def change_points(
    series: ArrayLike,
    *,
    penalty: float | None = None,
    max_breaks: int = 5,
    n_boot: int = 499,
    seed: int = 1,
    level: float = 0.95,
) -> pd.DataFrame:
    """Return when the level of a series shifted, if it did, with an interval of each date.

    Parameters
    ----------
    series
        Values in order of time, with an index of dates or periods or without; 24 or more. Shifts
        are on the scale given (for counts give logarithms), and seasons and trend should be out
        of it. A missing value is left out, neither filled nor read as zero, and what carries
        over fades with the time between.
    penalty
        What twice the log likelihood must gain for each break. By default the most that one
        break gains in a share ``level`` of bootstrapped series that have none and the same
        autocorrelation.
    max_breaks
        Most breaks; a level lasts for 15% of the values or more, so there are never more than 5.
    n_boot
        Bootstrapped series, 99 or more.
    seed
        Starts the bootstrap.
    level
        Confidence level of the interval of each date, between 0 and 1; and by default the share
        of series without a shift in which none is to be found.

    Returns
    -------
    pandas.DataFrame
        One row a break in order of time: ``break`` (1, 2 …), ``start`` (first date of the new
        level, or its position from 0 where the series has no dates), ``before, after, shift``
        (levels and their difference), ``lower, upper`` (earliest and latest date that the start
        may have), ``p_value`` (sup-F test between the neighbouring breaks), ``rho``
        (autocorrelation), ``n, method, caveat``. Where there is none, one row with ``break`` 0 and
        the p-value of any break at all, so that it can be counted among many tests.

    Raises
    ------
    InputError
        Fewer than 24 values, values that do not vary or are not finite, a negative penalty, no
        breaks allowed, or too few bootstrapped series.

    Notes
    -----
    Null hypothesis: one level, and noise with autocorrelation rho (AR(1)). For each
    number of breaks the best dates are found by dynamic programming (Bai and Perron 2003,
    Journal of Applied Econometrics 18:1–22), then moved one at a time in the full likelihood;
    rho is estimated with them. A penalty for independent values finds breaks in most series
    that are autocorrelated and have none. Intervals hold the dates whose likelihood ratio is not
    beyond that of chance (Eo and Morley 2015, Quantitative Economics 6:463–497). Shifts are those
    found largest, and therefore somewhat too large; p-values are of dates searched for, and the
    search is allowed for.

    Examples
    --------
    >>> swing = np.sin(np.arange(60) ** 2)
    >>> change_points(swing + np.repeat([10.0, 6.0], 30), n_boot=99).start.tolist()
    [30]
    """
    known = _checked(series, penalty, max_breaks, n_boot, level)
    mean = known.observed.mean()
    values, n = known.observed - mean, len(known.observed)
    rng = generator(seed)
    gained, chance = _sup_f.gains(values, known.gaps, (0, n), (), n_boot=n_boot, rng=rng)
    price = float(np.quantile(chance, level)) if penalty is None else penalty
    least = _sup_f.least_values(n)
    fits = _shifts.best(values, known.gaps, most=min(max_breaks, n // least - 1), least=least)
    fit = min(fits, key=lambda fit: fit.deviance + price * len(fit.places))
    design = _shifts.levels(n, fit.places)
    regression = _noise.at(fit.rho, values, design, known.gaps)
    p_values = [_share(gained, chance)]
    if len(fit.places) > 1:
        p_values = _p_values(values, known, fit, n_boot, rng)
    first, last = _intervals(values, known, fit, least, level)
    notes = [
        known.caveat,
        _doubts.seasons(values, design, known),
        _doubts.trend(values, design, known),
        _doubts.carried(fit.rho),
    ]
    found, means = bool(fit.places), mean + np.cumsum(regression.coefficients)
    return pd.DataFrame(
        {
            "break": np.arange(1, len(means)) if found else [0],
            "start": _moments(known, fit.places),
            "before": means[:-1] if found else means,
            "after": means[1:] if found else np.nan,
            "shift": regression.coefficients[1:] if found else np.nan,
            "lower": _moments(known, first),
            "upper": _moments(known, last),
            "p_value": p_values,
            "rho": fit.rho,
            "n": n,
            "method": "shifts of the mean in AR(1) noise; sup-F, block bootstrap",
            "caveat": sentences(*notes),
        }
    )


def _checked(
    series: ArrayLike, penalty: float | None, max_breaks: int, n_boot: int, level: float
) -> Points:
    known, faults = points(series, "the series")
    if known and len(known.observed) < _FEWEST:
        faults.append(f"{_FEWEST} values or more are needed, found {len(known.observed)}")
    elif known and is_constant(known.observed):
        faults.append("the values do not vary")
    if penalty is not None and (number_faults(penalty=penalty) or penalty < 0):
        faults.append(f"a penalty is zero or more, not {penalty!r}")
    faults += whole_faults(1, max_breaks=max_breaks) + whole_faults(_FEWEST_DRAWS, n_boot=n_boot)
    refuse("Cannot look for change points", faults + level_faults(level))
    return known


def _p_values(
    values: Array, known: Points, fit: Fit, n_boot: int, rng: np.random.Generator
) -> list[float]:
    """Return for each break how often chance gains as much between its neighbours."""
    ends, found = (0, *fit.places, len(values)), []
    for i in range(len(fit.places)):
        others = fit.places[:i] + fit.places[i + 1 :]
        stretch = ends[i], ends[i + 2]
        gained = _sup_f.gains(values, known.gaps, stretch, others, n_boot=n_boot, rng=rng)
        found.append(_share(*gained))
    return found


def _share(gained: float, chance: Array) -> float:
    return float((1 + np.count_nonzero(chance >= gained)) / (1 + len(chance)))


def _intervals(
    values: Array, known: Points, fit: Fit, least: int, level: float
) -> tuple[list[int], list[int]]:
    """Return the first and the last place of each break that the likelihood does not rule out."""
    # Two independent sides, each exponential: the ratio is below x with (1 − exp(−x / 2))².
    reach = -2 * np.log(1 - np.sqrt(level))
    first, last = [], []
    for which in range(len(fit.places)):
        candidates, deviance = _shifts.profile(values, known.gaps, fit.places, which, least)
        held = candidates[deviance <= deviance.min() + reach]
        first.append(int(held[0]))
        last.append(int(held[-1]))
    return first, last


def _moments(known: Points, places: Sequence[int]) -> pd.Series:
    """Return dates or positions; one that is missing where there is no place."""
    kind = "Int64" if known.periods is None else "datetime64[us]"
    if not places:
        return pd.Series([pd.NaT if known.periods is not None else pd.NA], dtype=kind)
    return pd.Series(known.moments(places), dtype=kind)
